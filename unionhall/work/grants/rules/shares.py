"""Parts of a sum: what is taken off what papers come to, and what a line keeps for later. Amounts are fen."""

from dataclasses import dataclass

from unionhall.lib import money
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text


@dataclass(frozen=True, slots=True)
class Deduction:
    """One thing that is taken off what the papers come to, and why."""

    code: str
    amount: int
    why: Text


def deductions(*, basis: int, deductible: int, share: int, most: int) -> list[Deduction]:
    """What is taken off, in this order: the deductible, the part that the rule does not pay, what passes the ceiling.

    The rest is `basis` less their sum, never below nothing; every fen of the basis is either paid or has its reason.
    """
    first = min(basis, deductible)
    rest = basis - first
    paid = rest * share // 100
    over = max(0, paid - most)
    found = [
        Deduction(
            "deductible", first, Text(f"起付线{money.yuan(deductible)}元以下不支付", f"the first {money.yuan(deductible)} yuan")
        ),
        Deduction("own_share", rest - paid, Text(f"按{share}%支付，其余自付", f"{share}% is paid, the rest is borne by oneself")),
        Deduction("ceiling", over, Text(f"超过上限{money.yuan(most)}元", f"above the ceiling of {money.yuan(most)} yuan")),
    ]
    return [one for one in found if one.amount]


def check_kept_back(*, approved: int, ceiling: int, share: int) -> None:
    """A share of the education money stays for daily relief. Raises Refused with the figures."""
    most = ceiling * (100 - share) // 100
    if approved > most:
        raise Refused(
            Text(
                f"助学款须留存{share}%用于日常助学：该科目最多可批{money.yuan(most)}元，含本笔已批{money.yuan(approved)}元。",
                f"{share}% of the education money stays for daily relief: at most {money.yuan(most)} yuan of this line may be "
                f"approved, with this one it would be {money.yuan(approved)}.",
            ),
            field="line",
            code="kept_back",
        )
