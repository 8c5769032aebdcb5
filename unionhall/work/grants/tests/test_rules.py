"""The rules by themselves: reasons for and against, entitlements, four eyes, fingerprints, and the bank's answer."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest

from unionhall.lib.refusal import Refused
from unionhall.work.grants import registry, rules
from unionhall.work.grants.rules import Case, Limit, Terms, bank, days, once, shares
from unionhall.work.grants.rules.bank import Answer, Content

YUAN = 100
TODAY = date(2026, 5, 20)
ONCE = Terms(standing=rules.ON_FILE, subject="household", group="medical", most="grants.medical_cap")
MONTHLY = Terms(standing=rules.ON_FILE, subject="household", period="month", group="living", most="grants.living_monthly")
FREE = Terms(period="edition", group="warmth", most="grants.warmth_cap")
GOOD = Case(
    standings=frozenset({"hardship_household"}), alive=True, payee_alive=True, same_household=True, in_window=True, months=(),
    months_before=0, amount=20_000 * YUAN, most=Limit(20_000 * YUAN, 7, "市总工会办法"), most_months=Limit(12, 3, "省办法"),
)  # fmt: skip
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


def against(terms, **changes):
    return [one.code for one in rules.judge(terms, replace(GOOD, **changes)) if not one.ok]


def test_a_good_case_stands_with_every_reason_and_its_version():
    found = rules.judge(ONCE, GOOD)
    assert rules.stands(found)
    assert [one.code for one in found] == ["standing", "payee", "window", "amount", "once"]
    amount = found[3]
    assert (amount.version, amount.source) == (7, "市总工会办法")
    assert "20,000.00元" in amount.zh
    rules.check_stands(found)


@pytest.mark.parametrize(
    ("terms", "standings", "codes"),
    [
        (ONCE, {"hardship_household", rules.HELD}, ["standing"]),
        (MONTHLY, {"hardship_member", rules.HELD}, ["standing"]),
        (ONCE, {"hardship_household"}, []),
        (FREE, {"hardship_household", rules.HELD}, []),  # a help that asks for no file is not held by what is said against one
    ],
)
def test_an_objection_to_the_household_s_file_holds_what_rests_on_the_file(terms, standings, codes):
    assert [code for code in against(terms, standings=frozenset(standings)) if code == "standing"] == codes


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"standings": frozenset()}, ["standing"]),
        ({"standings": frozenset({"member"})}, ["standing"]),
        ({"alive": False}, ["erased"]),
        ({"payee_alive": False}, ["erased"]),
        ({"same_household": False}, ["payee"]),
        ({"in_window": False}, ["window"]),
        ({"amount": 20_000 * YUAN + 1}, ["amount"]),
        ({"most": None}, ["amount"]),
        ({"most": Limit(0, None, "")}, ["amount"]),
        ({"taken": ("SQ-1",)}, ["once"]),
        ({"standings": frozenset(), "taken": ("SQ-1",), "amount": 10**9}, ["standing", "amount", "once"]),
    ],
)
def test_each_fault_has_its_own_reason(changes, codes):
    assert against(ONCE, **changes) == codes


def test_every_reason_is_said_at_once():
    found = rules.judge(ONCE, replace(GOOD, standings=frozenset(), same_household=False, taken=("SQ-1", "SQ-2")))
    with pytest.raises(Refused) as refused:
        rules.check_stands(found)
    assert refused.value.code == "not_eligible"
    for words in ("先建档、后帮扶", "同一档案的家庭成员", "SQ-1、SQ-2"):
        assert words in str(refused.value)


def test_no_value_for_the_region_decides_nothing():
    [reason] = [one for one in rules.judge(ONCE, replace(GOOD, most=None)) if not one.ok]
    assert "尚未设定" in reason.zh


def test_a_member_of_the_household_is_enough():
    assert against(ONCE, standings=frozenset({"hardship_member"})) == []


def test_without_a_standing_asked_for_none_is_looked_at():
    assert against(FREE, standings=frozenset()) == []


@pytest.mark.parametrize(
    ("months", "before", "amount", "codes"),
    [
        ((MAY,), 0, 600 * YUAN, []),
        ((MAY, JUNE), 0, 1_200 * YUAN, []),
        ((MAY,), 0, 600 * YUAN + 1, ["amount"]),
        ((MAY, JUNE), 10, 1_200 * YUAN, []),
        ((MAY, JUNE), 11, 1_200 * YUAN, ["months"]),
        ((), 0, 600 * YUAN, ["months", "amount"]),
    ],
)
def test_monthly_aid_is_bound_by_month_and_by_year(months, before, amount, codes):
    rate = Limit(600 * YUAN, 1, "")
    assert against(MONTHLY, months=months, months_before=before, amount=amount, most=rate) == codes


def test_what_is_kept_can_be_read_again():
    for one in rules.judge(MONTHLY, replace(GOOD, months=(MAY,))):
        assert rules.Finding(**one.kept()) == one  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        (ONCE, ["medical/h:1/2026"]),
        (FREE, ["warmth/h:1/edition-9"]),
        (MONTHLY, ["living/h:1/2026-05", "living/h:1/2026-06"]),
    ],
)
def test_entitlements_by_period(terms, expected):
    assert once.keys(terms, subject="h:1", year=2026, edition=9, months=(JUNE, MAY, MAY)) == expected


def test_one_group_is_one_entitlement_in_whichever_programme():
    aid = registry.TERMS["autumn_aid"]["university"]
    for code, kind in (("daily_student_relief", "illness"), ("hardship_relief_fund", "education")):
        other = registry.TERMS[code][kind]
        assert once.keys(aid, subject="p", year=2026, edition=1) == once.keys(other, subject="p", year=2026, edition=2)
    living = registry.TERMS["hardship_relief_fund"]["living"]
    assert once.keys(living, subject="p", year=2026, edition=1, months=[MAY]) != once.keys(aid, subject="p", year=2026, edition=1)


@pytest.mark.parametrize("amount", [0, -1, rules.MOST, rules.MOST + 1])
def test_amounts_that_nobody_pays(amount):
    with pytest.raises(Refused):
        rules.check_amount(amount)


def test_months_are_tidied():
    assert days.tidy_months([date(2026, 6, 9), date(2026, 5, 20), date(2026, 5, 1)], TODAY) == [MAY, JUNE]
    assert days.tidy_months([], TODAY) == []


@pytest.mark.parametrize("months", [[date(2024, 5, 1)], [date(2027, 1, 1)], [date(2025, 12, 1), date(2026, 1, 1)]])
def test_months_outside_the_year_are_refused(months):
    with pytest.raises(Refused) as refused:
        days.tidy_months(months, TODAY)
    assert refused.value.field == "months"


@pytest.mark.parametrize("part", ["clerk", "maker", "checker"])
def test_nobody_takes_two_parts(part):
    rules.check_other(1, {part: 2})
    rules.check_other(1, {part: None})
    with pytest.raises(Refused) as refused:
        rules.check_other(1, {part: 1})
    assert refused.value.code == "second_person"


LINES = [
    Content(1, 11, "甲", "a" * 64, 100),
    Content(2, 12, "乙", "b" * 64, 200),
    Content(3, 13, "丙", "c" * 64, 300),
]


def test_the_fingerprint_knows_no_order():
    assert len({bank.digest(order) for order in permutations(LINES)}) == 1


@pytest.mark.parametrize("change", [{"application": 9}, {"payee": 9}, {"name": "丁"}, {"account": "d" * 64}, {"amount": 101}])
def test_the_smallest_change_is_another_fingerprint(change):
    assert bank.digest([replace(LINES[0], **change), *LINES[1:]]) != bank.digest(LINES)


def test_a_payment_more_or_fewer_is_another_fingerprint():
    assert len({bank.digest(LINES[:size]) for size in range(4)}) == 4
    assert bank.digest([*LINES, LINES[0]]) != bank.digest(LINES)


SENT = {"FF-1": 100, "FF-2": 200}
FINE = [Answer("FF-1", 100, True), Answer("FF-2", 200, False, "户名不符")]


def test_every_payment_is_answered_once():
    assert bank.match(SENT, FINE) == {"FF-1": FINE[0], "FF-2": FINE[1]}
    assert bank.match(SENT, reversed(FINE)) == bank.match(SENT, FINE)


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ([*FINE, Answer("FF-3", 1, True)], "“FF-3”不在本批次"),
        ([Answer("XX-1", 100, True), FINE[1]], "“XX-1”不在本批次"),
        ([*FINE, FINE[0]], "“FF-1”出现两次"),
        ([replace(FINE[0], amount=99), FINE[1]], "0.99元与发放金额1.00元不符"),
        ([FINE[0], replace(FINE[1], reason=" ")], "失败但没有原因"),
        ([FINE[0]], "缺少1笔，如“FF-2”"),
        ([], "缺少2笔"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_whole(answers, words):
    with pytest.raises(Refused) as refused:
        bank.match(SENT, answers)
    assert (refused.value.field, refused.value.code) == ("file", "other_file")
    assert words in str(refused.value)
    assert "整个文件未采用" in str(refused.value)


@pytest.mark.parametrize(
    ("tie", "holds"),
    [
        (bank.Tie(300, 300, 100, 200), True),
        (bank.Tie(300, 300, 300, 0), True),
        (bank.Tie(300, 300, 100, 100), False),
        (bank.Tie(301, 300, 300, 0), False),
        (bank.Tie(300, 299, 300, 0), False),
    ],
)
def test_the_three_sums(tie, holds):
    assert tie.holds is holds


@pytest.mark.parametrize(("code", "kind"), [(code, kind) for code, kinds in registry.TERMS.items() for kind in kinds])
def test_every_kind_that_is_paid_says_what_it_asks(code, kind):
    terms = registry.TERMS[code][kind]
    assert terms.subject in ("person", "household", "unit")
    assert terms.period in ("year", "month", "edition", "matter", "matter_year", "own_matter", "ever")
    assert terms.group
    assert terms.most.startswith("grants.")


@pytest.mark.parametrize(
    ("basis", "deductible", "share", "most", "taken", "payable"),
    [
        (11_000, 1_000, 60, 5_000, {"deductible": 1_000, "own_share": 4_000, "ceiling": 1_000}, 5_000),
        (1_000, 1_000, 60, 5_000, {"deductible": 1_000}, 0),
        (500, 1_000, 60, 5_000, {"deductible": 500}, 0),
        (1_200, 0, 50, 5_000, {"own_share": 600}, 600),
        (1_000, 0, 100, 5_000, {}, 1_000),
        (1, 0, 50, 5_000, {"own_share": 1}, 0),
        (9_999, 0, 33, 10**9, {"own_share": 6_700}, 3_299),
    ],
)
def test_every_fen_of_a_claim_is_paid_or_has_its_reason(basis, deductible, share, most, taken, payable):
    found = shares.deductions(basis=basis, deductible=deductible, share=share, most=most)
    assert {one.code: one.amount for one in found} == taken
    assert basis - sum(one.amount for one in found) == payable
    assert all(one.why.zh for one in found)


SHARED = Terms(period="own_matter", group="mutual_aid", most="m", share="s", deductible="d", matter=True)
CLAIM = replace(
    GOOD, amount=500 * YUAN, basis=1_000 * YUAN, matter="住院", most=Limit(5_000 * YUAN, 1, "办法"), share=Limit(50, 2, "办法"),
    deductible=Limit(0, None, ""),
)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"amount": 500 * YUAN + 1}, ["amount"]),
        ({"basis": 0}, ["basis"]),
        ({"matter": ""}, ["matter"]),
        ({"share": Limit(0, None, "")}, ["amount"]),
        ({"most": None}, ["amount"]),
        ({"objections": ("YY-1",)}, ["objection"]),
    ],
)
def test_a_claim_is_judged_by_its_papers(changes, codes):
    assert [one.code for one in rules.judge(SHARED, replace(CLAIM, **changes)) if not one.ok] == codes


def test_a_place_is_paid_for_one_child_and_a_child_in_one_place_a_month():
    terms = Terms(period="month", group="nursery", most="m", matter=True)
    asked = {"subject": "person-1", "year": 2026, "edition": 5, "months": [MAY, JUNE], "matter": " 红旗  01 "}
    assert once.keys(terms, **asked) == [
        "nursery/person-1/2026-05", "nursery/person-1/2026-06", "nursery/matter-红旗 01/2026-05", "nursery/matter-红旗 01/2026-06",
    ]  # fmt: skip
    assert once.keys(SHARED, **asked) == ["mutual_aid/person-1/matter-红旗 01"]
    assert once.keys(replace(SHARED, period="matter"), **asked) == ["mutual_aid/matter-红旗 01"]


def test_a_share_of_the_education_money_stays_for_daily_relief():
    shares.check_kept_back(approved=85_000, ceiling=100_000, share=15)
    with pytest.raises(Refused) as refused:
        shares.check_kept_back(approved=85_001, ceiling=100_000, share=15)
    assert "最多可批850.00元" in str(refused.value)


def test_a_clock_that_was_set_back_is_noticed():
    now = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)
    rules.check_clock(now, now)
    rules.check_clock(None, now)
    with pytest.raises(Refused):
        rules.check_clock(now, now - timedelta(seconds=1))


@pytest.mark.parametrize(("until", "over"), [(date(2026, 5, 19), True), (TODAY, False), (date(2026, 5, 21), False), (None, False)])
def test_a_notice_is_over_after_its_last_day(until, over):
    if over:
        days.check_notice_over(until, TODAY)
    else:
        with pytest.raises(Refused):
            days.check_notice_over(until, TODAY)


def test_who_joins_too_late_is_told_so():
    days.check_cover(date(2026, 5, 20), date(2026, 5, 21))
    with pytest.raises(Refused) as refused:
        days.check_cover(date(2026, 5, 21), date(2026, 5, 21))
    assert "参加下一期" in str(refused.value)


PUPIL = Terms(standing=rules.ON_FILE, group="schooling", most="grants.autumn_aid_amount", excludes=True)
DATED = Terms(standing=("mutual_aid_member",), group="mutual_aid", most="grants.mutual_aid_cap", claim_days="grants.claim_days")
EVENT = {"happened_on": date(2026, 5, 1), "covered": True, "days_since": 19, "claim_days": Limit(90, 4, "互助计划")}


@pytest.mark.parametrize("code", [code for code in rules.EXCLUSIONS if code != rules.NOT_EXCLUDED])
def test_a_pupil_whom_no_aid_reaches_is_named_with_the_case(code):
    [told] = [one for one in rules.judge(PUPIL, replace(GOOD, exclusion=code)) if not one.ok]
    assert (told.code, told.zh) == ("excluded", f"{rules.EXCLUSIONS[code].zh}，不予资助。")


@pytest.mark.parametrize(("said", "codes"), [("none", []), ("", ["excluded"]), ("nonsense", ["excluded"])])
def test_whether_a_pupil_is_excluded_is_asked_and_never_assumed(said, codes):
    assert against(PUPIL, exclusion=said) == codes
    assert "excluded" in rules.HARD


def test_kinds_that_do_not_ask_look_at_no_exclusion():
    assert against(ONCE, exclusion="abroad") == []


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"standings": frozenset()}, []),  # what holds today does not matter, the day of the event does
        ({"covered": False}, ["standing"]),
        ({"happened_on": None}, ["happened"]),
        ({"days_since": -1}, ["happened"]),
        ({"days_since": 90}, []),
        ({"days_since": 91}, ["late"]),
        ({"days_since": 900, "claim_days": Limit(0, None, "")}, []),
    ],
)
def test_a_claim_is_for_an_event_within_the_part_and_in_time(changes, codes):
    assert against(DATED, **{**EVENT, **changes}) == codes


@pytest.mark.parametrize(
    ("before", "amount", "most", "codes"),
    [
        (0, 3_000, 6_000, []),
        (3_000, 3_000, 6_000, []),
        (3_001, 3_000, 6_000, ["year"]),
        (6_000, 1, 6_000, ["year"]),
        (10**9, 3_000, 0, []),
    ],
)
def test_a_year_has_its_ceiling_over_all_kinds_under_one_limit(before, amount, most, codes):
    assert against(FREE, year_before=before, amount=amount, most_year=Limit(most, 2, "慰问办法")) == codes


def test_the_sum_of_the_year_is_said_with_its_ceiling():
    case = replace(GOOD, year_before=4_000 * YUAN, amount=3_000 * YUAN, most_year=Limit(6_000 * YUAN, 2, "慰问办法"))
    [told] = [one for one in rules.judge(FREE, case) if one.code == "year"]
    assert told.zh == "本人全年合计7,000.00元，上限6,000.00元。"
    assert (told.version, told.source) == (2, "慰问办法")


def test_gifts_of_money_and_goods_share_the_year():
    money, goods = registry.TERMS["warmth_sending"]["money"], registry.TERMS["warmth_sending"]["goods"]
    assert money.most_year == goods.most_year == "grants.warmth_year_cap"
