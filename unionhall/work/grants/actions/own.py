"""What a worker does with an own application: on five screens, stopping and going on at any time; taking back, appealing."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.files import actions as files
from unionhall.kernel.files.models import File
from unionhall.kernel.flows.actions import moves, numbers, tasks
from unionhall.kernel.flows.models import Step
from unionhall.kernel.people import access as identity
from unionhall.kernel.people import actions as people_actions
from unionhall.kernel.people import queries as people_queries
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.models import Programme
from unionhall.lib import dates
from unionhall.lib.refusal import Conflict, Refused
from unionhall.lib.text import Text
from unionhall.work.grants import access, rules
from unionhall.work.grants.actions import applications, contents, rejects
from unionhall.work.grants.flow import UNDECIDED
from unionhall.work.grants.models import Application
from unionhall.work.grants.queries import eligibility, mine
from unionhall.work.grants.rules import bank, days

SCREENS = ("whom", "money", "papers", "account", "sign")


@transaction.atomic
def begin(*, person: Person, programme: Programme, kind: str) -> Application:
    """The worker's draft of a kind: the one that lies there, or a new one with the unit that keeps the worker."""
    mine = access.visible_to_worker(person).filter(state="draft", created_by=person, programme=programme, kind=kind).first()
    if mine is not None:
        return mine
    if person.home is None:
        raise Refused(Text("请先加入工会或联系所在街道工会。", "Join a union first, or ask that of your street."))
    if eligibility.terms_of(programme, kind).by_clerk:
        raise Refused(Text("该项由单位登记，请联系所在工会。", "This is registered by your union: ask there."))
    one = Application(
        organization=person.home, reference=numbers.number("SQ", person.home), programme=programme, kind=kind, person=person,
        payee=person, asked=0, edition=eligibility.edition_for(programme, person.home),
        household=access.household_of(person, dates.today()),
    )  # fmt: skip
    return moves.start(one, by=person)


def _mine(person: Person, application_id: int) -> Application:
    one = access.own_for_change(person, application_id)
    if one.state != "draft" or one.created_by_id != person.pk:
        raise Conflict(
            Text("申请已提交，不能再修改；如需更正请先撤回或联系经办人。", "It is handed in and stays as it is."), code="state"
        )
    return one


@transaction.atomic
def keep(*, person: Person, application_id: int, screen: str, said: Mapping[str, Any]) -> Application:
    """Keep what was answered on a screen so far, and that the worker is there: any device goes on from it.

    `said` names only what was understood; nothing is judged before the screen is left by its button.
    """
    one = _mine(person, application_id)
    if screen == "whom" and said.get("person"):
        _put_whom(one, person, said["person"], said.get("months", ()), said.get("exclusion", ""))
    elif screen == "money":
        _put_money(one, said)
    elif screen == "account":
        _put_account(one, person, said.get("account", ""))
    return stand_at(one, _further(one.screen, screen))


def _further(stands: str, screen: str) -> str:
    """The later of two screens: an answer that was under way while the button was pressed leads nobody back."""
    return max(stands, screen, key=lambda each: SCREENS.index(each) if each in SCREENS else -1)


def stand_at(one: Application, screen: str) -> Application:
    """Where the worker stands in the own draft."""
    one.screen = screen
    one.save()
    return one


@transaction.atomic
def save_whom(
    *, person: Person, application_id: int, helped: int, months: Sequence[date] = (), exclusion: str = ""
) -> Application:  # fmt: skip
    """Whom it helps: the worker or one of the household; the worker is paid."""
    one = _mine(person, application_id)
    _put_whom(one, person, helped, months, exclusion)
    return stand_at(one, "money")


def _put_whom(one: Application, person: Person, helped: int, months: Sequence[date], exclusion: str) -> None:
    found = {each.pk: each for each in access.household_people(person)}
    if helped not in found:
        raise Refused(Text("请选择本人或同一档案的家庭成员。", "Choose yourself or one of your household."), field="person")
    one.person, one.household = found[helped], access.household_of(found[helped], dates.today())
    one.months = days.tidy_months(months, dates.today()) if one.terms.period == "month" else []
    one.exclusion = exclusion if one.terms.excludes and exclusion in rules.EXCLUSIONS else ""


@transaction.atomic
def save_money(
    *, person: Person, application_id: int, amount: int, reason: str, basis: int = 0, matter: str = "",
    happened_on: date | None = None,
) -> Application:  # fmt: skip
    """How much, and what happened."""
    one = _mine(person, application_id)
    rules.check_amount(amount)
    _put_money(one, {"amount": amount, "reason": reason, "basis": basis, "matter": matter, "happened_on": happened_on})
    return stand_at(one, "papers")


def _put_money(one: Application, said: Mapping[str, Any]) -> None:
    one.asked, one.basis = said.get("amount", one.asked), said.get("basis", one.basis)
    one.reason, one.matter = said.get("reason", one.reason).strip(), " ".join(said.get("matter", one.matter).split())
    one.happened_on = said.get("happened_on", one.happened_on)


@transaction.atomic
def save_account(*, person: Person, application_id: int, account: str) -> Application:
    """The worker's own account, sealed at once; left empty, the one on record stays."""
    one = _mine(person, application_id)
    _put_account(one, person, account)
    return stand_at(one, "sign")


def _put_account(one: Application, person: Person, account: str) -> None:
    if account:
        account = bank.account_number(account)
        people_actions.correct(by=None, person=person, sealed={"bank_account": account}, reason=one.reference)
        audit.record(person, "grants.account_given", one, at=one.organization)


@transaction.atomic
def give_account(*, person: Person, application_id: int, account: str) -> Application:
    """The payee's own account after handing in: the first, or another one in the place of what the bank turned back.

    Raises Conflict where another is paid, or while a payment is under way, Refused for the very one that the bank turned back.
    """
    one = access.own_for_change(person, application_id)
    if not mine.takes_account(person, one):
        raise Conflict(
            Text("款项正在发放或已办结，不能更改收款账号，请联系经办单位。", "It is being paid or is over: ask your union."),
            code="state",
        )
    if bank.account_number(account) == _on_record(person):
        rejects.check_other(contents.marks([person.pk], by=people_queries.house())[person.pk][0], "account")
    _put_account(one, person, account)
    rejects.account_given(person)
    return one


def _on_record(person: Person) -> str:
    with identity.fence(None, "people.correct"):
        return people_actions.stored(person, "bank_account", identity.keys())


@transaction.atomic
def pass_papers(*, person: Person, application_id: int) -> Application:
    """On from the papers, whether any were brought or not: they may follow."""
    return stand_at(_mine(person, application_id), "account")


@transaction.atomic
def hand_in(*, person: Person, application_id: int) -> Application:
    """Sign and hand in. Raises Refused with each reason against it that no unit can mend."""
    one = _mine(person, application_id)
    access_actions.let_apply(person, at=one.organization)
    return applications.hand_in(one, by=person)


@transaction.atomic
def add_paper(*, person: Person, application_id: int, photo: UploadedFile) -> File:
    """A paper that follows, as long as nobody has decided. Raises Conflict afterwards."""
    one = access.own_for_change(person, application_id)
    if one.created_by_id != person.pk or one.state not in ("draft", *UNDECIDED):
        raise Conflict(
            Text("已有决定，不能再补材料；如需更正请联系经办单位。", "It is decided; ask your union if a paper is wrong.")
        )
    return files.attach(one, photo, by=person, kind="paper")


@transaction.atomic
def press(*, person: Person, application_id: int) -> Step:
    """Ask how it stands (催一催): those who owe the next step are reminded, as often as the rule allows. Raises Conflict."""
    one = access.own_for_change(person, application_id)
    made = tasks.chase(one, by=people_queries.house(), reason=str(Text("职工催办", "Asked by the worker")))
    audit.record(person, "grants.pressed", one, at=one.organization)
    return made


@transaction.atomic
def withdraw(*, person: Person, application_id: int, words: str) -> Application:
    """Take an own application back before it is paid."""
    one = access.own_for_change(person, application_id)
    if one.created_by_id != person.pk:
        raise Conflict(Text("该申请由工会登记，请联系经办人撤回。", "Your union registered it: ask there to take it back."))
    access_actions.let_apply(person, at=one.organization)
    return applications.let_go(one, "withdraw", by=person, words=words)
