"""Requests for help: who takes them, how they stand, what happened to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from unionhall.kernel.flows import queries as flows
from unionhall.kernel.flows import registry as flow_registry
from unionhall.kernel.organizations import rules as tree
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.policies import queries as policies
from unionhall.lib import dates
from unionhall.work.portal import access
from unionhall.work.portal.models import HelpRequest

TAKES = ("county", "city", "province", "nation")  # the lowest of these above a worker takes requests in hand
MOST = 50
SOON = 3


@dataclass(frozen=True, slots=True)
class Stand:
    """How a request stands now, in words for the worker."""

    state: str
    light: str
    due: date | None
    done: bool


@dataclass(frozen=True, slots=True)
class Stage:
    """One thing that happened: when, what, at which unit. No names."""

    at: datetime
    what: str
    unit: str


def taker_for(area: Organization) -> Organization:
    """The federation that takes requests from a unit: the nearest county, else the next one above, else the unit itself."""
    above = Organization.objects.filter(path__in=[*tree.ancestor_paths(area.path), area.path], until=None, kind="federation")
    known = {unit.level: unit for unit in above.order_by("path")}
    return next((known[level] for level in TAKES if level in known), area)


def requests_of(person: Person) -> list[HelpRequest]:
    """What somebody asked for, the newest first."""
    return list(access.visible_to_worker(person)[:MOST])


def records_of(requests: Iterable[HelpRequest]) -> dict[tuple[str, int], Any]:
    """The records that rooms made of requests, one query for each kind."""
    wanted: dict[str, list[int]] = {}
    for one in requests:
        wanted.setdefault(one.record_kind, []).append(one.record_id)
    found: dict[tuple[str, int], Any] = {}
    for kind, ids in wanted.items():
        model = flow_registry.registered(kind).model
        found |= {(kind, record.pk): record for record in model._base_manager.filter(pk__in=ids)}
    return found


def stand(record: Any) -> Stand:
    """How a record stands."""
    here, today = record.stands, dates.today()
    done = here.kind == "closed"
    due = record.due_on
    if record.paused_at is not None:
        light = "paused"
    elif done or due is None:
        light = "none"
    else:
        left = policies.working_days_between(today, due)
        light = "late" if due < today else "soon" if left <= SOON else "ok"
    return Stand(str(here.name), light, due, done)


def stages(record: Any) -> list[Stage]:
    """What happened to a record, the oldest first: states, not the words that staff wrote to each other."""
    flow = record.flow
    told = []
    for step in flows.timeline(record):
        if step.undone_by_id or not step.new or step.new == step.old:
            continue
        told.append(Stage(step.at, str(flow.state(step.new).name), step.organization.label))
    return told


def hotline(at: Organization | None) -> str:
    """The number of the workers' hotline where somebody is."""
    if at is None:
        at = Organization.objects.filter(parent=None, until=None).order_by("path").first()
    return str(policies.value("portal.hotline", at=at, on=dates.today()).value) if at is not None else "12351"


def uninvited(limit: int = 500) -> list[HelpRequest]:
    """Requests whose record is finished and whose worker was not yet asked how it was."""
    waiting = list(HelpRequest.objects.filter(invited_at=None).select_related("person", "organization").order_by("pk")[:limit])
    records = records_of(waiting)
    return [one for one in waiting if (record := records.get((one.record_kind, one.record_id))) and stand(record).done]


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished request, as whoever asked may rate it."""

    record: str
    title: str
    organization: Organization
    person_id: int
    finished: date | None


def finished(id: int) -> Finished | None:
    """One finished request; None while it is under way, and for none."""
    one = HelpRequest.objects.select_related("organization").filter(pk=id).first()
    record = records_of([one]).get((one.record_kind, one.record_id)) if one is not None else None
    if one is None or record is None or not stand(record).done:
        return None
    return Finished(
        f"portal.helprequest:{one.pk}", one.reference, one.organization, one.person_id, dates.day_of(record.state_since)
    )
