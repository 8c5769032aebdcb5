"""Standing in the application's database role inside a test."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def as_application() -> Iterator[None]:
    """Run a block with the rights that the web server and the worker have, not the owner's."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE unionhall_app")
        yield
        cursor.execute("RESET ROLE")
