"""The list of members on its way out: masked, in the clear for a reason on record, and on paper."""

import io

import openpyxl
import pytest
from django.urls import reverse

from unionhall.kernel.audit import queries as trail
from unionhall.kernel.people.models import Person
from unionhall.kernel.people.queries import words
from unionhall.lib import dates
from unionhall.lib.refusal import Refused
from unionhall.work.membership.models import Membership
from unionhall.work.membership.queries import exports
from unionhall.work.membership.tests.conftest import applicant, number_of

pytestmark = pytest.mark.django_db
EXPORT = reverse("office:export", args=["membership.list"])
PRINT = reverse("membership:desk-bulk-print")


def lines_of(answer):
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows()]


def test_members_leave_masked_with_the_columns_of_the_reports(desk, cast):
    desk.member(1)
    head, line = lines_of(cast.client("county_clerk").post(EXPORT, {"form": "xlsx", "shape": "all"}))
    row = dict(zip(head, line, strict=True))
    assert row["姓名"].startswith("高")
    assert "高远航" not in line
    assert row["身份证号"].endswith(number_of(1)[-4:])
    assert number_of(1) not in line
    assert row["所在工会"] == cast.factory.name
    assert {"手机号", "工会编码", "资料核对日期"} <= set(head)


def test_the_filters_of_the_list_hold_for_the_file(desk, cast):
    desk.member(1, given=applicant(1, occupation="rider"))
    desk.member(2)
    clerk = cast.client("county_clerk")
    assert len(lines_of(clerk.post(f"{EXPORT}?occupation=rider", {"form": "xlsx"}))) == 1 + 1
    assert len(lines_of(clerk.post(f"{EXPORT}?unit={cast.mine.pk}", {"form": "xlsx"}))) == 1
    assert len(lines_of(clerk.post(f"{EXPORT}?since=2999-01-01", {"form": "xlsx"}))) == 1
    direct = clerk.get(reverse("membership:desk-export"), {"format": "csv", "until": "2001年1月1日"})
    assert len(direct.content.decode("utf-8-sig").splitlines()) == 1


def test_a_neighbour_takes_nobody_along(desk, cast):
    desk.member(1)
    assert len(lines_of(cast.client("neighbour_chair").post(EXPORT, {"form": "xlsx"}))) == 1


@pytest.mark.django_db(transaction=True)
def test_in_the_clear_for_a_reason_and_each_reading_is_on_record(desk, cast):
    one = desk.member(1)
    answer = cast.client("county_clerk").post(EXPORT, {"form": "xlsx", "reason": "年度会员统计上报"})
    head, line = lines_of(answer)
    row = dict(zip(head, line, strict=True))
    assert [row["姓名"], row["身份证号"]] == ["高远航", number_of(1)]
    assert {words.reason(each) for each in trail.reads(kind="people.person", subject_id=one.person_id)} == {"年度会员统计上报"}


def test_the_chair_gets_no_box_for_a_reason(desk, cast):
    desk.member(1)
    assert 'name="reason"' not in cast.client("chair").get(EXPORT).content.decode()


def test_too_many_in_the_clear_are_refused(desk, cast, monkeypatch):
    monkeypatch.setattr(exports, "MOST_PLAIN", 0)
    desk.member(1)
    with pytest.raises(Refused) as refusal:
        next(exports.plainly(cast.county_clerk, {}, "上报"))
    assert refusal.value.field == "reason"


def test_parts_leave_nobody_out(desk, cast, monkeypatch):
    monkeypatch.setattr(exports, "BATCH", 2)
    for n in range(1, 6):
        desk.member(n)
    assert len(list(exports.masked(cast.county_clerk, {}))) == exports.counted(cast.county_clerk, {}) == 5


@pytest.mark.parametrize(("what", "word"), [("certificates", "会员"), ("roster", "花名册")])
def test_paper_shows_full_names_for_a_reason(desk, cast, what, word):
    one = desk.member(1)
    chair = cast.client("chair")
    asked = chair.post(PRINT, {"pick": [one.pk]}).content.decode()
    assert 'name="reason"' in asked
    assert "高远航" not in asked
    silent = chair.post(PRINT, {"pick": [one.pk], "confirmed": "1", "what": what, "reason": ""})
    assert "高远航" not in silent.content.decode()
    assert not trail.rows(verb="membership.printed").exists()
    paper = chair.post(PRINT, {"pick": [one.pk], "confirmed": "1", "what": what, "reason": "本人办理住房补贴"}).content.decode()
    assert word in paper
    assert "高远航" in paper
    assert one.number in paper
    row = trail.rows(verb="membership.printed").get()
    said = [row.actor, words.reason(row), row.subject_kind, row.subject_id, row.details["what"]]
    assert said == [cast.chair.pk, "本人办理住房补贴", "membership.membership", str(one.pk), what]


def test_nobody_prints_whom_they_may_not_register(desk, cast):
    one = desk.member(1)
    paper = cast.client("neighbour_chair").post(PRINT, {"pick": [one.pk], "confirmed": "1", "what": "roster", "reason": "看看"})
    assert "高远航" not in paper.content.decode()
    assert not trail.rows(verb="membership.printed").exists()


def test_the_roster_names_the_unit_once(desk, cast):
    sent = {"pick": [desk.member(1).pk], "confirmed": "1", "what": "roster", "reason": "会员大会签到"}
    page = cast.client("county_clerk").post(PRINT, sent).content.decode()
    head = page[page.index("<h1") :].partition("</p>")[0]
    assert head.count(cast.county.name) == 1


def test_the_paper_is_dated(desk, cast):
    one = desk.member(1)
    sent = {"pick": [one.pk], "confirmed": "1", "what": "certificates", "reason": "本人申请"}
    page = cast.client("chair").post(PRINT, sent).content.decode()
    assert f"{dates.today().year}" in page
    assert Membership.objects.count() == Person.objects.filter(name="高远航").count() == 1
