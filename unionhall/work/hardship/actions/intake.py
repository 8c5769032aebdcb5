"""Taking up many households that are on file already elsewhere, in sets: from imports, for replays and the demo."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import connection, transaction

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.flows.actions import bulk, numbers
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger.actions.bulk import Row
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import actions as people
from unionhall.kernel.people import queries as people_queries
from unionhall.kernel.people.models import Person, Standing
from unionhall.kernel.people.rules import AlreadyRegistered, NewPerson
from unionhall.kernel.programmes.models import Edition, Programme
from unionhall.lib import copying, dates
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text
from unionhall.work.hardship import access, facts
from unionhall.work.hardship.actions import books, spans
from unionhall.work.hardship.actions.books import Book
from unionhall.work.hardship.actions.register import PREFIX
from unionhall.work.hardship.models.files import Assessment, Household, Member, Span
from unionhall.work.hardship.models.rounds import Sheet, YearLine
from unionhall.work.hardship.queries import lines, sheets
from unionhall.work.hardship.rules import household as rules
from unionhall.work.hardship.rules import means


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One household as another system has it: its people, what it says of its year, and since when it is on file.

    `people` are (relation, person) with the head first; `NewPerson` for those whom the house does not know.
    """

    people: Sequence[tuple[str, "NewPerson | Person"]]
    cause: str
    worker: str
    book: Book
    filed_on: date
    level: str = "county"
    housing: str = "own"
    size: int = 0
    months: int = 0
    employer: str = ""
    schools: Mapping[int, str] = field(default_factory=dict)


class NotOnFile(Refused):
    """A household that cannot be taken up; `place` is its place in the list."""

    code = "not_on_file"

    def __init__(self, place: int, message: object) -> None:
        super().__init__(Text(f"第 {place + 1} 户：{message}", f"Household {place + 1}: {message}"), field="rows")
        self.place = place


@transaction.atomic
def take_many(
    *,
    organization: Organization,
    rows: Sequence[Taken],
    by: Person,
    programme: Programme | None = None,
    edition: Edition | None = None,
) -> list[Household]:
    """Take up many households of one unit that are on file elsewhere. All or none; raises NotOnFile naming the first that cannot.

    The means test is run on each, the standings and the stock follow. They count as approved by the house: a second
    person looks at them with the first yearly verification.
    """
    access_actions.require(by, "hardship.register", at=organization)
    if not rows:
        return []
    known = _people(rows, by)
    _check_free(rows, known)
    verdicts = _verdicts(organization, rows)
    made = _households(organization, rows, known, verdicts, by=by, programme=programme, edition=edition)
    _members(made, rows, known)
    _assessments(made, rows, verdicts, by)
    _count(made, organization)
    _stand(made, rows, known)
    audit.record_all(audit.Act(by, "hardship.imported", one, at=organization, details={"kind": one.kind}) for one in made)
    return made


def _people(rows: Sequence[Taken], by: Person) -> list[list[Person]]:
    """The persons of each household, those that the house did not know registered with a handful of statements."""
    new = [
        (place, at, one)
        for place, row in enumerate(rows)
        for at, (_rel, one) in enumerate(row.people)
        if isinstance(one, NewPerson)
    ]
    outcome = people.register_many([one for _place, _at, one in new], by=by)
    found: dict[tuple[int, int], Person] = {}
    for (place, at, _one), person in zip(new, outcome.people, strict=True):
        if person is not None:
            found[place, at] = person
    known = {refusal.person for _index, refusal in outcome.refused if isinstance(refusal, AlreadyRegistered) and refusal.person}
    persons = Person.objects.in_bulk(known)
    for index, refusal in outcome.refused:
        place, at, _one = new[index]
        person = persons.get(refusal.person) if isinstance(refusal, AlreadyRegistered) and refusal.person else None
        if person is None:
            raise NotOnFile(place, refusal)
        found[place, at] = person
    return [
        [one if isinstance(one, Person) else found[place, at] for at, (_rel, one) in enumerate(row.people)]
        for place, row in enumerate(rows)
    ]


def _check_free(rows: Sequence[Taken], known: Sequence[Sequence[Person]]) -> None:
    places: dict[int, tuple[int, str]] = {}
    for place, (row, persons) in enumerate(zip(rows, known, strict=True)):
        rules.check_members([relation for relation, _one in row.people], row.size or len(persons))
        for (relation, _one), person in zip(row.people, persons, strict=True):
            if person.pk in places:
                first = Text(f"表中第 {places[person.pk][0] + 1} 户", f"household {places[person.pk][0] + 1} of the list")
                raise NotOnFile(place, rules.in_two_files(rules.Other(person.name, str(first), relation, known=True)))
            places[person.pk] = (place, relation)
    taken = Member.objects.filter(person__in=places, open=True).select_related("household", "person").order_by("pk").first()
    if taken is not None:
        other = rules.Other(taken.person.name, taken.household.reference, taken.relation, known=True)
        raise NotOnFile(places[taken.person_id][0], rules.in_two_files(other))


def _verdicts(organization: Organization, rows: Sequence[Taken]) -> list[tuple[means.Measure, means.Verdict]]:
    rule, found = lines.lines(organization, dates.today()), []
    for place, row in enumerate(rows):
        shown = Household(size=row.size or len(row.people), worker=row.worker, months=row.months)
        one = sheets.measured(shown, row.book.content(), excluded=False)
        try:
            means.check_measure(one)
            verdict = means.judge(one, rule)
        except Refused as refusal:
            raise NotOnFile(place, refusal) from refusal
        if verdict.kind == "none":
            raise NotOnFile(place, means.explain(verdict, rule, one))
        found.append((one, verdict))
    return found


def _keys(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('hardship_household', 'id')) FROM generate_series(1, %s)", [count])
        return [number for (number,) in cursor.fetchall()]


def _households(
    organization: Organization,
    rows: Sequence[Taken],
    known: Sequence[Sequence[Person]],
    verdicts: Sequence[tuple[means.Measure, means.Verdict]],
    *,
    by: Person,
    programme: Programme | None,
    edition: Edition | None,
) -> list[Household]:
    key, house, today = access.room_key(), people_queries.house(), dates.today()
    references = numbers.numbers(PREFIX, organization, len(rows))
    made = [
        Household(
            pk=pk,
            organization=organization,
            reference=reference,
            head=persons[0],
            size=row.size or len(persons),
            level=row.level,
            worker=row.worker,
            months=row.months,
            employer=row.employer,
            cause=row.cause,
            housing=row.housing,
            kind=verdict.kind,
            book=access.sealed(f"book|{pk}", row.book.content(), key),
            assessed_on=today,
            verified_on=today,
            filed_on=row.filed_on,
            approved_by=house,
            programme=programme,
            edition=edition,
        )
        for pk, reference, row, persons, (_one, verdict) in zip(_keys(len(rows)), references, rows, known, verdicts, strict=True)
    ]
    return bulk.start_many(made, by=by, state="on_file")


def _members(made: Sequence[Household], rows: Sequence[Taken], known: Sequence[Sequence[Person]]) -> None:
    copying.insert(
        [
            Member(household=one, person=person, relation=relation, school=row.schools.get(at, ""), since=dates.today())
            for one, row, persons in zip(made, rows, known, strict=True)
            for at, ((relation, _new), person) in enumerate(zip(row.people, persons, strict=True))
        ]
    )


def _assessments(
    made: Sequence[Household], rows: Sequence[Taken], verdicts: Sequence[tuple[means.Measure, means.Verdict]], by: Person
) -> None:
    key, today, owner = access.room_key(), dates.today(), made[0].organization
    rule = lines.lines(owner, today)
    versions, kept = dict(rule.versions), lines.as_kept(rule)
    copying.insert(
        [
            Assessment(
                household=one,
                day=today,
                kind=verdict.kind,
                reasons=list(verdict.reasons),
                versions=versions,
                rule=kept,
                figures=access.sealed(f"figures|{one.pk}", {"row": sheets.ROW.unpack(sheets.packed(one.pk, measure))}, key),
                by=by,
            )
            for one, (measure, verdict) in zip(made, verdicts, strict=True)
        ]
    )
    blocks: dict[int, dict[int, bytes]] = {}
    for one, (measure, _verdict) in zip(made, verdicts, strict=True):
        blocks.setdefault(one.pk // sheets.BLOCK, {})[one.pk] = sheets.packed(one.pk, measure)
    for block, fresh in blocks.items():
        Sheet.objects.bulk_create([Sheet(organization=owner, org_path=owner.path, block=block)], ignore_conflicts=True)
        sheet = Sheet.objects.select_for_update().get(organization=owner, block=block)
        held = {row[0]: sheets.ROW.pack(*row) for row in sheets.rows_of(sheet, key)} | fresh
        books.write_sheet(sheet, b"".join(held[pk] for pk in sorted(held)), key)


def _count(made: Sequence[Household], organization: Organization) -> None:
    today = dates.today()
    begun = copying.insert(
        [
            Span(
                household=one,
                organization=organization,
                kind=one.kind,
                size=one.size,
                programme=one.programme_code,
                why="filed",
                since=today,
            )
            for one in made
        ]
    )
    year = copying.insert([YearLine(household=one, organization=organization, year=today.year, listed_on=today) for one in made])
    place = {"at": organization, "day": today}
    ledger.post_many(
        facts.FILED,
        (Row(source=span, subject=span.household_id, dimensions=span.dimensions(), **place) for span in begun),  # type: ignore[arg-type]
    )
    ledger.post_many(
        facts.ON_FILE,
        (Row(source=span, subject=span.household_id, dimensions=span.dimensions(), **place) for span in begun),  # type: ignore[arg-type]
    )
    ledger.post_many(
        facts.PERSONS,
        (Row(source=span, quantity=span.size, dimensions=span.dimensions(), **place) for span in begun),  # type: ignore[arg-type]
    )
    ledger.post_many(
        facts.IN_YEAR,
        (Row(source=line, subject=line.household_id, dimensions=line.household.dimensions(), **place) for line in year),  # type: ignore[arg-type]
    )


def _stand(made: Sequence[Household], rows: Sequence[Taken], known: Sequence[Sequence[Person]]) -> None:
    """Heads and members are known as such to the other rooms; in sets, since `people` sets standings one by one."""
    today = dates.today()
    copying.insert(
        [
            Standing(
                person=person,
                kind=spans.HEAD if relation == "self" else spans.MEMBER,
                organization=one.organization,
                org_path=one.organization.path,
                since=today,
                source_kind="hardship.household",
                source_id=str(one.pk),
            )
            for one, row, persons in zip(made, rows, known, strict=True)
            for (relation, _new), person in zip(row.people, persons, strict=True)
        ]
    )
