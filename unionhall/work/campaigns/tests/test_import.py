"""Visits and names from a sheet: findings in words, the same entries as by hand, and taken back whole."""

from datetime import timedelta

import pytest

from unionhall.kernel.exchange.registry import Row
from unionhall.lib import dates
from unionhall.work.campaigns.actions import imports
from unionhall.work.campaigns.models import Attendance, Visit
from unionhall.work.campaigns.rules import Stopped
from unionhall.work.campaigns.tests.conftest import assert_books_agree, figure

pytestmark = pytest.mark.django_db
OPTIONS = {"programme": "warmth_sending"}
EMPTY = {"heads": None, "goods": None, "cash": None, "copies": None, "theme": "", "visitors": "", "name": "", "household": ""}


def row(number, **values):
    return Row(number, {**EMPTY, "day": dates.today(), "recipient": "hardship", **values}, {})


def given(desk, cast):
    return {"at": cast.county, "by": cast.county_clerk, "options": OPTIONS}


def test_rows_are_checked_each_in_words(desk, cast):
    desk.visit(Stopped(recipient="hardship", household="DK-7"), at=cast.county, by=cast.county_clerk)
    rows = [
        row(2, name="赵家"),
        row(3),
        row(4, name="钱家", day=dates.today() + timedelta(days=1)),
        row(5, household="990000198001011234"),
        row(6, name="孙家"),
        row(7, name="孙家"),
        row(8, household="DK-7"),
    ]
    found = imports.check_visits(rows, **given(desk, cast))
    assert [(one.row, one.column, one.level) for one in found] == [
        (3, "name", "error"), (4, "day", "error"), (5, "household", "error"), (6, "name", "doubt"), (7, "name", "doubt"),
        (8, "household", "doubt"),
    ]  # fmt: skip
    assert "990000" not in "".join(str(one.message) for one in found)


def test_what_is_written_counts_and_is_taken_back(desk, cast):
    rows = [row(number, household=f"DK-{number}", heads=2, goods=5_000) for number in range(2, 12)]
    written = imports.write_visits(rows, source="exchange.import:1", **given(desk, cast))
    assert [one.row for one in written] == list(range(2, 12))
    assert (figure("campaigns.greeted", cast.county), figure("campaigns.goods_given", cast.county)) == (20, 50_000)
    assert_books_agree()
    assert imports.undo_visits(written, **given(desk, cast)) == []
    assert figure("campaigns.greeted", cast.county) == 0
    assert Visit.objects.filter(withdrawn_on=None).count() == 0
    assert_books_agree()


def test_a_list_of_names(desk, cast):
    session = desk.published()
    here = {"at": cast.county, "by": cast.county_clerk, "options": {"session": session.pk}}
    rows = [Row(number, {"name": name}, {}) for number, name in enumerate(("张三", "李四"), start=2)]
    assert imports.check_names([*rows, Row(4, {"name": "张三"}, {})], **here)[0].level == "doubt"
    assert [one.outcome for one in imports.write_names(rows, source="exchange.import:1", **here)] == ["made", "made"]
    assert [one.outcome for one in imports.write_names(rows, source="exchange.import:1", **here)] == ["same", "same"]
    assert Attendance.objects.count() == 2
