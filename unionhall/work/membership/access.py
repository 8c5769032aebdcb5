"""Who may see and change what in the room.

A membership is seen at its union and above; a transfer also at the union it goes to. A worker sees what is their own,
and nobody decides about the own membership.
"""

from collections.abc import Collection
from typing import TypeVar

from django.db.models import Model, QuerySet

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access import queries as access
from unionhall.kernel.access.actions import one_for_change
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import scope
from unionhall.lib.refusal import absent
from unionhall.work.membership import rules
from unionhall.work.membership.models import Application, Claim, Membership, Transfer, Wish

Row = TypeVar("Row", bound=Model)


def visible_to(by: Person, permission: str = "membership.see") -> QuerySet[Membership]:
    """The memberships, past ones too, inside a person's scope."""
    return access.visible(Membership.objects.all(), by, permission)


def visible_to_worker(person: Person) -> QuerySet[Membership]:
    """A worker's own memberships, the present one first."""
    return scope.mark(Membership.objects.filter(person=person).select_related("organization", "person").order_by("-id"))


def union_for(by: Person, id: int, *, to: str) -> Organization:
    """An open union in a person's scope, after asking for the permission at it."""
    found = one(access.visible(Organization.objects.filter(until=None), by, "membership.see", "path"), id)
    access_actions.require(by, to, at=found)
    return found


def applications_for(by: Person) -> QuerySet[Application]:
    """The applications inside a person's scope."""
    return access.visible(Application.objects.select_related("organization", "person"), by, "membership.see")


def transfers_for(by: Person) -> QuerySet[Transfer]:
    """The transfers that leave or reach a person's scope."""
    found = access.ranges(by, "membership.see")
    rows = Transfer.objects.select_related("organization", "to", "membership__person")
    if not found:
        return scope.mark(rows.none())
    if found == [access.EVERYTHING]:
        return scope.mark(rows)
    return scope.mark(rows.filter(access.in_ranges(found) | access.in_ranges(found, "to_path")))


def wishes_for(by: Person) -> QuerySet[Wish]:
    """The wishes of the members inside a person's scope."""
    return access.visible(Wish.objects.select_related("organization", "person", "membership"), by, "membership.see")


def own_wishes(person: Person) -> QuerySet[Wish]:
    """A member's own wishes, the latest first."""
    return scope.mark(Wish.objects.filter(person=person).select_related("organization", "person").order_by("-id"))


def own_for_change(person: Person, id: int) -> Membership:
    """A worker's own membership, locked."""
    rows = Membership.objects.select_for_update(of=("self",)).select_related("organization", "person", "programme", "edition")
    return one(scope.mark(rows.filter(person=person)), id)


def concerned(record: Application | Transfer | Wish, persons: Collection[int]) -> set[int]:
    """Those of some persons (by key) whose own application, transfer or wish it is."""
    return {(record.membership if isinstance(record, Transfer) else record).person_id} & set(persons)


def check_not_own(by: Person, person_id: int) -> None:
    """Nobody decides about the own membership; asked after the right to the act. Raises Refused."""
    rules.check_not_own(person_id, access.own_files(by))


def scoped(rows: "QuerySet[Row]", by: Person, permission: str = "membership.see") -> "QuerySet[Row]":
    """Rows of a table of this room that a person may see."""
    return access.visible(rows, by, permission)


def one(visible: "QuerySet[Row]", id: int) -> "Row":
    """One row of a scoped queryset, or the one answer for what is absent and what is out of sight."""
    found = visible.filter(pk=id).first()
    if found is None:
        raise absent()
    return found


def for_change(by: Person, id: int, *, to: str) -> Membership:
    """A membership, locked, after asking for the permission at its union."""
    return one_for_change(visible_to(by).select_related("organization", "person"), by, id, to=to)


def visible_claims(by: Person) -> QuerySet[Claim]:
    """The claims of benefits that unions inside a person's scope offer."""
    rows = Claim.objects.select_related("benefit__organization", "benefit__programme", "person")
    return access.visible(rows, by, "membership.see", "benefit__org_path")
