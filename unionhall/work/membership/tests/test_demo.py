"""The room's part of the demo city stands, and its books agree."""

from datetime import timedelta

import pytest

from unionhall.kernel.people.actions import register
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes import actions as programmes
from unionhall.kernel.programmes.models import World
from unionhall.lib import clock, dates
from unionhall.work.membership import demo
from unionhall.work.membership.models import Application, Benefit, Membership, Partner, Wish
from unionhall.work.membership.tests.conftest import assert_books_agree, figure


@pytest.mark.long
@pytest.mark.django_db
def test_the_demo_city_has_members_at_every_station(cast):
    programmes.load_catalogue()
    World.objects.create(kind=World.DEMO, name="demo", root=cast.province, org_path=cast.province.path, loaded_at=clock.now())
    register(by=None, name="王芳", phone="10012340001", home=cast.factory)
    first, second = Person.objects.filter(kind="person", account=None, org_path__startswith=cast.province.path).order_by("pk")[:2]
    demo.load()
    card = Membership.objects.get(person=first)
    assert (card.organization, card.state, card.channel) == (first.home, "member", "qr")
    assert (card.since, card.authenticated_on) == (dates.today() - timedelta(days=100),) * 2
    assert not Membership.objects.filter(person=second).exists()
    alive = Membership.objects.filter(until=None)
    assert [alive.filter(state="retained").count(), Membership.objects.filter(state="left").count()] == [3, 1]
    assert figure("membership.members", cast.province) == 36 + 26 + 1 - 3 - 1
    assert [Application.objects.filter(state="applied").count(), Benefit.objects.count(), Partner.objects.count()] == [9, 3, 3]
    assert sorted(Wish.objects.values_list("what", "state")) == [("leave", "asked"), ("retain", "asked")]
    assert figure("membership.scan_join_rate", cast.province) == 1
    assert figure("membership.founding_proposed", cast.province) == 1
    assert_books_agree()
