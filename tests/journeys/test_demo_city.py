"""The demo city is alive on the day it is loaded: work in every stage, lights of every kind, books that balance."""

from datetime import timedelta

import pytest

from unionhall.config import city
from unionhall.kernel.access.models import Account
from unionhall.kernel.flows import queries as flows
from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger import registry
from unionhall.kernel.ledger.facts import Scope, Window
from unionhall.kernel.programmes.models import Edition, World
from unionhall.lib import dates
from unionhall.work.issues import demo
from unionhall.work.issues.flow import OPEN_STATES
from unionhall.work.issues.models import Issue
from unionhall.work.portal import demo as hall

STAGES = {"dispatched", "handling", "submitted", "written_off"}


@pytest.mark.django_db(transaction=True)
def test_the_demo_city_is_alive_and_its_books_balance(demo_city) -> None:
    root, today = World.objects.get(kind="demo").root, dates.today()
    planned = demo.AT_CITY + demo.AT_COUNTY + demo.AT_STREET + len(hall.REQUESTS)

    assert Issue.objects.count() == planned
    assert STAGES - set(Issue.objects.values_list("state", flat=True)) == set()
    assert Issue.objects.filter(found_on__gte=today).count() == 0
    assert list(ledger.reconcile()) == []

    county = Account.objects.select_related("person").get(username="county").person
    lit = {light for light, number in flows.lights(county, flows.Filters(tab="scope")).items() if number}
    assert {"late", "ok", "paused"} - lit == set()
    stock = ledger.value(registry.indicator("issues.open"), Scope(root), Window(today - timedelta(days=400), today))
    assert stock.number == Issue.objects.filter(state__in=OPEN_STATES).count()
    assert set(demo.TARGETS) <= {edition.programme.code for edition in Edition.objects.select_related("programme")}
    assert Account.objects.filter(username__in=[name for name, *_rest in city.VISITORS]).count() == len(city.VISITORS)

    for username in ("city", "county", "chair"):
        page = demo_city(username).get("/worklist/")
        assert page.status_code == 200, username
        assert "WT" in page.content.decode(), username
