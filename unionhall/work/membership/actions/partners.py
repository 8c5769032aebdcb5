"""Platform partners, the numbers reported upward, proposals to found a union, tags, and what is printed."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Concat, Length

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access.actions import one_for_change
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.notices import actions as notices
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.policies import queries as policies
from unionhall.kernel.programmes.models import Edition, Programme
from unionhall.lib import constraints, dates
from unionhall.lib.refusal import Conflict, Refused
from unionhall.lib.text import Text
from unionhall.work.membership import access, facts, registry, rules
from unionhall.work.membership.models import Founding, Membership, Partner, Reported

LONGEST_TAGS = 200
FLOOR = "membership.founding_floor"
GROWTH, MONTHS = "membership.founding_growth", "membership.founding_months"  # when one that was set aside is raised again


@transaction.atomic
def agree(
    *,
    organization: Organization,
    name: str,
    kind: str,
    agreement: str,
    agreed_on: date,
    by: Person,
    workers: int = 0,
    contact: str = "",
    programme: Programme | None = None,
    edition: Edition | None = None,
) -> Partner:
    """Enter a platform enterprise with which an agreement stands."""
    access_actions.require(by, "membership.codes", at=organization)
    if kind not in registry.PARTNER_KINDS:
        raise Refused(Text("请选择平台类型。", "Choose the kind of platform."), field="kind")
    if agreed_on > dates.today():
        raise Refused(Text("签订日期不能晚于今天。", "The day of the agreement cannot lie in the future."), field="agreed_on")
    known = Conflict(Text("这个平台已登记合作。", "This platform is a partner already."), field="name")
    with constraints.said("member_partner_once", known):
        partner = Partner.objects.create(
            organization=organization, org_path=organization.path, name=name.strip(), kind=kind, agreement=agreement.strip(),
            agreed_on=agreed_on, workers=workers, contact=contact.strip(), by=by, programme=programme, edition=edition,
        )  # fmt: skip
    ledger.post(
        facts.PARTNER, at=organization, day=agreed_on, source=partner, subject=partner.pk, dimensions=_partner_dimensions(partner)
    )
    audit.record(by, "membership.partner_agreed", partner, at=organization, kind=kind)
    return partner


def _partner_dimensions(partner: Partner) -> dict[str, str]:
    return {"partner_kind": partner.kind, "programme": partner.programme.code if partner.programme else ""}


@transaction.atomic
def end_partner(*, partner_id: int, by: Person) -> Partner:
    """The agreement has ended."""
    partner = one_for_change(
        access.scoped(Partner.objects.select_related("organization", "programme"), by), by, partner_id, to="membership.codes"
    )
    if partner.ended_on is not None:
        raise Conflict(Text("合作已终止。", "The agreement has ended already."))
    partner.ended_on = dates.today()
    partner.save(update_fields=["ended_on"])
    ledger.post(
        facts.PARTNER, at=partner.organization, day=partner.ended_on, source=partner, occurrence=1, subject=partner.pk, quantity=-1,
        dimensions=_partner_dimensions(partner),
    )  # fmt: skip
    audit.record(by, "membership.partner_ended", partner, at=partner.organization)
    return partner


@transaction.atomic
def report(*, organization: Organization, members: int, day: date, evidence: str, by: Person) -> Reported:
    """Write down how many members a unit reported upward for a day, with the document it stands in."""
    access_actions.require(by, "membership.report", at=organization)
    if day > dates.today():
        raise Refused(Text("日期不能晚于今天。", "The day cannot lie in the future."), field="day")
    row, _made = Reported.objects.update_or_create(
        organization=organization,
        day=day,
        defaults={"org_path": organization.path, "members": members, "evidence": evidence.strip(), "by": by},
    )
    audit.record(by, "membership.reported", row, at=organization, members=members, day=day)
    return row


def propose_foundings() -> int:
    """The morning's job: where enough members of one union share an employer, propose a union there. Returns how many.

    How many are enough is each region's own policy; groups below the least of them are not even looked at. What was set
    aside is proposed again when the members have become so many more, or after so many months, as each region's policies say.
    """
    floors = policies.Table.load(FLOOR, on=dates.today())
    least = min(floor.whole for floor in (floors.default, *floors.rows.values()))
    known = Founding.objects.filter(organization=OuterRef("organization"), employer=OuterRef("employer"))
    groups = (
        Membership.objects.filter(
            ~Exists(known.exclude(decision="set_aside")), until=None, state__in=registry.COUNTED, organization__level="township"
        )
        .exclude(employer="")
        .order_by("organization", "employer")
        .values_list("organization", "employer")
        .annotate(members=Count("id"))
        .filter(members__gte=least)
    )
    found = list(groups)
    units = Organization.objects.in_bulk({unit for unit, _employer, _members in found})
    before = _set_aside(units) if found else {}
    return sum(
        _raise(units[unit], employer, members)
        for unit, employer, members in found
        if rules.should_found(members, floor=floors.value(units[unit]).whole)
        and _again(units[unit], members, before.get((unit, employer)))
    )


def _set_aside(units: Iterable[int]) -> dict[tuple[int, str], rules.SetAside]:
    """The latest proposal that was set aside, for each employer at these units."""
    rows = Founding.objects.filter(organization__in=list(units), decision="set_aside").order_by("decided_on", "id")
    told = rows.values_list("organization", "employer", "members", "decided_on")
    return {(unit, employer): rules.SetAside(members, on) for unit, employer, members, on in told if on is not None}


def _again(unit: Organization, members: int, before: rules.SetAside | None) -> bool:
    """Whether a proposal may be made that was set aside before, by the unit's own policies of today."""
    if before is None:
        return True
    today = dates.today()
    growth, months = (policies.value(code, at=unit, on=today).whole for code in (GROWTH, MONTHS))
    return rules.should_raise_again(members, before, today=today, growth=growth, months=months)


@transaction.atomic
def _raise(unit: Organization, employer: str, members: int) -> int:
    """One proposal; one that stands open or was taken up is not raised again."""
    if Founding.objects.filter(organization=unit, employer=employer).exclude(decision="set_aside").exists():
        return 0
    proposal = Founding.objects.create(
        organization=unit, org_path=unit.path, level_unit=unit, employer=employer, members=members, raised_on=dates.today()
    )
    ledger.post(facts.FOUNDING, at=unit, day=proposal.raised_on, source=proposal, subject=proposal.pk)
    audit.record(None, "membership.founding_raised", proposal, at=unit, members=members)
    notices.tell(unit, "membership.founding", record=proposal, employer=employer, members=members)
    return 1


@transaction.atomic
def decide_founding(*, founding_id: int, decision: str, reason: str, by: Person) -> Founding:
    """Take a proposal up or set it aside; only a person does, with a reason."""
    found = access.scoped(Founding.objects.select_related("organization"), by)
    proposal = one_for_change(found, by, founding_id, to="membership.approve")
    if proposal.decision:
        raise Conflict(Text("这条提示已办理。", "This proposal was decided already."))
    if decision not in ("taken", "set_aside"):
        raise Refused(Text("请选择办理意见。", "Choose what becomes of it."), field="decision")
    if len(reason.strip()) < rules.REASON_LEAST:
        raise Refused(Text("请写明理由。", "Give the reason."), field="reason")
    proposal.decision, proposal.reason, proposal.decided_by, proposal.decided_on = decision, reason.strip(), by, dates.today()
    proposal.save(update_fields=["decision", "reason", "decided_by", "decided_on"])
    audit.record(by, "membership.founding_decided", proposal, at=proposal.organization, reason=reason, decision=decision)
    return proposal


@transaction.atomic
def tag(found: QuerySet[Membership], *, tag: str, at: Organization, by: Person) -> int:
    """Put a tag on all of the selected memberships that a person may change; those that have it stay. Returns how many got it."""
    access_actions.require(by, "membership.move", at=at)
    word = tag.strip().replace("|", "")
    if not word:
        raise Refused(Text("请填写标签。", "Write the tag."), field="tag")
    may = access.visible_to(by, "membership.move").filter(pk__in=found.order_by().values("pk"))
    room = LONGEST_TAGS - len(word) - 2
    wanting = may.exclude(tags__contains=f"|{word}|").annotate(long=Length("tags")).filter(long__lte=room)
    rows = list(wanting.select_related("organization").order_by("pk"))
    chosen = Membership.objects.filter(pk__in=[one.pk for one in rows])
    done = chosen.exclude(tags="").update(tags=Concat(F("tags"), Value(f"{word}|")))
    done += chosen.filter(tags="").update(tags=f"|{word}|")
    audit.record_all(audit.Act(by, "membership.tagged", one, one.organization, reason=word) for one in rows)
    return done


@transaction.atomic
def printed(found: QuerySet[Membership], *, what: str, at: Organization, by: Person, reason: str, most: int) -> list[Membership]:
    """The selected memberships that a person may print with full names, put on record with the reason before anything is shown."""
    access_actions.require(by, "membership.register", at=at)
    may = access.visible_to(by, "membership.register").filter(pk__in=found.order_by().values("pk"))
    rows = list(may.select_related("organization", "person").order_by("org_path", "id")[:most])
    told = {"what": what}
    audit.record_all(audit.Act(by, "membership.printed", one, one.organization, reason=reason, details=told) for one in rows)
    return rows
