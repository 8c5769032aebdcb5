"""What a batch is read by: the lines that pay it, whom it pays more than once, its vouchers, and the table for accountants."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, QuerySet, Sum

from unionhall.kernel.ledger import registry as ledger
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.registry import purse
from unionhall.lib import dates, masking, rowid
from unionhall.work.grants import access
from unionhall.work.grants.models import Application, Batch, Payment

SHOWN = 5
_YEAR = re.compile(r"[12]\d{3}", re.ASCII)


def word(dimension: str, code: str) -> object:
    """What a source or a purpose is called, by the words of whoever keeps the lines."""
    return ledger.dimension(dimension).values().get(code, code)


@dataclass(frozen=True, slots=True)
class Paying:
    """A budget line that pays part of a batch, and what it may still promise; None where it is not of this year's."""

    name: str
    year: int | None
    funding: object
    purpose: object
    amount: int
    free: int | None


def lines(one: Batch) -> list[Paying]:
    """The budget lines that pay a batch, by source, purpose and year."""
    keeper = purse()
    left = {line.id: line.free for line in keeper.lines(one.organization, dates.today().year)} if keeper else {}
    columns = ("line", "line_name", "budget_year", "funding", "purpose")
    live = one.payments.exclude(state="dropped").order_by()
    rows = live.values_list(*(f"application__{name}" for name in columns)).annotate(sum=Sum("amount"), first=Min("number"))
    return [
        Paying(name, year, word("funding", funding), word("purpose", purpose), amount, left.get(line))
        for line, name, year, funding, purpose, amount, _first in sorted(rows, key=lambda row: row[-1])
    ]


def repeated(one: Batch) -> tuple[int, list[tuple[str, list[int]]]]:
    """Who is paid more than once in a batch: how many people, and the first few with the numbers of their payments."""
    live = one.payments.exclude(state="dropped").filter(application__to_unit=False).order_by()
    twice = live.values_list("payee").annotate(times=Count("pk")).filter(times__gt=1)
    payees = list(twice.values_list("payee", flat=True))
    numbers: dict[tuple[int, str], list[int]] = defaultdict(list)
    for payee, name, number in live.filter(payee__in=payees[:SHOWN]).order_by("number").values_list("payee", "name", "number"):
        numbers[payee, name].append(number)
    return len(payees), [(name, found) for (_payee, name), found in numbers.items()]


@dataclass(frozen=True, slots=True)
class Voucher:
    """A payment on paper: with the words of its source and purpose."""

    payment: Payment
    funding: object
    purpose: object


def voucher(one: Payment) -> Voucher:
    """One payment as its voucher says it."""
    asked: Application = one.application
    return Voucher(one, word("funding", asked.funding), word("purpose", asked.purpose))


def _payments(by: Person, given: Mapping[str, str]) -> "QuerySet[Payment]":
    """The payments that leave for the accountants: of the batches in scope, without those that were taken out."""
    batches = access.batches_for(by)
    if key := rowid.read(str(given.get("unit") or "")):
        unit = Organization.objects.filter(pk=key).first()
        batches = organizations.within(batches, unit) if unit is not None else batches.none()
    if key := rowid.read(str(given.get("batch") or "")):
        batches = batches.filter(pk=key)
    found = Payment.objects.filter(batch__in=batches.order_by().values("pk")).exclude(state="dropped")
    year = str(given.get("year") or "")
    return found.filter(batch__made_at__year=int(year)) if _YEAR.fullmatch(year) else found


def count(by: Person, given: Mapping[str, str]) -> int:
    """How many rows the table for accountants has."""
    return _payments(by, given).count()


def rows(by: Person, given: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The payments for accountants: every voucher with its line, source, purpose and year, and who took which part."""
    related = (
        "batch__organization", "batch__maker", "batch__checker", "batch__payer", "batch__maker_for", "batch__checker_for",
        "batch__payer_for", "application__programme", "application__person",
    )  # fmt: skip
    for one in _payments(by, given).select_related(*related).order_by("batch_id", "number").iterator(chunk_size=2000):
        asked, batch = one.application, one.batch
        yield {
            "voucher": one.reference,
            "day": one.settled_on,
            "organization": batch.organization.name,
            "line": asked.line_name,
            "funding": str(word("funding", asked.funding)),
            "purpose": str(word("purpose", asked.purpose)),
            "year": str(asked.budget_year or ""),
            "programme": str(asked.programme),
            "kind": str(asked.kind_name),
            "payee": one.name if asked.to_unit else masking.name(one.name),
            "account": one.masked,
            "amount": one.amount,
            "state": str(one.stands),
            "reason": one.reason,
            "application": asked.reference,
            "maker": str(batch.doers["maker"]),
            "checker": str(batch.doers.get("checker", "")),
            "payer": str(batch.doers.get("payer", "")),
        }


def bank_count(by: Person, given: Mapping[str, str]) -> int:
    """How many payments of one batch would stand in the bank's file; none where no batch is named."""
    key = rowid.read(str(given.get("batch") or ""))
    return _payments(by, {"batch": str(key)}).count() if key else 0


def batch_named(by: Person, key: str) -> str:
    """The number of a batch, by which its files are kept, for the row that an address names."""
    return access.batches_for(by).filter(pk=rowid.read(key) or 0).values_list("reference", flat=True).first() or ""
