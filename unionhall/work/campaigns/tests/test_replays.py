"""The published figures that this room counts, reproduced by replays at their full size."""

from time import perf_counter, process_time

import pytest

from unionhall.catalogue import published, replays, stage
from unionhall.kernel.ledger import queries as ledger
from unionhall.work.campaigns.actions import replays as room
from unionhall.work.campaigns.models import HeadCount, Stop
from unionhall.work.campaigns.tests.conftest import assert_books_agree

EXPECTED = {
    "S0": {"S0-013": 1, "S0-014": 5, "S0-019": 3, "S0-020": 47, "S0-040": 4, "S0-041": 15_320, "S0-056": 2_968, "S0-060": 27},
    "S2": {"S2-016": 7, "S2-017": 27},
    "S3": {
        "S3-005": 132_600, "S3-007": 13, "S3-008": 15, "S3-009": 71, "S3-010": 5_602, "S3-011": 31_500, "S3-012": 6,
        "S3-028": 10_500, "S3-029": 1_208_730, "S3-030": 500_430, "S3-052": 2, "S3-060": 5, "S3-062": 4, "S3-064": 9,
        "S3-065": 9, "S3-066": 13, "S3-067": 4, "S3-068": 34, "S3-069": 102, "S3-071": 365_000, "S3-072": 27_700,
        "S3-D03": 65.1395, "S3-D06": 41.4013, "S3-D07": 115.1171, "S3-D15": 13.1769, "S3-D16": 11.3333,
    },
    "S4": {
        "S4-012": 13, "S4-014": 70, "S4-015": 6, "S4-016": 92, "S4-029": 2, "S4-030": 22, "S4-031": 297, "S4-032": 6,
        "S4-033": 4, "S4-034": 2, "S4-036": 112_300, "S4-049": 9, "S4-050": 1_640, "S4-D03": 1.3143,
    },
}  # fmt: skip


def counted(name):
    mine = [one for one in published.figures() if one.replay == name and "campaigns." in one.indicator]
    return {row["id"]: (row["state"], row["value"]) for row in published.figures_status(mine)}


def played(name):
    """The room's own part of a replay on its stage, without the other rooms'."""
    told = stage.play(name)
    replays.access.load_roles()
    replays.programmes.load_catalogue()
    built = stage.build(told)
    getattr(room, name.lower())(built)
    return built.perform()


@pytest.mark.parametrize("name", ["S0", "S2", "S4"])
def test_a_replay_reproduces_the_figures_that_campaigns_count(cast, name):
    played(name)
    assert counted(name) == {key: ("reproduced", value) for key, value in EXPECTED[name].items()}
    assert_books_agree()


@pytest.mark.long
def test_the_winter_of_365000_households_and_the_contests(cast):
    started, busy = perf_counter(), process_time()
    played("S3")
    print(f"S3 played in {perf_counter() - started:.1f} s, {process_time() - busy:.1f} s of them in Python")  # noqa: T201
    assert counted("S3") == {key: ("reproduced", value) for key, value in EXPECTED["S3"].items()}
    assert Stop.objects.count() == 365_000 + 34
    assert HeadCount.objects.filter(session__programme__code="labour_competition").count() == 10_500
    assert [one for one in ledger.reconcile() if one.fact.code.startswith("campaigns.")] == []


def test_parts_add_up_to_the_whole():
    for total, parts in ((15_320, 10), (1_208_730, 13), (7, 9), (0, 3)):
        split = room.shares(total, parts)
        assert (sum(split), len(split), max(split) - min(split) <= 1) == (total, parts, True)
