"""The steps above an application's page, and how far it has come."""

import pytest
from django.urls import reverse

from unionhall.work.grants.actions import applications, settling
from unionhall.work.grants.models import Application
from unionhall.work.grants.queries import stages
from unionhall.work.grants.tests.conftest import YUAN, answers


def told(one, *, posted=False):
    shown = stages.of(Application.objects.get(pk=one.pk), posted=posted)
    return [(stage.name.zh, stage.state) for stage in shown]


def states(*ones, notice=False):
    names = ["审核", "审批", "公示", "发放"] if notice else ["审核", "审批", "发放"]
    return list(zip(names, ones, strict=True))


def test_the_steps_follow_the_application(office):
    one = office.register()
    assert told(one) == states("open", "open", "open")
    applications.submit(application_id=one.pk, by=office.cast.township_clerk)
    assert told(one) == states("current", "open", "open")
    applications.review(application_id=one.pk, by=office.checker)
    assert told(one) == states("done", "current", "open")
    office.decide(one)
    assert told(one) == states("done", "done", "current")
    batch = office.exported(one)
    settling.settle(batch_id=batch.pk, answers=answers(batch), by=office.payer)
    assert told(one) == states("done", "done", "done")


def test_a_public_notice_is_a_step_where_one_is_asked_for_or_stood(office):
    paid = office.approve()
    office.notice(5, "county")
    one = office.submit(office.person("钱秀英"))
    assert told(one) == states("current", "open", "open", "open", notice=True)
    applications.review(application_id=one.pk, by=office.checker)
    office.decide(one)
    assert told(one) == states("done", "done", "current", "open", notice=True)
    assert told(paid) == states("done", "done", "current")
    assert told(paid, posted=True) == states("done", "done", "done", "current", notice=True)


@pytest.mark.parametrize("code", ["refuse", "withdraw"])
def test_what_has_left_the_way_has_no_steps(office, code):
    one = office.submit()
    by = office.checker if code == "refuse" else office.cast.township_clerk
    getattr(applications, code)(application_id=one.pk, words="x", by=by)
    assert told(one) == []


def test_the_page_names_the_step_that_is_due(office, cast):
    one = office.submit(amount=1_000 * YUAN)
    page = cast.client("county_clerk").get(reverse("grants:desk-application", args=[one.pk])).content.decode()
    assert '<li class="step-current" aria-current="step"><strong>审核</strong></li>' in page
    assert page.count('<li class="step-open">') == 2
