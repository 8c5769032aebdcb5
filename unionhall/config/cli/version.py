"""`unionhall version`."""

from unionhall.config.cli import frame
from unionhall.config.release import VERSION
from unionhall.lib.text import Text


def _version(console: frame.Console) -> None:
    console.result({"version": VERSION}, [VERSION])


version = frame.command_of(_version, "version", Text(zh="显示版本", en="Show the version"), examples=["unionhall version --json"])
