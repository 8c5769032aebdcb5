"""Rolls whose standing grants ask for, kept by hand: who was put on, by which paper; who was taken off, and why."""

from datetime import date

from django.db import transaction

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import actions as people_actions
from unionhall.kernel.people.models import Person, Standing
from unionhall.lib import constraints, dates
from unionhall.lib.refusal import Conflict, Refused, filled
from unionhall.lib.text import Text
from unionhall.work.grants import access, registry
from unionhall.work.grants.models import Roll


@transaction.atomic
def put_on(*, organization: Organization, person: Person, kind: str, paper: str, since: date, by: Person) -> Roll:
    """Put somebody on a roll from a day on. Raises Refused for an unknown roll, a day to come or no paper, Conflict when on it."""
    access_actions.require(by, "grants.review", at=organization)
    if kind not in registry.ROLLS:
        raise Refused(Text("没有这份名册。", "There is no such roll."), field="kind")
    if since > dates.today():
        raise Refused(Text("日期不能晚于今天。", "The day cannot lie after today."), field="since")
    told = filled(paper, "paper", "请填写证书或文件。", "Name the paper or certificate.")[:120]
    made = Roll(
        organization=organization, org_path=organization.path, person=person, kind=kind, paper=told, since=since, created_by=by
    )  # fmt: skip
    known = Conflict(Text("此人已在名册内。", "This person is on the roll already."), code="on_roll")
    with constraints.said("grants_roll_once", known):
        made.save(force_insert=True)
    people_actions.set_standing(by=by, subject=person, kind=kind, organization=organization, since=since, source=made)
    audit.record(by, "grants.rolled", made, at=organization, roll=kind)
    return made


@transaction.atomic
def take_off(*, roll_id: int, reason: str, by: Person) -> Roll:
    """Take somebody off; what was granted stays. Taken off already, nothing changes."""
    one = access.roll_for_change(by, roll_id)
    if one.ended_on is not None:
        return one
    one.reason = filled(reason, "reason", "请说明移出原因。", "Say why.")[:200]
    one.ended_on = dates.today()
    one.save(update_fields=["ended_on", "reason"])
    for standing in Standing.objects.filter(source_kind="grants.roll", source_id=one.pk, kind=one.kind):
        people_actions.end_standing(by=by, standing=standing, day=standing.ended(one.ended_on), reason=one.reason)
    audit.record(by, "grants.unrolled", one, at=one.organization, reason=one.reason)
    return one
