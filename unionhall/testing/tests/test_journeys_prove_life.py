"""What a journey must have shown, and what the scribe writes down: each way of not proving anything is refused."""

import json
from types import SimpleNamespace

import pytest

from unionhall.catalogue import live
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger import registry
from unionhall.kernel.ledger.facts import Fact, Unit
from unionhall.kernel.programmes import actions as programmes
from unionhall.kernel.programmes import queries
from unionhall.lib import dates
from unionhall.lib.text import Text
from unionhall.testing.live import PROPERTY, Journey, Scribe

CODE = "smart_union_office"
DONE = Fact("journey_test.done", unit=Unit.ITEM, name=Text("办结", "Done"), counts=Text("每件。", "Each one."))


@pytest.fixture
def travelled(cast, monkeypatch):
    for shelf in ("_facts", "_indicators"):
        monkeypatch.setattr(registry, shelf, dict(getattr(registry, shelf)))
    registry.register_facts([DONE])
    programmes.load_catalogue()
    return Journey(CODE, cast)


def test_a_journey_that_does_nothing_shows_nothing(travelled):
    assert travelled.lacking() == [
        "no edition of the programme was opened",
        "no act went over HTTP and was accepted",
        "no figure was watched",
    ]


def test_each_thing_that_is_missing_is_named(travelled):
    county = travelled.cast.units["county"]
    travelled.watch("sum(journey_test.done)", at=county)
    assert "sum(journey_test.done) did not move" in travelled.lacking()
    ledger.post(DONE, at=county, day=dates.today(), source="test.act:1")
    assert travelled.lacking() == ["no edition of the programme was opened", "no act went over HTTP and was accepted"]
    programmes.open_edition(
        by=travelled.cast.people["county_clerk"], programme=queries.programme(CODE), organization=county, planned=True
    )
    assert travelled.lacking()[0] == "no edition of the programme was opened"
    programmes.open_edition(
        by=travelled.cast.people["county_clerk"], programme=queries.programme(CODE), organization=county, name="二"
    )
    assert travelled.lacking() == ["no act went over HTTP and was accepted"]


def test_a_refused_act_is_none_and_a_done_one_counts(travelled):
    client = travelled.client("leader")
    client.post(f"/programmes/{CODE}/open", {"since": "2026-01-01", "until": "2026-12-31"})
    assert [(who, status) for who, _path, status in travelled.acts] == [("leader", 403)]
    assert "no act went over HTTP and was accepted" in travelled.lacking()
    travelled.client("county_clerk").post(f"/programmes/{CODE}/open", {"since": "2026-01-01", "until": "2026-12-31"})
    assert travelled.lacking() == ["no figure was watched"]


def test_an_edition_that_was_there_before_proves_nothing(travelled):
    county = travelled.cast.units["county"]
    edition = programmes.open_edition(
        by=travelled.cast.people["county_clerk"], programme=queries.programme(CODE), organization=county
    )
    travelled.editions_before = frozenset({edition.pk})
    assert "no edition of the programme was opened" in travelled.lacking()


def test_a_figure_that_the_house_does_not_count_cannot_be_watched(travelled):
    with pytest.raises(LookupError, match=r"kitchen\.cooked"):
        travelled.watch("sum(kitchen.cooked)", at=travelled.cast.units["county"])


def report(*, when="teardown", passed=True, code=CODE):
    told = json.dumps({"code": code, "journey": "x.py::test_x", "digest": "d", "moved": ["sum(a.b)"]})
    return SimpleNamespace(when=when, passed=passed, user_properties=[(PROPERTY, told), ("other", "1")])


def run(tmp_path, *reports, args=(), keyword="", exitstatus=0):
    source = pytest.Config.ArgsSource.ARGS if args else pytest.Config.ArgsSource.TESTPATHS
    option = SimpleNamespace(keyword=keyword, lf=False, collectonly=False, deselect=None)
    scribe = Scribe(SimpleNamespace(option=option, args_source=source), tmp_path / "live.json")
    for one in reports:
        scribe.pytest_runtest_logreport(one)
    session = SimpleNamespace(exitstatus=pytest.ExitCode(exitstatus))
    scribe.pytest_sessionfinish(session)
    return session.exitstatus


def test_only_a_journey_that_passed_to_its_end_is_written_down(tmp_path):
    run(tmp_path, report(when="call"), report(passed=False))
    assert not (tmp_path / "live.json").exists()
    run(tmp_path, report())
    assert live.evidence(tmp_path / "live.json") == {CODE: live.Evidence("x.py::test_x", "d", ("sum(a.b)",))}


def test_a_whole_run_in_which_a_listed_journey_did_not_run_fails(tmp_path, capsys):
    run(tmp_path, report())
    assert run(tmp_path, report()) == pytest.ExitCode.OK
    assert run(tmp_path, args=("unionhall/lib",)) == pytest.ExitCode.OK
    assert run(tmp_path, keyword="dates") == pytest.ExitCode.OK
    assert run(tmp_path) == pytest.ExitCode.TESTS_FAILED
    assert CODE in capsys.readouterr().out
