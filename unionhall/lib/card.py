"""The code of a member card: signed by the house, checkable by anybody who has the public key and a clock, offline.

`UH1.<payload>.<signature>`, both in base64url without padding. The payload is 15 bytes, big-endian: version (1), minutes
since 1970 when it was made (4), minutes for which it serves (2), and a number that is the same for one member on one day
and tells nothing else (8). The signature is Ed25519 over the payload. A code says that somebody is a member, not who.
"""

import base64
import binascii
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PREFIX, VERSION = "UH1", 1
LAYOUT = struct.Struct(">BIH8s")
EARLY = timedelta(minutes=5)  # clocks at a shop run fast and slow


@dataclass(frozen=True, slots=True)
class Card:
    """What a valid code says: when it was made, until when it serves, and the day's number of its bearer."""

    made: datetime
    ends: datetime
    bearer: str


class BadCard(ValueError):
    """A code that proves nothing; `why` is one of form, signature, early, over."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def key_of(seed: bytes) -> Ed25519PrivateKey:
    """The signing key from 32 secret bytes."""
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_text(key: Ed25519PrivateKey) -> str:
    """The public key as partners keep it: 32 bytes in base64url."""
    return _text(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


def write(key: Ed25519PrivateKey, *, bearer: bytes, now: datetime, serves: timedelta) -> str:
    """A code for a bearer (8 bytes), made now."""
    payload = LAYOUT.pack(VERSION, int(now.timestamp()) // 60, int(serves.total_seconds()) // 60, bearer)
    return f"{PREFIX}.{_text(payload)}.{_text(key.sign(payload))}"


def read(code: str, public: str, *, now: datetime) -> Card:
    """Check a code with the public key and the clock alone. Raises BadCard with why it proves nothing."""
    parts = "".join(code.split()).split(".")
    if len(parts) != 3 or parts[0] != PREFIX:
        raise BadCard("form")
    payload, signature, key = _bytes(parts[1]), _bytes(parts[2]), _bytes(public)
    if len(payload) != LAYOUT.size or len(signature) != 64 or len(key) != 32:
        raise BadCard("form")
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, payload)
    except InvalidSignature:
        raise BadCard("signature") from None
    version, made, minutes, bearer = LAYOUT.unpack(payload)
    if version != VERSION:
        raise BadCard("form")
    start = datetime.fromtimestamp(made * 60, UTC)
    if start > now + EARLY:
        raise BadCard("early")
    if now >= start + timedelta(minutes=minutes):
        raise BadCard("over")
    return Card(start, start + timedelta(minutes=minutes), bearer.hex())


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise BadCard("form") from None
