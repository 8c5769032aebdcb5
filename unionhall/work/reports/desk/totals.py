"""Reported totals and the rules between indicators, on screen."""

from typing import Any

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _

from unionhall.kernel.access import queries as permissions
from unionhall.kernel.files import actions as files
from unionhall.kernel.ledger import registry as ledger
from unionhall.kernel.ledger.facts import Window
from unionhall.lib import money
from unionhall.lib.text import Text
from unionhall.shell import doors, download
from unionhall.shell.paging import page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.reports import access, forms, registry
from unionhall.work.reports.actions import ruling
from unionhall.work.reports.actions import totals as acts
from unionhall.work.reports.desk import addresses
from unionhall.work.reports.queries import checks, totals
from unionhall.work.reports.queries.dashboard import this_year


@doors.page(permission="reports.see", methods=("GET", "POST"))
def index(request: Request) -> HttpResponse:
    """What units not yet on the house reported, as whoever sees the figures beside which it stands may read it; and, for those who
    fill in, entering one more.
    """
    fills = permissions.may(request.person, access.FILL)
    if request.method == "POST" and not fills:
        return doors.message_page(request, 403)
    facts = {fact.code: fact for fact in ledger.facts() if not fact.stock}
    choices = [(code, f"{fact.name}（{fact.unit.text}）") for code, fact in facts.items()]
    form = forms.TotalForm(request.POST or None, request.FILES or None, facts=choices)
    if request.method == "POST" and form.is_valid():
        made = doors.attempt(form, lambda: _entered(request, form.cleaned_data))
        if made is not None:
            doors.told(request, _("The total is entered and marked wherever it flows."))
            return doors.go(request, "reports:desk-totals")
    page = page_of(request, access.totals_for(request.person), one="report")
    attached = totals.evidence_of(page.rows)
    rows = [(one, *_shown(one, facts), attached.get(one.pk, []), _may_take_back(request, one)) for one in page.rows]
    return render(request, "reports/desk/totals.html", {"form": form if fills else None, "page": page, "rows": rows})


def _may_take_back(request: Request, one: Any) -> bool:
    return one.taken_back_at is None and permissions.may(request.person, access.FILL, one.org_path)


def _entered(request: Request, given: dict[str, Any]) -> Any:
    window = Window(given["since"], given["until"])
    unit = access.unit(request.person, given["unit"].pk, access.FILL)
    return acts.enter(
        organization=unit, fact=given["fact"], window=window, number=given["number"], evidence=given["evidence"],
        file=given["file"], beside=given["beside"], by=request.person,
    )  # fmt: skip


def _shown(one: Any, facts: dict[str, Any]) -> tuple[Any, object, str]:
    fact = facts.get(one.fact)
    unit = fact.unit if fact else None
    number = money.yuan(one.number) if unit is not None and unit.name == "CNY" else f"{one.number:,}"
    url = addresses.records(one.fact, unit=one.organization_id, since=one.since, until=one.until)
    return (fact.name if fact else one.fact), Text(f"{number}{unit.zh}", f"{number} {unit.en}") if unit else number, url


@doors.page(permission="reports.fill", methods=("POST",))
def take_back(request: Request, id: int) -> HttpResponse:
    """Take a total back."""
    acts.take_back(total_id=id, by=request.person)
    doors.told(request, _("The total is taken back."))
    return doors.go(request, "reports:desk-totals")


@doors.page(permission="reports.see")
def evidence(request: Request, id: int, file: int) -> FileResponse:
    """The file behind a total."""
    access.one(access.totals_for(request.person), id)
    opened = files.open_for(request.person, file)
    return download.stored(opened.content, name=opened.name, content_type=opened.content_type, size=opened.size)


@doors.page(permission="reports.see", methods=("GET",))
def rules(request: Request) -> HttpResponse:
    """The rules between indicators, and what they find this year."""
    return _rules(request, forms.RuleForm())


@doors.page(permission="reports.define", methods=("POST",))
def rule_new(request: Request) -> HttpResponse:
    """Set a rule."""
    form = forms.RuleForm(request.POST)
    if form.is_valid():
        done = doors.attempt(form, lambda: ruling.set_rule(organization=request.unit, by=request.person, **form.cleaned_data))
        if done is not None:
            doors.told(request, _("The rule is set."))
            return doors.go(request, "reports:desk-rules")
    return _rules(request, form)


@doors.page(permission="reports.define", methods=("POST",))
def rule_end(request: Request, id: int) -> HttpResponse:
    """Look at a rule no more."""
    ruling.end_rule(rule_id=id, by=request.person)
    return doors.go(request, "reports:desk-rules")


def _rules(request: Request, form: Any) -> HttpResponse:
    rows = [(one, registry.RULES[one.kind], *_names(one)) for one in access.rules_for(request.person)]
    found: list[Any] = []
    if request.unit is not None:
        codes = [fact.code for fact in ledger.facts()]
        found = addresses.linked(checks.look(request.unit, this_year(), codes))
    return render(request, "reports/desk/rules.html", {"rows": rows, "form": form, "findings": found, "unit": request.unit})


def _names(one: Any) -> list[object]:
    named: list[object] = []
    for code in (one.left, one.right):
        try:
            named.append(ledger.indicator(code).name if code else "")
        except KeyError:
            named.append(code)
    return named
