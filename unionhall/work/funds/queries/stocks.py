"""What the pages read about goods in stock."""

from typing import Any

from django.db.models import F, QuerySet, Sum

from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.registry import Kept
from unionhall.lib.refusal import absent
from unionhall.work.funds import access, registry
from unionhall.work.funds.models import Stock, StockMove


def stocks(by: Person, unit: Organization) -> QuerySet[Stock]:
    """The goods of a unit and those below."""
    return organizations.within(access.stocks_for(by).select_related("organization"), unit)


def goods(unit: Organization) -> list[Kept]:
    """What a unit keeps and has left, for the room that hands it out."""
    found = Stock.objects.filter(organization=unit, received__gt=F("given")).order_by("name", "id")
    return [Kept(one.pk, one.name, one.measure, one.price, one.left) for one in found]


def stock(by: Person, stock_id: int) -> Stock:
    """One stock in sight; NotVisible when absent or out of sight."""
    found = access.stocks_for(by).select_related("organization", "programme").filter(pk=stock_id).first()
    if found is None:
        raise absent()
    return found


def moves(one: Stock) -> QuerySet[StockMove]:
    """What came and what was handed out, newest first, with the movements; those withdrawn as well."""
    return one.moves.select_related("movement").order_by("-id")


def told(move: StockMove) -> dict[str, Any]:
    """One booking of a stock as its page tells it; the movement itself stands on its own page."""
    booked = move.movement
    return {
        "id": booked.pk, "way": registry.STOCK_MOVES[move.kind], "pieces": move.pieces, "day": booked.day,
        "other": booked.counterpart, "amount": booked.amount, "withdrawn": booked.withdrawn_on is not None,
    }  # fmt: skip


def untied() -> list[int]:
    """The stocks whose numbers are not the sums of their moves that stand; none, unless a hand was in the database."""
    wrong = []
    for one in Stock.objects.order_by("pk"):
        standing = one.moves.filter(movement__withdrawn_on=None).values_list("kind").annotate(number=Sum(F("pieces"))).order_by()
        sums = dict(standing)
        if (one.received, one.given) != (sums.get("came", 0), sums.get("given", 0)):
            wrong.append(one.pk)
    return wrong
