"""Monthly sorting (月梳理), quarterly notices (季通报), and proposals that two notices in a row raise and a person decides."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access import queries as access_queries
from unionhall.kernel.access.actions import one_for_change
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.flows.actions import numbers
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.notices import actions as notices
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.policies import queries as policies
from unionhall.lib import dates
from unionhall.lib.refusal import Conflict, Refused, absent
from unionhall.lib.text import Text
from unionhall.work.issues import access, facts, registry, rules
from unionhall.work.issues.models import Notice, NoticeItem, Proposal, Review, ReviewItem
from unionhall.work.issues.queries import reviews as review_queries
from unionhall.work.issues.rules import Quarter

NOTICE = "TB"


@transaction.atomic
def open_review(*, organization: Organization, month: date, by: Person) -> Review:
    """Open the sorting of a month: what stands open, what is late, what came back are put on the table."""
    access_actions.require(by, "issues.review", at=organization)
    first = month.replace(day=1)
    if first > dates.today():
        raise Refused(Text("该月尚未开始。", "That month has not begun."), field="month")
    review, new = Review.objects.get_or_create(
        organization=organization, month=first, defaults={"org_path": organization.path, "created_by": by}
    )
    if not new:
        return review
    singled = review_queries.worth_review(organization, first)
    ReviewItem.objects.bulk_create([ReviewItem(review=review, issue_id=issue_id) for issue_id in singled])
    audit.record(by, "issues.review_opened", review, at=organization, month=first.isoformat(), items=len(singled))
    return review


@transaction.atomic
def remark(*, review_id: int, item_id: int, text: str, by: Person) -> ReviewItem:
    """Say something about one issue in the monthly sorting."""
    review = one_for_change(access.reviews_for(by), by, review_id, to="issues.review")
    _check_open(review)
    item = review.items.filter(pk=item_id).first()
    if item is None:
        raise absent()
    item.remark = text.strip()[:200]
    item.save(update_fields=["remark"])
    return item


@transaction.atomic
def close_review(*, review_id: int, summary: str, by: Person) -> Review:
    """Close the sorting of a month with a summary; what it counted stays as it was that day."""
    review = one_for_change(access.reviews_for(by), by, review_id, to="issues.review")
    _check_open(review)
    rules.check_reason(summary, field="summary")
    review.summary, review.closed_by, review.closed_on = summary.strip(), by, dates.today()
    review.save(update_fields=["summary", "closed_by", "closed_on"])
    ledger.post(facts.REVIEWED, at=review.organization, day=dates.today(), source=review, subject=str(review.pk))
    audit.record(by, "issues.review_closed", review, at=review.organization)
    return review


def _check_open(review: Review) -> None:
    if review.closed_on is not None:
        raise Conflict(Text("本月梳理已完成。", "The sorting of this month is closed."))


@transaction.atomic
def draft_notice(*, organization: Organization, year: int, quarter: int, by: Person) -> Notice:
    """Draft the notice of a quarter from the issues that are late or were singled out in its monthly sortings."""
    access_actions.require(by, "issues.review", at=organization)
    when = Quarter(year, quarter)
    if when.start > dates.today():
        raise Refused(Text("该季度尚未开始。", "That quarter has not begun."), field="quarter")
    notice, new = Notice.objects.get_or_create(
        organization=organization, year=year, quarter=quarter, defaults={"org_path": organization.path, "drafted_by": by}
    )
    if new:
        _fill(notice, review_queries.worth_notice(organization, when))
        audit.record(by, "issues.notice_drafted", notice, at=organization, year=year, quarter=quarter)
    return notice


def _fill(notice: Notice, found: Sequence[NoticeItem]) -> None:
    for item in found:
        item.notice = notice
    NoticeItem.objects.bulk_create(found)


@transaction.atomic
def add_item(*, notice_id: int, issue_id: int, problem: str, by: Person, person: Person | None = None) -> NoticeItem:
    """Put an issue into a notice that is not issued yet."""
    notice = _draft(notice_id, by)
    issue = access.visible_to(by).filter(pk=issue_id).first()
    if issue is None:
        raise Refused(Text("没有这个问题，或不在您的管理范围。", "There is no such issue in your scope."), field="issue")
    if notice.items.filter(issue=issue).exists():
        raise Conflict(Text("该问题已在本期通报中。", "The issue is in this notice already."), field="issue")
    rules.check_reason(problem, field="problem")
    return NoticeItem.objects.create(
        notice=notice, issue=issue, unit_id=issue.handler_id, person=person or issue.responsible, problem=problem.strip()[:200]
    )


@transaction.atomic
def drop_item(*, notice_id: int, item_id: int, by: Person) -> None:
    """Leave an issue out of a notice that is not issued yet."""
    notice = _draft(notice_id, by)
    notice.items.filter(pk=item_id).delete()


def _draft(notice_id: int, by: Person) -> Notice:
    notice = one_for_change(access.notices_for(by), by, notice_id, to="issues.review")
    if notice.issued_on is not None:
        raise Conflict(Text("通报已印发，不能再改。", "The notice has been issued and stays as it is."))
    return notice


@transaction.atomic
def issue_notice(*, notice_id: int, by: Person) -> Notice:
    """Issue a notice: it gets its number, counts at each unit it names, and raises proposals where one was noticed in a row."""
    notice = _draft(notice_id, by)
    items = list(notice.items.select_related("unit", "issue"))
    if not items:
        raise Refused(Text("通报中还没有问题。", "The notice holds no issue yet."))
    today = dates.today()
    notice.number, notice.issued_by, notice.issued_on = numbers.number(NOTICE, notice.organization), by, today
    notice.save(update_fields=["number", "issued_by", "issued_on"])
    ledger.post(facts.NOTICE_ISSUED, at=notice.organization, day=today, source=notice, subject=str(notice.pk))
    for item in items:
        ledger.post(facts.NOTICED, at=item.unit, day=today, source=item, subject=str(item.issue_id))
    audit.record(by, "issues.notice_issued", notice, at=notice.organization, number=notice.number, items=len(items))
    for unit in {item.unit_id: item.unit for item in items}.values():
        notices.tell(unit, "issues.noticed", record=notice, number=notice.number)
    _propose(notice, items)
    return notice


def _propose(notice: Notice, items: Sequence[NoticeItem]) -> None:
    needed = policies.value("issues.accountability_notices", at=notice.organization, on=dates.today()).whole
    for unit_id, person_id in {(item.unit_id, item.person_id) for item in items}:
        noticed = review_queries.noticed_quarters(notice.organization, unit_id=unit_id, person_id=person_id, until=notice.when)
        if notice.when not in rules.in_a_row(noticed, needed=needed):
            continue
        proposal = Proposal.objects.create(
            organization=notice.organization,
            org_path=notice.org_path,
            unit_id=unit_id,
            person_id=person_id,
            notice=notice,
            in_a_row=needed,
            raised_on=dates.today(),
        )
        ledger.post(
            facts.ACCOUNTABILITY_PROPOSED, at=notice.organization, day=dates.today(), source=proposal, subject=str(proposal.pk)
        )
        audit.record(None, "issues.accountability_proposed", proposal, at=notice.organization, unit=unit_id, notice=notice.pk)


@transaction.atomic
def decide(*, proposal_id: int, accept: bool, reason: str, by: Person, severity: str = "") -> Proposal:
    """Accept or decline a proposal to hold to account: a person's decision, by severity (视情节轻重), with its reason."""
    proposal = one_for_change(access.proposals_for(by), by, proposal_id, to="issues.decide")
    if proposal.decision:
        raise Conflict(Text("该建议已作出决定。", "This proposal has been decided."))
    rules.check_decision(
        decider=access_queries.own_files(by), concerned=proposal.person_id, accept=accept, severity=severity, reason=reason
    )
    if accept:
        rules.check_known(severity, registry.SEVERITIES, field="severity")
    proposal.decision = "accepted" if accept else "declined"
    proposal.severity, proposal.reason = severity if accept else "", reason.strip()
    proposal.decided_by, proposal.decided_on = by, dates.today()
    proposal.save(update_fields=["decision", "severity", "reason", "decided_by", "decided_on"])
    ledger.post(
        facts.ACCOUNTABILITY_DECIDED,
        at=proposal.organization,
        day=dates.today(),
        source=proposal,
        subject=str(proposal.pk),
        dimensions={"decision": proposal.decision},
    )
    audit.record(by, "issues.accountability_decided", proposal, at=proposal.organization, decision=proposal.decision, reason=reason)
    return proposal
