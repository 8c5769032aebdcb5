"""How many kinds of aid a household may have in a year: a table by kind of hardship, 0 where nothing bounds it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text


@dataclass(frozen=True, slots=True)
class Items:
    """A region's rule, with the version that it comes from."""

    most: Mapping[str, int]
    version: int | None
    source: str

    @property
    def bounds(self) -> bool:
        """Whether any kind of household is bounded."""
        return any(self.most.values())


@dataclass(frozen=True, slots=True)
class Bound:
    """What bounds one grant: the household's kind, the items it may have, those that it has beside this one."""

    kind: str
    most: int
    others: tuple[str, ...]
    version: int | None
    source: str

    @property
    def fits(self) -> bool:
        """Whether this item may come to those that the household has."""
        return len(self.others) < self.most

    def said(self, named: Sequence[Text]) -> Text:
        """The finding as a sentence; `named` are the kind of the household and the items that it has. Against: what is possible."""
        who, has = named[0], named[1:]
        if self.fits:
            return Text(
                f"{who.zh}家庭每年可享受{self.most}项救助。", f"A household in {who.en} has {self.most} kinds of aid in a year."
            )
        zh, en = "、".join(one.zh for one in has), ", ".join(one.en for one in has)
        return Text(
            f"{who.zh}家庭每年只享受{self.most}项救助，今年已有{zh}；可撤回前一项后改申请，或明年再申请，另可申请送温暖和医疗互助。",
            f"A household in {who.en} has {self.most} kinds of aid in a year and has {en}: take that one back and ask for this "
            "instead, or ask next year; warmth-sending and the mutual aid stay open.",
        )


def items_a_year(value: object) -> Mapping[str, int]:
    """The rule's table; Refused where a row is no whole number from 0 to 4."""
    table = dict(value) if isinstance(value, Mapping) else {}
    if not table or any(isinstance(each, bool) or each not in range(5) for each in table.values()):
        raise Refused(
            Text(
                "规则值“每年可享受的救助项数”每行须为 0 到 4 的整数。",
                "Each row of “kinds of aid in a year” is 0 to 4.",
            )
        )
    return MappingProxyType(table)
