"""Confirming that what is on file about a member is still right: by the union for many, by members for themselves."""

from django.db import transaction
from django.db.models import QuerySet

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access import queries
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.actions import freshness
from unionhall.kernel.people.models import Person
from unionhall.lib import dates
from unionhall.work.membership import access
from unionhall.work.membership.actions import standing
from unionhall.work.membership.models import Membership

COMPARED = ("name", "id_number", "phone", "address", "employer")
MOST = 2_000  # confirmed by one press; the rest stay on the list


@transaction.atomic
def confirm(found: QuerySet[Membership], *, at: Organization, by: Person) -> int:
    """Note today as the day on which the selected members' data were confirmed, but the own: those one confirms on the phone.

    Returns of how many; a second press finds none.
    """
    access_actions.require(by, "membership.move", at=at)
    today = dates.today()
    may = access.visible_to(by, "membership.move").filter(pk__in=found.order_by().values("pk"), until=None)
    waiting = (
        may.exclude(checked_on=today)
        .exclude(person__in=queries.own_files(by))
        .select_for_update(of=("self",))
        .select_related("organization")
        .order_by("pk")
    )
    rows = list(waiting[:MOST])
    Membership.objects.filter(pk__in=[one.pk for one in rows]).update(checked_on=today)
    freshness.confirm([one.person_id for one in rows], dict.fromkeys(COMPARED, "desk"), by=by)
    audit.record_many([audit.Act(by, "membership.checked", one, one.organization, details={"way": "desk"}) for one in rows])
    return len(rows)


@transaction.atomic
def confirm_own(person: Person) -> bool:
    """A member says that the own data are right; True the first time of the day. It counts as activity."""
    own = Membership.objects.select_for_update(of=("self",)).select_related("organization")
    membership = own.filter(person=person, until=None).first()
    today = dates.today()
    if membership is None or membership.checked_on == today:
        return False
    Membership.objects.filter(pk=membership.pk).update(checked_on=today)
    freshness.confirm([person.pk], dict.fromkeys(COMPARED, "self"), by=person)
    audit.record(person, "membership.checked", membership, at=membership.organization, way="hall")
    standing.seen_active(person, "check")
    return True
