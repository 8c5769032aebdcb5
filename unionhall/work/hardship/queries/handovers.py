"""Files on their way between units, and what the unit that kept one may know of it afterwards."""

from django.db.models import Case, QuerySet, When

from unionhall.kernel.access.queries import key_of
from unionhall.kernel.flows import queries as flows
from unionhall.kernel.flows.models import Step
from unionhall.kernel.people.models import Person
from unionhall.lib import dates
from unionhall.lib.refusal import absent
from unionhall.work.hardship import access, registry
from unionhall.work.hardship.models.files import Household
from unionhall.work.hardship.models.rounds import Handover


def handed_over(by: Person, household_id: int) -> int:
    """By which handover a file that is out of sight left a unit in sight; NotVisible where none did."""
    gone = access.handovers_for(by).filter(household=household_id, state="taken")
    return key_of(gone.order_by("-pk")[:1])


def handed_over_of(by: Person, kind: str, row: int) -> int:
    """The same for a row that was counted while the file was kept in sight."""
    if kind == "step":
        steps = Step.objects.filter(pk=row, record_kind=Household._meta.label_lower).values("record_id")
        gone = access.handovers_for(by).filter(household__in=steps, state="taken")
    elif kind in registry.COUNTED:
        gone = access.handovers_for(by).filter(**{f"household__{registry.COUNTED[kind][1]}__pk": row}, state="taken")
    else:
        raise absent()
    return key_of(gone.order_by("-pk")[:1])


def handovers(by: Person) -> "QuerySet[Handover]":
    """The files on their way between units that are in sight, those that wait first."""
    found = flows.with_light(access.handovers_for(by), dates.today()).annotate(waits=Case(When(state="offered", then=0), default=1))
    return found.order_by("waits", "-id")


def handover(by: Person, handover_id: int) -> Handover:
    """One of them; NotVisible when absent or out of sight."""
    found = flows.with_light(access.handovers_for(by), dates.today()).filter(pk=handover_id).first()
    if found is None:
        raise absent()
    return found


def sees(by: Person, household_id: int) -> bool:
    """Whether a file is in sight."""
    return access.visible_to(by).filter(pk=household_id).exists()
