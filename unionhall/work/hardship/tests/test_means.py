"""The means test: exact figures for each published example, every boundary on both its sides, and the sentence."""

import pytest

from unionhall.lib.refusal import Refused
from unionhall.work.hardship.rules import means
from unionhall.work.hardship.rules.means import Lines, Measure

LINE = 106_200  # 1,062 yuan a person and month, Rushan 2025
URBAN, RURAL = 94_000, 82_000  # Wuhan


def measure(persons=1, wage=0, medical=0, **more):
    """A household with wages and medical cost."""
    incomes = tuple(more.pop(kind, wage if kind == "wage" else 0) for kind in means.INCOMES)
    spending = tuple(more.pop(kind, medical if kind == "medical" else 0) for kind in means.SPENDING)
    return Measure(persons, incomes, spending, **more)


def judged(one, line=LINE, **rule):
    return means.judge(one, Lines(line, **rule))


@pytest.mark.parametrize(
    ("persons", "wage", "medical", "net", "kind"),
    [
        (1, 2_400_000, 1_800_000, 50_000, "deep"),  # 24,000 − 18,000 → 500 a month
        (3, 6_000_000, 0, 166_666, "relative"),  # 60,000 / 12 / 3 = 1,666.66
        (3, 3_823_200, 0, 106_200, "relative"),  # exactly the line is not below it
        (3, 3_823_199, 0, 106_199, "deep"),
        (1, 2_548_800, 0, 212_400, "near"),  # exactly twice the line
        (1, 2_548_799, 0, 212_399, "relative"),
        (1, 3_186_000, 0, 265_500, "none"),  # exactly two and a half times
        (1, 3_185_999, 0, 265_499, "near"),
        (2, 1_000_000, 3_000_000, -83_334, "deep"),  # spending above income: rounded down, away from zero
        (4, 0, 0, 0, "deep"),
    ],
)
def test_the_net_figure_decides_to_the_fen(persons, wage, medical, net, kind):
    found = judged(measure(persons, wage, medical))
    assert (found.net, found.kind) == (net, kind)


@pytest.mark.parametrize(("line", "kind"), [(200_000, "deep"), (URBAN, "relative"), (RURAL, "near"), (50_000, "none")])
def test_the_same_household_stands_differently_in_other_regions(line, kind):
    assert judged(measure(1, 2_100_000), line).kind == kind  # 1,750 yuan a month


def test_no_rounding_decides():
    """199,999 fen over seven persons is not the line, though both print the same."""
    one = measure(7, LINE * 12 * 7 - 1)
    assert (judged(one).kind, judged(one).net) == ("deep", LINE - 1)
    assert judged(measure(7, LINE * 12 * 7)).kind == "relative"


@pytest.mark.parametrize(("cost", "kind"), [(0, "none"), (6_400_000, "none"), (6_400_001, "accident"), (20_000_000, "accident")])
def test_an_accident_counts_above_four_fifths_of_the_income(cost, kind):
    assert judged(measure(1, 8_000_000, accident=cost)).kind == kind


def test_an_accident_without_income_is_measured_by_the_line_first():
    assert judged(measure(1, 0, accident=100)).reasons == ("below_line",)


@pytest.mark.parametrize(("months", "kind"), [(0, "none"), (11, "none"), (12, "deep"), (60, "deep")])
def test_a_migrant_worker_has_worked_here_for_a_year(months, kind):
    found = judged(measure(1, 100, migrant=True, months=months))
    assert (found.kind, found.reasons[0]) == (kind, "migrant_months" if kind == "none" else "below_line")


def test_a_ground_for_exclusion_goes_before_everything():
    found = judged(measure(1, 0, excluded=True, accident=10_000_000))
    assert (found.kind, found.reasons) == ("none", ("excluded",))


def test_shares_of_incomes_and_spending_count():
    one = measure(2, 4_000_000, 1_000_000, housing=600_000, pension=1_000_001)
    assert judged(one).income == 5_000_001
    part = judged(one, shares={"wage": 80, "pension": 50, "housing": 0})
    assert (part.income, part.rigid) == (3_700_000, 1_000_000)  # 3,200,000 + 500,000.5, rounded down once
    assert (judged(one).kind, part.kind) == ("relative", "relative")


@pytest.mark.parametrize(
    ("rule", "kind"),
    [({}, "relative"), ({"deep": 150}, "deep"), ({"relative": 130}, "near"), ({"relative": 130, "near": 140}, "none")],
)
def test_every_line_comes_from_the_rule(rule, kind):
    assert judged(measure(1, 1_800_000), **rule).kind == kind


def test_without_a_line_nothing_is_decided():
    with pytest.raises(means.NoLine, match="尚未设置最低生活保障标准"):
        judged(measure(), line=0)


@pytest.mark.parametrize("wrong", [measure(persons=0), measure(wage=-1), measure(medical=means.MOST + 1), measure(accident=-5)])
def test_figures_that_cannot_be_are_refused(wrong):
    with pytest.raises(means.DoesNotAddUp):
        means.check_measure(wrong)


def test_a_declared_total_must_be_the_sum():
    one = measure(1, 2_400_000, pension=600_000)
    means.check_measure(one, declared=3_000_000)
    with pytest.raises(means.DoesNotAddUp, match=r"所填年收入合计 30,000.01 元，各项相加为 30,000.00 元") as refusal:
        means.check_measure(one, declared=3_000_001)
    assert refusal.value.field == "income_total"


@pytest.mark.parametrize(
    ("one", "tail"),
    [
        (measure(1, 2_400_000, 1_800_000), "人均月净收入 500.00 元，当地低保标准 1,062.00 元：低于低保标准的 100%，属深度困难。"),
        (measure(1, 1_800_000), "：低于低保标准的 200%，属相对困难。"),
        (measure(1, 3_000_000), "：低于低保标准的 250%，属边缘困难。"),
        (measure(1, 8_000_000, accident=7_000_000), "：当年意外支出 70,000.00 元，超过家庭年收入的 80%，属意外致困。"),
        (measure(1, 8_000_000), "：高于各档标准，不符合建档条件。"),
        (measure(1, 0, excluded=True), "：存在不予建档情形，不符合建档条件。"),
        (measure(1, 0, migrant=True, months=7), "：外来务工人员本地就业 7 个月，不足 12 个月，暂不符合建档条件。"),
    ],
)
def test_the_result_is_explained_in_one_sentence(one, tail):
    rule = Lines(LINE)
    said = means.explain(means.judge(one, rule), rule, one)
    assert said.zh.startswith(f"共同生活 {one.persons} 人，年可支配收入 ")
    assert said.zh.endswith(tail)
    assert said.en.endswith(".")


def test_a_share_that_is_not_told_counts_whole():
    assert means.counted(("wage", "pension"), (100, 99), {"pension": 50}) == 149


def test_refusals_are_of_one_family():
    assert issubclass(means.NoLine, Refused)
    assert means.NoLine.code == "no_line"


@pytest.mark.parametrize("wrong", [None, {}, [1], {"cancer": 2}, {"cancer": True}, {"cancer": "1"}])
def test_a_list_of_illnesses_says_0_or_1(wrong):
    with pytest.raises(Refused, match="须为 0 或 1"):
        means.covered(wrong)


def test_a_list_of_illnesses_is_read_by_code():
    assert dict(means.covered({"cancer": 1, "unlisted": 0})) == {"cancer": True, "unlisted": False}
