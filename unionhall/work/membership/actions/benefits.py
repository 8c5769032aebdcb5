"""Benefits: opened, taken by one statement that can neither oversell nor give twice, used once at the place."""

import secrets
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, connection, transaction

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access.actions import one_for_change
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger.facts import Fact
from unionhall.kernel.organizations import rules as tree
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.models import Edition, Programme
from unionhall.lib import clock, constraints, dates
from unionhall.lib.refusal import Conflict, Refused, absent
from unionhall.lib.text import Text
from unionhall.work.membership import access, facts, registry, rules
from unionhall.work.membership.actions import standing
from unionhall.work.membership.actions.codes import ALPHABET
from unionhall.work.membership.models import Benefit, Claim, Membership

TAKE = """
WITH taken AS (
    UPDATE membership_benefit SET claimed = claimed + 1
    WHERE id = %(benefit)s AND claimed < quota AND withdrawn_at IS NULL AND opens_at <= %(now)s AND closes_at > %(now)s
    RETURNING id
)
INSERT INTO membership_claim (benefit_id, person_id, membership_id, code, claimed_at)
SELECT id, %(person)s, %(membership)s, %(code)s, %(now)s FROM taken RETURNING id
"""
CODE_LENGTH = 8


@transaction.atomic
def open_benefit(
    *,
    organization: Organization,
    title: str,
    kind: str,
    quota: int,
    opens_on: date,
    closes_on: date,
    by: Person,
    what: str = "",
    place: str = "",
    use_until: date | None = None,
    programme: Programme | None = None,
    edition: Edition | None = None,
) -> Benefit:
    """Offer so many of something to the members of a union and of everything below it."""
    access_actions.require(by, "membership.benefits", at=organization)
    if kind not in registry.BENEFIT_KINDS:
        raise Refused(Text("请选择福利类型。", "Choose the kind of benefit."), field="kind")
    if closes_on < opens_on:
        raise Refused(Text("结束日期不能早于开始日期。", "It cannot close before it opens."), field="closes_on")
    if use_until is not None and use_until < opens_on:
        raise Refused(Text("使用期限不能早于开始日期。", "It cannot have to be used before it can be taken."), field="use_until")
    benefit = Benefit.objects.create(
        organization=organization, org_path=organization.path, title=title.strip(), kind=kind, quota=quota, what=what.strip(),
        place=place.strip(), use_until=use_until, by=by, programme=programme, edition=edition,
        opens_at=datetime.combine(opens_on, time.min, dates.SHANGHAI),
        closes_at=datetime.combine(closes_on + timedelta(days=1), time.min, dates.SHANGHAI),
    )  # fmt: skip
    audit.record(by, "membership.benefit_opened", benefit, at=organization, quota=quota)
    return benefit


@transaction.atomic
def withdraw(*, benefit_id: int, by: Person) -> Benefit:
    """Take an offer back; what was taken stays valid."""
    benefit = one_for_change(
        access.scoped(Benefit.objects.select_related("organization"), by), by, benefit_id, to="membership.benefits"
    )
    if benefit.withdrawn_at is not None:
        raise Conflict(Text("这项福利已下架。", "This benefit was withdrawn already."))
    benefit.withdrawn_at = clock.now()
    benefit.save(update_fields=["withdrawn_at"])
    audit.record(by, "membership.benefit_withdrawn", benefit, at=benefit.organization)
    return benefit


def offered_to(membership: Membership, benefit: Benefit) -> bool:
    """Whether a benefit is for the members of this union: offered by it or by one above it."""
    return benefit.org_path in {*tree.ancestor_paths(membership.org_path), membership.org_path}


@transaction.atomic
def take(*, benefit_id: int, person: Person) -> Claim:
    """Take one benefit for oneself. Raises Conflict with the exact state where nothing is left or it was taken before."""
    now = clock.now()
    membership = Membership.objects.filter(person=person, until=None, state__in=registry.COUNTED).first()
    benefit = Benefit.objects.select_related("organization", "programme").filter(pk=benefit_id).first()
    if benefit is None:
        raise absent()
    check(benefit, membership, person, now)
    assert membership is not None
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    given = {"benefit": benefit.pk, "person": person.pk, "membership": membership.pk, "code": code, "now": now}
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(TAKE, given)
            row = cursor.fetchone()
    except IntegrityError as error:
        if constraints.broken(error) != "member_claim_once":
            raise
        row = None
    if row is None:
        benefit.refresh_from_db()
        check(benefit, membership, person, now)
        raise Conflict(Text("刚刚被领完，请看看其他福利。", "The last one was taken just now."), code="sold_out")
    claim = Claim.objects.get(pk=row[0])
    _count(facts.BENEFIT_TAKEN, claim, benefit, now)
    audit.record(person, "membership.benefit_taken", claim, at=benefit.organization, benefit=benefit.pk)
    standing.seen_active(person, "benefit")
    return claim


def why_not(benefit: Benefit, person: Person) -> Refused | None:
    """Why somebody cannot take a benefit now; None where they can."""
    membership = Membership.objects.filter(person=person, until=None, state__in=registry.COUNTED).first()
    try:
        check(benefit, membership, person, clock.now())
    except Refused as refusal:
        return refusal
    return None


def check(benefit: Benefit, membership: Membership | None, person: Person, now: datetime) -> None:
    """Raise what stands in the way of taking a benefit at a moment."""
    earlier = Claim.objects.filter(benefit=benefit, person=person).values_list("claimed_at", flat=True).first()
    offer = rules.Offer(
        _local(benefit.opens_at), _local(benefit.closes_at), benefit.quota, benefit.claimed, benefit.withdrawn_at is not None
    )
    rules.check_offer(
        offer,
        now=now,
        already_at=_local(earlier) if earlier else None,
        entitled=membership is not None and offered_to(membership, benefit),
    )


def _local(moment: datetime) -> datetime:
    return moment.astimezone(dates.SHANGHAI)


def _count(fact: Fact, claim: Claim, benefit: Benefit, at: datetime) -> None:
    dims = {"benefit": benefit.kind, "programme": benefit.programme.code if benefit.programme else ""}
    ledger.post(fact, at=benefit.organization, day=dates.day_of(at), source=claim, subject=claim.person_id, dimensions=dims)


@transaction.atomic
def use(*, code: str, organization: Organization, by: Person) -> Claim:
    """Check a claim off at the place. Raises Refused for a code that is none and for the own, Conflict for one that was used."""
    access_actions.require(by, "membership.benefits", at=organization)
    found = access.visible_claims(by).select_for_update(of=("self",)).filter(code=code.strip().lower()).first()
    if found is None:
        raise Refused(Text("没有这个领取码，请核对。", "There is no such code; compare it."), field="code")
    access.check_not_own(by, found.person_id)
    if found.used_at is not None:
        when = f"{_local(found.used_at):%m-%d %H:%M}"
        raise Conflict(Text(f"这个领取码已于 {when} 使用。", f"This code was used at {when}."), field="code")
    if found.benefit.use_until is not None and dates.today() > found.benefit.use_until:
        raise Refused(Text("这个领取码已过使用期限。", "The time to use this code is over."), field="code")
    found.used_at = clock.now()
    found.save(update_fields=["used_at"])
    _count(facts.BENEFIT_USED, found, found.benefit, found.used_at)
    audit.record(by, "membership.benefit_used", found, at=found.benefit.organization)
    return found
