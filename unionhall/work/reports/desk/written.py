"""Written reports: the list, one report, its figures, its paper."""

from fractions import Fraction
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from unionhall.kernel.access import queries as permissions
from unionhall.kernel.flows import queries as flows
from unionhall.kernel.ledger.facts import Unit, Window
from unionhall.lib import money, rowid
from unionhall.lib.refusal import Refused, absent
from unionhall.lib.text import Text
from unionhall.shell import doors, download, search
from unionhall.shell.paging import page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.reports import access, forms, registry
from unionhall.work.reports.actions import writing
from unionhall.work.reports.desk import addresses
from unionhall.work.reports.queries import checks, engine, paper, written


@doors.page(permission="reports.see")
def index(request: Request) -> HttpResponse:
    """The reports in the person's scope."""
    form = forms.ListForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    page = page_of(request, written.reports(request.person, **{name: asked.get(name, "") for name in ("kind", "state", "q")}))
    rows = [(one, registry.KINDS[one.kind]) for one in page.rows]
    return render(request, "reports/desk/list.html", {"page": page, "rows": rows, "form": form, "filtered": any(asked.values())})


@doors.page(permission="reports.write", methods=("GET", "POST"))
def new(request: Request) -> HttpResponse:
    """Write a report: with the defaults it is one click."""
    unit = unit_of(request)
    form = forms.DraftForm(request.POST or None, by=request.person, unit=unit)
    if request.method == "POST" and form.is_valid():
        made = doors.attempt(form, lambda: _drafted(request, form.cleaned_data))
        if made is not None:
            doors.told(request, _("The report was written with %(n)d figures.") % {"n": len(made.figures)})
            return doors.go(request, "reports:desk-report", made.pk)
    return render(request, "reports/desk/new.html", {"form": form, "unit": unit})


def _drafted(request: Request, given: dict[str, Any]) -> Any:
    chosen = given["template"]
    template = access.one(access.templates_for(request.person), key) if (key := rowid.read(chosen)) else None
    return writing.draft(
        organization=request.unit,
        window=Window(given["since"], given["until"]),
        template=template,
        prepared="" if template else chosen,
        programme=given["programme"],
        title=given["title"],
        by=request.person,
    )


@doors.page(permission="reports.see")
def report(request: Request, id: int) -> HttpResponse:
    """One report with every figure a link to its trace."""
    one = access.one(access.visible_to(request.person), id)
    return _page(request, one, forms.IssueForm())


def _page(request: Request, one: Any, form: Any) -> HttpResponse:
    draft = not one.issued
    context = {
        "report": one,
        "kind": registry.KINDS[one.kind],
        "findings": addresses.linked(checks.findings(one)) if draft else [],
        "form": form,
        "head": forms.HeadForm(initial={"title": one.title, "number": one.number, "version": one.version}),
        "whole": written.is_whole(one),
        "writes": draft and permissions.may(request.person, access.WRITE, one.organization),
        "issues": draft and permissions.may(request.person, access.ISSUE, one.organization),
    }
    return render(request, "reports/desk/report.html", context)


@doors.page(permission="reports.write", methods=("GET", "POST"))
def edit(request: Request, id: int, key: str) -> HttpResponse:
    """Change one paragraph by hand."""
    one = access.one(access.visible_to(request.person), id)
    paragraph = next((part for part in one.content["paragraphs"] if part["key"] == key), None)
    if paragraph is None:
        raise absent()
    form = forms.ParagraphForm(request.POST or None, initial={"text": paragraph["source"], "version": one.version})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        done = doors.attempt(
            form,
            lambda: writing.edit(report_id=id, key=key, text=given["text"], version=given["version"], by=request.person),
        )
        if done is not None:
            doors.told(request, _("The paragraph is changed by hand."))
            return doors.go(request, "reports:desk-report", id)
    theirs = _theirs(request, one, key, form) if form.is_bound else None
    return render(request, "reports/desk/edit.html", {"report": one, "paragraph": paragraph, "form": form, "theirs": theirs})


def _theirs(request: Request, read: Any, key: str, form: forms.ParagraphForm) -> dict[str, Any] | None:
    """What the paragraph reads after somebody else changed the report meanwhile; saved again, the form then goes on from there."""
    now = access.one(access.visible_to(request.person), read.pk)
    if form.cleaned_data.get("version") == now.version:
        return None
    forms.go_on_from(form, now.version)
    found = next((part for part in now.content["paragraphs"] if part["key"] == key), None)
    return {"text": found["source"] if found else "", "by": now.hands.get(key, {}).get("by", "")}


@doors.page(permission="reports.write", methods=("POST",))
def restore(request: Request, id: int) -> HttpResponse:
    """Take a change by hand back."""
    writing.restore(report_id=id, key=request.POST.get("key", ""), by=request.person)
    doors.told(request, _("The paragraph reads again as generated."))
    return doors.go(request, "reports:desk-report", id)


@doors.page(permission="reports.write", methods=("POST",))
def regenerate(request: Request, id: int) -> HttpResponse:
    """Count the draft again."""
    done = writing.regenerate(report_id=id, by=request.person)
    doors.told(request, _("Counted again: %(n)d figures; what was changed by hand stays.") % {"n": len(done.figures)})
    return doors.go(request, "reports:desk-report", id)


@doors.page(permission="reports.write", methods=("POST",))
def rename(request: Request, id: int) -> HttpResponse:
    """Give the draft its title and number."""
    form = forms.HeadForm(request.POST)
    access.one(access.visible_to(request.person), id)
    if not form.is_valid():
        raise Refused(_("Fill in the title."))
    writing.rename(report_id=id, by=request.person, **form.cleaned_data)
    return doors.go(request, "reports:desk-report", id)


@doors.page(permission="reports.issue", methods=("POST",))
def issue(request: Request, id: int) -> HttpResponse:
    """Issue the report."""
    one = access.one(access.visible_to(request.person), id)
    form = forms.IssueForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        done = doors.attempt(
            form, lambda: writing.issue(report_id=id, remark=given["remark"], version=given["version"], by=request.person)
        )
        if done is not None:
            doors.told(request, _("Issued: text and figures stand for ever."))
            return doors.go(request, "reports:desk-report", id)
    return _page(request, one, form)


@doors.page(permission="reports.see")
def document(request: Request, id: int) -> HttpResponse:
    """The report as .docx in the layout of official documents."""
    one = access.one(access.visible_to(request.person), id)
    content = paper.document(one, lambda place: request.build_absolute_uri(reverse("reports:desk-figure", args=[id, place])))
    return download.attachment(f"{one.title}.docx", content)


@doors.page(permission="reports.see")
def figure(request: Request, id: int, number: int) -> HttpResponse:
    """The trace of one figure: what counts, the exact value, then and now, and the entries between."""
    one = access.one(access.visible_to(request.person), id)
    kept = written.figure(one, number)
    found = written.beside(one, [number])[0]
    context = {
        "report": one,
        "number": number,
        "kept": kept,
        "found": found,
        "name": _called(found),
        "then": shown(found.then, kept["classifier"], rate=written.is_rate(kept)),
        "now": shown(found.now.number, kept["classifier"], rate=written.is_rate(kept)) if found.now else "",
        "now_url": addresses.records(kept["indicator"].partition("[")[0], **{**_asked(one, kept), "as_of": None}),
        "difference": _difference(found),
        "counts": found.now.indicator.counts if found.now else "",
        "url": _records(one, kept),
        "ends": _ends(one, kept),
        "earlier": _earlier(one, kept),
        "causes": _causes(request, one, found),
        "short": written.short_units(kept),
        "classifier": engine.unit_of(kept["classifier"]),
        "apart": _apart(found),
    }
    return render(request, "reports/desk/figure.html", context)


def _causes(request: Request, one: Any, found: written.Beside) -> list[tuple[Any, str, str, str]]:
    """The entries that came after a report: each with the name and address of its record, and what it adds."""
    rows = written.causes(one, found)
    keys = {row.pk: (row.source_kind.label, row.source_id) for row in rows}
    numbers = flows.references(keys.values())
    money_too = found.now is not None and found.now.unit is Unit.CNY
    return [
        (
            row,
            search.name_of(*keys[row.pk], numbers),
            search.address_for(request, *keys[row.pk]),
            shown(row.amount, "元") if money_too else f"{row.quantity:,}",
        )
        for row in rows
    ]


def _called(found: written.Beside) -> str:
    """The name of a figure in the reader's language; the text itself keeps its own."""
    one = found.figure
    name = str(found.now.indicator.name) if found.now else one["name"]
    if one["kind"] == "change" and one.get("earlier"):
        return _("%(name)s (against %(since)s to %(until)s)") % {
            "name": name,
            "since": one["earlier"][0],
            "until": one["earlier"][1],
        }
    if one["kind"] == "floor":
        return _("%(name)s: units below the floor") % {"name": name}
    return name


def _apart(found: written.Beside) -> tuple[object, object]:
    """What was reported as totals apart from a figure, then and now, each with its unit; "" where nothing was."""
    kept, now = found.figure, found.now
    then = _with_unit(kept["manual"] or 0, kept["classifier"], kept.get("apart", ""))
    return then, _with_unit(now.manual, now.unit.zh, now.apart) if now else ""


def _with_unit(number: int, classifier: str, zh: str) -> object:
    plain = shown(number, classifier)
    return Text(zh or plain, f"{plain} {engine.unit_of(classifier).en}".strip()) if number else ""


def _difference(found: written.Beside) -> str:
    """How much more is known now; of rates in percentage points."""
    if found.difference is None or not written.is_rate(found.figure):
        return shown(found.difference, found.figure["classifier"])
    return _("%(n)s percentage points") % {"n": f"{float(found.difference * 100):+.2f}"}


def shown(number: Any, classifier: str, *, rate: bool = False) -> str:
    """An exact number as the desk shows it: money in yuan, rates in percent, also those that are whole (none, all)."""
    if number is None:
        return ""
    if rate or isinstance(number, Fraction):
        return f"{float(number * 100):.2f}%"
    return money.yuan(number) if classifier == "元" else f"{number:,}"


def _asked(one: Any, kept: dict[str, Any]) -> dict[str, Any]:
    asked = {
        "unit": kept["unit"], "below": int(kept["below"]), "since": kept["since"], "until": kept["until"], "as_of": one.mark,
    }  # fmt: skip
    return asked | ({"d.programme": kept["programme"]} if kept["programme"] else {})


def _records(one: Any, kept: dict[str, Any]) -> str:
    return addresses.records(kept["indicator"].partition("[")[0], **_asked(one, kept))


def _ends(one: Any, kept: dict[str, Any]) -> list[tuple[int | None, str]]:
    if kept["under"] is None:
        return []
    asked, code = _asked(one, kept), kept["indicator"].partition("[")[0]
    ends = (("above", kept["above"]), ("below", kept["under"]))
    return [(value, addresses.records(code, end=end, **asked)) for end, value in ends]


def _earlier(one: Any, kept: dict[str, Any]) -> dict[str, Any] | None:
    """Of a change: the figure of its period, the earlier one with its records, and the days of that; None for all others."""
    if not kept.get("earlier"):
        return None
    since, until = kept["earlier"]
    asked = {**_asked(one, kept), "since": since, "until": until}
    classifier = "元" if written.in_money(kept) else ""
    return {
        "now": shown(kept["above"], classifier),
        "before": shown(written.number_of(kept["before"]), classifier) or "--",
        "url": addresses.records(kept["indicator"].partition("[")[0], **asked),
        "days": f"{since} ～ {until}",
    }


def _beside(row: written.Beside, number: Any) -> str:
    return shown(number, row.figure["classifier"], rate=written.is_rate(row.figure))


@doors.page(permission="reports.see")
def beside(request: Request, id: int) -> HttpResponse:
    """As reported then beside as known now."""
    one = access.one(access.visible_to(request.person), id)
    rows = written.beside(one)
    page = page_of(request, [row for row in rows if row.differs] if request.GET.get("all") != "1" else rows)
    lines = [
        (row, _called(row), *(_beside(row, one) for one in (row.then, row.now and row.now.number)), _difference(row), _apart(row))
        for row in page.rows
    ]
    return render(request, "reports/desk/beside.html", {"report": one, "page": page, "rows": lines})
