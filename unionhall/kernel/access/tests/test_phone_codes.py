"""Codes sent to phones: single use, short life, bound to the browser, limited in number, telling nobody anything."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from unionhall.kernel.access import actions, queries, rules
from unionhall.kernel.access.actions import TooManyAttempts, codes
from unionhall.kernel.access.actions.codes import WrongCode
from unionhall.kernel.access.models import Account, PhoneCode
from unionhall.kernel.access.rules import CodeLimits
from unionhall.kernel.audit import queries as audit
from unionhall.kernel.people import actions as people
from unionhall.kernel.people import queries as known
from unionhall.kernel.people.actions import merging
from unionhall.lib import clock
from unionhall.lib.phone import BadPhone

NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)
WORKER, NOBODY = "10000000014", "10099999999"
LIMITS = CodeLimits(minutes=5, tries=5, seconds_between=60, per_phone_day=4, per_device_hour=6, per_address_hour=8)
MINE, THEIRS = "device-a", "device-b"


def make(phone=WORKER, *, device=MINE, address="10.0.0.1", limits=LIMITS) -> str:
    return codes.make_code(phone, device=device, address=address, limits=limits)


def take(code: str, phone=WORKER, *, device=MINE, limits=LIMITS):
    return codes.take_code(phone, code, device=device, limits=limits)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def at(seconds: float):
    return clock.fixed(NOON + timedelta(seconds=seconds))


# --- the rule --------------------------------------------------------------------------------------------------------


def moments(*seconds: int) -> list[datetime]:
    return [NOON + timedelta(seconds=each) for each in seconds]


@pytest.mark.parametrize(
    ("phone", "device", "address", "wait"),
    [
        ((), (), (), 0),
        ((-59,), (), (), 1),
        ((-60,), (), (), 0),
        ((-86_399, -3, -2_000, -5_000), (), (), 57),
        ((-80_000, -7_000, -2_000, -5_000), (), (), 6_400),
        ((-86_400, -7_000, -2_000, -5_000), (), (), 0),
        ((), (-3_599, -10, -20, -30, -40, -50), (), 1),
        ((), (-3_600, -10, -20, -30, -40, -50), (), 0),
        ((), (), (-1, -2, -3, -4, -5, -6, -7, -600), 3_000),
        ((-59,), (-3_599, -10, -20, -30, -40, -50), (), 1),
    ],
)
def test_how_long_one_waits_for_the_next_code(phone, device, address, wait):
    sent = {"phone": moments(*phone), "device": moments(*device), "address": moments(*address)}
    assert rules.code_may_be_sent(sent, LIMITS, NOON) == timedelta(seconds=wait)


def test_codes_are_six_digits_and_differ():
    drawn = {rules.sign_in_code() for _each in range(200)}
    assert all(len(code) == 6 and code.isdigit() for code in drawn)
    assert len(drawn) > 190


# --- taking a code ---------------------------------------------------------------------------------------------------


def test_the_right_code_finds_who_bears_the_phone(cast):
    assert take(make()) == [cast.worker]
    assert PhoneCode.objects.get().used_at is not None


def test_whoever_bears_the_phone_is_found_as_a_search_would_find_them(cast, django_assert_num_queries):
    names = ["王亲属", "阿亲属", "赵已故", "钱重复"]
    _wife, son, gone, double = [people.register(by=None, name=name, home=cast.factory, phone=WORKER) for name in names]
    people.erase(by=None, person=gone, reason="本人申请")
    merging.merge(kept=son, gone=double, by=None, reason="同一人")
    found = take(make())
    assert [one.name for one in found] == ["阿亲属", "王亲属", cast.worker.name]
    assert found == list(known.find(WORKER, None).select_related("home"))
    with django_assert_num_queries(0):
        assert {one.home for one in found} == {cast.factory}


def test_a_number_is_read_as_people_write_it(cast):
    code = make("+86 100 0000 0014")
    assert take(code, "100-0000-0014") == [cast.worker]


def test_a_code_is_good_once(cast):
    code = make()
    take(code)
    with pytest.raises(WrongCode):
        take(code)


def pressed_together(code: str) -> list:
    """Four presses of one code that all wait for its row before any of them is done."""
    with ThreadPoolExecutor(4) as crowd:

        def press() -> object:
            try:
                return take(code)
            except WrongCode:
                return "wrong"
            finally:
                connection.close()

        with transaction.atomic():
            PhoneCode.objects.select_for_update().get()
            waiting = [crowd.submit(press) for _each in range(4)]
            for _try in range(600):
                with connection.cursor() as cursor:
                    cursor.execute(
                        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
                    )
                    if cursor.fetchone() == (4,):
                        break
                time.sleep(0.05)
        return sorted((one.result() for one in waiting), key=str)


@pytest.mark.django_db(transaction=True)
def test_of_presses_at_one_moment_one_takes_the_code_and_all_are_counted(cast):
    assert pressed_together(make()) == [[cast.worker], "wrong", "wrong", "wrong"]
    assert PhoneCode.objects.get().tries == 4


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_a_code_would_be_taken_by_all(cast, monkeypatch):
    """The sabotage twin."""
    monkeypatch.setattr(codes, "TRIED", codes.TRIED.replace(" FOR UPDATE", ""))
    assert pressed_together(make()) == [[cast.worker]] * 4


def test_a_code_lives_five_minutes(cast):
    with at(0):
        code = make()
    with at(300), pytest.raises(WrongCode):
        take(code)
    with at(299):
        assert take(code) == [cast.worker]


def test_the_fifth_try_may_still_be_right_the_sixth_never(cast):
    for tries, opens in ((4, True), (5, False)):
        PhoneCode.objects.all().delete()
        code = make()
        for _each in range(tries):
            with pytest.raises(WrongCode):
                take(wrong(code))
        if opens:
            assert take(code) == [cast.worker]
        else:
            with pytest.raises(WrongCode):
                take(code)


def test_a_newer_code_ends_the_older_one(cast):
    with at(0):
        first = make()
    with at(61):
        second = make()
        with pytest.raises(WrongCode):
            take(first if first != second else wrong(second))
        assert take(second) == [cast.worker]


def test_a_code_belongs_to_the_browser_that_asked_for_it(cast):
    code = make()
    with pytest.raises(WrongCode):
        take(code, device=THEIRS)
    assert PhoneCode.objects.get().tries == 0  # a stranger's tries do not end it
    assert take(code) == [cast.worker]


def test_every_wrong_answer_is_the_same(cast):
    said = set()
    with at(0):
        code = make()
        for tried in (
            lambda: take(wrong(code)),
            lambda: take("000000", NOBODY),
            lambda: take(code, device=THEIRS),
            lambda: take(""),
        ):
            with pytest.raises(WrongCode) as refusal:
                tried()
            said.add((str(refusal.value), refusal.value.field, refusal.value.code))
    with at(301), pytest.raises(WrongCode) as refusal:
        take(code)
    assert said == {(str(refusal.value), "code", "wrong_code")}


def test_a_phone_that_nobody_bears_gets_a_code_and_finds_nobody(cast):
    assert take(make(NOBODY), NOBODY) == []


def test_a_landline_gets_no_code(cast):
    with pytest.raises(BadPhone):
        make("010-62345678")
    assert not PhoneCode.objects.exists()


def test_neither_phones_nor_codes_stand_in_the_table(cast):
    code = make()
    row = PhoneCode.objects.values().get()
    assert [name for name, value in row.items() if isinstance(value, str) and (WORKER in value or code in value)] == []


# --- limits ----------------------------------------------------------------------------------------------------------


def test_one_code_a_minute_for_a_phone(cast):
    with at(0):
        make()
    with at(59), pytest.raises(TooManyAttempts) as refusal:
        make(device=THEIRS, address="10.9.9.9")
    assert (refusal.value.status, refusal.value.retry_after) == (429, 1)
    assert PhoneCode.objects.count() == 1
    with at(60):
        make()


@pytest.mark.parametrize(("limit", "most"), [("per_device_hour", 6), ("per_address_hour", 8)])
def test_a_device_and_an_address_are_limited_over_all_phones(cast, limit, most):
    for number in range(most):
        other = {"device": MINE} if limit == "per_device_hour" else {"device": f"device-{number}"}
        with at(number):
            make(f"100{number:08d}", **other)
    with at(most), pytest.raises(TooManyAttempts):
        make("10000000077", device=MINE if limit == "per_device_hour" else "device-x")
    with at(3_600):
        make("10000000077", device=MINE if limit == "per_device_hour" else "device-x")


def test_nobody_elsewhere_locks_a_phone_out_of_its_own_browser(cast):
    with at(0):
        take(make())
    for number in range(3):
        with at(100 + number * 61):
            make(device=f"stranger-{number}", address="203.0.113.9")
    with at(300):
        with pytest.raises(TooManyAttempts):
            make(device="stranger-9", address="203.0.113.9")
        assert take(make()) == [cast.worker]


@pytest.mark.django_db(transaction=True)
def test_parallel_requests_count_each_other(at_once):
    """Ten browsers ask for one phone in the same moment: one code leaves."""
    outcomes = at_once(10, lambda n: make(device=f"device-{n}", address=f"10.0.0.{n}"))
    refused = [one for one in outcomes if isinstance(one, TooManyAttempts)]
    assert (len(refused), PhoneCode.objects.count()) == (9, 1)


def test_without_the_lock_and_the_count_more_codes_would_leave(cast, monkeypatch):
    """The sabotage twin."""
    monkeypatch.setattr(rules, "code_may_be_sent", lambda *_args: timedelta())
    with at(0):
        make()
        make()
    assert PhoneCode.objects.count() == 2


def test_a_code_that_could_not_be_sent_does_not_count(cast):
    with at(0):
        make()
        codes.take_back(WORKER, device=MINE)
        make()
    assert PhoneCode.objects.count() == 1


def test_old_codes_are_forgotten_used_ones_later(cast):
    with at(0):
        take(make())
        make("10000000015")
    with at(2 * 86_400 + 1):
        actions.forget_attempts()
        assert PhoneCode.objects.filter(used_at=None).count() == 0
        assert PhoneCode.objects.count() == 1
    with at(91 * 86_400):
        actions.forget_attempts()
    assert PhoneCode.objects.count() == 0


# --- the account and the session -------------------------------------------------------------------------------------


def test_an_account_opens_with_the_first_code_and_has_no_password(cast):
    account = codes.account_for(cast.plain)
    assert account is not None and not account.has_usable_password() and not account.must_change_password
    assert codes.account_for(cast.plain) == account
    assert audit.trail("access.account", account.pk).filter(verb="access.account_opened").count() == 1


def test_a_disabled_account_stays_closed(cast):
    assert codes.account_for(cast.people["disabled"]) is None
    assert Account.objects.filter(person=cast.people["disabled"]).count() == 1


def test_a_phone_session_of_staff_holds_only_what_a_worker_holds(cast):
    with queries.hall_only(cast.county_clerk.pk):
        assert queries.holdings(cast.county_clerk) == []
        assert not queries.may(cast.county_clerk, "people.see")
        assert queries.may(cast.city_clerk, "people.see")  # others are not touched
        assert list(queries.units_of(cast.county_clerk)) == []
    assert queries.may(cast.county_clerk, "people.see")


def by_phone(cast, key: str) -> Client:
    """A browser in which somebody signed in with a phone code."""
    client = Client()
    client.force_login(cast.account(key))
    session = client.session
    session["way"] = "phone"
    session.save()
    return client


def test_a_phone_session_is_led_from_the_desk_to_the_hall(cast):
    answer = by_phone(cast, "county_clerk").get(reverse("office:home"))
    assert [answer.status_code, answer.headers["Location"]] == [302, reverse("portal:home")]


@pytest.mark.parametrize("name", ["office:worklist", "office:people", "office:units", "issues:desk-list"])
def test_the_desk_stays_shut_to_a_phone_session(cast, name):
    assert cast.client("county_clerk").get(reverse(name)).status_code == 200
    assert by_phone(cast, "county_clerk").get(reverse(name)).status_code == 403


def test_without_the_mark_the_desk_would_open(cast, monkeypatch):
    """The sabotage twin: a session whose weakness nobody looks at."""
    monkeypatch.setattr("unionhall.kernel.access.adapters.is_weak", lambda _request: False)
    assert by_phone(cast, "county_clerk").get(reverse("office:people")).status_code == 200


@pytest.mark.parametrize(("seconds", "said"), [(59, "59秒"), (120, "120秒"), (121, "3分钟"), (3600, "60分钟")])
def test_a_long_wait_is_told_in_minutes(seconds, said):
    refusal = TooManyAttempts(timedelta(seconds=seconds))
    assert said in str(refusal)
    assert refusal.retry_after == seconds


@pytest.mark.parametrize("phone", ["12345", "057188888888", "4001234567"])
def test_a_telephone_that_takes_no_messages_is_told_so(phone):
    with pytest.raises(BadPhone, match="验证码只能发到手机"):
        codes.mobile(phone)


def test_only_a_second_account_of_the_same_person_is_taken_for_one(cast, forbid):
    forbid("access_account", "username NOT LIKE 'phone-%'", "strange_one")
    with pytest.raises(IntegrityError, match="strange_one"):
        codes.account_for(cast.plain)
