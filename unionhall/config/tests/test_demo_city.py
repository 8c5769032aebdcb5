"""The demo city lives: issues in every state, some late, and books that agree with the records."""

from collections import Counter

import pytest

from unionhall.config import city, demo, running
from unionhall.config.launcher.trouble import Trouble
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.ledger import queries as books
from unionhall.kernel.organizations.models import Organization
from unionhall.lib import dates
from unionhall.work.issues.models import Issue


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
    before = Issue.objects.count()
    assert [door.username for door in demo.load()] == [door.username for door in doors]
    assert Issue.objects.count() == before, "the second time nothing is added"


@pytest.mark.django_db
def test_real_data_are_never_mixed_with_a_demo(cast):
    assert cast.units
    with pytest.raises(Trouble, match=r"real data|正式数据"):
        demo.load()
    with pytest.raises(Trouble, match=r"no demo database|不是演示数据库"):
        demo.clear()
    assert Organization.objects.count() == len(cast.units)
