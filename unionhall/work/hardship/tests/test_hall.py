"""The worker's own pages: five screens, at most twelve fields, stopped and taken up again, and nobody else's file."""

from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from unionhall.kernel.access.models import Grant
from unionhall.kernel.files import actions as files
from unionhall.kernel.files import queries as file_queries
from unionhall.lib import dates
from unionhall.testing.cast import id_number
from unionhall.work.hardship.actions import books, own, procedure
from unionhall.work.hardship.actions.books import Book
from unionhall.work.hardship.forms import hall as forms
from unionhall.work.hardship.models.files import Household
from unionhall.work.hardship.tests.conftest import assert_books_agree, figure, fresh


@pytest.fixture
def worker(cast):
    return cast.client("worker")


def screen(client, door, file, expect=303, /, **fields):
    answer = client.post(reverse(f"hardship_hall:{door}", args=[file.pk]), fields)
    assert answer.status_code == expect, answer.content.decode()[:3000]
    return answer


def begun(client) -> Household:
    client.post(reverse("hardship_hall:start"))
    return Household.objects.get()


def test_five_screens_have_at_most_twelve_fields():
    made = (forms.SituationForm(), forms.FamilyForm(), forms.AmountsForm(), forms.PhotoForm(), forms.AccountForm())
    assert len(made) == len(own.FIVE) == 5
    assert sum(len(form.fields) for form in made) == 12
    assert (own.SCREENS[5:], list(forms.SignForm().fields)) == (("sign",), ["agree"])


def test_who_is_not_eligible_reads_why_and_what_else_there_is(desk, worker):
    file = begun(worker)
    screen(worker, "situation", file, cause="illness", worker="employed")
    screen(worker, "money", file, wage="200000")
    page = worker.get(reverse("hardship_hall:sign", args=[file.pk])).content.decode()
    for said in ("高于各档标准，不符合建档条件", "按所填收支暂不符合建档条件", "12351"):
        assert said in page
    screen(worker, "money", file, wage="6000")
    assert (
        "12351"
        not in worker.get(reverse("hardship_hall:sign", args=[file.pk]))
        .content.decode()
        .partition("<main")[2]
        .partition("</main")[0]
    )


def test_the_own_file_can_be_read_by_its_head_and_not_by_the_rest_of_the_family(desk, worker, cast):
    file = desk.filed(head=cast.worker, members=[{"person": cast.chair, "relation": "sibling"}])
    page = worker.get(reverse("hardship_hall:progress", args=[file.pk])).content.decode()
    assert "年可支配收入 24,000.00 元" in page
    other = cast.client("chair")
    assert "24,000" not in other.get(reverse("hardship_hall:progress", args=[file.pk])).content.decode()
    assert other.get(reverse("hardship_hall:sign", args=[file.pk])).status_code == 303


def test_a_worker_applies_on_the_phone_stops_and_goes_on(desk, worker, cast):
    file = begun(worker)
    screen(worker, "situation", file, cause="illness", worker="employed")
    again = worker.post(reverse("hardship_hall:start"))
    assert again.headers["Location"] == reverse("hardship_hall:family", args=[file.pk])
    assert Household.objects.count() == 1
    screen(worker, "family", file, size="2", name="杨小满", relation="child", id_number=id_number(901))
    screen(worker, "family", file, size="2")
    screen(worker, "money", file, wage="18000", medical="9000")
    page = worker.get(reverse("hardship_hall:sign", args=[file.pk])).content.decode()
    assert "人均月净收入 375.00 元" in page
    assert "经济状况" in page
    screen(worker, "papers", file, photo=SimpleUploadedFile("诊断.txt", "诊断证明".encode()))
    screen(worker, "account", file, account="6222021234567800001")
    checked = worker.get(reverse("hardship_hall:sign", args=[file.pk])).content.decode()
    assert "0001" in checked
    assert "6222021234567800001" not in checked
    screen(worker, "sign", file, agree="on")
    applied = fresh(file)
    assert (applied.state, applied.kind, applied.organization, applied.created_by) == ("applied", "deep", cast.factory, cast.worker)
    assert file.consents.get().way == "phone"
    shown = worker.get(reverse("hardship_hall:progress", args=[file.pk])).content.decode()
    assert "待初审" in shown
    assert figure("hardship.applied", cast.city) == 1
    assert_books_agree()


def test_what_is_handed_in_stays_and_what_is_missing_is_said(desk, worker):
    file = begun(worker)
    assert "请先填写收入支出" in screen(worker, "sign", file, 422, agree="on").content.decode()
    assert screen(worker, "sign", file, 422)
    screen(worker, "family", file, 422, size="0")
    screen(worker, "money", file, wage="18000")
    screen(worker, "sign", file, agree="on")
    assert screen(worker, "money", file, 409, wage="1")
    worker.post(reverse("hardship_hall:discard", args=[file.pk]))
    assert fresh(file).state == "applied"


def test_a_draft_is_thrown_away_and_leaves_nobody_behind(desk, worker, cast):
    file = begun(worker)
    screen(worker, "money", file, wage="18000")
    worker.post(reverse("hardship_hall:discard", args=[file.pk]))
    assert (fresh(file).state, bytes(fresh(file).book)) == ("discarded", b"")
    assert begun_again(worker).pk != file.pk


def begun_again(client) -> Household:
    client.post(reverse("hardship_hall:start"))
    return Household.objects.order_by("-pk")[0]


def test_nobody_sees_the_file_of_another(desk, worker, cast):
    file = begun(worker)
    other = cast.client("chair")
    for name in ("progress", *own.SCREENS):
        assert other.get(reverse(f"hardship_hall:{name}", args=[file.pk])).status_code == 404
    assert other.post(reverse("hardship_hall:discard", args=[file.pk])).status_code == 404
    assert fresh(file).state == "draft"


def test_a_worker_on_another_file_is_told_without_a_detail(desk, worker, cast):
    desk.filed(head=desk.person("何秀兰"), members=[{"person": cast.worker, "relation": "spouse"}])
    page = worker.post(reverse("hardship_hall:start"))
    assert page.status_code == 409
    assert "其他单位的困难职工档案" in page.content.decode()


def test_the_own_file_stands_among_my_matters(desk, worker):
    file = begun(worker)
    page = worker.get(reverse("portal:home")).content.decode()
    assert file.reference in page
    assert "困难帮扶" in page


def test_a_file_that_came_back_waits_for_the_worker_with_the_reason(desk, worker, cast):
    file = begun(worker)
    screen(worker, "money", file, wage="18000")
    screen(worker, "sign", file, agree="on")
    procedure.send_back(household_id=file.pk, reason="请补诊断证明", by=cast.county_clerk)
    assert 'class="waits"' in worker.get(reverse("portal:home")).content.decode()
    assert "请补诊断证明" in worker.get(reverse("hardship_hall:progress", args=[file.pk])).content.decode()
    screen(worker, "sign", file, agree="on")
    assert fresh(file).state == "applied"


def keep(client, door, file, /, **fields):
    assert client.post(reverse(f"hardship_hall:{door}", args=[file.pk]), {**fields, "keep": "1"}).status_code == 204


def goes_on(client) -> str:
    return client.post(reverse("hardship_hall:start")).headers["Location"].rstrip("/").rpartition("/")[2]


def test_each_answer_is_kept_as_it_is_given_and_another_device_goes_on_at_the_same_place(desk, worker, cast):
    file = begun(worker)
    assert goes_on(worker) == "situation"
    keep(worker, "situation", file, cause="illness")
    assert (fresh(file).cause, fresh(file).worker, goes_on(worker)) == ("illness", "employed", "situation")
    keep(worker, "family", file, size="3", name="杨小满", relation="child")
    other_phone = cast.client("worker")
    assert goes_on(other_phone) == "family"
    page = other_phone.get(reverse("hardship_hall:family", args=[file.pk])).content.decode()
    assert 'value="3"' in page
    assert 'value="杨小满"' in page
    assert file.members.count() == 1  # half a person is nobody yet
    screen(other_phone, "family", file, size="3", name="杨小满", relation="child", id_number=id_number(902))
    assert 'value="杨小满"' not in other_phone.get(reverse("hardship_hall:family", args=[file.pk])).content.decode()
    screen(other_phone, "family", file, size="3")
    keep(other_phone, "money", file, wage="18000")
    assert (goes_on(worker), fresh(file).assessed_on) == ("money", None)  # kept, not worked out
    kept_page = worker.get(reverse("hardship_hall:money", args=[file.pk])).content.decode()
    assert kept_page.count("已保存并加密") == 1
    assert "18000" not in kept_page
    screen(worker, "money", file, medical="9000")
    assert [one.kind for one in file.assessments.all()] == ["deep"]
    assert (goes_on(worker), screen(worker, "papers", file).headers["Location"].endswith("/account/")) == ("papers", True)
    keep(worker, "account", file, account="6222021234567800001")
    assert goes_on(worker) == "account"


def test_what_was_kept_is_sealed_and_goes_with_the_draft(desk, worker):
    file = begun(worker)
    keep(worker, "family", file, name="杨小满", id_number="230103199001011234")
    assert b"230103199001011234" not in bytes(fresh(file).book)
    assert "杨小满".encode() not in bytes(fresh(file).book)
    worker.post(reverse("hardship_hall:discard", args=[file.pk]))
    assert bytes(fresh(file).book) == b""


def test_nothing_is_kept_for_another_or_after_handing_in(desk, worker, cast):
    file = begun(worker)
    stranger = cast.client("chair")
    address = reverse("hardship_hall:situation", args=[file.pk])
    assert stranger.post(address, {"cause": "illness", "keep": "1"}).status_code == 404
    screen(worker, "money", file, wage="18000")
    screen(worker, "sign", file, agree="on")
    assert worker.post(address, {"cause": "care", "keep": "1"}).status_code == 409
    assert fresh(file).cause == "other"


def test_figures_of_the_phone_replace_those_of_the_desk_and_the_rest_stays(desk, worker, cast):
    given = Book(incomes={"wage": 100, "pension": 5_000_00}, spending={"care": 700_00}, illnesses={"self": "慢性肾衰竭"})
    file = desk.draft(book=given, head=cast.worker)
    own.save_money(person=cast.worker, household_id=file.pk, amounts={"wage": 900_00, "other": 40_00})
    told = books.draft(fresh(file))
    assert (told["incomes"]["wage"], told["incomes"]["pension"], told["incomes"]["other"]) == (900_00, 0, 40_00)
    assert (told["spending"]["care"], told["illnesses"]) == (700_00, {"self": "慢性肾衰竭"})


def test_on_its_way_it_is_pressed_papers_follow_and_it_is_taken_back(desk, worker, cast):
    file = begun(worker)
    screen(worker, "money", file, wage="18000")
    screen(worker, "sign", file, agree="on")
    page = worker.get(reverse("hardship_hall:progress", args=[file.pk])).content.decode()
    assert ("工会审核材料" in page, reverse("portal:union", args=[cast.factory.pk]) in page) == (True, True)
    screen(worker, "press", file)
    assert "可再次催办" in worker.get(screen(worker, "press", file).headers["Location"]).content.decode()
    screen(worker, "add-paper", file, photo=SimpleUploadedFile("发票.txt", "发票".encode()))
    assert "发票.txt" in worker.get(reverse("hardship_hall:progress", args=[file.pk])).content.decode()
    assert cast.client("chair").post(reverse("hardship_hall:press", args=[file.pk])).status_code == 404
    screen(worker, "withdraw", file, words="已找到工作")
    closed = fresh(file)
    assert (closed.state, closed.leaving, closed.exits.get().by) == ("withdrawn", "own_wish", cast.worker)
    assert screen(worker, "withdraw", file, 409, words="再撤")
    assert screen(worker, "add-paper", file, 409, photo=SimpleUploadedFile("发票.txt", "发票".encode()))
    assert_books_agree()


def test_a_phone_that_read_the_code_brings_photos_to_the_desk(desk, cast, monkeypatch):
    file = desk.draft()
    clerk, phone = cast.client("township_clerk"), Client()
    square = clerk.get(reverse("hardship:desk-phone", args=[file.pk]))
    here = square.content.decode().partition('hx-get="')[2].partition('"')[0]
    code = here.partition("code=")[2]
    address = reverse("portal:photo", args=[unquote(code)])
    page = phone.get(address).content.decode()
    assert (file.reference in page, file.head.name in page) == (True, False)
    for name in ("户口簿.txt", "诊断.txt"):
        assert phone.post(address, {"photo": SimpleUploadedFile(name, "材料".encode())}).status_code == 303
    listed = clerk.get(here).content.decode()
    assert ("已收到 2 份材料" in listed, "<img" in listed, "hx-get" in listed) == (True, False, True)
    assert list(file_queries.files_of(file).values_list("brought_by", flat=True)) == [cast.township_clerk.pk] * 2
    with monkeypatch.context() as later:
        later.setattr(files, "PHONE_MINUTES", -1)
        assert phone.get(address).status_code == 404
        assert phone.post(address, {"photo": SimpleUploadedFile("晚.txt", b"late")}).status_code == 404
        assert "hx-get" not in clerk.get(here).content.decode()  # an old page stops asking
    assert phone.get(address + "x").status_code == 404
    own_grant = Grant.objects.filter(person=cast.township_clerk)
    own_grant.update(until=dates.today())
    assert phone.post(address, {"photo": SimpleUploadedFile("后.txt", b"after")}).status_code == 404
    assert file_queries.files_of(file).count() == 2


def test_who_came_in_by_a_code_and_was_given_no_role_applies_all_the_same(desk, worker, cast):
    Grant.objects.filter(person=cast.worker).delete()
    file = begun(worker)
    worker.post(reverse("hardship_hall:discard", args=[file.pk]))
    assert fresh(file).state == "discarded"
    file = begun_again(worker)
    screen(worker, "money", file, wage="18000")
    screen(worker, "sign", file, agree="on")
    assert (fresh(file).state, Grant.objects.get(person=cast.worker).below) == ("applied", False)


def test_an_answer_that_comes_in_after_the_button_leads_nobody_back(desk, worker):
    file = begun(worker)
    screen(worker, "family", file, size="2")
    keep(worker, "family", file, size="2")
    assert goes_on(worker) == "money"
