"""What a hostile or unlucky hand may type: values, and the battery that sends them through every door.

Names of parameters and fields are not listed here but listened for: whatever a page asks its query, its form or its posted
data for is found by opening it once, so that a new page is tried from its first day.
"""

import html
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from django import forms
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from django.utils.functional import cached_property

from unionhall.kernel.access import queries as access
from unionhall.lib import clock
from unionhall.shell.paging import Page
from unionhall.testing import trail
from unionhall.testing.matrix import Route, World, routes

TRIED_BY = ("city_clerk", "system_admin", "security_admin", "auditor")
WORDS = "照常的话"
MARKUP = "<img src=x onerror=alert(1)>"
PLAIN: tuple[str | bytes, ...] = (
    "", " ", "\t\r\n", "a\x00b", "\x1b[31m", b"\xed\xa0\x80", b"\xff\xfe", "𠮷野家", "阿依·古丽", "\u202egnp.exe",
    "零\u200b宽\ufeff", "👩‍👩‍👧‍👦🏳️‍🌈", "Ａ１２３", "e\u0301" * 50, "长" * 10_000, "9" * 10_000,
    "=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "-2+3", MARKUP, '"><script>alert(1)</script>', "javascript:alert(1)",
    "{{ 7*7 }}", "{% debug %}", "%(x)s %s {0.__class__} %n",
    "' OR 1=1 --", "%", "\\", "_%_", "../../etc/passwd", "..%2f..%2f", "//evil.example", "null", "None", "true", "[]", "{\"a\":1}",
)  # fmt: skip
NUMBERS: tuple[str | bytes, ...] = (
    "0", "-0", "-1", "1.5", "1e400", "-1e400", "1e9", "Infinity", "-inf", "NaN", "sNaN", str(2**31), str(2**63), str(10**30),
    "１２３", "²", "٣", "1,000", "1_000", "0x10", " 7 ", "0000-01-01", "0001-01-01", "9999-12-31", "10000-01-01", "2025-02-29",
    "2025-13-45", "2024-02-29T25:61", "２０２５年２月３０日", "0", "10000",
    "password", "person__id_last4", "-person__sealed__value", "pk__in", "?",
)  # fmt: skip
PATHS = ("a\x00b", "𠮷", "..", "\u202ex", "长" * 2_000, MARKUP.replace("/", ""), "%", "{{ 7*7 }}", "' OR 1=1 --", "²")
EVERYWHERE = ("page", "size", "sort", "count", "q", "unit", "since", "until", "as_of", "year", "tab", "d.grade", "next")
HIDDEN = (
    "password", "-password", "account__password", "person__id_last4", "-id_last4", "id_last4__startswith", "sealed__value",
    "-org_path", "path", "-created_by", "created_by__id_last4", "sealed__blind", "?", "-pk", "pk__in", "id__gt",
)  # fmt: skip
STRIDE = 5  # for each day, a door takes every fifth value, its neighbour the next fifth; `whole` takes them all
HANDLED = frozenset({200, 204, 302, 303, 400, 401, 403, 404, 405, 409, 413, 422, 429})


def values(*, whole: bool) -> list[str | bytes]:
    """All values, or for each day all but what only makes the set wider."""
    wider = [f"{sign}{number}" for sign in ("-", "+", "") for number in (2**15, 2**32, 2**64, "1e-400", "9" * 400)] if whole else []
    unseen = (
        [f"前{chr(code)}后" for code in (*range(1, 32), *range(0x7F, 0xA0), 0x2028, 0x2066, 0xE000, 0xFFFE, 0x10FFFF)]
        if whole
        else []
    )
    return [*PLAIN, *NUMBERS, *wider, *unseen]


@dataclass(frozen=True, slots=True)
class Broken:
    """One door that did not stand: which, as whom, what was sent, what came of it."""

    route: str
    who: str
    method: str
    sent: str
    said: str


@dataclass
class Heard:
    """What a view asked for while it answered."""

    asked: set[str] = field(default_factory=set)
    posted: set[str] = field(default_factory=set)
    filled: list[forms.BaseForm] = field(default_factory=list)


class _Listening(QueryDict):
    """A QueryDict that notes which names it is asked for."""

    heard: set[str]

    def __getitem__(self, key: str) -> Any:
        self.heard.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.heard.add(str(key))
        return super().__contains__(key)

    def getlist(self, key: str, default: Any = None) -> list[Any]:
        self.heard.add(key)
        return super().getlist(key, default)


def _listen_to(given: QueryDict, heard: set[str]) -> QueryDict:
    heard_one = _Listening("", mutable=True, encoding=given.encoding)
    heard_one.heard = heard
    for name, listed in given.lists():
        heard_one.setlist(name, listed)
    heard_one._mutable = False
    return heard_one


@contextmanager
def listening() -> Iterator[Heard]:
    """Note every name that views ask for inside the block, and every form that is cleaned."""
    heard = Heard()
    kept_get, kept_post, kept_clean = WSGIRequest.GET, WSGIRequest.POST, forms.BaseForm.full_clean

    def asked(request: WSGIRequest) -> QueryDict:
        return _listen_to(kept_get.func(request), heard.asked)

    def posted(request: WSGIRequest) -> QueryDict:
        if "_listened" not in request.__dict__:
            request.__dict__["_listened"] = _listen_to(kept_post.fget(request), heard.posted)
        return request.__dict__["_listened"]

    def cleaned(form: forms.BaseForm) -> None:
        if form.is_bound:
            heard.filled.append(form)
        kept_clean(form)

    listened = cached_property(asked)
    listened.__set_name__(WSGIRequest, "GET")
    WSGIRequest.GET, WSGIRequest.POST, forms.BaseForm.full_clean = listened, property(posted), cleaned
    try:
        yield heard
    finally:
        WSGIRequest.GET, WSGIRequest.POST, forms.BaseForm.full_clean = kept_get, kept_post, kept_clean


@dataclass
class Knocker:
    """Somebody at a door, with what a request needs to be undone afterwards."""

    world: World
    who: str

    def __post_init__(self) -> None:
        self.client = Client(raise_request_exception=False)
        self.cookies = self.world.cast.steady(self.who).cookies
        self.number = 0

    def may(self, route: Route) -> bool:
        """Whether the door is open to this person at all."""
        return route.permission is None or access.may(self.world.cast.people[self.who], route.permission)

    def ask(self, url: str, query: Mapping[str, Any]) -> Any:
        """GET an address with these parameters."""
        return self._sent(lambda: self.client.get(f"{url}?{urlencode(_bytes(query), doseq=True)}"))

    def post(self, url: str, data: Mapping[str, Any]) -> Any:
        """POST a form, and take back whatever it did."""
        body = urlencode(_bytes(data), doseq=True)
        return self._sent(lambda: self.client.post(url, body, content_type="application/x-www-form-urlencoded"))

    def _sent(self, send: Any) -> Any:
        self.client.cookies = self.cookies.copy()
        self.number += 1
        self.client.defaults["REMOTE_ADDR"] = f"10.{self.number >> 16}.{self.number >> 8 & 255}.{self.number & 255}"
        since, savepoint = clock.now(), transaction.savepoint()
        answer = send()
        answer.body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        try:
            answer.recorded = trail.done_since(since) if answer.status_code >= 400 else 0
        finally:
            transaction.savepoint_rollback(savepoint)
        return answer


def _bytes(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, (list, bytes)) else str(value).encode() for name, value in given.items()}


def judge(answer: Any) -> str:
    """What is wrong with an answer, or nothing."""
    text = answer.body.decode(errors="replace")
    if answer.status_code not in HANDLED:
        failure = getattr(answer, "exc_info", None)
        return f"{answer.status_code} {failure[0].__name__}: {str(failure[1])[:100]}" if failure else str(answer.status_code)
    if "Traceback (most recent call last)" in text:
        return "shows a traceback"
    if MARKUP in text and answer.headers.get("Content-Type", "").startswith("text/html"):
        return "shows markup unescaped"
    if answer.recorded > 0:
        return f"answers {answer.status_code} and has written {answer.recorded} acts"
    return ""


def address(world: World, route: Route) -> str | None:
    """A route's address on the object of the city, None where no room told how to call it."""
    cases = world.kwargs.get(route.name, {})
    try:
        return reverse(route.name, kwargs=dict(cases.get("city") or cases.get("") or {}))
    except NoReverseMatch:
        return None


def doors_of(world: World, method: str, only: Iterable[str], *, whole: bool) -> Iterator[tuple[Route, str, Knocker]]:
    """Each door that takes a method with somebody who may open it: the first who may, or everybody."""
    chosen, knockers = tuple(only), {who: Knocker(world, who) for who in TRIED_BY}
    for route in routes():
        url = address(world, route)
        if method not in route.methods or url is None or not route.name.startswith(chosen):
            continue
        able = [knocker for knocker in knockers.values() if knocker.may(route)]
        for knocker in able if whole else able[:1]:
            yield route, url, knocker


def try_queries(world: World, only: Iterable[str] = ("",), *, whole: bool = False) -> Iterator[Broken]:
    """Every page with hostile parameters: every name that it reads gets every value, all names at once, in turn."""
    sent = values(whole=whole)
    for place, (route, url, knocker) in enumerate(doors_of(world, "GET", only, whole=whole)):
        with listening() as heard:
            knocker.ask(url, {"probe": "1"})
        mine = sorted(heard.asked - {"probe"})
        names = list(dict.fromkeys([*mine, *EVERYWHERE]))
        turns = range(0 if whole else place % STRIDE, len(sent), 1 if whole else STRIDE if mine else 7 * STRIDE)
        for turn in turns:
            query = {name: sent[(turn + 11 * apart) % len(sent)] for apart, name in enumerate(names)}
            if said := judge(knocker.ask(url, query)):
                yield Broken(route.name, knocker.who, "GET", _blame(knocker, url, query, {}), said)
                break


def try_paths(world: World, only: Iterable[str] = ("",)) -> Iterator[Broken]:
    """Every parameter of an address replaced."""
    for method in ("GET", "POST"):
        for route, _url, knocker in doors_of(world, method, only, whole=False):
            cases = world.kwargs.get(route.name, {})
            kwargs = dict(cases.get("city") or cases.get("") or {})
            for name, usual in kwargs.items():
                for value in (0, 2**31, 2**63, 10**30, 10**400) if isinstance(usual, int) else PATHS:
                    url = "?".join(quote(reverse(route.name, kwargs={**kwargs, name: value}), safe="/%").split("?"))
                    said = judge(knocker.ask(url, {}) if method == "GET" else knocker.post(url, {"probe": "1"}))
                    if said:
                        yield Broken(route.name, knocker.who, method, f"{name}={str(value)[:40]!r}", said)


def try_forms(world: World, only: Iterable[str] = ("",), *, whole: bool = False) -> Iterator[Broken]:
    """Every form: text hostile with the rest as usual, then the rest hostile with the text as usual."""
    sent = values(whole=whole)
    for place, (route, url, knocker) in enumerate(doors_of(world, "POST", only, whole=whole)):
        with listening() as heard:
            knocker.post(url, {"probe": "1"})
        usual, text = plausible(heard.filled)
        loose = sorted(heard.posted - {"probe", "csrfmiddlewaretoken"} - set(usual))
        for group in (sorted(text) + loose, sorted(set(usual) - text)):
            for turn in range(0 if whole else place % STRIDE, len(sent) if group else 0, 1 if whole else STRIDE):
                hostile = {name: sent[(turn + 11 * apart) % len(sent)] for apart, name in enumerate(group)}
                answer = knocker.post(url, {**usual, **hostile})
                said = judge(answer) or _kept(answer, {name: usual[name] for name in text if name not in hostile})
                if said:
                    yield Broken(route.name, knocker.who, "POST", _blame(knocker, url, hostile, usual), said)
                    break


def try_hidden(world: World, only: Iterable[str] = ("",)) -> Iterator[Broken]:
    """Every list asked to sort or filter by what it does not offer: its rows and their order stay."""
    for route, url, knocker in doors_of(world, "GET", only, whole=False):
        usual = _rows(knocker.ask(url, {}))
        if usual is None:
            continue
        for query in [*({"sort": name} for name in HIDDEN), dict.fromkeys(HIDDEN, "1")]:
            answer = knocker.ask(url, query)
            said = judge(answer) or ("" if _rows(answer) in (usual, None) else "follows a hidden column")
            if said:
                yield Broken(route.name, knocker.who, "GET", str(query), said)


def _rows(answer: Any) -> list[Any] | None:
    """The keys of the rows on a page in their order, None where no list is shown."""
    page = _merged(answer.context).get("page")
    return [getattr(row, "pk", row) for row in page.rows] if isinstance(page, Page) else None


def queries_of(world: World, only: Iterable[str] = ("",)) -> dict[str, int]:
    """How many statements each page takes, by the name of its route."""
    counted = {}
    for route, url, knocker in doors_of(world, "GET", only, whole=False):
        knocker.client.cookies = knocker.cookies.copy()
        with CaptureQueriesContext(connection) as statements:
            answer = knocker.client.get(url)
        if answer.status_code == 200:
            counted[route.name] = len([one for one in statements if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))])
    return counted


def _blame(knocker: Knocker, url: str, hostile: Mapping[str, Any], usual: Mapping[str, Any]) -> str:
    """The one name that breaks alone, else all that were sent."""
    for name, value in hostile.items():
        alone = {**usual, name: value}
        if judge(knocker.post(url, alone) if usual else knocker.ask(url, alone)):
            return f"{name}={value[:40]!r}"
    return ", ".join(f"{name}={value[:12]!r}" for name, value in hostile.items())[:200]


def plausible(filled: Iterable[forms.BaseForm]) -> tuple[dict[str, Any], set[str]]:
    """What somebody of good will would fill in, by field name, and which of them are text."""
    usual: dict[str, Any] = {}
    text: set[str] = set()
    for form in filled:
        for name, one in form.fields.items():
            key = form.add_prefix(name)
            usual[key] = _usual(one, form.get_initial_for_field(one, name))
            if (
                isinstance(one, forms.CharField)
                and not isinstance(one, (forms.EmailField, forms.UUIDField))
                and usual[key] == WORDS
            ):
                text.add(key)
    return {name: value for name, value in usual.items() if value is not None}, text


def _usual(one: forms.Field, initial: Any) -> Any:
    if initial not in (None, "") and isinstance(initial, (str, int, date)):
        return str(initial)
    if isinstance(one, forms.ModelChoiceField):
        first = one.queryset.first()
        return (
            [str(first.pk)]
            if first is not None and isinstance(one, forms.ModelMultipleChoiceField)
            else str(getattr(first, "pk", ""))
        )
    if isinstance(one, forms.ChoiceField):
        codes = [str(code) for code, _label in _flat(one.choices) if code not in (None, "")]
        return codes[:1] if isinstance(one, forms.MultipleChoiceField) else (codes or [""])[0]
    for kind, value in (
        (forms.DateField, "2026-03-05"),
        (forms.IntegerField, "1"),
        (forms.BooleanField, "on"),
        (forms.FileField, None),
    ):
        if isinstance(one, kind):
            return value
    return WORDS if isinstance(one, forms.CharField) else "1"


def _flat(choices: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    for code, label in choices:
        if isinstance(label, (list, tuple)):
            yield from _flat(label)
        else:
            yield code, label


def _kept(answer: Any, typed: Mapping[str, Any]) -> str:
    """Whether a form that comes back still holds what was typed."""
    shown = [form for form in _forms_in(answer) if form.is_bound and form.errors]
    if answer.status_code not in {200, 422} or not shown:
        return ""
    text = html.unescape(answer.body.decode(errors="replace"))
    visible = {
        form.add_prefix(name) for form in shown for name, one in form.fields.items() if getattr(one.widget, "render_value", True)
    }
    lost = [name for name in typed if name in visible and f'name="{name}"' in text and typed[name] not in text]
    return f"loses what was typed in {lost}" if lost else ""


def _forms_in(answer: Any) -> list[forms.BaseForm]:
    return [value for value in _merged(answer.context).values() if isinstance(value, forms.BaseForm)]


def _merged(contexts: Any) -> dict[str, Any]:
    listed = contexts if isinstance(contexts, list) else [contexts] if contexts else []
    return {name: value for context in listed for layer in context for name, value in layer.items()}
