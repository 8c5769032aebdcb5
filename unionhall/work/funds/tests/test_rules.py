"""The rules of the books, without a database."""

from datetime import date

import pytest

from unionhall.lib.refusal import Refused, filled
from unionhall.work.funds import registry, rules
from unionhall.work.funds.rules import Room


@pytest.mark.parametrize("amount", [0, -1, rules.MOST, rules.MOST + 1])
def test_no_amount_is_nothing_or_beyond_reason(amount):
    with pytest.raises(Refused) as refused:
        rules.check_amount(amount)
    assert refused.value.field == "amount"


@pytest.mark.parametrize("amount", [1, 100, rules.MOST - 1])
def test_sound_amounts_pass(amount):
    rules.check_amount(amount)


def test_a_day_to_come_is_refused():
    rules.check_day(date(2025, 3, 5), date(2025, 3, 5))
    with pytest.raises(Refused):
        rules.check_day(date(2025, 3, 6), date(2025, 3, 5))


@pytest.mark.parametrize("stage", sorted(registry.STAGES))
def test_goods_exist_in_four_stages_only(stage):
    if stage in ("raised", "received", "passed_down", "spent"):
        rules.check_goods("goods", stage, registry.IN_KIND, "按发票估值")
    else:
        with pytest.raises(Refused) as refused:
            rules.check_goods("goods", stage, registry.IN_KIND, "按发票估值")
        assert refused.value.field == "stage"
    rules.check_goods("money", stage, registry.IN_KIND, "")


@pytest.mark.parametrize("note", ["", "   ", "估", "估值 "])
def test_goods_bear_a_valuation_that_says_something(note):
    with pytest.raises(Refused) as refused:
        rules.check_goods("goods", "raised", registry.IN_KIND, note)
    assert refused.value.field == "valuation"


ALLOWED = {
    ("approved", "applied"), ("received", "approved"), ("received", "committed"), ("received", "passed_down"),
    ("passed_down", "received"), ("returned", "received"),
}  # fmt: skip


@pytest.mark.parametrize("earlier", sorted(registry.STAGES))
@pytest.mark.parametrize("stage", sorted(registry.STAGES))
def test_what_may_answer_what(stage, earlier):
    if (stage, earlier) in ALLOWED:
        rules.check_answer(stage, earlier)
    else:
        with pytest.raises(Refused):
            rules.check_answer(stage, earlier)


def test_what_answers_adds_up_to_no_more():
    rules.check_within(40_00, 100_00, 60_00)
    with pytest.raises(Refused) as refused:
        rules.check_within(40_01, 100_00, 60_00)
    assert str(refused.value) == "超出对应款项：总额100.00元，尚可登记40.00元。"


def test_a_line_says_what_is_missing():
    room = Room(ceiling=1_000_00, held=300_00, spent=500_00)
    assert room.free == 200_00
    told = str(rules.dry(room, 250_50))
    assert told.startswith("预算不足：上限1,000.00元，已支出500.00元，已占用300.00元，本次需要250.50元，尚缺50.50元。")


def test_a_ceiling_covers_what_is_promised():
    room = Room(ceiling=1_000_00, held=300_00, spent=500_00)
    rules.check_ceiling(800_00, room)
    with pytest.raises(Refused):
        rules.check_ceiling(799_99, room)


def test_services_are_paid_by_what_was_accepted():
    rules.payable(100_00, 40_00, 60_00)
    with pytest.raises(Refused):
        rules.payable(100_00, 40_00, 60_01)


def test_words_are_asked_for():
    assert filled("  依据文件 ", "reason", "请填写。", "Say it.") == "依据文件"
    with pytest.raises(Refused) as refused:
        filled("   ", "reason", "请填写。", "Say it.")
    assert refused.value.field == "reason"
