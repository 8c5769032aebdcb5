"""How many pieces a stock holds: each change is one statement, and no race hands out what is not there."""

from django.db.models import F

from unionhall.kernel.programmes.rules.rooms import ROOMS
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


def check_own(movement: Movement) -> None:
    """What another room handed out is taken back there, or its list and the stock would part. Raises Conflict."""
    one = StockMove.objects.filter(movement=movement).first()
    if one is not None and one.key.split(".")[0] in ROOMS:
        raise Conflict(
            Text(
                f"这是{movement.counterpart}的出库，请在该批次中登记未签收或追回。",
                f"{movement.counterpart} took these out: note there what was not signed for or came back.",
            ),
            code="other_room",
        )


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
