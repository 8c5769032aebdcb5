"""Who stands in which household."""

from collections.abc import Iterable

from django.db.models import Q

from unionhall.kernel.access import queries as permissions
from unionhall.kernel.people import access as identity
from unionhall.kernel.people.models import Person
from unionhall.lib import copying, dates
from unionhall.work.hardship import access
from unionhall.work.hardship.models.files import Household, Member
from unionhall.work.hardship.rules import household as rules


def check_free(people: Iterable[Person], *, by: Person, besides: int | None = None) -> None:
    """Nobody of these stands in another open file. Raises TwoFiles; of a file out of sight it tells nothing."""
    wanted = {person.pk: person for person in people}
    found = Member.objects.filter(person__in=wanted, open=True).exclude(household=besides).select_related("household")
    for member in found.order_by("id"):
        known = access.visible_to(by).filter(pk=member.household_id).exists()
        pupil = member.relation in rules.CHILDREN
        raise rules.in_two_files(
            rules.Other(wanted[member.person_id].name, member.household.reference, member.relation, known),
            field="members" if pupil else "head",
        )


def check_new(head: Person, *, by: Person) -> None:
    """A household that left the file comes back under its own number, not under a new one. Raises Conflict naming it."""
    left = Household.objects.filter(Q(state="exited") | Q(state="withdrawn", leaving="own_wish"), head=head).order_by("-pk").first()
    if left is not None:
        known = access.visible_to(by).filter(pk=left.pk).exists() or left.head_id == by.pk
        raise rules.in_old_file(head.name, left.reference if known else "")


def kinds(sources: Iterable[str]) -> dict[str, str]:
    """The kind of hardship of some households on file, by the source of their standing; for the rooms that help them."""
    numbers = {int(key): source for source in sources for room, _colon, key in [source.partition(":")] if room == access.KIND}
    found = Household.objects.filter(pk__in=copying.among(numbers), state="on_file").values_list("pk", "kind")
    return {numbers[pk]: kind for pk, kind in found}


def held(numbers: Iterable[str], *, by: Person) -> dict[str, rules.TwoFiles]:
    """Which of these document numbers belong to somebody in an open file, with the sentence that says so; in two statements."""
    blinder = identity.keys().blinder
    blinds = {blinder.blind("id_number", number): number for number in numbers if number}
    rows = Member.objects.filter(person__id_blind__in=blinds, open=True).select_related("household", "person")
    found = list(rows)
    seen = set(access.visible_to(by).filter(pk__in=[one.household_id for one in found]).values_list("pk", flat=True))
    return {
        blinds[bytes(one.person.id_blind or b"")]: rules.in_two_files(
            rules.Other(one.person.name, one.household.reference, one.relation, one.household_id in seen), field="id_number"
        )
        for one in found
    }


def own_numbers(by: Person, numbers: Iterable[str]) -> set[str]:
    """Which of these document numbers are of the one who acts now, or of the one acted for."""
    blinder = identity.keys().blinder
    mine = Person.objects.filter(pk__in=permissions.own_files(by)).exclude(id_blind=None)
    blinds = {bytes(blind) for blind in mine.values_list("id_blind", flat=True) if blind}
    return {number for number in numbers if number and blinder.blind("id_number", number) in blinds}


def adults(household_id: int) -> int:
    """How many members of age the household has now."""
    from_birth = Member.objects.filter(household=household_id, until=None).values_list("person__birth", flat=True)
    return sum(rules.adult(birth, dates.today()) for birth in from_birth)
