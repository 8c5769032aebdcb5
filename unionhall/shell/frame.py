"""What the layouts ask about the person in front of the page. Nothing is fetched that a layout does not print."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import cached_property

from unionhall.shell import gate, navigation

Ribbon = Callable[[HttpRequest], object | None]


@dataclass(frozen=True, slots=True)
class Identity:
    """The name and the picture that an installation gives itself. No emblem is shipped: each unit uploads its own."""

    name: str = ""
    logo: str = ""


_ribbons: list[Ribbon] = []
_identity: list[Callable[[HttpRequest], Identity]] = []


def register_ribbon(ribbon: Ribbon) -> None:
    """Add a line that lies over every page when it returns a text: demo data, a replay, read-only service."""
    if ribbon not in _ribbons:
        _ribbons.append(ribbon)


def register_identity(identity: Callable[[HttpRequest], Identity]) -> None:
    """Say whose house this is; the last one registered speaks."""
    _identity[:] = [identity]


def of(request: HttpRequest) -> "Frame":
    """The frame of a request, the same one for all its layouts."""
    known = request.__dict__.get("shell_frame")
    if known is None:
        known = request.__dict__["shell_frame"] = Frame(request)
    return known


class Frame:
    """One request's answers to the layouts."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def person(self) -> Any:
        """The acting person, or None."""
        return gate.current().person(self.request)

    @cached_property
    def unit(self) -> Any:
        """The chosen unit, or None."""
        return gate.current().unit(self.request)

    @cached_property
    def units(self) -> Sequence[gate.Unit]:
        """The other units that the person may switch to."""
        return gate.current().units(self.request) if self.person else ()

    @cached_property
    def menu(self) -> list[navigation.Section]:
        """The left menu."""
        return navigation.menu(self.request) if self.person else []

    @cached_property
    def tools(self) -> list[navigation.Link]:
        """The counted items of the header."""
        return navigation.tools(self.request) if self.person else []

    @cached_property
    def personal(self) -> list[navigation.Link]:
        """What lies behind one's own name."""
        return navigation.personal(self.request) if self.person else []

    @cached_property
    def ribbons(self) -> list[str]:
        """The lines over the page."""
        said = (ribbon(self.request) for ribbon in _ribbons)
        return [str(text) for text in said if text]

    @property
    def idle_seconds(self) -> int:
        """How long a session lives without a request."""
        return int(getattr(settings, "UNIONHALL_IDLE_SECONDS", 1800))

    @property
    def shortcuts(self) -> bool:
        """Whether single keys act (WCAG 2.1.4: they can be switched off)."""
        return self.request.COOKIES.get("shortcuts") != "off"

    @property
    def narrow_menu(self) -> bool:
        """Whether the menu is folded to icons."""
        return self.request.COOKIES.get("menu") == "narrow"

    @property
    def home(self) -> str:
        """The first page."""
        try:
            return reverse(getattr(settings, "LOGIN_REDIRECT_URL", "/"))
        except NoReverseMatch:
            return "/"

    @cached_property
    def identity(self) -> Identity:
        """Whose house this is."""
        return _identity[0](self.request) if _identity else Identity()
