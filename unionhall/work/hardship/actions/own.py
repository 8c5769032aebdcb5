"""What a worker does with the own file: filling in the application on five screens, stopping and going on at any time."""

from collections.abc import Mapping

from django.db import transaction

from unionhall.kernel.flows.actions import moves, numbers
from unionhall.kernel.flows.models import Step
from unionhall.kernel.people.models import Person
from unionhall.lib import dates
from unionhall.lib.refusal import Conflict, Refused
from unionhall.lib.text import Text
from unionhall.work.hardship import access, registry
from unionhall.work.hardship.actions import books, procedure
from unionhall.work.hardship.actions.books import Book
from unionhall.work.hardship.actions.register import PREFIX, known_person
from unionhall.work.hardship.models.files import Household, Member
from unionhall.work.hardship.queries import membership
from unionhall.work.hardship.rules import household as rules
from unionhall.work.hardship.rules import means

SCREENS = ("situation", "family", "money", "papers", "sign")


@transaction.atomic
def begin(person: Person) -> Household:
    """The worker's draft: the one that lies there, or a new one with the unit that keeps the worker."""
    found = access.visible_to_worker(person).filter(state__in=("draft", "returned"), head=person).first()
    if found is not None:
        return access.own_for_change(person, found.pk)
    if person.home is None:
        raise Refused(Text("请先加入工会或联系所在街道工会。", "Join a union first, or ask that of your street."))
    membership.check_free([person], by=person)
    membership.check_new(person, by=person)
    household = Household(
        organization=person.home,
        head=person,
        reference=numbers.number(PREFIX, person.home),
        level="grassroots",
        worker="employed",
        cause="other",
        housing="own",
    )
    moves.start(household, by=person)
    Member.objects.create(household=household, person=person, relation="self", since=dates.today())
    return household


def _mine(person: Person, household_id: int) -> Household:
    household = access.own_for_change(person, household_id)
    if household.state not in {"draft", "returned"} or household.head_id != person.pk:
        raise Conflict(Text("申请已提交，不能再修改；如需更正请联系经办人。", "It is handed in and stays as it is."), code="state")
    return household


@transaction.atomic
def save_situation(*, person: Person, household_id: int, cause: str, worker: str) -> Household:
    """Why the family is in hardship, and what work the applicant has."""
    household = _mine(person, household_id)
    rules.check_known(cause, registry.CAUSES, field="cause")
    rules.check_known(worker, registry.WORKERS, field="worker")
    household.cause, household.worker = cause, worker
    household.save(update_fields=["cause", "worker"])
    return household


@transaction.atomic
def save_family(
    *, person: Person, household_id: int, size: int, name: str = "", relation: str = "", id_number: str = ""
) -> Household:
    """How many live together, and one more member at a time."""
    household = _mine(person, household_id)
    if name:
        rules.check_known(relation, registry.RELATIONS, field="relation")
        one = known_person(name=name, id_number=id_number, home=household.organization, by=person, field="id_number")
        membership.check_free([one], by=person, besides=household.pk)
        Member.objects.get_or_create(
            household=household, person=one, until=None, defaults={"relation": relation, "since": dates.today()}
        )
    named = household.members.filter(until=None).values_list("relation", flat=True)
    rules.check_members(list(named), size)
    household.size = size
    household.save(update_fields=["size"])
    return household


@transaction.atomic
def save_money(*, person: Person, household_id: int, amounts: Mapping[str, int]) -> Household:
    """What came in and what had to be paid in the year; sealed at once."""
    household = _mine(person, household_id)
    incomes = {kind: amounts.get(kind, 0) for kind in means.INCOMES}
    spending = {kind: amounts.get(kind, 0) for kind in means.SPENDING}
    books.write_book(household, Book(incomes=incomes, spending=spending, accident=amounts.get("accident", 0)), by=person)
    return household


@transaction.atomic
def hand_in(*, person: Person, household_id: int) -> Step:
    """Sign the authorisation on the phone and hand in; the other adults sign at the home visit."""
    household = _mine(person, household_id)
    procedure.sign_consent(household_id=household.pk, person_id=person.pk, by=person, way="phone")
    return procedure.hand_in(household, by=person, adults=1)


@transaction.atomic
def take_back(*, person: Person, household_id: int) -> None:
    """Throw an own draft away that was never handed in; nothing of it stays."""
    household = _mine(person, household_id)
    if household.state != "draft":
        raise Conflict(Text("申请已提交过，请联系经办人撤销。", "It was handed in before; ask the unit."), code="state")
    moves.move(household, "discard", by=person)
    household.members.update(open=False)
    household.book = b""
    household.save(update_fields=["book"])
