"""Words from a union to its members: many at once, into the inbox of each, and by text message where that is wanted."""

from datetime import timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.notices import actions as notices
from unionhall.kernel.notices.models import Notice
from unionhall.kernel.notices.rules import hide
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import clock
from unionhall.lib.refusal import Conflict, Refused
from unionhall.lib.text import Text
from unionhall.work.membership import access, rules
from unionhall.work.membership.models import Membership
from unionhall.work.membership.queries import consents

MOST = 5_000  # members whom one message reaches: more is a matter for the federation's own channels


class Reach(NamedTuple):
    """Whom a text message to selected members reaches: how many get it, have no phone on file, or do not agree to such messages."""

    texted: int
    without_phone: int
    unwilling: int


def reach(found: QuerySet[Membership], by: Person) -> Reach:
    """What comes of the tick "also by text message" before anything is sent; who has no phone is not counted as unwilling."""
    persons = list(_persons(found, by))
    with_phone = [person for person in persons if person.phone_last4]
    unwilling = len(consents.unwilling(with_phone))
    return Reach(len(with_phone) - unwilling, len(persons) - len(with_phone), unwilling)


def _persons(found: QuerySet[Membership], by: Person) -> QuerySet[Person]:
    may = access.visible_to(by, "membership.move").filter(pk__in=found.order_by().values("pk"), until=None)
    return Person.objects.filter(pk__in=may.values("person"), erased_at=None).only("pk", "phone_last4").order_by("pk")[: MOST + 1]


@transaction.atomic
def send(found: QuerySet[Membership], *, text: str, texted: bool, at: Organization, by: Person) -> int:
    """Send words to all of the selected members whom a person may look after; returns how many were told.

    Each person is told once, whoever presses twice within the hour; phone, account and document numbers in the words are
    hidden. Raises Refused for no words, too long ones, and more members than one message may reach, Conflict where all were
    told just now, and Denied.
    """
    access_actions.require(by, "membership.move", at=at)
    words = rules.check_message(text)
    kind = "membership.message_texted" if texted else "membership.message"
    return _tell(found, kind, at, by, timedelta(hours=1), "membership.message", unit=at.name, text=words)


@transaction.atomic
def ask_to_confirm(found: QuerySet[Membership], *, at: Organization, by: Person) -> int:
    """Ask members to look whether their data are still right, nobody twice within a week; returns how many were asked.

    Raises as `send`.
    """
    access_actions.require(by, "membership.move", at=at)
    return _tell(found, "membership.please_confirm", at, by, timedelta(days=7), unit=at.name)


def _tell(
    found: QuerySet[Membership], kind: str, at: Organization, by: Person, again: timedelta, quiet: str = "", **context: Any
) -> int:
    """Tell everybody by `kind`; by `quiet`, where there is one, whoever wants no text messages."""
    # A second press waits here, and then finds the first
    Organization.objects.select_for_update(of=("self",), no_key=True).get(pk=at.pk)
    persons = list(_persons(found, by))
    if len(persons) > MOST:
        raise Refused(Text(f"一次最多发给 {MOST} 名会员，请缩小范围。", f"At most {MOST} members at once: narrow the list."))
    if not persons:
        raise Refused(Text("所选会员均不在会，无人可发。", "None of the selected is a member now, so nobody can be told."))
    same = {name: hide(str(value)) for name, value in context.items()}
    lately = Notice.objects.filter(
        kind__in={kind, quiet or kind}, person__in=persons, created_at__gt=clock.now() - again, context=same
    )
    told = set(lately.values_list("person_id", flat=True))
    fresh = [person for person in persons if person.pk not in told]
    if not fresh:
        raise Conflict(
            Text("所选会员刚收到过同样的内容，没有重复发送。", "They were told the same just now; nothing was sent twice.")
        )
    unwilling = consents.unwilling(fresh) if quiet and quiet != kind else set()
    notices.tell([person for person in fresh if person.pk not in unwilling], kind, **context)
    notices.tell([person for person in fresh if person.pk in unwilling], quiet or kind, **context)
    audit.record(by, "membership.messaged", f"organizations.organization:{at.pk}", at=at, kind=kind, count=len(fresh))
    return len(fresh)
