"""加签 on a file: the first review waits for the opinion; members of the household are never asked."""

import pytest
from django.urls import reverse

from unionhall.kernel.flows import queries as flows
from unionhall.kernel.flows.actions import signatures
from unionhall.kernel.flows.queries import signatures as seen
from unionhall.lib.refusal import Refused
from unionhall.work.hardship import access
from unionhall.work.hardship.actions import leave, procedure
from unionhall.work.hardship.models.files import Household

pytestmark = pytest.mark.django_db


def ask(file, by, to):
    return signatures.ask(flows.open_tasks(file).get(lead=True), to=to, by=by, note="收入是否核实")


def test_a_file_waits_for_the_opinion_and_a_withdrawal_does_not(desk, cast):
    file = desk.applied()
    ask(file, cast.county_clerk, cast.city_clerk)
    file = Household.objects.get(pk=file.pk)
    with pytest.raises(Refused, match="已请周文静加签，尚未答复"):
        procedure.go_on(household_id=file.pk, by=cast.county_clerk)
    with pytest.raises(Refused, match="已请周文静加签，尚未答复"):
        procedure.send_back(household_id=file.pk, reason="缺材料", by=cast.county_clerk)
    url = reverse("hardship:desk-file", args=[file.pk])
    page = cast.client("city_clerk").get(url).content.decode()
    assert ("李建华请周文静加签：" in page, "收入是否核实" in page) == (True, True)
    answer = reverse("office:sign-answer", args=["hardship.household", file.pk])
    assert cast.client("city_clerk").post(answer, {"answer": "agree", "opinion": "已核实"}).status_code == 303
    page = cast.client("county_clerk").get(url).content.decode()
    assert ("周文静：同意" in page, "已核实" in page) == (True, True)
    file = Household.objects.get(pk=file.pk)
    ask(file, cast.county_clerk, cast.city_clerk)
    leave.withdraw(household_id=file.pk, reason="duplicate", words="重复建档", by=cast.county_clerk)
    assert seen.awaited(Household.objects.get(pk=file.pk)) == []


def test_nobody_of_the_household_is_asked(desk, cast):
    file = desk.draft(members=[{"person": cast.city_clerk, "relation": "spouse"}])
    file = desk.applied(file)
    assert access.concerned(file, {cast.city_clerk.pk, cast.county_clerk.pk}) == {cast.city_clerk.pk}
    with pytest.raises(Refused) as refusal:
        ask(file, cast.county_clerk, cast.city_clerk)
    assert refusal.value.code == "sign_own"
    people = seen.may_sign(flows.open_tasks(file).get(lead=True), file, besides=cast.county_clerk)
    assert cast.city_clerk not in people
