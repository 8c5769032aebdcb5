"""Temporary records outside the files: opened for sudden need, ended by a file of the household or cancelled."""

from collections.abc import Collection

from django.db import transaction

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access import queries as permissions
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.flows.actions import moves, numbers
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger.facts import Fact
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import actions as people
from unionhall.kernel.people import queries as people_queries
from unionhall.kernel.people.models import Person, Standing
from unionhall.kernel.programmes.models import Programme
from unionhall.lib import constraints, dates
from unionhall.lib.refusal import Conflict, Refused, absent, filled
from unionhall.lib.text import Text
from unionhall.work.hardship import access, facts, registry
from unionhall.work.hardship.models.files import Household
from unionhall.work.hardship.models.temporary import Temporary
from unionhall.work.hardship.queries import membership
from unionhall.work.hardship.rules import household as rules

PREFIX, STANDING = "LS", "hardship_temporary"


@transaction.atomic
def keep(
    *, organization: Organization, person: Person, cause: str, words: str, by: Person, programme: Programme | None = None
) -> Temporary:
    """Open a temporary record for somebody who stands in no open file. Raises TwoFiles, Conflict where one is kept already."""
    access_actions.require(by, "hardship.register", at=organization)
    rules.check_known(cause, registry.CAUSES, field="cause")
    rules.check_not_own([person.pk], permissions.own_files(by))
    if person.erased_at is not None:
        raise Refused(Text("该人员档案已注销。", "This person's record was erased."), field="person")
    membership.check_free([person], by=by)
    need = filled(words, "words", "请写明突发困难的情况。", "Say what has happened.")[:400]
    today = dates.today()
    one = Temporary(
        organization=organization,
        reference=numbers.number(PREFIX, organization),
        person=person,
        cause=cause,
        programme=programme,
    )
    known = Conflict(Text(f"{person.name}已有临时救助档案。", f"{person.name} has a temporary record already."), field="person")
    with constraints.said("temporary_one_at_a_time", known):
        moves.start(one, by=by)
    one.sealed = access.sealed(f"temporary|{one.pk}", {"words": need})
    one.save(update_fields=["sealed"])
    people.set_standing(by=by, subject=person, kind=STANDING, organization=organization, since=today, source=one, after=True)
    _post(facts.TEMPORARY_KEPT, one)
    return one


def reveal(*, temporary_id: int, reason: str, by: Person, via: str = "page") -> str:
    """What a record says of the sudden need, in the clear, for a reason. The read is on record, committed, before it is returned.

    Raises NotVisible for a record out of sight of who may see incomes and illnesses, Refused without a reason.
    """
    one = access.temporaries_for(by, "hardship.money").filter(pk=temporary_id).first()
    if one is None:
        raise absent()
    why = filled(reason, "words", "请写明查看理由。", "Give the reason for which you need to see it.")
    with transaction.atomic(durable=True):
        audit.record_read(by, one, field="words", reason=why, via=via)
    return str(access.opened(f"temporary|{one.pk}", one.sealed).get("words", ""))


@transaction.atomic
def cancel(*, temporary_id: int, words: str, by: Person, version: int | None = None) -> Temporary:
    """Cancel a temporary record, with the reason: an error, or the need is over."""
    one = access.temporary_for_change(by, temporary_id)
    _close(one, "cancel", by=by, words=words, version=version)
    _post(facts.TEMPORARY_CANCELLED, one)
    return one


def convert(persons: Collection[int], household: Household, *, by: Person) -> int:
    """End the temporary records of people who are put on file now, whichever unit keeps them; returns how many.

    The house makes the move: who approves the file need not see the record. Part of the act that puts them on file.
    """
    found = Temporary.objects.select_for_update(of=("self",)).select_related("organization", "person", "programme")
    ended = list(found.filter(person__in=persons, state="kept").order_by("pk"))
    for one in ended:
        one.household = household
        _close(one, "convert", by=people_queries.house(), words=household.reference)
        _post(facts.TEMPORARY_CONVERTED, one)
    return len(ended)


def _close(one: Temporary, move: str, *, by: Person, words: str, version: int | None = None) -> None:
    one.closed_on = dates.today()
    moves.move(one, move, by=by, reason=words, version=version, also=("closed_on", "household"))
    running = Standing.objects.filter(source_kind="hardship.temporary", source_id=str(one.pk), until=None)
    for standing in running.select_related("organization"):
        people.end_standing(by=by, standing=standing, day=standing.ended(one.closed_on))
    audit.record(by, f"hardship.temporary_{one.state}", one, at=one.organization, reason=words)


def _post(fact: Fact, one: Temporary) -> None:
    ledger.post(
        fact,
        at=one.organization,
        day=dates.today(),
        source=one,
        subject=one.person_id,
        dimensions={"programme": one.programme.code if one.programme else ""},
    )
