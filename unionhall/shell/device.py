"""A browser, told from others by a random word that the house gave it and has signed: a visitor who only asks needs no session."""

import hmac
import secrets
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

COOKIE = "__Host-device" if settings.ENCRYPTED else "device"
YEAR = 365 * 24 * 3600


def of(request: HttpRequest) -> str:
    """The word of a browser; "" where it brings none, or one that the house has not signed."""
    word, _dot, seal = request.COOKIES.get(COOKIE, "").partition(".")
    secrets_held = map(str, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))
    return word if any(hmac.compare_digest(seal.encode(), _seal(each, word).encode()) for each in secrets_held) else ""


def fresh() -> str:
    """A word for a browser that has none."""
    return secrets.token_hex(16)


def keep(response: HttpResponse, word: str) -> None:
    """Have the browser keep its word for a year."""
    told = f"{word}.{_seal(str(settings.SECRET_KEY), word)}"
    response.set_cookie(COOKIE, told, max_age=YEAR, secure=settings.ENCRYPTED, httponly=True, samesite="Lax")


@cache
def _key(secret: str) -> bytes:
    return salted_hmac("unionhall.shell.device", "", secret=secret, algorithm="sha256").digest()


def _seal(secret: str, word: str) -> str:
    return hmac.digest(_key(secret), word.encode(), "sha256").hex()
