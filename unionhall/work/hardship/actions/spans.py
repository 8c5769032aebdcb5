"""The times on file: what the stock of households moves by."""

from datetime import date

from django.db.models import QuerySet

from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.people import actions as people
from unionhall.kernel.people import queries as people_queries
from unionhall.kernel.people.models import Person, Standing
from unionhall.lib import dates
from unionhall.work.hardship import facts
from unionhall.work.hardship.actions import temporary
from unionhall.work.hardship.models.files import Household, Span
from unionhall.work.hardship.models.rounds import YearLine

HEAD, MEMBER, HELD = "hardship_household", "hardship_member", "hardship_held"


def begin(household: Household, *, by: Person, why: str, day: date) -> Span:
    """Put a household on file from a day on: the stock, the year's list, the standings."""
    span = Span.objects.create(
        household=household,
        organization=household.organization,
        kind=household.kind,
        size=household.size,
        programme=household.programme_code,
        why=why,
        since=day,
    )
    _post(span, day, +1)
    if why not in {"changed", "moved"}:
        note_year(household, day)
        temporary.convert(household.members.filter(until=None).values_list("person_id", flat=True), household, by=by)
    keep_standings(household, by=by, day=day)
    return span


def end(household: Household, *, by: Person, day: date, standing: bool = True) -> None:
    """Take a household off the stock."""
    span = household.spans.filter(until=None).first()
    if span is None:
        return
    span.until = max(day, span.since)
    span.save(update_fields=["until"])
    _post(span, span.until, -1)
    if standing:
        for one in _standings(household):
            people.end_standing(by=by, standing=one, day=one.ended(day))


def follow(household: Household, *, by: Person) -> None:
    """Let the stock follow a new kind, size or membership of a household on file."""
    span = household.spans.get(until=None)
    if (span.kind, span.size) != (household.kind, household.size) and household.kind != "none":
        today = dates.today()
        end(household, by=by, day=today, standing=False)
        begin(household, by=by, why="changed", day=today)
    else:
        keep_standings(household, by=by, day=dates.today())


def _post(span: Span, day: date, sign: int) -> None:
    place = {"at": span.organization, "day": day, "source": span, "dimensions": span.dimensions(), "occurrence": int(sign < 0)}
    ledger.post(facts.ON_FILE, subject=span.household_id, quantity=sign, **place)  # type: ignore[arg-type]
    ledger.post(facts.PERSONS, quantity=sign * span.size, **place)  # type: ignore[arg-type]


def note_year(household: Household, day: date) -> None:
    """Count a household among those of the year, once."""
    line, made = YearLine.objects.get_or_create(
        household=household, year=day.year, defaults={"organization": household.organization, "listed_on": day}
    )
    if made:
        ledger.post(
            facts.IN_YEAR,
            at=household.organization,
            day=day,
            source=line,
            subject=household.pk,
            dimensions=household.dimensions(),
        )


def _running(household: Household) -> "QuerySet[Standing]":
    own = Standing.objects.filter(source_kind="hardship.household", source_id=str(household.pk), until=None)
    return own.select_related("organization")


def _standings(household: Household) -> "list[Standing]":
    return list(_running(household).exclude(kind=HELD))


def hold(household: Household, *, by: Person) -> None:
    """While an objection to a file is open, every member is known as held: nothing is paid meanwhile."""
    for one in household.members.filter(until=None).select_related("person"):
        if not people_queries.standings_of(one.person, dates.today()).filter(kind=HELD).exists():
            _stand(one.person, HELD, household, by=by, day=dates.today())


def release(household: Household, *, by: Person) -> None:
    """The objection is decided: the members are held no longer."""
    for one in _running(household).filter(kind=HELD):
        people.end_standing(by=by, standing=one, day=one.ended(dates.today()))


def _stand(person: Person, kind: str, household: Household, *, by: Person, day: date) -> None:
    at = household.organization
    people.set_standing(by=by, subject=person, kind=kind, organization=at, since=day, source=household, after=True)


def keep_standings(household: Household, *, by: Person, day: date) -> None:
    """Head and members of a household on file are known as such to the other rooms, from its file as the source."""
    members = household.members.filter(until=None).select_related("person")
    wanted = {one.person_id: (one.person, HEAD if one.relation == "self" else MEMBER) for one in members}
    for one in _standings(household):
        here = one.organization_id == household.organization_id
        if here and one.person_id in wanted and wanted[one.person_id][1] == one.kind:
            del wanted[one.person_id]
        else:
            people.end_standing(by=by, standing=one, day=one.ended(day))
    for person, kind in wanted.values():
        _stand(person, kind, household, by=by, day=day)
