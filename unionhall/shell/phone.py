"""A square code on a page at the desk by which any phone brings photos, and the list that fills meanwhile."""

from collections.abc import Callable, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

import segno
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from unionhall.shell.render import render


class Paper(NamedTuple):
    """One paper as the list names it; without an address for who may not open it."""

    name: object
    url: str = ""


def hand_over(
    request: HttpRequest, *, code: Callable[[], str], holds: Callable[[str], bool], page: str, papers: Sequence[Paper]
) -> HttpResponse:
    """The square (asked first, with a fresh `code`), or the list as it stands now (asked again with the code, while it `holds`).

    `page` names the address that takes the photos. When the code is over, the list stops asking.
    """
    known = request.GET.get("code", "")
    shown = known or code()
    square = ""
    if not known:
        address = request.build_absolute_uri(reverse(page, args=[shown]))
        square = segno.make(address, error="l", micro=False).svg_data_uri(scale=4, border=3)
    here = f"{request.path}?{urlencode({'code': shown})}" if holds(shown) else ""
    return render(request, "shell/parts/_phone.html", {"square": square, "here": here, "papers": papers})
