"""Sealing with SM4-GCM (GB/T 32907) and finding again with HMAC-SM3 (GB/T 32905).

A sealed value is `version (1) | key id (4, big-endian) | nonce (12) | ciphertext | tag (16)`. The header and the
caller's associated data are authenticated, so a value opens only in the place and under the key it was sealed for.
"""

import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text

VERSION = 1
KEY_BYTES = 16
BLIND_BYTES = 16
_HEADER, _NONCE, _TAG = 5, 12, 16


class Unreadable(Refused):
    """A sealed value that was changed, stands in the wrong place or belongs to another key."""

    code = "unreadable"

    def __init__(self) -> None:
        super().__init__(
            Text(
                zh="该信息校验未通过，可能已被改动，不予显示。请联系系统管理员核查。",
                en="This value did not pass its check and may have been altered, so it is not shown. Ask the administrator.",
            )
        )


def new_key() -> bytes:
    """A random key."""
    return secrets.token_bytes(KEY_BYTES)


def seal(key: bytes, plaintext: bytes, *, aad: bytes, key_id: int) -> bytes:
    """Encrypt and bind to `aad` and `key_id`. Raises ValueError for a key of the wrong length."""
    header = _header(key_id)
    nonce = secrets.token_bytes(_NONCE)
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(header + aad)
    body = encryptor.update(plaintext) + encryptor.finalize()
    return header + nonce + body + encryptor.tag


@lru_cache(maxsize=64)
def _header(key_id: int) -> bytes:
    return bytes([VERSION]) + key_id.to_bytes(4, "big")


def key_id_of(sealed: bytes) -> int:
    """The key under which a value was sealed. Raises Unreadable for something that is no sealed value."""
    if len(sealed) < _HEADER + _NONCE + _TAG or sealed[0] != VERSION:
        raise Unreadable
    return int.from_bytes(sealed[1:_HEADER], "big")


def unseal(key: bytes, sealed: bytes, *, aad: bytes) -> bytes:
    """Decrypt. Raises Unreadable when any byte, the place or the key is not the one it was sealed with."""
    key_id_of(sealed)
    nonce, body, tag = sealed[_HEADER : _HEADER + _NONCE], sealed[_HEADER + _NONCE : -_TAG], sealed[-_TAG:]
    decryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(sealed[:_HEADER] + aad)
    try:
        return decryptor.update(body) + decryptor.finalize()
    except InvalidTag:
        raise Unreadable from None


class Blinder:
    """Keyed hashes by which an exact value is found without being stored: truncated HMAC-SM3 under its own key."""

    __slots__ = ("_start",)

    def __init__(self, key: bytes) -> None:
        self._start = hmac.HMAC(key, hashes.SM3())

    def blind(self, kind: str, value: str) -> bytes:
        """16 bytes for a normalised value; the kind keeps equal numbers of different kinds apart."""
        digest = self._start.copy()
        digest.update(f"{kind}|{value}".encode())
        return digest.finalize()[:BLIND_BYTES]
