"""What the frame must ask the kernel. The shell knows no kernel, so `access` installs the answers in its `apps.py`.

Until a gate is installed nobody may do anything: the house fails shut.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Unit:
    """One choice of the unit switcher."""

    value: str
    name: str
    place: str = ""


def _person(request: HttpRequest) -> Any:
    return getattr(request, "person", None)


def _unit(request: HttpRequest) -> Any:
    return getattr(request, "unit", None)


def _refuse(_request: HttpRequest, _permission: str) -> bool:
    return False


def _no_units(_request: HttpRequest) -> Sequence[Unit]:
    return ()


def _no_choice(_request: HttpRequest, _value: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Gate:
    """`may` answers for any place at all: whether *this* object may be touched is asked again below the door.

    `choose_unit` remembers the unit in the session, or raises NotVisible; `keep_language` the language in the account.
    """

    may: Callable[[HttpRequest, str], bool] = _refuse
    person: Callable[[HttpRequest], Any] = _person
    unit: Callable[[HttpRequest], Any] = _unit
    units: Callable[[HttpRequest], Sequence[Unit]] = _no_units
    choose_unit: Callable[[HttpRequest, str], None] = _no_choice
    keep_language: Callable[[HttpRequest, str], None] = _no_choice


_installed = [Gate()]


def install(gate: Gate) -> Gate:
    """Put a gate in place; returns the one that stood there before."""
    before = _installed[0]
    _installed[0] = gate
    return before


def current() -> Gate:
    """The gate in place."""
    return _installed[0]
