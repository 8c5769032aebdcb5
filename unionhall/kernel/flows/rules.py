"""What may be moved, taken back, chased, and how far a record has come: decisions in plain Python."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from unionhall.lib.text import Text


def move_fault(
    *,
    state: str,
    sources: Collection[str],
    reason: str,
    needs_reason: bool,
    routed: bool,
    needs_route: bool,
    parts_open: int = 0,
    unsigned: bool = False,
) -> str | None:
    """Why a move is not possible: "state", "signature", "reason", "route", "parts", or None."""
    if state not in sources:
        return "state"
    if unsigned:
        return "signature"
    if needs_reason and not reason.strip():
        return "reason"
    if needs_route and not routed:
        return "route"
    if parts_open:
        return "parts"
    return None


def undo_fault(*, now: datetime, made_at: datetime, window: timedelta | None, is_last: bool, undone: bool) -> str | None:
    """Why a step cannot be taken back: "done", "never", "late", "moved_on", or None. The last second of the window counts."""
    if undone:
        return "done"
    if window is None:
        return "never"
    if now - made_at > window:
        return "late"
    if not is_last:
        return "moved_on"
    return None


def asking_fault(*, signers: str, to_is_by: bool, same_hand: bool, may: bool, own: bool, asked: bool) -> str | None:
    """Why somebody is not asked for a signature: "state", "self", "hand", "right", "own", "asked", or None."""
    if not signers:
        return "state"
    if to_is_by:
        return "self"
    if same_hand:
        return "hand"
    if not may:
        return "right"
    if own:
        return "own"
    return "asked" if asked else None


@dataclass(frozen=True, slots=True)
class Stage:
    """One step: done, current or open. `level` is who takes it, where that is fixed."""

    name: Text
    state: str
    level: Text | str = ""


def stages(steps: Sequence[tuple[Text, Text | str]], here: int) -> list[Stage]:
    """Steps by name and level as a record stands to them that is at the step of that place: -1 before the first, their number after
    the last.
    """
    told = ["done" if place < here else "current" if place == here else "open" for place in range(len(steps))]
    return [Stage(name, state, level) for (name, level), state in zip(steps, told, strict=True)]
