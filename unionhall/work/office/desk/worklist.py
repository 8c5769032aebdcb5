"""The worklist: every open move of every room that waits for somebody, by urgency."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from unionhall.kernel.access import queries as access
from unionhall.kernel.flows.actions import tasks
from unionhall.kernel.flows.queries import Filters
from unionhall.kernel.people.rules import told_by_name
from unionhall.shell import doors, paging, search
from unionhall.shell.bulk import Selection, require_some
from unionhall.shell.components import Act, Confirm, Tab
from unionhall.shell.forms import offer
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.office.actions import tasks as actions
from unionhall.work.office.desk import exports
from unionhall.work.office.forms.tasks import ForwardForm, TaskFilter
from unionhall.work.office.queries import tasks as queries
from unionhall.work.office.registry import LIGHTS, TABS

SAMPLES = 3
CHASED = ("sent", "watched", "scope")  # tabs with other people's tasks


def tabs(request: Request, current: str) -> list[Tab]:
    """The tabs of the worklist with their counts; the whole scope is for those who supervise."""
    counts = queries.counts(request.person)
    request.tasks_waiting = counts["mine"]  # type: ignore[attr-defined]  # the header shows the same number
    shown = [code for code in TABS if code != "scope" or access.may(request.person, "flows.supervise")]
    base = reverse("office:worklist")
    return [
        Tab(
            TABS[code],
            f"{base}?{urlencode({'tab': code})}",
            current=code == current,
            count=None if code == "done" else counts.get(code),
        )
        for code in shown
    ]


def named(request: Request, shown: list[queries.Line]) -> list[tuple[queries.Line, str, search.Matter]]:
    """Each line with the address of its record and what the record is about."""
    keys = [(line.task.record_kind, line.task.record_id) for line in shown]
    told = search.matters(request.person, keys)
    return [
        (line, search.address(*key), told.get(key) or search.Matter(line.task.title)) for line, key in zip(shown, keys, strict=True)
    ]


def _filters(request: Request, form: TaskFilter) -> Filters:
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    tab = request.GET.get("tab", "mine")
    return Filters(
        tab=tab if tab in TABS else "mine",
        light=asked.get("light", ""),
        kind=asked.get("kind", ""),
        text=asked.get("q", ""),
        within=queries.narrowed_to(request.person, asked.get("unit", "")),
        raised=asked.get("raised", False),
    )


def _form(request: Request) -> TaskFilter:
    form = TaskFilter(request.GET)
    offer(form, "kind", [("", queries.Text("全部类型", "All kinds")), *queries.kinds()])
    form.fields["unit"].widget.recents = lambda: [(str(unit.pk), unit.label) for unit in queries.below(request.unit)[:20]]
    form.fields["unit"].widget.label_of = lambda value: (
        unit.label if (unit := queries.narrowed_to(request.person, str(value))) else ""
    )
    return form


@doors.page(permission="office.see")
def worklist(request: Request) -> HttpResponse:
    """One tab of the worklist."""
    form = _form(request)
    filters = _filters(request, form)
    page = paging.page_of(request, queries.rows(request.person, filters))
    context = {
        "form": form,
        "page": page,
        "tab": filters.tab,
        "tabs": tabs(request, filters.tab),
        "lines": named(request, queries.lines(page.rows)),
        "has_calendar": queries.has_calendar(),
        "acts": _acts(request, filters.tab),
        "chase_all": filters.tab in CHASED and access.may(request.person, "flows.supervise"),
    }
    return render(request, "office/desk/worklist.html", context, fragment="rows")


@doors.page(permission="office.see")
def export_worklist(request: Request) -> HttpResponse:
    """The tab as it is filtered, as .xlsx or .csv."""
    filters = {key: str(value) for key, value in request.GET.items() if key in {"tab", "q", "light", "kind", "unit", "raised"}}
    return exports.hand_out(request, "office.worklist", filters, _found(request).count())


def sheet_rows(by: Any, filters: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """A tab of the worklist as its page shows it: what rooms tell of their records, names masked; who sent a task is named only
    where that is not the person whom it is about.
    """
    tab = filters.get("tab", "mine")
    chosen = Filters(
        tab=tab if tab in TABS else "mine",
        light=filters.get("light", ""),
        kind=filters.get("kind", ""),
        text=filters.get("q", ""),
        within=queries.narrowed_to(by, filters.get("unit", "")),
        raised=bool(filters.get("raised")),
    )
    lines = queries.lines(queries.rows(by, chosen))
    told = search.matters(by, [(line.task.record_kind, line.task.record_id) for line in lines])
    for line in lines:
        matter = told.get((line.task.record_kind, line.task.record_id)) or search.Matter(line.task.title)
        yield {
            "reference": line.task.reference,
            "title": matter.line,
            "unit": line.task.organization.name,
            "sender": "" if matter.about == line.task.sent_by_id else line.task.sent_by.name,
            "opened": line.task.opened_at,
            "due": line.task.due_on,
            "light": str(LIGHTS.get(line.task.light, "")),
            "left": line.left,
            "awaits": str(line.awaits),
        }


def _found(request: Request) -> Any:
    return queries.rows(request.person, _filters(request, _form(request)))


def _selected(request: Request) -> tuple[Selection, Any, list[tuple[str, int]]]:
    """The selection, its tasks, and the records behind them: a record that several units owe something for is one."""
    selection = Selection.of(request)
    found = selection.within(_found(request))
    records = list(found.order_by().values_list("record_kind", "record_id").distinct())
    require_some(selection, len(records), _("Select at least one task."))
    return selection, found, records


def _samples(request: Request, found: Any) -> list[object]:
    """The first few of the selected tasks, each as the list says it."""
    shown = named(request, queries.lines(found[:SAMPLES]))
    return [f"{line.task.reference} {matter.line}" for line, _url, matter in shown]


@doors.page(permission="flows.supervise", methods=("POST",))
def chase(request: Request) -> HttpResponse:
    """Chase the selected tasks (一键催办): asked again with the exact number, then told what was done and what was not."""
    selection, found, records = _selected(request)
    if request.POST.get("confirmed") == "1":
        outcome = actions.chase_many(records, by=request.person)
        return render(request, "office/desk/outcome.html", {"title": _("Chase"), "outcome": outcome, "back": _back(request)})
    confirm = Confirm(
        title=_("Chase"),
        sentence=_("Whoever owes something for these is pressed by a message:"),
        button=_("Chase"),
        back=_back(request),
        count=len(records),
        unit=_("matters"),
        samples=_samples(request, found),
        hidden=selection.hidden(),
    )
    return render(request, "shell/confirm.html", {"confirm": confirm})


@doors.page(permission="office.see", methods=("POST",))
def watch(request: Request) -> HttpResponse:
    """Follow the selected matters."""
    _selection, _tasks, records = _selected(request)
    outcome = actions.watch_many(records, by=request.person)
    doors.told(request, _("Followed: %(count)s.") % {"count": len(outcome.done)})
    return doors.go(request, _back(request))


@doors.page(permission="office.see", methods=("POST",))
def unwatch(request: Request) -> HttpResponse:
    """No longer follow the selected matters."""
    _selection, _tasks, records = _selected(request)
    outcome = actions.unwatch_many(records, by=request.person)
    doors.told(request, _("No longer followed: %(count)s.") % {"count": len(outcome.done)})
    return doors.go(request, _back(request))


@doors.page(signed_in=True, methods=("GET", "POST"))
def forward(request: Request, kind: str, record: int) -> HttpResponse:
    """Pass the open task of a record on to a colleague of the unit, with a note (转办)."""
    task = queries.to_forward(request.person, kind, record)
    people = {person.pk: person for person in queries.colleagues(task, request.person)}
    form = ForwardForm(request.POST or None)
    offer(form, "to", [("", _("Choose…")), *told_by_name(list(people.values()))])
    back = search.address(kind, record) or reverse("office:worklist")
    if request.method == "POST" and form.is_valid():
        to = people[form.cleaned_data["to"]]
        note = form.cleaned_data["note"]
        step = doors.attempt(form, lambda: tasks.forward(task, to=to, by=request.person, note=note))
        if step is not None:
            undo = reverse("office:forward-undo", args=[kind, record, step.pk])
            doors.told(request, _("Forwarded to %(name)s, who was told.") % {"name": to.name}, undo=undo)
            return doors.go(request, back)
    context = {"form": form, "task": task, "people": people, "back": back}
    return render(request, "office/desk/forward.html", context)


@doors.page(signed_in=True, methods=("POST",))
def forward_back(request: Request, kind: str, record: int, step: int) -> HttpResponse:
    """Take one's own forwarding back."""
    task = queries.to_forward(request.person, kind, record)
    tasks.take_forward_back(queries.forwarding(task, step), by=request.person)
    doors.told(request, _("The task is back where it was."))
    return doors.go(request, search.address(kind, record) or "office:worklist")


def _back(request: Request) -> str:
    return f"{reverse('office:worklist')}?{request.GET.urlencode()}"


def _acts(request: Request, tab: str) -> list[Act]:
    """What can be done to selected rows of a tab."""
    acts = []
    if tab in CHASED and access.may(request.person, "flows.supervise"):
        acts.append(Act(_("Chase"), reverse("office:worklist-chase"), "bell", key="c"))
    if tab == "watched":
        acts.append(Act(_("Stop following"), reverse("office:worklist-unwatch"), "x"))
    else:
        acts.append(Act(_("Follow"), reverse("office:worklist-watch"), "eye"))
    return acts
