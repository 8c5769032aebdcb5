"""Goods in stock at the desk: what is kept, what came, what was handed out, what remains."""

import uuid

from django.http import HttpResponse
from django.utils.translation import gettext as _

from unionhall.kernel.access import queries as permissions
from unionhall.lib import dates
from unionhall.shell import doors
from unionhall.shell.paging import page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.funds import forms, registry
from unionhall.work.funds.actions import stocks as acts
from unionhall.work.funds.queries import browse
from unionhall.work.funds.queries import stocks as queries


@doors.page(permission="funds.see", methods=("GET", "POST"))
def index(request: Request) -> HttpResponse:
    """The goods of a unit and those below, and the form that opens the next stock."""
    unit = unit_of(request)
    may = permissions.may(request.person, "funds.book", at=unit)
    form = forms.StockForm(request.POST or None, programmes=browse.programmes_of())
    if request.method == "POST" and form.is_valid():
        new = acts.NewStock(**form.cleaned_data)
        made = doors.attempt(form, lambda: acts.open_stock(organization=unit, new=new, by=request.person))
        if made is not None:
            doors.told(request, _("The stock is open; book what came."))
            return doors.go(request, "funds:desk-stock", made.pk)
    page = page_of(request, queries.stocks(request.person, unit))
    rows = [{"stock": one, "source": registry.SOURCES[one.source], "worth": one.left * one.price} for one in page.rows]
    return render(request, "funds/desk/stocks.html", {"page": page, "rows": rows, "form": form if may else None, "unit": unit})


@doors.page(permission="funds.see", methods=("GET", "POST"))
def stock(request: Request, id: int) -> HttpResponse:
    """One stock: how many came, went and remain, each booking, and the form for the next."""
    one = queries.stock(request.person, id)
    may = permissions.may(request.person, "funds.book", at=one.organization)
    initial = {"day": dates.today(), "once": str(uuid.uuid4())}
    form = forms.StockMoveForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        key = f"{request.person.pk}:{given.pop('once') or uuid.uuid4()}"[:100]
        done = doors.attempt(form, lambda: acts.move(stock_id=id, key=key, new=acts.Moved(**given), by=request.person))
        if done is not None:
            doors.told(request, _("Booked; the figures have moved."))
            return doors.go(request, "funds:desk-stock", id)
    page = page_of(request, queries.moves(one))
    context = {
        "stock": one,
        "source": registry.SOURCES[one.source],
        "purpose": registry.PURPOSES[one.purpose],
        "worth": one.left * one.price,
        "page": page,
        "rows": [queries.told(each) for each in page.rows],
        "form": form if may else None,
    }
    return render(request, "funds/desk/stock.html", context)
