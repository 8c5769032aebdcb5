"""The published figures that this room counts, reproduced by replays; and a house that is clean again afterwards."""

import pytest

from unionhall.catalogue import published, replays
from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes import queries as programmes
from unionhall.lib.refusal import Conflict, NotVisible
from unionhall.work.issues.models import Issue
from unionhall.work.issues.tests.conftest import assert_books_agree

EXPECTED = {
    "S0": {"S0-003": 4, "S0-004": 4, "S0-064": 6, "S0-065": 4, "S0-D02": 8},
    "S2": {"S2-005": 5, "S2-006": 43, "S2-007": 28, "S2-014": 4, "S2-015": 23, "S2-D01": 65.1163, "S2-D02": 15},
    "S4": {"S4-017": 173, "S4-018": 140, "S4-071": 5, "S4-D01": 80.9249, "S4-D02": 33},
}


def counted(name):
    mine = [one for one in published.figures() if one.replay == name and "issues." in one.indicator]
    return {row["id"]: row for row in published.figures_status(mine) if row["state"] != "not_countable"}


@pytest.mark.parametrize("name", ["S0", "S2", "S4"])
def test_a_replay_reproduces_the_figures_that_issues_counts(cast, name):
    done = replays.load(name.lower(), rooms={"issues"})
    found = counted(name)
    assert {id: row["value"] for id, row in found.items()} == EXPECTED[name]
    assert {row["state"] for row in found.values()} == {"reproduced"}
    assert_books_agree()
    root = Organization.objects.get(name=done.root)
    world = programmes.world_of(root.path)
    assert world is not None and world.name == name
    if name == "S2":
        one_problem_on_two_lists_is_one_issue_with_two_sources()


def one_problem_on_two_lists_is_one_issue_with_two_sources():
    assert Issue.objects.count() == 60
    shared = [issue for issue in Issue.objects.all() if issue.listings.count() == 2]
    assert len(shared) == 6
    assert {tuple(issue.listings.order_by("id").values_list("list__source", flat=True)) for issue in shared} == {
        ("squat", "research")
    }


def test_the_application_itself_may_load_and_clear(cast, as_application):
    with as_application():
        replays.load("S0", rooms={"issues"})
        assert replays.clear("S0")["people.Person"] == 12


def test_a_replay_is_loaded_once_and_cleared_without_trace_in_the_figures(cast):
    before = (Organization.objects.count(), Person.objects.filter(kind="person").count())
    replays.load("S0", rooms={"issues"})
    with pytest.raises(Conflict):
        replays.load("S0", rooms={"issues"})
    gone = replays.clear("S0")
    assert gone["issues.Issue"] == 14
    assert (Organization.objects.count(), Person.objects.filter(kind="person").count(), Issue.objects.count()) == (*before, 0)
    assert counted("S0") == {}
    assert ledger.reconcile() == []
    with pytest.raises(NotVisible):
        replays.clear("S0")
    replays.load("S0", rooms={"issues"})
    assert {row["state"] for row in counted("S0").values()} == {"reproduced"}
