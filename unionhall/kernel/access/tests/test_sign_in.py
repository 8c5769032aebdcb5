"""Signing in over HTTP: words, throttling, sessions, first passwords, second factors."""

import re
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, hotp_value
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from unionhall.kernel.access import actions, backends, queries, rules
from unionhall.kernel.access.models import Account, SignIn
from unionhall.kernel.audit import queries as audit
from unionhall.lib import clock
from unionhall.lib.refusal import Refused

NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)
HERE, ELSEWHERE = "10.0.0.1", "203.0.113.9"


def try_in(client: Client, username: str, password: str, address: str = HERE):
    return client.post(reverse("account_login"), {"login": username, "password": password}, REMOTE_ADDR=address)


def is_in(client: Client) -> bool:
    """Whether the session opens a page for signed-in people."""
    return client.get(reverse("mfa_index")).status_code == 200


@pytest.fixture
def noon() -> Iterator[None]:
    with clock.fixed(NOON):
        yield


def test_the_right_password_opens_a_new_session(cast):
    client = Client()
    client.get(reverse("account_login"))
    client.session["before"] = "x"
    client.session.save()
    before = client.cookies["session"].value if "session" in client.cookies else None
    answer = try_in(client, " County.Clerk ", cast.passwords["county_clerk"])
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.cookies["session"].value != before
    assert is_in(client)
    assert audit.trail("access.account", cast.account("county_clerk").pk).filter(verb="access.signed_in").count() == 1


def language_of(cast) -> str:
    return queries.language_of(cast.account("county_clerk").person)


def test_the_language_of_the_screen_is_kept_for_mails_and_other_screens(cast):
    client = cast.client("county_clerk")
    assert language_of(cast) == "zh-hans"
    client.post(reverse("shell:language"), {"language": "en"})
    assert language_of(cast) == "en"
    assert '<html lang="en">' in cast.client("county_clerk").get(reverse("mfa_index")).content.decode()
    client.post(reverse("shell:language"), {"language": "xx"})
    assert language_of(cast) == "en"
    Client().post(reverse("shell:language"), {"language": "zh-hans"})  # nobody is signed in
    assert language_of(cast) == "en"


def test_the_language_chosen_before_the_first_sign_in_is_kept_and_only_then(cast):
    for chosen in ("en", "zh-hans"):
        client = Client()
        client.post(reverse("shell:language"), {"language": chosen})
        assert is_in(client) is False
        assert try_in(client, "county.clerk", cast.passwords["county_clerk"]).status_code == 302
        assert language_of(cast) == "en"  # another's choice on a shared machine is not taken over


def test_unknown_wrong_and_disabled_read_alike(cast):
    bodies, statuses = set(), set()
    for username, password in [("nobody.here", "x" * 16), ("county.clerk", "x" * 16), ("disabled", cast.passwords["disabled"])]:
        answer = try_in(Client(), username, password, address=f"10.1.0.{len(username)}")
        text = re.sub(r"[A-Za-z0-9]{64}", "TOKEN", answer.content.decode()).replace(username, "NAME")
        bodies.add(text)
        statuses.add(answer.status_code)
    assert len(bodies) == 1 and len(statuses) == 1
    assert SignIn.objects.filter(succeeded=True).count() == 0


def test_unknown_names_cost_one_hash_like_known_ones(cast, settings):
    """Counted, not timed: the hasher must be called once in each case."""
    calls = []

    class Counting(backends.PasswordBackend):
        def _mitigate_timing_attack(self, password: str) -> None:
            calls.append("hash for nobody")
            super()._mitigate_timing_attack(password)

    Counting().authenticate(None, username="nobody.here", password="x")
    assert calls == ["hash for nobody"]
    Counting().authenticate(None, username="county.clerk", password="x")
    Counting().authenticate(None, username="disabled", password=cast.passwords["disabled"])
    assert calls == ["hash for nobody"]


def test_median_times_of_known_and_unknown_names_agree(cast, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    account = cast.account("county_clerk")
    account.set_password("a long enough password")
    account.save()
    backend = backends.PasswordBackend()

    def took(username: str) -> float:
        start = time.thread_time()  # of the processor: what others do on the machine does not count
        backend.authenticate(None, username=username, password="wrong")
        return time.thread_time() - start

    pairs = [(took("county.clerk"), took("nobody.here")) for _ in range(7)]
    known, unknown = (statistics.median(times) for times in zip(*pairs, strict=True))
    assert abs(known - unknown) < 0.25 * max(known, unknown)


def test_ten_failures_in_five_minutes_and_growing_waits():
    moments, now = [], NOON
    while now < NOON + rules.WINDOW:
        last = moments[-1] if moments else None
        wait = rules.may_try_again(len(moments), last, now)
        if wait:
            now += wait
            continue
        moments.append(now)
    gaps = [int((b - a).total_seconds()) for a, b in pairwise(moments)]
    assert gaps == [0, 0, 1, 2, 4, 8, 16, 32, 60]
    assert len(moments) == 10


@pytest.mark.usefixtures("noon")
def test_the_fourth_failure_must_wait(cast):
    for _ in range(3):
        assert try_in(Client(), "county.clerk", "wrong").status_code == 200
    refused = try_in(Client(), "county.clerk", cast.passwords["county_clerk"])
    assert (refused.status_code, refused["Retry-After"]) == (429, "1")
    with clock.fixed(NOON + timedelta(seconds=1)):
        assert try_in(Client(), "county.clerk", cast.passwords["county_clerk"]).status_code == 302


@pytest.mark.usefixtures("noon")
def test_names_that_do_not_exist_are_throttled_alike(cast):
    for _ in range(3):
        try_in(Client(), "nobody.here", "wrong")
    assert try_in(Client(), "nobody.here", "wrong").status_code == 429


@pytest.mark.usefixtures("noon")
def test_nobody_elsewhere_locks_a_person_out(cast):
    assert try_in(Client(), "county.clerk", cast.passwords["county_clerk"], HERE).status_code == 302
    for second in range(0, 280, 7):
        with clock.fixed(NOON + timedelta(seconds=second)):
            try_in(Client(), "county.clerk", "guess", ELSEWHERE)
    with clock.fixed(NOON + timedelta(seconds=281)):
        assert try_in(Client(), "county.clerk", cast.passwords["county_clerk"], ELSEWHERE).status_code == 429
        assert try_in(Client(), "county.clerk", cast.passwords["county_clerk"], HERE).status_code == 302


@pytest.mark.usefixtures("noon")
def test_one_address_trying_many_names_is_stopped(cast):
    tried = [try_in(Client(), f"name{number}", "wrong", ELSEWHERE).status_code for number in range(5)]
    assert tried == [200, 200, 200, 429, 429]


@pytest.mark.usefixtures("noon")
def test_attempts_hold_no_names_and_go_away(cast):
    try_in(Client(), "county.clerk", "wrong")
    row = SignIn.objects.values().get()
    assert "county" not in str(row) and HERE not in str(row)
    with clock.fixed(NOON + timedelta(days=2)):
        assert actions.forget_attempts() == 1


@pytest.mark.parametrize(("minutes", "stays"), [(29, True), (31, False)])
def test_an_idle_session_ends_after_thirty_minutes(cast, minutes: int, stays: bool):
    with clock.fixed(NOON):
        client = Client()
        try_in(client, "county.clerk", cast.passwords["county_clerk"])
        assert is_in(client)
    with clock.fixed(NOON + timedelta(minutes=minutes)):
        assert is_in(client) is stays


def test_no_session_lasts_longer_than_twelve_hours(cast):
    with clock.fixed(NOON):
        client = Client()
        try_in(client, "county.clerk", cast.passwords["county_clerk"])
    for quarter in range(1, 49):
        with clock.fixed(NOON + timedelta(minutes=15 * quarter)):
            assert is_in(client), quarter
    with clock.fixed(NOON + timedelta(hours=12, minutes=1)):
        assert not is_in(client)


def test_disabling_ends_every_session_at_its_next_request(cast):
    one, two = cast.client("county_clerk"), cast.client("county_clerk")
    assert is_in(one) and is_in(two)
    actions.disable_account(cast.account("county_clerk"), by=cast.security_admin, reason="离职")
    assert not is_in(one) and not is_in(two)


def test_changing_the_password_ends_the_other_sessions(cast):
    mine, other = cast.client("county_clerk"), cast.client("county_clerk")
    assert is_in(mine) and is_in(other)
    new = "三月的风吹过城关区"
    answer = mine.post(
        reverse("account_change_password"),
        {"oldpassword": cast.passwords["county_clerk"], "password1": new, "password2": new},
    )
    assert answer.status_code == 302
    assert is_in(mine) and not is_in(other)
    assert try_in(Client(), "county.clerk", new).status_code == 302


def test_ending_sessions_ends_them(cast):
    client = cast.client("county_clerk")
    assert is_in(client)
    actions.end_sessions(cast.account("county_clerk"), by=cast.county_clerk)
    assert not is_in(client)


def test_a_first_password_must_be_changed_before_anything_else(cast):
    password = actions.reset_password(cast.account("county_clerk"), by=cast.security_admin)
    client = Client()
    try_in(client, "county.clerk", password)
    assert client.get(reverse("mfa_index"))["Location"] == reverse("account_change_password")
    new = "城关区里没有人知道的话"
    client.post(reverse("account_change_password"), {"oldpassword": password, "password1": new, "password2": new})
    assert is_in(client)


def test_a_first_password_lasts_a_week(cast):
    with clock.fixed(NOON):
        password = actions.reset_password(cast.account("county_clerk"), by=cast.security_admin)
    with clock.fixed(NOON + timedelta(days=6)):
        assert try_in(Client(), "county.clerk", password).status_code == 302
    with clock.fixed(NOON + timedelta(days=7, seconds=1)):
        assert try_in(Client(), "county.clerk", password).status_code == 200


@pytest.mark.parametrize(("days", "due"), [(89, False), (91, True)])
def test_profile_mlps3_asks_for_a_change_after_ninety_days(cast, settings, days: int, due: bool):
    account = cast.account("county_clerk")
    account.password_changed_at = NOON
    with clock.fixed(NOON + timedelta(days=days)):
        assert backends.password_is_due(account) is False
        settings.PASSWORD_PROFILE = "mlps3"
        assert backends.password_is_due(account) is due


def faults(profile: str, password: str, account: Account) -> set[str]:
    try:
        backends.HousePassword(profile).validate(password, account)
    except ValidationError as error:
        return {one.code for one in error.error_list}
    return set()


@pytest.mark.parametrize(
    ("password", "asvs", "mlps3"),
    [
        ("kR7#pq", {"short"}, {"short"}),
        ("x" * 129, {"long"}, {"long", "kinds"}),
        ("correcthorsebattery", set(), {"kinds"}),
        ("Correct-horse-battery", set(), set()),
        ("county.clerk12", {"context"}, {"context"}),
        ("gonghui2026", {"context"}, {"context", "kinds"}),
        ("ChengGuanQuZongGongHui1!", {"context"}, {"context"}),
        ("城关区总工会春天", {"context"}, {"context", "kinds"}),
        ("😀 a long sentence of mine with Spaces", set(), set()),
        ("a" * 64, set(), {"kinds"}),
    ],
)
def test_both_profiles(cast, password: str, asvs: set[str], mlps3: set[str]):
    account = cast.account("county_clerk")
    assert faults("asvs", password, account) == asvs
    assert faults("mlps3", password, account) == mlps3


def test_common_passwords_are_refused(cast):
    with pytest.raises(ValidationError) as refused:
        password_validation.validate_password("1qaz2wsx3edc", cast.account("county_clerk"))
    assert {error.code for error in refused.value.error_list} == {"password_too_common"}


def test_administrators_need_fifteen_characters(cast):
    assert faults("asvs", "abcdefg hijklm", cast.account("security_admin")) == {"short"}
    assert faults("asvs", "abcdefg hijklm", cast.account("county_clerk")) == set()
    assert queries.is_administrator(cast.auditor) and not queries.is_administrator(cast.leader)


def test_a_second_factor_is_asked_sealed_and_taken_once(cast):
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    account = cast.account("county_clerk")
    TOTP.activate(account, secret)
    assert secret not in str(Authenticator.objects.get(user=account).data)
    code = f"{hotp_value(secret, int(time.time()) // 30):06d}"
    for attempt, expected in ((1, True), (2, False)):
        client = Client()
        step = try_in(client, "county.clerk", cast.passwords["county_clerk"])
        assert step["Location"] == reverse("mfa_authenticate")
        assert not is_in(client)
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert is_in(client) is expected, attempt


def test_codes_are_counted_across_restarts(cast):
    account = cast.account("county_clerk")
    with clock.fixed(NOON):
        for number in range(5):
            actions.begin_code(account, f"00000{number}")
        with pytest.raises(actions.TooManyAttempts):
            actions.begin_code(account, "123456")
    with clock.fixed(NOON + timedelta(minutes=5, seconds=1)):
        assert actions.begin_code(account, "123456").pk
    assert rules.code_wait([NOON] * 20, NOON + timedelta(minutes=10)) == timedelta(minutes=50)
    assert rules.code_wait([NOON] * 50, NOON + timedelta(hours=2)) == timedelta(hours=22)


def test_sign_up_does_not_exist(client: Client, db: None):
    assert client.get("/account/signup/").status_code == 404
    assert client.get("/account/password/reset/").status_code == 404


def test_nobody_else_ends_sessions_or_resets(cast):
    for act in (
        lambda: actions.end_sessions(cast.account("county_clerk"), by=cast.neighbour),
        lambda: actions.reset_password(cast.account("county_clerk"), by=cast.city_clerk),
        lambda: actions.disable_account(cast.account("security_admin"), by=cast.security_admin, reason=""),
    ):
        with pytest.raises(Refused):
            act()
