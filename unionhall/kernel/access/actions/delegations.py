"""Lending one's own grants to a colleague for some days, and taking them back (授权代办)."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.access import queries
from unionhall.kernel.access.models import Delegation, Lent
from unionhall.kernel.access.rules import lending
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.people.models import Person
from unionhall.lib import clock, dates
from unionhall.lib.refusal import Conflict, Refused, absent

DAYS = {
    "past": ("since", _("A delegation begins today or later.")),
    "order": ("until", _("The last day lies before the first.")),
    "long": ("until", _("A delegation lasts at most %(longest)s days: choose an earlier last day.")),
}


@transaction.atomic
def lend(*, deputy: Person, grants: Iterable[int], since: date, until: date, reason: str, by: Person, longest: int) -> Delegation:
    """Lend some of one's own grants (by key) to a colleague; `until` is not included, `longest` what the caller's policy allows.

    The caller tells both. Raises Refused for what may not be lent or to whom it may not, Conflict where the two would stand in
    for each other or a delegation between them runs in these days.
    """
    if (fault := lending.lending_fault(since, until, today=dates.today(), longest=longest)) is not None:
        field, words = DAYS[fault]
        raise Refused(words % {"longest": longest}, field=field)
    if not reason.strip():
        raise Refused(_("Say why: leave, a business trip, a course."), field="reason")
    wanted, mine = set(grants), {given.pk: given for given in queries.may_lend(by)}
    if not wanted:
        raise Refused(_("Choose at least one role to lend."), field="grants")
    if wanted - set(mine):
        raise Refused(_("Only your own roles of ordinary work can be lent, and nothing that was lent to you."), field="grants")
    list(Person.objects.select_for_update().filter(pk__in=[by.pk, deputy.pk]).order_by("pk"))
    if not queries.colleagues_of(by).filter(pk=deputy.pk).exists():
        raise Refused(_("Choose a colleague who works at the desk and is no administrator."), field="deputy")
    _check_no_loop(by, deputy, since, until)
    made = Delegation.objects.create(
        lender=by, deputy=deputy, since=since, until=until, reason=reason.strip()[:200], created_at=clock.now()
    )
    Lent.objects.bulk_create(Lent(delegation=made, grant=mine[key]) for key in sorted(wanted))
    queries.forget()
    days = {"since": str(since), "until": str(until)}
    audit.record(by, "access.lent", made, at=by.home, reason=made.reason, deputy=deputy.pk, grants=sorted(wanted), **days)
    return made


def _check_no_loop(lender: Person, deputy: Person, since: date, until: date) -> None:
    between = Q(lender=lender, deputy=deputy) | Q(lender=deputy, deputy=lender)
    same_days = Delegation.objects.filter(between, taken_back_at=None, since__lt=until, until__gt=since).first()
    if same_days is None:
        return
    words = {"name": deputy, "day": same_days.last_day}
    if same_days.lender_id == lender.pk:
        raise Conflict(_("%(name)s is your deputy already until %(day)s: take that back first.") % words, field="deputy")
    raise Conflict(
        _("You are the deputy of %(name)s until %(day)s: two persons do not stand in for each other.") % words, field="deputy"
    )


@transaction.atomic
def take_back(delegation_id: int, *, by: Person) -> Delegation:
    """End a delegation at once: the lender takes it back, or the deputy gives it back. Raises NotVisible, Conflict."""
    parties = Q(lender=by) | Q(deputy=by)
    found = Delegation.objects.select_for_update(of=("self",)).select_related("lender", "deputy")
    one = found.filter(parties, pk=delegation_id).first()
    if one is None:
        raise absent()
    if one.taken_back_at is not None or one.until <= dates.today():
        raise Conflict(_("This delegation has already ended."))
    _end(one, by=by)
    return one


def end_all(person: Person, *, by: Person) -> None:
    """End what a person lends and is lent: the account is disabled."""
    living = Delegation.objects.filter(Q(lender=person) | Q(deputy=person), taken_back_at=None, until__gt=dates.today())
    for one in living.select_for_update(of=("self",)).select_related("lender").order_by("pk"):
        _end(one, by=by)


def _end(one: Delegation, *, by: Person) -> None:
    one.taken_back_at, one.taken_back_by = clock.now(), by
    one.save(update_fields=["taken_back_at", "taken_back_by"])
    queries.forget()
    audit.record(by, "access.lent_back", one, at=one.lender.home, deputy=one.deputy_id)
