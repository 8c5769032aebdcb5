"""What the pages about units read."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations.models import NameSpan, Organization, Post, Tenure
from unionhall.kernel.people.models import Person
from unionhall.lib import dates
from unionhall.work.office import access


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the query form over the units asks for."""

    text: str = ""
    level: str = ""
    kind: str = ""
    below: Organization | None = None
    own: bool = False
    closed: bool = False


def units(by: Person, wanted: Wanted) -> QuerySet[Organization]:
    """The units that match, each with the number of open units directly below it (`below`)."""
    found = access.visible_units(by)
    if wanted.text:
        near = organizations.search(wanted.text, closed=wanted.closed)
        found = found.filter(pk__in=near.order_by().values("pk"))
    if wanted.below is not None:
        found = found.filter(parent=wanted.below) if wanted.own else organizations.within(found, wanted.below, "path")
    if wanted.level:
        found = found.filter(level=wanted.level)
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if not wanted.closed:
        found = found.filter(until=None)
    return found.select_related("parent").annotate(below=Count("children", filter=Q(children__until=None)))


def children(by: Person, unit: Organization) -> QuerySet[Organization]:
    """The open units directly below one, each with the number below it."""
    return units(by, Wanted(below=unit, own=True))


@dataclass(frozen=True, slots=True)
class Held:
    """A post with who holds it now."""

    post: Post
    tenures: list[tuple[Tenure, Person | None]]


def posts(unit: Organization, day: date | None = None) -> list[Held]:
    """The posts of a unit with their present holders."""
    rows = list(organizations.posts_with_terms(unit, day or dates.today()))
    people = Person.objects.in_bulk({tenure.person_id for _post, tenure in rows if tenure})
    held: dict[Post, list[tuple[Tenure, Person | None]]] = {}
    for post, tenure in rows:
        held.setdefault(post, []).extend([(tenure, people.get(tenure.person_id))] if tenure else [])
    return [Held(post, terms) for post, terms in held.items()]


def post_of(unit: Organization, id: int) -> Post | None:
    """One post of a unit."""
    return Post.objects.filter(organization=unit, pk=id).first()


def tenure_of(unit: Organization, id: int) -> Tenure | None:
    """One running term in a unit."""
    return Tenure.objects.filter(post__organization=unit, pk=id, until=None).first()


def names(unit: Organization) -> QuerySet[NameSpan]:
    """What the unit was called, the latest first."""
    return NameSpan.objects.filter(organization=unit).order_by("-since")


def subtree_size(unit: Organization) -> int:
    """How many open units stand in a subtree, itself included: what a confirm page repeats."""
    return organizations.subtree(unit).count()


def found(by: Person, text: str) -> QuerySet[Organization]:
    """Open units that a text means, the nearest first: for the search box and the pickers."""
    near = organizations.search(text)
    return near.filter(pk__in=access.visible_units(by).order_by().values("pk")).select_related("parent")
