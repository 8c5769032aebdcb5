"""The worker's own pages: five screens, at most twelve fields, stopped and taken up again, and nobody else's file."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from unionhall.testing.cast import id_number
from unionhall.work.hardship.actions import own, procedure
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
    made = (forms.SituationForm(), forms.FamilyForm(), forms.AmountsForm(), forms.PhotoForm(), forms.SignForm())
    assert len(made) == len(own.SCREENS) == 5
    assert sum(len(form.fields) for form in made) <= 12


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
    assert again.headers["Location"] == reverse("hardship_hall:money", args=[file.pk])
    assert Household.objects.count() == 1
    screen(worker, "family", file, size="2", name="杨小满", relation="child", id_number=id_number(901))
    screen(worker, "family", file, size="2")
    screen(worker, "money", file, wage="18000", medical="9000")
    page = worker.get(reverse("hardship_hall:sign", args=[file.pk])).content.decode()
    assert "人均月净收入 375.00 元" in page
    assert "经济状况" in page
    screen(worker, "papers", file, photo=SimpleUploadedFile("诊断.txt", "诊断证明".encode()))
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
