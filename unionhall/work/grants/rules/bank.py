"""What goes to the bank and what it may answer: fingerprints of batches, answers matched, three sums tied."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from unionhall.lib import money
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text

NUMBER = re.compile(r"[0-9]{8,34}")
FULL_WIDTH = str.maketrans("０１２３４５６７８９－", "0123456789-")


@dataclass(frozen=True, slots=True)
class Content:
    """One payment as its digest covers it: whose grant, who gets it, to which account (as a mark), how much."""

    application: int
    payee: int
    name: str
    account: str
    amount: int


def digest(lines: Iterable[Content]) -> str:
    """The fingerprint of a batch: the same for the same payments in any order, another for the smallest change."""
    plain = sorted(f"{one.application}|{one.payee}|{one.name}|{one.account}|{one.amount}" for one in lines)
    return hashlib.sha256("\n".join(plain).encode()).hexdigest()


def account_number(text: str) -> str:
    """The number of a bank account as it is kept: digits only, spaces, hyphens and full-width digits mended. Raises Refused."""
    digits = re.sub(r"[\s\u3000-]", "", text.translate(FULL_WIDTH))
    if not NUMBER.fullmatch(digits):
        raise Refused(Text("账号应为8至34位数字。", "An account number has 8 to 34 digits."), field="number")
    return digits


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bank says about one payment."""

    reference: str
    amount: int
    paid: bool
    reason: str = ""


def from_list(sent: Mapping[int, tuple[str, int]], *, open: str, reason: str) -> list[Answer]:
    """A signed list as answers: everybody signed but the numbers named. `sent` is reference and amount by number.

    Raises Refused for a number that was not sent, and where nobody says why.
    """
    named = [part for part in re.split(r"[\s,，、;；]+", open.strip()) if part]
    wrong = [part for part in named if not part.isdecimal() or len(part) > 6 or int(part) not in sent]
    if wrong:
        raise Refused(
            Text(f"签收单上没有这些序号：{'、'.join(wrong[:5])}。", f"The list has no such numbers: {', '.join(wrong[:5])}."),
            field="open",
        )
    if named and not reason.strip():
        raise Refused(Text("请说明未签收的原因。", "Say why these were not signed for."), field="reason")
    gone = {int(part) for part in named}
    return [
        Answer(reference, amount, number not in gone, reason.strip() if number in gone else "")
        for number, (reference, amount) in sent.items()
    ]


def match(sent: Mapping[str, int], answers: Iterable[Answer]) -> dict[str, Answer]:
    """The bank's answers by reference: each payment sent exactly once, with its amount; otherwise the file is refused whole."""
    found: dict[str, Answer] = {}
    for one in answers:
        if one.reference not in sent:
            raise _other_file(f"回盘中的“{one.reference}”不在本批次。", f"“{one.reference}” is not in this batch.")
        if one.reference in found:
            raise _other_file(f"回盘中“{one.reference}”出现两次。", f"“{one.reference}” stands twice in the file.")
        if one.amount != sent[one.reference]:
            raise _other_file(
                f"“{one.reference}”的金额{money.yuan(one.amount)}元与发放金额{money.yuan(sent[one.reference])}元不符。",
                f"“{one.reference}”: {money.yuan(one.amount)} yuan is not the {money.yuan(sent[one.reference])} yuan sent.",
            )
        if not one.paid and not one.reason.strip():
            raise _other_file(f"“{one.reference}”失败但没有原因。", f"“{one.reference}” failed without a reason.")
        found[one.reference] = one
    if missing := sorted(set(sent) - set(found)):
        raise _other_file(
            f"回盘缺少{len(missing)}笔，如“{missing[0]}”。", f"{len(missing)} sent and not answered, such as “{missing[0]}”."
        )
    return found


def _other_file(zh: str, en: str) -> Refused:
    return Refused(
        Text(f"{zh}整个文件未采用，请核对银行和批次。", f"{en} The whole file is refused: check bank and batch."),
        field="file", code="other_file",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tie:
    """Three sums that must agree when a batch is settled: approved, sent to the bank, and acknowledged by it."""

    approved: int
    sent: int
    paid: int
    rejected: int

    @property
    def acknowledged(self) -> int:
        """What the bank answered for, paid or turned back."""
        return self.paid + self.rejected

    @property
    def holds(self) -> bool:
        """Whether the three agree."""
        return self.approved == self.sent == self.acknowledged
