from datetime import UTC, datetime, timedelta

import pytest

from unionhall.kernel.flows.actions import numbers, once
from unionhall.kernel.flows.models import Once
from unionhall.lib import clock, statement
from unionhall.lib.refusal import Conflict, Refused


@pytest.fixture
def act():
    done = []

    def counted():
        done.append(1)
        return {"n": len(done)}

    counted.done = done
    return counted


def test_the_second_time_gives_the_first_answer(cast, act):
    answers = [once.once(cast.county_clerk, "k", "d", act) for _ in range(3)]
    assert (answers, len(act.done)) == ([{"n": 1}] * 3, 1)


def test_the_same_key_for_something_else_is_a_conflict(cast, act):
    once.once(cast.county_clerk, "k", once.digest_of({"a": 1}), act)
    with pytest.raises(Conflict) as no:
        once.once(cast.county_clerk, "k", once.digest_of({"a": 2}), act)
    assert (no.value.code, len(act.done)) == ("key_reused", 1)


def test_another_persons_key_says_nothing(cast, act):
    once.once(cast.county_clerk, "k", "d", act)
    assert once.once(cast.neighbour, "k", "other", act) == {"n": 2}


def test_an_act_that_failed_may_be_tried_again(cast, act):
    def fail():
        raise Refused("no")

    with pytest.raises(Refused):
        once.once(cast.county_clerk, "k", "d", fail)
    assert once.once(cast.county_clerk, "k", "d", act) == {"n": 1}


def test_the_digest_does_not_depend_on_the_order():
    assert once.digest_of({"a": 1, "b": [1, 2]}) == once.digest_of({"b": [1, 2], "a": 1})
    assert once.digest_of({"a": 1}) != once.digest_of({"a": "1"})


def test_keys_are_kept_for_a_day(cast, act, wednesday):
    once.once(cast.county_clerk, "old", "d", act)
    with clock.fixed(wednesday + timedelta(hours=24)):
        once.once(cast.county_clerk, "new", "d", act)
        assert once.purge() == 0
    with clock.fixed(wednesday + timedelta(hours=24, seconds=1)):
        assert once.purge() == 1
    assert Once.objects.get().key == "new"


def test_numbers_run_by_series_unit_and_year(cast, wednesday):
    assert [numbers.number("WT", cast.county) for _ in range(2)] == ["WT-2025-990004-0001", "WT-2025-990004-0002"]
    assert numbers.number("WT", cast.township) == "WT-2025-990007-0001"
    assert numbers.number("SQ", cast.county) == "SQ-2025-990004-0001"
    assert numbers.number("WT", cast.county, year=2026) == "WT-2026-990004-0001"
    assert numbers.numbers("WT", cast.county, 3) == [f"WT-2025-990004-000{n}" for n in (3, 4, 5)]
    assert numbers.numbers("WT", cast.county, 0) == []


def test_a_reference_bears_the_year_of_its_series_though_it_is_read_in_the_next(cast):
    with clock.fixed(datetime(2025, 12, 31, 15, 59, 59, tzinfo=UTC)):  # the last second of the year in Shanghai
        asked = numbers.asking("WT", cast.county, Once)
        row = statement.one(asked.sql, asked.params)
    with clock.fixed(datetime(2025, 12, 31, 16, 0, 0, tzinfo=UTC)):
        assert numbers.placed("WT", cast.county, row).reference == "WT-2025-990004-0001"
        assert numbers.place("WT", cast.county, Once).reference == "WT-2026-990004-0001"


def test_a_unit_without_code_is_named_by_its_number(cast, wednesday):
    cast.county.code = None
    assert numbers.number("WT", cast.county) == f"WT-2025-{cast.county.pk}-0001"
