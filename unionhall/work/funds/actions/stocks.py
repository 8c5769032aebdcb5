"""Goods in kind by the piece: a stock opened with its valuation, pieces that came, pieces handed out; their value is booked."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access.actions import one_for_change
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.models import Programme
from unionhall.lib import clock, constraints
from unionhall.lib.refusal import Conflict, Refused, absent, filled
from unionhall.lib.text import Text
from unionhall.work.funds import access, registry, rules
from unionhall.work.funds.actions import movements, pieces
from unionhall.work.funds.actions.movements import NewMovement
from unionhall.work.funds.models import Stock, StockMove


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStock:
    """What somebody keeps: the goods, what they are counted in, and what one is worth by whose word."""

    name: str
    measure: str
    price: int
    valuation: str
    source: str
    purpose: str
    programme: Programme | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Pieces on their way; `other` is who gave them or who got them."""

    kind: str
    pieces: int
    day: date | None = None
    other: str = ""
    voucher: str = ""


@transaction.atomic
def open_stock(*, organization: Organization, new: NewStock, by: Person) -> Stock:
    """Open a stock of goods, empty. Raises Refused for goods that the unit keeps at this price already, or without a valuation."""
    access_actions.require(by, "funds.book", at=organization)
    rules.check_amount(new.price)
    rules.check_goods("goods", "received", registry.IN_KIND, new.valuation)
    name = filled(new.name, "name", "请填写物资名称和规格。", "Name the goods and their size.")[:80]
    measure = filled(new.measure, "measure", "请填写计量单位，如袋、桶。", "Say what they are counted in.")[:12]
    known = Refused(Text("本单位已有同名同价的物资。", "The unit keeps these goods at this price already."), field="name")
    with constraints.said("stock_once", known):
        made = Stock.objects.create(
            organization=organization, org_path=organization.path, name=name, measure=measure, price=new.price,
            valuation=new.valuation.strip(), source=new.source, purpose=new.purpose, programme=new.programme, created_by=by,
            created_at=clock.now(),
        )  # fmt: skip
    audit.record(by, "funds.stock_opened", made, at=organization, price=made.price)
    return made


@transaction.atomic
def move(*, stock_id: int, key: str, new: Moved, by: Person) -> StockMove:
    """Pieces come in or are handed out, and their value is booked. Sent twice with the same key, it happens once.

    Raises Refused with the figures where fewer are left, and Conflict where the key stands for something else.
    """
    stock = one_for_change(access.stocks_for(by), by, stock_id, to="funds.book")
    return _moved(stock, key, new, by=by)


@transaction.atomic
def hand_out(*, stock_id: int, key: str, pieces: int, other: str, by: Person) -> StockMove:
    """Take pieces out for another room, which has asked who may. Raises as `move`, and NotVisible for no such stock."""
    return _moved(_locked(stock_id), key, Moved(kind="given", pieces=pieces, other=other), by=by)


@transaction.atomic
def stay_out(*, key: str, pieces: int, reason: str, by: Person) -> None:
    """So many of what was handed out by a key stay out; the others come back, and the booking is made anew for the rest.

    Asked again it changes nothing. Raises NotVisible for an unknown key and Conflict for more than are out.
    """
    named = StockMove.objects.filter(Q(key=key) | Q(key__startswith=f"{key}#")).select_related("movement__organization")
    first = named.order_by("pk").first()
    if first is None:
        raise absent()
    stock = _locked(first.stock_id)
    standing = named.filter(movement__withdrawn_on=None).first()
    out = standing.pieces if standing else 0
    if pieces > out:
        raise Conflict(Text(f"该批在外物资只有{out}件。", f"Only {out} pieces of these are out."), code="not_out")
    if standing is None or pieces == out:
        return
    movements.void(standing.movement, reason=reason, by=by)
    if pieces:
        rest = Moved(kind="given", pieces=pieces, other=standing.movement.counterpart, day=standing.movement.day)
        _moved(stock, f"{key}#{named.count()}", rest, by=by)


def _locked(stock_id: int) -> Stock:
    related = ("organization", "programme")
    found = Stock.objects.select_related(*related).select_for_update(of=("self",), no_key=True).filter(pk=stock_id).first()
    if found is None:
        raise absent()
    return found


def _moved(stock: Stock, key: str, new: Moved, *, by: Person) -> StockMove:
    rules.check_pieces(new.pieces)
    known = StockMove.objects.filter(key=key).first()
    if known is not None:
        if (known.stock_id, known.kind, known.pieces) != (stock.pk, new.kind, new.pieces):
            raise Conflict(Text("这一笔已按其他数量登记。", "This was booked already with another number."), code="key_reused")
        return known
    pieces.change(stock.pk, new.kind, new.pieces)
    whole = NewMovement(
        stage=registry.STAGE_OF[new.kind], form="goods", source=stock.source, purpose=stock.purpose,
        amount=stock.price * new.pieces, day=new.day, programme=stock.programme, counterpart=new.other, voucher=new.voucher,
        valuation=stock.valuation, note=f"{stock.name} {new.pieces}{stock.measure}",
    )  # fmt: skip
    booked = movements.enter(organization=stock.organization, new=whole, by=by)
    made = StockMove.objects.create(stock=stock, movement=booked, kind=new.kind, pieces=new.pieces, key=key)
    audit.record(by, "funds.stock_moved", stock, at=stock.organization, way=new.kind, pieces=new.pieces, movement=booked.pk)
    return made
