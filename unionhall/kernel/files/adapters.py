"""The malware scanner, where an installation has one: clamd, named by UNIONHALL_CLAMD=host:port."""

import socket
import struct
from typing import Protocol

from django.conf import settings

BLOCK = 1 << 16
SECONDS = 20


class Scanner(Protocol):
    """Says whether a content is clean; raises OSError where it cannot be asked."""

    def is_clean(self, content: bytes) -> bool:
        """True for a clean content."""
        ...


class NoScanner:
    """Where none is set up, the checks of `rules` stand alone."""

    def is_clean(self, content: bytes) -> bool:
        """Always."""
        return True


class Clamd:
    """The INSTREAM command of clamd. A scanner that does not answer refuses the file: it never fails open."""

    def __init__(self, host: str, port: int) -> None:
        self.address = (host, port)

    def is_clean(self, content: bytes) -> bool:
        """Send the content in blocks; clean is the answer "stream: OK"."""
        with socket.create_connection(self.address, timeout=SECONDS) as connection:
            connection.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), BLOCK):
                block = content[start : start + BLOCK]
                connection.sendall(struct.pack("!I", len(block)) + block)
            connection.sendall(struct.pack("!I", 0))
            return connection.recv(4096).rstrip(b"\0\n").endswith(b"stream: OK")


def scanner() -> Scanner:
    """The scanner of this installation."""
    if not settings.CLAMD:
        return NoScanner()
    host, _colon, port = settings.CLAMD.rpartition(":")
    return Clamd(host, int(port))
