"""A cadre for each household: pairing, contacts, and reminding those whose contact is due."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Count

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access import queries as access_queries
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger.actions.bulk import Row
from unionhall.kernel.notices import actions as notices
from unionhall.kernel.people.models import Person
from unionhall.lib import dates
from unionhall.lib.refusal import Conflict, Refused
from unionhall.lib.text import Text
from unionhall.work.hardship import access, facts
from unionhall.work.hardship.actions import procedure as way
from unionhall.work.hardship.models.files import Household
from unionhall.work.hardship.models.rounds import Contact, Pairing
from unionhall.work.hardship.queries import duty
from unionhall.work.hardship.rules import household as rules


@transaction.atomic
def pair(*, household_id: int, cadre: Person, by: Person, since: date | None = None) -> Pairing:
    """Pair a cadre with a household on file; another cadre before ends on that day."""
    household = access.for_change(by, household_id, to="hardship.pair")
    if household.state != "on_file":
        raise Conflict(Text("只有在档家庭可以结对。", "Only households on file are paired."), code="state")
    if household.members.filter(person=cadre, until=None).exists():
        raise Refused(Text("结对干部不能是该户家庭成员。", "The cadre does not belong to the household."), field="cadre")
    day = since or dates.today()
    household.pairings.filter(until=None).update(until=day)
    made = Pairing.objects.create(household=household, organization=household.organization, cadre=cadre, since=day, by=by)
    way.post(facts.PAIRED, household, made, day=day)
    audit.record(by, "hardship.paired", household, at=household.organization, cadre=cadre.pk)
    notices.tell(cadre, "hardship.paired", record=household, reference=household.reference)
    return made


@transaction.atomic
def contact(*, household_id: int, by: Person, need: str, done: str = "", on: date | None = None) -> Contact:
    """Enter a contact: the paired cadre's own, or one that a clerk enters for the cadre."""
    household = access.for_change(by, household_id)
    pairing = household.pairings.select_for_update().filter(until=None).first()
    if pairing is None:
        raise Conflict(Text("该户尚未结对。", "This household is not paired yet."), code="state")
    if pairing.cadre_id != by.pk:
        access_actions.require(by, "hardship.pair", at=household.organization)
    if not need.strip():
        raise Refused(Text("请写明联系情况和需求。", "Say what was talked about and what is needed."), field="need")
    day = on or dates.today()
    rules.check_day(day, today=dates.today(), field="on")
    told = {"on": day, "need": need.strip(), "done": done.strip(), "by": by, "kept_by": household.organization}
    made = Contact.objects.create(pairing=pairing, **told)
    pairing.contacted_on = max(day, pairing.contacted_on or day)
    pairing.save(update_fields=["contacted_on"])
    way.post(facts.CONTACTED, household, made, day=day)
    audit.record(by, "hardship.contacted", household, at=household.organization, pairing=pairing.pk, on=day)
    return made


@transaction.atomic
def pair_many(pairs: Iterable[tuple[Household, Person]], *, by: Person) -> list[Pairing]:
    """Pair many households on file at once, in sets: for lists and replays. All or none."""
    wanted = list(pairs)
    for unit in {household.organization for household, _cadre in wanted}:
        access_actions.require(by, "hardship.pair", at=unit)
    access.check_none_own(by, {household.pk for household, _cadre in wanted})
    today = dates.today()
    for household, _cadre in wanted:
        if household.state != "on_file":
            raise Conflict(Text(f"{household.reference} 不在档，不能结对。", f"{household.reference} is not on file."))
    Pairing.objects.filter(household__in=[one.pk for one, _cadre in wanted], until=None).update(until=today)
    made = Pairing.objects.bulk_create(
        [Pairing(household=one, organization=one.organization, cadre=cadre, since=today, by=by) for one, cadre in wanted]
    )
    ledger.post_many(facts.PAIRED, (_row(one.household, one, today) for one in made))
    audit.record_many(
        audit.Act(by, "hardship.paired", one.household, at=one.organization, details={"cadre": one.cadre_id}) for one in made
    )
    return made


@transaction.atomic
def contact_many(pairings: Iterable[Pairing], *, by: Person, need: str, on: date | None = None) -> list[Contact]:
    """Enter the same kind of contact for many pairings (a round of visits); each counts for its household."""
    wanted, day = list(pairings), on or dates.today()
    for unit in {pairing.organization for pairing in wanted}:
        access_actions.require(by, "hardship.pair", at=unit)
    access.check_none_own(by, {one.household_id for one in wanted})
    made = Contact.objects.bulk_create(
        [Contact(pairing=one, on=day, need=need, by=by, kept_by=one.household.organization) for one in wanted]
    )
    Pairing.objects.filter(pk__in=[one.pk for one in wanted]).update(contacted_on=day)
    ledger.post_many(facts.CONTACTED, (_row(one.pairing.household, one, day) for one in made))
    audit.record_many(
        audit.Act(by, "hardship.contacted", one.pairing.household, at=one.pairing.organization, details={"on": day}) for one in made
    )
    return made


def _row(household: Household, source: object, day: date) -> Row:
    return Row(
        at=household.organization,
        day=day,
        source=source,  # type: ignore[arg-type]
        subject=household.pk,
        dimensions=household.dimensions(),
    )


def remind() -> int:
    """Remind every cadre whose contact with a household is due, one notice with the number; part of the clock."""
    late = duty.uncontacted().values("cadre").annotate(number=Count("pk")).order_by("cadre")
    for row in late:
        cadre = Person.objects.get(pk=row["cadre"])
        notices.tell(cadre, "hardship.contact_due", count=row["number"])
    return len(late)


def burden(at_ranges: list[tuple[str, str]]) -> list[tuple[Person, int]]:
    """How many households each cadre of a range is paired with, the most burdened first."""
    inside = access_queries.in_ranges(at_ranges, "household__org_path")
    rows = Pairing.objects.filter(inside, until=None).values("cadre").annotate(number=Count("pk")).order_by("-number", "cadre")[:20]
    known = Person.objects.in_bulk([row["cadre"] for row in rows])
    return [(known[row["cadre"]], row["number"]) for row in rows]
