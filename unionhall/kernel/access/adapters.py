"""How allauth, which runs the sign-in pages, is bent to the rules of the house."""

import base64
import hmac
import json
import logging
import secrets
import struct
import time
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.internal.flows import reauthentication
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, LoginWebAuthnForm, ReauthenticateWebAuthnForm
from django import forms
from django.conf import settings
from django.contrib.auth import SESSION_KEY, authenticate, login
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from fido2.webauthn import RegistrationResponse

from unionhall.kernel.access import actions, queries, rules
from unionhall.kernel.access.actions import TooManyAttempts
from unionhall.kernel.access.models import Account, BrowserSession
from unionhall.lib import clock, sm4, statement
from unionhall.shell import doors

PASSWORD_BACKEND = "unionhall.kernel.access.backends.PasswordBackend"  # the one that reads accounts of sessions
WAY, PHONE = "way", "phone"
LONGEST_KEY = 65_536  # characters of a credential; real ones have some two thousand
BEGUN = """
INSERT INTO access_browsersession (session_key, session_data, expire_date, account_id)
VALUES (%(key)s, %(data)s, %(ends)s, %(account)s) ON CONFLICT (session_key) DO NOTHING
"""
GONE_ON = """
UPDATE access_browsersession SET session_data = %(data)s, expire_date = %(ends)s, account_id = %(account)s
 WHERE session_key = %(key)s
"""
SECRET_PLACE = b"mfa_authenticator|data"
suspicious = logging.getLogger("django.security.SuspiciousSession")


class SessionStore(DatabaseSessions):
    """Sessions in the database, read with the account by one statement and written by one (SESSION_ENGINE names this module)."""

    _brought: Account | None = None

    @classmethod
    def get_model_class(cls) -> type[BrowserSession]:
        """Where they are kept."""
        return BrowserSession

    def create_model_instance(self, data: dict[str, Any]) -> BrowserSession:
        """The row to be written, with the account that has signed in."""
        row = super().create_model_instance(data)
        assert isinstance(row, BrowserSession)
        row.account_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        return row

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing, and no session any more, where it has expired."""
        found = queries.session(str(self.session_key))
        if found is None:
            self._session_key = None
            return {}
        kept, self._brought = found
        return self.decode(kept)

    def encode(self, session_dict: dict[str, Any]) -> str:
        """The session as it lies in the database: signed, and for its own key only."""
        told = json.dumps(session_dict, separators=(",", ":"))
        return f"{_seal(settings.SECRET_KEY, self.session_key, told)}:{told}"

    def decode(self, session_data: str | bytes) -> dict[str, Any]:
        """What a row holds; nothing where the house has not signed it for this key: changed by hand, or copied from another row.

        Every page asks this: Django's own signature, which may expire and compress, takes ten times as long.
        """
        seal, _colon, told = str(session_data).partition(":")
        for secret in map(str, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)):
            if hmac.compare_digest(seal.encode(), _seal(secret, self.session_key, told).encode()):
                return dict(json.loads(told))
        suspicious.warning("Session data corrupted")
        return {}

    def save(self, must_create: bool = False) -> None:
        """Write it as a whole, without a transaction around it. Raises CreateError for a key that stands already and UpdateError
        for a session that was ended meanwhile: nobody is signed in again by an answer that was on its way.
        """
        if self.session_key is None:
            return self.create()
        if must_create and not hasattr(self, "_session_cache"):
            self._session_cache: dict[str, Any] = {}  # a new one: there is nothing to read
        row = self.create_model_instance(dict(self.items()))
        told = {"key": row.session_key, "data": row.session_data, "ends": row.expire_date, "account": row.account_id}
        if not statement.run(BEGUN if must_create else GONE_ON, told):
            raise CreateError if must_create else UpdateError
        return None

    def account(self) -> Account | None:
        """The account that was read along with the session; given once, so that whoever asks later reads it as it is then."""
        self.get(SESSION_KEY)
        account, self._brought = self._brought, None
        return account

    def _get_new_session_key(self) -> str:
        """160 bits, drawn at once; not looked up first: `create` inserts, and tries another one where it should stand already."""
        return secrets.token_hex(20)


@cache
def _session_key(secret: str) -> bytes:
    return salted_hmac("unionhall.kernel.access.session", "", secret=secret, algorithm="sha256").digest()


def _seal(secret: str, key: str | None, told: str) -> str:
    return hmac.digest(_session_key(secret), f"{key}:{told}".encode(), "sha256").hex()


class AccountAdapter(DefaultAccountAdapter):
    """No self-service accounts, one sentence for every failed sign-in, and the house's own throttling."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": gettext_lazy(
            "The user name or the password is wrong. After repeated failures the wait grows longer."
        ),
    }

    def is_open_for_signup(self, request: WSGIRequest) -> bool:
        """Accounts are opened by an administrator."""
        return False

    def authenticate(self, request: WSGIRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Check a name and a password, having counted the attempt first."""
        name = credentials.get("username", "")
        try:
            attempt = actions.begin_attempt(name, self.get_client_ip(request))
        except TooManyAttempts as refusal:
            raise ImmediateHttpResponse(_wait(request, refusal)) from refusal
        account = authenticate(request, **credentials)
        if account is None:
            actions.note_failure(name)
        else:
            actions.attempt_succeeded(attempt)
        return account

    def login(self, request: WSGIRequest, user: AbstractBaseUser) -> None:
        """Begin the session: a new id, and the moments by which it ends."""
        super().login(request, user)
        stamp(request)
        _adopt_language(request, user)  # type: ignore[arg-type]
        actions.note_sign_in(user)  # type: ignore[arg-type]

    def set_password(self, user: Any, password: str) -> None:
        """The person's own new password; every other session of the account ends."""
        super().set_password(user, password)
        actions.note_own_password(user)

    def add_message(self, request: WSGIRequest, *args: Any, **options: Any) -> None:
        """allauth's chatter ("successfully signed in as") stays out of the pages."""

    def send_notification_mail(self, *args: Any, **options: Any) -> None:
        """Accounts have no e-mail address of their own."""


class MfaAdapter(DefaultMFAAdapter):
    """Second factors, named after the house; secrets lie sealed in the database."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("The code is wrong or was already used: wait for the next one."),
    }

    def get_totp_issuer(self) -> str:
        """The name that the authenticator application shows."""
        return _("Unionhall")

    def encrypt(self, text: str) -> str:
        """Seal a secret for the database."""
        return base64.b64encode(sm4.seal(_key(), text.encode(), aad=SECRET_PLACE, key_id=0)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open it again."""
        return sm4.unseal(_key(), base64.b64decode(encrypted_text), aad=SECRET_PLACE).decode()


def _key() -> bytes:
    """The key of second-factor secrets: drawn from the secret of the installation, which is not in the database."""
    return salted_hmac("unionhall.kernel.access.mfa", "", algorithm="sha256").digest()[:16]


class _Counted:
    """A form for a code that counts its attempts in the database and takes each code once."""

    user: Any

    def clean_code(self) -> str:
        """The code, if the person may still try and it is right and fresh."""
        code = self.cleaned_data["code"]  # type: ignore[attr-defined]
        try:
            attempt = actions.begin_code(self.user, code)
        except TooManyAttempts as refusal:
            raise ImmediateHttpResponse(_wait(context.request, refusal)) from refusal
        except actions.CodeUsed as refusal:
            raise context_error() from refusal
        checked = super().clean_code()  # type: ignore[misc]
        actions.attempt_succeeded(attempt)
        return checked


class CodeForm(_Counted, AuthenticateForm):
    """The second step of signing in."""


class CodeAgainForm(_Counted, ReauthenticateForm):
    """The second factor asked again before something sensitive."""


class Sober(json.JSONDecoder):
    """Reads what a browser says about a key; what no browser writes is no JSON, instead of an error of ours."""

    def decode(self, s: str, *args: Any, **options: Any) -> Any:
        """The object. Raises JSONDecodeError for everything else."""
        try:
            read = super().decode(s, *args, **options) if len(s) <= LONGEST_KEY else None
        except (ValueError, RecursionError) as wrong:
            raise json.JSONDecodeError("not a credential", "", 0) from wrong
        if not isinstance(read, dict):
            raise json.JSONDecodeError("not a credential", "", 0)
        return read


class CredentialField(forms.JSONField):
    """What the browser's key ceremony brought."""

    def __init__(self) -> None:
        super().__init__(required=True, widget=forms.HiddenInput, decoder=Sober)


class AddKeyForm(AddWebAuthnForm):
    """A new key."""

    credential = CredentialField()

    def clean_credential(self) -> Any:
        """The credential, if it has the shape of a new key's; allauth itself takes only some of the other shapes for an error."""
        try:
            RegistrationResponse.from_dict(self.cleaned_data["credential"])
        except (TypeError, ValueError, LookupError, struct.error) as wrong:
            raise context_error() from wrong
        return self.cleaned_data["credential"]


class KeySignInForm(LoginWebAuthnForm):
    """Signing in with a key."""

    credential = CredentialField()


class KeyAgainForm(ReauthenticateWebAuthnForm):
    """A key asked again before something sensitive."""

    credential = CredentialField()


def context_error() -> Exception:
    """The answer to a code that was used before: the same as to a wrong one."""
    return MfaAdapter().validation_error("incorrect_code")


def _wait(request: WSGIRequest, refusal: TooManyAttempts) -> Any:
    seconds = str(max(1, round(refusal.wait.total_seconds())))
    return doors.message_page(request, 429, said=str(refusal), headers={"Retry-After": seconds})


def stamp(request: HttpRequest) -> None:
    """Note in the session when it began and when it was last seen."""
    request.session["signed_in_at"] = request.session["seen_at"] = clock.now().timestamp()


def _adopt_language(request: HttpRequest, account: Account) -> None:
    """Keep the language that was chosen before the first sign-in; one that the account has stands, also on a shared machine."""
    code = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if not account.language and code in dict(settings.LANGUAGES):
        actions.set_preferences(account, language=code)


def sign_in_by_phone(request: HttpRequest, account: Account) -> None:
    """Begin a session that was opened with a phone code: a new id, the moments by which it ends, and its weakness."""
    login(request, account, backend=PASSWORD_BACKEND)
    stamp(request)
    _adopt_language(request, account)
    request.session[WAY] = PHONE
    actions.note_sign_in(account, way=PHONE)


def is_weak(request: HttpRequest) -> bool:
    """Whether the session began with a phone code."""
    return request.session.get(WAY) == PHONE


def require_recent_sign_in(request: HttpRequest, within: timedelta = rules.RECENT) -> None:
    """Ask for the password or a second factor again before something sensitive, unless it was given just now.

    Raises allauth's ReauthenticationRequired, which leads through the page and back, form values included: from a view by itself,
    from a middleware by `sign_in_again`.
    """
    if not has_signed_in_recently(request, within):
        raise ReauthenticationRequired()


def has_signed_in_recently(request: HttpRequest, within: timedelta = rules.RECENT) -> bool:
    """Whether the password or a second factor was given just now."""
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] <= within.total_seconds()


def sign_in_again(request: HttpRequest) -> HttpResponse:
    """Lead to the page that asks for the password or a second factor, and from there back with what was sent.

    What was sent is kept with the whole address, but comes back only where one is led to the path alone.
    """
    methods = get_adapter().get_reauthentication_methods(request.user)
    page = methods[0]["url"] if methods else reverse("account_login")
    answer = reauthentication.suspend_request(request, page)
    return HttpResponseRedirect(f"{page}?{urlencode({'next': request.path})}") if request.method == "POST" else answer


def is_resumed(request: HttpRequest) -> bool:
    """Whether this request waited for the password or a second factor: the browser still shows the page that asked for it."""
    asked: Mapping[str, Any] = getattr(request, "environ", request.META)
    return bool(asked.get("PATH_INFO") != request.path_info)
