"""Who it is that comes in."""

from collections.abc import Iterable

from django.conf import settings

from unionhall.kernel.people import queries as people
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.models import World
from unionhall.work.portal.access import absent


def bearer(person_id: int) -> Person:
    """Somebody whose phone was proven."""
    found = people.people().select_related("home").filter(pk=person_id).first()
    if found is None:
        raise absent()
    return found


def bearer_by_tail(ids: Iterable[int], tail: str) -> int | None:
    """Which of those who share a phone has an ID number that ends so; None where it is nobody or not one alone."""
    found = list(people.people().filter(pk__in=list(ids), id_last4=tail.strip().upper()).values_list("pk", flat=True)[:2])
    return found[0] if len(found) == 1 else None


def shows_codes() -> bool:
    """Whether codes are shown on the page: only in an invented world from which nothing is sent."""
    return not settings.NOTICE_CHANNELS.get("sms") and World.objects.filter(kind="demo").exists()
