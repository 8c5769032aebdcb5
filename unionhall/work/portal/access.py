"""Who sees what in the front room: a worker what is their own, staff what lies in their scope."""

from django.db.models import QuerySet

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access import queries as access
from unionhall.kernel.access.models import fetched
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import scope
from unionhall.lib.refusal import NotVisible
from unionhall.lib.text import Text
from unionhall.work.portal.models import Correction, HelpRequest


def visible_to_worker(person: Person) -> "QuerySet[HelpRequest]":
    """The requests that somebody sent themselves."""
    return scope.mark(HelpRequest.objects.filter(person=person).select_related("organization"))


def corrections_of(person: Person) -> "QuerySet[Correction]":
    """The corrections that somebody asked for themselves."""
    return scope.mark(Correction.objects.filter(person=person).select_related("organization"))


def corrections_for(by: Person, *, waiting: bool | None = None) -> "QuerySet[Correction]":
    """The corrections asked for in the units whose people somebody may correct: those that wait, or those answered."""
    found = access.visible(Correction.objects.select_related("person", "organization", "decided_by"), by, "people.correct")
    if waiting is None:
        return found
    asked = Correction.State.ASKED
    return found.filter(state=asked).order_by("pk") if waiting else found.exclude(state=asked).order_by("-pk")


def own_request(person: Person, id: int) -> HelpRequest:
    """One's own request; NotVisible for another's and for none."""
    found = visible_to_worker(person).filter(pk=id).first()
    if found is None:
        raise absent()
    return found


def one_request(by: Person, id: int) -> HelpRequest:
    """A request taken in hand inside somebody's scope; NotVisible for another's and for none."""
    found = access.visible(HelpRequest.objects.all(), by, "portal.see").filter(pk=id).first()
    if found is None:
        raise absent()
    return found


def one_correction(by: Person, id: int) -> Correction:
    """A correction asked for inside somebody's scope, answered or not; NotVisible for another's and for none."""
    found = corrections_for(by).filter(pk=id).first()
    if found is None:
        raise absent()
    return found


def correction_for_change(by: Person, id: int) -> Correction:
    """A correction, locked, for somebody who may correct people at its unit."""
    found = corrections_for(by).select_for_update(of=("self",)).filter(pk=id).first()
    if found is None:
        raise absent()
    access_actions.require(by, "people.correct", at=found.organization)
    return fetched(found)


def unit_for_change(by: Person, id: int) -> Organization:
    """A unit whose channel somebody may keep."""
    unit = access.visible(Organization.objects.filter(until=None), by, "portal.channels", field="path").filter(pk=id).first()
    if unit is None:
        raise absent()
    return unit


def absent() -> NotVisible:
    """The one answer to what is absent and to what is out of sight."""
    return NotVisible(Text("未找到，或不在您的范围。", "Not found, or not yours."))
