"""How a file is left, looked back at and opened again under its number."""

from datetime import date

from django.db import transaction

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.flows.actions import moves
from unionhall.kernel.flows.models import Step
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.notices import actions as notices
from unionhall.kernel.people import queries as people
from unionhall.kernel.people.models import Person
from unionhall.kernel.policies import queries as policies
from unionhall.lib import dates
from unionhall.lib.refusal import Conflict, absent
from unionhall.lib.text import Text
from unionhall.work.hardship import access, facts, registry
from unionhall.work.hardship.actions import handover, spans
from unionhall.work.hardship.actions import procedure as way
from unionhall.work.hardship.models.files import Household
from unionhall.work.hardship.models.rounds import Exit, Watch
from unionhall.work.hardship.queries import membership
from unionhall.work.hardship.rules import household as rules
from unionhall.work.hardship.rules import procedure


@transaction.atomic
def leave(*, household_id: int, route: str, words: str, by: Person, version: int | None = None) -> Exit:
    """Out of hardship by one of the four routes; two looks back are set."""
    household = access.for_change(by, household_id)
    rules.check_reason(route, registry.ROUTES, words)
    way.check_free_way(household)
    left = _leave(household, "exit", words, by=by, version=version, route=route)
    way.post(facts.EXITED, household, left, route=route)
    ledger.post(
        facts.ROUTE_USED,
        at=household.organization,
        day=left.on,
        source=left,
        subject=f"route:{route}",
        dimensions={"programme": household.programme_code},
    )
    months = policies.value("hardship.watch_months", at=household.organization, on=left.on).value
    for count in months if isinstance(months, list) else []:
        Watch.objects.create(
            household=household,
            organization=household.organization,
            org_path=household.org_path,
            months=count,
            due_on=dates.months_later(left.on, count),
        )
    return left


@transaction.atomic
def withdraw(*, household_id: int, reason: str, words: str, by: Person, version: int | None = None) -> Exit:
    """Take a file off for a named reason that is no way out of hardship: death, duplicate, error."""
    household = access.for_change(by, household_id)
    rules.check_reason(reason, registry.WITHDRAWALS, words)
    way.check_free_way(household)
    left = _leave(household, "withdraw", words, by=by, version=version, reason=reason)
    if left.filed:
        way.post(facts.WITHDRAWN, household, left, withdrawal=reason)
    return left


def take_back(household: Household, *, words: str, by: Person) -> Exit:
    """The own wish of the applicant, whose file the caller has locked; the house makes the move in the applicant's name."""
    rules.check_reason("own_wish", registry.WITHDRAWALS, words)
    way.check_free_way(household)
    return _leave(household, "withdraw", words, by=by, mover=people.house(), reason="own_wish")


def _leave(
    household: Household,
    move: str,
    words: str,
    *,
    by: Person,
    mover: Person | None = None,
    version: int | None = None,
    route: str = "",
    reason: str = "",
) -> Exit:
    today, filed = dates.today(), household.state == "on_file"
    handover.end(household, by=by, words=words)
    household.left_on, household.leaving = today, route or reason
    household.save(update_fields=["left_on", "leaving"])
    moves.move(household, move, by=mover or by, reason=words, version=version)
    left = Exit.objects.create(
        household=household,
        organization=household.organization,
        route=route,
        reason=reason,
        words=words.strip(),
        filed=filed,
        on=today,
        by=by,
    )
    household.members.filter(open=True).update(open=False)
    household.pairings.filter(until=None).update(until=today)
    way.take_down(household)
    spans.end(household, by=by, day=today)
    notices.tell(household.head, "hardship.left", record=household, reference=household.reference)
    return left


@transaction.atomic
def reopen(*, household_id: int, reason: str, by: Person, version: int | None = None) -> Step:
    """Open a closed file again: the same number, the same history; it goes through the procedure once more."""
    household = access.for_change(by, household_id)
    family = [member.person for member in household.members.filter(until=None).select_related("person")]
    membership.check_free(family, by=by, besides=household.pk)
    way.check_free_way(household)
    step = moves.move(household, "reopen", by=by, reason=reason, version=version)
    household.members.filter(until=None).update(open=True)
    household.visited = household.answered = False
    household.save(update_fields=["visited", "answered"])
    household.watches.filter(done_on=None).delete()
    way.post(facts.APPLIED, household, step)
    return step


@transaction.atomic
def look_back(*, watch_id: int, back: bool, words: str, by: Person, on: date | None = None) -> Watch:
    """Enter a look back; a household that is back in hardship can be opened again under its number."""
    found = access.watches_for(by).filter(pk=watch_id).first()
    if found is None:
        raise absent()
    household = access.for_change(by, found.household_id, to="hardship.visit")
    watch = household.watches.select_for_update().get(pk=watch_id)
    if watch.done_on is not None:
        raise Conflict(Text("这次回访已登记。", "This look back has been entered already."))
    rules.check_reason("", {""}, words)
    day = on or dates.today()
    rules.check_day(day, today=dates.today(), field="on")
    procedure.check_look_back(watch.due_on, day)
    watch.done_on, watch.back, watch.words, watch.by = day, back, words.strip(), by
    watch.kept_by = household.organization
    watch.save(update_fields=["done_on", "back", "words", "by", "kept_by"])
    way.post(facts.WATCHED, household, watch, day=day)
    if back:
        way.post(facts.RETURNED, household, watch, day=day)
    audit.record(by, "hardship.looked_back", household, at=household.organization, watch=watch.pk, back=back)
    return watch
