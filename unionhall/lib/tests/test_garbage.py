import gc

import pytest

from unionhall.lib import garbage


def test_the_collector_rests_inside_and_works_on_behind():
    with garbage.resting():
        assert not gc.isenabled()
        with garbage.resting():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_works_on_after_a_failure():
    with pytest.raises(KeyError), garbage.resting():
        raise KeyError
    assert gc.isenabled()
