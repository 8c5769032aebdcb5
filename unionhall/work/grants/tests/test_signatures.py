"""加签 at the desk: asked from the application's page, answered by one click, called back; by nobody else."""

import pytest
from django.urls import reverse

from unionhall.kernel.flows.models import Step, Task
from unionhall.lib import dates
from unionhall.lib.refusal import Refused
from unionhall.work.grants import access
from unionhall.work.grants.actions import applications, many
from unionhall.work.grants.models import Application
from unionhall.work.grants.tests.conftest import YUAN

pytestmark = pytest.mark.django_db
KIND = "grants.application"
WAITS = "暂不能“审批通过”：已请复核甲加签，尚未答复。请等待答复，或撤回加签。"


@pytest.fixture
def reviewed(office, cast):
    one = office.submit(office.person())
    return applications.review(application_id=one.pk, by=cast.county_clerk)


def page(cast, who, one):
    return cast.client(who).get(reverse("grants:desk-application", args=[one.pk])).content.decode()


def send(cast, who, name, *args, **data):
    return cast.client(who).post(reverse(f"office:{name}", args=[KIND, *args]), data)


def ask(cast, one, to, who="county_clerk", note="自付部分是否核对"):
    return send(cast, who, "sign", one.pk, to=to.pk, note=note)


def approve(office, cast, one):
    given = {"amount": "1000", "line": office.line.pk, "version": Application.objects.get(pk=one.pk).version}
    return cast.client("county_clerk").post(reverse("grants:desk-approve", args=[one.pk]), given)


def test_asked_answered_by_one_click_and_decided(office, cast, reviewed):
    form = cast.client("county_clerk").get(reverse("office:sign", args=[KIND, reviewed.pk])).content.decode()
    assert ("复核甲" in form, "王建国" in form) == (True, False)  # of the township or above, not of the factory
    assert ask(cast, reviewed, office.checker, note="").status_code == 422
    assert ask(cast, reviewed, office.checker).status_code == 303
    worklist = cast.client("county_700").get(reverse("office:worklist")).content.decode()
    assert ("签署意见" in worklist, reviewed.reference in worklist) == (True, True)
    shown = page(cast, "county_700", reviewed)
    assert ("李建华请复核甲加签：" in shown, "自付部分是否核对" in shown, "待答复" in shown) == (True, True, False)
    refused = approve(office, cast, reviewed)
    assert (refused.status_code, WAITS in refused.content.decode()) == (409, True)
    assert Application.objects.get(pk=reviewed.pk).state == "reviewed"
    assert send(cast, "county_700", "sign-answer", reviewed.pk, answer="agree").status_code == 303
    shown = page(cast, "county_clerk", reviewed)
    assert ("复核甲：同意" in shown, "请复核甲加签" in shown, "待答复" in shown) == (True, True, False)
    assert approve(office, cast, reviewed).status_code == 303
    assert Application.objects.get(pk=reviewed.pk).state == "approved"


def test_a_no_needs_its_reason_and_what_was_typed_stays(office, cast, reviewed):
    ask(cast, reviewed, office.checker)
    answer = send(cast, "county_700", "sign-answer", reviewed.pk, answer="disagree", opinion="")
    assert (answer.status_code, "不同意的，请写明理由。" in answer.content.decode()) == (422, True)
    assert send(cast, "county_700", "sign-answer", reviewed.pk, opinion="无按钮").status_code == 422
    send(cast, "county_700", "sign-answer", reviewed.pk, answer="disagree", opinion="凭证不全")
    assert "凭证不全" in page(cast, "county_clerk", reviewed)


def test_strangers_find_nothing_and_change_nothing(office, cast, reviewed):
    ask(cast, reviewed, office.checker)
    task, before = Task.objects.get(signing=True), Step.objects.count()
    for who in ("neighbour", "stranger", "chair", "leader", "worker"):
        assert cast.client(who).get(reverse("office:sign", args=[KIND, reviewed.pk])).status_code == 404
        assert ask(cast, reviewed, office.payer, who=who).status_code == 404
        assert send(cast, who, "sign-answer", reviewed.pk, answer="agree").status_code == 404
        assert send(cast, who, "sign-back", reviewed.pk, task.pk).status_code == 404
    assert ask(cast, reviewed, cast.stranger).status_code == 422
    assert send(cast, "county_clerk", "sign-back", reviewed.pk, task.pk + 1000).status_code == 404
    assert cast.client("county_clerk").get(reverse("office:sign", args=["no.such", 1])).status_code == 404
    assert Step.objects.count() == before


def test_called_back_while_unanswered(office, cast, reviewed):
    ask(cast, reviewed, office.checker)
    task = Task.objects.get(signing=True)
    assert "撤回加签" in page(cast, "county_clerk", reviewed)
    assert send(cast, "county_clerk", "sign-back", reviewed.pk, task.pk).status_code == 303
    assert send(cast, "county_700", "sign-answer", reviewed.pk, answer="agree").status_code == 409
    assert approve(office, cast, reviewed).status_code == 303


def test_nobody_is_asked_about_a_case_of_their_own(office, cast, reviewed):
    Application.objects.filter(pk=reviewed.pk).update(household=access.household_of(office.checker, dates.today()))
    assert access.concerned(reviewed, {office.checker.pk, office.payer.pk}) == set()
    reviewed.refresh_from_db()
    assert access.concerned(reviewed, {office.checker.pk, office.payer.pk}) == {office.checker.pk}
    form = cast.client("county_clerk").get(reverse("office:sign", args=[KIND, reviewed.pk])).content.decode()
    assert ("复核甲" in form, "发放乙" in form) == (False, True)
    assert ask(cast, reviewed, office.checker).status_code == 422
    assert not Task.objects.filter(signing=True).exists()


def test_many_at_once_are_refused_one_by_one_and_a_withdrawal_waits_for_nobody(office, cast, reviewed):
    ask(cast, reviewed, office.checker)
    with pytest.raises(Refused, match="尚未答复"):
        many.approve([reviewed], funder=cast.county, line_id=office.line.pk, by=cast.county_clerk)
    assert Application.objects.get(pk=reviewed.pk).state == "reviewed"
    submitted = office.submit(office.person(), amount=900 * YUAN)
    ask(cast, submitted, office.checker)
    outcome = many.review([submitted], by=cast.county_clerk)
    assert (outcome.done, [why.code for why in outcome.refused.values()]) == ([], ["signature"])
    applications.withdraw(application_id=submitted.pk, words="不需要了", by=cast.township_clerk)
    assert not Task.objects.filter(record_id=submitted.pk, done_at=None).exists()
