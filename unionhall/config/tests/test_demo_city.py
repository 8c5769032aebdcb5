"""The demo city lives: issues in every state, some late, and books that agree with the records."""

from collections import Counter
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from unionhall.config import city, demo, running
from unionhall.config.launcher.trouble import Trouble
from unionhall.kernel.access.models import Account
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.flows import queries as flows
from unionhall.kernel.ledger import queries as books
from unionhall.kernel.ledger import registry
from unionhall.kernel.ledger.facts import Scope, Window
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.models import Edition, World
from unionhall.lib import dates
from unionhall.testing.visitor import enter
from unionhall.work.grants.actions import batches
from unionhall.work.grants.models import Application, Batch
from unionhall.work.grants.queries import browse
from unionhall.work.issues import demo as rooms
from unionhall.work.issues.flow import OPEN_STATES
from unionhall.work.issues.models import Issue
from unionhall.work.membership.models import Membership
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
        "maker",
        "checker",
        "payer",
        "10000001000",
        "10000001001",
    }
    assert len({door.password for door in doors}) == 12  # eleven of staff; workers share the words for a code
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
    monkeypatch.setattr(city, "VISITORS", (*city.VISITORS, ("newcomer", "新来者", "city_clerk", city.CODE, "")))
    assert [door.username for door in demo.load()] == [door.username for door in doors]  # loaded before that visitor came
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
    released()
    worker, other = (Person.objects.filter(kind="person", account=None).order_by("pk")[place] for place in (0, 1))
    assert [one.phone_last4 for one in (worker, other)] == [phone[-4:] for phone, *_rest in city.doors()[-2:]] == ["1000", "1001"]
    assert list(Membership.objects.filter(person__in=[worker, other]).values_list("person", "state")) == [(worker.pk, "member")]


def released():
    """Three visitors release a batch: one prepares what waits, the next checks it, and the bank's answer comes to the third."""
    maker, checker, payer = (enter(name) for name in ("maker", "checker", "payer"))
    waiting = list(Application.objects.filter(state="approved").exclude(payments__state="pending").values_list("pk", "approved"))
    assert len(waiting) == 3, "one that the bank turned back, two that no batch has carried"
    made = maker.post("/grants/batches/", {"application": [key for key, _amount in waiting]})
    batch = Batch.objects.get(state="draft", maker__account__username="maker", payments__application=waiting[0][0])
    assert made["Location"] == f"/grants/batches/{batch.pk}/"
    digest, total = batches.content_digest(batch), sum(amount for _key, amount in waiting) // 100
    assert maker.post(f"/grants/batches/{batch.pk}/check/", {"digest": digest, "total": total}).status_code == 403
    assert checker.post(f"/grants/batches/{batch.pk}/check/", {"digest": digest, "total": total}).status_code == 303
    assert payer.post(f"/grants/batches/{batch.pk}/release/", {"format": "csv"}).status_code == 303
    file = payer.post(f"/grants/batches/{batch.pk}/file/", {"format": "csv"}).content.decode("utf-8-sig")
    assert [f"{batch.reference}-{number}" in file for number in (1, 2, 3)] == [True] * 3
    answer = "附言,金额,结果\n" + "".join(f"{one.reference},{one.amount // 100},成功\n" for one in batch.payments.all())
    sent = {"file": SimpleUploadedFile("回盘.csv", answer.encode())}
    assert payer.post(f"/grants/batches/{batch.pk}/results/", sent).status_code == 303
    batch.refresh_from_db()
    assert (batch.state, browse.tie(batch).holds) == ("settled", True)
    assert books.reconcile() == []


@pytest.mark.django_db
def test_real_data_are_never_mixed_with_a_demo(cast):
    assert cast.units
    with pytest.raises(Trouble, match=r"real data|正式数据"):
        demo.load()
    with pytest.raises(Trouble, match=r"no demo database|不是演示数据库"):
        demo.clear()
    assert Organization.objects.count() == len(cast.units)
