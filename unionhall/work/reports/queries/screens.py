"""Which screens may be shown, by the word of their link or of their device."""

import hashlib

from django.db.models import QuerySet

from unionhall.lib import dates
from unionhall.work.reports.models import Screen


def waiting(word: str) -> bool:
    """Whether a link still waits for its device."""
    return live().filter(secret=hashed(word), device="").exists()


def of_device(word: str) -> Screen | None:
    """The screen that a device shows; None once it was taken down or its last day is over."""
    return live().filter(device=hashed(word)).first() if word else None


def live() -> QuerySet[Screen]:
    """The screens that may be shown today."""
    return Screen.objects.filter(revoked_at=None, until__gte=dates.today()).select_related("organization", "created_by")


def hashed(word: str) -> str:
    """What is kept of a word: it is long and random, so a plain digest is enough."""
    return hashlib.sha256(word.encode("utf-8", "surrogatepass")).hexdigest()
