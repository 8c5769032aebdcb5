"""Decisions about memberships in plain Python: which change is allowed when, who may join, what a code is worth."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from unionhall.lib import dates
from unionhall.lib.refusal import Conflict, NotVisible, Refused
from unionhall.lib.text import Text

REASON_LEAST = 2
ALIVE = frozenset({"member", "seconded", "retained"})


@dataclass(frozen=True, slots=True)
class Turn:
    """A change of a membership: from which states, into which one, and what must be said."""

    source: frozenset[str]
    target: str
    reason: bool = False
    ground: bool = False


def _turn(source: str, target: str, *, reason: bool = False, ground: bool = False) -> Turn:
    return Turn(frozenset(source.split()), target, reason, ground)


# The rules of membership in force since 2016: it follows the employment, is joined once and moved afterwards.
TURNS: Mapping[str, Turn] = {
    "retain": _turn("member seconded", "retained", ground=True),
    "restore": _turn("retained", "member"),
    "second": _turn("member", "seconded", reason=True),
    "return": _turn("seconded", "member"),
    "move_out": _turn("member seconded retained", "moved"),
    "dissolve": _turn("member seconded retained", "moved", reason=True),
    "leave": _turn("member seconded retained", "left", reason=True),
    "expel": _turn("member seconded retained", "expelled", reason=True),
    "die": _turn("member seconded retained", "deceased"),
    "merge": _turn("member seconded retained", "merged"),
}


class Unready(Refused):
    """A code, a union or a benefit that does not serve now; 410 tells machines that it will not come back."""

    status = 410
    code = "gone"


def check_turn(change: str, *, state: str, on: date, since: date, today: date, reason: str = "", ground: str = "") -> str:
    """The state that a change leads to. Raises Conflict for a wrong state, Refused for a wrong day or missing words."""
    turn = TURNS[change]
    if state not in turn.source:
        raise Conflict(
            Text(
                "会籍当前状态不能办理此项变更，请刷新后再试。", "The membership is not in a state for this change; reload the page."
            )
        )
    if on > today:
        raise Refused(Text("日期不能晚于今天。", "The day cannot lie in the future."), field="on")
    if on < since:
        raise Refused(Text("日期不能早于入会或上一次变更的日期。", "The day cannot lie before the last change."), field="on")
    if turn.reason and len(reason.strip()) < REASON_LEAST:
        raise Refused(Text("请写明理由。", "Give the reason."), field="reason")
    if turn.ground and not ground:
        raise Refused(Text("请选择保留会籍的原因。", "Choose why the membership is retained."), field="ground")
    return turn.target


@dataclass(frozen=True, slots=True)
class Expulsion:
    """What the rules ask before somebody is expelled: a criminal punishment, the group's discussion, the committee's decision."""

    punished: bool
    discussed: bool
    decided_on: date | None

    def check(self, *, on: date) -> None:
        """Raise Refused for what is missing, and for a decision that was taken after the day of the expulsion."""
        if not self.punished:
            raise Refused(
                Text(
                    "受过刑事处罚的才可开除会籍，其他情形请办理退会。",
                    "Only after a criminal punishment; otherwise let the member leave.",
                ),
                field="punished",
            )
        if not self.discussed:
            raise Refused(Text("须经工会小组讨论。", "The union group must have discussed it."), field="discussed")
        if self.decided_on is None:
            raise Refused(Text("请填写工会委员会决定的日期。", "Give the day of the committee's decision."), field="decided_on")
        if self.decided_on > on:
            raise Refused(
                Text("委员会决定的日期不能晚于开除的日期。", "The committee cannot have decided after the day of the expulsion."),
                field="decided_on",
            )


def check_possible(change: str, *, state: str) -> None:
    """Whether a membership in a state can have this change at all. Raises Conflict."""
    if state not in TURNS[change].source:
        raise Conflict(
            Text("您的会籍当前状态不需要或不能办理此项。", "Your membership is not in a state for this."), code="not_possible"
        )


def check_wish(change: str, *, on: date, since: date, today: date, ahead: int, words: str) -> None:
    """What a member may ask for: a day not before the last change nor more than `ahead` days from now; leaving never backwards.

    A secondment says where to. Raises Refused with the field.
    """
    if on > today + timedelta(days=ahead):
        raise Refused(Text(f"日期最多可提前 {ahead} 天。", f"The day lies at most {ahead} days ahead."), field="on")
    if on < since:
        raise Refused(Text("日期不能早于入会或上一次变更的日期。", "The day cannot lie before the last change."), field="on")
    if change == "leave" and on < today:
        raise Refused(Text("退会日期不能早于今天。", "Nobody leaves before today."), field="on")
    if change == "second" and len(words.strip()) < REASON_LEAST:
        raise Refused(Text("请写明借调到哪个单位。", "Write to which employer you are seconded."), field="words")


def check_grant(change: str, *, on: date, wished: date, talked: bool, decided_on: date | None) -> None:
    """A wish comes true not before the day it names; whoever leaves was spoken with, and the committee decided before that day.

    Raises Refused with the field.
    """
    if on < wished:
        raise Refused(
            Text(f"本人申请自 {wished} 起，日期不能更早。", f"The member asks for it from {wished} on; no day before that."),
            field="on",
        )
    if change != "leave":
        return
    if not talked:
        raise Refused(Text("请先与本人谈话。", "Speak with the member first."), field="talked")
    if decided_on is None:
        raise Refused(Text("请填写工会委员会决定的日期。", "Give the day of the committee's decision."), field="decided_on")
    if decided_on > on:
        raise Refused(
            Text("委员会决定的日期不能晚于退会的日期。", "The committee cannot have decided after the day of leaving."),
            field="decided_on",
        )


def check_not_own(person: int, hand: frozenset[int]) -> None:
    """Nobody decides about the own membership, or that of the one they act for: `hand` is every file of both. Raises Refused."""
    if person in hand:
        raise own_case()


def own_case() -> Refused:
    """What somebody hears who would decide about the own membership."""
    return Refused(
        Text("这是您本人的会籍，请由同事办理。", "This is your own membership: a colleague handles it."), code="own_case"
    )


def age_on(birth: date, day: date) -> int:
    """Full years on a day."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def check_age(birth: date | None, *, today: date, least: int) -> None:
    """Nobody joins who may not work yet."""
    if birth is not None and age_on(birth, today) < least:
        raise Refused(
            Text(f"未满 {least} 周岁不能入会。", f"Nobody under {least} years can join."), field="id_number", code="under_age"
        )


def check_joining_day(day: date | None, *, birth: date | None) -> None:
    """Nobody joined before they were born."""
    if day is not None and birth is not None and day <= birth:
        raise Refused(Text("入会日期早于出生日期。", "The day of joining lies before the date of birth."), field="on")


def check_willing(willing: bool) -> None:
    """Joining is voluntary and said so."""
    if not willing:
        raise Refused(Text("请勾选“我自愿加入工会”。", "Tick that you join of your own will."), field="willing")


LONGEST_MESSAGE = 300


def check_message(text: str) -> str:
    """The words of a message to members as they are sent; raises Refused for none and for more than an inbox line holds."""
    words = "\n".join(line.strip() for line in text.strip().splitlines())
    if not words:
        raise Refused(Text("请填写要发送的内容。", "Write what you want to say."), field="text")
    if len(words) > LONGEST_MESSAGE:
        raise Refused(
            Text(f"内容不能超过 {LONGEST_MESSAGE} 个字。", f"A message has at most {LONGEST_MESSAGE} characters."), field="text"
        )
    return words


class NoCode(NotVisible):
    """A code that no union issued: mistyped, cut off or guessed."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "没有这个入会二维码，请重新扫描，或在下面查找您的工会。",
                "There is no such code for joining: scan it again, or find your union below.",
            )
        )


def check_code(*, revoked: bool, expires_on: date | None, unit_open: bool, today: date) -> None:
    """Whether a joining code still serves; each reason has its own sentence."""
    if not unit_open:
        raise Unready(
            Text(
                "这个工会已撤销或合并，二维码不再有效。请向上一级工会索取新的二维码。",
                "This union is closed or merged; its code no longer serves. Ask the union above for a new one.",
            )
        )
    if revoked:
        raise Unready(Text("这个二维码已停用，请向工会索取新的二维码。", "This code was withdrawn; ask the union for a new one."))
    if expires_on is not None and today >= expires_on:
        raise Unready(Text("这个二维码已过期，请向工会索取新的二维码。", "This code has expired; ask the union for a new one."))


def serving_spans(codes: Iterable[tuple[date, date | None]]) -> list[tuple[date, date | None]]:
    """From when to when a union was open, given the first day and the day after the last of each of its codes; None: still."""
    spans: list[tuple[date, date | None]] = []
    for start, end in sorted(codes, key=lambda one: (one[0], one[1] or date.max)):
        if spans and (spans[-1][1] is None or start <= spans[-1][1]):
            before = spans[-1][1]
            spans[-1] = (spans[-1][0], None if before is None or end is None else max(before, end))
        elif end is None or end > start:
            spans.append((start, end))
    return spans


def passes_alone(rule: str, *, on_roster: bool, authenticated: bool) -> bool:
    """Whether an application passes without a person looking at it."""
    return (rule == "roster" and on_roster) or (rule == "authenticated" and authenticated)


def should_found(members: int, *, floor: int) -> bool:
    """Whether so many members of one employer should have a union of their own."""
    return members >= floor


@dataclass(frozen=True, slots=True)
class SetAside:
    """A proposal to found a union that somebody set aside: how many members they were then, and on which day."""

    members: int
    on: date


def should_raise_again(members: int, before: SetAside, *, today: date, growth: int, months: int) -> bool:
    """Whether a proposal that was set aside is made once more: enough members more than then, or enough months later."""
    return members >= before.members + growth or today >= dates.months_later(before.on, months)


@dataclass(frozen=True, slots=True)
class Offer:
    """What decides whether a benefit can be taken."""

    opens_at: datetime
    closes_at: datetime
    quota: int
    claimed: int
    withdrawn: bool


def check_offer(offer: Offer, *, now: datetime, already_at: datetime | None, entitled: bool) -> None:
    """Why a benefit cannot be taken, in the order in which people ask."""
    if already_at is not None:
        when = f"{already_at:%m-%d %H:%M:%S}"
        raise Conflict(Text(f"您已于 {when} 领取，每人一份。", f"You took it at {when}; one for each person."))
    if not entitled:
        raise Refused(Text("仅限本范围内的在会会员领取。", "Only for members of the unions that offer it."))
    if offer.withdrawn:
        raise Unready(Text("这项福利已下架。", "This benefit was withdrawn."))
    if now < offer.opens_at:
        when = f"{offer.opens_at:%m-%d %H:%M}"
        raise Refused(Text(f"{when} 开始领取。", f"It opens at {when}."), code="not_open")
    if now >= offer.closes_at:
        raise Unready(Text("领取时间已结束。", "The time to take it is over."))
    if offer.claimed >= offer.quota:
        raise Conflict(
            Text(f"已领完（{offer.claimed}/{offer.quota}）。", f"All taken ({offer.claimed}/{offer.quota})."), code="sold_out"
        )


MEMBER_FIELDS = ("id_number", "phone", "employer", "occupation", "address", "photo")


def completeness(has: Mapping[str, bool]) -> tuple[int, list[str]]:
    """The share of the fields that are filled, in percent, and the ones that are missing."""
    missing = [name for name, filled in has.items() if not filled]
    return round(100 * (len(has) - len(missing)) / max(1, len(has))), missing
