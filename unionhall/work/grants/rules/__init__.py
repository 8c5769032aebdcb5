"""The rules of grants: who may have what how often, and four eyes on money; the bank's side lies beside it. Amounts are fen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from unionhall.lib import money
from unionhall.lib.refusal import Conflict, Refused
from unionhall.lib.text import Text
from unionhall.work.grants.rules import levels, shares, spending
from unionhall.work.grants.rules.findings import Finding
from unionhall.work.grants.rules.items import Bound
from unionhall.work.grants.rules.outside import Apart
from unionhall.work.grants.rules.tiers import Tier

MOST = 10**11  # a billion yuan: beyond it somebody typed fen, or an account number
HARD = frozenset({"once", "months", "window", "goods", "matter", "excluded", "happened", "cash", "entrants", "items", "outside"})
"""What no unit can mend later: it is asked for when an application is handed in."""
VALUED = 4  # characters that say at least something of a valuation
ON_FILE = ("hardship_household", "hardship_member")
HELD = "hardship_held"  # an objection to the household's file is being looked into
NOT_EXCLUDED = "none"
EXCLUSIONS = {
    NOT_EXCLUDED: Text("均不属于", "None of these"),
    "military": Text("军队院校学生", "At a military school"),
    "teacher": Text("公费师范生", "Trained as a teacher free of charge"),
    "targeted": Text("定向培养生", "Trained for a post that is promised"),
    "high_fee": Text("高收费民办学校学生", "At a private school with high fees"),
    "abroad": Text("自费出国留学", "Studying abroad at own cost"),
    "sino_foreign": Text("中外合作办学项目学生", "In a Sino-foreign programme"),
    "aided": Text("本年度已获其他单位助学", "Aided by another body this year"),
}
"""Pupils whom aid for the start of the school year does not reach, as unions publish it; the answer stands on the application."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a programme asks of one kind of grant, as data.

    `standing`: one of these must hold on the day. `subject` is whom the grant is for. `period`: once in a year, a month, an
    edition, for each `matter` (ever, or in a year), or for each matter of its own. `group`: grants of one group exclude each
    other, in whichever programme they stand. `most` is the policy with the highest amount: a number, or a table by kind
    (`by_kind`); for monthly grants it is for one month.
    """

    standing: tuple[str, ...] = ()
    subject: str = "person"  # or "household", or "unit"
    period: str = "year"
    group: str
    most: str
    most_months: str = "grants.living_cap_months"
    by_kind: bool = False
    by_clerk: bool = False  # taken up by a unit only, never by the worker alone
    matter: bool = False  # for a named thing (a place, a project, a case) that is granted once by itself
    share: str = ""  # the policy with the percent of the papers' sum that is paid
    deductible: str = ""  # the policy with what is taken off that sum first
    keep_back: str = ""  # the policy with the percent of a budget line that these grants may not use
    to_unit: bool = False  # the unit that asks is paid, to its own account; `person` answers for it
    goods: bool = False  # given in kind: what, and who valued it by what, stand on the application
    excludes: bool = False  # asks whether the pupil is one of `EXCLUSIONS`
    most_year: str = ""  # the policy with the most that a person gets in a year, of all kinds that name it; 0: no such limit
    claim_days: str = ""  # the policy with the days after the event in which it is asked for; `standing` held on that day
    spending: bool = False  # a union spends on its own members: near the limit it warns, past it the region's rule decides
    in_kind: bool = False  # neither cash nor cards are given
    papers: bool = False  # its voucher hangs on it before it is found in order
    winners: str = ""  # the policy with the most winners of all who took part; `matter` names the contest
    bereaved: bool = False  # the person has died, and somebody else is paid
    tiers: tuple[str, str] | None = None  # the policies with the share of the own cost and the most, by kind of household
    off_file: bool = False  # for those outside the hardship files
    levels: str = ""  # the policy with the amounts above which a higher level approves


@dataclass(frozen=True, slots=True)
class Limit:
    """A rule's number as it held when it was asked: fen or months, the version of the rule, and where it comes from."""

    value: int
    version: int | None
    source: str
    text: str = ""  # a share such as 2/3, where the rule is one


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is known about a grant when it is judged."""

    standings: frozenset[str]
    alive: bool
    payee_alive: bool
    same_household: bool  # the payee is the person, or stands in the same household
    payee_is_person: bool = True
    in_window: bool
    months: tuple[date, ...]
    months_before: int  # of the same subject and group in that year, this grant left out
    amount: int
    most: Limit | None
    most_months: Limit
    taken: tuple[str, ...] = ()  # references of grants that exclude this one
    objections: tuple[str, ...] = ()  # references of open objections
    matter: str = ""
    basis: int = 0  # what the papers come to
    share: Limit | None = None
    deductible: Limit | None = None
    goods: str = ""  # what is given in kind
    valuation: str = ""  # who valued it, and by what
    exclusion: str = ""  # a key of `EXCLUSIONS`; empty: nobody asked
    happened_on: date | None = None
    covered: bool = False  # the standing held on that day
    days_since: int = 0  # from that day until it was asked for
    claim_days: Limit | None = None
    year_before: int = 0  # fen of the person's other grants in the year, of all kinds under the same limit
    most_year: Limit | None = None
    rule: spending.Rule = spending.STRICT  # how the region treats what a union spends on its members
    papers: int = 0  # how many hang on it
    entrants: int = 0  # how many took part in the contest
    winners_before: int = 0  # prizes of the same contest, this one left out
    winners: Limit | None = None
    dead: bool = False  # the person's death is noted
    items: Bound | None = None  # where the region bounds the kinds of aid of such a household
    level: levels.Bound | None = None  # the level whose approval the amount needs
    named: tuple[Text, ...] = ()  # those that it has, in words: the kind of the household first
    tier: Tier | None = None  # what the region pays such a household of its own cost
    apart: Apart | None = None  # temporary aid and relief on a file, which exclude each other


def judge(terms: Terms, case: Case) -> list[Finding]:
    """Every rule that applies, met or not, each as a sentence. A grant stands when all of them are met."""
    found = [_event(terms, case)] if terms.claim_days else [_standing(terms, case)] if terms.standing else []
    if not case.alive or not case.payee_alive:
        zh, en = "受助人或收款人已去世，或其人员档案已注销。", "The person or the payee has died, or their file was erased."
        found.append(Finding("erased", False, zh, en))
    found.append(_payee(terms, case))
    found.extend(_spending(terms, case))
    found.append(
        Finding("window", True, "在本期受理时间内。", "Within the window of the edition.")
        if case.in_window
        else Finding("window", False, "不在任何一期的受理时间内。", "No edition is open on this day.")
    )
    if terms.period == "month":
        found.append(_months(case))
    if terms.goods and not (case.goods.strip() and len(case.valuation.strip()) >= VALUED):
        found.append(
            Finding(
                "goods",
                False,
                "请写明物品和数量，并注明由谁、按什么估值。",
                "Say what is given and how many, who valued it and by what.",
            )
        )
    if terms.matter and not case.matter:
        found.append(Finding("matter", False, "请填写托位、项目或案件的名称、编号。", "Name the place, project or case."))
    if terms.excludes:
        found.append(_excluded(case))
    if case.apart is not None and (told := case.apart.finding()) is not None:
        found.append(told)
    found.extend(_shared(case) if terms.share else [_tiered(terms, case)])
    if case.most_year is not None and case.most_year.value:
        found.append(_year(terms, case, case.most_year))
    if case.items is not None:
        said, fits = case.items.said(case.named), case.items.fits
        found.append(Finding("items", fits, said.zh, said.en, case.items.version, case.items.source))
    if case.level is not None:
        why = case.level.said(case.amount)
        found.append(Finding("level", True, why.zh, why.en, case.level.version, case.level.source, "level"))
    found.append(_taken(case))
    if case.objections:
        named = "、".join(case.objections)
        found.append(Finding("objection", False, f"异议{named}正在核实。", f"Objection {named} is being looked into."))
    return found


def _payee(terms: Terms, case: Case) -> Finding:
    if terms.to_unit:
        return Finding("payee", True, "款项付给申请单位的账户。", "It is paid to the account of the unit that asks.")
    if terms.bereaved:
        return _bereaved(case)
    if case.same_household:
        return Finding("payee", True, "收款人是本人或同一家庭成员。", "The payee is the person or one of the same household.")
    return Finding(
        "payee", False, "收款人须是本人或同一档案的家庭成员。", "The payee must be the person or one of the same file."
    )  # fmt: skip


def _standing(terms: Terms, case: Case) -> Finding:
    if HELD in case.standings and set(terms.standing) & set(ON_FILE):
        return Finding(
            "standing", False, "家庭的困难职工档案有异议正在核实。", "An objection to the household's file is being looked into."
        )
    if set(terms.standing) & case.standings:
        return Finding("standing", True, "具备所需身份，当前有效。", "The standing asked for holds today.")
    if set(terms.standing) & set(ON_FILE):
        return Finding(
            "standing", False, "不在困难职工档案内：先建档、后帮扶。", "Not on a hardship file: first the file, then the help."
        )
    return Finding("standing", False, "不具备所需身份。", "The standing asked for does not hold.")


def _event(terms: Terms, case: Case) -> Finding:
    day, within = case.happened_on, case.claim_days
    if day is None or case.days_since < 0:
        return Finding(
            "happened", False, "请填写发生日期（如出院日期），不晚于今天。", "Say on which day it happened, not after today."
        )
    if not case.covered and terms.spending:
        return Finding("standing", False, f"{day}不是工会会员，不具备所需身份。", f"No member of a union on {day}.")
    if not case.covered:
        return Finding(
            "standing", False, f"{day}不在参加有效期内，不具备所需身份：等待期内和期满后发生的不支付。",
            f"On {day} the part did not hold: nothing is paid for the waiting days and after the end.",
        )  # fmt: skip
    if within is not None and within.value and case.days_since > within.value:
        return Finding(
            "late", False, f"{day}发生，已过{within.value}日的申请期限。",
            f"It happened on {day}: more than {within.value} days ago.",
            within.version, within.source,
        )  # fmt: skip
    return Finding("standing", True, f"{day}在参加有效期内，未过申请期限。", f"The part held on {day}, and the claim is in time.")


def _excluded(case: Case) -> Finding:
    if case.exclusion == NOT_EXCLUDED:
        return Finding("excluded", True, "不属于不予资助的情形。", "None of the cases that are not aided.")
    if case.exclusion not in EXCLUSIONS:
        en = "Say whether the pupil is one of those who are not aided."
        return Finding("excluded", False, "请说明学生是否属于不予资助的情形。", en)
    name = EXCLUSIONS[case.exclusion]
    return Finding("excluded", False, f"{name.zh}，不予资助。", f"Not aided: {name.en}.")


def _bereaved(case: Case) -> Finding:
    if not case.dead:
        return Finding("payee", False, "请先登记本人去世。", "Note the member's death first.")
    if case.payee_is_person:
        return Finding("payee", False, "本人已去世，请填写领取慰问的亲属。", "The member has died: name the relative who is paid.")
    return Finding("payee", True, "本人已去世，付给登记的亲属。", "The member has died; the relative named is paid.")


def _spending(terms: Terms, case: Case) -> list[Finding]:
    """What a union's own spending on its members asks beside the limit: no cash, a voucher, not everybody a winner."""
    found = []
    if terms.in_kind and (word := spending.cash(case.goods, vouchers=case.rule.vouchers)):
        found.append(Finding("cash", False, f"只能发放实物，不得发放“{word}”。", f"It is given in goods only, never as “{word}”."))
    if terms.papers:
        ok = case.papers > 0
        zh, en = ("凭证已上传。", "Its voucher is on file.") if ok else ("请上传发票、证明等凭证。", "Add its voucher first.")
        found.append(Finding("papers", ok, zh, en))
    if terms.winners and case.winners is not None:
        most = spending.most_winners(case.entrants, case.winners.text)
        now = case.winners_before + 1
        if not case.entrants:
            found.append(Finding("entrants", False, "请填写参赛人数。", "Say how many took part."))
        else:
            found.append(
                Finding(
                    "winners", now <= most,
                    f"参赛{case.entrants}人，获奖最多{most}人，含本人已有{now}人。",
                    f"{case.entrants} took part, at most {most} win; with this one {now} do.",
                    case.winners.version, case.winners.source,
                )
            )  # fmt: skip
    return found


def _year(terms: Terms, case: Case, most: Limit) -> Finding:
    total = case.year_before + case.amount
    said = spending.year(total, most.value, case.rule) if terms.spending else spending.Said(total <= most.value)
    return Finding(
        "year", said.ok,
        f"本人全年合计{money.yuan(total)}元，上限{money.yuan(most.value)}元{said.zh}。",
        f"{money.yuan(total)} yuan for the person in the year; the most is {money.yuan(most.value)}{said.en}.",
        most.version, most.source, said.warn,
    )  # fmt: skip


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
        return _no_value()
    times = len(case.months) if terms.period == "month" else 1
    whole = case.most.value * times
    how = f"{money.yuan(case.most.value)}元×{times}个月" if terms.period == "month" else f"{money.yuan(whole)}元"
    said = spending.single(case.amount, whole, case.rule) if terms.spending else spending.Said(case.amount <= whole)
    return Finding(
        "amount", said.ok,
        f"金额{money.yuan(case.amount)}元，标准上限{how}{said.zh}。",
        f"{money.yuan(case.amount)} yuan; the most is {money.yuan(whole)} yuan{said.en}.",
        case.most.version, case.most.source, said.warn,
    )  # fmt: skip


def _tiered(terms: Terms, case: Case) -> Finding:
    """The most of what the region pays such a household of its own cost; the plain limit where neither binds."""
    if case.tier is None or case.most is None or not case.most.value:
        return _amount(terms, case)
    return case.tier.finding(case.amount, basis=case.basis, whole=case.most.value) or _amount(terms, case)


def _shared(case: Case) -> list[Finding]:
    if case.most is None or not case.most.value or case.share is None or not case.share.value:
        return [_no_value()]
    if case.basis <= 0:
        return [Finding("basis", False, "请填写凭据金额。", "Say what the papers come to.")]
    less = shares.deductions(
        basis=case.basis, deductible=case.deductible.value if case.deductible else 0, share=case.share.value, most=case.most.value
    )  # fmt: skip
    most = case.basis - sum(one.amount for one in less)
    found = [
        Finding(
            f"deduction_{one.code}", True, f"扣除{money.yuan(one.amount)}元：{one.why.zh}。",
            f"{money.yuan(one.amount)} yuan taken off: {one.why.en}.", case.share.version, case.share.source,
        )
        for one in less
    ]  # fmt: skip
    last = Finding(
        "amount", case.amount <= most,
        f"凭据{money.yuan(case.basis)}元，可支付{money.yuan(most)}元，申请{money.yuan(case.amount)}元。",
        f"Papers over {money.yuan(case.basis)} yuan, {money.yuan(most)} payable, {money.yuan(case.amount)} asked.",
        case.most.version, case.most.source,
    )  # fmt: skip
    return [*found, last]


def _no_value() -> Finding:
    en = "The region has no value for this rule yet; nothing can be decided."
    return Finding("amount", False, "本地区尚未设定该项标准，不能决定金额。", en)


def _taken(case: Case) -> Finding:
    if not case.taken:
        return Finding("once", True, "同期未享受同类救助。", "No grant of the same kind in the period.")
    named = "、".join(case.taken)
    return Finding("once", False, f"同期已有同类救助：{named}。", f"A grant of the same kind stands in the period: {named}.")


def stands(found: Iterable[Finding]) -> bool:
    """Whether every rule is met."""
    return all(one.ok for one in found)


def check_reasoned(found: Iterable[Finding], words: str) -> None:
    """Who lets a limit be passed where the region allows it says why. Raises Refused."""
    if not words.strip() and any(one.warn == "over" for one in found):
        raise Refused(Text("超出标准的，请写明理由。", "It passes a limit: say why."), field="words", code="over")


def check_stands(found: Sequence[Finding]) -> None:
    """Refuse what the rules do not allow, with each reason."""
    against = [one for one in found if not one.ok]
    if against:
        raise Refused(Text("".join(one.zh for one in against), " ".join(one.en for one in against)), code="not_eligible")


def check_amount(amount: int, field: str = "amount") -> None:
    """An amount above nothing and below what anybody handles. Raises Refused."""
    if amount <= 0:
        raise Refused(Text("请填写大于零的金额。", "Give an amount above zero."), field=field)
    if amount >= MOST:
        raise Refused(Text("金额过大，请按元填写并核对。", "The amount is too large; write yuan and check it."), field=field)


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


def check_clock(before: datetime | None, now: datetime) -> None:
    """No step lies before the one that it follows: where it would, the clock was set back. Raises Conflict."""
    if before is not None and now < before:
        raise Conflict(
            Text(
                "系统时间早于上一步办理的时间，请系统管理员校准时钟后再办理。",
                "The clock stands before the step that came last: have it set right, then go on.",
            ),
            code="clock",
        )
