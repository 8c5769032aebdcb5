"""The audit trail: who did what, when and why; who read what; and whether anybody rewrote it."""

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from unionhall.shell import doors, paging, search
from unionhall.shell.forms import DayField, TidyField, offer
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.office.queries import trail as queries


class TrailFilter(forms.Form):
    """The query form over the trail."""

    q = TidyField(label=_("Who"), required=False)
    verb = forms.ChoiceField(label=_("What"), required=False)
    since = DayField(label=_("First day"), required=False)
    until = DayField(label=_("Last day"), required=False)
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        required=False,
        choices=[("", _("All")), ("done", _("Done")), ("denied", _("Denied")), ("failed", _("Failed"))],
    )


@doors.page(permission="audit.see")
def trail(request: Request) -> HttpResponse:
    """The rows in scope, newest first."""
    return _trail(request)


def _trail(request: Request, **more: object) -> HttpResponse:
    form = TrailFilter(request.GET)
    offer(form, "verb", [("", _("All")), *queries.verbs()])
    asked = form.cleaned_data if form.is_valid() else {}
    wanted = queries.Wanted(
        who=asked.get("q", ""),
        verb=asked.get("verb", ""),
        since=asked.get("since"),
        until=asked.get("until"),
        outcome=asked.get("outcome", ""),
    )
    page = paging.page_of(request, queries.rows(request.person, wanted), size=50)
    shown = [(line, search.address(line.row.subject_kind, line.row.subject_id)) for line in queries.lines(page.rows)]
    return render(request, "office/desk/trail.html", {"form": form, "page": page, "lines": shown, **more}, fragment="rows")


@doors.page(permission="audit.verify", methods=("POST",))
def verify(request: Request) -> HttpResponse:
    """Recompute every chain and say what was found."""
    return _trail(request, verdict=queries.verify())
