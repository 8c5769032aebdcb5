"""What may stand in a notice, when it may leave, and when to try again. Plain Python."""

import re
import unicodedata
from datetime import datetime, time, timedelta
from string import Formatter

# Numbers that belong in no notice: eleven digits in a row or more (mobile, account, ID number), and the same in groups.
SENSITIVE = re.compile(r"\d{11,}[Xx]?|1\d{2}[ -]\d{4}[ -]\d{4}|\d{6} \d{8} \d{3}[\dXx]|(?:\d{4} ){3,4}\d{1,4}")
HIDDEN = "***"
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
    timedelta(hours=24),
)


def fields_of(template: str) -> set[str]:
    """The names that a text template fills in."""
    return {name for _text, name, _spec, _conversion in Formatter().parse(template) if name is not None}


def hide(text: str) -> str:
    """Free text as a notice may carry it: phone, account and ID numbers are hidden, full-width digits included."""
    plain = unicodedata.normalize("NFKC", text)
    return SENSITIVE.sub(HIDDEN, plain) if SENSITIVE.search(plain) else text


def wait_after(attempts: int) -> timedelta | None:
    """How long to wait after so many failed attempts; None when it is time to give up (six retries, about 34 hours)."""
    return WAITS[attempts - 1] if attempts <= len(WAITS) else None


def allowed_from(local: datetime, *, quiet_from: int, quiet_until: int) -> datetime:
    """The first moment, not before `local`, outside the quiet hours (whole hours of the local clock; equal hours: none)."""
    if quiet_from == quiet_until:
        return local
    hour = local.hour
    quiet = quiet_from <= hour or hour < quiet_until if quiet_from > quiet_until else quiet_from <= hour < quiet_until
    if not quiet:
        return local
    morning = datetime.combine(local.date(), time(quiet_until), tzinfo=local.tzinfo)
    return morning if morning > local else morning + timedelta(days=1)
