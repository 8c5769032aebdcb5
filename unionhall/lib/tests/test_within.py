"""A variable holds its value inside a block only, whatever happens there."""

import threading
from contextvars import ContextVar

import pytest

from unionhall.lib.within import Within

VARIABLE: ContextVar[str] = ContextVar("test_within", default="outside")


def test_the_value_stands_inside_and_what_stood_before_comes_back():
    with Within(VARIABLE, "outer"):
        with Within(VARIABLE, "inner"):
            assert VARIABLE.get() == "inner"
        assert VARIABLE.get() == "outer"
    assert VARIABLE.get() == "outside"


def test_a_failure_passes_through_and_takes_the_value_away():
    with pytest.raises(ValueError, match="inside"), Within(VARIABLE, "value"):
        raise ValueError("inside")
    assert VARIABLE.get() == "outside"


def test_another_thread_sees_nothing_of_it():
    seen = []
    with Within(VARIABLE, "mine"):
        other = threading.Thread(target=lambda: seen.append(VARIABLE.get()))
        other.start()
        other.join()
    assert seen == ["outside"]


def test_a_block_can_be_entered_once_more_when_it_is_over():
    block, seen = Within(VARIABLE, "value"), []
    for _ in range(2):
        with block:
            seen.append(VARIABLE.get())
        seen.append(VARIABLE.get())
    assert seen == ["value", "outside"] * 2
