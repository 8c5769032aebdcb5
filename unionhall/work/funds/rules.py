"""The rules of the books: what may follow what, how much is left, what a line still holds. Amounts are fen."""

from dataclasses import dataclass
from datetime import date

from unionhall.lib import money
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text

MOST = 10**14  # a trillion yuan: beyond it somebody typed fen, or an account number
FOLLOWS = {
    "approved": ("applied",),
    "received": ("approved", "committed", "passed_down"),
    "passed_down": ("received",),
    "returned": ("received",),
}
"""Which earlier movement a later one may answer; others stand by themselves."""
MOST_PIECES = 10**8
VALUED = 4  # characters that say at least something


def check_amount(amount: int) -> None:
    """An amount above nothing and below what anybody handles. Raises Refused."""
    if amount <= 0:
        raise Refused(Text("请填写大于零的金额。", "Give an amount above zero."), field="amount")
    if amount >= MOST:
        raise Refused(Text("金额过大，请按元填写并核对。", "The amount is too large; write yuan and check it."), field="amount")


def check_day(day: date, today: date) -> None:
    """A day that has come. Raises Refused."""
    if day > today:
        raise Refused(Text("日期不能晚于今天。", "The day cannot lie after today."), field="day")


def check_goods(form: str, stage: str, in_kind: tuple[str, ...], valuation: str) -> None:
    """Goods exist in some stages only, and bear a note that says who valued them and how. Raises Refused."""
    if form != "goods":
        return
    if stage not in in_kind:
        raise Refused(Text("物资没有这个环节。", "Goods do not go through this stage."), field="stage")
    if len(valuation.strip()) < VALUED:
        raise Refused(Text("物资须注明由谁、按什么估值。", "Say who valued the goods and by what."), field="valuation")


def check_pieces(pieces: int) -> None:
    """At least one, and no more than anybody stores. Raises Refused."""
    if not 1 <= pieces <= MOST_PIECES:
        raise Refused(Text("数量须为1至1亿的整数。", "A whole number from one to a hundred million."), field="pieces")


def short(name: str, measure: str, left: int, wanted: int) -> Refused:
    """The refusal of a stock that holds less than is to be handed out, with the figures."""
    return Refused(
        Text(
            f"“{name}”库存不足：现有{left}{measure}，本次发放{wanted}{measure}，尚缺{wanted - left}{measure}。",
            f"“{name}” is short: {left} {measure} left, {wanted} wanted, {wanted - left} missing.",
        ),
        field="pieces",
        code="short",
    )


def check_answer(stage: str, answered: str) -> None:
    """A movement answers only one that it can follow from. Raises Refused."""
    if answered not in FOLLOWS.get(stage, ()):
        raise Refused(
            Text("这一环节不能对应所选的前一笔。", "This stage does not follow from the chosen movement."), field="answers"
        )


def check_within(amount: int, whole: int, taken: int, field: str = "amount") -> None:
    """What answers a movement adds up to no more than it. Raises Refused with what is left."""
    left = whole - taken
    if amount > left:
        raise Refused(
            Text(
                f"超出对应款项：总额{money.yuan(whole)}元，尚可登记{money.yuan(left)}元。",
                f"More than it answers: {money.yuan(whole)} yuan in all, {money.yuan(left)} left.",
            ),
            field=field,
        )


@dataclass(frozen=True, slots=True)
class Room:
    """What a budget line holds, in fen: its ceiling, what is held for approved payments, what is spent."""

    ceiling: int
    held: int
    spent: int

    @property
    def free(self) -> int:
        """What may still be promised."""
        return self.ceiling - self.held - self.spent


def dry(room: Room, amount: int) -> Refused:
    """The refusal of a line that is short, with the figures."""
    return Refused(
        Text(
            f"预算不足：上限{money.yuan(room.ceiling)}元，已支出{money.yuan(room.spent)}元，已占用{money.yuan(room.held)}元，"
            f"本次需要{money.yuan(amount)}元，尚缺{money.yuan(amount - room.free)}元。请调整上限或改用其他科目。",
            f"The budget line is short: ceiling {money.yuan(room.ceiling)}, spent {money.yuan(room.spent)}, held"
            f" {money.yuan(room.held)}, wanted {money.yuan(amount)}, missing {money.yuan(amount - room.free)} yuan."
            " Raise the ceiling, or choose another line.",
        ),
        field="line",
    )


def check_ceiling(ceiling: int, room: Room) -> None:
    """A ceiling never falls below what is already promised. Raises Refused."""
    if ceiling < room.held + room.spent:
        raise Refused(
            Text(
                f"上限不能低于已支出和已占用的{money.yuan(room.held + room.spent)}元。",
                f"The ceiling cannot be below the {money.yuan(room.held + room.spent)} yuan spent and held.",
            ),
            field="ceiling",
        )


def payable(accepted: int, paid: int, amount: int) -> None:
    """A service is paid by what was accepted. Raises Refused."""
    if paid + amount > accepted:
        raise Refused(
            Text(
                f"付款不能超过验收金额：已验收{money.yuan(accepted)}元，已付{money.yuan(paid)}元。",
                f"Payment follows acceptance: accepted {money.yuan(accepted)}, paid {money.yuan(paid)} yuan.",
            ),
            field="amount",
        )
