"""Who may see and change what in the room: staff by the unit that acts, workers by the unit that they belong to."""

from django.db.models import Q, QuerySet

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access import queries as access
from unionhall.kernel.access.actions import one_for_change
from unionhall.kernel.organizations import rules as tree
from unionhall.kernel.people.models import Person
from unionhall.lib import scope
from unionhall.work.campaigns.models import Dispatch, Session, SignUp, Team, Visit


def visible_to(by: Person, permission: str = "campaigns.see") -> QuerySet[Visit]:
    """The visits that a person may see."""
    return access.visible(Visit.objects.all(), by, permission)


def sessions_for(by: Person, permission: str = "campaigns.see") -> QuerySet[Session]:
    """The sessions that a person may see at the desk."""
    return access.visible(Session.objects.all(), by, permission)


def teams_for(by: Person, permission: str = "campaigns.see") -> QuerySet[Team]:
    """The teams that a person may see."""
    return access.visible(Team.objects.all(), by, permission)


def dispatches_for(by: Person, permission: str = "campaigns.see") -> QuerySet[Dispatch]:
    """The people sent out whom a person may see."""
    return access.visible(Dispatch.objects.all(), by, permission)


def visible_to_worker(person: Person) -> QuerySet[Session]:
    """What a worker finds in the hall: sessions of the own unit and those above it that are no drafts, and any signed up to."""
    reach = [*tree.ancestor_paths(person.org_path), person.org_path] if person.org_path else []
    mine = SignUp.objects.filter(person=person).values("session")
    found = Session.objects.filter(Q(org_path__in=reach) | Q(pk__in=mine)).exclude(state="draft")
    return scope.mark(found)


def signups_of(person: Person) -> QuerySet[SignUp]:
    """A worker's own sign-ups, the newest first."""
    return scope.mark(SignUp.objects.filter(person=person).select_related("session").order_by("-id"))


def signups_at(by: Person, session: Session) -> QuerySet[SignUp]:
    """The sign-ups of a session that a person sees."""
    found = SignUp.objects.filter(session__in=sessions_for(by).filter(pk=session.pk))
    return scope.mark(found.select_related("person", "person__home", "pool"))


def for_change(by: Person, id: int, *, to: str = "campaigns.visit") -> Visit:
    """A visit, locked; NotVisible for one that is absent or out of sight."""
    return one_for_change(visible_to(by).select_related("organization", "programme"), by, id, to=to)


def session_for_change(by: Person, id: int, *, to: str) -> Session:
    """A session, locked; NotVisible for one that is absent or out of sight. Sign-ups under way do not wait for the lock."""
    return one_for_change(sessions_for(by).select_related("organization", "programme"), by, id, to=to, no_key=True)


def require_check_in(by: Person, session: Session) -> None:
    """Ask whether somebody may check people in at a session."""
    access_actions.require(by, "campaigns.check_in", at=session.organization)
