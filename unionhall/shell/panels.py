"""The registry of panels: what a room shows on the page of a unit, a person, a programme or on one's desk.

`panels.register("organization", Panel("issues.open", Text("问题", "Issues"), template="issues/desk/_panel.html",
fill=open_issues_of, permission="issues.see"))`. `fill(request, subject)` returns the template's context,
or None when there is nothing to show.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from unionhall.lib.text import Text
from unionhall.shell import gate

PLACES = ("desk", "organization", "person", "programme")

Fill = Callable[[HttpRequest, Any], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of somebody else's page. `wide` panels take the whole width."""

    code: str
    label: Text
    template: str
    fill: Fill
    permission: str | None = None
    order: int = 100
    wide: bool = False


_panels: dict[str, dict[str, Panel]] = {place: {} for place in PLACES}


def register(place: str, panel: Panel) -> None:
    """Add a panel to a place; raises ValueError for an unknown place or a second panel of one code."""
    if place not in _panels:
        raise ValueError(f"{panel.code}: no place {place!r} for panels")
    if _panels[place].get(panel.code, panel) != panel:
        raise ValueError(f"{panel.code} is registered twice at {place}")
    _panels[place][panel.code] = panel


def at(place: str) -> list[Panel]:
    """The panels of a place, in order."""
    return sorted(_panels[place].values(), key=lambda panel: (panel.order, panel.code))


def filled(request: HttpRequest, place: str, subject: Any) -> list[tuple[Panel, Mapping[str, Any]]]:
    """The panels that this person may see on this subject's page and that have something to show."""
    may = gate.current().may
    shown = []
    for panel in at(place):
        if panel.permission is None or may(request, panel.permission):
            context = panel.fill(request, subject)
            if context is not None:
                shown.append((panel, context))
    return shown
