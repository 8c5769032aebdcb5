"""The cross-check by line and by file: whom it asks about, what is put on record, and answers kept with time and signature."""

import json

import pytest
from django.urls import reverse

from unionhall.kernel.audit import queries as audit
from unionhall.kernel.exchange.registry import Row
from unionhall.kernel.notices.tests.gateway import Gateway, serving
from unionhall.lib.refusal import Conflict, Refused
from unionhall.work.hardship import access, adapters
from unionhall.work.hardship.actions import inquiries, procedure
from unionhall.work.hardship.actions.inquiries import Answered
from unionhall.work.hardship.models.files import Inquiry
from unionhall.work.hardship.queries import questions
from unionhall.work.hardship.tests.conftest import figure

ANSWER = {"answer": "agrees", "words": "无其他收入", "signature": "示范市民政局 2026-018"}


@pytest.fixture
def register(settings):
    """The register of civil affairs answers on a line."""
    gateway = Gateway([(200, ANSWER)])
    with serving(gateway) as address:
        settings.CHECK_LINES = f"civil_affairs={address}/"
        yield gateway


def says(register, reply):
    """What the register answers from now on; bytes are nothing that can be read."""
    register.answers = [(200, reply)]


@pytest.fixture
def county(cast):
    return cast.client("county_clerk")


def checking(desk):
    """A household with a member that is being cross-checked, and the numbers of its people."""
    return desk.applied(members=[{"person": desk.person("钱桂英"), "relation": "spouse"}])


def ask(file, cast, *sources):
    return inquiries.ask(household_id=file.pk, sources=sources, by=cast.county_clerk)


def numbers_read(via):
    return [row.subject_id for row in audit.reads() if row.details["via"] == via]


def test_a_line_is_asked_by_name_and_number_and_the_answer_is_kept_signed(desk, cast, register):
    file = checking(desk)
    made = ask(file, cast, "civil_affairs")
    assert inquiries.fetch(made, by=cast.county_clerk)[0].pk == made[0].pk
    said = json.loads(register.asked[0][2])
    assert (said["number"], said["source"]) == (made[0].pk, "civil_affairs")
    assert [one["name"] for one in said["persons"]] == ["赵大勇", "钱桂英"]
    assert all(len(one["id_number"]) == 18 for one in said["persons"])
    kept = Inquiry.objects.get()
    assert (kept.way, kept.answer, kept.signature, kept.answered_at is not None) == (
        "line",
        "agrees",
        "示范市民政局 2026-018",
        True,
    )
    assert access.opened(f"inquiry|{kept.pk}", bytes(kept.words)) == {"words": "无其他收入"}
    assert len(numbers_read("line")) == 2
    assert figure("hardship.checked", cast.city) == 1


def test_a_line_that_is_down_leaves_the_question_open_and_the_same_one_is_asked_again(desk, cast, register):
    file = checking(desk)
    says(register, b"busy")
    made = ask(file, cast, "civil_affairs")
    assert inquiries.fetch(made, by=cast.county_clerk) == []
    assert Inquiry.objects.get().answered_at is None
    says(register, {"answer": "differs", "words": "名下有房", "signature": "甲"})
    again = ask(file, cast, "civil_affairs")
    assert [one.pk for one in again] == [made[0].pk]
    assert inquiries.fetch(again, by=cast.county_clerk)[0].answer == "differs"


@pytest.mark.parametrize("reply", [{"answer": "agrees"}, {"signature": "甲"}, ["agrees"]])
def test_an_answer_that_lacks_what_was_agreed_is_no_answer(register, reply):
    says(register, reply)
    line = adapters.line_for("civil_affairs")
    with pytest.raises(adapters.LineDown):
        line.ask(number=1, source="civil_affairs", persons=[("甲", "")])


@pytest.mark.parametrize(
    ("told", "known"),
    [("vehicles=https://a.example/", True), ("vehicles=http://a.example/", False), ("vehicles=ftp://a", False), ("", False)],
)
def test_a_line_is_trusted_only_when_it_is_sealed(settings, told, known):
    settings.CHECK_LINES = told
    assert (adapters.line_for("vehicles") is not None) is known


def test_questions_leave_masked_and_for_a_reason_in_the_clear(desk, cast):
    file = checking(desk)
    made = ask(file, cast, "civil_affairs", "vehicles")
    masked = list(questions.exported(cast.county_clerk, {}))
    assert [(one["number"], str(one["source"]), one["reference"]) for one in masked] == [
        (made[0].pk, "民政家庭经济状况核对", file.reference),
        (made[1].pk, "车辆登记", file.reference),
    ]
    assert masked[0]["persons"].startswith("赵**/**************")
    assert numbers_read("export") == []
    plain = list(inquiries.exported_plain(cast.county_clerk, {"source": "vehicles"}, "送市民政局核对"))
    names = [part.partition("/") for part in plain[0]["persons"].split("；")]
    assert [(name, len(number)) for name, _slash, number in names] == [("赵大勇", 18), ("钱桂英", 18)]
    assert len(numbers_read("export")) == 2
    assert list(questions.exported(cast.neighbour, {})) == []


def line_of(place, **more):
    return Row(place, {"answer": "agrees", "words": "", "signature": "市民政局", **more})


def sheet(cast, *rows):
    return [
        (one.row, str(one.message), one.level)
        for one in inquiries.check_sheet(rows, at=cast.county, by=cast.county_clerk, options={})
    ]


def test_a_sheet_of_answers_is_seen_whole_and_taken_in(desk, cast):
    file = checking(desk)
    first, second = ask(file, cast, "civil_affairs", "vehicles")
    assert sheet(cast, line_of(2, number=first.pk), line_of(3, number=first.pk), line_of(4, number=10**15)) == [
        (2, "登记核对结果", "changed"),
        (3, "同一编号在表中出现两次。", "error"),
        (4, f"没有编号为 {10**15} 的核对请求。", "error"),
    ]
    rows = [line_of(2, number=first.pk), line_of(3, number=second.pk, answer="differs", words="名下有车")]
    written = inquiries.write_sheet(rows, at=cast.county, by=cast.county_clerk, options={}, source="exchange.import:1")
    assert [(one.row, one.record, one.outcome) for one in written] == [
        (2, f"hardship.household:{file.pk}", "changed"),
        (3, f"hardship.household:{file.pk}", "changed"),
    ]
    assert sheet(cast, rows[0], line_of(3, number=second.pk)) == [
        (2, "已有相同答复。", "same"),
        (3, "该核对请求已有不同的答复。", "error"),
    ]


def test_a_difference_is_dealt_with_before_the_file_goes_on(desk, cast, county):
    file = desk.on(checking(desk))  # waits for the approval, by the short way
    one = ask(file, cast, "vehicles")[0]
    inquiries.take(Answered(one.pk, "differs", "名下小客车一辆", "车管所 7"), by=cast.county_clerk, household_id=file.pk)
    with pytest.raises(Refused, match="有 1 项核对结果不一致"):
        procedure.approve(household_id=file.pk, by=cast.county_clerk)
    with pytest.raises(Refused, match="请写明差异如何处理"):
        inquiries.resolve(household_id=file.pk, number=one.pk, words=" ", by=cast.county_clerk)
    answer = county.post(
        reverse("hardship:desk-resolve", args=[file.pk]), {"resolve-number": one.pk, "resolve-words": "系营运车辆，已核行驶证"}
    )
    assert answer.status_code == 303
    page = county.get(reverse("hardship:desk-file", args=[file.pk])).content.decode()
    assert "系营运车辆，已核行驶证" in page and "名下小客车" not in page
    shown = county.post(reverse("hardship:desk-book", args=[file.pk]), {"words": "复核"}).content.decode()
    assert "名下小客车一辆" in shown
    with pytest.raises(Conflict, match="该项差异已处理"):
        inquiries.resolve(household_id=file.pk, number=one.pk, words="x", by=cast.county_clerk)
    procedure.approve(household_id=file.pk, by=cast.county_clerk)


def test_a_question_of_a_file_out_of_sight_has_no_number_here(desk, cast):
    file = checking(desk)
    one = ask(file, cast, "civil_affairs")[0]
    assert questions.by_number(cast.neighbour, [one.pk]) == {}
    assert list(questions.by_number(cast.county_clerk, [one.pk, None, 2**70])) == [one.pk]


def test_without_a_signed_authorisation_nothing_is_asked(desk, cast):
    with pytest.raises(Refused, match="没有签署授权书"):
        ask(desk.draft(), cast, "civil_affairs")


def test_the_page_names_the_open_questions_and_both_ways(desk, cast, county):
    file = checking(desk)
    made = ask(file, cast, "civil_affairs")[0]
    page = county.get(reverse("hardship:desk-answers")).content.decode()
    for said in (file.reference, "民政家庭经济状况核对", "导出待核对清单", "导入核对结果"):
        assert said in page
    inquiries.take(Answered(made.pk, "agrees", "", "甲"), by=cast.county_clerk, household_id=file.pk)
    assert "没有待核对的请求" in county.get(reverse("hardship:desk-answers")).content.decode()
