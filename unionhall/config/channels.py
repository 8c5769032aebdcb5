"""How notices leave the house: a JSON file beside the data, so that gateway secrets stand in no environment listing."""

import json
import os
from pathlib import Path
from typing import Any

KNOWN = {
    "email": {"sender", "domain"},
    "sms": {"url", "account", "secret", "sign"},
    "wechat": {"app", "secret", "templates", "base"},
}
NAME_CHECK = {"url", "account", "secret"}


def read(path: Path) -> dict[str, dict[str, Any]]:
    """The channels that are set up; none where there is no file. Raises ValueError with the mend for a wrong one."""
    if not path.exists():
        return {}
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as wrong:
        raise ValueError(f"{path} is not JSON: {wrong}") from wrong
    if not isinstance(given, dict) or not all(isinstance(each, dict) for each in given.values()):
        raise ValueError(f"{path} must hold one object for each channel: {', '.join(KNOWN)}")
    for channel, options in given.items():
        if channel not in KNOWN:
            raise ValueError(f"{path} names the channel {channel!r}; known are {', '.join(KNOWN)}")
        if unknown := set(options) - KNOWN[channel]:
            raise ValueError(
                f"{path}: {channel} does not take {', '.join(sorted(unknown))}; it takes {', '.join(sorted(KNOWN[channel]))}"
            )
    return given


def name_check(path: Path) -> dict[str, str] | None:
    """The gateway that compares names with document numbers, or None. Raises ValueError with the mend for a wrong file."""
    if not path.exists():
        return None
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as wrong:
        raise ValueError(f"{path} is not JSON: {wrong}") from wrong
    if not isinstance(given, dict) or set(given) != NAME_CHECK or not all(isinstance(each, str) for each in given.values()):
        raise ValueError(f"{path} must hold the texts {', '.join(sorted(NAME_CHECK))} and nothing else")
    return given


def mail_server() -> dict[str, Any]:
    """Django's settings of the outgoing mail server, from UNIONHALL_SMTP_*."""
    security = os.environ.get("UNIONHALL_SMTP_SECURITY", "starttls")
    return {
        "EMAIL_HOST": os.environ.get("UNIONHALL_SMTP_HOST", "localhost"),
        "EMAIL_PORT": int(os.environ.get("UNIONHALL_SMTP_PORT", "25")),
        "EMAIL_HOST_USER": os.environ.get("UNIONHALL_SMTP_USER", ""),
        "EMAIL_HOST_PASSWORD": os.environ.get("UNIONHALL_SMTP_PASSWORD", ""),
        "EMAIL_USE_TLS": security == "starttls" and "UNIONHALL_SMTP_HOST" in os.environ,
        "EMAIL_USE_SSL": security == "tls",
    }
