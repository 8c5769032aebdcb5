"""How a row becomes bytes and how rows hang together: the same rule for writing and for verifying."""

import datetime
import enum
import hashlib
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

import orjson
from cryptography.hazmat.primitives import hashes

SHARDS = 64
ALGORITHM = "sm3-1"  # SM3 over canonical JSON, first version; a row keeps the one that it was written with
START = b"\x00" * 32
LARGEST = 2**63 - 1
_SM3 = hashes.Hash(hashes.SM3())
_UNKEPT = re.compile("[\x00\ud800-\udfff]")
OUTCOMES = ("done", "denied", "failed")

Plain = None | bool | int | str | list["Plain"] | dict[str, "Plain"]


@dataclass(frozen=True, slots=True)
class Content:
    """Everything of a row that its hash covers, besides the hash before it."""

    shard: int
    seq: int
    moment: datetime.datetime
    actor: int | None
    verb: str
    subject_kind: str
    subject_id: str
    organization: int | None
    org_path: str
    outcome: str
    reason: str
    details: dict[str, Any]
    circumstances: dict[str, Any]
    algorithm: str = ALGORITHM


def shard_of(organization: int | None) -> int:
    """The chain to which an organization's acts belong; the house's own acts belong to chain 0.

    Spread by a hash of the id, so that neighbouring units do not wait for one another.
    """
    if organization is None:
        return 0
    return hashlib.blake2b(str(organization).encode(), digest_size=8).digest()[0] % SHARDS


def row_id(shard: int, seq: int) -> int:
    """The primary key of a row follows from its place, so that it cannot be changed unseen either."""
    return seq * SHARDS + shard


def plain(value: Any) -> Plain:
    """A value as JSON that every database and every Python writes the same way; raises TypeError for a float.

    Days and moments become ISO text (moments in UTC), decimals and UUIDs text, enumerations their value, model
    instances `kind:id`, any object with words (`Text`, lazy translations) its text. NUL and lone surrogates, which
    PostgreSQL cannot keep, become U+FFFD.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, enum.Enum):
        return plain(value.value)
    if isinstance(value, int):
        return value if abs(value) <= LARGEST else str(value)
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, float):
        raise TypeError("a float has no canonical form: give an int, a Decimal or a text")
    if isinstance(value, datetime.datetime):
        return stamp(value)
    if isinstance(value, Mapping):
        return {clean(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((plain(item) for item in value), key=orjson.dumps)
    return _worded(value)


def _worded(value: Any) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, (Decimal, uuid.UUID)):
        return str(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).hex()
    if hasattr(value, "_meta"):
        return f"{value._meta.label_lower}:{value.pk}"
    return clean(str(value))


def clean(text: str) -> str:
    """Text as PostgreSQL can keep it."""
    if text.isascii() and "\0" not in text:
        return text
    return _UNKEPT.sub("\ufffd", text)


@lru_cache(maxsize=256)
def stamp(moment: datetime.datetime) -> str:
    """A moment in UTC with six decimals, which is what the column keeps; raises ValueError without a zone."""
    if moment.tzinfo is None:
        raise ValueError("an audit row needs an aware moment")
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical(content: Content) -> bytes:
    """The content as canonical JSON: UTF-8, keys sorted by code point, no blanks, no floats."""
    return orjson.dumps(
        {
            "actor": content.actor,
            "algorithm": content.algorithm,
            "circumstances": content.circumstances,
            "details": content.details,
            "moment": stamp(content.moment),
            "org_path": content.org_path,
            "organization": content.organization,
            "outcome": content.outcome,
            "reason": content.reason,
            "seq": content.seq,
            "shard": content.shard,
            "subject_id": content.subject_id,
            "subject_kind": content.subject_kind,
            "verb": content.verb,
        },
        option=orjson.OPT_SORT_KEYS,
    )


def chained(before: bytes, content: Content) -> bytes:
    """The hash of a row: SM3 over the hash before it and its own canonical form. Raises LookupError for an unknown algorithm."""
    if content.algorithm != ALGORITHM:
        raise LookupError(content.algorithm)
    return linked(before, canonical(content))


def linked(before: bytes, canonical_form: bytes) -> bytes:
    """The hash of a row by its canonical form."""
    digest = _SM3.copy()  # cheaper than a fresh one
    digest.update(before + canonical_form)
    return digest.finalize()


def written(details: Mapping[str, Any]) -> bytes:
    """Details, plain already, as they stand in the canonical form."""
    return orjson.dumps(details, option=orjson.OPT_SORT_KEYS)


@dataclass(frozen=True, slots=True)
class Mould:
    """The canonical form of rows that differ in details, their place on the chain and the number of their subject only."""

    head: bytes
    waist: bytes
    middle: bytes
    tail: bytes

    @classmethod
    def of(cls, content: Content) -> "Mould":
        """The mould of a row: every other of its kind is cast from it."""
        whole = orjson.loads(canonical(content))
        head, waist, tail = (
            written({name: whole[name] for name in names})[1:-1]
            for names in (
                ("actor", "algorithm", "circumstances"),
                ("moment", "org_path", "organization", "outcome", "reason"),
                ("subject_kind", "verb"),
            )
        )
        middle = b',"shard":%d,"subject_id":' % content.shard
        return cls(b'{%b,"details":' % head, b',%b,"seq":' % waist, middle, b",%b}" % tail)

    def canonical(self, details: bytes, seq: int, subject_id: str) -> bytes:
        """The canonical form of the row with these details (`written`), that place and subject."""
        return b"%b%b%b%d%b%b%b" % (self.head, details, self.waist, seq, self.middle, orjson.dumps(subject_id), self.tail)


def root(heads: list[tuple[int, int, bytes]]) -> bytes:
    """One hash over the heads (shard, count, hash) of all chains, to be kept outside the house."""
    digest = hashes.Hash(hashes.SM3())
    for shard, count, head in sorted(heads):
        digest.update(f"{shard}:{count}:".encode() + head)
    return digest.finalize()
