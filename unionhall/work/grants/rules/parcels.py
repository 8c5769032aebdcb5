"""What each gift of a batch takes out of stock: so many pieces of one kind of goods, and of another. Amounts are fen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from unionhall.lib import money
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text

MOST_EACH = 1_000


@dataclass(frozen=True, slots=True)
class Share:
    """Goods that every gift of the batch holds so many pieces of, named and valued as the stock was when it was prepared."""

    stock: int
    name: str
    measure: str
    price: int
    each: int

    def kept(self) -> dict[str, object]:
        """As the batch keeps it."""
        told = {"stock": self.stock, "name": self.name, "measure": self.measure}
        return {**told, "price": self.price, "each": self.each}


def read(kept: Iterable[Mapping[str, object]]) -> list[Share]:
    """As the batch kept it."""
    return [Share(**one) for one in kept]  # type: ignore[arg-type]


def words(parcel: Sequence[Share]) -> str:
    """What one gift holds, as the list to be signed says it."""
    return "、".join(f"{one.name} {one.each}{one.measure}" for one in parcel)


def worth(parcel: Sequence[Share]) -> int:
    """What one gift is worth."""
    return sum(one.price * one.each for one in parcel)


def against(approved: int, parcel: Sequence[Share]) -> Text | None:
    """Why a grant cannot be given as this parcel: it was approved for another value. None where it can, or nothing is drawn."""
    whole = worth(parcel)
    if not parcel or approved == whole:
        return None
    granted, packed = money.yuan(approved), money.yuan(whole)
    return Text(
        f"批准价值{granted}元，与每份物资价值{packed}元不符。", f"Granted at {granted} yuan, but one parcel is worth {packed} yuan."
    )


def check_left(parcel: Sequence[Share], left: Mapping[int, int], gifts: int) -> None:
    """The stock holds enough for so many gifts. Raises Refused with the figures; taking it out asks again."""
    for one in parcel:
        wanted, there = one.each * gifts, left.get(one.stock, 0)
        if wanted > there:
            raise Refused(
                Text(
                    f"“{one.name}”库存{there}{one.measure}，{gifts}份共需{wanted}{one.measure}，尚缺{wanted - there}{one.measure}。"
                    "请先入库，或减少本批人数。",
                    f"“{one.name}”: {there} {one.measure} in stock, {gifts} gifts need {wanted}, {wanted - there} missing. "
                    "Book what came first, or take fewer people.",
                ),
                code="short",
            )
