"""Pages that are the same for everybody but for a few words: drawn once by their template, then only filled in.

The screens of joining are shown alike to all who scan one poster, and drawing one takes longer than everything else that its
request does. `page` draws it once with a place for each word that differs, and keeps the letters between the places. Whatever
else the page says stands in the key under which it is kept: the frame's part here, the door's part in `same`. So what is kept
is never out of date, and no word of one visitor reaches another. For pages of the hall, whose frame names nobody.
"""

import re
import secrets
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.utils.html import conditional_escape
from django.utils.translation import get_language

from unionhall.shell import frame, hall, tokens
from unionhall.shell.render import answer, render

Word = Callable[[str], str]
MOST = 1000  # pages that a process keeps; one has some 6 kB
TOKEN = "csrf_token"
_MARK = secrets.token_hex(16)  # so that nobody can type a place into a page
_PLACE = re.compile(rf"\[{_MARK}:(\w+)\]")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page without the words that differ: what stands before, between and after their places, and whose place each is."""

    letters: tuple[str, ...]
    places: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "Drawn":
        """Part a page at its places."""
        parts = _PLACE.split(text)
        return cls(tuple(parts[::2]), tuple(parts[1::2]))

    def filled(self, words: Mapping[str, str]) -> str:
        """The whole page, each word escaped as a template does it."""
        told = {name: escape(word) if type(word) is str else conditional_escape(word) for name, word in words.items()}
        parts = [self.letters[0]]
        for place, letters in zip(self.places, self.letters[1:], strict=True):
            parts += (told[place], letters)
        return "".join(parts)


_kept: dict[Hashable, Drawn] = {}


def page(
    request: HttpRequest, template: str, *, same: Hashable, words: Mapping[str, str], context: Callable[[Word], Mapping[str, Any]]
) -> HttpResponse:
    """A page with `words` in their places; none of them is empty, for a field without a value is written otherwise.

    `context(word)` makes the template's context, with `word("name")` wherever `words["name"]` is shown as it stands; `same` is
    everything else that the context says. A page with messages, and one whose address holds a query, is drawn as ever.
    """
    if request.META.get("QUERY_STRING") or len(get_messages(request)):
        return render(request, template, context(words.__getitem__))
    seen = frame.of(request)
    key = (template, get_language(), hall.is_easy(request), tuple(seen.ribbons), seen.identity, request.get_full_path(), same)
    drawn = _kept.get(key)
    if drawn is None:
        made = render(request, template, {**context(_place), TOKEN: _place(TOKEN)})
        drawn = Drawn.of(made.content.decode())
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[key] = drawn
    return answer(drawn.filled({**words, TOKEN: tokens.of(request)}))


def _place(name: str) -> str:
    return f"[{_MARK}:{name}]"
