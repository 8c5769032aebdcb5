"""Every page of the desk costs a fixed number of queries: the golden counts, and the same with ten more members."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from unionhall.lib import dates
from unionhall.work.membership.actions import benefits, partners, transfers, wishes
from unionhall.work.membership.models import Founding, Membership

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unhurried")]
BUDGETS = json.loads((Path(__file__).resolve().parents[4] / "tests" / "budgets" / "membership.json").read_text())
MOST = 12
LISTS = (
    "list", "register", "applications", "transfers", "wishes", "codes", "counts", "yearly", "partners", "foundings", "benefits",
    "benefit-use",
)  # fmt: skip
HALL = ("hall-find", "hall-mine", "hall-move", "hall-benefits", "hall-check-card")


def more(desk, cast, numbers):
    """Rows for every list of the room."""
    today, by = dates.today(), cast.county_clerk
    for n in numbers:
        one = desk.member(n)
        Membership.objects.filter(pk=one.pk).update(since=today - timedelta(days=500))
        transfers.ask(membership_id=one.pk, to=cast.mine, by=by)
        wishes.ask(membership_id=one.pk, what="leave", ground="own", on=today, by=one.person)
        desk.applied(n + 100)
        desk.code()
        partners.agree(organization=cast.county, name=f"平台{n}", kind="courier", agreement="协议", agreed_on=today, by=by)
        partners.report(organization=cast.county, members=n, day=today - timedelta(days=n), evidence="报表", by=by)
        benefits.open_benefit(
            organization=cast.county, title=f"福利{n}", kind="ticket", quota=9, opens_on=today,
            closes_on=today + timedelta(days=9), by=by,
        )  # fmt: skip
        Founding.objects.create(
            organization=cast.township, org_path=cast.township.path, level_unit=cast.township, employer=f"单位{n}", members=25,
            raised_on=today,
        )  # fmt: skip


def asked(client, name, *args):
    url = reverse(f"membership:{name}", args=args)
    client.get(url)  # warm what is read once a process
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200, name
    return [one["sql"] for one in caught if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]


def all_asked(desk, cast):
    clerk, phone, one = cast.client("county_clerk"), cast.client("worker"), Membership.objects.order_by("id")[1]
    found = {name: asked(clerk, f"desk-{name}") for name in LISTS}
    found |= {name: asked(phone, name) for name in HALL}
    found["member"] = asked(clerk, "desk-member", one.pk)
    found["application"] = asked(clerk, "desk-application", desk.first.pk)
    found["transfer"] = asked(clerk, "desk-transfer", one.transfers.get().pk)
    found["wish"] = asked(clerk, "desk-wish", one.wishes.get().pk)
    found["hall-ask"] = asked(phone, "hall-ask", "leave")
    found["founding"] = asked(clerk, "desk-founding", Founding.objects.order_by("id")[0].pk)
    found["dissolve"] = asked(clerk, "desk-dissolve", cast.factory.pk)
    return found


def test_no_page_costs_more_than_its_budget_and_ten_more_rows_cost_nothing(desk, cast):
    desk.member(900, given=desk.known(cast.worker))
    more(desk, cast, (1, 2))
    desk.first = desk.applied(300)
    before = all_asked(desk, cast)
    more(desk, cast, range(3, 13))
    after = all_asked(desk, cast)
    assert {name: (before[name], after[name]) for name in before if len(before[name]) != len(after[name])} == {}
    assert {name: len(statements) for name, statements in before.items()} == BUDGETS
    assert {name for name, count in BUDGETS.items() if count > MOST} == set()
