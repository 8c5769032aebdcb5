"""What the pages read: lists of files by any filter, one file whole, and what its law of keeping says."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypedDict, cast

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from unionhall.kernel.access.queries import key_of, may, ranges
from unionhall.kernel.files import queries as file_queries
from unionhall.kernel.files.models import File
from unionhall.kernel.flows import queries as flows
from unionhall.kernel.flows.flow import Move
from unionhall.kernel.flows.models import Step
from unionhall.kernel.flows.queries.signatures import was_asked
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import queries as people_queries
from unionhall.kernel.people.models import Person, Standing
from unionhall.kernel.policies import queries as policies
from unionhall.kernel.programmes.models import Programme
from unionhall.lib import dates, rowid
from unionhall.lib.refusal import absent
from unionhall.lib.text import Text
from unionhall.work.hardship import access, registry
from unionhall.work.hardship.flow import HARDSHIP, OPEN_STATES
from unionhall.work.hardship.models.files import Assessment, Household, Member, Posting
from unionhall.work.hardship.models.rounds import Contact, Help
from unionhall.work.hardship.queries import duty

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

FEW = 10_000  # gathered and sorted in a few milliseconds
Lines = list[dict[str, Any]]  # as JSON tells them: their columns stand in `hangings`


class Hangings(TypedDict):
    """What hangs on a file and comes along with its row."""

    members_known: Lines
    exclusions_known: Lines
    consents_known: Lines
    visits_known: Lines
    inquiries_known: Lines
    objections_known: Lines
    pairings_known: Lines
    helps_known: Lines
    contacts_known: Lines
    watches_known: Lines
    exits_known: Lines
    handovers_known: Lines


if TYPE_CHECKING:
    Whole = WithAnnotations[Household, Hangings]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; every field empty means everything in scope."""

    text: str = ""
    state: str = ""
    kind: str = ""
    level: str = ""
    worker: str = ""
    cause: str = ""
    light: str = ""
    listed: str = ""
    unit: Organization | None = None
    programme: str = ""


def files(by: Person, filters: Filters) -> "QuerySet[Household]":
    """The files that match, in the person's scope, with their units and heads; the caller orders and cuts."""
    found = access.visible_to(by)
    for name in ("kind", "level", "worker", "cause"):
        if value := getattr(filters, name):
            found = found.filter(**{name: value})
    if filters.state == "open":
        found = found.filter(state__in=OPEN_STATES)
    elif filters.state:
        found = found.filter(state=filters.state)
    if filters.unit is not None:
        found = found.filter(organizations.in_range(filters.unit.path))
    if filters.programme:
        found = found.filter(programme__code=filters.programme)
    if filters.text:
        found = found.filter(_matching(by, filters.text))
    if filters.listed:
        found = duty.narrowed(found, filters.listed)
    return flows.with_light(found, dates.today(), only=filters.light).select_related("organization", "head")


def _matching(by: Person, text: str) -> Q:
    plain = text.strip()
    if plain.upper().startswith("KN"):
        return Q(reference__startswith=plain.upper())
    people = people_queries.find(plain, None if len(plain) >= 8 else ranges(by, "hardship.see"))
    found = list(people.values_list("pk", flat=True)[:200])
    return Q(Exists(Member.objects.filter(household=OuterRef("pk"), person__in=found)))


def by_state(by: Person, filters: Filters) -> dict[str, int]:
    """How many files stand in each state, for the tabs of the list; one query."""
    found = access.visible_to(by)
    if filters.unit is not None:
        found = found.filter(organizations.in_range(filters.unit.path))
    return dict(found.order_by().values_list("state").annotate(number=Count("*")))  # no column: the index alone answers


def ordered(found: "QuerySet[Household]", order: Sequence[str], *, among: int) -> "QuerySet[Household]":
    """Files in an order; `among` is how many there are, as far as was counted.

    The newest of few are gathered and sorted (the key is written so that no index gives the order): walking all keys from their
    end would pass the files of everybody else, 400,000 for a county that has none of what is asked.
    """
    if among <= FEW and order[0] in {"-id", "-pk"}:
        return found.order_by((F("id") + 0).desc())
    return found.order_by(*order)


RELATED = ("organization", "head", "programme", "approved_by", "created_by")


@dataclass(frozen=True, slots=True)
class Detail:
    """One file with everything that its page shows. What hangs on it comes along in one row, as plain mappings."""

    file: "Whole"
    timeline: list[Step]
    files: list[File]
    postings: list[Posting]
    assessments: list[Assessment]


def file(by: Person, household_id: int, *, to: str = "hardship.see") -> Household:
    """One file in sight; NotVisible when absent or out of sight."""
    one = access.visible_to(by, to).select_related(*RELATED).filter(pk=household_id).first()
    if one is None:
        raise absent()
    return one


def file_of(by: Person, kind: str, row: int) -> int:
    """The file that a counted row belongs to; NotVisible where that is absent or out of sight."""
    if kind == "step":
        steps = Step.objects.filter(pk=row, record_kind=Household._meta.label_lower).values("record_id")
        return key_of(access.visible_to(by).filter(pk__in=steps))
    if kind not in registry.COUNTED:
        raise absent()
    return key_of(access.visible_to(by).filter(**{f"{registry.COUNTED[kind][1]}__pk": row}))


def whole_file(by: Person, household_id: int) -> "Whole":
    """The same with what hangs on it, as plain mappings."""
    rows = flows.with_light(access.visible_to(by).select_related(*RELATED), dates.today()).annotate(**hangings())
    rows = rows.annotate(signatures_asked=was_asked(access.KIND))
    one = cast("QuerySet[Whole]", rows).filter(pk=household_id).first()  # names from a mapping are beyond the checker
    if one is None:
        raise absent()
    return one


def _dead() -> Exists:
    """Whether a death is noted of a member, wherever that was."""
    return Exists(Standing.objects.filter(person=OuterRef("person"), kind="deceased"))


def hangings() -> dict[str, ArraySubquery]:
    """What hangs on a file, each as an array of mappings read with the file's own row."""
    here = Household._meta.get_field
    shapes = {
        "members": JSONObject(
            person="person_id", name="person__name", relation="relation", school="school", birth="person__birth", dead=_dead()
        ),
        "exclusions": JSONObject(code="code", holds="holds", proof="proof"),
        "consents": JSONObject(person="person_id", name="person__name", way="way", digest="digest", signed_at="signed_at"),
        "visits": JSONObject(on="visited_on", by="by__name", companion="companion", finding="finding", agrees="agrees"),
        "inquiries": JSONObject(
            id="id",
            source="source",
            way="way",
            answer="answer",
            asked_at="asked_at",
            answered_at="answered_at",
            signature="signature",
            resolved="resolved",
        ),
        "objections": JSONObject(id="id", on="received_on", words="words", upheld="upheld", decision="decision"),
        "pairings": JSONObject(cadre="cadre__name", cadre_id="cadre_id", since="since", until="until", contacted="contacted_on"),
        "helps": JSONObject(
            item="item",
            source="source",
            approved="approved",
            paid="paid",
            paid_on="paid_on",
            in_order="in_order",
            satisfied="satisfied",
        ),
        "watches": JSONObject(months="months", due="due_on", done="done_on", back="back", words="words"),
        "handovers": JSONObject(
            id="id", state="state", to="organization__name", origin="origin__name", words="words", taken_on="taken_on"
        ),
        "exits": JSONObject(on="on", route="route", reason="reason", words="words"),
    }
    found = {}
    for name, shape in shapes.items():
        rows = here(name).related_model.objects.filter(household=OuterRef("pk"))  # type: ignore[union-attr]
        if name == "members":
            rows = rows.filter(until=None)
        found[f"{name}_known"] = ArraySubquery(rows.order_by("id").values(row=shape)[:60])
    contacts = Contact.objects.filter(pairing__household=OuterRef("pk")).order_by("-on", "-id")
    told = JSONObject(on="on", by="by__name", need="need", done="done")
    found["contacts_known"] = ArraySubquery(contacts.values(row=told)[:10])
    return found


def detail(by: Person, household_id: int) -> Detail:
    """Everything about one file; the number of queries does not depend on how much happened to it."""
    found = whole_file(by, household_id)
    return Detail(
        found,
        list(flows.timeline(found)),
        list(file_queries.files_of(found)),
        list(found.postings.order_by("-id")[:5]),
        list(found.assessments.defer("figures").select_related("by")[:5]),
    )


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an applicant: files in sight, whether one lies out of sight, and the help that came to them."""

    person: Person | None
    files: list[Household]
    elsewhere: bool
    helps: list[Help]


def known(by: Person, *, head: Person | None, id_number: str) -> Known:
    """Files and earlier help of somebody who is picked or named by a document number; of files out of sight only that one is."""
    person = head
    if person is None and len(id_number) >= 15:
        certain = [one.person for one in people_queries.duplicates(name="", id_number=id_number) if one.certain]
        person = certain[0] if certain else None
    if person is None:
        return Known(None, [], False, [])
    seen = list(access.visible_to(by).filter(members__person=person).select_related("organization").distinct().order_by("-id")[:5])
    elsewhere = Member.objects.filter(person=person, open=True).exclude(household__in=[one.pk for one in seen]).exists()
    helps = Help.objects.filter(household__in=[one.pk for one in seen], paid_on__isnull=False)
    return Known(person, seen, elsewhere, list(helps.order_by("-paid_on", "-id")[:5]))


def next_waiting(by: Person, one: Household) -> int | None:
    """The next file in the same state in sight, by urgency: what "then the next" opens."""
    return flows.next_waiting(access.visible_to(by), one)


def moves_for(by: Person, one: Household) -> list[Move]:
    """The moves that a person may make on a file as it stands."""
    holder = flows.holder(one)
    places = {"owner": one.organization, "holder": holder}
    return [move for move in HARDSHIP.moves_from(one.state) if may(by, move.permission, at=places[move.at])]


def filters_of(given: Mapping[str, Any]) -> Filters:
    """Filters from cleaned values of a form, or from the raw text of an address."""
    unit = given.get("unit")
    if unit and not isinstance(unit, Organization):
        unit = Organization.objects.filter(pk=key).first() if (key := rowid.read(unit)) else None
    plain: dict[str, Any] = {
        name: str(given.get(name) or "") for name in ("state", "kind", "level", "worker", "cause", "light", "listed", "programme")
    }
    return Filters(text=str(given.get("q") or ""), unit=unit or None, **plain)


def exported(by: Person, given: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The rows of the list for a spreadsheet, already scoped: no incomes, no illnesses, no numbers of documents."""
    for one in files(by, filters_of(given)).order_by("-id").iterator(chunk_size=2000):
        yield listed(one)


def listed(one: Household) -> dict[str, Any]:
    """A file as every list that leaves names it."""
    return {
        "reference": one.reference,
        "head": one.head.name,
        "kind": registry.KINDS.get(one.kind, ""),
        "level": registry.LEVELS.get(one.level, ""),
        "size": one.size,
        "worker": registry.WORKERS.get(one.worker, ""),
        "state": HARDSHIP.state(one.state).name,
        "organization": one.organization.name,
        "filed_on": one.filed_on,
        "verified_on": one.verified_on,
        "left_on": one.left_on,
    }


def near_rows(by: Person, given: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Families that the test finds just above the lines, for the form on which they are reported apart."""
    wanted = replace(filters_of(given), kind="near")
    for one in files(by, wanted).order_by("-id").iterator(chunk_size=2000):
        more = {"cause": registry.CAUSES.get(one.cause, ""), "second_cause": registry.CAUSES.get(one.second_cause, "")}
        yield {**listed(one), **more, "employer": one.employer, "assessed_on": one.assessed_on, "note": one.note}


def namable(by: Person) -> "QuerySet[Person]":
    """The people whom a person may name in a file: those in their scope."""
    return people_queries.people(ranges(by, "people.see"))


def programmes_of() -> "QuerySet[Programme]":
    """The programmes that this room serves."""
    return Programme.objects.filter(rooms__contains=["hardship"]).order_by("pk")


def public_notices(unit_id: int, today: date) -> "tuple[Organization, list[Posting]]":
    """A unit and the public notices that stand there today; gone after the last day, whatever a job did or did not."""
    unit = Organization.objects.filter(pk=unit_id, until=None).first()
    if unit is None:
        raise absent()
    standing = Posting.objects.filter(organization=unit, taken_down_on=None, until_on__gte=today)
    return unit, list(standing.order_by("until_on", "id")[:500])


def keep_for_law(person: Person) -> Text | None:
    """Why a person's data cannot be erased yet: a file that is open, or was left less than the years of the policy ago."""
    found = (
        Household.objects.filter(members__person=person)
        .exclude(state="draft")
        .order_by("-left_on")
        .select_related("organization")
        .first()
    )
    if found is None:
        return None
    years = policies.value("hardship.keep_years", at=found.organization, on=dates.today()).whole
    if found.is_open:
        return Text(f"困难职工档案 {found.reference} 尚未退出", f"hardship file {found.reference} is open")
    if found.left_on is not None and dates.today() < dates.months_later(found.left_on, 12 * years):
        return Text(
            f"困难职工档案 {found.reference} 须在退出后保存 {years} 年", f"hardship file {found.reference} is kept {years} years"
        )
    return None
