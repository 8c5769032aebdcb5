"""Components that show things: icons, lights, figures, lists, timelines, panels."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from django import template
from django.contrib.messages import get_messages
from django.core.files.storage import storages
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unionhall.lib import clock, dates, money
from unionhall.shell import gate
from unionhall.shell import panels as panel_registry
from unionhall.shell.components import Act, Event, Tab, TaskLine
from unionhall.shell.frame import Frame, of
from unionhall.shell.paging import Page

register = template.Library()
LONG_FIGURE = 8
SHAPES = {"late": "■", "soon": "▲", "ok": "●", "paused": "◻", "info": "◻", "none": "–"}
NOTHING = "--"
PARTED = re.compile("[,，、]")


WORDS = {
    "late": gettext_lazy("Overdue"),
    "soon": gettext_lazy("Due soon"),
    "ok": gettext_lazy("On time"),
    "paused": gettext_lazy("Paused"),
    "info": gettext_lazy("For information"),
    "none": gettext_lazy("No deadline"),
}


@register.simple_tag(takes_context=True)
def frame(context: Context) -> Frame:
    """The frame of this page: `{% frame as frame %}`."""
    return of(context["request"])


@register.simple_tag(takes_context=True)
def may(context: Context, permission: str) -> bool:
    """Whether the reader has a permission anywhere: nobody is shown a way that is closed to them. `{% may "x.do" as does %}`"""
    return gate.current().may(context["request"], permission)


@cache
def _sprite(storage: Any) -> str:
    return str(storage.url("shell/icons.svg"))


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite. Without a label it is decoration; with one it speaks."""
    address = f"{_sprite(storages['staticfiles'])}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, address)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', address)


@register.simple_tag
def light(code: str, label: object = "") -> SafeString:
    """A light: shape, word and colour, so that it reads in print and without colour. Codes: late soon ok paused none."""
    known = code if code in SHAPES else "none"
    said = label or WORDS[known]
    return format_html('<span class="light light-{}"><i aria-hidden="true">{}</i>{}</span>', known, SHAPES[known], said)


@register.simple_tag
def due(day: date | None, code: str = "none", label: object = "") -> SafeString:
    """A due day with its light under it: `{% due task.due_on task.light task.left %}`."""
    if day is None:
        return light("none", label) if label else format_html('<span class="muted">{}</span>', NOTHING)
    written = day.isoformat()
    return format_html('<span class="due"><time datetime="{}">{}</time>{}</span>', written, written, light(code, label))


@register.simple_tag
def tag(text: object, kind: str = "plain") -> SafeString:
    """A state or category in a small box. Kinds: plain info ok soon late."""
    return format_html('<span class="tag tag-{}">{}</span>', kind, text)


@register.inclusion_tag("shell/parts/_figure.html")
def figure(value: object, label: object, url: str = "", unit: object = "", hint: object = "", light: str = "") -> dict[str, Any]:
    """A counted number that opens the records behind it."""
    shown = number(value) if isinstance(value, int) else (NOTHING if value in (None, "") else value)
    long = len(str(shown)) > LONG_FIGURE  # sums of money: smaller, so that no number breaks in two
    shape = SHAPES.get(light, "")
    return {"value": shown, "label": label, "url": url, "unit": unit, "hint": hint, "light": light, "shape": shape, "long": long}


@register.inclusion_tag("shell/parts/_empty.html")
def empty(kind: str, title: object, text: object = "", url: str = "", button: object = "", icon: str = "inbox") -> dict[str, Any]:
    """An empty list in three texts: `never` (what it is and how to begin), `filtered` (clear), `done` (no button)."""
    return {"kind": kind, "title": title, "text": text, "url": url, "button": button, "icon": icon}


@register.inclusion_tag("shell/parts/_pager.html", takes_context=True)
def pager(context: Context, page: Page) -> dict[str, Any]:
    """The pager of a list made by `paging.page_of`."""
    asked = context["request"].GET
    # Not `request.GET.items` in the template: there an address with `?items=` would stand for the method.
    kept = [(name, value) for name, listed in asked.lists() if name not in {"page", "size"} for value in listed]
    return {"page": page, "request": context["request"], "kept": kept}


@register.inclusion_tag("shell/parts/_bulkbar.html", takes_context=True)
def bulkbar(context: Context, page: Page, acts: list[Act]) -> dict[str, Any]:
    """The bar that appears on selection; stands inside the `<form data-bulk>` around the table."""
    return {"page": page, "acts": acts, "request": context["request"]}


@register.inclusion_tag("shell/parts/_tabs.html")
def tabs(tabs: list[Tab], label: object = "") -> dict[str, Any]:
    """Tabs with counts; each is an address of its own."""
    return {"tabs": tabs, "label": label, "shapes": SHAPES}


@register.inclusion_tag("shell/parts/_timeline.html")
def timeline(events: list[Event]) -> dict[str, Any]:
    """What happened, newest first as the door orders it."""
    return {"events": events}


@register.inclusion_tag("shell/parts/_way.html")
def way(stages: Sequence[object], label: object) -> dict[str, Any]:
    """How far a record has come on its way; nothing for one that has left it."""
    return {"stages": stages, "label": label}


@register.inclusion_tag("shell/parts/_tasklist.html")
def tasklist(tasks: list[TaskLine]) -> dict[str, Any]:
    """A long thing done over days, as a list of tasks."""
    return {"tasks": tasks}


@register.inclusion_tag("shell/parts/_crumbs.html")
def crumbs(*parts: object) -> dict[str, Any]:
    """Breadcrumb: `{% crumbs _("Issues") list_url issue.reference %}`, pairs of label and address, the last without one."""
    pairs = [(parts[place], str(parts[place + 1]) if place + 1 < len(parts) else "") for place in range(0, len(parts), 2)]
    return {"pairs": pairs}


@register.inclusion_tag("shell/parts/_printhead.html", takes_context=True)
def printhead(context: Context, title: object, filters: object = "") -> dict[str, Any]:
    """The head of a printed page: title, unit, filter line, as-of moment and who printed it."""
    return {"title": title, "filters": filters, "frame": of(context["request"]), "at": clock.now()}


@register.inclusion_tag("shell/parts/_signers.html")
def signers(words: object) -> dict[str, Any]:
    """Boxes to sign and stamp, at the foot of a printed page: `{% signers _("Prepared by, Checked by") %}`."""
    return {"words": [word.strip() for word in PARTED.split(str(words)) if word.strip()]}


@register.inclusion_tag("shell/parts/_toasts.html", takes_context=True)
def toasts(context: Context) -> dict[str, Any]:
    """What was just done, with undo where it can be undone."""
    said = []
    for message in get_messages(context["request"]):
        extra = message.extra_tags or ""
        kind = {"success": "ok", "error": "late", "warning": "soon"}.get(message.level_tag, "info")
        said.append({"text": str(message), "kind": kind, "undo": extra.removeprefix("undo:") if extra.startswith("undo:") else ""})
    return {"said": said, "csrf_token": context.get("csrf_token")}


@register.simple_tag(takes_context=True)
def panels(context: Context, place: str, subject: Any = None) -> SafeString:
    """The panels that rooms registered for this place, rendered; or where they will be taken in."""
    request = context["request"]
    if panel_registry.later(place):
        waiting = {"panels": panel_registry.open_at(request, place), "place": place, "id": subject.pk}
        return render_to_string("shell/parts/_panels_later.html", waiting, request=request)
    filled = panel_registry.filled(request, place, subject)
    parts = [(panel, render_to_string(panel.template, {**values, "panel": panel}, request=request)) for panel, values in filled]
    return render_to_string("shell/parts/_panels.html", {"parts": parts}, request=request)


@register.inclusion_tag("shell/parts/_sort.html", takes_context=True)
def sort(context: Context, name: str, label: object, kind: str = "", default: str = "") -> dict[str, Any]:
    """A table head that sorts: `{% sort "due" _("Due") %}`; `default` is the list's own order."""
    query = context["request"].GET.copy()
    asked = query.get("sort", default)
    direction = {name: "ascending", f"-{name}": "descending"}.get(asked, "")
    query["sort"] = f"-{name}" if direction == "ascending" else name
    query.pop("page", None)
    return {"label": label, "kind": kind, "direction": direction, "url": f"?{query.urlencode()}"}


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: object) -> str:
    """This page's address with other values: `{% query page=3 %}`; None takes a value away."""
    wanted = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None:
            wanted.pop(name, None)
        else:
            wanted[name] = str(value)
    return f"?{wanted.urlencode()}"


@register.simple_tag(takes_context=True)
def title_prefix(context: Context) -> str:
    """The word before the title when something must be corrected, so that a screen reader says it first."""
    failed = context.get("page_failed") or (getattr(context.get("form"), "is_bound", False) and context["form"].errors)
    return _("Error: ") if failed else ""


@register.filter
def dash(value: object) -> object:
    """No value is "--"; zero is 0."""
    return NOTHING if value in (None, "") else value


@register.filter
def number(value: int | None) -> str:
    """A whole number with thousands parted: 48,210."""
    return NOTHING if value is None else f"{value:,}"


@register.filter
def yuan(fen: int | None) -> str:
    """Fen as yuan: 1,123.00."""
    return NOTHING if fen is None else money.yuan(fen)


@register.filter
def day(value: date | datetime | None) -> str:
    """A day as 2025-11-28, in Asia/Shanghai."""
    if value is None:
        return NOTHING
    return (dates.day_of(value) if isinstance(value, datetime) else value).isoformat()


@register.filter
def moment(value: datetime | None) -> str:
    """A moment as 2025-11-28 08:30, in Asia/Shanghai."""
    return NOTHING if value is None else value.astimezone(dates.SHANGHAI).strftime("%Y-%m-%d %H:%M")


@register.filter
def until(start: datetime, end: datetime) -> str:
    """From a moment to another, the day said once where it is one: 2025-11-28 08:30 ～ 10:00."""
    last = moment(end)
    return f"{moment(start)} ～ {last.partition(' ')[2] if dates.day_of(start) == dates.day_of(end) else last}"


@register.filter
def item(values: Mapping[Any, Any], key: Any) -> Any:
    """A value of a mapping under a key that is itself a variable."""
    return values.get(key, "")
