"""The registry of panels: what a room shows on the page of a unit, a person, a programme, a record, or on one's desk.

`panels.register("organization", Panel("issues.open", Text("问题", "Issues"), template="issues/desk/_panel.html",
fill=open_issues_of, permission="issues.see"))`. `fill(request, subject)` returns the template's context,
or None when there is nothing to show.

A place with a `fetch` takes its panels in one by one once the page stands, so that the page costs the same however many
rooms there are; without scripts each is a link.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from unionhall.lib.refusal import absent
from unionhall.lib.text import Text
from unionhall.shell import gate

PLACES = ("desk", "organization", "person", "programme", "record")

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


Fetch = Callable[[HttpRequest, int], Any]

_panels: dict[str, dict[str, Panel]] = {place: {} for place in PLACES}
_fetches: dict[str, Fetch] = {}


def take_in_later(place: str, fetch: Fetch) -> None:
    """Let a place take its panels in later; `fetch(request, id)` finds the subject or raises NotVisible."""
    if place not in _panels:
        raise ValueError(f"no place {place!r} for panels")
    _fetches[place] = fetch


def later(place: str) -> bool:
    """Whether a place takes its panels in later."""
    return place in _fetches


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


def open_at(request: HttpRequest, place: str) -> list[Panel]:
    """The panels of a place that this person may see, in order."""
    may = gate.current().may
    return [panel for panel in at(place) if panel.permission is None or may(request, panel.permission)]


def one(request: HttpRequest, place: str, code: str, id: int) -> tuple[Panel, Mapping[str, Any] | None]:
    """One panel of a place that takes them in later, filled for a subject; raises NotVisible for what is not there."""
    panel = next((panel for panel in open_at(request, place) if panel.code == code), None) if later(place) else None
    if panel is None:
        raise absent()
    return panel, panel.fill(request, _fetches[place](request, id))


def filled(request: HttpRequest, place: str, subject: Any) -> list[tuple[Panel, Mapping[str, Any]]]:
    """The panels that this person may see on this subject's page and that have something to show."""
    contexts = [(panel, panel.fill(request, subject)) for panel in open_at(request, place)]
    return [(panel, context) for panel, context in contexts if context is not None]
