"""What a region pays of a household's own medical cost, by its kind of hardship: a share, and a ceiling of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from unionhall.lib import money
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text
from unionhall.work.grants.rules.findings import Finding

WHOLE = 100


@dataclass(frozen=True, slots=True)
class Tier:
    """A region's rule for one kind of household: percent of the own cost, most in fen (0: the plain limit), where it stands."""

    name: Text  # of the kind of household
    share: int
    most: int
    version: int | None
    source: str

    def finding(self, amount: int, *, basis: int, whole: int) -> Finding | None:
        """The limit as a sentence with its figures, in fen; None where nothing but the plain limit `whole` binds.

        Where a share is paid the own cost must be said; where it is said, no more than it is paid.
        """
        most = min(whole, self.most or whole)
        if self.share == WHOLE and not basis and most == whole:
            return None
        share, cap = f"{self.share}%", money.yuan(most)
        if self.share < WHOLE and basis <= 0:
            return Finding(
                "basis", False,
                f"{self.name.zh}家庭的医疗救助按自付费用的{share}计算、最多{cap}元，请填写个人自付费用。",
                f"A household in {self.name.en} has {share} of its own cost, at most {cap} yuan: say what it paid itself.",
                self.version, self.source,
            )  # fmt: skip
        payable = min(basis * self.share // WHOLE, most) if basis else most
        asked, paid, free = money.yuan(amount), money.yuan(basis), money.yuan(payable)
        zh = f"{self.name.zh}家庭的医疗救助按自付费用的{share}计算、最多{cap}元：自付{paid}元，最多可救助{free}元，申请{asked}元。"
        en = (
            f"A household in {self.name.en} has {share} of its own cost, at most {cap} yuan: {paid} paid itself, at most {free}, "
            f"{asked} asked."
        )
        if not basis:
            zh = f"{self.name.zh}家庭的医疗救助最多{cap}元，申请{asked}元。"
            en = f"A household in {self.name.en} has at most {cap} yuan; {asked} asked."
        return Finding("amount", amount <= payable, zh, en, self.version, self.source)


def shares(value: object) -> Mapping[str, int]:
    """The rule's table of percents; Refused where a row is no whole number from 1 to 100."""
    table = dict(value) if isinstance(value, Mapping) else {}
    if not table or any(isinstance(each, bool) or each not in range(1, WHOLE + 1) for each in table.values()):
        raise Refused(
            Text("规则值“医疗救助支付比例”每行须为 1 到 100 的整数。", "Each row of “share of own medical cost” is 1 to 100.")
        )
    return MappingProxyType(table)
