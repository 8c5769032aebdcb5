"""The log of the house: one JSON object a line, on stderr, without personal data.

Only fields of an allow-list leave. The sentence of a foreign record is written without its arguments, and every
exception without its message: both carry what people typed, and database errors quote whole rows.
"""

import json
import logging
import traceback
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from unionhall.lib.within import Within

OWN = "unionhall"
FIELDS = ("request_id", "method", "route", "status", "milliseconds", "job", "task", "subject")

_around: ContextVar[Mapping[str, str]] = ContextVar("unionhall_journal", default=MappingProxyType({}))


def about(**known: str) -> Within[Mapping[str, str]]:
    """Note these fields with every line written inside."""
    before = _around.get()
    return Within(_around, {**before, **known} if before else known)


class JsonLines(logging.Formatter):
    """A log record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line: when, how grave, whence, which event, and the allowed fields."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": self._sentence(record),
        }
        line |= _around.get()
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["at_code"] = [
                f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])
            ]
        return json.dumps(line, ensure_ascii=False, default=str)

    def _sentence(self, record: logging.LogRecord) -> str:
        # Our own lines are written with care for what they name; those of others are not ours to trust
        text = record.getMessage() if record.name.partition(".")[0] == OWN else str(record.msg)
        return text.splitlines()[0][:200] if text else ""


def settings(*, level: str, quiet: bool) -> dict[str, Any]:
    """Django's LOGGING; `quiet` for tests, where pytest catches the records itself."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "unionhall.config.journal.JsonLines"}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "json"},
            "nowhere": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["nowhere" if quiet else "stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.request": {"level": "ERROR"},  # what was refused or not found stands in the line of the request
            "django.server": {"handlers": [], "propagate": True},
            "procrastinate": {"level": "WARNING"},
            "psycopg.pool": {"level": "WARNING"},  # each loan and return of a connection
        },
    }
