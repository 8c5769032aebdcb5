"""Every test stands on the house's own plugin, and on a database with the rights of a real one."""

import gc
from collections.abc import Iterator

import pytest
import pytest_django
from django.db import connection

from unionhall.config import grants
from unionhall.testing import seeds

pytest_plugins = ["unionhall.testing.plugin", "unionhall.testing.browser", "unionhall.testing.live"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[None]:
    """The test database, with the application's role and its rights.

    At the end the connections go first that a thread of the last tests has left to the garbage collector: a database that
    somebody is connected to cannot be dropped.
    """
    with django_db_blocker.unblock():
        grants.apply()
        seeds.keep()
    yield
    gc.collect()
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
