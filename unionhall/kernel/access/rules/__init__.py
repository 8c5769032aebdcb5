"""Decisions about rights and passwords in plain Python.

Sources: OWASP ASVS 5.0 V6.1 and V6.2 (profile `asvs`), GB/T 22239-2019 level 3, 8.1.4.1 and 8.1.4.2 (profile `mlps3`,
separation of the three administrators).
"""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

WORK, SYSTEM, SECURITY, AUDIT = "work", "system", "security", "audit"
WORKER = "worker"

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
RECENT = timedelta(minutes=5)
INITIAL_PASSWORD_LASTS = timedelta(days=7)
WINDOW = timedelta(minutes=5)
MOST_FAILURES = 10
FREE_FAILURES = 3
LONGEST_WAIT = timedelta(seconds=60)
KNOWN_ADDRESS = timedelta(days=90)
LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True, slots=True)
class ShippedRole:
    """A role that comes with the house. `grantable` is what its holder may hand on to others."""

    code: str
    zh: str
    en: str
    permissions: tuple[str, ...]
    duty: str = WORK
    grantable: tuple[str, ...] = ()


STAFF = (
    "office.see",
    "organizations.see",
    "people.see",
    "programmes.see",
    "ledger.see",
    "notices.see",
    "exchange.see",
    "files.see",
    "files.attach",
    "reports.see",
)
CLERK = (
    *STAFF,
    "people.*",
    "organizations.*",
    "issues.*",
    "membership.*",
    "reports.*",
    "campaigns.*",
    "hardship.*",
    "grants.*",
    "funds.*",
    "flows.*",
    "programmes.*",
    "ledger.*",
    "exchange.*",
    "policies.see",
    "files.*",
    "notices.*",
    "office.*",
    "portal.*",
)

CAMPAIGNER = ("campaigns.see", "campaigns.visit", "campaigns.run", "campaigns.check_in")
BOOKKEEPER = ("funds.see", "funds.book")

SHIPPED = (
    ShippedRole("worker", "职工", "Worker", ("hall.use", "hardship.apply", "grants.request")),
    ShippedRole(
        "grassroots_chair",
        "基层工会主席",
        "Grassroots chair",
        (
            *STAFF,
            "issues.see",
            "issues.report",
            "issues.handle",
            "issues.accept",
            "hardship.see",
            "hardship.register",
            "hardship.apply",
            "hardship.visit",
            "grants.see",
            "grants.apply",
            "grants.request",
            "people.register",
            "flows.work",
            "membership.*",
            "reports.fill",
            *CAMPAIGNER,
            *BOOKKEEPER,
            "portal.channels",
        ),
    ),
    ShippedRole(
        "township_clerk",
        "乡镇（街道）工会干部",
        "Township clerk",
        (
            *STAFF,
            "issues.see",
            "issues.report",
            "issues.handle",
            "issues.accept",
            "issues.dispatch",
            "hardship.see",
            "hardship.money",
            "hardship.register",
            "hardship.apply",
            "hardship.review",
            "hardship.visit",
            "hardship.pair",
            "hardship.help",
            "grants.see",
            "grants.apply",
            "grants.request",
            "grants.review",
            "people.register",
            "people.correct",
            "flows.work",
            "membership.*",
            "reports.fill",
            *CAMPAIGNER,
            *BOOKKEEPER,
            "portal.*",
        ),
    ),
    ShippedRole("county_clerk", "县（区）总工会干部", "County clerk", CLERK),
    ShippedRole("city_clerk", "市总工会干部", "City clerk", (*CLERK, "policies.set")),
    ShippedRole(
        "leader",
        "领导",
        "Leader",
        (
            *STAFF,
            "issues.see",
            "hardship.see",
            "campaigns.see",
            "funds.see",
            "grants.see",
            "membership.see",
            "policies.see",
            "exchange.export",
            "portal.see",
        ),
    ),
    ShippedRole(
        "system_admin",
        "系统管理员",
        "System administrator",
        ("office.see", "organizations.*", "policies.*", "programmes.*", "system.*", "exchange.see"),
        SYSTEM,
    ),
    ShippedRole(
        "security_admin",
        "安全管理员",
        "Security administrator",
        ("office.see", "organizations.see", "people.see", "access.*"),
        SECURITY,
        ("*",),
    ),
    ShippedRole("auditor", "审计管理员", "Audit administrator", ("office.see", "organizations.see", "audit.*"), AUDIT),
)


def matches(pattern: str, permission: str) -> bool:
    """Whether a pattern ("issues.see", "issues.*", "*") holds a permission or covers a narrower pattern."""
    if pattern == "*" or pattern == permission:
        return True
    return pattern.endswith(".*") and permission.startswith(pattern[:-1])


def patterns_of(permission: str) -> list[str]:
    """Every pattern that holds a permission: what a query compares the patterns of roles with."""
    parts = permission.split(".")
    return ["*", *(".".join(parts[:end]) + ".*" for end in range(1, len(parts))), permission]


def holds(patterns: Iterable[str], permission: str) -> bool:
    """Whether any of the patterns holds the permission."""
    return _holds(tuple(patterns), permission)


@lru_cache(maxsize=10_000)  # a page asks a hundred times, for the patterns of a few dozen roles
def _holds(patterns: tuple[str, ...], permission: str) -> bool:
    return any(matches(pattern, permission) for pattern in patterns)


def uncovered(wanted: Iterable[str], held: Iterable[str]) -> list[str]:
    """The wanted patterns that the held ones do not cover, sorted: nobody grants more than they may hand on."""
    held = list(held)
    return sorted(pattern for pattern in set(wanted) if not holds(held, pattern))


def duties_clash(duties: Iterable[str]) -> bool:
    """The three administrators are three persons, and an administrator's rights never meet those of ordinary work."""
    return len(set(duties)) > 1 and bool(set(duties) & {SYSTEM, SECURITY, AUDIT})


def merge(ranges: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Ranges sorted, with those that overlap or touch made one."""
    merged: list[tuple[str, str]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged


def wait_after(failures: int) -> timedelta:
    """How long to wait after so many failures in the window: nothing for the first three, then doubling to a minute."""
    if failures < FREE_FAILURES:
        return timedelta()
    return min(timedelta(seconds=2 ** (failures - FREE_FAILURES)), LONGEST_WAIT)


def may_try_again(failures: int, last: datetime | None, now: datetime) -> timedelta:
    """How long somebody must still wait before the next attempt; nothing when they may try."""
    if last is None or failures == 0:
        return timedelta()
    if failures >= MOST_FAILURES:
        return max(last + WINDOW - now, timedelta())
    return max(last + wait_after(failures) - now, timedelta())


CODE_LIMITS = ((timedelta(minutes=5), 5), (timedelta(hours=1), 20), (timedelta(days=1), 50))
CODE_LIVES = timedelta(minutes=3)


def code_wait(moments: Iterable[datetime], now: datetime) -> timedelta:
    """How long to wait before the next second-factor code: 5 failures in 5 minutes, 20 in an hour, 50 in a day."""
    latest = sorted(moments, reverse=True)
    waits = [latest[most - 1] + window - now for window, most in CODE_LIMITS if len(latest) >= most]
    return max([timedelta(), *waits])


@dataclass(frozen=True, slots=True)
class CodeLimits:
    """What a federation allows for codes sent to phones: the values of its dated policies."""

    minutes: int = 5
    tries: int = 5
    seconds_between: int = 60
    per_phone_day: int = 10
    per_device_hour: int = 10
    per_address_hour: int = 60


HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def code_may_be_sent(sent: dict[str, list[datetime]], limits: CodeLimits, now: datetime) -> timedelta:
    """How long to wait before the next code may be sent; `sent` holds the moments of a phone's, a device's, an address's codes."""
    waits = [timedelta()]
    if last := max(sent["phone"], default=None):
        waits.append(last + timedelta(seconds=limits.seconds_between) - now)
    bounds = (
        ("phone", limits.per_phone_day, DAY),
        ("device", limits.per_device_hour, HOUR),
        ("address", limits.per_address_hour, HOUR),
    )
    for kind, most, window in bounds:
        within = sorted((at for at in sent[kind] if at > now - window), reverse=True)
        if len(within) >= most:
            waits.append(within[most - 1] + window - now)
    return max(waits)


def sign_in_code() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(1_000_000):06d}"


def session_is_over(signed_in: datetime, seen: datetime, now: datetime) -> bool:
    """Whether a session has been idle for 30 minutes or has lasted 12 hours."""
    return now - seen > IDLE or now - signed_in > ABSOLUTE


def initial_password() -> str:
    """A random first password of 16 characters that are easy to tell apart (94 bits)."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


@dataclass(frozen=True, slots=True)
class Profile:
    """What passwords must be like: `asvs` asks for length and checks lists, `mlps3` adds kinds of characters and age."""

    code: str
    least: int
    least_administrator: int
    kinds: int
    lasts: timedelta | None


PROFILES = {
    "asvs": Profile("asvs", 8, 15, 0, None),
    "mlps3": Profile("mlps3", 8, 15, 3, timedelta(days=90)),
}
MOST = 128
EVERYWHERE = ("工会", "gonghui", "unionhall", "智慧工会", "zonggonghui", "zhihuigonghui", "password", "mima")


def kinds_of(password: str) -> int:
    """How many of lower case, upper case, digits and other characters occur."""
    return sum(bool(re.search(kind, password)) for kind in ("[a-z]", "[A-Z]", "[0-9]", r"[^a-zA-Z0-9]"))


def password_faults(password: str, *, profile: Profile, administrator: bool, words: Iterable[str]) -> list[str]:
    """The codes of what is wrong: short, long, kinds, context. Lists of common passwords are looked up elsewhere."""
    faults = []
    least = profile.least_administrator if administrator else profile.least
    if len(password) < least:
        faults.append("short")
    if len(password) > MOST:
        faults.append("long")
    if profile.kinds and kinds_of(password) < profile.kinds:
        faults.append("kinds")
    rest = password.lower()
    for word in sorted({*EVERYWHERE, *(word.lower() for word in words if len(word) >= 3)}, key=len, reverse=True):
        rest = rest.replace(word, "")
    if len(rest) < len(password) and len(rest) < 6:
        faults.append("context")
    return faults


def must_change(changed: datetime | None, *, forced: bool, profile: Profile, now: datetime) -> bool:
    """Whether a password must be changed before anything else: it was given by somebody else, or it is too old."""
    if forced:
        return True
    return profile.lasts is not None and changed is not None and now - changed > profile.lasts
