"""What the pages of sessions read, at the desk and in the hall."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, JSONObject

from unionhall.kernel.access.queries import key_of
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations import rules as tree
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import clock
from unionhall.lib.refusal import absent
from unionhall.work.campaigns import access, rules
from unionhall.work.campaigns.models import Attendance, HeadCount, Pool, Session, SignUp

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

NAMES_SHOWN = 200


class Sums(TypedDict):
    """What `counted` adds to a session."""

    places: int
    taken: int
    came: int
    heads: int


class Own(TypedDict):
    """A worker's own sign-up at a session, as the database tells it."""

    id: int
    state: str
    number: int
    until: str | None
    pool: int
    reason: str


class SumsAndOwn(Sums):
    """The same for a worker, with the own sign-up and whether the worker came."""

    mine: Own | None
    came_self: int | None


if TYPE_CHECKING:
    Counted = WithAnnotations[Session, Sums]
    Event = WithAnnotations[Session, SumsAndOwn]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of sessions is narrowed to; empty means everything in scope."""

    text: str = ""
    programme: str = ""
    state: str = ""
    unit: Organization | None = None


def filters_of(given: Mapping[str, Any]) -> Filters:
    """Filters from cleaned values of a form."""
    unit = given.get("unit")
    programme = given.get("programme")
    return Filters(
        text=str(given.get("q") or ""),
        programme=str(getattr(programme, "code", programme) or ""),
        state=str(given.get("state") or ""),
        unit=unit or None,
    )


def sessions(by: Person, filters: Filters) -> "QuerySet[Counted]":
    """The sessions that match, in the person's scope, with their places and heads."""
    found = access.sessions_for(by)
    if filters.programme:
        found = found.filter(programme__code=filters.programme)
    if filters.state:
        found = found.filter(state=filters.state)
    if filters.unit is not None:
        found = organizations.within(found, filters.unit)
    if filters.text:
        found = found.filter(Q(name__icontains=filters.text) | Q(place__icontains=filters.text))
    return counted(found).select_related("organization", "programme")


def counted(found: QuerySet[Session], person: Person | None = None) -> "QuerySet[Counted]":
    """Sessions with how many places there are and are taken, of those open to a worker where one asks; and how many people came."""
    pools = Pool.objects.filter(session=OuterRef("pk"))
    if person is not None:
        reach = [*tree.ancestor_paths(person.org_path), person.org_path] if person.org_path else []
        pools = pools.filter(Q(organization=None) | Q(organization__path__in=reach))
    return found.annotate(
        places=_sum(pools, "places"),
        taken=_sum(pools, "taken"),
        came=_count(Attendance.objects.filter(session=OuterRef("pk"))),
        heads=_sum(HeadCount.objects.filter(session=OuterRef("pk"), withdrawn_on=None), "heads"),
    )


def _sum(rows: QuerySet[Any], column: str) -> Any:
    inner = rows.order_by().values("session").annotate(number=Sum(column)).values("number")
    return Coalesce(Subquery(inner, output_field=IntegerField()), 0)


def _count(rows: QuerySet[Any]) -> Any:
    inner = rows.order_by().values("session").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(inner, output_field=IntegerField()), 0)


def session(by: Person, session_id: int) -> "Counted":
    """One session of the desk, with its sums and everything small that hangs on it; NotVisible out of sight."""
    here = {"session": OuterRef("pk")}
    pools = JSONObject(id="id", places="places", taken="taken", unit="organization__name")
    heads = JSONObject(id="id", name="name", mode="mode", heads="heads", ownership="ownership", withdrawn="withdrawn_on")
    given = JSONObject(name="name", copies="copies", goods="goods", cash="cash")
    shown = JSONObject(name="name", level="level")
    waiting = _count(SignUp.objects.filter(**here, state="waiting"))
    volunteers = Attendance.objects.filter(**here, role="volunteer")
    found = counted(access.sessions_for(by)).select_related("organization", "programme", "edition", "area", "team", "main")
    one = (
        found.annotate(
            waiting=waiting,
            entered=_count(SignUp.objects.filter(**here, state="entered")),
            asked=_count(SignUp.objects.filter(**here, state="asked")),
            volunteers=_count(volunteers),
            minutes=_sum(volunteers, "minutes"),
            staying=_count(volunteers.filter(left_at=None)),
            pool_rows=ArraySubquery(Pool.objects.filter(**here).order_by("id").values(row=pools)),
            head_rows=ArraySubquery(HeadCount.objects.filter(**here).order_by("-id").values(row=heads)[:NAMES_SHOWN]),
            given=ArraySubquery(_related("handouts").order_by("id").values(row=given)),
            shown=ArraySubquery(_related("exhibits").order_by("id").values(row=shown)[:NAMES_SHOWN]),
        )
        .filter(pk=session_id)
        .first()
    )
    if one is None:
        raise absent()
    return one


def _related(name: str) -> QuerySet[Any]:
    model = Session._meta.get_field(name).related_model
    return model._default_manager.filter(session=OuterRef("pk"))  # type: ignore[union-attr]


def attendances(by: Person, one: Session) -> QuerySet[Attendance]:
    """Who came, the latest first."""
    return one.attendances.select_related("person", "person__home").order_by("-at", "-id")


def signups(by: Person, one: Session, text: str = "") -> QuerySet[SignUp]:
    """Who signed up, in the order of the queue, each with whether they came."""
    came = Attendance.objects.filter(session=OuterRef("session"), person=OuterRef("person"))
    found = access.signups_at(by, one).annotate(came=Exists(came)).order_by("number")
    return found.filter(person__name__icontains=text) if text else found


def open_clashes(one: Session) -> list[Any]:
    """The lines of offline lists that nobody has settled."""
    return list(one.clashes.select_related("person").filter(settled_at=None))


def for_worker(person: Person) -> "QuerySet[Event]":
    """The events of a worker: those that have not ended, the next ones first, with their places and the own sign-up."""
    found = access.visible_to_worker(person).filter(ends_at__gte=clock.now(), state="published")
    return _with_own(counted(found, person), person).select_related("organization").order_by("starts_at", "id")


def one_for_worker(person: Person, session_id: int) -> "Event":
    """One event as a worker sees it; NotVisible when it is a draft or of another union."""
    waiting = _count(SignUp.objects.filter(session=OuterRef("pk"), state="waiting"))
    found = _with_own(counted(access.visible_to_worker(person), person), person).annotate(waiting=waiting)
    one = found.select_related("organization", "programme").filter(pk=session_id).first()
    if one is None:
        raise absent()
    return one


def _with_own(found: "QuerySet[Counted]", person: Person) -> "QuerySet[Event]":
    mine = SignUp.objects.filter(session=OuterRef("pk"), person=person).order_by("-id")
    told = JSONObject(id="id", state="state", number="number", until="offered_until", pool="pool_id", reason="reason")
    came = Attendance.objects.filter(session=OuterRef("pk"), person=person)
    return found.annotate(mine=Subquery(mine.values(row=told)[:1]), came_self=Subquery(came.values("pk")[:1]))


@dataclass(frozen=True, slots=True)
class Drawn:
    """A pool's draw for everybody to draw once more: the numbers that were in it, and those that won, in the order drawn."""

    numbers: str
    won: list[int]


def drawn(session: Session, pool_id: int | None) -> Drawn | None:
    """The draw of a pool; None before it, and for whoever entered no pool. What won and was given back later still won."""
    if session.drawn_at is None or pool_id is None:
        return None
    entered = Q(state="lost") | Q(seated_at=session.drawn_at)
    won = dict(
        SignUp.objects.filter(entered, pool=pool_id).annotate(won=Q(seated_at=session.drawn_at)).values_list("number", "won")
    )
    order = rules.draw_order(session.seed, won)
    return Drawn(rules.spans(won), [number for number in order if won[number]])


def ahead_of(signup_id: int, pool_id: int, number: int) -> int:
    """How many wait in the same pool before a number."""
    return SignUp.objects.filter(pool=pool_id, state="waiting", number__lt=number).exclude(pk=signup_id).count()


def mine(person: Person, limit: int = 20) -> list[SignUp]:
    """A worker's sign-ups, the newest first."""
    return list(access.signups_of(person)[:limit])


def mains(by: Person, unit: Organization) -> QuerySet[Session]:
    """The sessions of units above and of the unit itself that a branch venue may belong to."""
    found = access.sessions_for(by).filter(main=None, state__in=("draft", "published"))
    return found.order_by("-starts_at")[:50]


def attended(attendance_id: int) -> Attendance | None:
    """One attendance at a session that was held, with the session and its unit."""
    found = Attendance.objects.select_related("session", "session__organization")
    return found.filter(pk=attendance_id, session__state="held").first()


OF = {"attendance": "attendances", "headcount": "head_counts", "handout": "handouts", "exhibit": "exhibits", "signup": "signups"}


def session_of(by: Person, kind: str, row_id: int) -> int:
    """The key of the session that a row belongs to; NotVisible where it is absent or out of sight."""
    return key_of(access.sessions_for(by).filter(**{f"{OF[kind]}__pk": row_id}))
