"""The words by which a report is read, loaded once from the files of data beside this one."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
FILES = ("vocabulary.toml", "facts.toml", "others.toml")
SILENT_KINDS = ("dates", "ordinals", "documents", "enumerations", "names")


@cache
def words() -> dict[str, Any]:
    """The whole vocabulary: how numbers are read, and how reports speak of what the rooms count."""
    found: dict[str, Any] = {}
    for name in FILES:
        found |= tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
    return found


@cache
def folding() -> dict[int, str]:
    """The simplified character for each traditional one, for `str.translate`."""
    lines = (FOLDER / "folding.txt").read_text(encoding="utf-8").splitlines()
    return {ord(pair[0]): pair[1] for line in lines if not line.startswith("#") for pair in line.split()}


@cache
def any_of(*path: str) -> re.Pattern[str]:
    """One pattern for all patterns of a list in the vocabulary, found by its path; matches anywhere, line starts included."""
    return re.compile("|".join(f"(?:{one})" for one in at(*path)), re.MULTILINE)


@cache
def longest_first(*path: str) -> str:
    """The keys or entries of a list as one alternation, the longest first."""
    return "|".join(sorted((re.escape(one) for one in at(*path)), key=len, reverse=True))


def at(*path: str) -> Any:
    """What stands at a path of the vocabulary."""
    found: Any = words()
    for step in path:
        found = found[step]
    return found


@cache
def silent() -> list[tuple[str, re.Pattern[str]]]:
    """The kinds of numbers that count nothing, each with its pattern."""
    return [(kind, any_of("silent", kind)) for kind in SILENT_KINDS]
