import pytest

from unionhall.lib import later
from unionhall.lib.later import Later


def test_the_function_is_imported_at_its_first_call():
    said = Later("unionhall.lib.money.yuan")
    assert said(112300) == "1,123.00"
    assert said in later.named()


def test_a_name_that_leads_nowhere_is_told():
    lost = Later("unionhall.lib.money.no_such_thing")
    with pytest.raises(ImportError, match="no_such_thing"):
        lost.resolve()
    later._named.remove(lost)


def test_every_name_in_the_house_leads_to_something_callable():
    assert [name.path for name in later.named() if not callable(name.resolve())] == []
