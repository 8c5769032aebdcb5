"""What doors hand to the components of the shell: small values, no behaviour."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab over a list; the count is shown when there is one (None: not counted)."""

    label: object
    url: str
    current: bool = False
    count: int | None = None
    light: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """A button of the bulk bar; it posts the selection to `url`, which shows a confirm page or acts with undo."""

    label: object
    url: str
    icon: str = ""
    danger: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a timeline: when, who (a person with the unit they acted for), what, why."""

    at: datetime
    who: object
    what: object
    reason: object = ""
    unit: object = ""
    light: str = ""
    links: list[tuple[object, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One line of a task list: state is done, open, current or blocked (with the reason as hint)."""

    title: object
    url: str = ""
    state: str = "open"
    hint: object = ""


@dataclass(frozen=True, slots=True)
class Confirm:
    """What a confirm page repeats: the exact number, up to three names, and what is posted again.

    `type_back` is the text that must be typed (the number of people, a unit's name) when the act cannot be undone.
    """

    title: object
    sentence: object
    button: object
    back: str
    count: int = 1
    unit: object = ""
    samples: list[object] = field(default_factory=list)
    hidden: list[tuple[str, str]] = field(default_factory=list)
    type_back: str = ""
    danger: bool = False
    form: Any = None
