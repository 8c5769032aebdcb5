"""Django's engine for PostgreSQL; whether a connection from the pool still lives is found out without asking the server.

Each request takes a connection from the pool. Django would send an empty statement first, every time: a fifth of the round
trips of a sign-up. A server that has gone, or has ended the connection, leaves something to be read on the socket (the end, or
its last word), and that is seen from here. What has rested for long is asked all the same: a firewall may have dropped it.
"""

import select
import time
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool

RESTED = 5.0  # seconds after which a connection is asked


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


_taken: WeakKeyDictionary[psycopg.Connection[Any], float] = WeakKeyDictionary()


def lives(connection: psycopg.Connection[Any]) -> bool:
    """Whether a connection that was at rest can be worked with."""
    now = time.monotonic()
    rested = now - _taken.get(connection, 0.0)
    _taken[connection] = now
    silent = select.poll()
    silent.register(connection.pgconn.socket, select.POLLIN)
    if rested < RESTED and not silent.poll(0):
        return True
    try:
        ConnectionPool.check_connection(connection)
    except psycopg.Error:
        return False
    return True
