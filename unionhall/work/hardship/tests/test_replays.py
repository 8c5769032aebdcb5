"""The published figures that this room counts, reproduced by replays at full size."""

import pytest

from unionhall.catalogue import published, replays
from unionhall.work.hardship.tests.conftest import assert_books_agree

EXPECTED = {
    "S0": {**dict.fromkeys(("S0-047", "S0-048", "S0-049", "S0-050", "S0-051", "S0-052", "S0-D10"), 100), "S0-053": 323},
    "S1": {"S1-027": 4},
}


@pytest.mark.parametrize("name", ["S0", "S1"])
def test_a_replay_reproduces_the_figures_that_hardship_counts(cast, name):
    ours = [one for one in published.figures() if one.replay == name and "(hardship." in one.indicator]
    replays.load(name.lower())
    found = {row["id"]: (row["state"], row["value"]) for row in published.figures_status(ours)}
    assert found == {id: ("reproduced", value) for id, value in EXPECTED[name].items()}
    assert_books_agree()
