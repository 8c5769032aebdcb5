"""Components of the workers' pages: pictures that need no further request, service tiles, matters."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

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


@register.inclusion_tag("shell/parts/_hallfoot.html", takes_context=True)
def hallfoot(context: Context) -> dict[str, Any]:
    """The ways that stand at the foot of every page of the hall."""
    return {"ways": hall.ways(), "request": context["request"], "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("shell/parts/_matters.html")
def matter_list(matters: list[hall.Matter]) -> dict[str, Any]:
    """Matters of the worker's own, each with its state, light and what is to be done."""
    return {"matters": matters}
