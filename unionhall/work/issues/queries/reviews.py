"""What monthly sortings and quarterly notices put on the table."""

from datetime import date
from itertools import groupby
from typing import TypeVar

from django.db.models import Count, Model, Q, QuerySet

from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.lib import dates
from unionhall.lib.refusal import absent
from unionhall.work.issues.flow import OPEN_STATES
from unionhall.work.issues.models import Issue, Notice, NoticeItem, Proposal, Review, ReviewItem
from unionhall.work.issues.rules import Quarter

MOST = 200
Row = TypeVar("Row", bound=Model)


def worth_review(organization: Organization, month: date) -> list[int]:
    """Issues for the sorting of a month: supervised, red-flagged, late, or come back; the most urgent first."""
    today = dates.today()
    open_now = organizations.within(Issue.objects.filter(state__in=OPEN_STATES), organization)
    late = Q(due_on__lt=today, paused_at=None) | Q(deadline__lt=today, paused_at=None)
    found = open_now.filter(late | Q(supervised=True) | Q(flag="red") | Q(recurrence_of__isnull=False))
    return list(found.order_by("due_on", "id").values_list("pk", flat=True)[:MOST])


def worth_notice(organization: Organization, when: Quarter) -> list[NoticeItem]:
    """Unsaved items of a quarter's notice: issues past their deadline, red-flagged, or remarked on in its monthly sortings."""
    day = min(dates.today(), when.end)
    remarked = ReviewItem.objects.filter(
        review__organization=organization, review__month__gte=when.start, review__month__lte=when.end
    ).exclude(remark="")
    open_now = organizations.within(Issue.objects.filter(state__in=OPEN_STATES), organization)
    bad = Q(deadline__lt=day, paused_at=None) | Q(flag="red") | Q(pk__in=remarked.values("issue"))
    found = (
        open_now.filter(bad).exclude(handler=organization).select_related("handler", "responsible").order_by("handler_path", "id")
    )
    return [
        NoticeItem(issue=issue, unit=issue.handler, person=issue.responsible, problem=issue.title[:200]) for issue in found[:MOST]
    ]


def noticed_quarters(organization: Organization, *, unit_id: int, person_id: int | None, until: Quarter) -> list[Quarter]:
    """The quarters up to one in which an organization's issued notices named a unit (and person)."""
    items = NoticeItem.objects.filter(
        notice__organization=organization,
        notice__issued_on__isnull=False,
        unit_id=unit_id,
        **{"person_id": person_id},  # none: the unit itself
    )
    found = items.values_list("notice__year", "notice__quarter").distinct().order_by()
    return sorted(quarter for quarter in (Quarter(*pair) for pair in found) if quarter <= until)


def counted_reviews(reviews: QuerySet[Review]) -> QuerySet[Review]:
    """Each monthly sorting with how many issues it holds."""
    return reviews.annotate(held=Count("items")).order_by("-month", "org_path", "id")


def counted_notices(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """Each notice with how many issues it names."""
    return notices.annotate(held=Count("items")).order_by("-year", "-quarter", "org_path")


def one(visible: "QuerySet[Row]", id: int) -> Row:
    """One row of a scoped queryset; NotVisible when absent or out of sight."""
    found = visible.filter(pk=id).first()
    if found is None:
        raise absent()
    return found


def items(review: Review) -> list[ReviewItem]:
    """What stands on the table of a month."""
    return list(review.items.select_related("issue__handler"))


def by_unit(notice: Notice) -> list[tuple[Organization, list[NoticeItem]]]:
    """A notice's issues, unit by unit."""
    found = notice.items.select_related("unit", "person", "issue")
    return [(unit, list(group)) for unit, group in groupby(found, key=lambda item: item.unit)]


def behind(proposal: Proposal) -> list[NoticeItem]:
    """The items of issued notices that raised a proposal, the latest first."""
    found = NoticeItem.objects.filter(
        notice__organization=proposal.organization,
        notice__issued_on__isnull=False,
        unit=proposal.unit,
        person=proposal.person,
    )
    rows = found.select_related("notice", "issue").order_by("-notice__year", "-notice__quarter", "id")
    return [item for item in rows if item.notice.when <= proposal.notice.when][:MOST]
