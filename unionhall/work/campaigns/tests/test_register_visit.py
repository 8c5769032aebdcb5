"""Registering a visit: every figure of it at once, each pair apart, nothing for whoever may not."""

from datetime import timedelta

import pytest

from unionhall.kernel.audit import queries as audit_queries
from unionhall.lib import dates
from unionhall.lib.refusal import Conflict, Denied, NotVisible, Refused
from unionhall.work.campaigns.actions import visits
from unionhall.work.campaigns.models import Stop, Visit
from unionhall.work.campaigns.rules import Stopped
from unionhall.work.campaigns.tests.conftest import assert_books_agree, figure

pytestmark = pytest.mark.django_db


def test_one_visit_counts_household_people_goods_and_itself(desk, cast):
    desk.edition()
    visit = desk.visit(Stopped(recipient="hardship", name="赵大勇家", heads=3, goods=20_000, cash=50_000, copies=2))
    assert visit.edition is not None
    for at in (cast.factory, cast.county, cast.province):
        assert figure("campaigns.visit_made", at) == 1
        assert figure("campaigns.household_visited", at) == 1
        assert figure("campaigns.greeted", at) == 3
        assert figure("campaigns.goods_given", at) == 20_000
        assert figure("campaigns.cash_noted", at) == 50_000
        assert figure("campaigns.copies_given", at) == 2
    assert figure("campaigns.visit_made", cast.neighbour_county) == 0
    assert [row.verb for row in audit_queries.trail("campaigns.visit", visit.pk)] == ["campaigns.visit_registered"]
    assert_books_agree()


def test_household_person_and_visit_are_three_numbers(desk, cast):
    worker = Stopped(recipient="hardship", person_id=cast.worker.pk, heads=4)
    desk.visit(worker)
    desk.visit(worker, Stopped(recipient="hardship", household="DK-0001", heads=2))
    desk.visit(Stopped(recipient="hardship", household="DK-0001", heads=2))
    assert figure("campaigns.visit_made", cast.county) == 3
    assert figure("campaigns.household_visited", cast.county) == 4  # 户次
    assert figure("campaigns.household_visited.distinct", cast.county) == 2  # 户
    assert figure("campaigns.person_visited", cast.county) == 2  # 人次
    assert figure("campaigns.person_visited.distinct", cast.county) == 1  # 人
    assert figure("campaigns.greeted", cast.county) == 12
    assert_books_agree()


def test_a_visit_covers_several_units(desk, cast):
    stops = [Stopped(recipient="enterprise_union", unit_id=unit.pk) for unit in (cast.factory, cast.hospital)]
    desk.visit(*stops, code="leadership_research", at=cast.city, by=cast.city_clerk)
    desk.visit(stops[0], code="leadership_research", at=cast.city, by=cast.city_clerk)
    assert figure("campaigns.visit_made", cast.city) == 2
    assert figure("campaigns.unit_visited", cast.city) == 3
    assert figure("campaigns.unit_visited.distinct", cast.city) == 2
    assert figure("campaigns.area_reached.distinct", cast.city) == 1  # both stand in one county, which follows from the tree
    assert set(Stop.objects.values_list("area", "area_kind")) == {(cast.county.pk, "county")}
    assert_books_agree()


def test_own_level_stands_inside_the_roll_up(desk, cast):
    desk.visit(Stopped(recipient="hardship", household="DK-1"), at=cast.city, by=cast.city_clerk)
    desk.visit(Stopped(recipient="hardship", household="DK-1"))
    desk.visit(Stopped(recipient="hardship", household="DK-2"))
    assert figure("campaigns.household_visited.distinct", cast.city) == 2
    assert figure("campaigns.household_visited.distinct", cast.city, below=False) == 1


def test_many_at_once_are_the_same_as_one_by_one(desk, cast):
    programme = desk.programme()
    rows = [
        visits.NewVisit(
            programme=programme,
            theme="迎新春",
            stops=[
                Stopped(recipient="hardship", household=f"DK-{number}", heads=2, goods=10_000, copies=1),
                Stopped(recipient="enterprise", unit_id=cast.mine.pk, served=5, cash=100),
            ],
        )
        for number in range(20)
    ]
    made = visits.register_visits(organization=cast.county, rows=rows, by=cast.county_clerk, source="import:1")
    many = {code: figure(code, cast.county) for code in CODES}
    for new in rows:
        visits.register_visit(organization=cast.county, new=new, by=cast.county_clerk)
    assert {code: figure(code, cast.county) for code in CODES} == {code: 2 * number for code, number in many.items()}
    assert many["campaigns.greeted"] == 60
    assert many["campaigns.served"] == 100
    assert figure("campaigns.household_visited.distinct", cast.county) == 20
    assert audit_queries.trail("campaigns.visit", made[3])[0].details["source"] == "import:1"
    assert_books_agree()


NAMES = "visit_made household_visited unit_visited greeted goods_given cash_noted copies_given served"
CODES = [f"campaigns.{name}" for name in NAMES.split()]


def test_a_withdrawn_visit_stays_and_no_longer_counts(desk, cast):
    visit = desk.visit(Stopped(recipient="hardship", household="DK-9", goods=100))
    with pytest.raises(Refused, match="撤销原因"):
        visits.withdraw_visit(visit_id=visit.pk, reason=" ", by=cast.chair)
    visits.withdraw_visit(visit_id=visit.pk, reason="重复登记", by=cast.chair)
    assert {code: figure(code, cast.county) for code in CODES} == dict.fromkeys(CODES, 0)
    assert Visit.objects.get().reason == "重复登记"
    with pytest.raises(Conflict):
        visits.withdraw_visit(visit_id=visit.pk, reason="再次", by=cast.chair)
    assert_books_agree()


def test_strangers_change_nothing(desk, cast):
    visit = desk.visit()
    with pytest.raises(NotVisible):
        visits.withdraw_visit(visit_id=visit.pk, reason="不是我的", by=cast.neighbour)
    with pytest.raises(Denied):
        visits.withdraw_visit(visit_id=visit.pk, reason="领导只看", by=cast.leader)
    with pytest.raises(NotVisible):
        desk.visit(at=cast.mine)
    with pytest.raises(Refused, match="管理范围"):
        desk.visit(Stopped(recipient="hardship", person_id=cast.neighbour_chair.pk))
    assert Visit.objects.count() == 1
    assert Visit.objects.get().withdrawn_on is None
    assert figure("campaigns.visit_made", cast.province) == 1


def test_a_window_may_cross_the_end_of_the_year(desk, cast):
    edition = desk.edition()
    with pytest.raises(Refused, match="须在本期"):
        desk.visit(edition=edition, day=edition.since - timedelta(days=1))
    with pytest.raises(Refused, match="不能晚于今天"):
        desk.visit(day=dates.today() + timedelta(days=1))
    assert Visit.objects.count() == 0


@pytest.mark.parametrize(
    ("stop", "said"),
    [
        (Stopped(recipient="hardship"), "请填写姓名"),
        (Stopped(recipient="nobody", name="甲"), "请选择走访对象"),
        (Stopped(recipient="hardship", household="990000198001011234"), "身份证号"),
        (Stopped(recipient="hardship", name="甲", heads=-1), "不在合理范围"),
        (Stopped(recipient="hardship", name="甲", goods=-1), "金额不在合理范围"),
    ],
)
def test_what_cannot_stand_is_refused_in_words(desk, cast, stop, said):
    with pytest.raises(Refused, match=said):
        desk.visit(stop)
    assert Visit.objects.count() == 0
    assert figure("campaigns.visit_made", cast.province) == 0
