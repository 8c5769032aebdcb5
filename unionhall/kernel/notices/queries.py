"""What somebody was told, and what did not get through."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from unionhall.kernel.access import queries as access
from unionhall.kernel.access import rules as access_rules
from unionhall.kernel.notices.models import Consent, Delivery, Notice
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import dates


def inbox(by: Person) -> "QuerySet[Notice]":
    """What a person was told and still holds, the newest first."""
    return Notice.objects.filter(person=by, gone_at__isnull=True).select_related("organization").order_by("-id")


def unseen(by: Person) -> int:
    """How many of them the person has not seen; for the inbox page itself. Badges count open tasks instead."""
    return inbox(by).filter(seen_at__isnull=True).count()


def dead_letters() -> "QuerySet[Delivery]":
    """What was given up, the newest first."""
    return Delivery.objects.filter(state=Delivery.State.DEAD).select_related("notice", "notice__person").order_by("-id")


def consents(person: Person) -> "QuerySet[Consent]":
    """The messages a person has agreed to and not yet received."""
    return Consent.objects.filter(person=person, left__gt=0)


def audience(organizations: Iterable[Organization], permission: str, on: date | None = None) -> dict[int, list[int]]:
    """For each unit, the persons who have the permission today by a grant on the unit itself, and their deputies."""
    found: dict[int, list[int]] = {}
    for unit, person, patterns in access.bearers([each.pk for each in organizations], on or dates.today()):
        if access_rules.holds(patterns, permission) and person not in found.setdefault(unit, []):
            found[unit].append(person)
    return found
