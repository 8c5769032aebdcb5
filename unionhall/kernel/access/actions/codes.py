"""Codes sent to phones: how a worker without a password signs in.

The answers are the same for known and unknown phones until somebody has proven that they hold the phone: nobody can find
out from outside who is on the rolls. Sending is the caller's matter, since the channels stand above.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.access import rules
from unionhall.kernel.access.actions import TooManyAttempts
from unionhall.kernel.access.models import Account, PhoneCode, key_of
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import access as sealing
from unionhall.kernel.people.models import Person
from unionhall.lib import clock, constraints, statement
from unionhall.lib.phone import BadPhone, is_mobile, normalise
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text

ONCE = frozenset({"access_account_person_id_key", "access_account_username_key"})  # one account a person
MOST_TRIES = 1000  # a column's end, far above every policy
# The usual case in one trip (migration 0011): locked, looked at and noted; whether it was made. Refusals are judged in Python.
AT_ONCE = """
SELECT access_make_code(%(phone)s, %(device)s, %(address)s, %(code)s, %(now)s, %(ends)s, %(gap)s, %(hour)s, %(day)s, %(known)s,
                        %(per_phone)s, %(per_device)s, %(per_address)s)
"""
SENT = """
SELECT (SELECT array_agg(at) FROM access_phonecode WHERE at > %(day)s AND phone_key = %(phone)s),
       (SELECT array_agg(at) FROM access_phonecode WHERE at > %(day)s AND device_key = %(device)s),
       (SELECT array_agg(at) FROM access_phonecode WHERE at > %(day)s AND address_key = %(address)s),
       (SELECT array_agg(at) FROM access_phonecode WHERE at > %(day)s AND phone_key = %(phone)s AND device_key = %(device)s),
       EXISTS (SELECT FROM access_phonecode WHERE phone_key = %(phone)s AND device_key = %(device)s AND used_at > %(known)s)
"""
# A new code; the one before it of the same phone and device ends.
MADE = """
WITH over AS (
    UPDATE access_phonecode SET ends = %(now)s
     WHERE phone_key = %(phone)s AND device_key = %(device)s AND used_at IS NULL AND ends > %(now)s
), made AS (
    INSERT INTO access_phonecode (phone_key, device_key, address_key, code_key, at, ends, tries)
    VALUES (%(phone)s, %(device)s, %(address)s, %(code)s, %(now)s, %(ends)s, 0))
SELECT 1
"""
# The newest code of a phone and a device is tried: counted under its row's lock, and used up if it fits. Where it does, who bears
# the phone, by the file that stays of each, with the unit that looks after it; as `people.find` would find them.
TRIED = f"""
WITH newest AS (
    SELECT id, code_key = %(code)s AND used_at IS NULL AND ends > %(now)s AND tries < %(most)s AS fits FROM access_phonecode
     WHERE phone_key = %(phone)s AND device_key = %(device)s ORDER BY id DESC LIMIT 1 FOR UPDATE
), tried AS (
    UPDATE access_phonecode c SET tries = LEAST(c.tries + 1, {MOST_TRIES}), used_at = CASE WHEN fits THEN %(now)s ELSE c.used_at END
      FROM newest WHERE c.id = newest.id RETURNING fits
)
SELECT {statement.columns(Person, "p")}, {statement.columns(Organization, "o")}
  FROM tried LEFT JOIN LATERAL (
           SELECT * FROM people_person
            WHERE id IN (SELECT COALESCE(merged_into_id, id) FROM people_person WHERE phone_blind = %(bearer)s)
              AND kind = 'person' AND erased_at IS NULL AND merged_into_id IS NULL
       ) p ON TRUE LEFT JOIN organizations_organization o ON o.id = p.home_id
 WHERE tried.fits ORDER BY p.name_pinyin, p.id
"""


class WrongCode(Refused):
    """The one answer to every code that does not fit: wrong, over, used, tried too often, of another device, never sent."""

    code = "wrong_code"

    def __init__(self) -> None:
        super().__init__(_("The code is wrong or over: check it, or ask for a new one."), field="code")


class NoMobile(BadPhone):
    """A telephone to which no text message goes; the sentence never repeats the number."""

    def __init__(self) -> None:
        super().__init__()
        self.message = Text("请填写11位手机号，验证码只能发到手机。", "Write a mobile number of 11 digits; codes go to mobiles.")


def mobile(text: str) -> str:
    """A mobile number as it was typed, normalised. Raises NoMobile: codes go to mobiles only."""
    try:
        number = normalise(text)
    except BadPhone:
        raise NoMobile from None
    if not is_mobile(number):
        raise NoMobile
    return number


def make_code(phone: str, *, device: str, address: str, limits: rules.CodeLimits) -> str:
    """Make a code for a phone, known or not, and note it; the caller sends it after the transaction.

    Raises BadPhone, and TooManyAttempts with the wait when phone, device or address asked too often.
    """
    now = clock.now()
    keys = _keys(phone, device, address)
    code = rules.sign_in_code()
    told = {**keys, "code": _code_key(keys["phone"], code), "now": now, "ends": now + timedelta(minutes=limits.minutes)}
    if not _made_at_once(told, limits):
        _make_or_refuse(keys, told, limits)
    return code


def _made_at_once(told: dict[str, Any], limits: rules.CodeLimits) -> bool:
    """Make the code where the database finds that the limits hold, as `rules.code_may_be_sent` would."""
    now = told["now"]
    since = {
        "gap": now - timedelta(seconds=limits.seconds_between), "hour": now - rules.HOUR, "day": now - rules.DAY,
        "known": now - rules.KNOWN_ADDRESS, "per_phone": limits.per_phone_day, "per_device": limits.per_device_hour,
        "per_address": limits.per_address_hour,
    }  # fmt: skip
    with statement.alone():
        return statement.one(AT_ONCE, {**told, **since}) == (True,)


@transaction.atomic
def _make_or_refuse(keys: dict[str, str], told: dict[str, Any], limits: rules.CodeLimits) -> None:
    """The rule itself decides, and says how long to wait."""
    _one_at_a_time(*keys.values())
    if (wait := rules.code_may_be_sent(_sent(keys, told["now"]), limits, told["now"])) > timedelta():
        raise TooManyAttempts(wait)
    statement.one(MADE, told)


def _sent(keys: dict[str, str], now: datetime) -> dict[str, list[datetime]]:
    """When codes were sent. A device that signed in with this phone lately counts only its own: nobody else locks it out."""
    found = statement.one(SENT, {**keys, "day": now - rules.DAY, "known": now - rules.KNOWN_ADDRESS})
    assert found is not None
    phone, device, address, pair, knows = found
    return {"phone": (pair if knows else phone) or [], "device": device or [], "address": address or []}


@transaction.atomic
def take_back(phone: str, *, device: str) -> None:
    """Forget the newest code of a phone that could not be sent, so that it does not count against the person."""
    newest = _of(phone, device).filter(used_at=None).order_by("-pk").first()
    if newest is not None:
        newest.delete()


def waits(phone: str, *, device: str) -> bool:
    """Whether a code that this device asked for this phone can still be typed. Raises BadPhone."""
    return _of(phone, device).filter(used_at=None, ends__gt=clock.now()).exists()


def _of(phone: str, device: str) -> "QuerySet[PhoneCode]":
    return PhoneCode.objects.filter(phone_key=key_of(f"phone:{mobile(phone)}"), device_key=key_of(f"device:{device}"))


def take_code(phone: str, code: str, *, device: str, limits: rules.CodeLimits) -> list[Person]:
    """Take a code once; returns who bears the phone: nobody, one, or a family that shares it.

    Each try is counted, by the statement that looks at the code. What is compared are keyed hashes, so how long that takes says
    nothing about the code. Raises BadPhone and WrongCode.
    """
    number = mobile(phone)
    key = key_of(f"phone:{number}")
    told = {
        "phone": key, "device": key_of(f"device:{device}"), "code": _code_key(key, code.strip()), "now": clock.now(),
        "most": limits.tries, "bearer": sealing.keys().blinder.blind("phone", number),
    }  # fmt: skip
    with statement.alone():
        found = statement.rows(TRIED, told)
    if not found:
        with transaction.atomic():
            audit.record(None, "access.sign_in_failed", f"access.phone:{key[:16]}", outcome="failed")
        raise WrongCode
    people = []
    for row in found:
        person, home = statement.records(row, Person, Organization)
        if person is not None:
            person.home = home
            people.append(person)
    return people


@transaction.atomic
def account_for(person: Person) -> Account | None:
    """The account of somebody who has proven their phone, opened at the first sign-in; None for a disabled one.

    It has no password: it opens with a code, and with nothing else until an administrator resets it.
    """
    account = Account.objects.select_related("person__home").filter(person=person).first()
    if account is None:
        account = Account(person=person, username=f"phone-{person.pk}", must_change_password=False)
        account.set_unusable_password()
        try:
            with transaction.atomic():
                account.save()
        except IntegrityError as error:
            if constraints.broken(error) not in ONCE:
                raise
            return Account.objects.select_related("person__home").get(person=person)  # the same person signs in twice at once
        audit.record(person, "access.account_opened", account, at=person.home, way="phone")
    return account if account.is_active else None


def _keys(phone: str, device: str, address: str) -> dict[str, str]:
    named = {"phone": f"phone:{mobile(phone)}", "device": f"device:{device}", "address": f"address:{address}"}
    return {kind: key_of(text) for kind, text in named.items()}


def _code_key(phone_key: str, code: str) -> str:
    return key_of(f"code:{phone_key}:{code}")


def _one_at_a_time(*keys: str) -> None:
    """Let parallel requests for one phone, device or address wait for each other, always in the same order."""
    statement.one("SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest(%s::text[]) AS one(key)", [sorted(keys)])
