"""freshness: when each field was last confirmed, by whom or what; corrected values are fresh, removed ones forgotten."""

from datetime import timedelta

import pytest

from unionhall.kernel.people import actions as people
from unionhall.kernel.people import queries, registry
from unionhall.kernel.people.actions import freshness, merging
from unionhall.kernel.people.models import Confirmation
from unionhall.lib import clock, dates

pytestmark = pytest.mark.django_db


@pytest.fixture
def wang(cast):
    return people.register(by=None, name="王五", home=cast.factory, phone="13800138000")


def known(person):
    """Field to source code and days ago."""
    rows = Confirmation.objects.filter(person=person).values_list("field", "source", "on")
    return {field: (source, (dates.today() - on).days) for field, source, on in rows}


def test_nothing_is_fresh_by_being_on_file(wang):
    assert queries.freshness_of([wang.pk]) == {}


def test_fields_are_confirmed_each_by_its_source_and_again_later(wang, cast):
    with clock.fixed(clock.now() - timedelta(days=70)):
        freshness.confirm([wang.pk, cast.worker.pk], {"phone": "code", "name": "self"}, by=wang)
    freshness.confirm([wang.pk], {"phone": "desk"}, by=cast.county_clerk)
    assert known(wang) == {"phone": ("desk", 0), "name": ("self", 70)}
    fresh = queries.freshness_of([wang.pk, cast.worker.pk])
    assert str(fresh[wang.pk]["name"].source) == "本人确认"
    assert str(fresh[cast.worker.pk]["phone"].ago) == "2 个月前"
    assert Confirmation.objects.get(person=wang, field="phone").by == cast.county_clerk


def test_a_correction_is_fresh_and_what_is_removed_is_forgotten(wang, cast):
    people.correct(by=cast.county_clerk, person=wang, name="王武", phone="13800138001", reason="改名")
    assert known(wang) == {"name": ("correct", 0), "phone": ("correct", 0)}
    people.correct(by=cast.county_clerk, person=wang, phone="", reason="停用")
    assert known(wang) == {"name": ("correct", 0)}


def test_what_the_house_writes_was_compared_by_nobody(wang):
    people.correct(by=None, person=wang, phone="13800138002")
    assert known(wang) == {}


@pytest.mark.parametrize("given", [{"shoe": "desk"}, {"phone": "rumour"}])
def test_unknown_fields_and_sources_are_mistakes_of_the_house(wang, given):
    with pytest.raises(LookupError):
        freshness.confirm([wang.pk], given, by=None)
    assert known(wang) == {}


def test_rooms_add_lines_once():
    with pytest.raises(ValueError, match="already registered"):
        registry.register_lines({"name": registry.SOURCES["self"]})
    assert str(registry.line_name("phone")) == "手机号码"


def test_what_was_confirmed_goes_with_the_value(wang, cast):
    other = people.register(by=None, name="王武", home=cast.factory, phone="13800138009")
    freshness.confirm([other.pk], {"phone": "code", "name": "self"}, by=other)
    freshness.confirm([wang.pk], {"name": "desk"}, by=cast.county_clerk)
    merger = merging.merge(by=None, kept=wang, gone=other, fields=["phone"], reason="本人到窗口核对")
    assert (known(wang), known(other)) == ({"phone": ("code", 0), "name": ("desk", 0)}, {"name": ("self", 0)})
    merging.undo(by=None, merger=merger)
    assert (known(wang), known(other)) == ({"name": ("desk", 0)}, {"phone": ("code", 0), "name": ("self", 0)})


def test_erasure_forgets(wang, cast):
    freshness.confirm([wang.pk], {"phone": "code"}, by=wang)
    people.erase(by=cast.county_clerk, person=wang, reason="本人申请")
    assert known(wang) == {}
