"""Visits and names from a sheet: findings in words, the same entries as by hand, and taken back whole."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from unionhall.kernel.audit import queries as audit
from unionhall.kernel.exchange.actions import bring, check, write
from unionhall.kernel.exchange.models import Import
from unionhall.kernel.exchange.registry import Row
from unionhall.lib import clock, dates
from unionhall.lib.refusal import NotVisible
from unionhall.work.campaigns.actions import attendance, imports, visits
from unionhall.work.campaigns.models import Attendance, Visit
from unionhall.work.campaigns.rules import Stopped
from unionhall.work.campaigns.tests.conftest import assert_books_agree, figure

pytestmark = pytest.mark.django_db
OPTIONS = {"programme": "warmth_sending"}
EMPTY = {"heads": None, "goods": None, "cash": None, "copies": None, "theme": "", "visitors": "", "name": "", "household": ""}


def row(number, **values):
    return Row(number, {**EMPTY, "day": dates.today(), "recipient": "hardship", **values})


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


def test_visits_are_withdrawn_together_or_not_at_all(desk, cast):
    rows = [row(number, household=f"DK-{number}", heads=2) for number in range(2, 6)]
    keys = [
        int(one.record.rpartition(":")[2]) for one in imports.write_visits(rows, source="exchange.import:1", **given(desk, cast))
    ]
    visits.withdraw_visit(visit_id=keys[0], reason="登记有误", by=cast.county_clerk)
    for by, asked in ((cast.county_clerk, [*keys, 9_999_999]), (cast.neighbour, keys)):
        with pytest.raises(NotVisible):
            visits.withdraw_visits(visit_ids=asked, reason="整批有误", by=by)
    assert figure("campaigns.greeted", cast.county) == 6
    assert visits.withdraw_visits(visit_ids=keys, reason="整批有误", by=cast.county_clerk) == 3
    assert figure("campaigns.greeted", cast.county) == 0
    assert list(Visit.objects.order_by("pk").values_list("reason", flat=True)) == ["登记有误", *["整批有误"] * 3]
    last = audit.trail("campaigns.visit", keys[3]).last()
    assert (last.verb, last.actor, last.reason) == ("campaigns.visit_withdrawn", cast.county_clerk.pk, "整批有误")
    assert visits.withdraw_visits(visit_ids=keys, reason="再来一次", by=cast.county_clerk) == 0
    assert_books_agree()


def test_a_list_of_names(desk, cast):
    session = desk.published()
    here = {"at": cast.county, "by": cast.county_clerk, "options": {"session": session.pk}}
    rows = [Row(number, {"name": name}) for number, name in enumerate(("张三", "李四"), start=2)]
    assert imports.check_names([*rows, Row(4, {"name": "张三"})], **here)[0].level == "doubt"
    assert [one.outcome for one in imports.write_names(rows, source="exchange.import:1", **here)] == ["made", "made"]
    assert [one.outcome for one in imports.write_names(rows, source="exchange.import:1", **here)] == ["same", "same"]
    assert Attendance.objects.count() == 2


def test_a_list_of_names_is_taken_back_but_for_whom_hours_count(desk, cast):
    session = desk.published(code="volunteer_service", form="shift")
    here = {"at": cast.county, "by": cast.county_clerk, "options": {"session": session.pk}}
    rows = [Row(number, {"name": name}) for number, name in enumerate(("张三", "李四", "王五"), start=2)]
    written = imports.write_names(rows, source="exchange.import:1", **here)
    assert (figure("campaigns.attended", cast.county), figure("campaigns.volunteered", cast.county)) == (3, 3)
    left = Attendance.objects.get(name="李四")
    with clock.fixed(clock.now() + timedelta(minutes=90)):
        attendance.check_out(session_id=session.pk, attendance_id=left.pk, by=cast.county_clerk)
    stays = imports.undo_names(written[::-1], **here)
    assert [(one.row, str(one.message)) for one in stays] == [(3, "该人员已签退并计入时长，未撤销。")]
    assert list(Attendance.objects.values_list("name", flat=True)) == ["李四"]
    assert figure("campaigns.attended", cast.county) == 1
    assert_books_agree()
    with pytest.raises(NotVisible):
        imports.undo_names(written, at=cast.county, by=cast.worker, options={"session": session.pk})
    assert imports.undo_names([one for one in written if one.row != 3], **here) == []  # nothing is left to take back


def test_one_file_brought_twice_is_asked_about_in_words(desk, cast):
    rows = [row(number, household=f"DK-{number}") for number in range(2, 5)]
    imports.write_visits(rows, source="exchange.import:1", **given(desk, cast))
    again = imports.check_visits(rows, **given(desk, cast))
    assert [(one.row, str(one.message), one.level) for one in again] == [
        (number, "系统中已有同一天、同一编号的走访。", "doubt") for number in range(2, 5)
    ]


def test_two_imports_of_one_file_at_once_register_each_visit_once(desk, cast):
    """Both are brought and checked before either is written: nobody could be asked, and nothing is counted twice."""
    day = dates.today().isoformat()
    lines = ["日期,走访对象类别,名称,家庭档案编号,慰问人次", f"{day},困难职工,,DK-1,2", f"{day},困难职工,赵家,,3"]
    twice = [brought("\n".join(lines).encode(), cast) for _each in range(2)]
    first, second = (written(one, cast) for one in twice)
    assert [(one.made, one.same, one.refused) for one in (first, second)] == [(2, 0, 0), (0, 2, 0)]
    assert (figure("campaigns.visit_made", cast.county), figure("campaigns.greeted", cast.county)) == (2, 5)
    with_more = brought("\n".join([*lines, f"{day},困难职工,,DK-2,1"]).encode(), cast)  # brought later: it is asked about
    assert (with_more.doubtful, with_more.made) == (1, 2)
    assert_books_agree()


def brought(content, cast):
    upload = SimpleUploadedFile("走访.csv", content)
    one = bring.bring(kind="campaigns.visits", upload=upload, by=cast.county_clerk, at=cast.county, options=OPTIONS)
    return check.judge(Import.objects.select_related("organization", "started_by").get(pk=one.pk), check.Silent())


def written(one, cast):
    write.run(write.begin(import_id=one.pk, by=cast.county_clerk).pk, check.Silent())
    return Import.objects.get(pk=one.pk)
