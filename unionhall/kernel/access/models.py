"""Accounts, roles, grants over subtrees, and what sign-in remembers."""

import hashlib
import hmac
from datetime import date, timedelta
from functools import lru_cache
from importlib import import_module
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.organizations.models import Organization, path_field
from unionhall.kernel.people.models import Person
from unionhall.lib.scope import ScopedManager, ScopedQuerySet, mark
from unionhall.lib.text import Text

__all__ = [
    "Account",
    "BrowserSession",
    "Delegation",
    "Grant",
    "Lent",
    "PhoneCode",
    "Role",
    "ScopedManager",
    "ScopedQuerySet",
    "SignIn",
    "fetched",
]


class AccountManager(BaseUserManager["Account"]):
    """Accounts are opened by `actions.open_account`; here they are only found."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(username=self.model.normalize(username or ""))


class Account(AbstractBaseUser):
    """What a person signs in with.

    Opened with a random first password that must be changed; disabled (`disabled_at`), never deleted. `epoch` is part
    of the session's fingerprint: raising it ends every session of the account at its next request.
    """

    person = models.OneToOneField(Person, models.PROTECT, related_name="account")
    username = models.CharField(_("User name"), max_length=64, unique=True)
    language = models.CharField(_("Language"), max_length=10, blank=True)
    easy_mode = models.BooleanField(_("Large print"), default=False)
    must_change_password = models.BooleanField(default=True)
    password_changed_at = models.DateTimeField(null=True, blank=True)
    epoch = models.PositiveIntegerField(default=0)
    disabled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = AccountManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="account_username_lower", condition=Q(username=models.functions.Lower("username")))
        ]

    def __str__(self) -> str:
        return self.username

    @staticmethod
    def normalize(username: str) -> str:
        """User names are compared without case and outer spaces."""
        return AbstractBaseUser.normalize_username(username.strip()).lower()

    @property
    def is_active(self) -> bool:  # type: ignore[override]  # Django allows a property here; we store a moment instead
        """Whether the account may sign in; read at every request, so disabling ends all sessions."""
        return self.disabled_at is None

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        salt = "unionhall.kernel.access.models.Account"
        return salted_hmac(salt, f"{self.password}|{self.epoch}", secret=secret, algorithm="sha256").hexdigest()


class BrowserSession(AbstractBaseSession):
    """What is kept of a browser between two requests: begun with the first word worth keeping, ended by signing out, by the clock
    or by a new id at sign-in; what has expired is removed once a day.

    `account` stands beside the signed data so that one statement finds both. It says only which row to bring along: who is signed
    in, and whether still, is said by the signed data and by the account's fingerprint.
    """

    account = models.ForeignKey(Account, models.CASCADE, null=True, db_index=False, related_name="+")

    @classmethod
    def get_session_store_class(cls) -> Any:
        """The store that writes and reads these rows."""
        return import_module(settings.SESSION_ENGINE).SessionStore

    def get_decoded(self) -> Any:
        """What it holds, signed for this key."""
        return self.get_session_store_class()(self.session_key).decode(self.session_data)


class Role(models.Model):
    """A named set of permission patterns. Shipped ones have no `organization`; own ones belong to a federation."""

    code = models.SlugField(max_length=40, unique=True)
    zh = models.CharField(max_length=60)
    en = models.CharField(max_length=60, blank=True)
    permissions = ArrayField(models.CharField(max_length=60))
    grantable = ArrayField(models.CharField(max_length=60), default=list)
    duty = models.CharField(
        max_length=10, choices=[(duty, duty) for duty in ("work", "system", "security", "audit")], default="work"
    )
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return str(self.name)

    @property
    def name(self) -> Text:
        """The role's name in both languages."""
        return Text(zh=self.zh, en=self.en or self.zh)


class Grant(models.Model):
    """A role given to a person over a unit and, if `below`, everything under it, from a day to a day (not included).

    Given and taken back, never deleted: who could do what on a day of the past stays known.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="grants")
    role = models.ForeignKey(Role, models.PROTECT, related_name="grants")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    below = models.BooleanField(default=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager()

    class Meta:
        ordering = ("person", "id")
        constraints = [
            models.CheckConstraint(name="grant_dates", condition=Q(until=None) | Q(until__gte=F("since"))),
            models.UniqueConstraint(name="grant_current", fields=["person", "role", "organization"], condition=Q(until=None)),
        ]
        indexes = [models.Index(name="grant_org_path", fields=["org_path"])]


class Delegation(models.Model):
    """A person lends grants of their own to a colleague from a day to a day (not included), saying why (授权代办).

    It ends by itself with the day and with the lent grants, or is taken back by either of the two; never changed otherwise and
    never deleted (a trigger sees to it). What is lent cannot be lent on, and two persons never stand in for each other.
    """

    lender = models.ForeignKey(Person, models.PROTECT, related_name="+")
    deputy = models.ForeignKey(Person, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField()
    reason = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(name="delegation_dates", condition=Q(until__gt=F("since"))),
            models.CheckConstraint(name="delegation_other", condition=~Q(lender=F("deputy"))),
            models.CheckConstraint(name="delegation_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="delegation_taken_back",
                condition=Q(taken_back_at=None, taken_back_by=None) | Q(taken_back_at__isnull=False, taken_back_by__isnull=False),
            ),
        ]

    @property
    def last_day(self) -> date:
        """The last day on which the deputy may act."""
        return self.until - timedelta(days=1)


class Lent(models.Model):
    """One grant that a delegation lends: the lender's own and of ordinary work, which a trigger sees to."""

    delegation = models.ForeignKey(Delegation, models.PROTECT, related_name="lent")
    grant = models.ForeignKey(Grant, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(name="lent_once", fields=["delegation", "grant"])]


class SignIn(models.Model):
    """One attempt to sign in, kept as keyed hashes of the name tried and the address: what throttling counts."""

    name_key = models.CharField(max_length=64)
    address_key = models.CharField(max_length=64)
    at = models.DateTimeField()
    succeeded = models.BooleanField()

    class Meta:
        indexes = [
            models.Index(name="sign_in_name", fields=["name_key", "at"]),
            models.Index(name="sign_in_address", fields=["address_key", "at"]),
        ]


class PhoneCode(models.Model):
    """A code sent to a phone, good for one sign-in from the device that asked for it; over after a few minutes or tries.

    Kept as keyed hashes: the table holds neither phones nor codes. A newer code ends the older ones of its phone.
    """

    phone_key = models.CharField(max_length=64)
    device_key = models.CharField(max_length=64)
    address_key = models.CharField(max_length=64)
    code_key = models.CharField(max_length=64)
    at = models.DateTimeField()
    ends = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(name="phone_code_phone", fields=["phone_key", "at"]),
            models.Index(name="phone_code_device", fields=["device_key", "at"]),
            models.Index(name="phone_code_address", fields=["address_key", "at"]),
        ]


def fetched(instance: Any) -> Any:
    """Mark a row that a room's `for_change` fetched after asking whether the person may, and give it back."""
    return mark(instance)


def key_of(text: str) -> str:
    """A keyed hash, so that the table of attempts holds neither names nor addresses."""
    return hmac.digest(_sign_in_key(settings.SECRET_KEY), text.encode(), "sha256").hex()


@lru_cache(maxsize=4)
def _sign_in_key(secret: str) -> bytes:
    """The key that `salted_hmac` of Django derives from the house's secret, each time anew."""
    return hashlib.sha256(b"unionhall.kernel.access.sign_in" + secret.encode()).digest()
