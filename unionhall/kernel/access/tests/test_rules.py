"""The rules of rights, waits, sessions and passwords, without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from unionhall.kernel.access import rules
from unionhall.kernel.access.rules import PROFILES

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


# Patterns


@pytest.mark.parametrize(
    ("pattern", "permission", "held"),
    [
        ("*", "grants.pay", True),
        ("grants.pay", "grants.pay", True),
        ("grants.*", "grants.pay", True),
        ("grants.*", "grants.*", True),
        ("grants.*", "grantsother.pay", False),
        ("grants.pay", "grants.payout", False),
        ("grants.pay", "grants.*", False),
        ("grants", "grants.pay", False),
        ("", "grants.pay", False),
        ("*.pay", "grants.pay", False),  # only the end of a pattern may be open
        ("grants.*", "*", False),  # whoever holds a room does not hold the house
    ],
)
def test_what_a_pattern_covers(pattern, permission, held):
    assert rules.matches(pattern, permission) is held


def test_one_pattern_of_many_is_enough_and_none_holds_nothing():
    assert rules.holds(["issues.see", "grants.*"], "grants.pay")
    assert not rules.holds(["issues.see", "grants.see"], "grants.pay")
    assert not rules.holds([], "grants.pay")


@pytest.mark.parametrize(
    ("wanted", "held", "left"),
    [
        ([], [], []),
        (["grants.pay"], ["*"], []),
        (["grants.pay", "grants.see"], ["grants.see"], ["grants.pay"]),
        (["issues.*", "grants.*"], ["issues.see"], ["grants.*", "issues.*"]),
        (["*"], ["grants.*"], ["*"]),
        (["grants.pay", "grants.pay"], [], ["grants.pay"]),
    ],
)
def test_nobody_hands_on_more_than_they_may(wanted, held, left):
    assert rules.uncovered(wanted, held) == left


@pytest.mark.parametrize(
    ("duties", "clash"),
    [
        ([], False),
        (["work"], False),
        (["work", "work"], False),
        (["system", "system"], False),
        (["work", "system"], True),
        (["security", "audit"], True),
        (["system", "security", "audit"], True),
    ],
)
def test_the_three_administrators_are_three_persons(duties, clash):
    assert rules.duties_clash(duties) is clash


# Ranges of the tree


@pytest.mark.parametrize(
    ("ranges", "merged"),
    [
        ([], []),
        ([("b", "c"), ("a", "b")], [("a", "c")]),
        ([("a", "c"), ("b", "d")], [("a", "d")]),
        ([("a", "d"), ("b", "c")], [("a", "d")]),
        ([("a", "b"), ("c", "d")], [("a", "b"), ("c", "d")]),
        ([("a", "b"), ("a", "b")], [("a", "b")]),
    ],
)
def test_ranges_that_touch_are_one(ranges, merged):
    assert rules.merge(ranges) == merged


# Waits


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0), (2, 0), (3, 1), (4, 2), (5, 4), (6, 8), (7, 16), (8, 32), (9, 60), (40, 60)]
)
def test_the_wait_doubles_from_the_third_failure_to_a_minute(failures, seconds):
    assert rules.wait_after(failures) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("failures", "ago", "seconds"),
    [
        (0, 0, 0),
        (2, 0, 0),
        (4, 0, 2),
        (4, 1, 1),
        (4, 5, 0),
        (9, 0, 60),
        (10, 0, 300),
        (10, 299, 1),
        (10, 300, 0),
        (50, 60, 240),
    ],
)
def test_how_long_somebody_waits_to_try_again(failures, ago, seconds):
    assert rules.may_try_again(failures, NOON - ago * SECOND, NOON) == timedelta(seconds=seconds)


def test_who_never_failed_waits_for_nothing():
    assert rules.may_try_again(10, None, NOON) == timedelta()


@pytest.mark.parametrize(
    ("failures", "wait"),
    [(0, timedelta()), (4, timedelta()), (5, 5 * MINUTE), (19, 5 * MINUTE), (20, HOUR), (50, timedelta(days=1))],
)
def test_second_factors_wait_by_the_longest_window_that_is_full(failures, wait):
    assert rules.code_wait([NOON] * failures, NOON) == wait


def test_only_the_latest_failures_fill_a_window():
    old, new = [NOON - 4 * MINUTE] * 3, [NOON - MINUTE] * 2
    assert rules.code_wait(old + new, NOON) == MINUTE
    assert rules.code_wait(old + new, NOON + MINUTE) == timedelta()


# Sessions


@pytest.mark.parametrize(
    ("signed_in", "seen", "over"),
    [
        (timedelta(), timedelta(), False),
        (HOUR, 30 * MINUTE, False),
        (HOUR, 30 * MINUTE + SECOND, True),
        (12 * HOUR, timedelta(), False),
        (12 * HOUR + SECOND, timedelta(), True),
    ],
)
def test_a_session_ends_idle_after_thirty_minutes_and_in_any_case_after_twelve_hours(signed_in, seen, over):
    assert rules.session_is_over(NOON - signed_in, NOON - seen, NOON) is over


# Secrets that the house gives out


def test_first_passwords_are_four_groups_of_letters_that_are_told_apart():
    made = {rules.initial_password() for _ in range(200)}
    assert len(made) == 200
    assert {tuple(map(len, one.split("-"))) for one in made} == {(4, 4, 4, 4)}
    assert not set("".join(made)) & set("01OlIi")


def test_codes_are_six_digits_also_the_small_ones(monkeypatch):
    monkeypatch.setattr(rules.secrets, "randbelow", lambda most: {1_000_000: 42}[most])
    assert rules.sign_in_code() == "000042"


# Passwords


@pytest.mark.parametrize(
    ("password", "kinds"), [("", 0), ("abc", 1), ("abC", 2), ("abC1", 3), ("abC1!", 4), ("密码", 1), ("a b", 2), ("123", 1)]
)
def test_kinds_of_characters(password, kinds):
    assert rules.kinds_of(password) == kinds


@pytest.mark.parametrize(
    ("profile", "administrator", "password", "faults"),
    [
        ("asvs", False, "lake-fie", []),
        ("asvs", False, "lake-fi", ["short"]),
        ("asvs", True, "lake-field-nine", []),
        ("asvs", True, "lake-field-nin", ["short"]),
        ("asvs", False, "x" * 128, []),
        ("asvs", False, "x" * 129, ["long"]),
        ("mlps3", False, "lakefieldnine", ["kinds"]),
        ("mlps3", False, "lake-Fieldnine", []),
        ("mlps3", False, "Lake1", ["short"]),
        ("mlps3", True, "lake", ["short", "kinds"]),
        ("asvs", False, "gonghui2026", ["context"]),
        ("asvs", False, "云川市总工会12", ["context"]),
        ("asvs", False, "gonghui-lake-field", []),  # enough stays when the word is taken out
        ("asvs", False, "YunChuan123", ["context"]),
        ("asvs", False, "unionhallunionhall", ["context"]),
    ],
)
def test_what_is_wrong_with_a_password(profile, administrator, password, faults):
    words = ("yunchuan", "云川市总工会", "xy")
    assert rules.password_faults(password, profile=PROFILES[profile], administrator=administrator, words=words) == faults


def test_words_of_two_letters_are_not_held_against_anybody():
    found = rules.password_faults("xyxyxyxyx1", profile=PROFILES["asvs"], administrator=False, words=("xy",))
    assert found == []


@pytest.mark.parametrize(
    ("profile", "age", "forced", "must"),
    [
        ("asvs", timedelta(days=4000), False, False),
        ("asvs", timedelta(), True, True),
        ("mlps3", timedelta(days=90), False, False),
        ("mlps3", timedelta(days=90) + SECOND, False, True),
        ("mlps3", None, False, False),
        ("mlps3", None, True, True),
    ],
)
def test_when_a_password_must_be_changed(profile, age, forced, must):
    changed = None if age is None else NOON - age
    assert rules.must_change(changed, forced=forced, profile=PROFILES[profile], now=NOON) is must


# The roles that come with the house


def test_only_the_security_administrator_hands_on_rights():
    assert [role.code for role in rules.SHIPPED if role.grantable] == ["security_admin"]


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        ("worker", ["hall.use", "grants.request"], ["office.see", "people.see", "grants.see"]),
        (
            "grassroots_chair",
            ["membership.approve", "grants.apply", "reports.fill"],
            ["grants.approve", "hardship.money", "portal.see"],
        ),
        ("township_clerk", ["grants.review", "hardship.review"], ["grants.approve", "grants.pay", "policies.set"]),
        ("county_clerk", ["grants.approve", "grants.pay"], ["policies.set", "access.grant", "audit.see"]),
        ("city_clerk", ["policies.set", "policies.see"], ["access.grant", "audit.see", "system.see"]),
        ("leader", ["issues.see", "exchange.export"], ["issues.handle", "grants.approve", "people.reveal"]),
        ("system_admin", ["system.see", "policies.set"], ["people.see", "grants.see", "access.grant", "audit.see"]),
        ("security_admin", ["access.grant"], ["grants.see", "audit.see", "system.see"]),
        ("auditor", ["audit.see"], ["people.see", "grants.see", "access.grant"]),
    ],
)
def test_what_the_shipped_roles_hold(role, may, may_not):
    patterns = next(one.permissions for one in rules.SHIPPED if one.code == role)
    assert [rules.holds(patterns, one) for one in may] == [True] * len(may)
    assert [rules.holds(patterns, one) for one in may_not] == [False] * len(may_not)
