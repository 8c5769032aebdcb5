"""My deputies: whom I lend my work to while I am away, and who lends theirs to me."""

from datetime import timedelta

from django.http import HttpResponse
from django.utils.translation import gettext as _

from unionhall.lib import dates
from unionhall.shell import doors
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.office.actions import deputies as actions
from unionhall.work.office.forms.deputies import LendForm
from unionhall.work.office.queries import deputies as queries


@doors.page(signed_in=True, methods=("GET", "POST"))
def deputies(request: Request) -> HttpResponse:
    """What is lent and was, and the form that lends."""
    form = LendForm(request.POST or None, person=request.person, initial={"since": dates.today()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = doors.attempt(
            form,
            lambda: actions.lend(
                deputy=given["deputy"],
                grants=given["grants"],
                since=given["since"],
                until=given["last_day"] + timedelta(days=1),
                reason=given["reason"],
                at=unit_of(request),
                by=request.person,
            ),
        )
        if made is not None:
            doors.told(request, _("%(name)s is your deputy; you were both told.") % {"name": made.deputy.name})
            return doors.go(request, "office:deputies")
    context = {"form": form, "loans": queries.loans(request.person), "may_lend": bool(queries.may_lend(request.person))}
    return render(request, "office/desk/deputies.html", context)


@doors.page(signed_in=True, methods=("POST",))
def take_back(request: Request, id: int) -> HttpResponse:
    """End a delegation at once, as either of the two."""
    actions.take_back(id, by=request.person)
    doors.told(request, _("The delegation has ended; you were both told."))
    return doors.go(request, "office:deputies")
