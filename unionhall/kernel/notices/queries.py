"""What somebody was told, and what did not get through."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from unionhall.kernel.access import rules as access_rules
from unionhall.kernel.access.models import Grant
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
    """For each unit, the persons whose grant stands on the unit itself and gives the permission today."""
    day = on or dates.today()
    grants = Grant.objects.filter(Q(until=None) | Q(until__gt=day), since__lte=day, role__retired_at=None)
    found: dict[int, list[int]] = {}
    rows = grants.filter(organization__in=[each.pk for each in organizations])
    for unit, person, patterns in rows.values_list("organization_id", "person_id", "role__permissions"):
        if access_rules.holds(patterns, permission) and person not in found.setdefault(unit, []):
            found[unit].append(person)
    return found
