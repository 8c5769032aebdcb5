"""Where rooms say that they are in the house, and which part of a replay they build."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from unionhall.kernel.programmes.rules.rooms import ROOMS

Panel = Any
"""What a room shows on a programme's home page; shell draws it (its `Panel`), the kernel only keeps it."""
ReplayPart = Callable[[Any], None]
"""Builds one room's part of a replay; receives the `Stage` of `unionhall.catalogue.replays`."""


@dataclass(frozen=True, slots=True)
class Room:
    """A room in the house: its code, its panel for programme homes, the codes of the programmes it can run now."""

    code: str
    panel: Panel = None
    live_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PurseLine:
    """A budget line that a payment may draw on: its source and purpose, its ceiling and what is free of it, in fen."""

    id: int
    name: str
    source: str
    purpose: str
    programme: str
    free: int
    ceiling: int = 0


@dataclass(frozen=True, slots=True)
class Purse:
    """The one who keeps budget lines, for rooms that pay. Every call may be repeated; each draw goes by the payer's own key.

    `lines(organization, year) -> list[PurseLine]`; `hold(line_id=, key=, amount=)` raises Refused where the line is short;
    `spend(key=)`, `free(key=)` and `give_back(key=)` settle what is held, or take back what was spent. `hold_many(line_id=,
    amounts={key: fen})` and `spend_many(keys=)` do the same for many new draws in a few statements, all or none.
    """

    lines: Callable[[Any, int], list[PurseLine]]
    hold: Callable[..., Any]
    spend: Callable[..., Any]
    free: Callable[..., Any]
    give_back: Callable[..., Any]
    hold_many: Callable[..., Any]
    spend_many: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """Goods that a unit keeps by the piece: what one is worth in fen, and how many remain."""

    id: int
    name: str
    measure: str
    price: int
    left: int


@dataclass(frozen=True, slots=True)
class Storehouse:
    """The one who keeps goods, for rooms that hand them out. Every call may be repeated; each hand-out goes by the room's own key.

    `goods(organization) -> list[Kept]` of that unit alone. `hand_out(stock_id=, key=, pieces=, other=, by=)` takes pieces out and
    raises Refused with the figures where fewer are left. `stay_out(key=, pieces=, reason=, by=)` says how many of them stay
    out: the others come back. A key begins with the code of its room ("grants.batch:7"); what it booked is taken back there alone.
    """

    goods: Callable[[Any], list[Kept]]
    hand_out: Callable[..., Any]
    stay_out: Callable[..., Any]


@dataclass(slots=True)
class _Shelf:
    rooms: dict[str, Room] = field(default_factory=dict)
    replays: dict[str, dict[str, ReplayPart]] = field(default_factory=dict)
    purse: Purse | None = None
    storehouse: Storehouse | None = None
    households: Callable[[Iterable[str]], dict[str, str]] | None = None


_shelf = _Shelf()


def register_room(code: str, *, panel: Panel = None, live_codes: tuple[str, ...] = ()) -> None:
    """Called in a room's `apps.py`. Raises ValueError for a room that the architecture does not know.

    `live_codes` names the programmes whose acts the room can carry today (their editions can be opened). It makes
    nothing live: that takes a passed journey, see `unionhall/catalogue/live.json`.
    """
    if code not in ROOMS:
        raise ValueError(f"unknown room {code!r}: add it to programmes/rules/rooms.py")
    _shelf.rooms[code] = Room(code, panel, tuple(live_codes))


def rooms() -> dict[str, Room]:
    """The rooms that stand in this house, by code."""
    return dict(_shelf.rooms)


def register_replay(name: str, room: str, part: ReplayPart) -> None:
    """A room's part of a replay; called in the room's `apps.py`. One part for each replay and room."""
    if room not in ROOMS:
        raise ValueError(f"unknown room {room!r}")
    _shelf.replays.setdefault(name, {})[room] = part


def replay_parts(name: str) -> dict[str, ReplayPart]:
    """The parts of a replay by room; empty where no room has one."""
    return dict(_shelf.replays.get(name, {}))


def register_purse(purse: Purse) -> None:
    """Name the keeper of budget lines; called in the `apps.py` of the room that keeps them. There is one."""
    if _shelf.purse not in (None, purse):
        raise ValueError("there is one keeper of budget lines")
    _shelf.purse = purse


def purse() -> Purse | None:
    """The keeper of budget lines, None in a house without one."""
    return _shelf.purse


def register_household_kinds(kinds: Callable[[Iterable[str]], dict[str, str]]) -> None:
    """Name who knows the kind of hardship of households on file, by the source of their standing ("hardship.household:7").

    Called in the `apps.py` of the room that keeps the files; kinds are deep, relative, accident and near.
    """
    if _shelf.households not in (None, kinds):
        raise ValueError("there is one keeper of household files")
    _shelf.households = kinds


def household_kinds(sources: Iterable[str]) -> dict[str, str]:
    """The kind of each of some households that is on file; nothing for the others, and in a house that keeps no files."""
    return {} if _shelf.households is None else _shelf.households(sources)


def register_storehouse(storehouse: Storehouse) -> None:
    """Name the keeper of goods; called in the `apps.py` of the room that keeps them. There is one."""
    if _shelf.storehouse not in (None, storehouse):
        raise ValueError("there is one keeper of goods")
    _shelf.storehouse = storehouse


def storehouse() -> Storehouse | None:
    """The keeper of goods, None in a house without one."""
    return _shelf.storehouse
