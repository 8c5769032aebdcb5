"""The way of an application: which steps a federation asks for, in which order, and where each is done. Plain Python."""

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from unionhall.lib import dates
from unionhall.lib.refusal import Conflict, Refused
from unionhall.lib.text import Text

STEPS = ("visit", "check", "review", "notice", "approve")
STATES = {"visit": "visiting", "check": "checking", "review": "reviewing", "notice": "noticed", "approve": "approving"}
LEVELS = ("grassroots", "township", "county", "city", "province")
STANDARD: dict[str, object] = {
    "steps": ["visit", "check", "notice", "approve"],
    "levels": {"check": "county", "notice": "county", "approve": "county"},
}


@dataclass(frozen=True, slots=True)
class Procedure:
    """The steps after the application, in order; each with the level of the unit that takes it ("": where it lies)."""

    steps: tuple[str, ...]
    levels: Mapping[str, str]

    def after(self, state: str, passed: Collection[str] = ()) -> str:
        """The step that follows a state of the flow. Raises Conflict after the last one.

        From a state whose step was taken out meanwhile, it is the first step that the file has not `passed` since it was
        handed in: nothing that was done is asked again.
        """
        order = [STATES[step] for step in self.steps]
        if state in order:
            place = order.index(state) + 1
        else:
            place = next((place for place, each in enumerate(order) if each not in passed), len(order))
        if place >= len(order):
            raise Conflict(Text("审批是最后一步。", "Approval is the last step."), code="state")
        return self.steps[place]


def read(value: object) -> Procedure:
    """The procedure that a policy's table names. Raises Refused for a table that cannot be walked."""
    table = value if isinstance(value, Mapping) else {}
    steps, levels = table.get("steps"), table.get("levels", {})
    if not isinstance(steps, Sequence) or isinstance(steps, str) or not isinstance(levels, Mapping) or not _walkable(steps):
        raise Refused(
            Text(
                "“建档程序”规则值无法执行：steps 须由 visit、check、review、notice、approve 组成，不重复，并以 approve 结束。",
                "The rule “procedure” cannot be carried out: its steps are among visit, check, review, notice and approve, "
                "none twice, approve last.",
            )
        )
    if unknown := set(levels.values()) - {"", *LEVELS}:
        raise Refused(Text(f"“建档程序”中的层级无法识别：{unknown}", f"Unknown levels in the rule “procedure”: {unknown}"))
    return Procedure(tuple(steps), dict(levels))


def _walkable(steps: Sequence[object]) -> bool:
    known = set(steps) <= set(STEPS) and len(set(steps)) == len(steps)
    return known and bool(steps) and steps[-1] == "approve"


def check_way(*, objections: int) -> None:
    """An open objection holds everything."""
    if objections:
        raise Conflict(
            Text("有异议正在核实，档案暂停办理；处理完异议后再继续。", "An objection is open and holds the file; decide it first."),
            code="objection",
        )


def check_clock(last: date, today: date) -> None:
    """Nothing is done on a day before the file's last step: the machine's clock was set back."""
    if today < last:
        raise Conflict(
            Text(
                f"系统日期 {today.isoformat()} 早于该档案上次办理日期 {last.isoformat()}，请管理员核对服务器时间后再办理。",
                f"The day {today.isoformat()} lies before the last step on {last.isoformat()}: have the server's clock checked.",
            ),
            code="clock",
        )


def check_look_back(due: date, day: date) -> None:
    """A look back is made when its months are over, at most a month before; who is in hardship again earlier is opened again."""
    earliest = dates.months_later(due, -1)
    if day < earliest:
        raise Refused(
            Text(
                f"回访应在 {due.isoformat()} 前后进行，最早 {earliest.isoformat()}；提前返困的请直接恢复档案。",
                f"This look back is due on {due.isoformat()}, from {earliest.isoformat()} at the earliest; who is back in hardship "
                "before that is opened again.",
            ),
            field="words",
        )


def check_notice_over(until: date | None, today: date) -> None:
    """A public notice stands for all its working days."""
    if until is None or today <= until:
        day = until.isoformat() if until else "--"
        raise Conflict(
            Text(f"公示到 {day} 为止，期满后才能进入下一步。", f"The public notice stands until {day}; then it goes on."),
            code="notice",
        )


def check_done(step: str, *, visited: bool, answered: bool, differing: int = 0) -> None:
    """A step is left when its work is done: the home was visited, the registers answered, every difference dealt with."""
    if step == "visiting" and not visited:
        raise Refused(Text("请先登记入户调查情况。", "Enter the home visit first."), code="visit_missing")
    if step == "checking" and not answered:
        raise Refused(Text("还没有收到信息核对结果。", "No answer of a register has come in yet."), code="answer_missing")
    if differing and step not in {"applied", "visiting"}:
        raise Refused(
            Text(
                f"有 {differing} 项核对结果不一致，请先写明如何处理。",
                f"{differing} registers do not agree: first say what was done about it.",
            ),
            code="difference_open",
        )


def drawn(candidates: Sequence[int], percent: int, seed: str) -> list[int]:
    """A spot check: so many percent of the files (at least one), rounded up, drawn by a seed that is kept.

    The same files and the same seed give the same draw, whoever repeats it.
    """
    if not candidates:
        return []
    wanted = -(-len(candidates) * percent // 100)
    return sorted(random.Random(seed).sample(sorted(candidates), wanted))
