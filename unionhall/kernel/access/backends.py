"""Who signs in with what: the password backend, and what a new password must be like."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from unionhall.kernel.access import queries, rules
from unionhall.kernel.access.models import Account
from unionhall.lib import clock


class PasswordBackend(AuthenticationBackend):
    """A user name and a password. Unknown, disabled and wrong all take one hash and end in the same answer."""

    def _authenticate_by_username(self, username: str, password: str) -> AbstractBaseUser | None:
        account = Account.objects.select_related("person").filter(username=Account.normalize(username)).first()
        return self._check_password(account, password)

    def _check_password(self, user: AbstractBaseUser | None, password: str) -> AbstractBaseUser | None:
        if user is None:
            return None
        self._did_check_password = True
        return user if user.check_password(password) and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: Any) -> bool:
        """Not disabled, and a first password not older than it lasts."""
        if not user.is_active:
            return False
        given = user.password_changed_at
        return not user.must_change_password or given is None or clock.now() - given <= rules.INITIAL_PASSWORD_LASTS

    def get_user(self, user_id: int) -> AbstractBaseUser | None:
        """The account of a session, read at each request with its person; None as soon as it is disabled."""
        return queries.account_of_session(user_id)

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Django's own permissions are not used."""
        return set()

    get_group_permissions = get_all_permissions = get_user_permissions

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """What `{{ perms }}` and the like ask: the house's own permission, anywhere."""
        return bool(user_obj.is_active and queries.may(user_obj.person, perm))

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> AbstractBaseUser | None:
        """As allauth does, without its special answer to disabled accounts."""
        return super().authenticate(request, **credentials)


class HousePassword:
    """The password profile of this house (`UNIONHALL_PASSWORD_PROFILE`) as one of Django's password validators."""

    def __init__(self, profile: str = "asvs") -> None:
        self.profile = rules.PROFILES[profile]

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError with one sentence for each thing that is wrong."""
        administrator = user is not None and user.pk is not None and queries.is_administrator(user.person)
        words = context_words(user) if user is not None else []
        faults = rules.password_faults(password, profile=self.profile, administrator=administrator, words=words)
        if faults:
            raise ValidationError([ValidationError(self._sentence(fault, administrator), code=fault) for fault in faults])

    def get_help_text(self) -> str:
        """What the page says beside the field."""
        least = {"n": self.profile.least}
        if self.profile.kinds:
            return _("At least %(n)d characters of three kinds: lower case, upper case, digits, others.") % least
        return _("At least %(n)d characters; 15 or more are better. A sentence is easier than a riddle.") % least

    def _sentence(self, fault: str, administrator: bool) -> str:
        least = self.profile.least_administrator if administrator else self.profile.least
        return {
            "short": _("The password is too short: use at least %(n)d characters.") % {"n": least},
            "long": _("The password is too long: use at most %(n)d characters.") % {"n": rules.MOST},
            "kinds": _("Use at least three kinds of characters: lower case, upper case, digits, others."),
            "context": _("The password is made of words that everybody here knows: add something of your own."),
        }[fault]


def context_words(account: Any) -> list[str]:
    """The words about an account that a stranger would try first."""
    person = account.person
    words = [account.username, *account.username.replace("-", ".").replace("_", ".").split(".")]
    words += [person.name, person.name_pinyin, person.name_initials]
    if person.birth:
        words += [person.birth.strftime("%Y%m%d"), person.birth.strftime("%y%m%d"), str(person.birth.year)]
    if person.home:
        words += [person.home.name, person.home.short_name, person.home.name_pinyin, person.home.name_initials]
    return [word for word in words if word]


def password_is_due(account: Account) -> bool:
    """Whether an account must choose a new password before anything else."""
    profile = rules.PROFILES[settings.PASSWORD_PROFILE]
    return rules.must_change(account.password_changed_at, forced=account.must_change_password, profile=profile, now=clock.now())
