"""Rule values (amounts, lines, deadlines) by region and date, and the working calendar."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from unionhall.kernel.access import queries as rights
from unionhall.kernel.policies import actions
from unionhall.lib import dates, rowid
from unionhall.lib.refusal import Refused
from unionhall.shell import doors
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.office.forms import rules as forms_of
from unionhall.work.office.queries import rules as queries

SPAN = range(2000, 2101)


@doors.page(permission="policies.see")
def rule_list(request: Request) -> HttpResponse:
    """Every rule with the value in force at the chosen unit, and where it comes from."""
    context = {"held": queries.held(request.unit), "unit": request.unit}
    return render(request, "office/desk/rules.html", context)


@doors.page(permission="policies.see")
def rule_page(request: Request, code: str) -> HttpResponse:
    """One rule: its versions, and for those who may set it a new value from a day on."""
    rule = queries.policy(code)
    may_set = rights.may(request.person, "policies.set", request.unit)
    now = {"since": dates.today(), "value": queries.in_force(rule, request.unit)} if may_set else {}
    form = _form(rule, initial=now) if may_set else None
    return _rule(request, rule, form)


@doors.page(permission="policies.set", methods=("POST",))
def set_rule(request: Request, code: str) -> HttpResponse:
    """Let a rule have another value at the chosen unit from a day on."""
    rule = queries.policy(code)
    form = _form(rule, request.POST)
    if form.is_valid():
        data = form.cleaned_data
        doors.attempt(form, lambda: _set(request, rule, data))
        if not form.errors:
            doors.told(request, _("The value holds from %(day)s on.") % {"day": data["since"]})
            return doors.go(request, "office:rule", code)
    return _rule(request, rule, form)


def _form(rule: Any, *data: Any, **more: Any) -> forms_of.ValueForm:
    return forms_of.ValueForm(*data, table=rule.unit in queries.TABLES, offered=queries.offered(rule), **more)


def _rule(request: Request, rule: Any, form: Any) -> HttpResponse:
    context = {
        "rule": rule,
        "default": queries.shown(rule, rule.default),
        "history": queries.history(request.person, rule.code, request.unit),
        "form": form,
        "unit": request.unit,
    }
    return render(request, "office/desk/rule.html", context)


def _set(request: Request, rule: Any, data: dict[str, Any]) -> Any:
    try:
        value = queries.typed(rule, data.pop("value"))
    except (ValueError, KeyError):
        raise Refused(_("This rule takes another kind of value: look at the value in force."), field="value") from None
    return actions.set_value(rule.code, value, by=request.person, organization=request.unit, **data)


@doors.page(permission="office.see")
def calendar(request: Request) -> HttpResponse:
    """A year of working days: holidays and make-up days, editable by those who keep it."""
    asked = rowid.read(request.GET.get("year", ""))
    year = asked if asked is not None and asked in SPAN else dates.today().year
    return _calendar(request, year)


def _calendar(request: Request, year: int, form: Any = None, year_form: Any = None) -> HttpResponse:
    may_edit = queries.keeps_calendar(request.person)
    context = {
        "year": year,
        "months": queries.months(year),
        "confirmed": queries.confirmed(year),
        "form": (form or forms_of.DayForm()) if may_edit else None,
        "year_form": (year_form or forms_of.YearForm()) if may_edit else None,
    }
    status = 422 if year_form is not None else 200
    return render(request, "office/desk/calendar.html", context, status=status)


def _to_year(request: Request, year: int) -> HttpResponse:
    return doors.go(request, f"{reverse('office:calendar')}?year={year}")


@doors.page(permission="policies.calendar", methods=("POST",))
def set_day(request: Request) -> HttpResponse:
    """Make a day free or working, against the weekly rhythm."""
    queries.require_calendar(request.person)
    form = forms_of.DayForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        doors.attempt(
            form, lambda: actions.set_day(data["day"], by=request.person, working=data["working"] == "1", note=data["note"])
        )
        if not form.errors:
            doors.told(request, _("The calendar has been changed; deadlines follow it from now on."))
            return _to_year(request, data["day"].year)
    return _calendar(request, dates.today().year, form)


@doors.page(permission="policies.calendar", methods=("POST",))
def confirm_year(request: Request, year: int) -> HttpResponse:
    """Say that a year's holidays are entered, and from which document."""
    queries.require_calendar(request.person)
    form = forms_of.YearForm(request.POST)
    if form.is_valid():
        doors.attempt(form, lambda: actions.confirm_year(year, by=request.person, source=form.cleaned_data["source"]))
        if not form.errors:
            doors.told(request, _("The calendar of %(year)s is confirmed.") % {"year": year})
            return _to_year(request, year)
    return _calendar(request, year if year in SPAN else dates.today().year, year_form=form)


@doors.page(permission="policies.calendar", methods=("POST",))
def load_calendar(request: Request) -> HttpResponse:
    """Enter the published holidays of years that nobody has entered yet."""
    queries.require_calendar(request.person)
    days = actions.load_calendar(by=request.person)
    doors.told(request, _("Published arrangements entered: %(days)s days.") % {"days": days})
    return doors.go(request, "office:calendar")


@doors.page(permission="policies.calendar", methods=("POST",))
def clear_day(request: Request) -> HttpResponse:
    """Let a day follow the weekly rhythm again."""
    queries.require_calendar(request.person)
    form = forms_of.DayForm(request.POST)
    form.fields["note"].required = form.fields["working"].required = False
    if not form.is_valid():
        raise Refused(_("Write the date as 2025-03-05."), field="day")
    actions.clear_day(form.cleaned_data["day"], by=request.person)
    doors.told(request, _("The day follows the week again."))
    return _to_year(request, form.cleaned_data["day"].year)
