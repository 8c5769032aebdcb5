"""Every page of the desk costs a fixed number of queries: the golden counts, and the same with ten more rows."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from unionhall.kernel.access import actions as access
from unionhall.kernel.access import middleware
from unionhall.kernel.exchange.actions import run_job
from unionhall.kernel.organizations import actions as organizations
from unionhall.kernel.people import actions as people
from unionhall.kernel.programmes import actions as programmes
from unionhall.kernel.programmes import queries
from unionhall.lib import clock
from unionhall.shell import panels

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unhurried")]
BUDGETS = json.loads((Path(__file__).resolve().parents[4] / "tests" / "budgets" / "office.json").read_text())

PAGES = {
    "home": ("home", "county_clerk", ()),
    "worklist": ("worklist", "county_clerk", ()),
    "units": ("units", "county_clerk", ()),
    "unit": ("unit", "county_clerk", ("county",)),
    "people": ("people", "county_clerk", ()),
    "person": ("person", "county_clerk", ("worker",)),
    "programmes": ("programmes", "county_clerk", ()),
    "programme": ("programme", "county_clerk", ("issue_list_closure",)),
    "figure": ("figure", "county_clerk", ("issues.identified",)),
    "cuts": ("figure-cuts", "county_clerk", ("issues.identified",)),
    "rate": ("figure", "county_clerk", ("issues.resolution_rate",)),
    "accounts": ("accounts", "security_admin", ()),
    "account": ("account", "security_admin", ("account",)),
    "roles": ("roles", "security_admin", ()),
    "trail": ("trail", "auditor", ()),
    "rules": ("rules", "county_clerk", ()),
    "rule": ("rule", "county_clerk", ("flows.soon_days",)),
    "calendar": ("calendar", "county_clerk", ()),
    "jobs": ("jobs", "county_clerk", ()),
    "inbox": ("inbox", "township_clerk", ()),
    "dead-letters": ("dead-letters", "county_clerk", ()),
    "setup": ("setup", "system_admin", ()),
}


def more(cast, desk, count, start):
    """Rows for every list: units, people with accounts, tasks with figures and notices, jobs, acts."""
    for number in range(start, start + count):
        organizations.found(name=f"小组{number}", level="group", kind="group", parent=cast.county, by=cast.county_clerk)
        person = people.register(by=None, name=f"赵{number}", home=cast.county)
        access.open_account(person, username=f"zhao{number}", by=None)
        desk.dispatched(desk.issue(f"问题 {number}", ("poor_sites", "few_hands")[number % 2]))
        params = {"table": "office.units", "unit": cast.county.pk, "filters": {}, "form": "csv", "rows": 1}
        run_job.start("office.export", by=cast.county_clerk, at=cast.county, title=f"导出 {number}", **params)
        people.correct(by=cast.county_clerk, person=cast.worker, name=cast.worker.name, reason="核对")  # its reason is sealed


def spent(cast, name):
    page, who, args = PAGES[name]
    known = {"county": cast.county.pk, "worker": cast.worker.pk, "account": cast.account("chair").pk}
    return asked(cast.client(who), reverse(f"office:{page}", args=[known.get(arg, arg) for arg in args]))


def asked(client, url):
    client.get(url)  # warm what is read once a process
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in caught]


def test_no_page_costs_more_than_its_budget_and_ten_more_rows_cost_nothing(cast, desk, django_capture_on_commit_callbacks):
    programmes.load_catalogue()
    with django_capture_on_commit_callbacks(execute=True):
        more(cast, desk, 2, 0)
    before = {name: len(spent(cast, name)) for name in PAGES}
    with django_capture_on_commit_callbacks(execute=True):
        more(cast, desk, 10, 2)
    assert {name: len(spent(cast, name)) for name in PAGES} == before
    assert before == BUDGETS
    assert {name for name, count in BUDGETS.items() if count > 12} == set()


@pytest.mark.parametrize("place", ["organization", "person"])
def test_a_panel_that_a_page_takes_in_costs_little(cast, desk, place):
    """Each is one small answer, and the page that takes it in costs the same however many rooms there are."""
    subject = {"organization": cast.county.pk, "person": cast.worker.pk}[place]
    found = panels.at(place)
    assert len(found) >= 2
    for panel in found:
        url = reverse("shell:panel", args=[place, panel.code, subject])
        assert len(asked(cast.client("county_clerk"), url)) <= 12, panel.code


def test_a_page_counted_late_costs_the_same(cast, monkeypatch):
    """Without `unhurried` a page would pay for the half minute and the minute that ran out before it."""
    client, url = cast.client("county_clerk"), reverse("office:units")
    usual = len(asked(client, url))
    with clock.fixed(clock.now() + timedelta(minutes=2)), CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    assert len(caught) == usual
    monkeypatch.setattr(middleware, "SEEN_EVERY", 60)
    cache.delete(queries.WORLDS)
    with clock.fixed(clock.now() + timedelta(minutes=2)), CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    late = [one["sql"] for one in caught]
    assert len(late) == usual + 2
    assert [sum(table in sql for sql in late) for table in ("programmes_world", "UPDATE access_browsersession")] == [1, 1]
