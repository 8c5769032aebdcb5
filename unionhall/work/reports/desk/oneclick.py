"""One click on the desk and on a programme's home: the report is written, or the draft that stands already is opened."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from unionhall.kernel.access import queries as permissions
from unionhall.kernel.ledger.facts import Window
from unionhall.kernel.programmes import queries as programmes
from unionhall.lib import dates
from unionhall.lib.refusal import absent
from unionhall.shell import doors
from unionhall.shell.requests import Request, unit_of
from unionhall.work.reports import access
from unionhall.work.reports.actions import writing
from unionhall.work.reports.queries import written
from unionhall.work.reports.queries.dashboard import this_year


def desk(request: Request, subject: Any) -> dict[str, Any] | None:
    """The button for the yearly report of the chosen unit."""
    unit = request.unit
    if unit is None or not permissions.may(request.person, access.WRITE, unit):
        return None
    return {"unit": unit, "year": dates.today().year}


def programme(request: Request, programme: Any) -> dict[str, Any] | None:
    """The button for the closing report of a programme."""
    return None if desk(request, None) is None else {"unit": request.unit, "programme": programme}


@doors.page(permission="reports.write", methods=("POST",))
def yearly(request: Request) -> HttpResponse:
    """Write this year's report of the chosen unit from the ready template."""
    return _written(request, "year", this_year())


@doors.page(permission="reports.write", methods=("POST",))
def closing(request: Request, code: str) -> HttpResponse:
    """Write the closing report of a programme for the time of its running edition, else for this year."""
    unit = unit_of(request)
    found = programmes.programmes(unit).filter(code=code).first()
    if found is None:
        raise absent()
    edition = programmes.running_edition(found, unit)
    window = Window(edition.since, min(edition.until, dates.today())) if edition else this_year()
    return _written(request, "closing", window, found)


def _written(request: Request, kind: str, window: Window, programme: Any = None) -> HttpResponse:
    unit = unit_of(request)
    assert window.start is not None  # a year and an edition have their first day
    access.require(request.person, access.WRITE, unit)
    standing = written.standing_draft(request.person, unit, kind, window.start, programme)
    if standing is not None:
        doors.told(request, _("A draft stands already: count it again where you want newer figures."))
        return doors.go(request, "reports:desk-report", standing.pk)
    made = writing.draft(organization=unit, window=window, prepared=kind, programme=programme, by=request.person)
    doors.told(request, _("The report was written with %(n)d figures.") % {"n": len(made.figures)})
    return doors.go(request, "reports:desk-report", made.pk)
