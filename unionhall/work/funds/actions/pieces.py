"""How many pieces a stock holds: each change is one statement, and no race hands out what is not there."""

from django.db.models import F

from unionhall.lib.refusal import Conflict, absent
from unionhall.lib.text import Text
from unionhall.work.funds import rules
from unionhall.work.funds.models import Movement, Stock, StockMove


def change(stock_id: int, kind: str, pieces: int) -> None:
    """Pieces come in or are handed out. Raises Refused with the figures where fewer are left, NotVisible for no such stock."""
    if kind == "came":
        if not Stock.objects.filter(pk=stock_id).update(received=F("received") + pieces):
            raise absent()
        return
    if not Stock.objects.filter(pk=stock_id, received__gte=F("given") + pieces).update(given=F("given") + pieces):
        stock = Stock.objects.filter(pk=stock_id).first()
        raise absent() if stock is None else rules.short(stock.name, stock.measure, stock.left, pieces)


def take_back(movement: Movement) -> None:
    """A withdrawn movement takes its pieces with it. Raises Conflict where those that came were handed out since."""
    one = StockMove.objects.filter(movement=movement).first()
    if one is None:
        return
    stock = Stock.objects.filter(pk=one.stock_id)
    if one.kind == "given":
        stock.update(given=F("given") - one.pieces)
    elif not stock.filter(received__gte=F("given") + one.pieces).update(received=F("received") - one.pieces):
        raise Conflict(
            Text("这批物资已经发放，请先撤销发放。", "These goods were handed out since: withdraw that first."), code="handed_out"
        )
