"""The ways out of the house: e-mail, an SMS gateway, a WeChat service account, and the console where nothing is set up.

Each takes a Message and returns the receiver's receipt. `Unreachable` means try again later, `Rejected` means never.
"""

import hashlib
import hmac
import json
import logging
import os
import select
import smtplib
import ssl
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from http import client
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from unionhall.lib import clock

log = logging.getLogger("unionhall.notices")
TIMEOUT = 10  # seconds
LARGEST = 65_536  # bytes of an answer that are read
IDLE = 20  # seconds that a line to a gateway is kept without a message
BROKEN = (ConnectionError, ssl.SSLError)  # what a message meets on a line that ended while it was on its way


class Unreachable(Exception):
    """The receiver did not take the message this time."""


class Rejected(Exception):
    """The receiver will never take this message."""


@dataclass(frozen=True, slots=True)
class Message:
    """What goes out: `key` is the same for every attempt."""

    address: str = field(repr=False)
    kind: str
    subject: str
    body: str
    key: str
    context: dict[str, Any] = field(default_factory=dict)


class Adapter(Protocol):
    """A channel."""

    def send(self, message: Message) -> str:
        """Hand the message over and return the receiver's receipt."""


class Console:
    """Writes that a message would leave, without its address: for demos and until a channel is set up."""

    def send(self, message: Message) -> str:
        """Log the kind and the key."""
        log.info("notice %s %s: %s", message.kind, message.key, message.subject)
        return "console"


class Email:
    """SMTP through Django; the key becomes the Message-ID, by which mail servers recognize a repeat."""

    def __init__(self, *, sender: str, domain: str = "unionhall.invalid") -> None:
        self.sender = sender
        self.domain = domain

    def send(self, message: Message) -> str:
        """Send one plain-text mail."""
        ident = f"<{message.key}@{self.domain}>"
        mail = EmailMessage(message.subject, message.body, self.sender, [message.address], headers={"Message-ID": ident})
        mail.connection = get_connection(timeout=TIMEOUT)
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as no:
            raise Rejected("recipient refused") from no
        except (smtplib.SMTPException, OSError) as no:
            raise Unreachable(type(no).__name__) from no
        return ident


class Sms:
    """A JSON gateway: the body is signed with HMAC-SHA256 over "<timestamp>.<body>", the key goes as Idempotency-Key."""

    def __init__(self, *, url: str, account: str, secret: str, sign: str = "") -> None:
        self.url, self.account, self.secret, self.sign = url, account, secret, sign

    def send(self, message: Message) -> str:
        """Post one text message."""
        text = f"【{self.sign}】{message.body}" if self.sign else message.body
        body = json.dumps({"phone": message.address, "text": text, "key": message.key}, ensure_ascii=False).encode()
        stamp = str(int(clock.now().timestamp()))
        signature = hmac.new(self.secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        headers = {"X-Account": self.account, "X-Timestamp": stamp, "X-Signature": signature, "Idempotency-Key": message.key}
        answer = post(self.url, body, headers)
        if not answer.get("ok"):
            raise Rejected(str(answer.get("error", "refused"))[:200])
        return str(answer.get("id", ""))[:120]


class Wechat:
    """Template messages of a WeChat service account.

    The access token is asked for once (stable_token, so that several processes share one) and kept until five minutes
    before it ends; an answer that it is void renews it once. `client_msg_id` carries the key: WeChat drops repeats.
    """

    VOID = frozenset({40001, 40014, 42001})
    BUSY = frozenset({-1, 45009, 45011})

    def __init__(self, *, app: str, secret: str, templates: dict[str, str], base: str = "https://api.weixin.qq.com") -> None:
        self.app, self.secret, self.templates, self.base = app, secret, templates, base.rstrip("/")
        self._token, self._ends = "", 0.0
        self._lock = threading.Lock()

    def send(self, message: Message) -> str:
        """Send one template message."""
        template = self.templates.get(message.kind)
        if template is None:
            raise Rejected(f"no template for {message.kind}")
        data = {name: {"value": str(value)[:200]} for name, value in message.context.items()}
        content = {"touser": message.address, "template_id": template, "data": data, "client_msg_id": message.key}
        answer = self._ask(content, self._access())
        if answer.get("errcode") in self.VOID:
            answer = self._ask(content, self._access(renew=True))
        code = int(answer.get("errcode", -1))
        if code in self.BUSY or code in self.VOID:
            raise Unreachable(f"wechat {code}")
        if code != 0:
            raise Rejected(f"wechat {code}")
        return str(answer.get("msgid", ""))

    def _ask(self, content: dict[str, Any], token: str) -> dict[str, Any]:
        body = json.dumps(content, ensure_ascii=False).encode()
        return post(f"{self.base}/cgi-bin/message/template/send?access_token={quote(token, safe='')}", body)

    def _access(self, *, renew: bool = False) -> str:
        with self._lock:
            if renew or clock.now().timestamp() >= self._ends:
                content = {"grant_type": "client_credential", "appid": self.app, "secret": self.secret}
                answer = post(f"{self.base}/cgi-bin/stable_token", json.dumps(content).encode())
                if "access_token" not in answer:
                    raise Unreachable(f"wechat token {answer.get('errcode')}")
                self._token = str(answer["access_token"])
                self._ends = clock.now().timestamp() + int(answer.get("expires_in", 7200)) - 300
            return self._token


Place = tuple[str, str, int | None]  # scheme, host, port


class _Own(threading.local):
    def __init__(self) -> None:
        self.lines: dict[Place, tuple[client.HTTPConnection, float]] = {}  # to each gateway, and when it was used


_own = _Own()


def post(url: str, body: bytes, headers: dict[str, str] | None = None) -> dict[str, Any]:
    """Post JSON and read a JSON object, at most LARGEST bytes within TIMEOUT seconds; by no proxy, and nowhere else if so told.

    The line stays for the thread's next message. Where it breaks under one before any answer, that one goes once more on a fresh
    line: whoever calls this gives each message a key by which its receiver knows a repeat (Idempotency-Key, client_msg_id of
    WeChat), or only reads (its token). Raises Rejected for a 4xx answer (except 408, 425 and 429), Unreachable for everything
    else that is not one.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or parts.hostname is None:
        raise ValueError("a gateway has an http address")
    asked = {"Content-Type": "application/json", **(headers or {})}
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    try:
        status, told = _asked((parts.scheme, parts.hostname, parts.port), path, body, asked)
        answer = json.loads(told) if 200 <= status < 300 else None
    except (OSError, ValueError, client.HTTPException) as no:
        raise Unreachable(type(no).__name__) from no
    if 400 <= status < 500 and status not in {408, 425, 429}:
        raise Rejected(f"HTTP {status}")
    if not 200 <= status < 300:
        raise Unreachable(f"HTTP {status}")
    if not isinstance(answer, dict):
        raise Unreachable("not an object")
    return answer


def _asked(place: Place, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    """The status of an answer, and what was read of it; its line stays open only if nothing of it is left there."""
    line, last = _own.lines.get(place) or (_line_to(*place), 0.0)
    whole = False
    try:
        if time.monotonic() - last > IDLE or _ended(line):
            line.close()  # the next message opens it anew
        stood = line.sock is not None
        try:
            line.request("POST", path, body, headers)
            reply = line.getresponse()
        except BROKEN:
            if not stood:
                raise
            line.close()
            line.request("POST", path, body, headers)
            reply = line.getresponse()
        with reply:
            told = reply.read(LARGEST)
            whole = reply.isclosed() and not reply.length and not reply.will_close and reply.status < 500
    finally:
        if not whole:
            line.close()
    _own.lines[place] = line, time.monotonic()
    return reply.status, told


def _ended(line: client.HTTPConnection) -> bool:
    """Whether the gateway has closed a line since its last answer: then there is something to read, though nobody asked."""
    if line.sock is None:
        return False
    look = select.poll()
    look.register(line.sock, select.POLLIN)
    return bool(look.poll(0))


def _forget_lines() -> None:
    """Two processes must not speak on one line."""
    for line, _last in _own.lines.values():
        line.close()
    _own.lines.clear()


os.register_at_fork(after_in_child=_forget_lines)


def _line_to(scheme: str, host: str, port: int | None) -> client.HTTPConnection:
    if scheme == "http":
        return client.HTTPConnection(host, port, timeout=TIMEOUT)
    return client.HTTPSConnection(host, port, timeout=TIMEOUT, context=_trust())


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()  # reads the authorities of the machine, which takes longer than the message


_kinds: dict[str, type] = {"email": Email, "sms": Sms, "wechat": Wechat}
_made: dict[str, tuple[object, Adapter]] = {}


def adapter(channel: str) -> Adapter:
    """The channel as `settings.NOTICE_CHANNELS` sets it up; the console where it does not."""
    configured = getattr(settings, "NOTICE_CHANNELS", {}).get(channel)
    if not configured:
        return Console()
    known = _made.get(channel)
    if known is None or known[0] != configured:
        known = (dict(configured), _kinds[channel](**configured))
        _made[channel] = known
    return known[1]
