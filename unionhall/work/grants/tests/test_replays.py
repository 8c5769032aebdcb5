"""The published grants of three years, reproduced from applications and payments."""

import pytest

from unionhall.catalogue import published, replays
from unionhall.work.grants.tests.conftest import assert_books_agree

EXPECTED = {
    "S0": {"S0-010": 2, "S0-042": 47, "S0-044": 141_000, "S0-046": 823},
    "S2": {"S2-030": 240},
    "S3": {"S3-018": 2_000_000, "S3-019": 200, "S3-021": 35_012, "S3-034": 28},
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["S0", "S2", pytest.param("S3", marks=pytest.mark.long)])
def test_a_replay_reproduces_the_grants_of_its_year(cast, name):
    replays.load(name, rooms={"grants", "funds"})
    found = {row["id"]: row for row in published.figures_status()}
    assert {id: (found[id]["value"], found[id]["state"]) for id in EXPECTED[name]} == {
        id: (value, "reproduced") for id, value in EXPECTED[name].items()
    }
    assert_books_agree()
