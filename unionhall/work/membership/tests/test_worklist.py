"""What a clerk sees of applications in the worklist of the desk: what they are decided by, and the number once."""

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
