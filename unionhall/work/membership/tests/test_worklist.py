"""What a clerk sees of applications in the worklist of the desk: what they are decided by, and the number once."""

import csv
import io

import pytest
from django.urls import reverse

from unionhall.kernel.access.models import Account
from unionhall.kernel.flows.models import Task
from unionhall.work.membership.models import Application
from unionhall.work.membership.tests.conftest import applicant

pytestmark = pytest.mark.django_db


def worklist(cast):
    return cast.client("chair").get(reverse("office:worklist")).content.decode()


@pytest.mark.parametrize(
    "how, more, zh, en",
    [
        ("code", {}, "扫码", "QR code"),
        ("route", {"channel": "home", "routed_by": "employer"}, "按工作单位", "By the employer"),
        ("roster", {}, "在工会花名册上", "on the roster"),
    ],
)
def test_name_employer_and_how_it_matched_stand_beside_the_number(desk, cast, how, more, zh, en):
    application = desk.applied(given=applicant(employer="北山机械厂"), **more)
    if how == "roster":
        Application.objects.update(on_roster=True)
    page = worklist(cast)
    assert page.count(f">{application.reference}<") == 1
    assert f">高** · 北山机械厂 · {zh}</a>" in page
    assert "高远航" not in page
    Account.objects.filter(person=cast.chair).update(language="en")
    assert f">高** · 北山机械厂 · {en}</a>" in worklist(cast)


def exported(cast):
    """The rows of the sheet, without the heading."""
    answer = cast.client("chair").get(reverse("office:worklist-export"), {"form": "csv"})
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]


def test_the_sheet_names_the_applicant_masked_as_the_page_does(desk, cast):
    application = desk.applied(given=applicant(employer="北山机械厂"))
    assert Task.objects.get().sent_by.name == "高远航"
    (row,) = exported(cast)
    assert row[:4] == [application.reference, "高** · 北山机械厂 · 扫码", application.organization.name, "--"]
    assert "高远航" not in "".join(row)


def test_who_sent_on_what_is_about_somebody_else_is_named_in_the_sheet(desk, cast):
    desk.applied(given=applicant(employer="北山机械厂"))
    Task.objects.update(sent_by=cast.county_clerk)
    assert exported(cast)[0][3] == cast.county_clerk.name


def test_the_page_that_asks_before_chasing_names_nobody_either(desk, cast):
    desk.applied(given=applicant(employer="北山机械厂"))
    picked = {"pick": Task.objects.get().pk}
    page = cast.client("county_clerk").post(f"{reverse('office:worklist-chase')}?tab=scope", picked).content.decode()
    assert "高** · 北山机械厂 · 扫码" in page and "高远航" not in page


def test_messages_name_the_applicant_masked_and_the_employer(desk):
    desk.applied(given=applicant(employer="北山机械厂"))
    assert Task.objects.get().title == "高** · 北山机械厂"


def test_without_an_employer_there_is_no_gap(desk, cast):
    desk.applied()
    assert ">高** · 扫码</a>" in worklist(cast)


def test_a_task_whose_record_is_out_of_sight_keeps_its_own_line(desk, cast, monkeypatch):
    desk.applied(given=applicant(employer="北山机械厂"))
    monkeypatch.setattr("unionhall.work.membership.access.applications_for", lambda _by: Application.objects.none())
    assert ">高** · 北山机械厂</a>" in worklist(cast)
