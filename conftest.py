"""Every test stands on the house's own plugin, and on a database with the rights of a real one."""

import pytest
import pytest_django

from unionhall.config import grants
from unionhall.testing import seeds

pytest_plugins = ["unionhall.testing.plugin", "unionhall.testing.browser", "unionhall.testing.live"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> None:
    """The test database, with the application's role and its rights."""
    with django_db_blocker.unblock():
        grants.apply()
        seeds.keep()
