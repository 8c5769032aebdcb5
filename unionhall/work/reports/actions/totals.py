"""Totals that units not yet on the house reported: entered with evidence, taken back, imported from a sheet."""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.files import actions as files
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger import registry as ledger_registry
from unionhall.kernel.ledger.facts import Unit, Window
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import clock, dates, money
from unionhall.lib.refusal import Conflict, Refused
from unionhall.lib.text import Text
from unionhall.work.reports import access
from unionhall.work.reports.models import Total

MOST = 10**12


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
) -> Total:
    """Enter a reported total; it stands apart in every figure it flows into."""
    access.require(by, access.FILL, organization)
    counted = ledger_registry.facts_by_code().get(fact)
    if counted is None:
        raise Refused(Text("没有这个计量项。", "There is no such fact."), field="fact")
    if window.start is None or window.end > dates.today():
        raise Refused(Text("期间须已结束。", "The period must have ended."), field="until")
    value = read_number(number, in_money=counted.unit is Unit.CNY)
    same = Total.objects.filter(organization=organization, fact=fact, since=window.start, until=window.end, taken_back_at=None)
    if same.exists():
        raise Conflict(Text("这一期的数已经填过，请先撤回。", "It is entered already: take it back first."), field="number")
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


def read_number(text: str, *, in_money: bool) -> int:
    """A whole number, or fen for money typed in yuan. Raises Refused."""
    plain = text.strip().replace(",", "").replace("，", "")
    try:
        value = money.parse(plain) if in_money else int(plain)
    except (ValueError, Refused):
        value = -1
    if not 0 <= value <= MOST:
        raise Refused(Text("请填写不小于 0 的数。", "Give a number that is not negative."), field="number")
    return value
