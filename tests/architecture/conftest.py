"""The world of the batteries: built and written once for a file, and given to each of its tests as if it were its own."""

import copy
from collections.abc import Iterator

import pytest
import pytest_django
from django.core.management import call_command
from django.test import override_settings
from django.utils import translation

from unionhall.testing import cast, matrix


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker, identity_keys: object) -> Iterator[matrix.World]:
    """The cast with an object of every room in every unit, committed; the database is as before when the file is done.

    Committed, since PostgreSQL looks longer at rows that its own transaction wrote the more it has written: in a battery of
    4,000 requests the account of a session came to take 20 ms instead of 0.2.
    """
    with django_db_blocker.unblock():
        with override_settings(PASSWORD_HASHERS=["unionhall.testing.hashing.LightHasher"]), translation.override("zh-hans"):
            world = matrix.build(cast.assemble())
        try:
            yield world
        finally:
            call_command("flush", verbosity=0, interactive=False, reset_sequences=False)


@pytest.fixture
def world(built: matrix.World, db: None) -> matrix.World:
    """The world, on a transaction that is taken back after the test."""
    return copy.deepcopy(built)
