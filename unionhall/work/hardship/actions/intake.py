"""Taking up many households that are on file already elsewhere, in sets: from imports, for replays and the demo."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access import queries as permissions
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.flows.actions import bulk, numbers
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger.actions.bulk import Row
from unionhall.kernel.ledger.facts import Fact
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
from unionhall.work.hardship.actions import books, spans, temporary
from unionhall.work.hardship.actions.books import Book
from unionhall.work.hardship.actions.register import PREFIX
from unionhall.work.hardship.models.files import Assessment, Household, Member, Span
from unionhall.work.hardship.models.rounds import Sheet, YearLine
from unionhall.work.hardship.models.temporary import Temporary
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
    _check_not_own(known, by)
    _check_free(rows, known)
    verdicts = _verdicts(organization, rows)
    made = _households(organization, rows, known, verdicts, by=by, programme=programme, edition=edition)
    _members(made, rows, known)
    _assessments(made, rows, verdicts, by)
    _count(made, organization)
    _stand(made, rows, known)
    _end_temporary(made, known, by)
    told = {one.kind: {"kind": one.kind} for one in made}
    audit.record_all(audit.Act(by, "hardship.imported", one, at=organization, details=told[one.kind]) for one in made)
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


def _check_not_own(known: Sequence[Sequence[Person]], by: Person) -> None:
    hand = permissions.own_files(by)
    for place, persons in enumerate(known):
        try:
            rules.check_not_own([person.pk for person in persons], hand)
        except Refused as refusal:
            raise NotOnFile(place, refusal) from refusal


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
    keys = copying.reserve("hardship_household", len(rows))
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
        for pk, reference, row, persons, (_one, verdict) in zip(keys, references, rows, known, verdicts, strict=True)
    ]
    return bulk.start_many(made, by=by, state="on_file")


def _members(made: Sequence[Household], rows: Sequence[Taken], known: Sequence[Sequence[Person]]) -> None:
    today = dates.today()
    copying.fill(
        Member,
        ("household_id", "person_id", "relation", "school", "since"),
        (
            (one.pk, person.pk, relation, row.schools.get(at, ""), today)
            for one, row, persons in zip(made, rows, known, strict=True)
            for at, ((relation, _new), person) in enumerate(zip(row.people, persons, strict=True))
        ),
    )


def _assessments(
    made: Sequence[Household], rows: Sequence[Taken], verdicts: Sequence[tuple[means.Measure, means.Verdict]], by: Person
) -> None:
    key, today, owner = access.room_key(), dates.today(), made[0].organization
    rule = lines.lines(owner, today)
    alike = copying.told((dict(rule.versions), lines.as_kept(rule), by.pk, today))
    packed = [sheets.packed(one.pk, measure) for one, (measure, _verdict) in zip(made, verdicts, strict=True)]
    copying.fill(
        Assessment,
        ("household_id", "kind", "reasons", "figures", "versions", "rule", "by_id", "day"),
        (
            (
                one.pk,
                verdict.kind,
                list(verdict.reasons),
                access.sealed(f"figures|{one.pk}", {"row": sheets.ROW.unpack(figures)}, key),
                alike,
            )
            for one, (_measure, verdict), figures in zip(made, verdicts, packed, strict=True)
        ),
    )
    blocks: dict[int, dict[int, bytes]] = {}
    for one, figures in zip(made, packed, strict=True):
        blocks.setdefault(one.pk // sheets.BLOCK, {})[one.pk] = figures
    for block, fresh in blocks.items():
        Sheet.objects.bulk_create([Sheet(organization=owner, org_path=owner.path, block=block)], ignore_conflicts=True)
        sheet = Sheet.objects.select_for_update().get(organization=owner, block=block)
        held = {row[0]: sheets.ROW.pack(*row) for row in sheets.rows_of(sheet, key)} | fresh
        books.write_sheet(sheet, b"".join(held[pk] for pk in sorted(held)), key)


def _count(made: Sequence[Household], organization: Organization) -> None:
    today = dates.today()
    begun = copying.fill(
        Span,
        ("household_id", "organization_id", "kind", "size", "programme", "why", "since"),
        ((one.pk, organization.pk, one.kind, one.size, one.programme_code, "filed", today) for one in made),
    )
    year = copying.fill(
        YearLine,
        ("household_id", "organization_id", "year", "listed_on"),
        ((one.pk, organization.pk, today.year, today) for one in made),
    )
    cuts = {one.kind: one.dimensions() for one in made}
    ledger.post_together(
        entry
        for one, span, line in zip(made, begun, year, strict=True)
        for entry in _entries(one, span, line, organization, today, cuts[one.kind])
    )


def _entries(
    one: Household, span: int, line: int, at: Organization, day: date, cut: Mapping[str, str]
) -> Iterator[tuple[Fact, Row]]:
    """What a file makes true on the day on which it is taken up."""
    begun = ("hardship.span", span)
    yield facts.FILED, Row(at, day, begun, one.pk, dimensions=cut)
    yield facts.ON_FILE, Row(at, day, begun, one.pk, dimensions=cut)
    yield facts.PERSONS, Row(at, day, begun, quantity=one.size, dimensions=cut)
    yield facts.IN_YEAR, Row(at, day, ("hardship.yearline", line), one.pk, dimensions=cut)


def _end_temporary(made: Sequence[Household], known: Sequence[Sequence[Person]], by: Person) -> None:
    homes = {person.pk: one for one, persons in zip(made, known, strict=True) for person in persons}
    for person in Temporary.objects.filter(person__in=copying.among(homes), state="kept").values_list("person_id", flat=True):
        temporary.convert([person], homes[person], by=by)


def _stand(made: Sequence[Household], rows: Sequence[Taken], known: Sequence[Sequence[Person]]) -> None:
    """Heads and members are known as such to the other rooms; in sets, since `people` sets standings one by one."""
    today = dates.today()
    copying.fill(
        Standing,
        ("person_id", "kind", "organization_id", "org_path", "since", "source_kind", "source_id"),
        (
            (
                person.pk,
                spans.HEAD if relation == "self" else spans.MEMBER,
                one.organization_id,
                one.org_path,
                today,
                "hardship.household",
                str(one.pk),
            )
            for one, row, persons in zip(made, rows, known, strict=True)
            for (relation, _new), person in zip(row.people, persons, strict=True)
        ),
    )
