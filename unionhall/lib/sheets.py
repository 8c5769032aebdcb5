"""Sheets as people send them: rows of text out of .xlsx and .csv, by their header."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

MOST_COLUMNS = 200
READER = Path(__file__).with_name("sheet_reader.py")
MOST_MEGABYTES = 480
MOST_SECONDS = 9


class Unreadable(ValueError):
    """A file that holds no table, or not all of it; the message is a word for why, `figures` say where."""

    def __init__(self, why: str, **figures: int) -> None:
        super().__init__(why)
        self.figures = figures


@dataclass(frozen=True, slots=True)
class Reading:
    """A sheet that is being read apart: what was found (encoding, sheet, merged cells), and its rows, (number, cells).

    Once all rows are taken, `told["cut"]` names the line in which a text seems to break off, its cells, and those of the others.
    """

    told: dict[str, Any]
    rows: Iterator[tuple[int, list[str]]]


@contextmanager
def reading(content: bytes, *, text: bool, most: int, encoding: str = "") -> Iterator[Reading]:
    """Read a sheet row by row in a process of its own that may use MOST_SECONDS and MOST_MEGABYTES; nothing touches the disk.

    Raises Unreadable, also while the rows are taken: broken, empty, hidden, encoding, rows, columns, too_much, and for a text that
    breaks off within a character or a quoted cell cut_character, cut_quote (with `row` and how many `rows` there are).
    """
    orders = {"text": text, "rows": most, "columns": MOST_COLUMNS, "encoding": encoding}
    orders |= {"megabytes": MOST_MEGABYTES, "seconds": MOST_SECONDS}
    command = [sys.executable, "-I", str(READER), orjson.dumps(orders).decode()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            _hand_over(process.stdin, content)
            lines = map(orjson.loads, process.stdout)
            told = next(lines, None)
            if told is None:
                raise Unreadable("too_much")
            if "refused" in told:
                raise Unreadable(told["refused"])
            yield Reading(told, _rows(lines, told))
        finally:
            process.kill()


def _hand_over(pipe: Any, content: bytes) -> None:
    try:
        with pipe:
            pipe.write(content)
    except BrokenPipeError:
        pass  # it ended before it had read everything: what it said, or that it said nothing, tells why


def _rows(lines: Iterator[Any], told: dict[str, Any]) -> Iterator[tuple[int, list[str]]]:
    for line in lines:
        if isinstance(line, list):
            yield line[0], line[1]
        elif "refused" in line:
            raise Unreadable(line["refused"])
        else:
            if "cut" in line:
                row, why, *widths = line["cut"]
                if why != "short":
                    raise Unreadable(f"cut_{why}", row=row, rows=line["end"])
                told["cut"] = [row, *widths]
            return
    raise Unreadable("too_much")
