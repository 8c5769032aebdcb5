from pathlib import Path

import pytest

from unionhall.kernel.audit import queries as audit
from unionhall.kernel.programmes import actions, queries
from unionhall.kernel.programmes.models import Programme
from unionhall.kernel.programmes.rules import entries
from unionhall.kernel.programmes.tests.test_read_catalogue import GOOD, written
from unionhall.lib.refusal import NotVisible

pytestmark = pytest.mark.django_db


def test_the_shipped_catalogue_loads_and_a_second_run_changes_nothing():
    assert actions.load_catalogue() == actions.Loaded(239, 0, 0, 0)
    stamp = dict(Programme.objects.values_list("code", "digest"))
    assert actions.load_catalogue() == actions.Loaded(0, 0, 0, 239)
    assert dict(Programme.objects.values_list("code", "digest")) == stamp


def test_an_edit_reaches_the_programme(tmp_path: Path):
    actions.load_catalogue(folder=written(tmp_path, GOOD))
    done = actions.load_catalogue(folder=written(tmp_path, GOOD.replace("列清单、销号。", "列清单、核查、销号。")))
    assert done == actions.Loaded(0, 1, 0, 0)
    assert queries.programme("issue_list").what.zh == "列清单、核查、销号。"


def test_a_programme_gone_from_the_files_retires_and_can_come_back(tmp_path: Path):
    actions.load_catalogue(folder=written(tmp_path, GOOD))
    other = GOOD.replace('"issue_list"', '"another_list"')
    assert actions.load_catalogue(folder=written(tmp_path, other)) == actions.Loaded(1, 0, 1, 0)
    assert queries.programme("issue_list").retired_on is not None
    assert [row.code for row in queries.programmes()] == ["another_list"]
    assert actions.load_catalogue(folder=written(tmp_path, GOOD)) == actions.Loaded(0, 1, 1, 0)
    assert queries.programme("issue_list").retired_on is None


def test_a_mistake_leaves_everything_as_it_was(tmp_path: Path):
    actions.load_catalogue(folder=written(tmp_path, GOOD))
    with pytest.raises(entries.CatalogueRefused):
        actions.load_catalogue(folder=written(tmp_path, GOOD.replace('["issues"]', '["kitchen"]')))
    assert Programme.objects.count() == 1


def test_a_load_that_changes_something_is_recorded_once(tmp_path: Path):
    for _ in range(2):
        actions.load_catalogue(folder=written(tmp_path, GOOD))
    assert [row.verb for row in audit.trail("programmes.catalogue", 0)] == ["programmes.catalogue_loaded"]


def test_an_unknown_programme_is_a_clear_answer():
    with pytest.raises(NotVisible, match="no_such"):
        queries.programme("no_such")
