"""Freed places go to whoever waits longest: offered for some hours, then passed on."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F

from unionhall.kernel.notices import actions as notices
from unionhall.kernel.policies import queries as policies
from unionhall.lib import clock, dates
from unionhall.work.campaigns.models import Pool, SignUp


def fill(pool: Pool) -> int:
    """Offer the free places of a pool, whose row the caller has locked, to those who wait; returns how many were offered.

    Once the session has begun nobody is offered a place any more: they would have no time to take it.
    """
    free = pool.places - pool.taken
    waiting = list(
        SignUp.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("person", "session", "session__organization")
        .filter(pool=pool, state="waiting", session__starts_at__gt=clock.now())
        .order_by("number")[: max(free, 0)]
    )
    for one in waiting:
        _offer(one)
    if waiting:
        Pool.objects.filter(pk=pool.pk).update(taken=F("taken") + len(waiting))
        pool.taken += len(waiting)
    return len(waiting)


def _offer(one: SignUp) -> None:
    session = one.session
    hours = policies.value("campaigns.offer_hours", at=session.organization, on=dates.today()).value
    until = min(clock.now() + timedelta(hours=int(str(hours))), session.starts_at)
    one.state, one.offered_until = "offered", until
    one.save(update_fields=["state", "offered_until"])
    said = until.astimezone(dates.SHANGHAI).strftime("%Y-%m-%d %H:%M")
    notices.tell(one.person, "campaigns.place_offered", record=session, name=session.name, until=said)


def give_back(one: SignUp) -> None:
    """A sign-up, locked by the caller, lets its place go: the next who waits gets it, else it is free."""
    pool = Pool.objects.select_for_update(of=("self",)).get(pk=one.pool_id)
    pool.taken -= 1
    pool.save(update_fields=["taken"])
    if pool.open:
        fill(pool)


def pass_on() -> int:
    """Take back offers that nobody took in time and offer what is free; the job that runs every minute."""
    now = clock.now()
    late = SignUp.objects.filter(state="offered", offered_until__lt=now).values_list("pk", flat=True)
    passed = 0
    for key in list(late):
        with transaction.atomic():
            one = SignUp.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=key, state="offered").first()
            if one is not None:
                one.state = "expired"
                one.save(update_fields=["state"])
                give_back(one)
                passed += 1
    free = Pool.objects.filter(open=True, taken__lt=F("places"), signups__state="waiting", session__starts_at__gt=now).distinct()
    for key in list(free.values_list("pk", flat=True)):
        with transaction.atomic():
            passed += fill(Pool.objects.select_for_update(of=("self",)).get(pk=key))
    return passed
