"""The demo city lives: issues in every state, some late, and books that agree with the records."""

from collections import Counter
from datetime import timedelta

import pytest

from unionhall.config import city, demo, running
from unionhall.config.launcher.trouble import Trouble
from unionhall.kernel.access.models import Account
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.flows import queries as flows
from unionhall.kernel.ledger import queries as books
from unionhall.kernel.ledger import registry
from unionhall.kernel.ledger.facts import Scope, Window
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.programmes.models import Edition, World
from unionhall.lib import dates
from unionhall.testing.visitor import enter
from unionhall.work.issues import demo as rooms
from unionhall.work.issues.flow import OPEN_STATES
from unionhall.work.issues.models import Issue
from unionhall.work.portal import demo as hall


@pytest.mark.django_db
def test_a_year_of_issues_is_alive_today(monkeypatch):
    monkeypatch.setattr(city, "WORKERS", 20)
    running.migrate()
    doors = demo.load()
    assert {door.username for door in doors} == {
        "city",
        "county",
        "street",
        "chair",
        "leader",
        "system",
        "security",
        "auditor",
        "10000001000",
        "10000001001",
    }
    assert len({door.password for door in doors}) == 9  # eight of staff; workers share the words for a code
    assert Organization.objects.filter(level="grassroots").count() == 90
    states = Counter(Issue.objects.values_list("state", flat=True))
    assert sum(states.values()) >= 100
    assert set(states) >= {"written_off", "handling", "dispatched"}
    assert Issue.objects.filter(due_on__lt=dates.today()).exclude(state__in=["written_off", "withdrawn"]).exists()
    assert not Issue.objects.filter(found_on__gt=dates.today()).exists()
    assert books.reconcile() == []
    assert audit.verify().ok
    assert demo.loaded()
    alive(World.objects.get(kind="demo").root)
    before = Issue.objects.count()
    assert [door.username for door in demo.load()] == [door.username for door in doors]
    assert Issue.objects.count() == before, "the second time nothing is added"


def alive(root):
    """Work of every stage lies there, its lights burn, the books agree, and whoever enters has something to do."""
    today = dates.today()
    assert Issue.objects.count() == rooms.AT_CITY + rooms.AT_COUNTY + rooms.AT_STREET + len(hall.REQUESTS)
    county = Account.objects.select_related("person").get(username="county").person
    lit = {light for light, number in flows.lights(county, flows.Filters(tab="scope")).items() if number}
    assert {"late", "ok", "paused"} - lit == set()
    stock = books.value(registry.indicator("issues.open"), Scope(root), Window(today - timedelta(days=400), today))
    assert stock.number == Issue.objects.filter(state__in=OPEN_STATES).count()
    assert set(rooms.TARGETS) <= {edition.programme.code for edition in Edition.objects.select_related("programme")}
    assert Account.objects.filter(username__in=[name for name, *_rest in city.VISITORS]).count() == len(city.VISITORS)
    for username in ("city", "county", "chair"):
        page = enter(username).get("/worklist/")
        assert page.status_code == 200, username
        assert "WT" in page.content.decode(), username


@pytest.mark.django_db
def test_real_data_are_never_mixed_with_a_demo(cast):
    assert cast.units
    with pytest.raises(Trouble, match=r"real data|正式数据"):
        demo.load()
    with pytest.raises(Trouble, match=r"no demo database|不是演示数据库"):
        demo.clear()
    assert Organization.objects.count() == len(cast.units)
