"""Above a level's line the approval is that of the level named: it goes up first, and only there it is granted."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from unionhall.kernel.access import actions as access
from unionhall.kernel.access.models import Role
from unionhall.kernel.flows import queries as flows
from unionhall.kernel.notices import queries as notices
from unionhall.kernel.policies import actions as policies
from unionhall.lib import dates
from unionhall.lib.refusal import Conflict, Denied, Refused
from unionhall.testing import cast as standing
from unionhall.work.grants.actions import applications, imports, levels, many
from unionhall.work.grants.models import Application
from unionhall.work.grants.queries import levels as queries
from unionhall.work.grants.rules import levels as rules
from unionhall.work.grants.tests.conftest import SINCE, YUAN
from unionhall.work.grants.tests.test_imports import row

LINES = {"county": 0, "city": 0, "province": 20_000 * YUAN, "nation": 50_000 * YUAN}
SOURCE = "省总《分类确定救助标准》"
UP = "金额30,000.00元，超过20,000.00元的须由省级审批。"
FIRST = f"{UP}请先“报上级审批”，由省总审批后方为通过。依据：{SOURCE}。"


def rule(cast, lines=LINES, at="city", since=SINCE):
    policies.set_value("grants.medical_cap", 100_000 * YUAN, organization=cast.city, since=since, source="x", by=cast.city_clerk)
    policies.set_value(
        "grants.medical_levels",
        lines,
        organization=cast.units[at],
        since=since,
        source=SOURCE,
        by=cast.stranger if at == "other_city" else cast.city_clerk,
    )


@pytest.fixture
def province(cast):
    """The clerk of the province, who may approve all below."""
    one = cast.people["province_clerk"] = standing.register("省总审批", cast.province, 750)
    account, _password = access.open_account(one, username="province.clerk", by=None)
    access.note_own_password(account)
    access.grant(one, role=Role.objects.get(code="county_clerk"), at=cast.province, by=None, since=standing.FOUNDED)
    return one


def reviewed(office, cast, amount=30_000 * YUAN):
    one = office.submit(office.person(), amount=amount)
    return applications.review(application_id=one.pk, by=cast.county_clerk)


def refused(act, *args, **given):
    with pytest.raises(Refused) as no:
        act(*args, **given)
    return no.value.code, str(no.value)


@pytest.mark.parametrize(
    ("amount", "level"),
    [(1, ""), (2_000_000, ""), (2_000_001, "province"), (5_000_000, "province"), (5_000_001, "nation")],
)
def test_the_line_itself_is_still_below(amount, level):
    assert rules.needed(LINES, amount) == level
    assert rules.needed(rules.NONE, amount) == ""


@pytest.mark.parametrize(
    "table", [{"province": 5}, {**LINES, "city": 60_000 * YUAN}, {**LINES, "city": 20_000 * YUAN}, {**LINES, "moon": 0}]
)
def test_a_higher_level_has_a_higher_line(table):
    with pytest.raises(Refused) as no:
        rules.approval_levels(table)
    assert no.value.code == "levels"


@pytest.mark.django_db
class TestOneAtATime:
    def test_without_a_rule_nothing_changes(self, office, cast):
        policies.set_value(
            "grants.medical_cap", 100_000 * YUAN, organization=cast.city, since=SINCE, source="x", by=cast.city_clerk
        )
        one = reviewed(office, cast)
        assert "level" not in {each["code"] for each in one.findings}
        code, _said = refused(levels.send_up, application_id=one.pk, by=cast.county_clerk)
        assert (code, office.decide(one).state) == ("level", "approved")

    def test_a_rule_of_another_region_does_not_bind(self, office, cast):
        rule(cast, at="other_city")
        assert office.decide(reviewed(office, cast)).state == "approved"

    def test_a_rule_binds_from_its_day(self, office, cast):
        rule(cast)
        policies.set_value(
            "grants.medical_levels", rules.NONE, organization=cast.city, since=dates.today() - timedelta(days=1), source="废止",
            by=cast.city_clerk,
        )  # fmt: skip
        assert office.decide(reviewed(office, cast)).state == "approved"

    def test_other_kinds_and_amounts_up_to_the_line_are_approved_where_they_lie(self, office, cast):
        rule(cast)
        assert office.decide(reviewed(office, cast, amount=20_000 * YUAN)).state == "approved"

    def test_it_goes_up_and_only_there_it_is_granted(self, office, cast, province):
        rule(cast)
        one = reviewed(office, cast)
        assert [(each["zh"], each["ok"], each["warn"], each["source"]) for each in one.findings if each["code"] == "level"] == [
            (UP, True, "level", SOURCE)
        ]
        assert refused(office.decide, one) == ("level", FIRST)
        assert refused(office.decide, one, by=province) == ("level", FIRST)  # it lies below: first the way, then the decision
        levels.send_up(application_id=one.pk, by=cast.county_clerk, words="同意上报")
        one.refresh_from_db()
        assert (one.state, flows.holder(one)) == ("reviewed", cast.province)
        assert "flows.task" in [notice.kind for notice in notices.inbox(province)]
        assert one.pk in {task.record_id for task in flows.worklist(province)}
        code, said = refused(levels.send_up, application_id=one.pk, by=province)
        assert (code, said) == ("level", "已在省总待审批。")
        for act in (office.decide, lambda one: applications.refuse(application_id=one.pk, by=cast.county_clerk, words="不予")):
            with pytest.raises(Denied, match="已报省总审批，由其办理"):
                act(one)
        one = Application.objects.get(pk=office.decide(one, by=province).pk)
        assert (one.state, one.approved, one.approved_by, flows.holder(one)) == ("approved", 30_000 * YUAN, province, cast.township)
        assert one.pk in {task.record_id for task in flows.worklist(cast.township_clerk)} | {
            task.record_id for task in flows.open_tasks(one)
        }
        assert office.batch(one).payments.get().amount == 30_000 * YUAN

    def test_less_than_was_asked_is_granted_where_it_lies(self, office, cast):
        rule(cast)
        assert office.decide(reviewed(office, cast), amount=20_000 * YUAN).approved == 20_000 * YUAN

    def test_sent_back_from_above_it_is_the_units_again(self, office, cast, province):
        rule(cast)
        one = reviewed(office, cast)
        levels.send_up(application_id=one.pk, by=cast.county_clerk)
        with pytest.raises(Denied):
            applications.send_back(application_id=one.pk, by=cast.county_clerk, words="补材料")
        one = applications.send_back(application_id=one.pk, by=province, words="补材料")
        assert (one.state, flows.holder(one)) == ("draft", cast.township)
        applications.submit(application_id=one.pk, by=cast.township_clerk)
        assert applications.review(application_id=one.pk, by=cast.county_clerk).state == "reviewed"

    def test_a_level_outside_the_house_is_named_by_its_document(self, office, cast, province):
        rule(cast)
        one = reviewed(office, cast, amount=60_000 * YUAN)
        levels.send_up(application_id=one.pk, by=cast.county_clerk)
        assert flows.holder(one) == cast.province
        assert refused(office.decide, one, by=province) == (
            "mandate",
            "金额60,000.00元，超过50,000.00元的须由全国总工会审批。全国总工会不在本系统办理，请取得批复后填写批复文号。"
            f"依据：{SOURCE}。",
        )
        applications.approve(
            application_id=one.pk, amount=60_000 * YUAN, funder=cast.county, line_id=office.line.pk, by=province,
            words="同意", mandate="总工办函〔2026〕8号",
        )  # fmt: skip
        step = flows.timeline(one).get(move="approve")
        assert (step.reason, step.details["mandate"]) == ("同意 批复文号：总工办函〔2026〕8号", "总工办函〔2026〕8号")

    def test_only_who_may_approve_sends_up(self, office, cast):
        rule(cast)
        one = reviewed(office, cast)
        for who in ("township_clerk", "neighbour", "leader"):
            with pytest.raises(Refused):
                levels.send_up(application_id=one.pk, by=cast.people[who])
        with pytest.raises(Conflict):
            levels.send_up(application_id=one.pk, by=cast.county_clerk, version=1)
        assert flows.holder(one) == cast.township

    @pytest.mark.parametrize("many_at_once", [False, True])
    def test_sabotage_without_the_guard_the_county_grants_it(self, office, cast, monkeypatch, many_at_once):
        rule(cast)
        one = reviewed(office, cast)
        monkeypatch.setattr(rules, "check_raised", lambda bound, amount, below, unit: None)
        if many_at_once:
            assert len(many.approve([one], funder=cast.county, line_id=office.line.pk, by=cast.county_clerk).done) == 1
        else:
            assert office.decide(one).state == "approved"


@pytest.mark.django_db
class TestManyAndSheets:
    def test_many_leave_out_what_goes_up_and_grant_what_came_there(self, office, cast, province):
        rule(cast)
        high, low, outside = (reviewed(office, cast, amount=many * YUAN) for many in (30_000, 9_000, 60_000))
        given = {"funder": cast.county, "line_id": office.line.pk}
        outcome = many.approve([high, low], by=cast.county_clerk, **given)
        assert [one.pk for one in outcome.done] == [low.pk]
        assert {key: (why.code, str(why)) for key, why in outcome.refused.items()} == {high.pk: ("level", FIRST)}
        for one in (high, outside):
            levels.send_up(application_id=one.pk, by=cast.county_clerk)
        outcome = many.approve([high], by=cast.county_clerk, **given)
        assert (outcome.done, [str(why) for why in outcome.refused.values()]) == ([], ["已报省总审批，由其办理。"])
        outcome = many.approve([high, outside], by=province, **given)
        assert ([one.pk for one in outcome.done], [why.code for why in outcome.refused.values()]) == ([high.pk], ["mandate"])
        high.refresh_from_db()
        assert (high.state, flows.holder(high)) == ("approved", cast.township)

    def test_the_units_above_are_read_once_for_any_number_of_one_unit(self, office, cast):
        rule(cast)
        high = [reviewed(office, cast).pk for _each in range(3)]
        found = Application.objects.filter(pk__in=high).select_related("organization", "programme", "edition", "person")

        def statements(ones):
            with CaptureQueriesContext(connection) as asked:
                assert [way.unit for way in queries.ways(ones).values()] == [cast.province] * len(ones)
            return [each["sql"] for each in asked if '"organizations_organization"."path" IN' in each["sql"]]

        assert len(statements(list(found)[:1])) == len(statements(list(found))) == 1

    def test_a_sheet_says_whose_approval_a_line_will_need(self, office, cast):
        rule(cast)
        person = office.person()
        line = row(2, office.number, name=person.name, what="hardship_relief_fund/medical", exclusion="", amount=30_000 * YUAN)
        found = imports.check([line], at=cast.township, by=cast.township_clerk, options={})
        assert [(one.row, one.column, one.level, str(one.message)) for one in found] == [(2, "amount", "doubt", UP)]


@pytest.mark.django_db
class TestDesk:
    def send(self, cast, who, door, one, **data):
        data = {"version": Application.objects.get(pk=one.pk).version, **data}
        return cast.client(who).post(reverse(f"grants:desk-{door}", args=[one.pk]), data)

    def page(self, cast, who, one):
        return cast.client(who).get(reverse("grants:desk-application", args=[one.pk])).content.decode()

    def test_the_page_offers_the_way_up_and_then_the_decision_above(self, office, cast, province):
        rule(cast)
        one = reviewed(office, cast)
        page = self.page(cast, "county_clerk", one)
        assert (UP in page, SOURCE in page, "报上级审批" in page) == (True, True, True)
        answer = self.send(cast, "county_clerk", "approve", one, amount="30000", line=office.line.pk)
        assert (answer.status_code, FIRST in answer.content.decode()) == (422, True)
        assert self.send(cast, "neighbour", "send-up", one).status_code == 404
        assert self.send(cast, "township_clerk", "send-up", one).status_code == 403
        assert self.send(cast, "county_clerk", "send-up", one, words="同意上报").status_code == 303
        page = self.page(cast, "county_clerk", one)
        up, approve = (reverse(f"grants:desk-{door}", args=[one.pk]) for door in ("send-up", "approve"))
        assert (up in page, approve in page, "示范省总工会</strong>" in page) == (False, False, True)
        page = self.page(cast, "province_clerk", one)
        assert (up in page, approve in page, "批复文号" in page) == (False, True, False)

    def test_no_way_up_is_shown_where_none_is_needed(self, office, cast):
        one = reviewed(office, cast, amount=1_000 * YUAN)
        assert reverse("grants:desk-send-up", args=[one.pk]) not in self.page(cast, "county_clerk", one)

    def test_the_document_is_asked_for_where_the_level_is_outside(self, office, cast, province):
        rule(cast, since=date(2020, 1, 1))
        one = reviewed(office, cast, amount=60_000 * YUAN)
        levels.send_up(application_id=one.pk, by=cast.county_clerk)
        assert "批复文号" in self.page(cast, "province_clerk", one)
