"""A code is made in one trip where the database finds that the limits hold; it must find what the rule in Python would."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib import import_module
from random import Random

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.crypto import salted_hmac

from unionhall.kernel.access import rules
from unionhall.kernel.access.actions import TooManyAttempts, codes
from unionhall.kernel.access.models import PhoneCode, key_of
from unionhall.kernel.access.rules import CodeLimits

MADE = import_module("unionhall.kernel.access.migrations.0011_make_code").MAKE_CODE.replace("CREATE", "CREATE OR REPLACE", 1)
NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)
LIMITS = CodeLimits(minutes=5, tries=5, seconds_between=60, per_phone_day=3, per_device_hour=3, per_address_hour=4)
KEYS = {"phone": "p1", "device": "d1", "address": "a1"}
TOLD = {**KEYS, "code": "c", "now": NOON, "ends": NOON + timedelta(minutes=5)}
TINY = timedelta(microseconds=1)
EDGES = [timedelta(seconds=60), rules.HOUR, rules.DAY]
AGES = [age + off for age in EDGES for off in (-TINY, timedelta(), TINY)] + [timedelta(minutes=m) for m in (3, 30, 600, 3000)]
USED = [None, timedelta(), *(rules.KNOWN_ADDRESS + off for off in (-TINY, timedelta(), TINY))]


def history(draw: Random) -> list[PhoneCode]:
    """Up to nine codes of two phones, devices and addresses, many of them at the edge of a window."""
    made = []
    for _each in range(draw.randrange(10)):
        at, used = NOON - draw.choice(AGES), draw.choice(USED)
        keys = {"phone_key": draw.choice(["p1", "p1", "p2"]), "device_key": draw.choice(["d1", "d2"]), "code_key": "old"}
        keys["address_key"] = draw.choice(["a1", "a2"])
        ends = NOON + draw.choice([-TINY, timedelta(), TINY])
        made.append(PhoneCode(**keys, at=at, ends=ends, used_at=used if used is None else NOON - used))
    return made


def outcome(make) -> tuple[bool, list[tuple]]:
    """Whether a code was made, and the table after it; then it is as before."""
    with transaction.atomic():
        try:
            made = make()
        except TooManyAttempts:
            made = False
        names = ("phone_key", "device_key", "address_key", "code_key", "at", "ends", "tries", "used_at")
        rows = list(PhoneCode.objects.order_by("pk").values_list(*names))
        transaction.set_rollback(True)
    return made, rows


def by_the_rule() -> bool:
    codes._make_or_refuse(KEYS, TOLD, LIMITS)
    return True


def compared() -> Iterator[tuple[bool, bool]]:
    """Over many histories: whether the rule made a code, and whether the database did the same."""
    draw = Random(20_260_504)
    for _each in range(400):
        with transaction.atomic():
            PhoneCode.objects.bulk_create(history(draw))
            expected = outcome(by_the_rule)
            same = outcome(lambda: codes._made_at_once(TOLD, LIMITS)) == expected
            transaction.set_rollback(True)
        yield expected[0], same


@pytest.mark.django_db
def test_the_database_makes_and_refuses_what_the_rule_does():
    assert set(compared()) == {(True, True), (False, True)}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("at > gap", "at >= gap"),
        ("device_key = device AND at > hour", "device_key = device AND at >= hour"),
        ("address_key = address AND at > hour", "address_key = address AND at >= hour"),
        ("at > day", "at >= day"),
        (">= per_phone", "> per_phone"),
        (">= per_device", "> per_device"),
        (">= per_address", "> per_address"),
        ("used_at > known", "used_at >= known"),
        ("used_at > known", "FALSE"),
        ("device_key = device OR NOT EXISTS", "TRUE OR NOT EXISTS"),
        ("used_at IS NULL AND ends > now", "ends > now"),
        ("used_at IS NULL AND ends > now", "used_at IS NULL"),
        ("AND device_key = device AND used_at IS NULL", "AND used_at IS NULL"),
    ],
)
def test_a_function_that_judges_otherwise_is_found_out(right, wrong):
    """The sabotage twin."""
    assert right in MADE
    with connection.cursor() as cursor:
        cursor.execute(MADE.replace(right, wrong))
    assert any(not same for _made, same in compared())


@contextmanager
def unhurried(text: str):
    """The function takes its time between the look and the note."""
    with connection.cursor() as cursor:
        cursor.execute(text.replace("UPDATE", "PERFORM pg_sleep(0.7);\n    UPDATE", 1))
        try:
            yield
        finally:
            cursor.execute(MADE)


def make(phone: str = "10000000014", device: str = "device", address: str = "10.0.0.1", limits: CodeLimits = LIMITS) -> str:
    return codes.make_code(phone, device=device, address=address, limits=limits)


def asked_together(at_once) -> tuple[int, int]:
    outcomes = at_once(4, lambda n: make(device=f"device-{n}", address=f"10.0.0.{n}"))
    return sum(isinstance(one, TooManyAttempts) for one in outcomes), PhoneCode.objects.count()


@pytest.mark.django_db(transaction=True)
def test_who_waited_sees_what_was_made_meanwhile(at_once):
    with unhurried(MADE):
        assert asked_together(at_once) == (3, 1)


@pytest.mark.django_db(transaction=True)
def test_without_the_locks_all_would_be_sent_a_code(at_once):
    """The sabotage twin."""
    free = MADE.replace("pg_advisory_xact_lock(hashtextextended(key, 0))", "key")
    assert free != MADE
    with unhurried(free):
        assert asked_together(at_once) == (0, 4)


@pytest.mark.django_db(transaction=True)
def test_the_usual_case_is_one_trip_outside_any_transaction():
    make("10000000015")
    with CaptureQueriesContext(connection) as asked:
        code = make()
    assert [one["sql"].split("(")[0] for one in asked.captured_queries] == ["\nSELECT access_make_code"]
    row = PhoneCode.objects.get(phone_key=key_of("phone:10000000014"))
    assert row.code_key == key_of(f"code:{row.phone_key}:{code}")


@pytest.mark.django_db(transaction=True)
def test_in_a_transaction_that_is_given_up_no_code_is_made():
    with transaction.atomic():
        make()
        transaction.set_rollback(True)
    assert not PhoneCode.objects.exists()
    make()
    assert PhoneCode.objects.count() == 1


@pytest.mark.django_db
def test_a_limit_beyond_every_number_of_codes_is_none():
    many = CodeLimits(seconds_between=0, per_phone_day=2**40, per_device_hour=2**40, per_address_hour=2**40)
    for _each in range(3):
        make(limits=many)
    assert PhoneCode.objects.count() == 3


def test_keys_are_those_of_the_secret_of_the_house(settings):
    keys = []
    for secret in ("one secret", "another secret", "one secret"):
        settings.SECRET_KEY = secret
        keys.append(key_of("phone:10000000014"))
        assert keys[-1] == salted_hmac("unionhall.kernel.access.sign_in", "phone:10000000014", algorithm="sha256").hexdigest()
    assert keys[0] == keys[2] != keys[1]
