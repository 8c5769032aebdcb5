"""The rules of grants: who may have what how often, four eyes on money, and what the bank's answer may say. Amounts are fen."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from unionhall.lib import money
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text

MOST = 10**11  # a billion yuan: beyond it somebody typed fen, or an account number
ON_FILE = ("hardship_household", "hardship_member")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a programme asks of one kind of grant, as data.

    `standing`: one of these must hold on the day. `subject` is whom the grant is for: a household or a person. `period`: once in
    a year, a month, or an edition. `group`: grants of one group exclude each other, in whichever programme they stand. `most` is
    the policy with the highest amount: a number, or a table by kind (`by_kind`); for monthly grants it is for one month.
    """

    standing: tuple[str, ...] = ()
    subject: str = "person"
    period: str = "year"
    group: str
    most: str
    by_kind: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """A rule's number as it held when it was asked: fen or months, the version of the rule, and where it comes from."""

    value: int
    version: int | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is known about a grant when it is judged."""

    standings: frozenset[str]
    alive: bool
    payee_alive: bool
    same_household: bool  # the payee is the person, or stands in the same household
    in_window: bool
    months: tuple[date, ...]
    months_before: int  # of the same subject and group in that year, this grant left out
    amount: int
    most: Limit | None
    most_months: Limit
    taken: tuple[str, ...] = ()  # references of grants that exclude this one


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason for or against a grant, with the version of the rule that gave it."""

    code: str
    ok: bool
    zh: str
    en: str
    version: int | None = None
    source: str = ""

    @property
    def text(self) -> Text:
        """The sentence in the reader's language."""
        return Text(self.zh, self.en)

    def kept(self) -> dict[str, object]:
        """As the application keeps it."""
        told = {"code": self.code, "ok": self.ok, "zh": self.zh, "en": self.en}
        return {**told, "version": self.version, "source": self.source}


def judge(terms: Terms, case: Case) -> list[Finding]:
    """Every rule that applies, met or not, each as a sentence. A grant stands when all of them are met."""
    found = [_standing(terms, case)] if terms.standing else []
    if not case.alive or not case.payee_alive:
        found.append(Finding("erased", False, "申请人或收款人的人员档案已注销。", "The person's or the payee's file was erased."))
    found.append(
        Finding("payee", True, "收款人是本人或同一家庭成员。", "The payee is the person or one of the same household.")
        if case.same_household
        else Finding(
            "payee", False, "收款人须是本人或同一档案的家庭成员。", "The payee must be the person or one of the same file."
        )
    )
    found.append(
        Finding("window", True, "在本期受理时间内。", "Within the window of the edition.")
        if case.in_window
        else Finding("window", False, "不在任何一期的受理时间内。", "No edition is open on this day.")
    )
    if terms.period == "month":
        found.append(_months(case))
    found.append(_amount(terms, case))
    found.append(_taken(case))
    return found


def _standing(terms: Terms, case: Case) -> Finding:
    if set(terms.standing) & case.standings:
        return Finding("standing", True, "具备所需身份，当前有效。", "The standing asked for holds today.")
    if set(terms.standing) & set(ON_FILE):
        return Finding(
            "standing", False, "不在困难职工档案内：先建档、后帮扶。", "Not on a hardship file: first the file, then the help."
        )
    return Finding("standing", False, "不具备所需身份。", "The standing asked for does not hold.")


def _months(case: Case) -> Finding:
    most, asked = case.most_months, len(case.months)
    total = asked + case.months_before
    if not asked:
        return Finding("months", False, "请选择发放月份。", "Name the months.")
    ok = total <= most.value
    return Finding(
        "months", ok,
        f"本年合计{total}个月，上限{most.value}个月。", f"{total} months of the year in all; at most {most.value}.",
        most.version, most.source,
    )  # fmt: skip


def _amount(terms: Terms, case: Case) -> Finding:
    if case.most is None or not case.most.value:
        return Finding(
            "amount",
            False,
            "本地区尚未设定该项标准，不能决定金额。",
            "The region has no value for this rule yet; nothing can be decided.",
        )
    times = len(case.months) if terms.period == "month" else 1
    whole = case.most.value * times
    how = f"{money.yuan(case.most.value)}元×{times}个月" if terms.period == "month" else f"{money.yuan(whole)}元"
    return Finding(
        "amount", case.amount <= whole,
        f"金额{money.yuan(case.amount)}元，标准上限{how}。",
        f"{money.yuan(case.amount)} yuan; the most is {money.yuan(whole)} yuan.",
        case.most.version, case.most.source,
    )  # fmt: skip


def _taken(case: Case) -> Finding:
    if not case.taken:
        return Finding("once", True, "同期未享受同类救助。", "No grant of the same kind in the period.")
    named = "、".join(case.taken)
    return Finding("once", False, f"同期已有同类救助：{named}。", f"A grant of the same kind stands in the period: {named}.")


def stands(found: Iterable[Finding]) -> bool:
    """Whether every rule is met."""
    return all(one.ok for one in found)


def check_stands(found: Sequence[Finding]) -> None:
    """Refuse what the rules do not allow, with each reason."""
    against = [one for one in found if not one.ok]
    if against:
        raise Refused(Text("".join(one.zh for one in against), " ".join(one.en for one in against)), code="not_eligible")


def keys(terms: Terms, *, subject: str, year: int, edition: int, months: Iterable[date] = ()) -> list[str]:
    """The entitlements that a grant uses up: each may be held by one grant only, whichever programme it stands in."""
    head = f"{terms.group}/{subject}"
    if terms.period == "month":
        return [f"{head}/{month:%Y-%m}" for month in sorted(set(months))]
    return [f"{head}/edition-{edition}" if terms.period == "edition" else f"{head}/{year}"]


def check_amount(amount: int, field: str = "amount") -> None:
    """An amount above nothing and below what anybody handles. Raises Refused."""
    if amount <= 0:
        raise Refused(Text("请填写大于零的金额。", "Give an amount above zero."), field=field)
    if amount >= MOST:
        raise Refused(Text("金额过大，请按元填写并核对。", "The amount is too large; write yuan and check it."), field=field)


def tidy_months(months: Iterable[date], today: date) -> list[date]:
    """The first day of each month named, of this year or the last, once each. Raises Refused."""
    tidy = sorted({month.replace(day=1) for month in months})
    if any(month.year not in (today.year, today.year - 1) for month in tidy):
        raise Refused(Text("月份须在今年或去年。", "Months lie in this year or the last."), field="months")
    if len({month.year for month in tidy}) > 1:
        raise Refused(Text("一次申请的月份须在同一年。", "The months of one application lie in one year."), field="months")
    return tidy


def filled(text: str, field: str, zh: str, en: str) -> str:
    """A text that must say something. Raises Refused."""
    tidy = text.strip()
    if not tidy:
        raise Refused(Text(zh, en), field=field)
    return tidy


def check_other(person: int, before: Mapping[str, int | None]) -> None:
    """Four eyes on money: nobody takes two of the parts. `before` names who took the earlier ones. Raises Refused."""
    parts = {
        "clerk": ("登记申请的人不能审批", "Who registered the application does not approve it."),
        "maker": ("制单人不能复核或发放", "Who prepared the batch neither checks nor pays it."),
        "checker": ("复核人不能发放", "Who checked the batch does not pay it."),
    }
    for part, other in before.items():
        if other == person:
            zh, en = parts[part]
            raise Refused(Text(f"{zh}，请由另一人办理。", f"{en} Ask a colleague."), code="second_person")


@dataclass(frozen=True, slots=True)
class Content:
    """One payment as its digest covers it: whose grant, who gets it, to which account (as a mark), how much."""

    application: int
    payee: int
    name: str
    account: str
    amount: int


def digest(lines: Iterable[Content]) -> str:
    """The fingerprint of a batch: the same for the same payments in any order, another for the smallest change."""
    plain = sorted(f"{one.application}|{one.payee}|{one.name}|{one.account}|{one.amount}" for one in lines)
    return hashlib.sha256("\n".join(plain).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bank says about one payment."""

    reference: str
    amount: int
    paid: bool
    reason: str = ""


def match(sent: Mapping[str, int], answers: Iterable[Answer]) -> dict[str, Answer]:
    """The bank's answers by reference: each payment sent exactly once, with its amount; otherwise the file is refused whole."""
    found: dict[str, Answer] = {}
    for one in answers:
        if one.reference not in sent:
            raise _other_file(f"回盘中的“{one.reference}”不在本批次。", f"“{one.reference}” is not in this batch.")
        if one.reference in found:
            raise _other_file(f"回盘中“{one.reference}”出现两次。", f"“{one.reference}” stands twice in the file.")
        if one.amount != sent[one.reference]:
            raise _other_file(
                f"“{one.reference}”的金额{money.yuan(one.amount)}元与发放金额{money.yuan(sent[one.reference])}元不符。",
                f"“{one.reference}”: {money.yuan(one.amount)} yuan is not the {money.yuan(sent[one.reference])} yuan sent.",
            )
        if not one.paid and not one.reason.strip():
            raise _other_file(f"“{one.reference}”失败但没有原因。", f"“{one.reference}” failed without a reason.")
        found[one.reference] = one
    if missing := sorted(set(sent) - set(found)):
        raise _other_file(
            f"回盘缺少{len(missing)}笔，如“{missing[0]}”。", f"{len(missing)} payments have no answer, such as “{missing[0]}”."
        )
    return found


def _other_file(zh: str, en: str) -> Refused:
    return Refused(
        Text(f"{zh}整个文件未采用，请核对银行和批次。", f"{en} The whole file is refused: check bank and batch."),
        field="file", code="other_file",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tie:
    """Three sums that must agree when a batch is settled: approved, sent to the bank, and acknowledged by it."""

    approved: int
    sent: int
    paid: int
    rejected: int

    @property
    def acknowledged(self) -> int:
        """What the bank answered for, paid or turned back."""
        return self.paid + self.rejected

    @property
    def holds(self) -> bool:
        """Whether the three agree."""
        return self.approved == self.sent == self.acknowledged
