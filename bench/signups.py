"""Sign-ups for a scarce event beside a bare view that claims a place by one statement, in one run.

    python bench/signups.py [CLIENTS]

Ours goes through the whole house in process (middleware, session, rights, one-statement claim, ledger, audit, answer);
the limit is a bare Django view on the same connection that does nothing but the one statement. Works in one transaction
that is rolled back.
"""

import logging
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import harness

harness.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.http import HttpResponse  # noqa: E402, TID251 (the limit is a bare view)
from django.test import Client  # noqa: E402
from django.test.utils import override_settings  # noqa: E402
from django.urls import path, reverse  # noqa: E402

from unionhall.kernel.access import actions as access  # noqa: E402
from unionhall.kernel.access.models import Account  # noqa: E402
from unionhall.kernel.organizations import actions as organizations  # noqa: E402
from unionhall.kernel.people import actions as people  # noqa: E402
from unionhall.kernel.people import queries as known  # noqa: E402
from unionhall.kernel.programmes import actions as programmes  # noqa: E402
from unionhall.kernel.programmes import queries as catalogue  # noqa: E402
from unionhall.lib import clock  # noqa: E402
from unionhall.work.campaigns.actions import sessions  # noqa: E402
from unionhall.work.campaigns.models import Session  # noqa: E402

GOAL = 1 / 3
BARE = """
WITH place AS (UPDATE bench_pool SET taken = taken + 1 WHERE id = 1 AND taken < places RETURNING id)
INSERT INTO bench_claim (pool, person) SELECT id, %s FROM place RETURNING id
"""


class Undone(Exception):
    """Ends the bench's transaction."""


def event(places: int) -> Session:
    """An event of a county whose sign-up runs now."""
    now, house = clock.now(), known.house()
    county = organizations.found(name="测速区总工会", level="county", kind="federation", parent=None, by=house, since=now.date())
    new = sessions.NewSession(
        programme=catalogue.programme("volunteer_service"), name="测速活动", place="测速", method="first", places=places,
        starts_at=now + timedelta(days=1), ends_at=now + timedelta(days=1, hours=2),
        opens_at=now - timedelta(hours=1), closes_at=now + timedelta(hours=20),
    )  # fmt: skip
    made = sessions.plan_session(organization=county, new=new, by=house)
    return sessions.publish_session(session_id=made.pk, by=house)


def browsers(session: Session, count: int) -> list[Client]:
    """A signed-in browser for each of so many workers of the county."""
    found = []
    for number in range(count):
        person = people.register(by=None, name=f"职工{chr(0x4E00 + number)}", home=session.organization)
        account = Account.objects.create(person=person, username=f"bench{person.pk}", password="!", must_change_password=False)
        client = Client()
        client.force_login(account)
        found.append(client)
    return found


def bare(request: object, person: int) -> HttpResponse:
    """The limit: one statement and an answer."""
    with connection.cursor() as cursor:
        cursor.execute(BARE, [person])
        return HttpResponse(str(cursor.fetchone()))


urlpatterns = [path("bare/<int:person>/", bare)]


def aside(get_response: Callable[[Any], HttpResponse]) -> Callable[[Any], HttpResponse]:
    """The one middleware of the limit: it only leads to the bare view."""

    def lead(request: Any) -> HttpResponse:
        request.urlconf = __name__
        return get_response(request)

    return lead


def bare_browser() -> Client:
    """A client of a Django with nothing around the view."""
    client = Client()
    with override_settings(MIDDLEWARE=[f"{__name__}.aside"]):
        client.handler.load_middleware()
    return client


def run(count: int) -> None:
    """Measure in pairs of ten, so that both meet the same machine."""
    access.load_roles()
    programmes.load_catalogue()
    session = event(count * 2)
    address = reverse("campaigns:hall-sign-up", args=[session.pk])
    clients = browsers(session, count)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE bench_pool (id int PRIMARY KEY, places int, taken int)")
        cursor.execute("CREATE TEMPORARY TABLE bench_claim (id bigserial PRIMARY KEY, pool int, person bigint UNIQUE)")
        cursor.execute("INSERT INTO bench_pool VALUES (1, 1000000, 0)")
    alone, seen = bare_browser(), iter(range(10**9))
    statuses = set()
    turns = iter([clients[start : start + 10] for start in range(0, count, 10)])
    ours, limit, ratio = harness.paired(
        lambda: statuses.update(client.post(address).status_code for client in next(turns)),
        lambda: statuses.update(alone.post(f"/bare/{next(seen)}/").status_code for _each in range(10)),
        pairs=count // 10,
    )
    assert statuses == {303, 200}, statuses
    table = harness.Table("Sign-ups for a scarce event", f"{count} clients, in process, one connection")
    table.add(
        "sign-up (whole house) beside one bare statement", f"{10 / ours:,.0f}/s", limit=f"{10 / limit:,.0f}/s", ratio=ratio,
        goal=f">= {GOAL:.2f}", met=ratio >= GOAL,
    )  # fmt: skip


def main() -> None:
    """Set up in a transaction, measure, roll back."""
    settings.ALLOWED_HOSTS = ["*"]
    logging.disable(logging.CRITICAL)
    try:
        with transaction.atomic():
            run(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
            raise Undone
    except Undone:
        pass


if __name__ == "__main__":
    main()
