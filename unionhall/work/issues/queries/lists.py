"""Lists with what stands on them."""

from django.db.models import Count, Q, QuerySet

from unionhall.work.issues.models import IssueList


def counted(lists: QuerySet[IssueList]) -> QuerySet[IssueList]:
    """Each list with how many issues it holds and how many of them are written off."""
    return lists.annotate(
        listed=Count("listings"), cleared=Count("listings", filter=Q(listings__cleared_on__isnull=False))
    ).order_by("-opened_on", "-id")
