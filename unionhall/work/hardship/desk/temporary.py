"""Temporary records at the desk: the list, opening one, and its page with what may become of it."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from unionhall.kernel.access import queries as permissions
from unionhall.kernel.flows import queries as flows
from unionhall.shell import doors
from unionhall.shell.components import Event
from unionhall.shell.forms import WordsForm
from unionhall.shell.paging import page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.hardship import registry
from unionhall.work.hardship.actions import temporary as acts
from unionhall.work.hardship.forms import desk as forms
from unionhall.work.hardship.queries import browse, handovers
from unionhall.work.hardship.queries import temporary as queries


@doors.page(permission="hardship.see")
def index(request: Request) -> HttpResponse:
    """The temporary records of the units in reach."""
    page = page_of(request, queries.records(request.person))
    rows = [{"record": one, "cause": registry.CAUSES.get(one.cause, "")} for one in page.rows]
    may = request.unit is not None and permissions.may(request.person, "hardship.register", at=request.unit)
    return render(request, "hardship/desk/temporaries.html", {"page": page, "rows": rows, "may_keep": may})


@doors.page(permission="hardship.register", methods=("GET", "POST"))
def keep(request: Request) -> HttpResponse:
    """Open a temporary record for somebody of the scope."""
    unit = unit_of(request)
    data = request.POST if request.method == "POST" else None
    form = forms.TemporaryForm(data, people=browse.namable(request.person), programmes=browse.programmes_of())
    if request.method == "POST" and form.is_valid():
        made = doors.attempt(form, lambda: acts.keep(organization=unit, by=request.person, **form.cleaned_data))
        if made is not None:
            doors.told(request, _("%(reference)s was registered.") % {"reference": made.reference})
            return doors.go(request, "hardship:desk-temporary", made.pk)
    return render(request, "hardship/desk/temporary_keep.html", {"form": form, "unit": unit})


@doors.page(permission="hardship.see")
def record(request: Request, id: int) -> HttpResponse:
    """One temporary record: who, why, and what became of it."""
    return _page(request, id)


@doors.page(permission="hardship.money", methods=("GET", "POST"))
def words(request: Request, id: int) -> HttpResponse:
    """What a record says of the sudden need, in the clear: for a reason, and on record before it is shown."""
    one, shown = queries.record(request.person, id), None
    form = WordsForm(request.POST or None, label=_("Why you need to see it"))
    if request.method == "POST" and form.is_valid():
        shown = doors.attempt(form, lambda: acts.reveal(temporary_id=id, reason=form.cleaned_data["words"], by=request.person))
    return render(request, "hardship/desk/temporary_words.html", {"record": one, "form": form, "shown": shown})


def _page(request: Request, id: int, failed: WordsForm | None = None, status: int = 200) -> HttpResponse:
    one = queries.record(request.person, id)
    label = _("Reason")
    context = {
        "record": one,
        "cause": registry.CAUSES.get(one.cause, ""),
        "sees": one.household_id is not None and handovers.sees(request.person, one.household_id),
        "may": one.state == "kept" and permissions.may(request.person, "hardship.register", at=one.organization),
        "money": permissions.may(request.person, "hardship.money", at=one.organization),
        "form": failed or WordsForm(label=label, initial={"version": one.version}),
        "failed": failed is not None,
        "events": [
            Event(step.at, step.who, flows.sentence(one, step), step.reason, step.organization.label)
            for step in reversed(flows.timeline(one))
        ],
    }
    return render(request, "hardship/desk/temporary.html", context, status=status)


@doors.page(permission="hardship.register", methods=("POST",))
def cancel(request: Request, id: int) -> HttpResponse:
    """Cancel one, with the reason."""
    queries.record(request.person, id)
    form = WordsForm(request.POST, label=_("Reason"))
    if (
        not form.is_valid()
        or doors.attempt(form, lambda: acts.cancel(temporary_id=id, by=request.person, **form.cleaned_data)) is None
    ):
        return _page(request, id, failed=form, status=doors.status(form))
    doors.told(request, _("The temporary record was cancelled."))
    return doors.go(request, "hardship:desk-temporary", id)
