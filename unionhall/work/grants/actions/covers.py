"""Joining the medical mutual aid, and noting a death: what standings the rules of grants ask for and this room itself sets."""

from datetime import date, timedelta

from django.db import transaction

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import actions as people_actions
from unionhall.kernel.people.models import Person, Standing
from unionhall.kernel.programmes.models import Programme
from unionhall.lib import constraints, dates
from unionhall.lib.refusal import Conflict, Refused
from unionhall.lib.text import Text
from unionhall.work.grants import access, facts, registry
from unionhall.work.grants.models import Cover
from unionhall.work.grants.queries import eligibility
from unionhall.work.grants.rules import days

MUTUAL_AID = "medical_mutual_aid"


@transaction.atomic
def join(
    *, organization: Organization, programme: Programme, person: Person, by: Person, plan: str = "claim", payer: str = "self"
) -> Cover:  # fmt: skip
    """Take a person into a plan of the running edition, for the region's fee; claims count once its waiting days are over.

    `plan` is a key of `registry.PLANS`, `payer` of `registry.PAYERS`. Raises Refused where no edition is open or the region has
    no fee for the plan, Conflict for somebody who is in it already.
    """
    access_actions.require(by, "grants.apply", at=organization)
    if plan not in registry.PLANS or payer not in registry.PAYERS:
        raise Refused(Text("没有这个互助计划或缴费方。", "There is no such plan or payer."), field="plan")
    rule = registry.PLANS[plan]
    edition, today = eligibility.edition_for(programme, organization), dates.today()
    fee = eligibility.number(rule.fee, at=organization, on=today)
    if not fee.value:
        raise Refused(
            Text(
                f"本地区尚未设定“{rule.name.zh}”的会费，不能办理参加。",
                f"The region has set no fee for “{rule.name.en}” yet; nobody can join.",
            ),
            field="plan",
            code="no_value",
        )
    waits = eligibility.number(rule.wait, at=organization, on=today)
    since, until = today + timedelta(days=waits.value), edition.until + timedelta(days=1)
    days.check_cover(since, until)
    made = Cover(
        organization=organization, org_path=organization.path, person=person, programme=programme, edition=edition, plan=plan,
        payer=payer, fee=fee.value, joined_on=today, since=since, until=until, created_by=by,
    )  # fmt: skip
    joined = Conflict(Text("本期已经参加。", "This person is in it already."), code="joined")
    with constraints.said("grants_cover_once", joined):
        made.save(force_insert=True)
    people_actions.set_standing(
        by=by, subject=person, kind=rule.standing, organization=organization, since=since, until=until, source=made
    )  # fmt: skip
    where = {"at": organization, "day": today, "source": made, "subject": person, "dimensions": {"programme": programme.code}}
    ledger.post(facts.JOINED, **where)  # type: ignore[arg-type]
    ledger.post(facts.CONTRIBUTED, **where, amount=fee.value)  # type: ignore[arg-type]
    audit.record(by, "grants.joined", made, at=organization, fee=fee.value, plan=plan, payer=payer)
    return made


@transaction.atomic
def note_death(*, application_id: int, who: str, day: date, by: Person) -> Standing:
    """Note that the person or the payee of an application has died; from then on no rule lets a payment through."""
    one = access.for_change(by, application_id, to="grants.review")
    days.check_death(day, dates.today())
    person = one.payee if who == "payee" else one.person
    made = people_actions.set_standing(
        by=by, subject=person, kind="deceased", organization=one.organization, since=day, source=one
    )  # fmt: skip
    one.findings = [found.kept() for found in eligibility.judged(one, amount=one.approved or one.asked)]  # the page says it at once
    one.save(update_fields=["findings"])
    audit.record(by, "grants.death_noted", one, at=one.organization, person=person.pk, on=day)
    return made
