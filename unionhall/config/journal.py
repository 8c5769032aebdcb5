"""The log of the house: one JSON object a line, on stderr, without personal data.

Only fields of an allow-list leave. The sentence of a record is written without its arguments, and an exception
without its message: both carry what people typed, and database errors quote whole rows.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

FIELDS = ("request_id", "method", "route", "status", "milliseconds", "job", "task", "subject")


class JsonLines(logging.Formatter):
    """A log record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line: when, how grave, whence, which event, and the allowed fields."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": str(record.msg).splitlines()[0][:200] if record.msg else "",
        }
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["at_code"] = [
                f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])
            ]
        return json.dumps(line, ensure_ascii=False, default=str)


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
            "django.server": {"handlers": [], "propagate": True},
            "procrastinate": {"level": "WARNING"},
        },
    }
