"""Goods out of stock for a batch: packed when it is prepared, taken out when it leaves, back when nobody signed for them."""

from collections.abc import Mapping

from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.registry import Kept, Storehouse, storehouse
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text
from unionhall.work.grants.models import Application, Batch
from unionhall.work.grants.rules import parcels
from unionhall.work.grants.rules.parcels import Share

UNSIGNED = "未签收退回"
BROUGHT_BACK = "追回"


def in_stock(unit: Organization) -> list[Kept]:
    """What a unit has left to give; nothing in a house that keeps no goods."""
    found = storehouse()
    return found.goods(unit) if found else []


def packed(unit: Organization, wanted: Mapping[int, int]) -> list[Share]:
    """Pieces of each gift by stock, as the batch keeps them. Raises Refused for goods that the unit does not have."""
    named = {stock: each for stock, each in wanted.items() if each}
    if not named:
        return []
    there = {one.id: one for one in in_stock(unit)}
    found = []
    for stock, each in named.items():
        one = there.get(stock)
        if one is None:
            raise Refused(Text("本单位库存中没有所选物资。", "The unit has none of these goods in stock."), code="absent")
        if not 0 < each <= parcels.MOST_EACH:
            raise Refused(Text("每份件数须为1至1000。", "One gift holds 1 to 1,000 pieces."), code="pieces")
        found.append(Share(one.id, one.name, one.measure, one.price, each))
    return found


def check_enough(unit: Organization, parcel: list[Share], gifts: int) -> None:
    """So many gifts can be packed today. Raises Refused with the figures."""
    parcels.check_left(parcel, {one.id: one.left for one in in_stock(unit)}, gifts)


def take_out(batch: Batch, gifts: int, *, by: Person) -> None:
    """The goods of a batch leave the store. Raises Refused with the figures where fewer are left; then nothing leaves."""
    for one in parcels.read(batch.parcel):
        _house().hand_out(
            stock_id=one.stock, key=_key(batch, one), pieces=one.each * gifts, other=f"发放批次{batch.reference}", by=by
        )  # fmt: skip


def stay_out(batch: Batch, gifts: int, *, reason: str, by: Person) -> None:
    """So many gifts of a batch were taken; the goods of the others go back into the store."""
    for one in parcels.read(batch.parcel):
        _house().stay_out(key=_key(batch, one), pieces=one.each * gifts, reason=reason, by=by)


def bring_back(one: Application, *, by: Person) -> None:
    """A gift that was called back goes into the store out of which it came; one that was bought for it goes nowhere."""
    carried = one.payments.filter(state="paid").values("batch")
    batch = Batch.objects.select_for_update(no_key=True).filter(pk__in=carried).exclude(parcel=[]).first()
    if batch is not None:
        still = batch.payments.filter(state="paid").exclude(application__state="recovered").count()
        stay_out(batch, still, reason=f"{BROUGHT_BACK}{one.reference}", by=by)


def _key(batch: Batch, one: Share) -> str:
    return f"grants.batch:{batch.pk}/{one.stock}"


def _house() -> Storehouse:
    found = storehouse()
    if found is None:
        raise Refused(Text("本系统未启用物资库存。", "No room keeps goods here."))
    return found
