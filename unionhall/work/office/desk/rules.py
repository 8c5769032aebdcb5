"""Rule values (amounts, lines, deadlines) by region and date, and the working calendar."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from unionhall.kernel.access import queries as rights
from unionhall.kernel.policies import actions
from unionhall.lib import dates
from unionhall.lib.refusal import Denied, Refused
from unionhall.shell import doors
from unionhall.shell.render import render
from unionhall.work.office.forms import rules as forms_of
from unionhall.work.office.queries import rules as queries

SPAN = range(2000, 2101)


@doors.page(permission="policies.see")
def rule_list(request: HttpRequest) -> HttpResponse:
    """Every rule with the value in force at the chosen unit, and where it comes from."""
    context = {"held": queries.held(request.unit), "unit": request.unit}
    return render(request, "office/desk/rules.html", context)


@doors.page(permission="policies.see", methods=("GET", "POST"))
def rule_page(request: HttpRequest, code: str) -> HttpResponse:
    """One rule: its versions, and a new value from a day on."""
    rule = queries.policy(code)
    may_set = rights.may(request.person, "policies.set", request.unit)
    form = forms_of.ValueForm(request.POST or None, initial={"since": dates.today()}) if may_set else None
    if request.method == "POST":
        if form is None:
            raise Denied(_("Your role does not set rule values here."))
        if form.is_valid():
            data = form.cleaned_data
            doors.attempt(form, lambda: _set(request, rule, data))
            if not form.errors:
                doors.told(request, _("The value holds from %(day)s on.") % {"day": data["since"]})
                return doors.go(request, "office:rule", code)
    context = {"rule": rule, "history": queries.history(code), "form": form, "unit": request.unit}
    return render(request, "office/desk/rule.html", context)


def _set(request: HttpRequest, rule: Any, data: dict[str, Any]) -> Any:
    try:
        value = queries.typed(rule, data.pop("value"))
    except (ValueError, KeyError):
        raise Refused(_("This rule takes another kind of value: look at the value in force."), field="value") from None
    return actions.set_value(rule.code, value, by=request.person, organization=request.unit, **data)


@doors.page(permission="office.see", methods=("GET", "POST"))
def calendar(request: HttpRequest) -> HttpResponse:
    """A year of working days: holidays and make-up days, editable by those who keep it."""
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdigit() and int(asked) in SPAN else dates.today().year
    may_edit = rights.may(request.person, "policies.calendar")
    form = forms_of.DayForm(request.POST or None) if may_edit else None
    if request.method == "POST":
        if form is None:
            raise Denied(_("Your role does not keep the calendar."))
        if form.is_valid():
            data = form.cleaned_data
            doors.attempt(
                form, lambda: actions.set_day(data["day"], by=request.person, working=data["working"] == "1", note=data["note"])
            )
            if not form.errors:
                doors.told(request, _("The calendar has been changed; deadlines follow it from now on."))
                return doors.go(request, f"{request.path}?year={data['day'].year}")
    context = {
        "year": year,
        "months": queries.months(year),
        "confirmed": queries.confirmed(year),
        "form": form,
        "year_form": forms_of.YearForm() if may_edit else None,
    }
    return render(request, "office/desk/calendar.html", context)


@doors.page(permission="policies.calendar", methods=("POST",))
def confirm_year(request: HttpRequest, year: int) -> HttpResponse:
    """Say that a year's holidays are entered, and from which document."""
    form = forms_of.YearForm(request.POST)
    source = form.cleaned_data["source"] if form.is_valid() else ""
    actions.confirm_year(year, by=request.person, source=source)
    doors.told(request, _("The calendar of %(year)s is confirmed.") % {"year": year})
    return doors.go(request, f"{doors.resolve_url('office:calendar')}?year={year}")


@doors.page(permission="policies.calendar", methods=("POST",))
def load_calendar(request: HttpRequest) -> HttpResponse:
    """Enter the published holidays of years that nobody has entered yet."""
    days = actions.load_calendar(by=request.person)
    doors.told(request, _("Published arrangements entered: %(days)s days.") % {"days": days})
    return doors.go(request, "office:calendar")


@doors.page(permission="policies.calendar", methods=("POST",))
def clear_day(request: HttpRequest) -> HttpResponse:
    """Let a day follow the weekly rhythm again."""
    form = forms_of.DayForm(request.POST)
    form.fields["note"].required = form.fields["working"].required = False
    if not form.is_valid():
        raise Refused(_("Write the date as 2025-03-05."), field="day")
    actions.clear_day(form.cleaned_data["day"], by=request.person)
    doors.told(request, _("The day follows the week again."))
    return doors.go(request, f"{doors.resolve_url('office:calendar')}?year={form.cleaned_data['day'].year}")
