"""What the pages of teams and people sent out read."""

from django.db.models import Count, QuerySet

from unionhall.kernel.people.models import Person
from unionhall.lib.refusal import absent
from unionhall.work.campaigns import access
from unionhall.work.campaigns.models import Dispatch, Member, Team


def listed(by: Person) -> QuerySet[Team]:
    """The teams in scope with how many people are in each."""
    found = access.teams_for(by).select_related("organization", "programme").annotate(people=Count("members"))
    return found.order_by("-formed_on", "-id")


def team(by: Person, team_id: int) -> Team:
    """One team in sight; NotVisible when absent or out of sight."""
    found = access.teams_for(by).select_related("organization", "programme", "edition").filter(pk=team_id).first()
    if found is None:
        raise absent()
    return found


def members(one: Team) -> QuerySet[Member]:
    """The members of a team in the order in which they joined."""
    return one.members.order_by("id")


def visits_made(one: Team) -> int:
    """How many visits a team has made that were not withdrawn."""
    return one.visits.filter(withdrawn_on=None).count()


def sent(by: Person) -> QuerySet[Dispatch]:
    """The people sent out in scope, the latest first."""
    return access.dispatches_for(by).select_related("organization", "programme").order_by("-since", "-id")
