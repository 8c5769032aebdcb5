"""The public notice of a grant: put up when it is approved, over after its working days, gone by the clock."""

from django.db import transaction
from django.db.models import Exists, OuterRef

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.flows.actions import moves, sets
from unionhall.kernel.people import queries as people
from unionhall.kernel.people.models import Person
from unionhall.lib import dates, masking
from unionhall.lib.refusal import Conflict
from unionhall.lib.text import Text
from unionhall.work.grants import access
from unionhall.work.grants.models import Application, Objection, Posting
from unionhall.work.grants.rules import days

SLICE = 2_000


def put_up(one: Application, *, by: Person) -> Posting:
    """Post an approved grant at the unit that pays, until its last working day: masked name, unit, kind, amount, nothing else."""
    assert one.funder is not None
    assert one.approved is not None
    made = Posting.objects.create(
        application=one, organization=one.funder, org_path=one.funder.path, name=masking.name(one.person.name),
        unit=one.organization.name, amount=one.approved, posted_on=dates.today(), until_on=one.due_on or dates.today(),
    )  # fmt: skip
    audit.record(by, "grants.posted", one, at=one.organization, until=made.until_on)
    return made


def take_down(one: Application) -> None:
    """Take the public notice of a grant down."""
    one.postings.filter(taken_down_on=None).update(taken_down_on=dates.today())


@transaction.atomic
def release(*, application_id: int, by: Person, version: int | None = None) -> Application:
    """The notice is over and nobody objects: the grant may be paid. Raises Conflict before its last day is over, or while held."""
    one = access.for_change(by, application_id, to="grants.approve")
    _check_free(one)
    last = one.postings.order_by("-id").first()
    days.check_notice_over(last.until_on if last else None, dates.today())
    moves.move(one, "release", by=by, version=version)
    take_down(one)
    return one


def _check_free(one: Application) -> None:
    held = one.objections.filter(state="taken").values_list("reference", flat=True).first()
    if held is not None:
        raise Conflict(
            Text(f"异议{held}正在核实，处理完后再办理。", f"Objection {held} is open and holds it: decide it first."),
            code="objection",
        )


def close_expired() -> int:
    """Take down what is over, and release the grants that nobody objects to; part of the clock. Returns how many were released."""
    Posting.objects.filter(taken_down_on=None, until_on__lt=dates.today()).update(taken_down_on=dates.today())
    standing = Posting.objects.filter(application=OuterRef("pk"), until_on__gte=dates.today(), taken_down_on=None)
    held = Objection.objects.filter(application=OuterRef("pk"), state="taken")
    ready = Application.objects.filter(~Exists(standing), ~Exists(held), state="noticed").order_by("pk")
    house, done, keys = people.house(), 0, list(ready.values_list("pk", flat=True))
    for start in range(0, len(keys), SLICE):
        with transaction.atomic():
            wanted = Application.objects.prefetch_related(*access.RELATED).select_for_update(of=("self",))
            moved = sets.move(list(wanted.filter(pk__in=keys[start : start + SLICE], state="noticed")), "release", by=house)
            done += len(moved.steps)
    return done
