"""What a worker does with the own file: filling in the application on five screens, stopping and going on at any time."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.files import actions as files
from unionhall.kernel.files.models import File
from unionhall.kernel.flows.actions import moves, numbers, tasks
from unionhall.kernel.flows.models import Step
from unionhall.kernel.people import actions as people_actions
from unionhall.kernel.people import queries as people
from unionhall.kernel.people.models import Person
from unionhall.lib import dates
from unionhall.lib.refusal import Conflict, Refused
from unionhall.lib.text import Text
from unionhall.work.hardship import access, registry
from unionhall.work.hardship.actions import books, leave, procedure
from unionhall.work.hardship.actions.books import Book
from unionhall.work.hardship.actions.register import PREFIX, known_person
from unionhall.work.hardship.flow import STAGES
from unionhall.work.hardship.models.files import Household, Member
from unionhall.work.hardship.models.rounds import Exit
from unionhall.work.hardship.queries import membership
from unionhall.work.hardship.rules import household as rules
from unionhall.work.hardship.rules import means

FIVE = ("situation", "family", "money", "papers", "account")
SCREENS = (*FIVE, "sign")
PENDING = ("name", "relation", "id_number")  # a member that was not named whole yet
COUNTED_AS_OTHER = ("pension", "business", "property", "benefit")  # the phone asks for them in one figure


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
def keep(*, person: Person, household_id: int, screen: str, said: Mapping[str, Any]) -> Household:
    """Keep what was answered on a screen so far, and that the worker is there: any device goes on from it.

    `said` names only what was understood. Figures and half-named members lie sealed; nothing is worked out before the screen
    is left by its button.
    """
    household = _mine(person, household_id)
    if screen == "situation":
        household.cause, household.worker = said.get("cause") or household.cause, said.get("worker") or household.worker
    elif screen == "family":
        household.size = said.get("size") or household.size
        books.jot(household, {**books.draft(household), "pending": {name: said[name] for name in PENDING if said.get(name)}})
    elif screen == "money":
        books.jot(household, _merged(books.draft(household), {name: said[name] for name in said if said[name] is not None}))
    elif screen == "account":
        _put_account(household, person, said.get("account", ""))
    return _stand_at(household, _further(household.screen, screen))


def _further(stands: str, screen: str) -> str:
    """The later of two screens: an answer that was under way while the button was pressed leads nobody back."""
    return max(stands, screen, key=lambda each: SCREENS.index(each) if each in SCREENS else -1)


def _stand_at(household: Household, screen: str) -> Household:
    household.screen = screen
    household.save(update_fields=["screen", "cause", "worker", "size"])
    return household


def _put_account(household: Household, person: Person, account: str) -> None:
    if account:
        people_actions.correct(by=None, person=person, sealed={"bank_account": account}, reason=household.reference)
        audit.record(person, "hardship.account_given", household, at=household.organization)


@transaction.atomic
def save_situation(*, person: Person, household_id: int, cause: str, worker: str) -> Household:
    """Why the family is in hardship, and what work the applicant has."""
    household = _mine(person, household_id)
    rules.check_known(cause, registry.CAUSES, field="cause")
    rules.check_known(worker, registry.WORKERS, field="worker")
    household.cause, household.worker = cause, worker
    return _stand_at(household, "family")


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
    content = books.draft(household)
    if content.pop("pending", None):
        books.jot(household, content)
    return _stand_at(household, "family" if name else "money")


@transaction.atomic
def save_money(*, person: Person, household_id: int, amounts: Mapping[str, int]) -> Household:
    """What came in and what had to be paid in the year; sealed at once."""
    household = _mine(person, household_id)
    content = _merged(books.draft(household), amounts)
    told = {name: content.get(name, {}) for name in ("incomes", "spending", "illnesses", "wages")}
    book = Book(accident=content.get("accident", 0), disease=content.get("disease", ""), **told)
    books.write_book(household, book, by=person)
    return _stand_at(household, "papers")


def _merged(content: Mapping[str, Any], amounts: Mapping[str, int]) -> dict[str, Any]:
    """A book with the figures that were said now in the place of those before; what was not said stays."""
    incomes, spending = dict(content.get("incomes", {})), dict(content.get("spending", {}))
    if "other" in amounts:
        incomes |= dict.fromkeys(COUNTED_AS_OTHER, 0)
    incomes |= {kind: amounts[kind] for kind in means.INCOMES if kind in amounts}
    spending |= {kind: amounts[kind] for kind in means.SPENDING if kind in amounts}
    return {**content, "incomes": incomes, "spending": spending}


@transaction.atomic
def pass_papers(*, person: Person, household_id: int) -> Household:
    """On from the papers, whether any were brought or not: they may follow."""
    return _stand_at(_mine(person, household_id), "account")


@transaction.atomic
def save_account(*, person: Person, household_id: int, account: str) -> Household:
    """The worker's own card, sealed at once; left empty, the one on record stays."""
    household = _mine(person, household_id)
    _put_account(household, person, account)
    return _stand_at(household, "sign")


@transaction.atomic
def add_paper(*, person: Person, household_id: int, photo: UploadedFile) -> File:
    """A paper that follows, as long as nobody has decided. Raises Conflict afterwards."""
    household = access.own_for_change(person, household_id)
    if household.head_id != person.pk or household.state not in ("draft", "returned", *STAGES):
        raise Conflict(
            Text("已有决定，不能再补材料；如需更正请联系经办单位。", "It is decided; ask your union if a paper is wrong.")
        )
    return files.attach(household, photo, by=person, kind="paper")


@transaction.atomic
def press(*, person: Person, household_id: int) -> Step:
    """Ask how it stands (催一催): those who owe the next step are reminded, as often as the rule allows. Raises Conflict."""
    household = access.own_for_change(person, household_id)
    made = tasks.chase(household, by=people.house(), reason=str(Text("职工催办", "Asked by the worker")))
    audit.record(person, "hardship.pressed", household, at=household.organization)
    return made


@transaction.atomic
def withdraw(*, person: Person, household_id: int, words: str) -> Exit:
    """Take an own application back before it is decided."""
    household = access.own_for_change(person, household_id)
    if household.head_id != person.pk or household.state not in ("returned", *STAGES):
        raise Conflict(
            Text("申请已办结，如需退出请联系经办单位。", "It is decided: ask the unit that keeps the file."), code="state"
        )
    return leave.take_back(household, words=words, by=person)


@transaction.atomic
def hand_in(*, person: Person, household_id: int) -> Step:
    """Sign the authorisation on the phone and hand in; the other adults sign at the home visit."""
    household = _mine(person, household_id)
    access_actions.let_apply(person, at=household.organization)
    procedure.sign_consent(household_id=household.pk, person_id=person.pk, by=person, way="phone")
    return procedure.hand_in(household, by=person, adults=1)


@transaction.atomic
def take_back(*, person: Person, household_id: int) -> None:
    """Throw an own draft away that was never handed in; nothing of it stays."""
    household = _mine(person, household_id)
    if household.state != "draft":
        raise Conflict(Text("申请已提交过，请联系经办人撤销。", "It was handed in before; ask the unit."), code="state")
    access_actions.let_apply(person, at=household.organization)
    moves.move(household, "discard", by=person)
    household.members.update(open=False)
    household.book = b""
    household.save(update_fields=["book"])
