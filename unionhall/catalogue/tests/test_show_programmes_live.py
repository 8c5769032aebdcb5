"""Life by evidence: what the committed file says holds, and what the mechanism refuses."""

import json

from unionhall.catalogue import live
from unionhall.kernel.programmes.actions import CATALOGUE
from unionhall.kernel.programmes.rules import entries
from unionhall.testing import live as journeys

TOLD = {entry.code: entry for entry in entries.read(CATALOGUE)}
CODE = "graded_dispatch"


def proof(**changed):
    given = {"journey": "unionhall/work/x/tests/journeys/test_x.py::test_x", "digest": TOLD[CODE].digest, "moved": ("sum(a.b)",)}
    return live.Evidence(**{**given, **changed})


def test_the_committed_evidence_is_fresh_and_its_journeys_exist():
    assert live.faults(live.evidence(), TOLD, journeys.declared()) == []


def test_each_programme_has_its_line_in_the_status():
    status = live.catalogue_status()
    assert len(status) == 239
    assert set(status[0]) == {"code", "domain", "rooms", "live"}
    assert {row["code"] for row in status if row["live"]} == set(live.evidence())


def test_no_evidence_no_life(tmp_path):
    assert not any(row["live"] for row in live.catalogue_status(tmp_path / "none.json"))


def test_evidence_makes_live_until_the_entry_is_edited(tmp_path):
    path = tmp_path / "live.json"
    live.write({CODE: proof()}, path)
    assert [row["code"] for row in live.catalogue_status(path) if row["live"]] == [CODE]
    live.write({CODE: proof(digest="0" * 64)}, path)
    assert not any(row["live"] for row in live.catalogue_status(path))
    live.write({CODE: proof(moved=())}, path)
    assert not any(row["live"] for row in live.catalogue_status(path))


def test_each_way_of_lying_is_named():
    named = {CODE: proof().journey}
    assert live.faults({CODE: proof()}, TOLD, named) == []
    assert live.faults({CODE: proof()}, TOLD, {}) == [f"{CODE}: no such journey: {proof().journey}"]
    assert "was edited" in live.faults({CODE: proof(digest="x")}, TOLD, named)[0]
    assert "no figure moved" in live.faults({CODE: proof(moved=())}, TOLD, named)[0]
    assert live.faults({"no_such": proof()}, TOLD, named) == ["no_such: not in the catalogue"]


def test_the_file_is_written_in_one_form_and_only_when_it_changes(tmp_path):
    path = tmp_path / "live.json"
    assert live.write({CODE: proof()}, path) is True
    assert live.write({CODE: proof()}, path) is False
    assert json.loads(path.read_text(encoding="utf-8"))[CODE]["moved"] == ["sum(a.b)"]
    assert live.evidence(path) == {CODE: proof()}


def test_journeys_are_found_in_the_sources(tmp_path):
    folder = tmp_path / "work" / "x" / "tests" / "journeys"
    folder.mkdir(parents=True)
    (folder / "test_x.py").write_text(
        'import pytest\n\n@pytest.mark.journey("graded_dispatch")\ndef test_x(journey):\n    ...\n\ndef test_y():\n    ...\n',
        encoding="utf-8",
    )
    assert journeys.declared(tmp_path) == {CODE: f"{tmp_path.name}/work/x/tests/journeys/test_x.py::test_x"}
