"""Django's own layers, straight: what each does for a request of this house, without what the house never asks of it.

Every request passes all of them, and half of their time went into looking for what is not there: languages in addresses,
messages that nobody left, the session of a visitor without one. Each class says what it leaves out and why; whatever it does
not settle at once goes to Django's method. A test compares the answers with those of Django's layers, letter for letter.
"""

import time
from collections.abc import Callable
from functools import cached_property, lru_cache
from http.cookies import Morsel
from typing import Any

from django.conf import settings
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.messages.storage.base import BaseStorage
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.middleware.common import CommonMiddleware
from django.middleware.csrf import CsrfViewMiddleware
from django.middleware.locale import LocaleMiddleware
from django.middleware.security import SecurityMiddleware
from django.urls import ResolverMatch, get_resolver
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.crypto import constant_time_compare
from django.utils.module_loading import import_string

from unionhall.shell import tokens


class Handler(WSGIHandler):
    """Looks an address up once, as long as it is asked for: a crowd comes to a few, and each stands far down in many lists."""

    def __init__(self) -> None:
        super().__init__()
        self._found = lru_cache(maxsize=1024)(get_resolver().resolve)  # what is not found is looked up each time

    def resolve_request(self, request: HttpRequest) -> ResolverMatch:
        """Which view answers, by which words of the address. Raises Resolver404."""
        if hasattr(request, "urlconf"):
            return super().resolve_request(request)
        found = request.resolver_match = self._found(request.path_info)
        return found


class Encryption(SecurityMiddleware):
    """Leads from http to https. The headers that Django would add here `SecurityHeaders` lays on every answer."""

    def __call__(self, request: HttpRequest) -> Any:
        """Answer, or lead on."""
        return self.process_request(request) or self.get_response(request)


class Sessions(SessionMiddleware):
    """For a browser without a session that was given none there is nothing to look up, to write or to forget."""

    def __call__(self, request: HttpRequest) -> Any:
        """Answer with `request.session`."""
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        session = request.session = self.SessionStore(key)
        response: Any = self.get_response(request)
        if key is not None or session.modified or request.session is not session:
            return self.process_response(request, response)
        if session.accessed:
            vary_on(response, "Cookie")
        return response


class Languages(LocaleMiddleware):
    """The language of the cookie or of the browser; no address of the house begins with one."""

    def __call__(self, request: HttpRequest) -> Any:
        """Answer in the language, and say so."""
        translation.activate(translation.get_language_from_request(request))
        request.LANGUAGE_CODE = translation.get_language()
        response: Any = self.get_response(request)
        vary_on(response, "Accept-Language")
        response.headers.setdefault("Content-Language", translation.get_language())
        return response


class Lengths(CommonMiddleware):
    """The slash that an address lacks, and the length of an answer; `SecurityHeaders` has looked at the host already."""

    def __call__(self, request: HttpRequest) -> Any:
        """Answer."""
        response: Any = self.get_response(request)
        return self.process_response(request, response)


class Forgery(CsrfViewMiddleware):
    """Takes a token that is right at once. Whatever is not, Django looks at from the beginning, and refuses it in its words.

    The cookies of one second differ in the secret alone: Django writes the first, and the others are its copies.
    """

    _model: tuple[int, Morsel[str]] | None = None

    def __call__(self, request: HttpRequest) -> Any:
        """Answer, with the cookie where a page holds a token."""
        self.process_request(request)
        response: Any = self.get_response(request)
        return self.process_response(request, response)

    def _get_secret(self, request: HttpRequest) -> str | None:
        told = request.COOKIES.get(settings.CSRF_COOKIE_NAME)
        if told is not None and tokens.SECRET.fullmatch(told):
            return told
        return super()._get_secret(request)  # type: ignore[misc]

    def _set_csrf_cookie(self, request: HttpRequest, response: HttpResponse) -> None:
        second, model = int(time.time()), self._model
        if model is None or model[0] != second:
            bare = HttpResponse()
            super()._set_csrf_cookie(request, bare)  # type: ignore[misc]
            model = self._model = second, bare.cookies[settings.CSRF_COOKIE_NAME]
        cookie, secret = model[1].copy(), request.META["CSRF_COOKIE"]
        cookie.set(settings.CSRF_COOKIE_NAME, secret, secret)
        response.cookies[settings.CSRF_COOKIE_NAME] = cookie
        vary_on(response, "Cookie")

    def _check_token(self, request: HttpRequest) -> None:
        if not self._is_right(request):
            super()._check_token(request)  # type: ignore[misc]

    def _is_right(self, request: HttpRequest) -> bool:
        secret = request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")
        try:
            told = request.POST.get("csrfmiddlewaretoken", "") if request.method == "POST" else ""
        except UnreadablePostError:
            return False
        told = told or request.META.get(settings.CSRF_HEADER_NAME, "")
        if tokens.MASKED.fullmatch(told):
            told = tokens.unmasked(told)
        return bool(tokens.SECRET.fullmatch(secret) and tokens.SECRET.fullmatch(told)) and constant_time_compare(told, secret)


class Messages(MessageMiddleware):
    """Writes down what one page says to the next where anything was said or read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        super().__init__(get_response)
        self.storage = import_string(settings.MESSAGE_STORAGE)

    def __call__(self, request: HttpRequest) -> Any:
        """Answer with what was left for this browser."""
        request._messages = self.storage(request)  # type: ignore[attr-defined]
        response: Any = self.get_response(request)
        said = request._messages  # type: ignore[attr-defined]
        return self.process_response(request, response) if said.used or said.added_new else response


class Left(FallbackStorage):
    """What pages leave for the next one, in a cookie, else in the session (MESSAGE_STORAGE); its places are made when used."""

    def __init__(self, request: HttpRequest) -> None:
        BaseStorage.__init__(self, request)
        self._used_storages: set[Any] = set()

    @cached_property
    def storages(self) -> list[Any]:
        """The cookie, then the session."""
        return [kind(self.request) for kind in self.storage_classes]

    def _get(self, *args: Any, **kwargs: Any) -> tuple[list[Any], bool]:
        if CookieStorage.cookie_name not in self.request.COOKIES:  # the session takes only what the cookie has no room for
            return [], True
        return super()._get(*args, **kwargs)  # type: ignore[misc]

    def _store(self, messages: list[Any], response: HttpResponse, *args: Any, **kwargs: Any) -> list[Any]:
        if not messages and not self._used_storages:
            return messages
        return super()._store(messages, response, *args, **kwargs)  # type: ignore[misc]


def vary_on(response: HttpResponse, name: str) -> None:
    """Django's `patch_vary_headers` for one name; an application says few different things there."""
    told = response.headers.get("Vary", "")
    if (said := _varied(told, name)) != told:
        response.headers["Vary"] = said


@lru_cache(maxsize=256)
def _varied(told: str, name: str) -> str:
    bare = HttpResponse(headers={"Vary": told} if told else None)
    patch_vary_headers(bare, [name])
    return str(bare.headers["Vary"])
