"""The means test: what a household has left, what it is held against, and why. Plain Python, whole numbers only.

Sources: the yearly net income over twelve months and the persons living together, held against the local minimum-living
line (once for deep hardship, twice for relative hardship), and the share of an accident's cost in the year's income.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from unionhall.lib import money
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text

INCOMES = ("wage", "pension", "business", "property", "benefit", "other")
SPENDING = ("medical", "education", "care", "housing")
KINDS = ("deep", "relative", "accident", "near", "none")
KIND_OF = MappingProxyType(
    {
        "excluded": "none",
        "migrant_months": "none",
        "below_line": "deep",
        "below_relative": "relative",
        "accident_share": "accident",
        "below_near": "near",
        "above_lines": "none",
    }
)  # by the reason that decided
MOST = 2_000_000_000  # fen; one figure of one household in a year
WHOLE = MappingProxyType(dict.fromkeys((*INCOMES, *SPENDING), 100))


class DoesNotAddUp(Refused):
    """The figures that were given contradict one another."""

    code = "does_not_add_up"


class NoLine(Refused):
    """The region has no value for a rule without which nothing can be decided."""

    code = "no_line"


@dataclass(frozen=True, slots=True)
class Measure:
    """What the test knows of a household: yearly figures in fen, by kind, and the facts that decide beside them."""

    persons: int
    incomes: tuple[int, ...]  # in the order of INCOMES
    spending: tuple[int, ...]  # in the order of SPENDING
    accident: int = 0  # cost of an accident in the year that nobody paid back
    migrant: bool = False
    months: int = 0  # of employment; asked of migrant workers
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """The rule's values for a region on a day, with the versions that they come from (None: the house's default)."""

    line: int  # minimum-living line, fen a person and month
    deep: int = 100  # percent of the line
    relative: int = 200
    near: int = 250
    accident: int = 80  # percent of the year's income
    migrant_months: int = 12
    shares: Mapping[str, int] = field(default_factory=lambda: WHOLE)  # percent counted, by kind of income and spending
    versions: Mapping[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came out: the kind, the reasons by code, and the two figures that stand against each other."""

    kind: str
    reasons: tuple[str, ...]
    income: int
    rigid: int
    net: int  # fen a person and month, rounded down
    line: int
    persons: int


def check_measure(measure: Measure, *, declared: int | None = None) -> None:
    """The figures can be: at least one person, nothing negative, and a declared total equals the sum of its parts."""
    if measure.persons < 1:
        raise DoesNotAddUp(Text("共同生活人口至少 1 人。", "At least one person lives in the household."), field="size")
    if any(not 0 <= amount <= MOST for amount in (*measure.incomes, *measure.spending, measure.accident)):
        raise DoesNotAddUp(Text("金额须在 0 到 2,000 万元之间。", "Amounts lie between 0 and 20 million yuan."), field="wage")
    total = sum(measure.incomes)
    if declared is not None and declared != total:
        said, counted = money.yuan(declared), money.yuan(total)
        raise DoesNotAddUp(
            Text(
                f"所填年收入合计 {said} 元，各项相加为 {counted} 元，请核对后再提交。",
                f"The total given is {said} yuan, its parts add up to {counted} yuan; please check.",
            ),
            field="income_total",
        )


def shares(value: object) -> Mapping[str, int]:
    """The shares counted, by kind; Refused where the table names what nobody knows."""
    table = dict(value) if isinstance(value, Mapping) else {}
    wrong = set(table) - {*INCOMES, *SPENDING}
    if wrong or any(not isinstance(share, int) or not 0 <= share <= 100 for share in table.values()):
        raise Refused(
            Text(
                "规则值“收支计入比例”须为收支项目到 0—100 的整数，请核对。",
                "The rule “shares counted” maps kinds of income and spending to whole percents from 0 to 100.",
            )
        )
    return MappingProxyType({**WHOLE, **table})


def covered(value: object) -> Mapping[str, bool]:
    """Which illnesses count as a blow of fate, by code; Refused where the table says something else than 0 or 1."""
    table = dict(value) if isinstance(value, Mapping) else {}
    if not table or any(isinstance(each, bool) or each not in (0, 1) for each in table.values()):
        raise Refused(Text("规则值“认可病种”每行须为 0 或 1。", "Each row of the rule “illnesses counted” is 0 or 1."))
    return MappingProxyType({code: bool(each) for code, each in table.items()})


def check_lines(lines: Lines) -> None:
    """The region has its line; a test against nothing is refused."""
    if lines.line <= 0:
        raise NoLine(
            Text(
                "本地区尚未设置最低生活保障标准，无法核算。请在“规则值”中设置“城乡低保标准”并注明文件依据。",
                "This region has no minimum-living line yet. Set it under rule values, with its source.",
            )
        )


def judge(measure: Measure, lines: Lines) -> Verdict:
    """The kind of hardship of a household, by the lines of its region. Raises NoLine."""
    check_lines(lines)
    income = counted(INCOMES, measure.incomes, lines.shares)
    rigid = counted(SPENDING, measure.spending, lines.shares)
    kind, reasons = weigh(
        persons=measure.persons,
        net_year=income - rigid,
        income=sum(measure.incomes),
        accident=measure.accident,
        barred=measure.excluded,
        unsettled=measure.migrant and measure.months < lines.migrant_months,
        lines=lines,
    )
    net = (income - rigid) // (12 * measure.persons)
    return Verdict(kind, reasons, income, rigid, net, lines.line, measure.persons)


def counted(kinds: Sequence[str], amounts: Sequence[int], shares: Mapping[str, int]) -> int:
    """What of some amounts counts: each by its share in percent, rounded down to the fen in the end."""
    return sum(amount * shares.get(kind, 100) for kind, amount in zip(kinds, amounts, strict=True)) // 100


def weigh(
    *, persons: int, net_year: int, income: int, accident: int, barred: bool, unsettled: bool, lines: Lines
) -> tuple[str, tuple[str, ...]]:
    """The kind and its reasons; compared in whole numbers by the year, so that no rounding decides."""
    if barred:
        return "none", ("excluded",)
    if unsettled:
        return "none", ("migrant_months",)
    held = net_year * 100
    year = lines.line * 12 * persons
    if held < year * lines.deep:
        return "deep", ("below_line",)
    if held < year * lines.relative:
        return "relative", ("below_relative",)
    if accident > 0 and accident * 100 > income * lines.accident:
        return "accident", ("accident_share",)
    if held < year * lines.near:
        return "near", ("below_near",)
    return "none", ("above_lines",)


def explain(verdict: Verdict, lines: Lines, measure: Measure) -> Text:
    """One sentence: the inputs, the formula's result, the line and what follows."""
    income, rigid, net, line = (money.yuan(one) for one in (verdict.income, verdict.rigid, verdict.net, verdict.line))
    head = Text(
        f"共同生活 {verdict.persons} 人，年可支配收入 {income} 元，刚性支出 {rigid} 元，"
        f"人均月净收入 {net} 元，当地低保标准 {line} 元",
        f"{verdict.persons} persons, disposable income {income} yuan a year, rigid spending {rigid} yuan, "
        f"net {net} yuan a person and month, local line {line} yuan",
    )
    tail = _because(verdict, lines, measure)
    return Text(f"{head.zh}：{tail.zh}。", f"{head.en}: {tail.en}.")


def _because(verdict: Verdict, lines: Lines, measure: Measure) -> Text:
    words = {
        "excluded": Text("存在不予建档情形，不符合建档条件", "a ground for exclusion holds, no file is made"),
        "migrant_months": Text(
            f"外来务工人员本地就业 {measure.months} 个月，不足 {lines.migrant_months} 个月，暂不符合建档条件",
            f"a migrant worker with {measure.months} of the {lines.migrant_months} months of employment asked for, no file yet",
        ),
        "below_line": Text(f"低于低保标准的 {lines.deep}%，属深度困难", f"below {lines.deep} % of the line, deep hardship"),
        "below_relative": Text(
            f"低于低保标准的 {lines.relative}%，属相对困难", f"below {lines.relative} % of the line, relative hardship"
        ),
        "accident_share": Text(
            f"当年意外支出 {money.yuan(measure.accident)} 元，超过家庭年收入的 {lines.accident}%，属意外致困",
            f"an accident cost {money.yuan(measure.accident)} yuan, more than {lines.accident} % of the year's income, "
            "hardship by accident",
        ),
        "below_near": Text(f"低于低保标准的 {lines.near}%，属边缘困难", f"below {lines.near} % of the line, a near miss"),
        "above_lines": Text("高于各档标准，不符合建档条件", "above every line, no file is made"),
    }
    return words[verdict.reasons[0]]
