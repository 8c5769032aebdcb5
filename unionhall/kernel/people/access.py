"""The key to what is sealed: opening the fence for a transaction, and opening values."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.transaction import TransactionManagementError
from psycopg.pq import TransactionStatus

from unionhall.kernel.people.models import DataKey, Kind, Person
from unionhall.kernel.people.registry import scope_of
from unionhall.lib import keyring, sm4
from unionhall.lib.keyring import Keyring

EVERYWHERE = "*"


def keys() -> Keyring:
    """The house's keys, read again whenever the folder changes. Raises KeysMissing with the mend."""
    folder: Path = settings.IDENTITY_KEYS  # one and the same each time: a path told anew is dearer than the look at it
    try:
        changed = folder.stat().st_mtime_ns
    except OSError:
        changed = 0
    return _keys(folder, changed)


def prepare_keys() -> bool:
    """Make the first keys of a new house; True if it made them. Raises KeysMissing where people are registered already.

    Without that refusal a house whose key folder was lost would seal under new keys, and hide the loss until it is too late.
    """
    folder = Path(settings.IDENTITY_KEYS)
    if Person.objects.filter(kind=Kind.PERSON).exists():
        keys()
        return False
    return keyring.create(folder)


@lru_cache(maxsize=4)
def _keys(folder: Path, _changed: int) -> Keyring:
    return keyring.load(folder)


@contextmanager
def scope(setting: str) -> Iterator[None]:
    """Open the fence around sealed values until the block ends: "low|high,low|high" ranges of paths, "*" everywhere, "" nothing.

    Belongs to the transaction and is rolled back with it.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("a scope lasts no longer than its transaction")
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('unionhall.scope', true), '')")
        before = cursor.fetchone()[0]
        cursor.execute("SELECT set_config('unionhall.scope', %s, true)", [setting])
    try:
        yield
    finally:
        if connection.connection.info.transaction_status == TransactionStatus.INTRANS:  # a failed one rolls the setting back
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('unionhall.scope', %s, true)", [before])


@contextmanager
def fence(by: Person | None, permission: str) -> Iterator[None]:
    """Open the fence as far as the acting person's grants reach; the house reaches everywhere.

    Until `access` has registered how far that is, the transaction's own setting stays.
    """
    setting = EVERYWHERE if by is None or by.kind == Kind.HOUSE else scope_of(by, permission)
    with nullcontext() if setting is None else scope(setting):
        yield


def in_scope(person: Person) -> bool:
    """Whether the transaction's scope, as the database sees it, holds the person."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT unionhall_in_scope(%s)", [person.org_path])
        return bool(cursor.fetchone()[0])


def place(person: int, field: str, table: str = "people_sealed") -> bytes:
    """What a value is bound to: table, field and person, so that it opens nowhere else."""
    return f"{table}|{field}|{person}".encode()


def trail_place(person: int) -> bytes:
    """What a reason in the trail is bound to: it opens for this person and nowhere else."""
    return place(person, "reason", "audit_row")


def new_data_key(person: int, ring: Keyring) -> tuple[bytes, bytes]:
    """A fresh key for a person, bare and wrapped by the current master."""
    bare = sm4.new_key()
    return bare, wrap(bare, person, ring)


def wrap(bare: bytes, person: int, ring: Keyring) -> bytes:
    """A person's key under the current master."""
    return sm4.seal(ring.master(ring.current), bare, aad=place(person, "wrapped", "people_datakey"), key_id=ring.current)


def new_words_key(person: int, master: int, ring: Keyring) -> bytes:
    """A fresh key for what the trail says about a person, wrapped by the master of the person's other key."""
    return sm4.seal(ring.master(master), sm4.new_key(), aad=place(person, "words", "people_datakey"), key_id=master)


def words_key(person: int, wrapped: bytes, ring: Keyring) -> bytes:
    """That key, bare. Raises Unreadable as `unwrap`."""
    return sm4.unseal(ring.master(sm4.key_id_of(wrapped)), wrapped, aad=place(person, "words", "people_datakey"))


def rewrap_words(key: DataKey, ring: Keyring) -> bytes | None:
    """That key under the current master; None where there is none."""
    if key.words is None:
        return None
    bare = words_key(key.person_id, bytes(key.words), ring)
    return sm4.seal(ring.master(ring.current), bare, aad=place(key.person_id, "words", "people_datakey"), key_id=ring.current)


def unwrap(key: DataKey, ring: Keyring) -> bytes:
    """A person's key, bare. Raises Unreadable when it was altered, moved or its master is gone."""
    return opened(key.person_id, key.master, bytes(key.wrapped), ring)


def opened(person: int, master: int, wrapped: bytes, ring: Keyring) -> bytes:
    """The same from plain values, for thousands."""
    if sm4.key_id_of(wrapped) != master:
        raise sm4.Unreadable
    return sm4.unseal(ring.master(master), wrapped, aad=place(person, "wrapped", "people_datakey"))


def seal(bare: bytes, person: int, field: str, value: str, generation: int) -> bytes:
    """One value under a person's key."""
    return sm4.seal(bare, value.encode(), aad=place(person, field), key_id=generation)


def unseal(bare: bytes, person: int, field: str, value: bytes) -> str:
    """One value in the clear. Raises Unreadable when it was altered or moved."""
    return sm4.unseal(bare, value, aad=place(person, field)).decode()
