"""The pytest plugin of the house: what every test stands on."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import translation

from unionhall.kernel.access import middleware
from unionhall.kernel.ledger import rules as ledger
from unionhall.kernel.programmes import queries as programmes
from unionhall.lib import keyring
from unionhall.testing import cast as standing
from unionhall.testing import race, roles, seeds, sources


def _past_the_guards(sql_flush: Callable[..., list[str]]) -> Callable[..., list[str]]:
    """Let the emptying after a transactional test pass the triggers that guard the books, and put the seeds back.

    Only what the test has written is emptied, by deleting: the house has hundreds of tables, and truncating them all took
    longer than most tests.
    """

    def emptied(self: DatabaseOperations, style: Any, tables: list[str], **options: Any) -> list[str]:
        if options.get("reset_sequences"):
            statements = [*sql_flush(self, style, tables, **options), *seeds.returning()]
        else:
            statements = seeds.emptying(tables)
        guarded = ["SET LOCAL session_replication_role = replica", *statements, "SET LOCAL session_replication_role = origin"]
        return guarded if statements else []

    return emptied


def pytest_configure(config: pytest.Config) -> None:
    """Prepare the house for a run of tests."""
    setattr(DatabaseOperations, "sql_flush", _past_the_guards(DatabaseOperations.sql_flush))  # noqa: B010 - a method, replaced on purpose
    # The same examples in every run; SEED=… draws others, as it does in the tests that throw dice of their own
    hypothesis.settings.register_profile("suite", derandomize="SEED" not in os.environ, deadline=None)
    hypothesis.settings.load_profile("suite")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--database-only`: the shorter run on another server."""
    parser.addoption("--database-only", action="store_true", help="leave out the tests that ask no database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the early ones first, and leave the long tier out unless the run asks for markers by itself (`-m long`)."""
    items.sort(key=lambda item: item.get_closest_marker("early") is None)
    if config.getoption("--database-only"):
        _leave_out(config, items, [item for item in items if not _asks_the_database(item)])
    if not config.option.markexpr:
        _leave_out(config, items, [item for item in items if item.get_closest_marker("long")])


def _asks_the_database(item: pytest.Item) -> bool:
    return (
        bool({"db", "transactional_db"}.intersection(getattr(item, "fixturenames", ())))
        or item.get_closest_marker("django_db") is not None
    )


def _leave_out(config: pytest.Config, items: list[pytest.Item], out: list[pytest.Item]) -> None:
    if out:
        config.hook.pytest_deselected(items=out)
        gone = set(out)
        items[:] = [item for item in items if item not in gone]


def pytest_collection_finish() -> None:
    """What importing and collecting made stays to the end: the collector of garbage need not walk through it again and again."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Whatever looks for leaks at the end of the process finds what it expects."""
    gc.unfreeze()


@pytest.fixture(scope="session", autouse=True)
def identity_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key files of its own for every run; child processes of tests find them by the environment."""
    folder = tmp_path_factory.mktemp("keys")
    keyring.create(folder)
    settings.IDENTITY_KEYS, os.environ["UNIONHALL_KEYS"] = folder, str(folder)
    return folder


@pytest.fixture(scope="session", autouse=True)
def _every_figure_opens() -> Iterator[None]:
    """Whatever a room counts in any test can be opened from the figure: a kind of source without a page is refused."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ledger, "source_key", sources.opened(ledger.source_key))
        yield


@pytest.fixture
def as_application() -> Callable[[], AbstractContextManager[None]]:
    """`with as_application():` runs a block with the rights of the application's database role."""
    return roles.as_application


@pytest.fixture
def forbid(db: None) -> Callable[..., None]:
    """`forbid(table, condition, "strange_one")` lets the database refuse rows for which a condition does not hold.

    Until the test is over: a constraint that nobody meant, which no act may take for the one that it means.
    """

    def refuse(table: str, condition: str, name: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what still waits would keep the table from being altered
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({condition}) NOT VALID")

    return refuse


@pytest.fixture
def at_once() -> Callable[[int, Callable[[int], object]], list[Any]]:
    """`at_once(32, act)` calls act(0) … act(31) on 32 connections of their own at the same moment."""
    return race.at_once


@pytest.fixture
def cast(db: None) -> standing.Cast:
    """The demonstration province with its people: see README.md here for who may what."""
    return standing.assemble()


@pytest.fixture
def unhurried() -> Iterator[None]:
    """For counting a page's statements: nothing runs out between the answer that warms up and the one that is counted.

    Twice a minute a page asks anew which invented worlds there are, and once a minute it notes that the session was seen. On a
    slow machine, or after other tests of the same half minute, that fell to one of the counted pages.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(programmes, "KEPT", 3600)
        patch.setattr(middleware, "SEEN_EVERY", 3600)
        cache.delete(programmes.WORLDS)
        yield
    cache.delete(programmes.WORLDS)


@pytest.fixture(autouse=True)
def _light_hashing(settings: Any) -> None:
    """Hash passwords cheaply in tests; what the house uses is asserted where it is configured."""
    settings.PASSWORD_HASHERS = ["unionhall.testing.hashing.LightHasher"]


@pytest.fixture(autouse=True)
def _spoken(settings: Any) -> Iterator[None]:
    """Each test begins in the house's own language: a page opened by the one before may have switched it."""
    with translation.override(settings.LANGUAGE_CODE):
        yield
