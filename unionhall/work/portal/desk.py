"""The desk's side of the hall: corrections that workers ask for, ratings as sums, and how unions are reached."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from unionhall.kernel.access import actions as access_actions
from unionhall.shell import doors, paging, search
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.portal.access import corrections_for, one_correction, one_request, unit_for_change
from unionhall.work.portal.actions import channels as channel_actions
from unionhall.work.portal.actions import corrections as actions
from unionhall.work.portal.forms import AnswerForm, ChannelForm
from unionhall.work.portal.queries import ratings, unions
from unionhall.work.portal.registry import FIELDS


@doors.page(permission="people.correct")
def corrections(request: Request) -> HttpResponse:
    """What workers say is wrong on file: open ones first."""
    return _corrections(request, AnswerForm())


def _corrections(request: Request, form: AnswerForm, about: int = 0) -> HttpResponse:
    tab = request.GET.get("tab", "asked")
    page = paging.page_of(request, corrections_for(request.person, waiting=tab == "asked"))
    rows = [(one, FIELDS[one.field], form if one.pk == about else None) for one in page.rows]
    context = {"page": page, "rows": rows, "tab": tab, "form": form}
    return render(request, "portal/desk/corrections.html", context)


@doors.page(permission="people.correct", methods=("GET", "POST"))
def answer(request: Request, id: int) -> HttpResponse:
    """Say that a correction was made, or why not; what refuses stands beside the answer, on the list where it was given.

    Asked for by GET, as after a refusal from the address line or by turning the page, it leads to that list.
    """
    back = f"{reverse('portal:desk-corrections')}?{request.GET.urlencode()}".rstrip("?")
    if request.method != "POST":
        one_correction(request.person, id)
        return doors.go(request, back)
    form, done = AnswerForm(request.POST, auto_id=f"%s-{id}"), request.POST.get("act") == "done"
    if not form.is_valid():
        return _corrections(request, form, id)
    given = {"correction_id": id, "done": done, "by": request.person, **form.cleaned_data}
    if doors.attempt(form, lambda: actions.decide_correction(**given)) is None:
        return _corrections(request, form, id)
    doors.told(request, _("The worker was told."))
    return doors.go(request, back)


@doors.page(permission="portal.see")
def of_request(request: Request, id: int) -> HttpResponse:
    """From help asked for, which a figure counted, to the record that a room made of it; its own page says who sees that."""
    found = one_request(request.person, id)
    return doors.go(request, search.address(found.record_kind, found.record_id))


@doors.page(permission="portal.see")
def rated(request: Request) -> HttpResponse:
    """How workers rated: sums by level and what they wrote, never who."""
    context = {"sums": ratings.sums(request.person), "words": ratings.words(request.person)}
    return render(request, "portal/desk/ratings.html", context)


@doors.page(permission="portal.channels")
def channels(request: Request) -> HttpResponse:
    """The unions whose phone, place and hours one keeps."""
    page = paging.page_of(request, unions.kept_by(request.person))
    shown = list(page.rows)
    known = unions.channels_of(shown)
    return render(request, "portal/desk/channels.html", {"page": page, "rows": [(unit, known.get(unit.pk)) for unit in shown]})


@doors.page(permission="portal.channels", methods=("GET", "POST"))
def channel(request: Request, id: int) -> HttpResponse:
    """How one union is reached."""
    unit = unit_for_change(request.person, id)
    access_actions.require(request.person, "portal.channels", at=unit)
    known = unions.channel(unit)
    kept = {"number": known.phone, "address": known.address, "hours": known.hours, "words": known.words} if known else {}
    form = ChannelForm(request.POST if request.method == "POST" else None, initial=kept)
    if request.method == "POST" and form.is_valid():
        act = {"organization_id": unit.pk, "by": request.person, **form.cleaned_data}
        if doors.attempt(form, lambda: channel_actions.set_channel(**act)) is not None:
            doors.told(request, _("Workers see it at once."))
            return doors.go(request, "portal:desk-channels")
    return render(request, "portal/desk/channel.html", {"form": form, "unit": unit})
