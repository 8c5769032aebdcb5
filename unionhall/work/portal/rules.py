"""Decisions of the front room, in plain Python."""

from collections.abc import Collection

from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text

TITLE = 40
LONGEST = 2000
CORRECTABLE = ("name", "id_number", "phone", "home", "other")
SEALED = ("id_number", "phone")
REASONS = ("slow", "attitude", "unsolved", "unclear", "other")
DANGER = (
    *("自杀", "轻生", "不想活", "想死", "跳楼", "割腕", "活不下去"),
    *("着火", "爆炸", "塌方", "坍塌", "中毒", "触电", "昏迷", "大出血", "被打", "砍人", "抢劫"),
)
DESPAIR = DANGER[:7]
CALM, DISSATISFIED = 3, 4


def title_of(text: str, otherwise: str) -> str:
    """The first words of what somebody said, as the headline of a record."""
    first = " ".join(text.split())
    if not first:
        return otherwise
    return first if len(first) <= TITLE else first[: TITLE - 1] + "…"


def check_help(*, channel: str, text: str, recordings: int) -> None:
    """A request says something: in words, or by a recording, or it asks to be called."""
    if len(text) > LONGEST:
        raise Refused(Text(f"最多 {LONGEST} 字，请写要点。", f"At most {LONGEST} characters: write the main points."), field="text")
    if channel == "write" and not text.strip():
        raise Refused(Text("请写下您遇到的事。", "Write what happened."), field="text")
    if channel == "speak" and not recordings:
        raise Refused(Text("请先录音，再发送。", "Record first, then send."), field="recording")


def danger(text: str) -> str:
    """Whether words speak of danger: "despair" (the life line first), "danger" (110, 119, 120 first), or ""."""
    if any(word in text for word in DESPAIR):
        return "despair"
    return "danger" if any(word in text for word in DANGER) else ""


def check_rating(level: int, reasons: Collection[str]) -> None:
    """One of five levels; reasons from the list."""
    if level not in range(1, 6):
        raise Refused(Text("请选择一个满意度。", "Choose one of the five levels."), field="level")
    if any(one not in REASONS for one in reasons):
        raise Refused(Text("原因请从列表中选择。", "Choose the reasons from the list."), field="reasons")


def is_low(level: int) -> bool:
    """Whether a rating needs somebody to look into it."""
    return level >= DISSATISFIED


def check_correction(field: str, note: str, proposed: str) -> None:
    """A correction names what is wrong and says what is right, in the field for it."""
    if field not in CORRECTABLE:
        raise Refused(Text("请选择哪一项有误。", "Choose what is wrong."), field="field")
    if field in SEALED and not proposed.strip():
        raise Refused(Text("请填写正确的号码。", "Give the right number."), field="proposed")
    if field not in SEALED and not note.strip():
        raise Refused(Text("请写明正确的内容。", "Say what is right."), field="note")


def check_shared(of_another: bool, shared: bool) -> None:
    """A phone that is somebody else's is asked about, never said whose, and taken when somebody says that it is used by both."""
    if of_another and not shared:
        raise Refused(
            Text(
                "这个手机号已登记在其他人名下，请核对号码；确由本人使用（如家人共用）的，请勾选后再提交。",
                "This phone is registered for somebody else: compare it. If both use it (a family may share one), tick that.",
            ),
            field="shared",
            code="phone_of_another",
        )


def check_not_own(person: int, hand: frozenset[int]) -> None:
    """Nobody answers what they asked for themselves: `hand` is every file of who decides and of the one acted for."""
    if person in hand:
        raise Refused(
            Text("这是您本人的申请，请由同事办理。", "You asked for this yourself: a colleague handles it."), code="own_case"
        )


def check_answer(done: bool, answer: str) -> None:
    """Who declines a correction says why."""
    if not done and not answer.strip():
        raise Refused(Text("不予更正的，请写明理由。", "Say why it is not changed."), field="answer")
