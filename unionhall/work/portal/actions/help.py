"""Asking for help at one touch: it becomes a record of the room that takes such requests."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.flows import registry as flows
from unionhall.kernel.flows.actions import tasks
from unionhall.kernel.flows.registry import Asked
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.notices import actions as notices
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import queries as people
from unionhall.kernel.people.models import Person
from unionhall.lib import clock, dates
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text
from unionhall.work.portal import access, facts, rules
from unionhall.work.portal.models import HelpRequest
from unionhall.work.portal.queries import help as queries

ASKED = {
    "call": Text("职工请工会回电", "A worker asks to be called"),
    "speak": Text("职工语音求助", "A worker's spoken request"),
    "write": Text("职工求助", "A worker's request"),
}


@transaction.atomic
def ask_for_help(
    *, by: Person, channel: str, text: str = "", confidential: bool = False, files: Sequence[Any] = (), recordings: int = 0
) -> HelpRequest:
    """Send a worker's request to the federation above their union; whoever takes it in hand answers with a record."""
    rules.check_help(channel=channel, text=text, recordings=recordings)
    area = home_of(by)
    unit = queries.taker_for(area)
    title = rules.title_of(text, str(ASKED[channel].zh))
    asked = Asked(
        title=title,
        text=text.strip(),
        channel=channel,
        organization=unit,
        area=area,
        person=None if confidential else by,
        files=tuple(files),
    )
    record = taken(asked)
    request = HelpRequest.objects.create(
        person=by,
        organization=unit,
        org_path=unit.path,
        area=area,
        channel=channel,
        text=text.strip(),
        confidential=confidential,
        record_kind=flows.kind_of(record),
        record_id=record.pk,
        reference=record.reference,
        asked_on=dates.today(),
    )
    audit.record(by, "portal.help_asked", request, at=unit, channel=channel, record=f"{request.record_kind}:{record.pk}")
    ledger.post(
        facts.HELP_ASKED,
        at=unit,
        day=request.asked_on,
        source=request,
        subject=by,
        dimensions={"help_channel": channel},
    )
    notices.tell(by, "portal.received", record=request, reference=request.reference, unit=unit.name)
    return request


def home_of(person: Person) -> Organization:
    """The union that looks after a person; Refused where there is none yet."""
    if person.home is None:
        raise Refused(
            Text(
                "您还没有归属的工会，请拨打 12351 或联系就近工会。", "No union looks after you yet: call 12351 or the nearest one."
            )
        )
    return person.home


def taken(asked: Asked) -> Any:
    """The record that the first room made of a request."""
    offers = flows.intakes()
    if not offers:
        raise Refused(Text("暂时不能在线受理，请拨打 12351。", "Requests cannot be taken online now: call 12351."))
    return offers[0].take(asked)


@transaction.atomic
def press(*, request_id: int, by: Person) -> None:
    """Ask how one's request stands (催一催): the handlers are chased, as often as the policy allows."""
    request = access.own_request(by, request_id)
    record = queries.records_of([request])[request.record_kind, request.record_id]
    tasks.chase(record, by=people.house(), reason=str(Text("职工催办", "Asked by the worker")))
    audit.record(by, "portal.pressed", request, at=request.organization)


@transaction.atomic
def invite(request: HelpRequest) -> None:
    """Ask the worker of a finished request how it was."""
    request.invited_at = clock.now()
    request.save(update_fields=["invited_at"])
    notices.tell(request.person, "portal.rate", record=request, reference=request.reference)


def invite_all() -> int:
    """Invite everybody whose request is finished; returns how many."""
    waiting = queries.uninvited()
    for request in waiting:
        invite(request)
    return len(waiting)
