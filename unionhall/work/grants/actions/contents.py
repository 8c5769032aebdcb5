"""What a batch says to the bank, as plain values: whose grant, to which account, how much; and whether it still stands."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import BooleanField, F, Func

from unionhall.kernel.people import access as identity
from unionhall.kernel.people.models import Person, Sealed
from unionhall.lib import copying
from unionhall.work.grants import registry
from unionhall.work.grants.actions import accounts
from unionhall.work.grants.models import Batch
from unionhall.work.grants.queries.asked import Asked
from unionhall.work.grants.rules import bank, parcels
from unionhall.work.grants.rules.parcels import Share

ACCOUNT = "bank_account"
LIVE = ("pending", "paid", "rejected")


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a payment goes: the name on the account, the account's mark, and what pages show of it."""

    name: str
    mark: str
    masked: str


class Part(NamedTuple):
    """What of an application decides where its money or goods go."""

    application: int
    payee: int
    payee_name: str
    organization: int
    to_unit: bool
    goods: str
    valuation: str


def part_of(one: Asked) -> Part:
    """What of this application decides where its money or goods go."""
    assert one.pk is not None
    return Part(one.pk, one.payee, one.payee_name, one.organization.pk, one.to_unit, one.goods, one.valuation)


def destinations(parts: Iterable[Part], *, by: Person, parcel: Sequence[Share] = ()) -> dict[int, Destination]:
    """By application: the payee's account, the unit's, or for goods what is handed over. Without an account there is none."""
    packed = "".join(f"|{share.stock}|{share.name}|{share.price}|{share.each}" for share in parcel)
    listed = list(parts)
    own = marks([one.payee for one in listed if not one.to_unit and not one.goods], by=by)
    units = accounts.current([one.organization for one in listed if one.to_unit])
    found = {}
    for one in listed:
        if one.goods:
            said = hashlib.sha256(f"goods|{one.goods}|{one.valuation}{packed}".encode()).hexdigest()
            found[one.application] = Destination(one.payee_name, said, (parcels.words(parcel) or one.goods)[:120])
        elif one.to_unit and (unit := units.get(one.organization)):
            found[one.application] = Destination(unit.name, unit.mark, unit.masked)
        elif not one.to_unit and one.payee in own:
            found[one.application] = Destination(one.payee_name, *own[one.payee])
    return found


class Line(NamedTuple):
    """A payment with what of its grant may have changed since, as plain values: a batch has a hundred thousand of them."""

    number: int
    application: int
    payee: int
    name: str
    account: str
    amount: int
    state: str
    approved: int | None
    person: int
    part: Part
    gone: bool
    standing: tuple[str, ...]
    bereaved: bool

    @property
    def content(self) -> bank.Content:
        """As the digest covers it."""
        return bank.Content(self.application, self.payee, self.name, self.account, self.amount)


LINE = (
    "number", "application_id", "payee_id", "name", "account", "amount", "application__state", "application__approved",
    "application__person_id", "application__payee_id", "application__payee__name", "application__organization_id",
    "application__to_unit", "application__goods", "application__valuation", "application__payee__erased_at",
    "application__person__erased_at", "application__programme__code", "application__kind",
)  # fmt: skip


def lines_of(batch: Batch) -> list[Line]:
    """The payments of a batch that were not taken out, in their order, in one statement."""
    found = []
    for row in batch.payments.filter(state__in=LIVE).order_by("number").values_list(*LINE):
        number, application, payee, name, account, amount, state, approved, person, paid, paid_name = row[:11]
        organization, to_unit, goods, valuation, payee_gone, person_gone, programme, kind = row[11:]
        part = Part(application, paid, paid_name, organization, to_unit, goods, valuation)
        gone = payee_gone is not None or person_gone is not None
        terms = registry.TERMS[programme][kind]
        standing = () if terms.claim_days else terms.standing  # an event is judged by its day, not by today
        found.append(
            Line(number, application, payee, name, account, amount, state, approved, person, part, gone, standing, terms.bereaved)
        )
    return found


def marks(persons: Iterable[int], *, by: Person) -> dict[int, tuple[str, str]]:
    """The mark and the mask of each person's bank account, without opening it. Another account is another mark."""
    with identity.fence(by, "people.see"):
        rows = Sealed.objects.filter(person__in=copying.among(set(persons)), field=ACCOUNT).values_list(
            "person_id", "value", "masked"
        )
        return {person: (hashlib.sha256(bytes(value)).hexdigest(), masked) for person, value, masked in rows}


def out_of_reach(persons: Collection[int], *, by: Person) -> set[int]:
    """Those of some payees whose files, and so their accounts, lie where this person sees none: they went to another unit."""
    if not persons:
        return set()
    seen = Func(F("org_path"), function="unionhall_in_scope", output_field=BooleanField())
    with identity.fence(by, "people.see"):
        return set(Person.objects.filter(pk__in=persons).annotate(seen=seen).filter(seen=False).values_list("pk", flat=True))


def changed(batch: Batch, lines: Sequence[Line], *, by: Person) -> list[int]:
    """The numbers of the payments that the bank would be told differently by now: names, accounts, amounts, decisions."""
    found = destinations([one.part for one in lines], by=by, parcel=parcels.read(batch.parcel))
    return [one.number for one in lines if one.content != _now(one, found.get(one.application))]


def _now(one: Line, to: Destination | None) -> bank.Content | None:
    """What a payment would say if it were prepared now; None where it would not be."""
    if one.state != "approved" or to is None:
        return None
    return bank.Content(one.application, one.part.payee, to.name, to.mark, one.approved or 0)
