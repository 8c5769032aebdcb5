"""What a door of the house finds on its request."""

import ipaddress
import socket
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from unionhall.lib.refusal import Refused


class Request(HttpRequest):
    """A request that has passed the gate: who acts (`person`) and for which unit (`unit`).

    For annotations only: the middleware of `access` puts both onto Django's own request. The shell knows no kernel, so the types
    stay open here; queries and actions below the doors name them.
    """

    person: Any
    unit: Any


def unit_of(request: Request) -> Any:
    """The unit that one works for; raises Refused where none is chosen."""
    if request.unit is None:
        raise Refused(_("Choose a unit first."))
    return request.unit


def address_of(request: HttpRequest) -> str:
    """The network address that a request came from, for limits and for the trail; "" where it is unknown.

    Behind N trusted proxies it is the Nth from the right of X-Forwarded-For: what stands left of it was written by the
    caller and proves nothing. Without a trusted proxy the header is ignored.
    """
    own = str(request.META.get("REMOTE_ADDR", ""))
    trusted = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    told = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if not trusted or len(told) < trusted:
        return own
    given = told[-trusted]
    try:  # four numbers as they are always written, by the system; anything else takes eight times as long
        if socket.inet_ntop(socket.AF_INET, socket.inet_pton(socket.AF_INET, given)) == given:
            return given
    except (OSError, ValueError):
        pass
    try:
        return str(ipaddress.ip_address(given))
    except ValueError:
        return own
