"""Registering visits, one by a form or many by an import, and taking one back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from types import MappingProxyType
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
NOTHING: Mapping[str, Any] = MappingProxyType({})


class NewVisit(NamedTuple):
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
    custom: Mapping[str, Any] = NOTHING


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
    made = [(visit.pk, drafted, stops)]
    write_stops(made)
    post_all(organization, made)
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
    write_stops(made)
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
        self.known: dict[tuple[Any, ...], Drafted] = {}  # visits that are told alike share one draft
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
        rules.check_stops(new.stops, registry.RECIPIENTS)
        programme, _stops, named, edition, form, theme, team, visitors, notes, given = new
        told = (programme.id, named, form, theme, visitors, notes)
        alone = edition is not None or team is not None or bool(given)
        if not alone and told in self.known:
            return self.known[told]
        day = named or self.today
        edition = self._edition(programme, day, edition)
        custom = programmes.custom_values(programme, self.organization, given) if given else {}
        drafted = Drafted(
            programme, edition, self._form(programme, form), theme.strip(), day, team, visitors.strip(), notes.strip(), custom
        )
        if not alone:
            self.known[told] = drafted
        return drafted

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
    drafts = {id(drafted): drafted for _key, drafted, _stops in made}
    told = {
        each: copying.told(
            (
                one.programme.pk, one.edition and one.edition.pk, one.form, one.theme, one.day, one.team and one.team.pk,
                one.visitors, one.notes, dict(one.custom), *alike,
            )
        )
        for each, one in drafts.items()
    }  # fmt: skip
    copying.copy("campaigns_visit", VISIT_COLUMNS, ((key, told[id(drafted)]) for key, drafted, _stops in made))


def post_all(organization: Organization, made: Iterable[Made]) -> None:
    """Post the entries of visits, visit by visit."""
    ledger.post_together(entry for key, drafted, stops in made for entry in counts(key, organization, drafted, stops))


@lru_cache(maxsize=1_024)
def _cut(*told: tuple[str, str]) -> Mapping[str, str]:
    """How entries are cut; those that are cut alike share one mapping."""
    return MappingProxyType(dict(told))


def counts(key: int, at: Organization, drafted: Drafted, stops: Sequence[Stopped]) -> Iterator[tuple[Fact, bulk.Row]]:
    """Every entry of a visit: itself, each stop as household, person or unit, and the sums over its stops."""
    source, day = ("campaigns.visit", key), drafted.day
    programme, form = ("programme", drafted.programme.code), ("form", drafted.form)
    plain, formed = _cut(programme), _cut(programme, form)
    yield facts.VISIT_MADE, bulk.Row(at, day, source, key, 1, 0, formed)
    if theme := drafted.theme or drafted.form:
        yield facts.THEME_RUN, bulk.Row(at, day, source, f"theme/{theme}", 1, 0, plain)
    heads: dict[str, int] = {}
    reached: dict[int, str] = {}
    goods = cash = copies = served = 0
    for number, stop in enumerate(stops, start=1):
        kind = _cut(programme, form, ("recipient", stop.recipient))
        if stop.recipient in registry.HOUSEHOLDS:
            household = rules.household_key(stop.household, stop.person_id, at.id, stop.name)
            yield facts.HOUSEHOLD_VISITED, bulk.Row(at, day, source, household, 1, 0, kind, number)
            if stop.person_id:
                yield facts.PERSON_VISITED, bulk.Row(at, day, source, f"people.person:{stop.person_id}", 1, 0, kind, number)
        else:
            unit = rules.unit_key(stop.unit_id, stop.name, at.id)
            yield facts.UNIT_VISITED, bulk.Row(at, day, source, unit, 1, 0, kind, number)
        heads[stop.recipient] = heads.get(stop.recipient, 0) + stop.heads
        if stop.area_id:
            reached[stop.area_id] = stop.area_kind
        goods, cash, copies, served = goods + stop.goods, cash + stop.cash, copies + stop.copies, served + stop.served
    for recipient, people_there in heads.items():
        place = ORDER[recipient]
        yield facts.RECIPIENT_KIND, bulk.Row(at, day, source, f"recipient/{recipient}", 1, 0, plain, place)
        if people_there:
            kind = _cut(programme, form, ("recipient", recipient))
            yield facts.GREETED, bulk.Row(at, day, source, "", people_there, 0, kind, place)
    for number, (area, area_kind) in enumerate(reached.items()):
        within = _cut(programme, ("area_kind", area_kind))
        yield facts.AREA_REACHED, bulk.Row(at, day, source, f"organizations.organization:{area}", 1, 0, within, number)
    for fact, amount in ((facts.GOODS_GIVEN, goods), (facts.CASH_NOTED, cash)):
        if amount:
            yield fact, bulk.Row(at, day, source, "", 1, amount, formed)
    for fact, quantity in ((facts.COPIES_GIVEN, copies), (facts.SERVED, served)):
        if quantity:
            yield fact, bulk.Row(at, day, source, "", quantity, 0, formed)


def write_stops(made: Iterable[Made]) -> None:
    """The stops of visits by their keys, by COPY."""
    rows = (
        (
            visit, number, stop.recipient, stop.person_id, stop.household, stop.unit_id, stop.name, stop.area_id, stop.area_kind,
            stop.heads, stop.served, stop.goods, stop.cash, stop.copies,
        )
        for visit, _drafted, stops in made
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
