"""Registering visits, one by a form or many by an import, and taking one back."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db import connection, transaction

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access import queries as permissions
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger.actions import bulk
from unionhall.kernel.ledger.facts import Fact
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import queries as people
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes import queries as programmes
from unionhall.kernel.programmes.models import Edition, Programme
from unionhall.lib import clock, dates
from unionhall.lib.refusal import Conflict, Refused, filled
from unionhall.lib.text import Text
from unionhall.work.campaigns import access, facts, registry, rules
from unionhall.work.campaigns.models import Stop, Team, Visit
from unionhall.work.campaigns.queries import places
from unionhall.work.campaigns.rules import Stopped

ORDER = {code: number for number, code in enumerate(registry.RECIPIENTS)}
STOP_COLUMNS = (
    "visit_id", "number", "recipient", "person_id", "household", "unit_id", "name", "area_id", "area_kind", "heads", "served",
    "goods", "cash", "copies",
)  # fmt: skip
SLICE = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVisit:
    """What somebody says about a visit. The edition follows from the programme and the day where it is not named."""

    programme: Programme
    stops: Sequence[Stopped]
    day: date | None = None
    edition: Edition | None = None
    form: str = ""
    theme: str = ""
    team: Team | None = None
    visitors: str = ""
    notes: str = ""
    custom: Mapping[str, Any] = field(default_factory=dict)


class Count(NamedTuple):
    """One entry that a visit makes true."""

    fact: Fact
    occurrence: int
    subject: str
    quantity: int
    amount: int
    more: tuple[tuple[str, str], ...]


@transaction.atomic
def register_visit(*, organization: Organization, new: NewVisit, by: Person) -> Visit:
    """Take a visit into the books of the unit that made it."""
    access_actions.require(by, "campaigns.visit", at=organization)
    _check_people(by, new.stops)
    drafted = _drafted(organization, new, by)
    stops = places.with_areas(organization, new.stops)
    drafted.save()
    write_stops([(drafted, stops)])
    for one in counts(drafted, stops):
        ledger.post(
            one.fact, at=organization, day=drafted.day, source=drafted, subject=one.subject, quantity=one.quantity,
            amount=one.amount, dimensions=dict(one.more), occurrence=one.occurrence,
        )  # fmt: skip
    audit.record(by, "campaigns.visit_registered", drafted, at=organization, stops=len(stops), programme=new.programme.code)
    return drafted


@transaction.atomic
def register_visits(*, organization: Organization, rows: Sequence[NewVisit], by: Person, source: str = "") -> list[Visit]:
    """Take many visits of one unit at once: the same rules, one audit row each, entries by COPY; all or none."""
    access_actions.require(by, "campaigns.visit", at=organization)
    _check_people(by, [stop for new in rows for stop in new.stops])
    editions: dict[tuple[int, date], Edition | None] = {}
    made: list[tuple[Visit, Sequence[Stopped]]] = []
    for new in rows:
        made.append((_drafted(organization, new, by, editions), new.stops))
    areas = places.areas(organization, [stop for _visit, stops in made for stop in stops])
    made = [(visit, places.with_areas(organization, stops, areas)) for visit, stops in made]
    for start in range(0, len(made), SLICE):
        Visit.objects.bulk_create([visit for visit, _stops in made[start : start + SLICE]])
    write_stops(made)
    post_all(organization, made)
    audit.record_many(
        audit.Act(by, "campaigns.visit_registered", visit, at=organization, details={"stops": len(stops), "source": source})
        for visit, stops in made
    )
    return [visit for visit, _stops in made]


def post_all(organization: Organization, made: Sequence[tuple[Visit, Sequence[Stopped]]]) -> None:
    """Post the entries of many visits, fact by fact."""
    by_fact: dict[Fact, list[bulk.Row]] = defaultdict(list)
    for visit, stops in made:
        source = f"campaigns.visit:{visit.pk}"
        for fact, occurrence, subject, quantity, amount, more in counts(visit, stops):
            by_fact[fact].append(bulk.Row(organization, visit.day, source, subject, quantity, amount, _shared(more), occurrence))
    for fact, entries in by_fact.items():
        ledger.post_many(fact, entries)


_dimensions: dict[tuple[tuple[str, str], ...], dict[str, str]] = {}


def _shared(content: tuple[tuple[str, str], ...]) -> dict[str, str]:
    if len(_dimensions) > 10_000:
        _dimensions.clear()
    return _dimensions.setdefault(content, dict(content))


def counts(visit: Visit, stops: Sequence[Stopped]) -> Iterator[Count]:
    """Every entry of a visit: itself, each stop as household, person or unit, and the sums over its stops."""
    code, place = visit.programme.code, visit.organization_id
    plain = (("programme", code),)
    formed = (*plain, ("form", visit.form))
    yield Count(facts.VISIT_MADE, 0, f"campaigns.visit:{visit.pk}", 1, 0, formed)
    if theme := visit.theme or visit.form:
        yield Count(facts.THEME_RUN, 0, f"theme/{theme}", 1, 0, plain)
    heads: dict[str, int] = defaultdict(int)
    reached: dict[int, str] = {}
    goods = cash = copies = served = 0
    for number, stop in enumerate(stops, start=1):
        kind = (*formed, ("recipient", stop.recipient))
        if stop.recipient in registry.HOUSEHOLDS:
            key = rules.household_key(stop.household, stop.person_id, place, stop.name)
            yield Count(facts.HOUSEHOLD_VISITED, number, key, 1, 0, kind)
            if stop.person_id:
                yield Count(facts.PERSON_VISITED, number, f"people.person:{stop.person_id}", 1, 0, kind)
        else:
            yield Count(facts.UNIT_VISITED, number, rules.unit_key(stop.unit_id, stop.name, place), 1, 0, kind)
        heads[stop.recipient] += stop.heads
        if stop.area_id:
            reached[stop.area_id] = stop.area_kind
        goods, cash, copies, served = goods + stop.goods, cash + stop.cash, copies + stop.copies, served + stop.served
    for recipient, people_there in heads.items():
        yield Count(facts.RECIPIENT_KIND, ORDER[recipient], f"recipient/{recipient}", 1, 0, plain)
        if people_there:
            yield Count(facts.GREETED, ORDER[recipient], "", people_there, 0, (*formed, ("recipient", recipient)))
    for number, (area, area_kind) in enumerate(reached.items()):
        yield Count(
            facts.AREA_REACHED, number, f"organizations.organization:{area}", 1, 0, (*plain, ("area_kind", area_kind))
        )  # fmt: skip
    for fact, amount in ((facts.GOODS_GIVEN, goods), (facts.CASH_NOTED, cash)):
        if amount:
            yield Count(fact, 0, "", 1, amount, formed)
    for fact, quantity in ((facts.COPIES_GIVEN, copies), (facts.SERVED, served)):
        if quantity:
            yield Count(fact, 0, "", quantity, 0, formed)


def write_stops(made: Iterable[tuple[Visit, Sequence[Stopped]]]) -> None:
    """The stops of visits, by COPY."""
    table = Stop._meta.db_table
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(STOP_COLUMNS)}) FROM STDIN") as copy:
        for visit, stops in made:
            for number, stop in enumerate(stops, start=1):
                copy.write_row(
                    (
                        visit.pk, number, stop.recipient, stop.person_id, stop.household, stop.unit_id, stop.name,
                        stop.area_id, stop.area_kind, stop.heads, stop.served, stop.goods, stop.cash, stop.copies,
                    )
                )  # fmt: skip


@transaction.atomic
def withdraw_visit(*, visit_id: int, reason: str, by: Person) -> Visit:
    """Take a wrongly registered visit out of every figure; the record stays with the reason."""
    visit = access.for_change(by, visit_id, to="campaigns.visit")
    if visit.withdrawn_on is not None:
        raise Conflict(Text("这次走访已经撤销。", "This visit is withdrawn already."))
    filled(reason, "reason", "请说明撤销原因。", "Say why it is withdrawn.")
    visit.withdrawn_on, visit.reason = dates.today(), reason.strip()[:200]
    visit.save(update_fields=["withdrawn_on", "reason"])
    ledger.reverse(visit)
    audit.record(by, "campaigns.visit_withdrawn", visit, at=visit.organization, reason=visit.reason)
    return visit


def _drafted(
    organization: Organization, new: NewVisit, by: Person, known: dict[tuple[int, date], Edition | None] | None = None
) -> Visit:
    day = new.day or dates.today()
    edition = new.edition or _edition(organization, new.programme, day, known)
    rules.check_day(day, dates.today(), (edition.since, edition.until) if edition else None)
    rules.check_stops(new.stops, registry.RECIPIENTS)
    form_names = places.forms_of(new.programme)
    if new.form or form_names:
        rules.check_known(new.form or next(iter(form_names)), form_names, "form")
    return Visit(
        organization=organization,
        org_path=organization.path,
        programme=new.programme,
        edition=edition,
        form=new.form or next(iter(form_names), ""),
        theme=new.theme.strip(),
        day=day,
        team=new.team,
        visitors=new.visitors.strip(),
        notes=new.notes.strip(),
        custom=programmes.custom_values(new.programme, organization, new.custom) if new.custom else {},
        created_by=by,
        created_at=clock.now(),
    )


def _edition(
    organization: Organization, programme: Programme, day: date, known: dict[tuple[int, date], Edition | None] | None
) -> Edition | None:
    key = (programme.pk, day)
    if known is not None and key in known:
        return known[key]
    found = programmes.running_edition(programme, organization, day)
    if known is not None:
        known[key] = found
    return found


def _check_people(by: Person, stops: Iterable[Stopped]) -> None:
    wanted = {stop.person_id for stop in stops if stop.person_id}
    if not wanted:
        return
    seen = people.people(permissions.ranges(by, "people.see")).filter(pk__in=wanted).count()
    if seen != len(wanted):
        raise Refused(Text("有职工不存在或不在您的管理范围。", "Somebody named is absent or out of your scope."), field="person")
