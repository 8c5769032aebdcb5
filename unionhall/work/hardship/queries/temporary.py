"""What the pages read of temporary records."""

from django.db.models import Case, QuerySet, When

from unionhall.kernel.flows import queries as flows
from unionhall.kernel.people.models import Person
from unionhall.lib import dates
from unionhall.lib.refusal import absent
from unionhall.work.hardship import access
from unionhall.work.hardship.models.temporary import Temporary


def records(by: Person) -> "QuerySet[Temporary]":
    """The temporary records in scope, those that are kept first."""
    found = flows.with_light(access.temporaries_for(by), dates.today()).annotate(open=Case(When(state="kept", then=0), default=1))
    return found.order_by("open", "-id")


def record(by: Person, temporary_id: int) -> Temporary:
    """One of them; NotVisible when absent or out of sight."""
    found = flows.with_light(access.temporaries_for(by), dates.today()).filter(pk=temporary_id).first()
    if found is None:
        raise absent()
    return found
