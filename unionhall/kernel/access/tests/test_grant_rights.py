"""Who may what, where, and who may hand on what."""

from datetime import date, datetime

import pytest

from unionhall.kernel.access import actions, queries, registry, rules
from unionhall.kernel.access.models import Account, Grant, Role
from unionhall.kernel.audit import queries as audit
from unionhall.kernel.organizations import actions as organizations
from unionhall.kernel.organizations.models import Employer, Organization
from unionhall.kernel.people import queries as people
from unionhall.lib import clock, scope
from unionhall.lib.refusal import Conflict, Denied, NotVisible, Refused


def role(code: str) -> Role:
    return Role.objects.get(code=code)


@pytest.mark.parametrize(
    ("key", "unit", "may"),
    [
        ("county_clerk", "county", True),
        ("county_clerk", "township", True),
        ("county_clerk", "factory", True),
        ("county_clerk", "city", False),
        ("county_clerk", "neighbour_county", False),
        ("city_clerk", "mine", True),
        ("city_clerk", "port", False),
        ("neighbour", "county", False),
        ("stranger", "port", True),
        ("disabled", "county", True),  # the grant stands, the account does not: see test_sign_in
        ("moved_away", "county", False),
        ("plain", "factory", False),
    ],
)
def test_a_grant_reaches_down_and_nowhere_else(cast, key: str, unit: str, may: bool):
    assert queries.may(cast.people[key], "people.register", cast.units[unit]) is may


def test_a_grant_that_does_not_reach_below(cast):
    given = actions.grant(cast.plain, role=role("county_clerk"), at=cast.county, below=False, by=None)
    assert queries.ranges(cast.plain, "people.see") == [(cast.county.path, cast.county.path + "0")]
    assert queries.may(cast.plain, "people.see", cast.county)
    assert not queries.may(cast.plain, "people.see", cast.township)
    assert given.below is False


def test_no_unit_named_means_anywhere(cast):
    assert queries.may(cast.county_clerk, "people.register")
    assert not queries.may(cast.leader, "people.register")


def test_the_house_may_everything(cast):
    assert queries.ranges(people.house(), "people.see") == [queries.EVERYTHING]
    assert queries.scope_value([queries.EVERYTHING]) == "*"


@pytest.mark.parametrize(("day", "may"), [("2026-05-03", False), ("2026-05-04", True), ("2026-05-31", True), ("2026-06-01", False)])
def test_a_grant_holds_from_its_first_day_until_the_last_excluded(cast, day: str, may: bool):
    actions.grant(cast.plain, role=role("leader"), at=cast.county, by=None, since=date(2026, 5, 4), until=date(2026, 6, 1))
    with clock.fixed(datetime.fromisoformat(f"{day}T12:00:00+08:00")):
        assert queries.may(cast.plain, "people.see", cast.county) is may


def test_taking_back_counts_at_once_even_inside_a_request(cast):
    given = Grant.objects.get(person=cast.county_clerk)
    with queries.remembering():
        assert queries.may(cast.county_clerk, "people.see", cast.county)
        actions.revoke(given, by=cast.security_admin, reason="调岗")
        assert not queries.may(cast.county_clerk, "people.see", cast.county)
    with pytest.raises(Conflict):
        actions.revoke(given, by=cast.security_admin)
    assert [row.verb for row in audit.trail("access.grant", given.pk)] == ["access.granted", "access.revoked"]


def test_grants_are_read_once_a_request(cast, django_assert_num_queries):
    with queries.remembering(), django_assert_num_queries(1):
        for unit in (cast.county, cast.city, cast.port):
            queries.may(cast.county_clerk, "people.see", unit)
    with django_assert_num_queries(2):
        queries.may(cast.county_clerk, "people.see", cast.county)
        queries.may(cast.county_clerk, "people.see", cast.county)


def test_a_grant_moves_with_its_unit(cast):
    organizations.move(cast.county, to=cast.other_city, by=None, reason="划转")
    county = Organization.objects.get(pk=cast.county.pk)
    assert Grant.objects.get(person=cast.county_clerk).org_path == county.path
    assert queries.may(cast.county_clerk, "people.see", county)
    assert queries.may(cast.stranger, "people.see", county)
    assert not queries.may(cast.city_clerk, "people.see", county)


def test_visible_narrows_and_marks(cast):
    for unit in (cast.factory, cast.mine, cast.port):
        organizations.add_employer(name=f"{unit.short_name}公司", organization=unit, by=None)
    seen = queries.visible(Employer.objects.all(), cast.county_clerk, "organizations.see")
    assert [employer.name for employer in seen] == ["红旗机械公司"]
    assert scope.is_marked(seen) and scope.is_marked(seen.filter(name="x").order_by("-id")[:3])
    assert queries.visible(Employer.objects.all(), cast.city_clerk, "organizations.see").count() == 2
    assert queries.visible(Employer.objects.all(), cast.plain, "organizations.see").count() == 0
    assert queries.visible(Employer.objects.all(), people.house(), "organizations.see").count() == 3


def test_organizations_for(cast):
    found = queries.organizations_for(cast.county_clerk, "organizations.see")
    assert [unit.name for unit in found] == ["城关区总工会", "红旗街道总工会", "红旗机械厂工会", "城关区人民医院工会"]
    assert [unit.pk for unit in queries.units_of(cast.county_clerk)] == [cast.county.pk]


def test_require_tells_absence_from_refusal(cast):
    actions.require(cast.county_clerk, "people.register", cast.factory)
    with pytest.raises(Denied):
        actions.require(cast.leader, "people.register", cast.factory)
    with pytest.raises(NotVisible):
        actions.require(cast.county_clerk, "people.register", cast.mine)
    with pytest.raises(KeyError):
        actions.require(cast.county_clerk, "people.levitate", cast.factory)


@pytest.mark.parametrize(
    ("by", "to", "code", "unit", "refusal"),
    [
        ("security_admin", "plain", "county_clerk", "county", None),
        ("security_admin", "plain", "county_clerk", "port", NotVisible),  # outside the scope
        ("security_admin", "security_admin", "leader", "city", Denied),  # to oneself
        ("county_clerk", "plain", "leader", "county", Denied),  # no right to grant
        ("system_admin", "plain", "leader", "county", Denied),
        ("security_admin", "system_admin", "auditor", "city", Refused),  # two of the three in one hand
        ("security_admin", "auditor", "leader", "city", Refused),  # an administrator does no other work
        ("security_admin", "county_clerk", "system_admin", "city", Refused),
    ],
)
def test_who_may_give_what(cast, by: str, to: str, code: str, unit: str, refusal: type[Refused] | None):
    before = Grant.objects.count()
    if refusal is None:
        actions.grant(cast.people[to], role=role(code), at=cast.units[unit], by=cast.people[by])
        assert Grant.objects.count() == before + 1
        return
    with pytest.raises(refusal):
        actions.grant(cast.people[to], role=role(code), at=cast.units[unit], by=cast.people[by])
    assert Grant.objects.count() == before


def test_nobody_hands_on_more_than_they_may(cast):
    narrow = Role.objects.create(
        code="deputy", zh="副手", permissions=["access.grant", "people.see"], grantable=["people.see"], organization=cast.county
    )
    actions.grant(cast.plain, role=narrow, at=cast.county, by=None)
    assert [one.code for one in queries.roles_for(cast.plain, cast.county)] == []
    with pytest.raises(Denied) as refused:
        actions.grant(cast.worker, role=role("leader"), at=cast.county, by=cast.plain)
    assert "office.see" in str(refused.value)
    reader = Role.objects.create(code="reader", zh="阅览", permissions=["people.see"], organization=cast.county)
    actions.grant(cast.worker, role=reader, at=cast.county, by=cast.plain)
    with pytest.raises(NotVisible):
        actions.grant(cast.chair, role=reader, at=cast.neighbour_county, by=cast.plain)


def test_own_roles(cast):
    admin = cast.security_admin
    made = actions.make_role(code="counter", zh="统计员", en="", permissions=["people.see"], at=cast.city, by=admin)
    assert str(made.name) == "统计员"
    with pytest.raises(Refused):
        actions.make_role(code="odd", zh="怪", en="", permissions=["people.levitate"], at=cast.city, by=admin)
    with pytest.raises(Refused):
        actions.make_role(code="none", zh="空", en="", permissions=[], at=cast.city, by=admin)
    with pytest.raises(Denied):
        actions.make_role(code="mine", zh="我的", en="", permissions=["people.see"], at=cast.city, by=cast.city_clerk)
    with pytest.raises(Refused):
        actions.change_role(role("leader"), permissions=["people.see"], by=admin)
    actions.grant(cast.plain, role=made, at=cast.city, by=admin)
    assert not queries.may(cast.plain, "people.export", cast.city)
    actions.change_role(made, permissions=["people.see", "people.export"], by=admin)
    assert queries.may(cast.plain, "people.export", cast.city)


def test_shipped_roles_load_twice_to_the_same(cast):
    before = list(Role.objects.order_by("id").values())
    actions.load_roles()
    assert list(Role.objects.order_by("id").values()) == before


def test_accounts(cast):
    account, password = actions.open_account(cast.plain, username=" Plain.Person ", by=cast.security_admin)
    assert (account.username, account.must_change_password) == ("plain.person", True)
    assert account.check_password(password) and len(password) == 19
    with pytest.raises(Conflict):
        actions.open_account(cast.plain, username="again", by=cast.security_admin)
    Account.objects.filter(pk=account.pk).delete()
    with pytest.raises(Conflict):
        actions.open_account(cast.plain, username="COUNTY.CLERK", by=cast.security_admin)
    with pytest.raises(NotVisible):
        actions.open_account(_somebody_at_the_port(cast), username="port.worker", by=cast.security_admin)


def _somebody_at_the_port(cast):
    person = cast.plain
    person.home, person.org_path = cast.port, cast.port.path
    person.save()
    return person


@pytest.mark.parametrize(
    ("pattern", "permission", "holds"),
    [
        ("*", "a.b", True), ("a.*", "a.b", True), ("a.*", "a.*", True),
        ("a.b", "a.*", False), ("a.*", "ab.c", False), ("a.b", "a.b", True),
    ],
)  # fmt: skip
def test_patterns(pattern: str, permission: str, holds: bool):
    assert rules.matches(pattern, permission) is holds


def test_ranges_that_touch_become_one():
    assert rules.merge([("B", "C"), ("A", "B"), ("D", "E"), ("D", "DZ")]) == [("A", "C"), ("D", "E")]


@pytest.mark.parametrize(
    ("duties", "clash"),
    [
        (["work", "work"], False),
        (["system"], False),
        (["system", "system"], False),
        (["system", "audit"], True),
        (["work", "security"], True),
    ],
)
def test_duties(duties: list[str], clash: bool):
    assert rules.duties_clash(duties) is clash


def test_every_permission_has_a_name_in_both_languages():
    assert [one.code for one in registry.permissions() if not (one.name.zh and one.name.en and "." in one.code)] == []


def test_the_past_of_a_grant_stays_known(cast):
    day = date(2020, 1, 1)
    assert queries.holdings(cast.moved_away) == []
    assert [held.role for held in queries.holdings(cast.moved_away, day)] == ["county_clerk"]


def test_own_roles_of_strangers_are_not_known(cast):
    for key in ("city", "county", "port"):
        Role.objects.create(code=f"own-{key}", zh=key, permissions=["people.see"], organization=cast.units[key])
    known = [one.code for one in queries.roles_visible_to(cast.security_admin)]
    assert known[-2:] == ["own-city", "own-county"] and "own-port" not in known and known[0] == "worker"
    assert [one.code for one in queries.roles_visible_to(cast.plain) if one.organization_id] == []
