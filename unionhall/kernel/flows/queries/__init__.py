"""Where a record stands, what it went through, and who owes what."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar, cast

from django.db.models import Case, CharField, Count, Exists, Expression, Max, Model, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from unionhall.kernel.access import queries as access
from unionhall.kernel.access import rules as access_rules
from unionhall.kernel.access.rules.lending import Hand
from unionhall.kernel.flows import registry
from unionhall.kernel.flows.flow import Move
from unionhall.kernel.flows.models import Handling, Record, Step, Task, Watch
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.organizations.queries import within
from unionhall.kernel.people.models import Person
from unionhall.kernel.policies import queries as policies
from unionhall.lib import dates
from unionhall.lib.refusal import Denied, absent
from unionhall.lib.scope import mark

Rows = TypeVar("Rows", bound=Model)
TABS = ("mine", "sent", "watched", "drafts", "done", "scope")
MOST = 1000


def _of(record: Record) -> dict[str, Any]:
    return {"record_kind": registry.kind_of(record), "record_id": record.pk}


def timeline(record: Record) -> "QuerySet[Step]":
    """What happened to a record, the oldest first, with who did it; for those who see the record."""
    return mark(Step.objects.filter(**_of(record)).select_related("by", "behalf", "organization").order_by("id"))


def last_move(record: Record) -> Step | None:
    """The latest move between states that has not been taken back: the one that could be."""
    moves = [move.code for move in registry.flow_of(record).moves]
    return timeline(record).filter(move__in=moves, undone_by__isnull=True).last()


def changed_since(record: Record, step: Step) -> bool:
    """Has the record itself changed since a step? Units that joined since do not count: they are taken back with it."""
    return Step.objects.filter(**_of(record), pk__gt=step.pk, version__isnull=False).exclude(move="join").exists()


def next_waiting(seen: "QuerySet[Rows]", record: Record) -> int | None:
    """Of the records in sight the next one in this one's state, the most urgent first: what 办完下一条 opens; None without one."""
    waiting = seen.filter(state=record.state).exclude(pk=record.pk)
    return waiting.order_by("due_on", "id").values_list("pk", flat=True).first()


def references(records: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """The numbers of some records, by kind and id, where the kind has numbers; one query a kind."""
    wanted: dict[str, set[int]] = {}
    for kind, pk in records:
        wanted.setdefault(kind, set()).add(pk)
    numbered = {each.model._meta.label_lower: each.model for each in registry.flows()}
    return {
        (kind, pk): reference
        for kind, ids in wanted.items()
        if kind in numbered
        for pk, reference in numbered[kind]._base_manager.filter(pk__in=ids).values_list("pk", "reference")
    }


def hands(record: Record, persons: Iterable[int]) -> list[Hand]:
    """Those of some persons (by key) as the hands that they were in a record: by themselves, and for whom they took its steps."""
    return hands_in(registry.kind_of(record), [record.pk], persons)


def hands_in(kind: str, records: Iterable[int], persons: Iterable[int]) -> list[Hand]:
    """The same over many records of a kind."""
    wanted = sorted(set(persons))
    steps = Step.objects.filter(record_kind=kind, record_id__in=list(records), by__in=wanted, behalf__isnull=False)
    stood_in = steps.order_by().values_list("by_id", "behalf_id").distinct()
    return [*(Hand(person) for person in wanted), *(Hand(person, behalf) for person, behalf in sorted(stood_in))]


def last_mover(record: Record) -> Hand | None:
    """Who made the record's last move between states, and for whom."""
    moves = [move.code for move in registry.flow_of(record).moves]
    steps = Step.objects.filter(**_of(record), move__in=[*moves, "start"], undone_by__isnull=True)
    last = steps.order_by("-id").values_list("by_id", "behalf_id").first()
    return Hand(*last) if last else None


def handlings(record: Record) -> "QuerySet[Handling]":
    """The units that handle a record now, the responsible one first."""
    return Handling.objects.filter(**_of(record), until__isnull=True).select_related("organization").order_by("-lead", "id")


def holder(record: Record) -> Organization:
    """The unit that is responsible for a record now: whom it was given to, else its owner."""
    lead = handlings(record).filter(lead=True).first()
    return lead.organization if lead else record.organization


def holders(records: Sequence[Record]) -> dict[int, Organization]:
    """The units that are responsible for many records of a kind now, by the record's key."""
    if not records:
        return {}
    these = Handling.objects.filter(record_kind=registry.kind_of(records[0]), record_id__in=[one.pk for one in records])
    given = {one.record_id: one.organization for one in these.filter(until=None, lead=True).select_related("organization")}
    return {one.pk: given.get(one.pk, one.organization) for one in records}


def place_of(record: Record, move: Move) -> Organization:
    """The unit at which a move is made and its permission asked."""
    return record.organization if move.at == "owner" else holder(record)


def open_tasks(record: Record) -> "QuerySet[Task]":
    """What is owed for a record now."""
    return Task.objects.filter(**_of(record), done_at__isnull=True).order_by("-lead", "id")


def open_parts(record: Record) -> "QuerySet[Task]":
    """The joint units' parts that are not done."""
    return open_tasks(record).filter(lead=False, signing=False)


@dataclass(frozen=True, slots=True)
class Chased:
    """When those who owe something for a record were last chased, and the day from which they may be chased again."""

    on: date
    again: date

    def __str__(self) -> str:
        told = {"day": self.on.isoformat(), "again": self.again.isoformat()}
        return _("Chased on %(day)s; it can be chased again on %(again)s.") % told


def chased(record: Record) -> Chased | None:
    """The chase that keeps another one waiting: at most one in so many working days. None where they may be chased now."""
    last = open_tasks(record).aggregate(last=Max("chased_at"))["last"]
    if last is None:
        return None
    pause = policies.value("flows.chase_days", at=record.organization, on=dates.today()).whole
    found = Chased(dates.day_of(last), policies.add_working_days(dates.day_of(last), pause))
    return found if dates.today() < found.again else None


def task_to_forward(by: Person, kind: str, record: int) -> Task:
    """The open task of a record that a person may pass on: who may do it there. Raises NotVisible."""
    if not registry.is_kind(kind):
        raise absent()
    open_now = Task.objects.filter(record_kind=kind, record_id=record, done_at=None, lead=True, draft=False)
    task = open_now.select_related("organization", "assigned_to").first()
    if task is None or not access.may(by, task.permission, at=task.organization):
        raise absent()
    return mark(task)


def may_take(task: Task, *, besides: Person) -> list[Person]:
    """Who could be given a task: who may do it at its unit or at the units from which the giver does it; not who has it.

    Their deputies as well; nobody who cannot sign in. `besides` is the giver.
    """
    own = {held.organization_id for held in access.holdings(besides) if held.low <= task.org_path < held.high}
    here = access.bearers({task.organization_id, *own}, dates.today())
    able = {person for _unit, person, patterns in here if access_rules.holds(patterns, task.permission)}
    return list(at_work(able - {besides.pk, task.assigned_to_id or 0}).select_related("home").order_by("name_pinyin", "pk"))


def at_work(persons: Collection[int]) -> "QuerySet[Person]":
    """Those of some persons (by key) who can sign in: nobody else would ever answer."""
    return Person.objects.filter(pk__in=persons, account__isnull=False, account__disabled_at=None, erased_at=None)


def forwardings(task: Task) -> "QuerySet[Step]":
    """The steps by which a task's record was passed from one colleague to another; for those who may do the task."""
    return mark(Step.objects.filter(record_kind=task.record_kind, record_id=task.record_id, move="forward"))


def pause_reason(record: Record) -> str:
    """Why the clock was last stopped."""
    steps = Step.objects.filter(**_of(record), move="pause").order_by("-id")
    return steps.values_list("reason", flat=True).first() or ""


def local(moment: datetime) -> str:
    """A moment as people read it on a line of text."""
    return timezone.localtime(moment, dates.SHANGHAI).strftime("%Y-%m-%d %H:%M")


def sentence(record: Record, step: Step) -> str:
    """A step in words: the act and, where the state changed, from what to what."""
    flow = registry.flow_of(record)
    known = {move.code: move.name for move in flow.moves}
    name = str(known.get(step.move) or registry.ACTS[step.move])
    if step.move == "forward":
        return f"{name} → {step.details['person']}"
    if step.move.startswith("sign"):
        return _signature(step)
    if step.old == step.new or not step.old:
        return name
    states = {state.code: str(state.name) for state in flow.states}
    return f"{name}: {states.get(step.old, step.old)} → {states.get(step.new, step.new)}"


def _signature(step: Step) -> str:
    said = {
        "sign": _("%(name)s is asked to sign"),
        "sign_agree": _("%(who)s: agrees"),
        "sign_disagree": _("%(who)s: does not agree"),
        "sign_back": _("%(name)s need not sign any more"),
    }[step.move]
    return said % {"name": step.details["person"], "who": step.who}


# --- worklists -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Filters:
    """What a worklist is narrowed to. `after` is the (sort_on, id) of the last row shown, for the next page."""

    tab: str = "mine"
    light: str = ""
    programme: str = ""
    kind: str = ""
    text: str = ""
    within: Organization | None = None
    raised: bool = False
    after: tuple[date, int] | None = None


def soon_bound(today: date | None = None) -> Expression:
    """SQL for the first day that is no longer soon at a row's unit, by the policy in force there."""
    day = today or dates.today()
    table = policies.Table.load("flows.soon_days", on=day)
    calendar = policies.working_calendar()
    return table.day_case(lambda value: calendar.add(day, value.whole + 1))


def with_light(rows: "QuerySet[Rows]", today: date | None = None, *, only: str = "") -> "QuerySet[Rows]":
    """Annotate `light`: late, soon, ok, paused, or "" where nothing is due; the same in lists, counts and exports.

    `only` keeps the rows of one light, by plain conditions on the due date that an index answers.
    """
    day = today or dates.today()
    over = Q(done_at__isnull=False)
    if issubclass(rows.model, Record):
        over = Q(state__in=registry.flow_of(rows.model).closed)
    soon = soon_bound(day)
    if only:
        owed = rows.filter(~over, due_on__isnull=False)
        running = owed.filter(paused_at__isnull=True)
        kept = {
            "late": lambda: running.filter(due_on__lt=day),
            "soon": lambda: running.filter(due_on__gte=day, due_on__lt=soon),
            "ok": lambda: running.filter(due_on__gte=day).filter(due_on__gte=soon),
            "paused": lambda: owed.filter(paused_at__isnull=False),
        }
        rows = kept[only]() if only in kept else rows.none()
    lit = rows.annotate(
        light=Case(
            When(over | Q(due_on__isnull=True), then=Value("")),
            When(paused_at__isnull=False, then=Value("paused")),
            When(due_on__lt=day, then=Value("late")),
            When(due_on__lt=soon, then=Value("soon")),
            default=Value("ok"),
            output_field=CharField(),
        )
    )
    return cast("QuerySet[Rows]", lit)


def mine(by: Person) -> Q:
    """Tasks that wait for a person: given to them, or to nobody in a unit on which their own grant stands and lets them, or in a
    unit below where nobody may do them and theirs is the nearest unit above where somebody may (`Task.desk`).

    A deputy finds those of the lender as well, as far as the lent grants reach.
    """
    permissions = {move.permission for each in registry.flows() for move in each.flow.moves}
    units: dict[frozenset[str], list[int]] = {}
    condition = Q(assigned_to=by)
    for held in access.holdings(by):
        may = frozenset(code for code in permissions if access_rules.holds(held.permissions, code))
        if may:
            units.setdefault(may, []).append(held.organization_id)
        if may and held.lender is not None:
            reach = Q(org_path__gte=held.low, org_path__lt=held.high, permission__in=sorted(may))
            condition |= Q(assigned_to=held.lender) & reach
    for may, ids in units.items():
        nobodys = Q(assigned_to__isnull=True, permission__in=sorted(may))
        condition |= nobodys & Q(organization__in=ids) | nobodys & Q(desk__in=ids)
    return condition & Q(draft=False)


def _by_clock() -> Q:
    """What the clock will do by itself; after its day it was held or has failed, and somebody must look."""
    moves = (Q(record_kind=label, move=move) for label, move in registry.by_clock())
    return Q(Q(pk__in=[]), *moves, _connector=Q.OR) & Q(due_on__gte=dates.today())


def _tab(by: Person, tab: str) -> "QuerySet[Task]":
    open_now = Task.objects.filter(done_at__isnull=True)
    if tab in ("mine", "sent", "scope"):
        open_now = open_now.exclude(_by_clock())
    if tab == "mine":
        return open_now.filter(mine(by))
    if tab == "sent":
        return open_now.filter(sent_by=by, draft=False).exclude(assigned_to=by)
    if tab == "watched":
        seen = Watch.objects.filter(person=by, record_kind=OuterRef("record_kind"), record_id=OuterRef("record_id"))
        return open_now.filter(Exists(seen))
    if tab == "drafts":
        return open_now.filter(assigned_to=by, draft=True)
    if tab == "done":
        return Task.objects.filter(done_by=by, done_at__isnull=False)
    if tab == "scope":
        return access.visible(open_now.filter(draft=False), by, "flows.supervise")
    raise KeyError(tab)


def worklist(by: Person, filters: Filters = Filters()) -> "QuerySet[Task]":
    """One tab of a person's worklist, the most urgent first (done ones: the latest first), with lights; slice it."""
    rows = _narrow(_tab(by, filters.tab), filters)
    if filters.tab == "done":
        rows = rows.order_by("-done_at", "-id")
    else:
        rows = rows.order_by("sort_on", "id")
        if filters.after is not None:
            day, pk = filters.after
            rows = rows.filter(Q(sort_on__gt=day) | Q(sort_on=day, id__gt=pk))
    return mark(rows.select_related("organization", "assigned_to", "sent_by"))


def _narrow(rows: "QuerySet[Task]", filters: Filters) -> "QuerySet[Task]":
    if filters.programme:
        rows = rows.filter(programme_code=filters.programme)
    if filters.kind:
        rows = rows.filter(record_kind=filters.kind)
    if filters.within is not None:
        rows = within(rows, filters.within)
    if filters.raised:
        rows = rows.filter(raised__gt=0)
    if words := filters.text.strip():
        rows = rows.filter(Q(reference__icontains=words) | Q(title__icontains=words))
    return with_light(rows, only=filters.light)


def counts(by: Person) -> dict[str, int]:
    """How many rows each tab holds, in one query; a tab is counted up to MOST, which reads as "that many or more"."""
    parts = []
    for tab in TABS:
        rows = _tab(by, tab).order_by().values("pk")[:MOST]
        counted = Task.objects.filter(pk__in=rows).annotate(tab=Value(tab, output_field=CharField()))
        parts.append(counted.order_by().values("tab").annotate(n=Count("pk")).values_list("tab", "n"))
    found = dict(parts[0].union(*parts[1:], all=True))
    return {tab: found.get(tab, 0) for tab in TABS}


def waiting(by: Person) -> int:
    """How many open tasks wait for a person, up to MOST, in one query: cheap enough for every page."""
    return _tab(by, "mine").order_by()[:MOST].count()


def lights(by: Person, filters: Filters = Filters()) -> dict[str, int]:
    """How many rows of a tab stand at each light, in one query."""
    rows: Any = _narrow(_tab(by, filters.tab), replace(filters, light="", after=None)).order_by()
    return dict(rows.values_list("light").annotate(n=Count("pk")))


def tasks_of(person: Person, at: Organization) -> "QuerySet[Task]":
    """The open tasks that a person has in a unit's subtree."""
    return within(Task.objects.filter(assigned_to=person, done_at__isnull=True), at).select_related("organization")


def require_supervision(by: Person, at: Organization) -> None:
    """Raise Denied unless a person may supervise at a unit."""
    if not access.may(by, "flows.supervise", at=at):
        raise Denied(_("You do not have the right to supervise here."))


def watched(record: Record, by: Person) -> bool:
    """Does the person follow this record?"""
    return Watch.objects.filter(person=by, **_of(record)).exists()


def moves_for(record: Record, by: Person) -> list[Move]:
    """The moves that a person may make on a record as it stands: what the page offers."""
    return [
        move
        for move in registry.flow_of(record).moves_from(record.state)
        if access.may(by, move.permission, at=place_of(record, move))
    ]


def working_days_left(due_on: date, today: date | None = None) -> int:
    """Working days until a due date, negative once it has passed: the number beside the light."""
    return policies.working_days_between(today or dates.today(), due_on)
