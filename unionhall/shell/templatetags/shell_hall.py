"""Components of the workers' pages: pictures that need no further request, service tiles, matters."""

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from unionhall.shell import hall

register = template.Library()
SPRITE = Path(__file__).resolve().parent.parent / "static" / "shell" / "icons.svg"
SYMBOL = re.compile(r'<symbol id="([a-z0-9-]+)"[^>]*>(.*?)</symbol>', re.S)


@cache
def _drawings() -> dict[str, str]:
    return dict(SYMBOL.findall(SPRITE.read_text(encoding="utf-8")))


@register.simple_tag
def drawing(name: str) -> SafeString:
    """An icon drawn into the page itself: old WebViews do not follow references to other files. Always beside a word."""
    drawn = '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">' + _drawings()[name] + "</svg>"
    return format_html(drawn, "icon")  # the shapes come from our own sprite, never from a person


@register.simple_tag(takes_context=True)
def easy(context: Context) -> bool:
    """Whether the elder mode is on: `{% easy as easy %}`."""
    return hall.is_easy(context["request"])


@register.simple_tag
def hall_home() -> str:
    """The address of the hall's first page."""
    return hall.home()


@lru_cache(maxsize=16)
def _drawn(ways: tuple[hall.Service, ...], language: str) -> tuple[tuple[str, SafeString, SafeString], ...]:
    """Of each way its address, and how it stands on other pages and on its own, in the language that is active.

    The same on every page and for everybody, and dearer than the rest of the frame: drawn once a language.
    """
    shown = [(way.url, format_html("{}<span>{}</span>", drawing(way.icon), way.label)) for way in ways]
    way = '<a href="{}"{}>{}</a>'
    here = format_html(' aria-current="{}"', "page")
    return tuple((url, format_html(way, url, "", told), format_html(way, url, here, told)) for url, told in shown)


@register.inclusion_tag("shell/parts/_hallfoot.html", takes_context=True)
def hallfoot(context: Context) -> dict[str, Any]:
    """The ways that stand at the foot of every page of the hall."""
    request = context["request"]
    known = _drawn(tuple(hall.ways()), get_language() or "")
    ways = [own if request.path == url else other for url, other, own in known]
    return {"ways": ways, "request": request, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("shell/parts/_matters.html")
def matter_list(matters: list[hall.Matter]) -> dict[str, Any]:
    """Matters of the worker's own, each with its state, light and what is to be done."""
    return {"matters": matters}
