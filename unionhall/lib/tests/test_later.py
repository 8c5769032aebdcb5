import re
import tomllib
from pathlib import Path

import pytest

from unionhall.lib import later
from unionhall.lib.later import Later

WANTED = tomllib.loads((Path(__file__).resolve().parents[3] / "pyproject.toml").read_text())["project"]["optional-dependencies"][
    "scale"
]
EXTRA = {re.split(r"[^A-Za-z0-9_-]", one)[0] for one in WANTED}


def test_the_function_is_imported_at_its_first_call():
    said = Later("unionhall.lib.money.yuan")
    assert said(112300) == "1,123.00"
    assert said in later.named()


def test_a_name_that_leads_nowhere_is_told():
    lost = Later("unionhall.lib.money.no_such_thing")
    with pytest.raises(ImportError, match="no_such_thing"):
        lost.resolve()


def test_a_name_that_nobody_holds_is_forgotten():
    kept = Later("unionhall.lib.money.kept")
    Later("unionhall.lib.money.dropped")
    assert kept in later.named()
    assert "unionhall.lib.money.dropped" not in {name.path for name in later.named()}


def test_every_name_in_the_house_leads_to_something_callable():
    assert [name.path for name in later.named() if not leads(name)] == []


def leads(name):
    """Whether a name leads to something callable; one that needs the extra `scale` is tried where that is installed."""
    try:
        return callable(name.resolve())
    except ModuleNotFoundError as lacking:
        return lacking.name in EXTRA


def test_only_what_the_extra_brings_may_be_missing():
    lost = Later("unionhall.no_such_module.function")
    assert not leads(lost)
