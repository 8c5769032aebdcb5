"""What a region pays of a household's own medical cost, by kind of hardship: the share, the ceiling, the sentence, the figures."""

import pytest

from unionhall.lib.refusal import Refused
from unionhall.work.grants.registry import relief
from unionhall.work.grants.rules.findings import Finding
from unionhall.work.grants.rules.tiers import Tier, shares

YUAN = 100
CAP = 20_000 * YUAN
RELATIVE = Tier(relief.HOUSEHOLDS["relative"], 80, 16_000 * YUAN, 7, "省总办法")
DEEP = Tier(relief.HOUSEHOLDS["deep"], 100, 0, None, "")


@pytest.mark.parametrize(
    ("tier", "basis", "amount", "ok"),
    [
        (RELATIVE, 15_000, 12_000, True),  # 80 % of 15,000
        (RELATIVE, 15_000, 12_001, False),
        (RELATIVE, 20_000, 16_000, True),  # 80 % meets the ceiling
        (RELATIVE, 30_000, 16_000, True),  # the ceiling, not 24,000
        (RELATIVE, 30_000, 16_001, False),
        (DEEP, 9_000, 9_000, True),  # at most what was paid itself
        (DEEP, 9_000, 9_001, False),
        (DEEP, 50_000, 20_000, True),  # at most the plain limit
        (DEEP, 50_000, 20_001, False),
        (Tier(relief.HOUSEHOLDS["near"], 100, 5_000 * YUAN, 7, ""), 0, 5_000, True),
        (Tier(relief.HOUSEHOLDS["near"], 100, 5_000 * YUAN, 7, ""), 0, 5_001, False),
        (Tier(relief.HOUSEHOLDS["near"], 100, 90_000 * YUAN, 7, ""), 30_000, 20_001, False),  # never past the plain limit
    ],
)
def test_the_least_of_share_ceiling_and_plain_limit_binds(tier, basis, amount, ok):
    found = tier.finding(amount * YUAN, basis=basis * YUAN, whole=CAP)
    assert (found.code, found.ok) == ("amount", ok)


def test_a_fen_is_not_rounded_up():
    assert RELATIVE.finding(80, basis=101, whole=CAP).ok
    assert not RELATIVE.finding(81, basis=101, whole=CAP).ok


def test_the_sentence_names_share_ceiling_own_cost_and_what_is_possible():
    assert RELATIVE.finding(1_300_000, basis=1_500_000, whole=CAP) == Finding(
        "amount", False,
        "相对困难家庭的医疗救助按自付费用的80%计算、最多16,000.00元：自付15,000.00元，最多可救助12,000.00元，申请13,000.00元。",
        "A household in relative hardship has 80% of its own cost, at most 16,000.00 yuan: "
        "15,000.00 paid itself, at most 12,000.00, 13,000.00 asked.",
        7, "省总办法",
    )  # fmt: skip


def test_where_a_share_is_paid_the_own_cost_must_be_said():
    found = RELATIVE.finding(100, basis=0, whole=CAP)
    assert (found.code, found.ok, found.zh) == (
        "basis", False, "相对困难家庭的医疗救助按自付费用的80%计算、最多16,000.00元，请填写个人自付费用。",
    )  # fmt: skip


def test_where_nothing_of_the_kind_binds_the_plain_limit_speaks():
    assert DEEP.finding(CAP + 1, basis=0, whole=CAP) is None


@pytest.mark.parametrize("wrong", [None, {}, [], {"deep": 0}, {"deep": 101}, {"deep": True}, {"deep": "80"}, {"deep": -1}])
def test_a_table_of_shares_that_cannot_be_is_refused(wrong):
    with pytest.raises(Refused, match="1 到 100 的整数"):
        shares(wrong)
