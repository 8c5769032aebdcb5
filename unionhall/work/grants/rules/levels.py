"""Whose approval an amount needs: above so many yuan the level named decides, never the one below. Amounts are fen.

The lines are a region's own. The house's example is one province's three-tier standard (分类确定救助标准): medical relief above
20,000 yuan is approved by the province, above 50,000 by the ACFTU.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from unionhall.lib import money
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text

LEVELS = {
    "county": Text("县级", "County"),
    "city": Text("市级", "City"),
    "province": Text("省级", "Province"),
    "nation": Text("全国总工会", "ACFTU"),
}
"""The levels that may be named, rising."""
NONE = dict.fromkeys(LEVELS, 0)
"""No level is named: the region's approval is bound by nothing but its limits."""


@dataclass(frozen=True, slots=True)
class Bound:
    """The level whose approval an amount needs, and the rule that says so."""

    level: str
    above: int
    version: int | None
    source: str

    def said(self, amount: int) -> Text:
        """Why, as a sentence."""
        name, much, over = LEVELS[self.level], money.yuan(amount), money.yuan(self.above)
        return Text(
            f"金额{much}元，超过{over}元的须由{name.zh}审批。",
            f"{much} yuan: above {over} yuan the approval of this level is needed: {name.en}.",
        )


def needed(table: Mapping[str, int], amount: int) -> str:
    """The highest level whose line the amount passes; empty where it passes none."""
    passed = [level for level in LEVELS if table.get(level, 0) and amount > table[level]]
    return passed[-1] if passed else ""


def approval_levels(value: object) -> Mapping[str, int]:
    """The rule's table; Refused where a higher level would decide from a lower amount on. 0: the level is not named."""
    table = dict(value) if isinstance(value, Mapping) else {}
    lines = [table.get(level, 0) for level in LEVELS]
    set_lines = [line for line in lines if line]
    if set(table) != set(LEVELS) or set_lines != sorted(set(set_lines)):
        raise Refused(
            Text("级别越高，金额线须越高（0为不设）。", "The higher the level, the higher its line (0: none)."), code="levels"
        )
    return table


def check_raised(bound: Bound | None, amount: int, *, below: bool, unit: str) -> None:
    """An amount that passes the line is decided by the level named: `below` says that it lies lower, `unit` where it goes.

    Raises Refused.
    """
    if bound is None or not below:
        return
    why = bound.said(amount)
    raise Refused(
        Text(
            f"{why.zh}请先“报上级审批”，由{unit}审批后方为通过。依据：{bound.source}。",
            f"{why.en} Send it up first: {unit} approves it. By: {bound.source}.",
        ),
        code="level",
    )


def check_mandate(bound: Bound | None, amount: int, *, outside: bool, mandate: str) -> None:
    """Where the level named does not work in this house, its written approval is named. Raises Refused."""
    if bound is None or not outside or mandate.strip():
        return
    why, name = bound.said(amount), LEVELS[bound.level]
    raise Refused(
        Text(
            f"{why.zh}{name.zh}不在本系统办理，请取得批复后填写批复文号。依据：{bound.source}。",
            f"{why.en} It does not work in this house: name its written approval. By: {bound.source}.",
        ),
        field="mandate",
        code="mandate",
    )
