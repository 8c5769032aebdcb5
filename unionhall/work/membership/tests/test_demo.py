"""The room's part of the demo city stands, and its books agree."""

import pytest

from unionhall.kernel.programmes import actions as programmes
from unionhall.kernel.programmes.models import World
from unionhall.lib import clock
from unionhall.work.membership import demo
from unionhall.work.membership.models import Application, Benefit, Membership, Partner, Wish
from unionhall.work.membership.tests.conftest import assert_books_agree, figure


@pytest.mark.long
@pytest.mark.django_db
def test_the_demo_city_has_members_at_every_station(cast):
    programmes.load_catalogue()
    World.objects.create(kind=World.DEMO, name="demo", root=cast.province, org_path=cast.province.path, loaded_at=clock.now())
    demo.load()
    alive = Membership.objects.filter(until=None)
    assert [alive.filter(state="retained").count(), Membership.objects.filter(state="left").count()] == [3, 1]
    assert figure("membership.members", cast.province) == 36 + 26 - 3 - 1
    assert [Application.objects.filter(state="applied").count(), Benefit.objects.count(), Partner.objects.count()] == [9, 3, 3]
    assert sorted(Wish.objects.values_list("what", "state")) == [("leave", "asked"), ("retain", "asked")]
    assert figure("membership.scan_join_rate", cast.province) == 1
    assert figure("membership.founding_proposed", cast.province) == 1
    assert_books_agree()
