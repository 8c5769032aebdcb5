"""Tokens against forged forms, as Django makes and takes them, with one draw of chance each.

Django hides the browser's secret behind a new mask in every page, and draws the mask letter by letter: 32 calls to the system,
a tenth of the time of a kept page. Here the whole mask is one draw, and letters are added by one sum over all of them. The
secrets themselves, their form and their cookie stay Django's; each side reads what the other one wrote.
"""

import re
import secrets
from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH, rotate_token
from django.utils.functional import SimpleLazyObject

COUNT = len(CSRF_ALLOWED_CHARS)
SECRET = re.compile(rf"[a-zA-Z0-9]{{{CSRF_SECRET_LENGTH}}}")
MASKED = re.compile(rf"[a-zA-Z0-9]{{{2 * CSRF_SECRET_LENGTH}}}")

_letters = CSRF_ALLOWED_CHARS.encode()
_LETTER = bytes(_letters[number % COUNT] for number in range(256))  # the letter of a number
_NUMBER = bytes(max(_letters.find(byte), 0) for byte in range(256))  # the number of a letter
_UNEVEN = bytes(range(256 - 256 % COUNT, 256))  # with these bytes the first letters would come more often than the last
_ROUND = int.from_bytes(bytes([COUNT]) * CSRF_SECRET_LENGTH)  # keeps every letter's difference above nothing
_DRAWN = CSRF_SECRET_LENGTH + 16  # one byte in 32 is uneven: practically never too few are left


def of(request: HttpRequest) -> str:
    """Django's `get_token`: the browser's secret under a new mask; the answer brings the cookie, with a new secret if need be."""
    if "CSRF_COOKIE" not in request.META:
        rotate_token(request)
    request.META["CSRF_COOKIE_NEEDS_UPDATE"] = True  # its time begins anew
    return masked(request.META["CSRF_COOKIE"])


def for_templates(request: HttpRequest) -> dict[str, Any]:
    """What Django's own context processor says, with a token of ours, made when a template asks for it."""
    return {"csrf_token": SimpleLazyObject(lambda: of(request))}


def masked(secret: str) -> str:
    """A secret under a mask of its own: 32 letters of chance, then the secret's letters moved on by them."""
    mask = _chance()
    moved = _numbers(secret.encode()) + _numbers(mask)  # at most 122 a letter: none runs over into its neighbour
    return (mask + moved.to_bytes(CSRF_SECRET_LENGTH).translate(_LETTER)).decode()


def unmasked(token: str) -> str:
    """The secret in a token of the right form (`MASKED`)."""
    told = token.encode()
    moved = _numbers(told[CSRF_SECRET_LENGTH:]) + _ROUND - _numbers(told[:CSRF_SECRET_LENGTH])
    return moved.to_bytes(CSRF_SECRET_LENGTH).translate(_LETTER).decode()


def _numbers(letters: bytes) -> int:
    return int.from_bytes(letters.translate(_NUMBER))


def _chance() -> bytes:
    """A mask: each of the 62 letters as likely as any other."""
    drawn = b""
    while len(drawn) < CSRF_SECRET_LENGTH:
        drawn += secrets.token_bytes(_DRAWN).translate(_LETTER, _UNEVEN)
    return drawn[:CSRF_SECRET_LENGTH]
