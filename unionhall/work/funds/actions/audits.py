"""Audits of a unit's money: planned, held with findings, each corrected and confirmed by those who audit."""

from datetime import date

from django.db import transaction

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access.actions import one_for_change
from unionhall.kernel.audit import actions as trail
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.notices import actions as notices
from unionhall.kernel.organizations import rules as tree
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes import queries as programmes
from unionhall.kernel.programmes.models import Programme
from unionhall.lib import dates
from unionhall.lib.refusal import Conflict, Refused, absent, filled
from unionhall.lib.text import Text
from unionhall.work.funds import access, facts, rules
from unionhall.work.funds.models import Audit, Finding


@transaction.atomic
def plan(
    *, organization: Organization, unit: Organization, subject: str, planned_on: date, by: Person,
    programme: Programme | None = None,
) -> Audit:  # fmt: skip
    """Plan an audit of one's own unit or of one below."""
    access_actions.require(by, "funds.audit", at=organization)
    if not tree.contains(organization.path, unit.path):
        raise Refused(Text("只能审计本单位或下级单位。", "One audits one's own unit or those below."), field="unit")
    edition = programmes.running_edition(programme, organization, planned_on) if programme else None
    one = Audit.objects.create(
        organization=organization, org_path=organization.path, unit=unit, programme=programme, edition=edition,
        subject=filled(subject, "subject", "请填写审计事项。", "Say what is audited."), planned_on=planned_on, created_by=by,
    )  # fmt: skip
    trail.record(by, "funds.audit_planned", one, at=organization, unit=unit.pk)
    return one


@transaction.atomic
def hold(*, audit_id: int, day: date, report: str, by: Person) -> Audit:
    """The audit was held; its report closes it for new dates, findings may still be added."""
    one = _open(by, audit_id)
    if one.held_on is not None:
        raise Conflict(Text("该项审计已登记完成。", "This audit is held already."))
    rules.check_day(day, dates.today())
    one.report, one.held_on = filled(report, "report", "请填写审计结论。", "Write the result."), day
    one.save(update_fields=["report", "held_on"])
    ledger.post(
        facts.AUDITED, at=one.organization, day=day, source=one, subject=one.unit, dimensions={"programme": _programme(one)}
    )
    trail.record(by, "funds.audit_held", one, at=one.organization)
    return one


@transaction.atomic
def find(*, audit_id: int, text: str, due_on: date, amount: int = 0, by: Person) -> Finding:
    """Add a finding; the audited unit is told."""
    one = _open(by, audit_id)
    found = Finding.objects.create(
        audit=one, text=filled(text, "text", "请写明问题。", "Say what was found.")[:400], amount=amount,
        found_on=dates.today(), found_by=by, due_on=due_on,
    )  # fmt: skip
    ledger.post(
        facts.FOUND, at=one.organization, day=found.found_on, source=found, subject=found,
        dimensions={"programme": _programme(one)},
    )  # fmt: skip
    trail.record(by, "funds.finding_found", one, at=one.organization, finding=found.pk)
    notices.tell(one.unit, "funds.finding_found", record=one, subject=one.subject, due=str(due_on))
    return found


@transaction.atomic
def correct(*, audit_id: int, finding_id: int, correction: str, by: Person) -> Finding:
    """Confirm that a finding was corrected, and how."""
    one = _open(by, audit_id)
    found = one.findings.select_for_update(no_key=True).filter(pk=finding_id).first()
    if found is None:
        raise absent()
    if found.corrected_on is not None:
        raise Conflict(Text("该问题已整改销号。", "This finding is corrected already."))
    found.correction = filled(correction, "correction", "请说明整改情况。", "Say how it was corrected.")[:400]
    found.corrected_on, found.confirmed_by = dates.today(), by
    found.save(update_fields=["correction", "corrected_on", "confirmed_by"])
    ledger.post(
        facts.CORRECTED, at=one.organization, day=found.corrected_on, source=found, subject=found,
        dimensions={"programme": _programme(one)},
    )  # fmt: skip
    trail.record(by, "funds.finding_corrected", one, at=one.organization, finding=found.pk)
    return found


def _open(by: Person, audit_id: int) -> Audit:
    return one_for_change(access.audits_for(by).select_related("unit", "programme"), by, audit_id, to="funds.audit")


def _programme(one: Audit) -> str:
    return one.programme.code if one.programme else ""
