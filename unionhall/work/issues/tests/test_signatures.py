"""加签 on an issue: the check and the write-off may wait for one more opinion."""

import pytest
from django.urls import reverse

from unionhall.kernel.flows import queries as flows
from unionhall.kernel.flows.actions import signatures
from unionhall.lib.refusal import Refused
from unionhall.work.issues.actions import handle

pytestmark = pytest.mark.django_db


def test_a_write_off_waits_for_the_opinion(desk, cast):
    issue = desk.checked()
    signatures.ask(flows.open_tasks(issue).get(lead=True), to=cast.city_clerk, by=cast.county_clerk, note="可否销号")
    with pytest.raises(Refused, match="已请周文静加签，尚未答复"):
        handle.write_off(issue_id=issue.pk, by=cast.county_clerk)
    answer = reverse("office:sign-answer", args=["issues.issue", issue.pk])
    page = cast.client("city_clerk").get(reverse("issues:desk-issue", args=[issue.pk])).content.decode()
    assert "李建华请周文静加签：" in page
    assert cast.client("city_clerk").post(answer, {"answer": "agree"}).status_code == 303
    handle.write_off(issue_id=issue.pk, by=cast.county_clerk)
