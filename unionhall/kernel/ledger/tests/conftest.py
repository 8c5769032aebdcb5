"""A small federation and the facts that the ledger's own tests post."""

import pytest

from unionhall.kernel.ledger import registry
from unionhall.kernel.ledger.tests import world


@pytest.fixture
def tree(db):
    """A province with two cities, each with two counties."""
    return world.tree()


@pytest.fixture(scope="session", autouse=True)
def declared():
    """The test facts are registered for the whole run, as a room's would be."""
    registry.register_facts(world.FACTS)


@pytest.fixture
def tree_free(db):
    """An empty database for a history that brings its own tree."""
