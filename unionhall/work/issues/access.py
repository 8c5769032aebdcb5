"""Who may see and change what in the room.

An issue is seen from three places: the unit on whose list it stands, the unit that handles it, and joint units. What
may be done is asked where the flow says: at the listing unit or at the one that handles.
"""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Lookup, Q, QuerySet

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access import queries as access
from unionhall.kernel.access.models import fetched
from unionhall.kernel.flows.models import Handling
from unionhall.kernel.people.models import Person
from unionhall.lib import scope
from unionhall.lib.refusal import absent
from unionhall.work.issues.models import Issue, IssueList, Notice, Proposal, Review, Route

KIND = "issues.issue"


class Among(Lookup):
    """`id = ANY(ARRAY(...))`: the few keys are read once and then found by the index, also inside an OR."""

    lookup_name = "among"
    prepare_rhs = False

    @property
    def output_field(self) -> BooleanField:
        return BooleanField()

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        """The condition with its parameters."""
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} = ANY({right})", (*left_params, *right_params)


def visible_to(by: Person, permission: str = "issues.see") -> QuerySet[Issue]:
    """The issues that a person may see: listed, handled or helped with inside their scope."""
    found = access.ranges(by, permission)
    if not found:
        return scope.mark(Issue.objects.none())
    if found == [access.EVERYTHING]:
        return scope.mark(Issue.objects.all())
    listed, handled, helped = _sides(found)
    return scope.mark(Issue.objects.filter(listed | handled | helped))


def visible_parts(by: Person, permission: str = "issues.see") -> list[QuerySet[Issue]]:
    """What `visible_to` gives, in parts that share no row: to be counted, each part by one index alone."""
    found = access.ranges(by, permission)
    if not found or found == [access.EVERYTHING]:
        return [visible_to(by, permission)]
    listed, handled, helped = _sides(found)
    parts = (listed, handled & ~listed, helped & ~listed & ~handled)
    return [scope.mark(Issue.objects.filter(part)) for part in parts]


def _sides(found: list[tuple[str, str]]) -> tuple[Q, Q, Q]:
    """The conditions "on the list of", "handled by" and "helped with by" a unit in the ranges."""
    helped = Handling.objects.filter(access.in_ranges(found), record_kind=KIND, lead=False, until=None).values("record_id")
    return access.in_ranges(found), access.in_ranges(found, "handler_path"), Q(Among(F("id"), ArraySubquery(helped)))


def for_change(by: Person, issue_id: int, *, to: str = "issues.see") -> Issue:
    """The issue, locked; NotVisible for one that is absent or out of sight.

    `to` is asked at the listing unit unless it is plain sight; moves are asked again by the flow, at its place.
    """
    issue = visible_to(by).select_for_update(of=("self",)).filter(pk=issue_id).first()
    if issue is None:
        raise absent()
    if to != "issues.see":
        access_actions.require(by, to, at=issue.organization)
    return fetched(issue)


def lists_for(by: Person, permission: str = "issues.see") -> QuerySet[IssueList]:
    """The lists that a person may see."""
    return access.visible(IssueList.objects.select_related("organization", "programme"), by, permission)


def routes_for(by: Person) -> QuerySet[Route]:
    """The lines of the routing table that a person may see."""
    return access.visible(Route.objects.select_related("organization", "target"), by, "issues.see")


def reviews_for(by: Person) -> QuerySet[Review]:
    """The monthly reviews that a person may see."""
    return access.visible(Review.objects.select_related("organization"), by, "issues.see")


def notices_for(by: Person) -> QuerySet[Notice]:
    """The quarterly notices that a person may see."""
    return access.visible(Notice.objects.select_related("organization"), by, "issues.see")


def proposals_for(by: Person) -> QuerySet[Proposal]:
    """The proposals to hold to account that a person may see."""
    return access.visible(Proposal.objects.select_related("organization", "unit", "person", "notice"), by, "issues.review")
