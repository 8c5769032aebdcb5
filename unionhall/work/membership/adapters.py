"""The check whether a name and a document number belong together: a gateway of the public security, or the console.

`settings.NAME_CHECK` names the gateway ({"url", "account", "secret"}, from the file of UNIONHALL_NAME_CHECK).
Nothing set up means "not checked", never "matches".
"""

import hashlib
import hmac
import json
from typing import Protocol

from django.conf import settings

from unionhall.kernel.notices import adapters as gateways
from unionhall.lib import clock

MATCHES, DIFFERS, UNKNOWN = "matches", "differs", "unknown"


class NameCheck(Protocol):
    """A way to check."""

    def check(self, name: str, number: str) -> str:
        """MATCHES, DIFFERS, or UNKNOWN where the source does not know or is not reachable."""


class Nobody:
    """No gateway is set up: nobody is authenticated by it."""

    def check(self, name: str, number: str) -> str:
        """UNKNOWN, whoever asks."""
        return UNKNOWN


class Gateway:
    """A JSON gateway; the body is signed with HMAC-SHA256 over "<timestamp>.<body>". Names and numbers are never logged."""

    def __init__(self, *, url: str, account: str, secret: str) -> None:
        self.url, self.account, self.secret = url, account, secret

    def check(self, name: str, number: str) -> str:
        """Ask the gateway; an answer that is not understood, or none, is UNKNOWN."""
        body = json.dumps({"name": name, "number": number}, ensure_ascii=False).encode()
        stamp = str(int(clock.now().timestamp()))
        signature = hmac.new(self.secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        headers = {"X-Account": self.account, "X-Timestamp": stamp, "X-Signature": signature}
        try:
            answer = gateways.post(self.url, body, headers)
        except (gateways.Unreachable, gateways.Rejected):
            return UNKNOWN
        result = str(answer.get("result", UNKNOWN))
        return result if result in {MATCHES, DIFFERS} else UNKNOWN


def name_check() -> NameCheck:
    """The check as the house is set up."""
    return Gateway(**settings.NAME_CHECK) if settings.NAME_CHECK else Nobody()
