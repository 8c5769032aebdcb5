"""The yearly check at the desk: the list of members whose data are old, ticked when they were confirmed."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from unionhall.kernel.access import queries as grants
from unionhall.lib import masking
from unionhall.shell import doors
from unionhall.shell.bulk import Selection, require_some
from unionhall.shell.components import Act, Confirm
from unionhall.shell.paging import page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.membership.actions import messages, yearly
from unionhall.work.membership.queries import yearly as queries

SAMPLES = 3


@doors.page(permission="membership.see")
def index(request: Request) -> HttpResponse:
    """Members of the chosen unit and below whose data nobody has confirmed within the policy's months."""
    unit = unit_of(request)
    months = queries.months(unit)
    page = page_of(request, queries.due(request.person, unit, after=months))
    fresh = queries.lines(page.rows, after=months)
    rows = [
        {
            "one": one,
            "name": masking.name(one.person.name),
            "phone": one.person.phone_last4,
            "old": [line for line in fresh[one.pk].values() if line.old],
        }
        for one in page.rows
    ]
    may = grants.may(request.person, "membership.move", at=unit)
    acts = []
    if may:
        acts.append(Act(_("Confirmed"), reverse("membership:desk-yearly-confirm"), "circle-check", key="c"))
        acts.append(Act(_("Ask them to look"), reverse("membership:desk-yearly-ask"), "mail"))
    context = {"unit": unit, "months": months, "page": page, "rows": rows, "acts": acts}
    return render(request, "membership/desk/yearly.html", context)


@doors.page(permission="membership.move", methods=("POST",))
def ask(request: Request) -> HttpResponse:
    """Ask the selected members to look at their data on the phone: shown with the number first."""
    sentence = _("These members are asked, in their inbox and by text message, to look whether their data are right:")
    return _bulk(request, messages.ask_to_confirm, _("%(count)s members were asked."), sentence, _("Ask them to look"))


@doors.page(permission="membership.move", methods=("POST",))
def confirm(request: Request) -> HttpResponse:
    """Note that the data of the selected members were confirmed: shown with the number first."""
    sentence = _("Name, document, phone and work of these members were compared and are right:")
    return _bulk(request, yearly.confirm, _("The data of %(count)s members are confirmed."), sentence, _("Confirmed"))


def _bulk(request: Request, act: Callable[..., int], said: str, sentence: str, button: str) -> HttpResponse:
    """An act on the selected members; `said` tells of how many (%(count)s) it was done."""
    unit, selection = unit_of(request), Selection.of(request)
    found = selection.within(queries.due(request.person, unit, after=queries.months(unit)))
    require_some(selection, found[:1].count(), _("Select at least one row."))
    if request.POST.get("confirmed") == "1":
        doors.told(request, said % {"count": act(found, at=unit, by=request.person)})
        return doors.go(request, "membership:desk-yearly")
    return _shown(request, selection, found, sentence, button)


def _shown(request: Request, selection: Selection, found: Any, sentence: object, button: object) -> HttpResponse:
    """The step before: how many, the first of them, and what is about to be done."""
    asked = Confirm(
        title=_("Yearly check"),
        sentence=sentence,
        button=button,
        back=reverse("membership:desk-yearly"),
        count=found.count(),
        unit=_("members"),
        samples=[f"{one.number} {masking.name(one.person.name)}" for one in found[:SAMPLES]],
        hidden=selection.hidden(),
    )
    return render(request, "shell/confirm.html", {"confirm": asked})
