"""The frame's own small doors: language, unit, session, menu, search and the pickers."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language

from unionhall.lib.refusal import NotVisible
from unionhall.shell import doors, gate, hall, panels, search
from unionhall.shell.render import render

YEAR = 365 * 24 * 3600
SWITCHES = {"shortcuts": ("on", "off"), "menu": ("wide", "narrow"), "easy": ("on", "off")}


def _back(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(wanted if safe else "/", status=303)


@doors.page(public=True, methods=("POST",))
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language of the screen, and of what is sent to whoever is signed in; stay on the page."""
    response = _back(request)
    code = request.POST.get("language", "")
    if code in dict(settings.LANGUAGES) and check_for_language(code):
        gate.current().keep_language(request, code)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=YEAR,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


@doors.page(signed_in=True, methods=("POST",))
def unit(request: HttpRequest) -> HttpResponse:
    """Stand in another unit. The list that one stood in may not exist there, so the way leads home."""
    gate.current().choose_unit(request, request.POST.get("unit", ""))
    return _back(request)


@doors.page(public=True, methods=("POST",))
def switch(request: HttpRequest) -> HttpResponse:
    """Keep a habit of the screen: single-key shortcuts, the folded menu, the hall's elder mode (kept in the account too)."""
    response = _back(request)
    name, value = request.POST.get("name", ""), request.POST.get("value", "")
    if value not in SWITCHES.get(name, ()):
        raise NotVisible("")
    if name == "easy":
        hall.keep_easy(request, value == "on")
    response.set_cookie(name, value, max_age=YEAR, secure=request.is_secure(), httponly=True, samesite="Lax")
    return response


@doors.fragment(signed_in=True, methods=("POST",))
def extend(request: HttpRequest) -> HttpResponse:
    """Keep the session alive: somebody reads or writes longer than the idle limit."""
    request.session.modified = True
    return HttpResponse(status=204)


@doors.page(signed_in=True)
def find(request: HttpRequest) -> HttpResponse:
    """The search page behind the box of the header."""
    text = request.GET.get("q", "").strip()
    found = search.everywhere(request, text)
    only = [hit for _source, hits in found for hit in hits]
    if len(only) == 1 and only[0].url and request.GET.get("jump") == "1":
        return HttpResponseRedirect(only[0].url)
    return render(request, "shell/search.html", {"text": text, "found": found}, fragment="found")


@doors.page(signed_in=True)
def panel(request: HttpRequest, place: str, code: str, id: int) -> HttpResponse:
    """One room's panel about one subject, which its page takes in; without scripts a page of its own."""
    found, context = panels.one(request, place, code, id)
    body = "" if context is None else render_to_string(found.template, {**context, "panel": found}, request=request)
    return render(request, "shell/panel.html", {"panel": found, "body": body}, fragment="panel")


@doors.fragment(signed_in=True)
def options(request: HttpRequest, source: str) -> HttpResponse:
    """What a type-ahead picker offers for the typed text, as JSON."""
    hits = search.hits(request, source, request.GET.get("q", ""))
    if hits is None:
        raise NotVisible("")
    return JsonResponse({"options": [{"value": hit.value, "label": hit.label, "hint": hit.hint} for hit in hits]})
