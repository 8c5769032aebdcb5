"""Registering visits, one by a form or many by an import, and taking one back."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db import transaction

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
from unionhall.lib import clock, copying, dates
from unionhall.lib.refusal import Conflict, Refused, absent, filled
from unionhall.lib.text import Text
from unionhall.work.campaigns import access, facts, registry, rules
from unionhall.work.campaigns.models import Team, Visit
from unionhall.work.campaigns.queries import places
from unionhall.work.campaigns.rules import Stopped

ORDER = {code: number for number, code in enumerate(registry.RECIPIENTS)}
STOP_COLUMNS = (
    "visit_id", "number", "recipient", "person_id", "household", "unit_id", "name", "area_id", "area_kind", "heads", "served",
    "goods", "cash", "copies",
)  # fmt: skip
VISIT_COLUMNS = (
    "id", "programme_id", "edition_id", "form", "theme", "day", "team_id", "visitors", "notes", "custom", "reason",
    "organization_id", "org_path", "created_by_id", "created_at",
)  # fmt: skip


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


Cut = tuple[tuple[str, str], ...]


class Count(NamedTuple):
    """One entry that a visit makes true."""

    fact: Fact
    occurrence: int
    subject: str | int
    quantity: int
    amount: int
    more: Cut


@transaction.atomic
def register_visit(*, organization: Organization, new: NewVisit, by: Person) -> Visit:
    """Take a visit into the books of the unit that made it."""
    access_actions.require(by, "campaigns.visit", at=organization)
    _check_people(by, new.stops)
    drafted = _Drafts(organization).draft(new)
    stops = places.with_areas(organization, new.stops)
    visit = Visit.objects.create(
        organization=organization, org_path=organization.path, created_by=by, created_at=clock.now(), **drafted._asdict()
    )  # fmt: skip
    write_stops([(visit.pk, stops)])
    for one in counts(visit.pk, organization.pk, drafted, stops):
        ledger.post(
            one.fact, at=organization, day=visit.day, source=visit, subject=one.subject, quantity=one.quantity,
            amount=one.amount, dimensions=dict(one.more), occurrence=one.occurrence,
        )  # fmt: skip
    audit.record(by, "campaigns.visit_registered", visit, at=organization, stops=len(stops), programme=new.programme.code)
    return visit


@transaction.atomic
def register_visits(*, organization: Organization, rows: Sequence[NewVisit], by: Person, source: str = "") -> list[int]:
    """Take many visits of one unit at once: the same rules, one audit row each, all by COPY; all or none. Returns their keys."""
    access_actions.require(by, "campaigns.visit", at=organization)
    _check_people(by, [stop for new in rows for stop in new.stops])
    drafts = _Drafts(organization, rows)
    areas = places.areas(organization, [stop for new in rows for stop in new.stops])
    keys = copying.reserve("campaigns_visit", len(rows))
    made = [
        (key, drafts.draft(new), places.with_areas(organization, new.stops, areas)) for key, new in zip(keys, rows, strict=True)
    ]
    _write(organization, made, by)
    write_stops([(key, stops) for key, _drafted, stops in made])
    post_all(organization, made)
    told: dict[int, dict[str, Any]] = {}  # visits of as many stops share what the trail says of them
    audit.record_all(
        audit.Act(
            by, "campaigns.visit_registered", f"campaigns.visit:{key}", organization,
            details=told.setdefault(len(stops), {"stops": len(stops), "source": source}),
        )
        for key, _drafted, stops in made
    )  # fmt: skip
    return keys


class Drafted(NamedTuple):
    """A visit as it will stand, but for who wrote it where and when."""

    programme: Programme
    edition: Edition | None
    form: str
    theme: str
    day: date
    team: Team | None
    visitors: str
    notes: str
    custom: Mapping[str, Any]


Made = tuple[int, Drafted, Sequence[Stopped]]


class _Drafts:
    """Makes drafts out of what somebody says; what holds for many visits of one unit is asked once."""

    def __init__(self, organization: Organization, rows: Sequence[NewVisit] = ()) -> None:
        self.organization, self.today = organization, dates.today()
        self.days: dict[tuple[int, date], Edition | None] = {}  # with the days that were found good
        self.editions: dict[tuple[int, date], Edition | None] = {}
        self.forms: dict[tuple[int, str], str] = {}
        by_programme: dict[int, tuple[Programme, set[date]]] = {}
        for new in rows:
            by_programme.setdefault(new.programme.pk, (new.programme, set()))[1].add(new.day or self.today)
        for programme, days in by_programme.values():
            found = programmes.editions_on(programme, organization, days)
            self.editions |= {(programme.pk, day): edition for day, edition in found.items()}

    def draft(self, new: NewVisit) -> Drafted:
        """The visit, if the rules take it. Raises Refused."""
        day = new.day or self.today
        edition = self._edition(new.programme, day, new.edition)
        rules.check_stops(new.stops, registry.RECIPIENTS)
        custom = programmes.custom_values(new.programme, self.organization, new.custom) if new.custom else {}
        return Drafted(
            new.programme, edition, self._form(new.programme, new.form), new.theme.strip(), day, new.team, new.visitors.strip(),
            new.notes.strip(), custom,
        )  # fmt: skip

    def _edition(self, programme: Programme, day: date, named: Edition | None) -> Edition | None:
        key = (programme.pk, day)
        if named is None and key in self.days:
            return self.days[key]
        if named is None and key not in self.editions:
            self.editions[key] = programmes.running_edition(programme, self.organization, day)
        edition = named or self.editions[key]
        rules.check_day(day, self.today, (edition.since, edition.until) if edition else None)
        if named is None:
            self.days[key] = edition
        return edition

    def _form(self, programme: Programme, form: str) -> str:
        key = (programme.pk, form)
        if key not in self.forms:
            names = places.forms_of(programme)
            if form or names:
                rules.check_known(form or next(iter(names)), names, "form")
            self.forms[key] = form or next(iter(names), "")
        return self.forms[key]


def _write(organization: Organization, made: Sequence[Made], by: Person) -> None:
    """The rows of many visits, by COPY."""
    alike = ("", organization.pk, organization.path, by.pk, clock.now())
    rows = (
        (
            key, one.programme.pk, one.edition and one.edition.pk, one.form, one.theme, one.day, one.team and one.team.pk,
            one.visitors, one.notes, dict(one.custom), *alike,
        )
        for key, one, _stops in made
    )  # fmt: skip
    copying.copy("campaigns_visit", VISIT_COLUMNS, rows)


def post_all(organization: Organization, made: Sequence[Made]) -> None:
    """Post the entries of many visits, fact by fact."""
    by_fact: dict[str, tuple[Fact, list[bulk.Row]]] = {}
    shared: dict[Cut, dict[str, str]] = {}
    for key, drafted, stops in made:
        source = ("campaigns.visit", key)
        for fact, occurrence, subject, quantity, amount, more in counts(key, organization.pk, drafted, stops):
            cut = shared.get(more) or shared.setdefault(more, dict(more))
            if fact.code not in by_fact:
                by_fact[fact.code] = fact, []
            by_fact[fact.code][1].append(bulk.Row(organization, drafted.day, source, subject, quantity, amount, cut, occurrence))
    for fact, entries in by_fact.values():
        ledger.post_many(fact, entries)


def counts(key: int, place: int, drafted: Drafted, stops: Sequence[Stopped]) -> Iterator[Count]:
    """Every entry of a visit: itself, each stop as household, person or unit, and the sums over its stops."""
    plain = (("programme", drafted.programme.code),)
    formed = (*plain, ("form", drafted.form))
    yield Count(facts.VISIT_MADE, 0, key, 1, 0, formed)
    if theme := drafted.theme or drafted.form:
        yield Count(facts.THEME_RUN, 0, f"theme/{theme}", 1, 0, plain)
    heads: dict[str, int] = defaultdict(int)
    reached: dict[int, str] = {}
    goods = cash = copies = served = 0
    for number, stop in enumerate(stops, start=1):
        kind = (*formed, ("recipient", stop.recipient))
        if stop.recipient in registry.HOUSEHOLDS:
            household = rules.household_key(stop.household, stop.person_id, place, stop.name)
            yield Count(facts.HOUSEHOLD_VISITED, number, household, 1, 0, kind)
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


def write_stops(made: Iterable[tuple[int, Sequence[Stopped]]]) -> None:
    """The stops of visits by their keys, by COPY."""
    rows = (
        (
            visit, number, stop.recipient, stop.person_id, stop.household, stop.unit_id, stop.name, stop.area_id, stop.area_kind,
            stop.heads, stop.served, stop.goods, stop.cash, stop.copies,
        )
        for visit, stops in made
        for number, stop in enumerate(stops, start=1)
    )  # fmt: skip
    copying.copy("campaigns_stop", STOP_COLUMNS, rows)


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


@transaction.atomic
def withdraw_visits(*, visit_ids: Iterable[int], reason: str, by: Person) -> int:
    """Take many visits out of every figure at once; returns how many were withdrawn now, those withdrawn before stay as they are.

    Nothing is done where one is absent or out of reach: raises NotVisible.
    """
    filled(reason, "reason", "请说明撤销原因。", "Say why it is withdrawn.")
    wanted = set(visit_ids)
    mine = access.visible_to(by, "campaigns.visit").filter(pk__in=wanted).order_by("pk")
    found = list(mine.select_related("organization").select_for_update(of=("self",)))
    if len(found) != len(wanted):
        raise absent()
    gone, said = [visit for visit in found if visit.withdrawn_on is None], reason.strip()[:200]
    Visit.objects.filter(pk__in=[visit.pk for visit in gone]).update(withdrawn_on=dates.today(), reason=said)
    ledger.reverse_many(gone)
    audit.record_all(audit.Act(by, "campaigns.visit_withdrawn", visit, visit.organization, reason=said) for visit in gone)
    return len(gone)


def _check_people(by: Person, stops: Iterable[Stopped]) -> None:
    wanted = {stop.person_id for stop in stops if stop.person_id}
    if not wanted:
        return
    seen = people.people(permissions.ranges(by, "people.see")).filter(pk__in=wanted).count()
    if seen != len(wanted):
        raise Refused(Text("有职工不存在或不在您的管理范围。", "Somebody named is absent or out of your scope."), field="person")
