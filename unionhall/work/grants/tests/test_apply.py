"""Applications: reasons kept, the same thing given once, another person decides, and money held and let go."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from unionhall.kernel.people import actions as people
from unionhall.kernel.people import queries as people_queries
from unionhall.kernel.people.rules import NewPerson
from unionhall.kernel.programmes import queries as programme_queries
from unionhall.lib import copying, dates
from unionhall.lib.refusal import Conflict, Denied, NotVisible, Refused
from unionhall.work.grants.actions import applications, many
from unionhall.work.grants.models import Application, Entitlement
from unionhall.work.grants.tests.conftest import YUAN, assert_books_agree, figure, on_file

pytestmark = pytest.mark.django_db


def test_the_whole_way_to_the_approval(office, cast):
    one = office.approve(amount=8_000 * YUAN)
    assert (one.state, one.approved, one.funder_id, one.line_name) == ("approved", 8_000 * YUAN, cast.county.pk, "困难帮扶")
    assert office.left() == (8_000 * YUAN, 0)
    assert all(finding["ok"] for finding in one.findings)
    assert figure("grants.applied", cast.city) == figure("grants.approved", cast.county) == 8_000 * YUAN
    assert figure("grants.applied.distinct", cast.township) == 1
    assert_books_agree()


def test_a_draft_shows_its_reasons_and_stops_nobody(office):
    one = office.register(office.person(file=False))
    assert [finding["code"] for finding in one.findings if not finding["ok"]] == ["standing"]
    assert Entitlement.objects.count() == 0
    assert office.register(one.person).state == "draft"


def test_the_version_of_the_rule_is_kept(office):
    one = office.register(kind="living", amount=600 * YUAN, months=[dates.today()])
    [amount] = [finding for finding in one.findings if finding["code"] == "amount"]
    assert amount["version"] is not None
    assert amount["source"] == "市民政局"


def test_who_is_not_on_file_is_not_reviewed_into_money(office, cast):
    one = office.submit(office.person(file=False))
    with pytest.raises(Refused) as refused:
        applications.review(application_id=one.pk, by=cast.county_clerk)
    assert "先建档、后帮扶" in str(refused.value)


def test_a_household_has_one_medical_aid_a_year_in_any_programme(office):
    first = office.submit()
    child = office.person("赵小宝", file=False)
    on_file(office.cast, child, kind="hardship_member", head=first.person)
    with pytest.raises(Refused) as refused:
        office.submit(child, code="serious_illness")
    assert first.reference in str(refused.value)


def test_a_pupil_is_not_counted_twice(office):
    pupil = office.person("赵小宝")
    office.submit(pupil, code="autumn_aid", kind="university")
    for code, kind in (("daily_student_relief", "illness"), ("hardship_relief_fund", "education"), ("autumn_aid", "high")):
        with pytest.raises(Refused):
            office.submit(pupil, code=code, kind=kind)
    assert office.submit(office.person("赵二宝"), code="autumn_aid", kind="high").state == "submitted"


def test_months_are_given_once_each(office):
    head, year = office.person(), dates.today().year
    may, june, july = (date(year, month, 1) for month in (5, 6, 7))
    office.submit(head, 1_200 * YUAN, kind="living", months=[may, june])
    with pytest.raises(Refused):
        office.submit(head, 1_200 * YUAN, kind="living", months=[june, july])
    assert office.submit(head, 600 * YUAN, kind="living", months=[july]).state == "submitted"


def test_what_was_refused_or_withdrawn_may_be_asked_for_again(office, cast):
    head = office.person()
    first = office.submit(head)
    applications.refuse(application_id=first.pk, by=cast.county_clerk, words="材料不实")
    second = office.submit(head)
    applications.withdraw(application_id=second.pk, by=cast.township_clerk, words="申请人撤回")
    assert office.submit(head).state == "submitted"
    assert figure("grants.applied", cast.county) == 3_000 * YUAN
    assert_books_agree()


def test_the_index_stands_behind_the_rule(office):
    one, other = office.submit(), office.submit()
    key = one.entitlements.get().key
    with pytest.raises(IntegrityError), transaction.atomic():
        Entitlement.objects.create(application=other, key=key)


def test_sent_back_mended_and_counted_once(office, cast):
    one = office.submit(amount=2_000 * YUAN)
    applications.send_back(application_id=one.pk, by=cast.county_clerk, words="补充票据")
    assert one.entitlements.filter(released_on=None).count() == 0
    applications.revise(application_id=one.pk, new=office.new(one.person, 1_500 * YUAN), by=cast.township_clerk)
    assert_books_agree()
    applications.submit(application_id=one.pk, by=cast.township_clerk)
    assert figure("grants.applied", cast.county) == 1_500 * YUAN
    with pytest.raises(Conflict):
        applications.revise(application_id=one.pk, new=office.new(one.person), by=cast.township_clerk)
    assert_books_agree()


def test_who_registers_does_not_approve(office, cast):
    told = office.new(office.person())
    one = applications.register(organization=cast.county, new=told, by=cast.county_clerk)
    applications.submit(application_id=one.pk, by=cast.county_clerk)
    applications.review(application_id=one.pk, by=cast.county_clerk)
    with pytest.raises(Refused) as refused:
        office.decide(one)
    assert refused.value.code == "second_person"
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=one.pk).update(approved_by=cast.county_clerk)
    assert office.decide(one, by=office.checker).state == "approved"


def test_a_line_that_runs_dry_stops_the_approval_and_nothing_else(office, cast):
    ones = [office.submit(amount=20_000 * YUAN) for _turn in range(6)]
    for one in ones:
        applications.review(application_id=one.pk, by=cast.county_clerk)
    for one in ones[:5]:
        office.decide(one)
    with pytest.raises(Refused) as refused:
        office.decide(ones[5])
    assert "尚缺20,000.00元" in str(refused.value)
    assert Application.objects.get(pk=ones[5].pk).state == "reviewed"
    assert office.left() == (100_000 * YUAN, 0)
    assert figure("grants.approved", cast.county) == 100_000 * YUAN
    assert_books_agree()


def test_a_line_for_another_programme_is_not_drawn_on(office, cast):
    one = office.submit()
    applications.review(application_id=one.pk, by=cast.county_clerk)
    office.line.programme_id = office.new(one.person, code="autumn_aid", kind="high").programme.pk
    office.line.save()
    with pytest.raises(Refused) as refused:
        office.decide(one)
    assert refused.value.field == "line"


def test_more_than_the_rule_allows_is_not_approved(office, cast):
    one = office.submit(amount=20_000 * YUAN)
    applications.review(application_id=one.pk, by=cast.county_clerk)
    with pytest.raises(Refused) as refused:
        office.decide(one, 20_000 * YUAN + 1)
    assert "标准上限20,000.00元" in str(refused.value)
    assert office.decide(one, 12_000 * YUAN).approved == 12_000 * YUAN


def test_withdrawn_after_the_approval_the_money_is_free_again(office, cast):
    one = office.approve()
    applications.withdraw(application_id=one.pk, by=cast.township_clerk, words="已享受其他救助")
    assert office.left() == (0, 0)
    assert figure("grants.approved", cast.county) == 0
    assert one.entitlements.filter(released_on=None).count() == 0
    assert_books_agree()


def test_a_stranger_is_no_payee(office, cast):
    one = office.submit(office.person(), payee=office.person("王大明"))
    with pytest.raises(Refused) as refused:
        applications.review(application_id=one.pk, by=cast.county_clerk)
    assert "同一档案的家庭成员" in str(refused.value)


def test_the_parent_is_paid_for_the_pupil(office):
    parent, pupil = office.person(), office.person("赵小宝", file=False)
    on_file(office.cast, pupil, kind="hardship_member", head=parent)
    assert office.approve(pupil, payee=parent, code="autumn_aid", kind="university").payee == parent


def test_who_leaves_the_file_is_not_approved(office, cast):
    one = office.submit()
    applications.review(application_id=one.pk, by=cast.county_clerk)
    [standing] = people_queries.standings_of(one.person)
    standing.since = date(2020, 1, 1)
    standing.save()
    people.end_standing(by=None, standing=standing, day=dates.today())
    with pytest.raises(Refused):
        office.decide(one)
    assert office.left() == (0, 0)


def test_each_by_right_and_in_sight(office, cast):
    one = office.submit()
    with pytest.raises(Denied):
        applications.review(application_id=one.pk, by=cast.leader)
    with pytest.raises(Denied):
        applications.refuse(application_id=one.pk, by=cast.township_clerk, words="越权")
    with pytest.raises(NotVisible):
        applications.review(application_id=one.pk, by=cast.stranger)
    with pytest.raises(NotVisible):
        applications.register(organization=cast.city, new=office.new(one.person), by=cast.township_clerk)


@pytest.mark.parametrize(
    ("code", "kind"), [("hardship_relief_fund", "goods"), ("warmth_sending", "living"), ("relief_kpi", "timely")]
)
def test_a_kind_that_is_not_paid_is_refused(office, code, kind):
    with pytest.raises(Refused) as refused:
        office.register(code=code, kind=kind)
    assert refused.value.field == "kind"


@pytest.mark.django_db(transaction=True)
def test_thirty_two_clerks_hand_in_for_one_household_and_one_stands(office, cast, at_once):
    head = office.person()
    ones = [office.register(head) for _turn in range(32)]

    def act(number):
        try:
            return applications.submit(application_id=ones[number].pk, by=cast.township_clerk).pk
        except Refused:
            return None

    assert len([pk for pk in at_once(32, act) if pk]) == 1
    assert Entitlement.objects.filter(released_on=None).count() == 1
    assert Application.objects.filter(state="submitted").count() == 1
    assert_books_agree()


def test_sixty_taken_up_at_once_are_written_as_one_alone(office, cast):
    persons = [office.person(f"赵{place}勇") for place in "一二"]
    words = '住院\t两次\\n，"自付"\n三万'

    def taken(people):
        rows = [many.Wanted(person=one, kind="medical", amount=8_000 * YUAN, reason=words) for one in people]
        return many.apply(
            organization=cast.township, programme=programme_queries.programme("hardship_relief_fund"), rows=rows,
            by=cast.township_clerk,
        )  # fmt: skip

    more = [one for one in people.register_many([NewPerson(name="钱勇", home=cast.township)] * copying.FEW, by=None).people if one]
    for one in more:
        on_file(cast, one)
    alone, crowd = taken(persons[:1]), taken([persons[1], *more])
    assert (len(alone.done), len(crowd.done), crowd.refused) == (1, 1 + copying.FEW, {})
    own = {"id", "reference", "person_id", "payee_id", "household", "created_at", "state_since"}
    first, other = (
        {name: value for name, value in Application.objects.filter(pk=one.pk).values()[0].items() if name not in own}
        for one in (alone.done[0], crowd.done[0])
    )
    assert first == other
    assert first["findings"] and first["reason"] == words
    again = taken([more[-1]])
    assert [refused.code for refused in again.refused.values()] == ["not_eligible"]


def test_who_reviews_second_reads_why_though_the_form_is_gone(office, cast):
    one = office.submit()
    url = reverse("grants:desk-review", args=[one.pk])
    given = {"version": one.version}
    assert cast.client("county_clerk").post(url, given).status_code == 303
    late = cast.client("city_clerk").post(url, given)
    assert late.status_code == 409
    assert 'role="alert"' in late.content.decode()
    assert Application.objects.get(pk=one.pk).state == "reviewed"
