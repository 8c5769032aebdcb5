"""Django's engine for PostgreSQL, with a cheaper answer to whether a connection from the pool still lives, and moments read fast.

Each request takes a connection from the pool, and Django would send an empty statement first, every time: a round trip more
than a page needs. One that answered within the last moment is taken at its word; any other is asked, since its server may have
been restarted or a firewall may have dropped it.

A moment that comes from the database is read by the driver in a quarter of a microsecond. Django has it read by a class of its
own, in Python, in four and a half, to give it the time zone that it has already: connections of the house speak UTC.
"""

import time
from datetime import UTC
from functools import cache
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.utils import debug_transaction
from psycopg.adapt import AdaptersMap
from psycopg.pq import Format
from psycopg_pool import ConnectionPool

from unionhall.lib import prepared

MOMENT = 1.0  # seconds for which a connection that has answered is not asked again
_OWN: Any = psycopg.adapters.get_loader(psycopg.adapters.types["timestamptz"].oid, Format.TEXT)


class UtcLoader:
    """Gives the driver's own loader, which nothing can be derived from, and says to Django whose time zone that gives."""

    timezone, format = UTC, Format.TEXT

    def __new__(cls, oid: int, context: Any = None) -> Any:
        """The driver's."""
        return _OWN(oid, context)


@cache
def _adapters(djangos: AdaptersMap) -> AdaptersMap:
    ours = AdaptersMap(djangos)
    ours.register_loader("timestamptz", UtcLoader)  # type: ignore[arg-type]  # what it gives is a loader
    return ours


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection of Django's, taken from the pool for a request and given back after it."""

    def get_connection_params(self) -> dict[str, Any]:
        """Django's, with moments read by the driver where they are to be in UTC."""
        told: dict[str, Any] = super().get_connection_params()
        return told | {"context": _adapters(told["context"])} if self.timezone is UTC else told

    def _commit(self) -> None:
        """As Django does it, but for the driver's detours; a transaction that has failed is left to the driver."""
        if self.connection is None:
            return
        with debug_transaction(self, "COMMIT"), self.wrap_database_errors:
            if not prepared.commit(self.connection):
                self.connection.commit()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection that lives; dead ones are left to the pool, which replaces them."""
        while True:
            found = super().get_new_connection(conn_params)
            if self.pool is None or lives(found):
                return found
            found.close()
            self.pool.putconn(found)


def lives(connection: psycopg.Connection[Any]) -> bool:
    """Whether a connection that was at rest can be worked with."""
    now, known = time.monotonic(), connection.__dict__
    if now - known.get("unionhall_answered", 0.0) < MOMENT:
        return True
    try:
        ConnectionPool.check_connection(connection)
    except psycopg.Error:
        return False
    known["unionhall_answered"] = now
    return True
