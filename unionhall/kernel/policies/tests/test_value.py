from dataclasses import replace
from datetime import date

import pytest

from unionhall.kernel.policies import actions, queries, registry
from unionhall.kernel.policies.models import PolicyValue
from unionhall.lib import recall

DAY = date(2025, 6, 1)


@pytest.fixture
def put(days, house):
    def put_value(value, organization=None, since=date(2025, 1, 1), until=None, level=""):
        return actions.set_value(
            days, value, by=house, organization=organization, since=since, until=until, level=level, source="工发〔2025〕1号"
        )

    return put_value


def test_the_default_holds_until_somebody_sets_a_value(days, cast):
    value = queries.value(days, at=cast.county, on=DAY)
    assert (value.value, value.version_id, value.source) == (5, None, "章程")


def test_the_nearest_ancestor_wins(put, days, cast):
    put(10, cast.province)
    city = put(8, cast.city)
    assert queries.value(days, at=cast.county, on=DAY) == queries.Value(8, city.pk, "工发〔2025〕1号")
    county = put(3, cast.county)
    values = {
        unit: queries.value(days, at=cast.units[unit], on=DAY).value for unit in ("township", "neighbour_county", "other_county")
    }
    assert values == {"township": 3, "neighbour_county": 8, "other_county": 10}
    assert queries.value(days, at=cast.county, on=DAY).version_id == county.pk


def test_a_value_for_the_whole_house_comes_after_every_region(put, days, cast):
    put(9)
    assert queries.value(days, at=cast.port, on=DAY).value == 9
    put(7, cast.other_city)
    assert queries.value(days, at=cast.port, on=DAY).value == 7


def test_a_level_narrows_the_value_of_its_region(put, days, cast):
    put(8, cast.city)
    put(2, cast.city, level="township")
    assert queries.value(days, at=cast.county, on=DAY).value == 8
    assert queries.value(days, at=cast.township, on=DAY).value == 2
    put(6, cast.county)
    assert queries.value(days, at=cast.township, on=DAY).value == 6  # nearer beats narrower


def test_the_value_of_the_day_holds_not_that_of_today(put, days, cast):
    first = put(8, cast.city, since=date(2024, 1, 1))
    second = put(6, cast.city, since=date(2025, 6, 1))
    at = {day: queries.value(days, at=cast.city, on=day) for day in (date(2023, 12, 31), date(2025, 5, 31), date(2025, 6, 1))}
    assert [each.value for each in at.values()] == [5, 8, 6]
    assert [each.version_id for each in at.values()] == [None, first.pk, second.pk]


def test_one_query_for_a_value(put, days, cast, django_assert_num_queries):
    put(8, cast.city)
    with django_assert_num_queries(1):
        queries.value(days, at=cast.factory, on=DAY)


def test_all_values_answer_like_single_questions_in_one_statement(put, days, cast, django_assert_num_queries):
    put(9)
    put(8, cast.city)
    put(2, cast.city, level="township")
    put(7, cast.county, since=date(2026, 1, 1))
    for unit in (cast.city, cast.township, cast.other_city):
        with django_assert_num_queries(1):
            found = queries.values(at=unit, on=DAY)
        assert found == {one.code: queries.value(one.code, at=unit, on=DAY) for one in registry.policies()}


def test_a_table_answers_like_single_questions(put, days, cast):
    put(9)
    put(8, cast.city)
    put(2, cast.city, level="township")
    put(6, cast.neighbour_county)
    table = queries.Table.load(days, on=DAY)
    for unit in cast.units.values():
        assert table.value(unit) == queries.value(days, at=unit, on=DAY)


def test_the_sql_case_answers_like_single_questions(put, days, cast):
    put(9)
    put(8, cast.city)
    put(2, cast.city, level="township")
    put(6, cast.neighbour_county)
    table = queries.Table.load(days, on=DAY)
    case = table.day_case(lambda value: date(2025, 1, value.whole), path="path", level="level")
    rows = type(cast.county).objects.annotate(day=case)
    assert {unit.pk: unit.day.day for unit in rows} == {
        unit.pk: queries.value(days, at=unit, on=DAY).value for unit in cast.units.values()
    }


def test_history_lists_every_version_the_newest_first(put, days, cast):
    put(8, cast.city, since=date(2024, 1, 1))
    put(6, cast.city, since=date(2025, 6, 1))
    put(4, cast.county, since=date(2025, 1, 1))
    assert [row.value for row in queries.history(days)] == [6, 4, 8]
    assert [(row.value, row.until) for row in queries.history(days, at=cast.city)] == [(6, None), (8, date(2025, 6, 1))]
    assert PolicyValue.objects.count() == 3


def test_rules_that_are_expected_are_read_at_once(put, days, cast, django_assert_num_queries):
    put(8, cast.city)
    other = "trial.other"
    registry.register_policies([replace(registry.policy(days), code=other, default=7)])
    queries.expect([days, other], at=cast.county, on=DAY)  # where nothing is kept, nothing is read ahead
    with recall.recalling():
        with django_assert_num_queries(1):
            queries.expect([days, other], at=cast.county, on=DAY)
        with django_assert_num_queries(0):
            assert queries.value(days, at=cast.county, on=DAY).value == 8
            assert queries.value(other, at=cast.county, on=DAY).value == 7
