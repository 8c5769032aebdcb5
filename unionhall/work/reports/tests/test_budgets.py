"""Every list and count of the room costs a fixed number of queries: the golden counts, and the same with ten more rows."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from unionhall.kernel.organizations import actions as organizations
from unionhall.lib import dates
from unionhall.work.reports.actions import check, ruling, showing, tables, totals, writing
from unionhall.work.reports.tests.conftest import YEAR
from unionhall.work.reports.tests.test_fill_tables import workbook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unhurried")]
BUDGETS = json.loads((Path(__file__).resolve().parents[4] / "tests" / "budgets" / "reports.json").read_text())
PAGES = (
    "list", "new", "check", "templates", "dashboard", "mine", "totals", "tables", "rules", "indicators", "screens",
)  # fmt: skip
LIMIT = 12


def more(cast, books, count, start):
    """Units with figures, reports, rules, totals, texts and screens."""
    for number in range(start, start + count):
        by, unit = cast.city_clerk, cast.city
        below = organizations.found(name=f"第{number}县总工会", level="county", kind="federation", parent=unit, by=by)
        books.post("issues.identified", below, dates.today(), times=2)
        writing.draft(organization=unit, window=YEAR, prepared="plan", by=by)
        ruling.set_rule(organization=unit, kind="at_least", left="issues.identified", right="issues.resolved", by=by)
        totals.enter(organization=below, fact="issues.identified", window=YEAR, number="5", evidence="来函", by=by)
        given = check.Given(f"文稿{number}", "发现问题12项。", plain=True)
        check.hand_in(given=given, unit=unit, since=YEAR.start, until=YEAR.end, by=by)
        showing.hang(organization=unit, name=f"大厅{number}", until=dates.today(), by=by)
        tables.add_table(
            organization=unit, name=f"表{number}", cadence="year", level="county", days=9, workbook=workbook(), by=by
        )  # fmt: skip


def spent(client, url):
    client.get(url)  # warm what is read once a process
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught), [query["sql"][:200] for query in caught]


def test_the_pages_cost_the_same_with_ten_more_rows(cast, books):
    more(cast, books, 2, 0)
    client, urls = cast.client("city_clerk"), {name: reverse(f"reports:desk-{name}") for name in PAGES}
    before = {name: spent(client, url) for name, url in urls.items()}
    assert {name: count for name, (count, _sql) in before.items()} == {name: BUDGETS[name] for name in PAGES}
    more(cast, books, 10, 2)
    after = {name: spent(client, url)[0] for name, url in urls.items()}
    assert after == {name: count for name, (count, _sql) in before.items()}


def test_a_screen_costs_the_same_with_ten_more_units(cast, books):
    more(cast, books, 1, 0)
    _made, word = showing.hang(organization=cast.city, name="大厅", until=dates.today() + timedelta(days=1), by=cast.city_clerk)
    device = Client()
    device.post(reverse("reports:screen-open", args=[word]))
    before = spent(device, reverse("reports:screen"))[0]
    more(cast, books, 10, 1)
    assert spent(device, reverse("reports:screen"))[0] == before == BUDGETS["screen"]


def test_own_figures_cost_one_count_more_than_their_page(cast, books):
    client, url = cast.client("city_clerk"), reverse("reports:desk-mine")
    assert client.post(url, {"every": "never", "indicators": ["issues.identified"]}).status_code == 303
    one = spent(client, url)[0]
    assert client.post(url, {"every": "never", "indicators": ["issues.identified", "issues.resolved"]}).status_code == 303
    assert spent(client, url)[0] == one == BUDGETS["mine"] + 2


def test_no_page_is_over_the_limit():
    assert {name: count for name, count in BUDGETS.items() if count > LIMIT} == {}


def test_a_dashboard_of_distinct_subjects_agrees_with_its_sum_by_unit(cast, books):
    books.post("issues.dispatched", cast.county, date(2025, 3, 1), times=3)
    client = cast.client("city_clerk")
    days = {"since": "2025-01-01", "until": "2025-12-31"}
    for code in ("issues.dispatched", "issues.dispatched.distinct", "issues.resolution_rate"):
        assert client.get(reverse("reports:desk-dashboard"), {**days, "show": code}).status_code == 200
