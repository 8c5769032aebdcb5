"""Django's engine for PostgreSQL, with a cheaper answer to whether a connection from the pool still lives.

Each request takes a connection from the pool, and Django would send an empty statement first, every time: a round trip more
than a page needs. One that answered within the last moment is taken at its word; any other is asked, since its server may have
been restarted or a firewall may have dropped it.
"""

import time
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool

MOMENT = 1.0  # seconds for which a connection that has answered is not asked again


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection of Django's, taken from the pool for a request and given back after it."""

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
