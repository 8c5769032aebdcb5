"""Accounts, roles and grants: opened, given and taken back by the security administrator of the unit, and by nobody else."""

import re

import pytest
from django.urls import reverse

from unionhall.kernel.access.models import Account, Grant, Role
from unionhall.kernel.audit import queries as audit
from unionhall.kernel.flows.models import Task
from unionhall.kernel.people.queries import words
from unionhall.lib import dates

pytestmark = pytest.mark.django_db
PASSWORD = re.compile(r'<strong class="password">([^<]+)</strong>')


def test_the_list_holds_the_accounts_below(cast, get):
    body = get("security_admin", "accounts").content.decode()
    assert (cast.county_clerk.name in body, cast.stranger.name in body) == (True, False)


def test_the_list_is_searched_by_name_and_state(cast, get):
    body = get("security_admin", "accounts", q=cast.county_clerk.name).content.decode()
    assert (cast.county_clerk.name in body, cast.neighbour.name in body) == (True, False)
    disabled = get("security_admin", "accounts", state="disabled").content.decode()
    assert (cast.disabled.name in disabled, cast.county_clerk.name in disabled) == (True, False)


def test_an_account_is_opened_and_its_password_shown_once(cast, get, post):
    answer = post("security_admin", "account-open", person=cast.plain.pk, username="zhuping")
    account = Account.objects.get(person=cast.plain)
    password = PASSWORD.search(answer.content.decode())[1]
    assert account.check_password(password)
    assert (account.username, account.must_change_password) == ("zhuping", True)
    assert PASSWORD.search(get("security_admin", "account", account.pk).content.decode()) is None
    assert answer.headers["Cache-Control"] in {"no-store", "private, no-store", "no-cache, no-store, must-revalidate, private"}


@pytest.mark.parametrize("who", ["county_clerk", "system_admin", "auditor", "leader"])
def test_others_open_no_account(cast, post, who):
    assert post(who, "account-open", person=cast.plain.pk, username="zhuping").status_code == 403
    assert not Account.objects.filter(person=cast.plain).exists()


def test_a_user_name_that_is_taken_is_refused_beside_its_field(cast, post):
    taken = cast.account("chair").username
    answer = post("security_admin", "account-open", person=cast.plain.pk, username=taken)
    assert answer.status_code == 409
    assert 'value="' + taken + '"' in answer.content.decode()


def test_somebody_out_of_sight_gets_no_account(cast, post):
    before = Account.objects.count()
    assert post("security_admin", "account-reset", cast.account("stranger").pk).status_code == 404
    assert post("security_admin", "account-open", person=10**9, username="nobody").status_code == 404
    assert Account.objects.count() == before


def test_a_new_password_replaces_the_old(cast, post):
    account = cast.account("chair")
    password = PASSWORD.search(post("security_admin", "account-reset", account.pk).content.decode())[1]
    fresh = cast.account("chair")
    assert (fresh.check_password(password), fresh.check_password(cast.passwords["chair"])) == (True, False)


def test_an_account_is_disabled_with_a_reason_and_let_in_again(cast, get, post):
    account, client = cast.account("chair"), cast.client("chair")
    assert post("security_admin", "account-disable", account.pk, reason="").status_code == 422
    post("security_admin", "account-disable", account.pk, reason="离岗")
    assert client.get(reverse("office:home")).status_code == 302
    assert words.reason(audit.rows(verb="access.account_disabled").first()) == "离岗"
    post("security_admin", "account-disable", account.pk, reason="返岗")
    assert cast.account("chair").disabled_at is None


def test_nobody_disables_their_own_account(cast, post):
    assert post("security_admin", "account-disable", cast.account("security_admin").pk, reason="试试").status_code == 422
    assert cast.account("security_admin").disabled_at is None


def test_sessions_end_at_the_next_request(cast, post):
    client = cast.client("chair")
    assert client.get(reverse("office:home")).status_code == 200
    post("security_admin", "account-sessions", cast.account("chair").pk)
    assert client.get(reverse("office:home")).status_code == 302


def test_a_role_is_given_over_a_unit_and_taken_back(cast, get, post):
    account, role = cast.account("chair"), Role.objects.get(code="township_clerk")
    data = {"role": role.pk, "unit": cast.township.pk, "below": "on"}
    answer = post("security_admin", "account-give", account.pk, **data)
    given = Grant.objects.get(person=cast.chair, role=role)
    assert (answer.status_code, given.organization_id, given.below, given.since) == (303, cast.township.pk, True, dates.today())
    assert cast.township.name in get("chair", "units").content.decode()
    post("security_admin", "account-take", account.pk, given.pk, reason="调岗")
    given.refresh_from_db()
    assert given.until == dates.today()
    assert words.reason(audit.rows(verb="access.revoked").first()) == "调岗"
    assert post("security_admin", "account-take", account.pk, given.pk, reason="再来").status_code == 404


def test_a_role_over_somebody_elses_unit_is_not_given(cast, post):
    before = Grant.objects.count()
    role = Role.objects.get(code="township_clerk")
    answer = post("security_admin", "account-give", cast.account("chair").pk, role=role.pk, unit=cast.port.pk)
    assert (answer.status_code, Grant.objects.count()) == (404, before)


def test_nobody_grants_to_themselves(cast, post):
    before = Grant.objects.count()
    role = Role.objects.get(code="city_clerk")
    answer = post("security_admin", "account-give", cast.account("security_admin").pk, role=role.pk, unit=cast.city.pk)
    assert (answer.status_code, Grant.objects.count()) == (403, before)


def test_the_roles_say_who_may_what(get):
    body = get("security_admin", "roles").content.decode()
    assert "查看敏感信息原文" in body
    assert "市总工会干部" in body


def test_an_own_role_is_made_and_changed(cast, get, post):
    post("security_admin", "role-make", code="reader", zh="只读岗", permissions=["office.see", "issues.see"])
    role = Role.objects.get(code="reader")
    assert (role.organization_id, role.permissions) == (cast.city.pk, ["issues.see", "office.see"])
    post("security_admin", "role", role.pk, permissions=["office.see"])
    role.refresh_from_db()
    assert role.permissions == ["office.see"]
    assert "只读岗" in get("security_admin", "roles").content.decode()


def test_a_role_of_another_city_is_neither_seen_nor_changed(cast, get, post):
    role = Role.objects.create(code="theirs", zh="邻市岗位", permissions=["office.see"], organization=cast.other_city)
    assert "邻市岗位" not in get("security_admin", "roles").content.decode()
    assert post("security_admin", "role", role.pk, permissions=["issues.see"]).status_code == 404
    role.refresh_from_db()
    assert role.permissions == ["office.see"]


def test_tasks_are_handed_over_when_a_cadre_leaves(cast, get, post, desk):
    issue = desk.dispatched()
    Task.objects.filter(record_id=issue.pk).update(assigned_to=cast.township_clerk)
    answer = post("county_clerk", "person-handover", cast.township_clerk.pk, taker=cast.county_clerk.pk, reason="轮岗")
    assert answer.status_code == 303
    assert Task.objects.get(record_id=issue.pk, done_at=None).assigned_to_id == cast.county_clerk.pk
    assert post("neighbour", "person-handover", cast.township_clerk.pk, taker=cast.neighbour.pk, reason="x").status_code == 404


def test_the_pages_say_the_same_in_english(cast, get):
    account = cast.account("security_admin")
    account.language = "en"
    account.save()
    body = get("security_admin", "account", cast.account("chair").pk).content.decode()
    assert "What this person may do, where" in body
