"""What a grassroots union spends on its own members: limits that warn before and block after, goods without cash, few winners.

Source: the national rule on grassroots union spending of 2017 names the items, that festivals are kept with goods and never with
cash or cards, and that at most two thirds of those who take part win; provinces set the amounts. Amounts are fen.
"""

import re
from dataclasses import dataclass

from unionhall.lib import money
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text

CASH = re.compile(r"现金|红包|转账|(?:购物|储值|预付|消费|礼品|充值|加油)卡|\b(?:cash|gift card|prepaid card)\b", re.IGNORECASE)
VOUCHERS = re.compile(r"(?:代金|购物|消费|电子|提货)券|\bvouchers?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rule:
    """How a region treats such spending: from what part of the year's limit on it warns, whether past a limit nothing goes on,
    and whether vouchers that can be used once count as goods."""

    warn_percent: int = 80  # 0: no warning
    blocks: bool = True
    vouchers: bool = False


STRICT = Rule()


@dataclass(frozen=True, slots=True)
class Said:
    """Whether a limit lets on; "near" where little is left, "over" where the region lets it be passed; and the words for it."""

    ok: bool
    warn: str = ""
    zh: str = ""
    en: str = ""


def single(amount: int, most: int, rule: Rule) -> Said:
    """One gift beside its limit."""
    return Said(True) if amount <= most else _over(amount - most, rule)


def year(total: int, most: int, rule: Rule) -> Said:
    """A person's year beside its limit: close to it a warning says what is left."""
    if total > most:
        return _over(total - most, rule)
    if rule.warn_percent and total * 100 >= most * rule.warn_percent:
        left = money.yuan(most - total)
        return Said(True, "near", f"，仅余{left}元", f"; only {left} is left")
    return Said(True)


def _over(by: int, rule: Rule) -> Said:
    told = money.yuan(by)
    if rule.blocks:
        return Said(False, "", f"，超出{told}元", f", {told} too much")
    return Said(True, "over", f"，超出{told}元，本地允许但须写明理由", f", {told} too much: allowed here where the reason is given")


def cash(goods: str, *, vouchers: bool) -> str:
    """The first word for cash, a card or (where they do not count as goods) a voucher; empty where there is none."""
    found = CASH.search(goods) or (None if vouchers else VOUCHERS.search(goods))
    return found[0] if found else ""


def share(text: object) -> tuple[int, int]:
    """A share such as 2/3, as it is set. Raises Refused where it is none."""
    found = re.fullmatch(r"\s*(\d{1,3})\s*/\s*(\d{1,3})\s*", str(text))
    if not found or not 0 < int(found[1]) <= int(found[2]):
        raise Refused(Text("请填写不超过1的分数，如2/3。", "A fraction up to one, such as 2/3."), field="value")
    return int(found[1]), int(found[2])


def most_winners(entrants: int, text: str) -> int:
    """How many may win of so many who took part."""
    above, below = share(text)
    return entrants * above // below
