"""Big screens: hung and taken down at the desk; shown on a device without a person, without names and without links."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from unionhall.lib import clock, dates
from unionhall.shell import doors
from unionhall.shell.paging import page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.reports import access, forms
from unionhall.work.reports.actions import showing
from unionhall.work.reports.queries import dashboard as queries
from unionhall.work.reports.queries import screens

COOKIE = "screen"
DAY = 86_400


@doors.page(permission="reports.show", methods=("GET", "POST"))
def index(request: Request) -> HttpResponse:
    """The screens in the person's scope, and hanging one more. Its link is shown in this one answer only."""
    form, link = forms.ScreenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        unit = unit_of(request)
        given = form.cleaned_data
        made = doors.attempt(
            form, lambda: showing.hang(organization=unit, name=given["name"], until=given["until"], by=request.person)
        )
        if made is not None:
            link = request.build_absolute_uri(reverse("reports:screen-open", args=[made[1]]))
            form = forms.ScreenForm()
    page = page_of(request, access.screens_for(request.person))
    rows = [(one, *_state(one)) for one in page.rows]
    return render(request, "reports/desk/screens.html", {"form": form, "page": page, "rows": rows, "link": link})


def _state(one: Any) -> tuple[str, str]:
    if one.revoked_at is not None:
        return "none", _("Taken down")
    if one.until < dates.today():
        return "none", _("Its last day is over")
    return ("done", _("Shown on its device")) if one.device else ("soon", _("Waits for its device"))


@doors.page(permission="reports.show", methods=("POST",))
def down(request: Request, id: int) -> HttpResponse:
    """Take a screen down."""
    showing.take_down(screen_id=id, by=request.person)
    doors.told(request, _("The screen is taken down."))
    return doors.go(request, "reports:desk-screens")


@doors.page(public=True, methods=("GET", "POST"))
def opened(request: HttpRequest, word: str) -> HttpResponse:
    """The link of a screen. Looking at it changes nothing; the button gives the screen to this device."""
    if not screens.waiting(word):
        if screens.of_device(request.COOKIES.get(COOKIE, "")) is not None:
            return HttpResponseRedirect(reverse("reports:screen"), status=303)  # the device that has it opens its link again
        return _nothing(request)
    if request.method != "POST":
        return render(request, "reports/screen/open.html", {})
    screen, device = showing.bind(word=word)
    answer = HttpResponseRedirect(reverse("reports:screen"), status=303)
    answer.set_cookie(
        COOKIE,
        device,
        max_age=((screen.until - dates.today()).days + 1) * DAY,
        path=reverse("reports:screen"),
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return answer


def _nothing(request: HttpRequest) -> HttpResponse:
    """What a link or a device opens that has no screen: the same for one that was used, was taken down, or never was."""
    return render(request, "reports/screen/nothing.html", {}, status=404)


@doors.page(public=True)
def shown(request: HttpRequest) -> HttpResponse:
    """A unit's figures of this year and of today, for the device that the screen was given to."""
    screen = screens.of_device(request.COOKIES.get(COOKIE, ""))
    if screen is None:
        return _nothing(request)
    showing.seen(screen)
    unit = screen.organization
    board = queries.dashboard(unit, queries.this_year(), queries.chosen(screen.created_by, unit))
    most = max((queries.plain(part.figure) for part in board.by_unit), default=0) or 1
    context = {
        "name": unit.name,
        "now": clock.now(),
        "until": board.window.end,
        "numbers": [(str(one.indicator.name), one.figure, one.change, one.rising) for one in board.numbers],
        "shown": str(board.shown.name) if board.shown else "",
        "units": [(part.label, part.figure, max(0, queries.plain(part.figure))) for part in board.by_unit],
        "months": [(part.label, part.figure, max(0, queries.plain(part.figure))) for part in board.by_month],
        "most": most,
        "most_of_month": max((queries.plain(part.figure) for part in board.by_month), default=0) or 1,
    }
    return render(request, "reports/screen/screen.html", context)
