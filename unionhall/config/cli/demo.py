"""`unionhall demo`: a living city to try the house with."""

import click

from unionhall.config import demo as city
from unionhall.config import supervisor
from unionhall.config.cli import frame
from unionhall.lib.text import Text

demo = frame.noun("demo", Text(zh="演示城市", en="The demo city"))


def _lines(accounts: list[city.Door]) -> list[str]:
    return [f"{door.username:<24}{door.password or '——':<20}{door.title}" for door in accounts]


@frame.verb(demo, "load", Text(zh="装入演示城市", en="Load the demo city"), examples=["unionhall demo load"])
def load(console: frame.Console) -> None:
    """Load the demo city where it is not there yet."""
    console.note(Text(zh="正在装入演示城市……", en="Loading the demo city ..."))
    doors = city.load()
    console.result({"accounts": [door.as_json() for door in doors]}, _lines(doors))


@frame.verb(demo, "clear", Text(zh="清除演示数据", en="Clear the demo data"), examples=["unionhall demo clear --yes"], writes=True)
def clear(console: frame.Console) -> None:
    """Empty a demo house."""
    city.require_demo()
    console.confirm("demo", Text(zh="将清除全部演示数据。", en="All demo data will be removed."))
    city.clear()
    console.result({"cleared": True}, [])
    console.note(Text(zh="已清除。重新装入：unionhall demo load", en="Cleared. To load it again: unionhall demo load"))


@frame.verb(
    demo,
    "start",
    Text(zh="装入演示城市并启动全部进程，Ctrl-C 结束", en="Load the demo city and run everything until Ctrl-C"),
    examples=["unionhall demo start", "PORT=8080 unionhall demo start"],
)
@click.option("--host", default="127.0.0.1", show_default=True, envvar="HOST")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), envvar="PORT")
def _start(console: frame.Console, host: str, port: int) -> int:
    return supervisor.run(console, host=host, port=port)
