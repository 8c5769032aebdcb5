"""Totals that units not yet on the house reported: entered with evidence, taken back, imported from a sheet."""

from collections.abc import Iterable
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.files import actions as files
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger import queries as ledger_queries
from unionhall.kernel.ledger import registry as ledger_registry
from unionhall.kernel.ledger.facts import Fact, Scope, Unit, Window
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import clock, dates, money
from unionhall.lib.refusal import Conflict, Refused
from unionhall.lib.text import Text
from unionhall.work.reports import access
from unionhall.work.reports.models import Total

MOST = 10**12
NUMBER = Text(
    "请填写不小于 0 的整数；金额以元计，可有两位小数。",
    "Give a whole number of at least 0; money in yuan, with at most two decimals.",
)
STOCK = Text("这是时点存量，不能填报送数。", "This is a stock at a day: no total of it is reported.")


@transaction.atomic
def enter(
    *,
    organization: Organization,
    fact: str,
    window: Window,
    number: str,
    evidence: str,
    by: Person,
    file: UploadedFile | None = None,
    beside: bool = False,
) -> Total:
    """Enter a reported total; it stands apart in every figure it flows into.

    Where the unit's own acts were counted in the period, `beside` says that they are not in the total. No two totals of a unit
    share a day: they would be added up.
    """
    access.require(by, access.FILL, organization)
    counted = ledger_registry.facts_by_code().get(fact)
    if counted is None:
        raise Refused(Text("没有这个计量项。", "There is no such fact."), field="fact")
    if counted.stock:
        raise Refused(STOCK, field="fact")
    if window.start is None or window.end > dates.today():
        raise Refused(Text("期间须已结束。", "The period must have ended."), field="until")
    value = read_number(number, in_money=counted.unit is Unit.CNY)
    live = Total.objects.filter(organization=organization, fact=fact, taken_back_at=None)
    other = live.filter(since__lte=window.end, until__gte=window.start).order_by("since").first()
    if other is not None:
        raise Conflict(overlap(other.since, other.until), field="number")
    if not beside and (known := already_counted([(organization, counted, window)])):
        raise Refused(is_counted(*known.values()), field="beside")
    in_money = counted.unit is Unit.CNY
    entry = ledger.report_total(
        counted,
        at=organization,
        window=window,
        evidence=evidence,
        by=by,
        quantity=1 if in_money else value,
        amount=value if in_money else 0,
    )
    made = Total.objects.create(
        organization=organization,
        org_path=organization.path,
        fact=fact,
        since=window.start,
        until=window.end,
        number=value,
        evidence=evidence.strip()[:200],
        report=entry.source_id,
        entered_by=by,
        entered_at=clock.now(),
    )
    if file is not None:
        files.attach(made, file, by=by, kind="evidence")
    audit.record(by, "reports.total_entered", made, at=organization, fact=fact, number=value)
    return made


@transaction.atomic
def take_back(*, total_id: int, by: Person) -> Total:
    """Take a reported total back: it counts no more, and earlier marks print as before."""
    found = access.one_for_change(access.totals_for(by), by, total_id, to=access.FILL)
    if found.taken_back_at is not None:
        raise Conflict(Text("已经撤回。", "It is taken back already."))
    ledger.reverse(f"ledger.report:{found.report}")
    found.taken_back_at = clock.now()
    found.save(update_fields=["taken_back_at"])
    audit.record(by, "reports.total_taken_back", found, at=found.organization)
    return found


def overlap(since: date, until: date) -> Text:
    """Why a total is not entered whose period meets that of another: the days of the other."""
    return Text(
        f"与已填的{since}～{until}有重叠的日子，两数会相加；请先撤回那一条。",
        f"It shares days with what was entered for {since} to {until}, and both would be added up: take that back first.",
    )


def is_counted(number: Text) -> Text:
    """What is asked where a unit's own acts were counted in the period of a total."""
    return Text(
        f"该单位这一期的台账已计{number.zh}。报送数不含这些，才能另外填报。",
        f"The books count {number.en} of this unit in the period: report only what is not among them.",
    )


Asked = tuple[Organization, Fact, Window]


def already_counted(asked: Iterable[Asked]) -> dict[Asked, Text]:
    """What the books count of units, facts and periods by themselves, in words; those of which they count nothing are left out."""
    by_window: dict[Window, list[Asked]] = {}
    for one in asked:
        by_window.setdefault(one[2], []).append(one)
    found: dict[Asked, Text] = {}
    for window, rows in by_window.items():
        wanted = {one[1].code: ledger_registry.indicator(one[1].code) for one in rows}
        counted = ledger_queries.values(wanted.values(), {Scope(one[0]): None for one in rows}, [window])
        for one in rows:
            figure = counted[one[1].code, Scope(one[0]), window]
            if figure.number:
                unit = figure.unit.text if figure.unit else Text("", "")
                found[one] = Text(f"{figure}{unit.zh}", f"{figure} {unit.en}".strip())
    return found


def read_number(text: str, *, in_money: bool) -> int:
    """A whole number, or fen for money typed in yuan. Raises Refused."""
    plain = text.strip().replace(",", "").replace("，", "")
    try:
        value = money.parse(plain) if in_money else int(plain)
    except (ValueError, Refused):
        value = -1
    if not 0 <= value <= MOST:
        raise Refused(NUMBER, field="number")
    return value
