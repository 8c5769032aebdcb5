"""What the pages read: lists by any filter, one issue whole, and issues like one that somebody is about to register."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from unionhall.kernel.access.queries import may, ranges
from unionhall.kernel.files import queries as file_queries
from unionhall.kernel.files.models import File
from unionhall.kernel.flows import queries as flows
from unionhall.kernel.flows.flow import Move
from unionhall.kernel.flows.models import Handling, Step
from unionhall.kernel.flows.queries.signatures import was_asked
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import queries as people_queries
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.models import CustomField
from unionhall.lib import dates, money, rowid
from unionhall.lib.refusal import absent
from unionhall.lib.text import Text
from unionhall.work.issues import access, registry, rules
from unionhall.work.issues.flow import ISSUE, OPEN_STATES
from unionhall.work.issues.models import Flag, Issue, Listing, Measure, Progress
from unionhall.work.issues.queries import kinds

SIMILAR = 5
LIKE = 0.25
YES, NO = Text("是", "yes"), Text("否", "no")
LOOK_BACK = timedelta(days=730)
CANDIDATES = 400
FEW = 10_000  # gathered and sorted in about 6 ms on the machine of the benches


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; every field empty means everything in scope."""

    text: str = ""
    source: str = ""
    kind: str = ""
    grade: str = ""
    state: str = ""
    light: str = ""
    flag: str = ""
    marked: str = ""
    unit: Organization | None = None
    own: bool = False
    side: str = ""
    list_id: int | None = None
    programme: str = ""
    since: date | None = None
    until: date | None = None


def issues(by: Person, filters: Filters) -> QuerySet[Issue]:
    """The issues that match, in the person's scope, with their units; the caller orders and cuts."""
    found = access.visible_to(by)
    for name in ("source", "kind", "grade", "flag"):
        if value := getattr(filters, name):
            found = found.filter(**{name: value})
    if filters.state == "open":
        found = found.filter(state__in=OPEN_STATES)
    elif filters.state:
        found = found.filter(state__in=filters.state.split(","))
    if filters.unit is not None:
        found = found.filter(of_unit(filters.unit, own=filters.own, side=filters.side))
    if filters.list_id is not None:
        found = found.filter(Exists(Listing.objects.filter(issue=OuterRef("pk"), list=filters.list_id)))
    if filters.programme:
        found = found.filter(programme__code=filters.programme)
    if filters.since is not None:
        found = found.filter(found_on__gte=filters.since)
    if filters.until is not None:
        found = found.filter(found_on__lte=filters.until)
    if filters.text:
        found = found.filter(_matching(filters.text))
    return _marked(_lit(found, filters.light), filters.marked).select_related("organization", "handler")


def ordered(found: QuerySet[Issue], order: Sequence[str], *, among: int) -> QuerySet[Issue]:
    """Issues in an order; `among` is how many there are, as far as was counted.

    The newest of few are gathered and sorted (the key is written so that no index gives the order): walking the key from its end
    would pass the issues of everybody else, 54,000 of 60,000 for a county whose own are the oldest.
    """
    if among <= FEW and order[0] in {"-id", "-pk"}:
        return found.order_by((F("id") + 0).desc())
    return found.order_by(*order)


def of_unit(unit: Organization, *, own: bool, side: str) -> Q:
    """The condition "listed or handled by a unit", its own alone or with everything below; one side of it where named."""
    listing = Q(organization=unit) if own else organizations.in_range(unit.path)
    handling = Q(handler=unit) if own else organizations.in_range(unit.path, "handler_path")
    return {"listing": listing, "handling": handling}.get(side, listing | handling)


def _matching(text: str) -> Q:
    """By reference from its beginning, by any part of the title, by the handling unit's name; each by its index."""
    plain = text.strip()
    said = "title__contains" if plain.upper() == plain.lower() else "title__icontains"  # Chinese has no capitals to compare
    grams = rules.grams(plain)
    wanted = [gram for gram in grams if len(gram) == 2] or grams  # a pair says that its characters are there: half the work
    by_title = Q(**{"grams__contains": wanted, said: plain})
    units = organizations.search(plain)[:20]
    return Q(reference__startswith=plain.upper()) | by_title | Q(handler__in=list(units.values_list("pk", flat=True)))


def _lit(found: QuerySet[Issue], light: str) -> QuerySet[Issue]:
    return flows.with_light(found, dates.today(), only=light)


def _marked(found: QuerySet[Issue], marked: str) -> QuerySet[Issue]:
    if marked == "supervised":
        return found.filter(supervised=True)
    if marked == "recurred":
        return found.filter(recurrence_of__isnull=False)
    return found


def by_state(by: Person, filters: Filters) -> dict[str, int]:
    """How many issues stand in each state, for the tabs of the list; one query."""
    if filters.unit is not None:
        parts = [access.visible_to(by).filter(of_unit(filters.unit, own=filters.own, side=filters.side))]
    else:
        parts = access.visible_parts(by)
    counted = [part.order_by().values_list("state").annotate(number=Count("*")) for part in parts]
    found: dict[str, int] = {}
    for state, number in counted[0].union(*counted[1:], all=True) if len(counted) > 1 else counted[0]:
        found[state] = found.get(state, 0) + number
    return found


@dataclass(frozen=True, slots=True)
class Detail:
    """One issue with everything that its page shows. What hangs on it comes along in one row, as plain mappings."""

    issue: Issue
    progress: list[Progress]
    timeline: list[Step]
    similar: list["Like"]
    files: list[File]


RELATED = (
    "organization",
    "handler",
    "area",
    "programme",
    "concerns",
    "responsible",
    "recurrence_of",
    "merged_into",
    "submitted_by",
    "checked_by",
)


def issue(by: Person, issue_id: int, *, whole: bool = False) -> Issue:
    """One issue in sight, with what its head line names; NotVisible when absent or out of sight.

    `whole` adds its light and the lists, joint units, measures, flags and returns that belong to it.
    """
    rows = access.visible_to(by).select_related(*RELATED)
    if whole:
        rows = flows.with_light(rows, dates.today()).annotate(**_hangings(by))
        rows = rows.annotate(signatures_asked=was_asked(access.KIND))
    for one in rows.filter(pk=issue_id).order_by():  # at most one: to have it sorted costs Django more than to fetch it
        return one
    raise absent()


def _hangings(by: Person) -> dict[str, ArraySubquery]:
    here = {"issue": OuterRef("pk")}
    listed = JSONObject(list="list_id", name="list__name", number="number", listed_on="listed_on", cleared_on="cleared_on")
    measured = JSONObject(id="id", text="text", due_on="due_on", done_on="done_on")
    hung = JSONObject(colour="colour", reason="reason", by="hung_by__name", hung_on="hung_on", taken_down_on="taken_down_on")
    joint = Handling.objects.filter(record_kind=access.KIND, record_id=OuterRef("pk"), lead=False, until=None)
    again = access.visible_to(by).filter(recurrence_of=OuterRef("pk")).order_by("id")
    return {
        "listed_as": ArraySubquery(Listing.objects.filter(**here).order_by("listed_on", "id").values(row=listed)),
        "measures_set": ArraySubquery(Measure.objects.filter(**here).order_by("id").values(row=measured)),
        "flags_hung": ArraySubquery(Flag.objects.filter(**here).order_by("-id").values(row=hung)),
        "helped_by": ArraySubquery(joint.order_by("id").values("organization__name")),
        "came_back_as": ArraySubquery(again.values(row=JSONObject(id="id", reference="reference", title="title"))),
    }


def own_values(one: Issue) -> list[tuple[object, str]]:
    """What an issue keeps in the own fields of its programme, each with its label, as people read it; also of retired fields."""
    if not one.custom or one.programme is None:
        return []
    fields = CustomField.objects.filter(programme=one.programme, code__in=list(one.custom))
    return [(field.label, _read(field.kind, one.custom[field.code])) for field in fields]


def _read(kind: str, value: Any) -> str:
    if kind == "yes_no":
        return str(YES if value else NO)
    if kind == "money" and isinstance(value, int):
        return money.yuan(value)
    return "、".join(value) if isinstance(value, list) else str(value)


def detail(by: Person, issue_id: int) -> Detail:
    """Everything about one issue; the number of queries does not depend on how much happened to it."""
    found = issue(by, issue_id, whole=True)
    return Detail(
        found,
        list(found.progress.select_related("by")),
        list(flows.timeline(found)),
        similar(by, found.title, kind=found.kind, at=found.organization, without=found.pk),
        list(file_queries.files_of(found)),
    )


def moves_for(by: Person, one: Issue) -> list[Move]:
    """The moves that a person may make on an issue as it stands."""
    places = {"owner": one.organization, "holder": one.handler}
    return [move for move in ISSUE.moves_from(one.state) if may(by, move.permission, at=places[move.at])]


@dataclass(frozen=True, slots=True)
class Like:
    """An issue like another, how much so (0 to 100), and whether it was written off recently enough to have recurred."""

    pk: int
    reference: str
    title: str
    kind: str
    handler: str
    written_off_on: date | None
    likeness: int
    closed: bool


def similar(by: Person, title: str, *, kind: str, at: Organization, without: int | None = None) -> list[Like]:
    """Earlier and open issues of the same kind and place whose titles share much with this one, the likest first."""
    pairs = [gram for gram in rules.grams(title) if len(gram) == 2]
    if not pairs:
        return []
    near = access.visible_to(by).filter(found_on__gte=dates.today() - LOOK_BACK, grams__overlap=pairs, organization=at)
    near = (near.filter(kind=kind) if kind else near).exclude(state="withdrawn").exclude(pk=without or 0)
    columns = ("pk", "reference", "title", "kind", "state", "written_off_on", "handler__short_name", "handler__name")
    rows = near.order_by("-id").values_list(*columns)[:CANDIDATES]  # plain rows: the page shows a line of the likest few
    mine = rules.pairs(title)
    scored = [(rules.alike(mine, rules.pairs(row[2])), row) for row in rows]
    best = sorted((pair for pair in scored if pair[0] >= LIKE), key=lambda pair: (-pair[0], -pair[1][0]))[:SIMILAR]
    return [
        Like(pk, reference, said, code, short or name, off, round(score * 100), state == "written_off")
        for score, (pk, reference, said, code, state, off, short, name) in best
    ]


def helps(by: Person, one: Issue) -> bool:
    """Whether a unit of this person still owes its part in an issue."""
    if not getattr(one, "helped_by", True):
        return False
    parts = flows.open_parts(one).select_related("organization")
    return any(may(by, part.permission, at=part.organization) for part in parts)


def detail_similar(by: Person, one: Issue) -> list[Like]:
    """What is like an issue, itself left out."""
    return similar(by, one.title, kind=one.kind, at=one.organization, without=one.pk)


def next_waiting(by: Person, issue: Issue) -> int | None:
    """The next issue in the same state that waits for the same hands, by urgency: what 办完下一条 opens."""
    return flows.next_waiting(access.visible_to(by), issue)


def filters_of(given: Mapping[str, Any]) -> Filters:
    """Filters from cleaned values of a form, or from the raw text of an address (an export that runs later)."""
    unit = given.get("unit")
    if unit and not isinstance(unit, Organization):
        unit = Organization.objects.filter(pk=key).first() if (key := rowid.read(unit)) else None
    days: dict[str, Any] = {name: _day(given.get(name)) for name in ("since", "until")}
    plain: dict[str, Any] = {
        name: str(given.get(name) or "")
        for name in ("source", "kind", "grade", "state", "light", "flag", "marked", "side", "programme")
    }
    return Filters(
        text=str(given.get("q") or ""),
        unit=unit or None,
        own=bool(given.get("own")),
        list_id=rowid.read(given.get("list")),
        **plain,
        **days,
    )


def _day(value: object) -> date | None:
    if isinstance(value, date) or value is None:
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def exported(by: Person, given: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The rows of the list for a spreadsheet, already scoped; names of people stay out of it."""
    names = kinds.everything()
    found = issues(by, filters_of(given)).select_related("organization", "handler").order_by("-id")
    for one in found.iterator(chunk_size=2000):
        yield {
            "reference": one.reference,
            "title": one.title,
            "source": registry.SOURCES.get(one.source, one.source),
            "kind": names.get(one.kind, one.kind),
            "grade": registry.GRADES.get(one.grade, ""),
            "state": ISSUE.state(one.state).name,
            "organization": one.organization.name,
            "handler": one.handler.name,
            "found_on": one.found_on,
            "due_on": one.due_on,
            "deadline": one.deadline,
            "written_off_on": one.written_off_on,
        }


def namable(by: Person) -> QuerySet[Person]:
    """The people whom a person may name in an issue: those in their scope."""
    return people_queries.people(ranges(by, "people.see"))
