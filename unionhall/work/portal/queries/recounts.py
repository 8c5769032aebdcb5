"""The room's own count of its facts, for `ledger reconcile`: from its records, not from the books."""

from collections.abc import Iterable
from datetime import date

from unionhall.work.portal.models import HelpRequest, Rating

Counted = Iterable[tuple[int, date, int, int]]


def help_asked() -> Counted:
    """Every request for help, at the union that took it."""
    rows = HelpRequest.objects.values_list("organization_id", "asked_on")
    return ((unit, day, 1, 0) for unit, day in rows.iterator(chunk_size=10_000))


def rated() -> Counted:
    """Every rating, at the union that served."""
    rows = Rating.objects.values_list("organization_id", "rated_on")
    return ((unit, day, 1, 0) for unit, day in rows.iterator(chunk_size=10_000))
