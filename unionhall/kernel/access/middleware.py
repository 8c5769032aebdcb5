"""Between the session and every page: who acts, and for which unit."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.middleware import AuthenticationMiddleware, auser, get_user
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from unionhall.kernel.access import actions, adapters, backends, queries, registry, rules
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.audit.actions import deputies
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import clock, recall, rowid, scope
from unionhall.lib.refusal import NotVisible
from unionhall.shell import doors, gate, render
from unionhall.shell.requests import address_of

Answer = Callable[[HttpRequest], HttpResponse]
BEFORE_THE_PASSWORD = frozenset({"account_change_password", "account_logout", "account_reauthenticate", "shell:language"})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
SEEN_EVERY = 60


class SignedIn(AuthenticationMiddleware):
    """Django's own, with the account that the session's statement has brought: it checks the fingerprint and reads nothing."""

    def __call__(self, request: HttpRequest) -> Any:
        """Answer with `request.user`, found out when it is asked for."""
        user: Any = AnonymousUser() if _is_visitor(request) else SimpleLazyObject(lambda: _user(request))
        request.user = user
        request.auser = partial(auser, request)
        return self.get_response(request)


def _is_visitor(request: HttpRequest) -> bool:
    """Whether nobody can be signed in: the browser has brought no session, and none was begun. Notes that this was asked."""
    session = request.session
    session.accessed = True  # so that the answer says that it hangs on the cookie
    return session.session_key is None and session.is_empty()


def _user(request: HttpRequest) -> Any:
    with queries.read_already(request.session.account()):  # type: ignore[attr-defined]
        return get_user(request)


class AccessMiddleware:
    """Sets `request.person` and `request.unit`, ends sessions that are over."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        gate.install(gate.Gate(may=may, person=person, units=units, choose_unit=choose_unit, keep_language=keep_language))
        render.register_check(check_scoped)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with each person's grants read once and every audit row knowing the account and the address."""
        account = _account(request)
        request.person = account.person if account else None  # type: ignore[attr-defined]
        request.unit = SimpleLazyObject(lambda: unit(request)) if account else None  # type: ignore[attr-defined]
        if account and account.language:
            translation.activate(account.language)
            request.LANGUAGE_CODE = account.language
        known = {"account": account.pk if account else None, "address": address_of(request)}
        weak = account.person_id if account and adapters.is_weak(request) else None
        with queries.hall_only(weak), queries.remembering(account), recall.recalling(), audit.circumstances(**known):
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        """A first or outdated password is changed before anything else; sensitive acts ask for a fresh sign-in."""
        if request.person is None:  # type: ignore[attr-defined]
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name not in BEFORE_THE_PASSWORD and not getattr(view, "public", False) and backends.password_is_due(request.user):  # type: ignore[arg-type]
            return doors.go(request, "account_change_password")
        permission = getattr(view, "permission", None)
        if permission and (held := queries.by_which(request.person, permission)) is not None:  # type: ignore[attr-defined]
            deputies.stand_in(request.person.pk, held.lender)  # type: ignore[attr-defined]  # until an act asks more exactly
        if is_sensitive(permission) and request.method not in SAFE:
            return None if adapters.has_signed_in_recently(request) else adapters.sign_in_again(request)
        return None


def is_sensitive(permission: str | None) -> bool:
    """Whether acts under a permission ask for a recent sign-in."""
    return bool(permission) and registry.is_declared(str(permission)) and registry.permission(str(permission)).sensitive


def _account(request: HttpRequest) -> Any:
    """The account of the session, unless the session is over."""
    if not request.user.is_authenticated:
        return None
    now = clock.now()
    if "signed_in_at" not in request.session:
        adapters.stamp(request)
    signed_in, seen = request.session["signed_in_at"], request.session["seen_at"]
    if rules.session_is_over(datetime.fromtimestamp(signed_in, UTC), datetime.fromtimestamp(seen, UTC), now):
        logout(request)
        return None
    if now.timestamp() - seen >= SEEN_EVERY:
        request.session["seen_at"] = now.timestamp()
    return request.user


def person(request: HttpRequest) -> Person | None:
    """The acting person."""
    return getattr(request, "person", None)


def may(request: HttpRequest, permission: str) -> bool:
    """Whether the acting person has a permission anywhere."""
    acting = person(request)
    return acting is not None and queries.may(acting, permission)


def unit(request: HttpRequest) -> Organization | None:
    """The unit that the person chose to act for, else the highest one they have a role in, else their own."""
    acting = person(request)
    if acting is None:
        return None
    mine = _own_units(request, acting)
    chosen = request.session.get("unit")
    return next((one for one in mine if one.pk == chosen), mine[0] if mine else acting.home)


def units(request: HttpRequest) -> list[gate.Unit]:
    """The choices of the unit switcher."""
    acting = person(request)
    return [gate.Unit(str(one.pk), one.name) for one in _own_units(request, acting)] if acting else []


def _own_units(request: HttpRequest, acting: Person) -> list[Organization]:
    """The units of the acting person's roles, read once a request."""
    known = request.__dict__.get("own_units")
    if known is None:
        known = request.__dict__["own_units"] = queries.units_of(acting)
    return list(known)


def choose_unit(request: HttpRequest, value: str) -> None:
    """Remember a unit for the session; raises NotVisible for one that is not the person's."""
    asked = rowid.read(value)
    if asked is None:
        raise BadRequest
    acting = person(request)
    if acting is None or not any(one.pk == asked for one in queries.units_of(acting)):
        raise NotVisible("")
    request.session["unit"] = asked


def keep_language(request: HttpRequest, code: str) -> None:
    """Remember the language in the account: every other screen and every mail speak it too."""
    if person(request) is not None and request.user.is_authenticated:
        actions.set_preferences(request.user, language=code)


def check_scoped(request: HttpRequest, template: str, filled: Mapping[str, Any]) -> None:
    """No guarded row reaches a page unless it was narrowed to the reader's scope."""
    scope.assert_marked(filled)
