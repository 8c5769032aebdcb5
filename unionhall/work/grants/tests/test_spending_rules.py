"""What a union spends on its own members: the rules alone, with exact values."""

import dataclasses
from datetime import date

import pytest

from unionhall.kernel.policies import registry as policies
from unionhall.lib.refusal import Refused
from unionhall.work.grants import registry, rules
from unionhall.work.grants.registry import welfare
from unionhall.work.grants.rules import once, spending
from unionhall.work.grants.rules.spending import Rule, Said
from unionhall.work.grants.tests.test_rules import GOOD, YUAN

SPRING, BIRTHDAY, PRIZE, DEATH = (welfare.TERMS[kind] for kind in ("spring", "birthday", "prize", "death"))
MEMBER = dataclasses.replace(
    GOOD, standings=frozenset({"member"}), most=rules.Limit(500 * YUAN, 7, "皖工发〔2018〕1号"), amount=400 * YUAN,
    goods="大米两袋、食用油一桶", valuation="超市发票",
)  # fmt: skip


def against(terms, **changes):
    """The codes of the rules that are not met."""
    return {one.code for one in rules.judge(terms, dataclasses.replace(MEMBER, **changes)) if not one.ok}


def warned(terms, **changes):
    """The warnings by the code of the rule."""
    return {one.code: one.warn for one in rules.judge(terms, dataclasses.replace(MEMBER, **changes)) if one.warn}


@pytest.mark.parametrize(
    ("amount", "rule", "said"),
    [
        (30_000, Rule(), Said(True)),
        (29_999, Rule(), Said(True)),
        (30_001, Rule(), Said(False, "", "，超出0.01元", ", 0.01 too much")),
        (45_000, Rule(blocks=False), Said(True, "over", "，超出150.00元，本地允许但须写明理由",
                                          ", 150.00 too much: allowed here where the reason is given")),
    ],
)  # fmt: skip
def test_one_gift_beside_its_limit(amount, rule, said):
    assert spending.single(amount, 30_000, rule) == said


@pytest.mark.parametrize(
    ("total", "rule", "ok", "warn"),
    [
        (119_999, Rule(), True, ""),
        (120_000, Rule(), True, "near"),
        (150_000, Rule(), True, "near"),
        (150_001, Rule(), False, ""),
        (150_001, Rule(blocks=False), True, "over"),
        (149_999, Rule(warn_percent=0), True, ""),
        (75_000, Rule(warn_percent=50), True, "near"),
        (74_999, Rule(warn_percent=50), True, ""),
        (150_000, Rule(warn_percent=100), True, "near"),
        (149_999, Rule(warn_percent=100), True, ""),
    ],
)
def test_a_year_warns_before_and_blocks_after(total, rule, ok, warn):
    said = spending.year(total, 150_000, rule)
    assert (said.ok, said.warn) == (ok, warn)


def test_a_warning_says_what_is_left():
    assert spending.year(130_000, 150_000, Rule()).zh == "，仅余200.00元"
    assert spending.year(130_000, 150_000, Rule()).en == "; only 200.00 is left"


@pytest.mark.parametrize(
    ("goods", "vouchers", "word"),
    [
        ("大米两袋", False, ""),
        ("现金500元", False, "现金"),
        ("节日红包", False, "红包"),
        ("超市购物卡一张", False, "购物卡"),
        ("加油卡", True, "加油卡"),
        ("生日蛋糕券", False, ""),
        ("代金券200元", False, "代金券"),
        ("代金券200元", True, ""),
        ("电子券", False, "电子券"),
        ("电子券", True, ""),
        ("Gift card of 200", False, "Gift card"),
        ("a voucher", False, "voucher"),
        ("a voucher", True, ""),
        ("cashew nuts", False, ""),
        ("贺卡和水果", False, ""),
    ],
)
def test_neither_cash_nor_cards(goods, vouchers, word):
    assert spending.cash(goods, vouchers=vouchers) == word


@pytest.mark.parametrize(
    ("text", "entrants", "most"), [("2/3", 30, 20), ("2/3", 31, 20), ("1/3", 31, 10), ("1/1", 5, 5), (" 2 / 3 ", 3, 2)]
)
def test_how_many_may_win(text, entrants, most):
    assert spending.most_winners(entrants, text) == most


@pytest.mark.parametrize("text", ["", "两成", "3/2", "0/3", "1/0", "66%", "2/3/4"])
def test_a_share_is_a_fraction_up_to_one(text):
    with pytest.raises(Refused):
        spending.share(text)


def test_festival_goods_are_goods():
    assert against(SPRING) == set()
    assert against(SPRING, goods="购物卡一张") == {"cash"}
    assert against(SPRING, goods="") == {"goods"}
    assert against(SPRING, amount=501 * YUAN) == {"amount"}
    assert against(SPRING, standings=frozenset()) == {"standing"}
    assert against(SPRING, most=rules.Limit(0, None, "")) == {"amount"}


def test_the_year_of_festivals_warns_then_blocks_by_the_rule_of_the_region():
    year = rules.Limit(1_500 * YUAN, 8, "皖工发〔2018〕1号")
    assert warned(SPRING, most_year=year, year_before=700 * YUAN) == {}
    assert warned(SPRING, most_year=year, year_before=1_000 * YUAN) == {"year": "near"}
    assert against(SPRING, most_year=year, year_before=1_101 * YUAN) == {"year"}
    lenient = {"most_year": year, "year_before": 1_101 * YUAN, "rule": Rule(blocks=False)}
    assert (against(SPRING, **lenient), warned(SPRING, **lenient)) == (set(), {"year": "over"})


def test_past_a_limit_by_leave_asks_for_the_reason():
    over = rules.judge(BIRTHDAY, dataclasses.replace(MEMBER, amount=600 * YUAN, rule=Rule(blocks=False)))
    rules.check_stands(over)
    rules.check_reasoned(over, "百岁寿辰")
    with pytest.raises(Refused, match="写明理由") as refused:
        rules.check_reasoned(over, " ")
    assert refused.value.field == "words"
    rules.check_reasoned(rules.judge(BIRTHDAY, MEMBER), "")


def test_a_grant_that_is_no_such_spending_keeps_its_limit_whatever_the_region_says():
    """The twin: were the leniency asked of every grant, relief would be paid past its ceiling."""
    medical = registry.TERMS["hardship_relief_fund"]["medical"]
    case = dataclasses.replace(GOOD, amount=501 * YUAN, most=rules.Limit(500 * YUAN, 1, ""), rule=Rule(blocks=False))
    assert {one.code for one in rules.judge(medical, case) if not one.ok} == {"amount"}


@pytest.mark.parametrize(
    ("entrants", "before", "codes"),
    [(30, 0, set()), (30, 19, set()), (30, 20, {"winners"}), (0, 0, {"entrants"}), (1, 0, {"winners"}), (2, 0, set())],
)
def test_not_everybody_wins(entrants, before, codes):
    share = rules.Limit(0, None, "", "2/3")
    found = against(PRIZE, papers=1, matter="职工乒乓球赛", entrants=entrants, winners_before=before, winners=share)
    assert found == codes


def test_a_voucher_hangs_on_it_before_it_is_found_in_order():
    share = rules.Limit(0, None, "", "2/3")
    assert against(PRIZE, matter="职工乒乓球赛", entrants=9, winners=share) == {"papers"}
    assert "papers" not in rules.HARD, "it may be handed in, and its voucher follow"


@pytest.mark.parametrize(
    ("dead", "payee_is_person", "codes"), [(True, False, set()), (False, False, {"payee"}), (True, True, {"payee"})]
)
def test_at_a_members_death_the_relative_is_paid(dead, payee_is_person, codes):
    event = {"happened_on": date(2026, 5, 1), "covered": True, "papers": 1}
    claim = {"claim_days": rules.Limit(0, None, ""), "matter": "去世", "same_household": False}
    assert against(DEATH, **event, **claim, dead=dead, payee_is_person=payee_is_person) == codes


def test_what_can_be_had_once():
    assert once.keys(welfare.TERMS["retirement"], subject="person-7", year=2026, edition=1) == ["welfare_retirement/person-7"]
    assert once.keys(SPRING, subject="person-7", year=2026, edition=1) == ["welfare_spring/person-7/2026"]
    assert once.keys(PRIZE, subject="person-7", year=2026, edition=1, matter="乒乓球 赛") == [
        "welfare_prize/person-7/matter-乒乓球 赛"
    ]


@pytest.mark.parametrize("kind", sorted(welfare.TERMS))
def test_every_item_has_a_dated_rule_that_nobody_set_yet(kind):
    terms = welfare.TERMS[kind]
    declared = policies.policy(terms.most)
    assert (terms.standing, terms.spending, terms.by_clerk) == (("member",), True, True)
    value = declared.default
    assert (value[kind] if isinstance(value, dict) else value) == 0, "provinces set the amounts"
    assert declared.source.zh.startswith("基层工会经费收支管理办法")


def test_what_the_national_rule_says_of_goods_is_said_of_every_festival():
    assert len(welfare.FESTIVALS) == 7
    assert all(welfare.TERMS[one].goods and welfare.TERMS[one].in_kind for one in (*welfare.FESTIVALS, "birthday", "cinema"))
    assert {welfare.TERMS[one].most_year for one in welfare.FESTIVALS} == {"grants.festival_year"}
