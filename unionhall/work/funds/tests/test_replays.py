"""The published money of five years, reproduced from bookings."""

import pytest

from unionhall.catalogue import published, replays
from unionhall.work.funds.tests.conftest import assert_books_agree

EXPECTED = {
    "S0": {"S0-007": 1_900_000, "S0-011": 1_500_000, "S0-039": 7_043_200, "S0-045": 5_738_600},
    "S1": {"S1-029": 3},
    "S2": {"S2-010": 900_000, "S2-011": 1_100_000, "S2-012": 3, "S2-013": 1, "S2-035": 5_120_000},
    "S3": {"S3-020": 51_153_000, "S3-038": 20_000_000, "S3-040": 27_000_000, "S3-070": 246_000_000},
    "S4": {"S4-027": 3_082_000, "S4-028": 12_748_000},
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_replay_reproduces_the_money_of_its_year(cast, name):
    replays.load(name, rooms={"funds"})
    found = {row["id"]: row for row in published.figures_status()}
    assert {id: (found[id]["value"], found[id]["state"]) for id in EXPECTED[name]} == {
        id: (value, "reproduced") for id, value in EXPECTED[name].items()
    }
    assert_books_agree()
