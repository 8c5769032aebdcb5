"""Lines to gateways are kept from message to message; none is lost or doubled where the gateway ends one."""

import os
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from threading import Semaphore, Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from unionhall.kernel.notices import adapters

YES = b'{"ok": true, "id": "m"}'


def answer(body: bytes = YES, *more: str, status: str = "200 OK", length: int | None = None) -> bytes:
    """An answer of HTTP/1.1, after which the line may go on."""
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *more, "", ""]
    return "\r\n".join(head).encode() + body


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(YES), YES)
OLD = b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(YES), YES)
HALF = answer(YES[:9], length=len(YES))


class Gateway:
    """Gives its answers one after the other, the last one for ever; after an answer in a tuple it closes the line.

    `heard` are the number of the line and the key of each message; `closed` is released with each line that it has closed.
    """

    def __init__(self, *answers: bytes | tuple[bytes], secured: ssl.SSLContext | None = None) -> None:
        self.answers, self.secured = list(answers), secured
        self.heard: list[tuple[int, str]] = []
        self.closed = Semaphore(0)
        self.door = socket.create_server(("127.0.0.1", 0))
        self.place = ("https" if secured else "http", "127.0.0.1", self.door.getsockname()[1])
        Thread(target=self._open, daemon=True).start()

    def _open(self) -> None:
        number = 0
        while True:
            try:
                line, _address = self.door.accept()
            except OSError:  # the test is over
                return
            number += 1
            Thread(target=self._talk, args=(line, number), daemon=True).start()

    def _talk(self, line: socket.socket, number: int) -> None:
        with self.secured.wrap_socket(line, server_side=True) if self.secured else line as line, line.makefile("rb") as told:
            while heads := dict(head.lower().split(b": ", 1) for head in self._head(told)):
                told.read(int(heads[b"content-length"]))
                self.heard.append((number, heads[b"idempotency-key"].decode()))
                given = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                line.sendall(given if isinstance(given, bytes) else given[0])
                if isinstance(given, tuple):
                    break
        self.closed.release()

    @staticmethod
    def _head(told) -> list[bytes]:
        return [line.strip() for line in iter(told.readline, b"\r\n") if b": " in line] if told.peek(1) else []


@contextmanager
def standing(*answers: bytes | tuple[bytes], **more) -> Iterator[tuple[Gateway, Callable[[str], str]]]:
    """A gateway, and what sends it a message with this key."""
    gateway = Gateway(*answers, **more)
    scheme, host, port = gateway.place
    channel = adapters.Sms(url=f"{scheme}://{host}:{port}/send", account="union", secret="s")
    try:
        yield gateway, lambda key: channel.send(adapters.Message("10012345678", "flows.task", "待办", "请办理。", key))
    finally:
        gateway.door.close()
        adapters._forget_lines()


def is_open(gateway: Gateway) -> bool:
    known = adapters._own.lines.get(gateway.place)
    return known is not None and known[0].sock is not None


@pytest.mark.parametrize("given", [answer(), CHUNKED, answer(YES + b" " * (adapters.LARGEST - len(YES)))])
def test_messages_go_over_one_line(given):
    with standing(given) as (gateway, send):
        assert [send(key) for key in ("k-1", "k-2", "k-3")] == ["m", "m", "m"]
    assert gateway.heard == [(1, "k-1"), (1, "k-2"), (1, "k-3")]


@pytest.mark.parametrize(
    ("given", "fault", "stays"),
    [
        (answer(b'{"ok": false}'), adapters.Rejected, True),
        (answer(b"{}", status="400 Bad Request"), adapters.Rejected, True),
        (answer(b"{}", status="429 Too Many Requests"), adapters.Unreachable, True),
        (answer(b"<html>"), adapters.Unreachable, True),
        (answer(b"{}", status="503 Service Unavailable"), adapters.Unreachable, False),  # the next one may meet a sounder server
        (answer(b'{"ok": true, "x": "' + b"y" * adapters.LARGEST + b'"}'), adapters.Unreachable, False),
        (b"none of it\r\n\r\n", adapters.Unreachable, False),
        ((HALF,), adapters.Unreachable, False),
        ((HALF[:-9],), adapters.Unreachable, False),
        ((HALF[:20],), adapters.Unreachable, False),
        ((b"",), adapters.Unreachable, False),
    ],
)
def test_a_line_goes_on_after_an_answer_that_was_read_to_its_end(given, fault, stays):
    with standing(given, answer()) as (gateway, send):
        with pytest.raises(fault):
            send("k-1")
        assert is_open(gateway) == stays
        assert send("k-2") == "m"
    assert gateway.heard == [(1, "k-1"), (1 if stays else 2, "k-2")]


@pytest.mark.parametrize("given", [answer(YES, "Connection: close"), OLD, answer(YES + b" " * adapters.LARGEST)])
def test_a_line_that_carries_no_more_is_closed(given):
    with standing(given) as (gateway, send):
        assert [send("k-1"), is_open(gateway), send("k-2"), is_open(gateway)] == ["m", False, "m", False]
    assert gateway.heard == [(1, "k-1"), (2, "k-2")]


def after_closing() -> list[tuple[int, str]]:
    """The gateway closes the line after an answer that did not say so; the message on a dead line is not tried again."""
    with standing((answer(),), answer()) as (gateway, send):
        send("k-1")
        assert gateway.closed.acquire(timeout=10)
        send("k-2")
    return gateway.heard


def test_a_line_that_was_closed_meanwhile_is_seen_before_sending(monkeypatch):
    monkeypatch.setattr(adapters, "BROKEN", ())
    assert after_closing() == [(1, "k-1"), (2, "k-2")]


def test_without_the_look_the_message_would_be_lost(monkeypatch):
    """The sabotage twin."""
    monkeypatch.setattr(adapters, "BROKEN", ())
    monkeypatch.setattr(adapters, "_ended", lambda _line: False)
    with pytest.raises(adapters.Unreachable):
        after_closing()


def test_a_line_that_ends_under_a_message_is_opened_anew_once(monkeypatch):
    monkeypatch.setattr(adapters, "_ended", lambda _line: False)
    assert after_closing() == [(1, "k-1"), (2, "k-2")]


@pytest.mark.parametrize(
    ("answers", "heard", "said"),
    [
        ((answer(), (b"",), answer()), [(1, "k-1"), (1, "k-2"), (2, "k-2")], True),  # one key: the receiver knows the repeat
        ((answer(), (b"",), (b"",), answer()), [(1, "k-1"), (1, "k-2"), (2, "k-2")], False),
        ((answer(), (HALF,), answer()), [(1, "k-1"), (1, "k-2")], False),  # it has begun to answer
    ],
)
def test_a_message_is_repeated_once_at_most_and_only_where_nothing_was_answered(answers, heard, said):
    with standing(*answers) as (gateway, send):
        send("k-1")
        if said:
            assert send("k-2") == "m"
        else:
            with pytest.raises(adapters.Unreachable):
                send("k-2")
    assert gateway.heard == heard


@pytest.mark.parametrize(("seconds", "line"), [(adapters.IDLE, 1), (adapters.IDLE + 1, 2)])
def test_a_line_is_kept_for_a_while_only(monkeypatch, seconds, line):
    with standing(answer()) as (gateway, send):
        monkeypatch.setattr(adapters.time, "monotonic", lambda: 1000.0)
        send("k-1")
        monkeypatch.setattr(adapters.time, "monotonic", lambda: 1000.0 + seconds)
        send("k-2")
    assert gateway.heard == [(1, "k-1"), (line, "k-2")]


def test_each_thread_has_its_own_line():
    with standing(answer()) as (gateway, send):
        send("k-1")
        other = Thread(target=send, args=["k-2"])
        other.start()
        other.join()
        send("k-3")
    assert gateway.heard == [(1, "k-1"), (2, "k-2"), (1, "k-3")]


def test_a_child_does_not_speak_on_the_line_of_its_parent():
    with standing(answer()) as (gateway, send):
        send("k-1")
        child = os.fork()
        if child == 0:
            try:
                send("k-2")
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        send("k-3")
    assert gateway.heard == [(1, "k-1"), (2, "k-2"), (1, "k-3")]


@pytest.fixture
def secured(tmp_path, monkeypatch) -> ssl.SSLContext:
    """A gateway's certificate, in which this house trusts."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    today = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), today, today + timedelta(1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=True)
    sealed = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ) + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    file = tmp_path / "gateway.pem"
    file.write_bytes(sealed)
    monkeypatch.setattr(adapters, "_trust", lambda: ssl.create_default_context(cafile=file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def test_a_secured_line_is_kept_and_opened_anew_as_well(secured, monkeypatch):
    with standing(answer(), (answer(),), answer(), (b"",), answer(), secured=secured) as (gateway, send):
        send("k-1")
        send("k-2")
        assert gateway.closed.acquire(timeout=10)
        send("k-3")
        send("k-4")
    assert gateway.heard == [(1, "k-1"), (1, "k-2"), (2, "k-3"), (2, "k-4"), (3, "k-4")]
