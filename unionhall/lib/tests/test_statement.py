"""The places of a statement get their numbers once, in the order in which the database is told of them."""

import pytest

from unionhall.lib.statement import numbered


@pytest.mark.parametrize(
    ("written", "sent", "names"),
    [
        ("SELECT 1", b"SELECT 1", ()),
        ("SELECT %s", b"SELECT $1", ()),
        ("SELECT %s, %s, %s", b"SELECT $1, $2, $3", ()),
        ("SELECT %(a)s", b"SELECT $1", ("a",)),
        ("SELECT %(b)s, %(a)s", b"SELECT $1, $2", ("b", "a")),
        ("SELECT %(a)s, %(b)s, %(a)s", b"SELECT $1, $2, $1", ("a", "b")),
        ("a LIKE 'x%%'", b"a LIKE 'x%'", ()),
        ("a LIKE 'x%%' AND b = %s", b"a LIKE 'x%' AND b = $1", ()),
        ("a %% 2 = %(rest)s", b"a % 2 = $1", ("rest",)),
        ("a = '%%s'", b"a = '%s'", ()),
        ("a = '%%%s'", b"a = '%$1'", ()),
        ("a = '姓名' AND b = %s", "a = '姓名' AND b = $1".encode(), ()),
    ],
)
def test_places_are_numbered(written, sent, names):
    assert numbered(written) == (sent, names)


def test_a_name_of_many_places_is_told_once():
    sent, names = numbered(" ".join(["%(a)s"] * 60 + ["%(b)s"]))
    assert names == ("a", "b")
    assert (sent.count(b"$1"), sent.count(b"$2"), sent.count(b"$")) == (60, 1, 61)


def test_a_statement_is_read_once():
    assert numbered("SELECT %(once)s")[0] is numbered("SELECT %(once)s")[0]
