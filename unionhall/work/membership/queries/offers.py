"""What a worker can take, has taken and has used."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from unionhall.kernel.organizations import rules as tree
from unionhall.kernel.people.models import Person
from unionhall.lib import clock, dates
from unionhall.lib.refusal import absent
from unionhall.lib.scope import mark
from unionhall.work.membership import access
from unionhall.work.membership.models import Application, Benefit, Claim, Membership, Transfer
from unionhall.work.membership.registry import COUNTED


@dataclass(frozen=True, slots=True)
class Mine:
    """The benefits of one worker."""

    member: bool
    open: list[Benefit]
    taken: list[Claim]
    used: list[Claim]
    over: list[Claim]  # taken, never used, and too late now
    retained: bool = False


def of_worker(person: Person) -> Mine:
    """The offers of the worker's union and of those above it that are open and not taken yet, and the worker's claims."""
    alive = Membership.objects.filter(person=person, until=None).first()
    membership = alive if alive is not None and alive.state in COUNTED else None
    claims = list(mark(Claim.objects.filter(person=person).select_related("benefit").order_by("-id")[:100]))
    found: list[Benefit] = []
    if membership is not None:
        now = clock.now()
        above = [*tree.ancestor_paths(membership.org_path), membership.org_path]
        mine = Exists(Claim.objects.filter(benefit=OuterRef("pk"), person=person))
        rows = Benefit.objects.filter(~mine, org_path__in=above, withdrawn_at=None, opens_at__lte=now, closes_at__gt=now)
        found = list(mark(rows.select_related("organization").order_by("closes_at", "id")[:50]))
    today = dates.today()
    late = [one for one in claims if one.used_at is None and one.benefit.use_until and one.benefit.use_until < today]
    return Mine(
        membership is not None,
        found,
        [one for one in claims if one.used_at is None and one not in late],
        [one for one in claims if one.used_at is not None],
        late,
        retained=alive is not None and membership is None,
    )


def offer(person: Person, id: int) -> Benefit:
    """One offer that the worker may see: of their union or one above it."""
    membership = Membership.objects.filter(person=person, until=None).first()
    if membership is None:
        raise absent()
    above = [*tree.ancestor_paths(membership.org_path), membership.org_path]
    return access.one(mark(Benefit.objects.filter(org_path__in=above).select_related("organization")), id)


def claim_of(person: Person, benefit: Benefit) -> Claim | None:
    """The worker's own claim of a benefit."""
    return mark(Claim.objects.filter(person=person, benefit=benefit)).first()


def claim(person: Person, id: int) -> Claim:
    """One claim of the worker's own."""
    return access.one(mark(Claim.objects.filter(person=person).select_related("benefit__organization")), id)


def used(claim_id: int) -> Claim | None:
    """A claim that was used, with its benefit and the union that gave it; None for any other."""
    found = Claim.objects.select_related("benefit__organization").filter(pk=claim_id, used_at__isnull=False)
    return mark(found).first()


def applications_of(person: Person) -> QuerySet[Application]:
    """A worker's own applications."""
    return mark(Application.objects.filter(person=person).order_by("-id"))


def transfers_of(person: Person) -> QuerySet[Transfer]:
    """A worker's own transfers."""
    return mark(Transfer.objects.filter(membership__person=person).order_by("-id"))
