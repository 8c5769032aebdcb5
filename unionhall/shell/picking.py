"""Pickers without scripts: the text typed into the plain field beside a picker becomes what it means, or a sentence that asks.

Where scripts run, a picker asks its source while one types, and the plain field is taken away. Without them the form is sent
with `typed:SOURCE:NAME`; the door asks the same source for the same person (`translate`), so that nobody names what they could
not have picked. One answer is taken; none or several come back with the form (`Unpicked`), the several as a plain list.
"""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from unionhall.shell import search
from unionhall.shell.search import LIMIT, Hit

TYPED = "typed:"
LONGEST = 80  # characters of a typed text that are looked for, as long as the plain field takes
NAMED = 5  # how many of several a sentence names; the list below it has them all


class Unpicked(str):
    """A choice that the typed text did not settle. As a value it is empty, so that no text is ever taken for a key."""

    text: str = ""
    hits: Sequence[Hit] = ()


def key(source: str, name: str) -> str:
    """The name of the plain field beside the picker of a source."""
    return f"{TYPED}{source}:{name}"


def translate(request: HttpRequest) -> None:
    """Put what the typed texts of a request mean in the place of its pickers' values."""
    if any(name.startswith(TYPED) for name in request.GET):
        request.GET = _meant(request, request.GET)  # type: ignore[assignment]
    if request.method == "POST" and any(name.startswith(TYPED) for name in request.POST):
        request.POST = _meant(request, request.POST)  # type: ignore[assignment]


def check(value: object) -> None:
    """Raise ValidationError with what to do where a typed text did not settle a choice."""
    if not isinstance(value, Unpicked) or not value.text:
        return
    told = {
        "text": value.text,
        "count": len(value.hits),
        "names": _(", ").join(said(hit.label, hit.hint) for hit in value.hits[:NAMED]),
    }
    if not value.hits:
        text = _("Nothing that you can choose matches “%(text)s”. Write the name or the code, or a part of it.")
    elif len(value.hits) >= LIMIT:
        text = _("“%(text)s” matches too many: %(names)s… Choose one of the first in the list, or write more of the name.")
    elif len(value.hits) > NAMED:
        text = _("“%(text)s” matches %(count)d: %(names)s… Choose one of them in the list.")
    else:
        text = _("“%(text)s” matches %(count)d: %(names)s. Choose one of them in the list.")
    raise ValidationError(text % told, code="unpicked")


def offered(value: object) -> list[tuple[str, str]]:
    """What the plain list beside an unsettled choice offers: value and words."""
    return [(hit.value, said(hit.label, hit.hint)) for hit in value.hits] if isinstance(value, Unpicked) else []


def typed(value: object) -> str:
    """The text to be mended, where nothing was found; several answers are chosen from and need no text."""
    return value.text if isinstance(value, Unpicked) and not value.hits else ""


def _meant(request: HttpRequest, data: QueryDict) -> QueryDict:
    meant = data.copy()
    for name in [name for name in meant if name.startswith(TYPED)]:
        text = " ".join(meant.pop(name)[-1].split())[:LONGEST]
        source, _colon, field = name.removeprefix(TYPED).partition(":")
        if field and (text or not meant.get(field)):
            meant[field] = _choice(search.hits(request, source, text, blank=True) or [], text)
    return meant


def _choice(hits: Sequence[Hit], text: str) -> str:
    """The value of the one that is meant. A whole name is meant before longer ones that hold it, but only among all of them."""
    whole = [hit for hit in hits if text in {hit.label, hit.hint}] if len(hits) < LIMIT else []
    sure = whole if len(whole) == 1 else hits
    if text and len(sure) == 1:
        return sure[0].value
    unpicked = Unpicked()
    unpicked.text = text
    unpicked.hits = () if not text and len(hits) >= LIMIT else tuple(hits)
    return unpicked


def said(name: str, hint: str) -> str:
    """A name with what tells its bearer apart."""
    return _("%(name)s (%(hint)s)") % {"name": name, "hint": hint} if hint else name
