"""What journeys share: the demo city as a visitor meets it, and pictures that are taken only when asked for."""

from collections.abc import Callable

import pytest
from django.db import transaction
from django.test import Client

from unionhall.config import city, demo
from unionhall.kernel.access import actions as access
from unionhall.kernel.people import queries as people
from unionhall.kernel.policies import actions as policies
from unionhall.kernel.programmes import actions as programmes
from unionhall.testing.visitor import enter


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the pictures to `make screenshots`."""
    if "screenshots" in (config.option.markexpr or ""):
        return
    pictures = [item for item in items if item.get_closest_marker("screenshots")]
    if pictures:
        config.hook.pytest_deselected(items=pictures)
        items[:] = [item for item in items if item not in pictures]


def build_city() -> None:
    """Everything that `unionhall demo load` builds, except for the mark that it leaves on the database."""
    access.load_roles()
    policies.load_calendar(by=people.house())
    programmes.load_catalogue(by=people.house())
    with transaction.atomic():
        city.build()
        for part in demo.parts():
            part.load()


@pytest.fixture
def demo_city(transactional_db: None) -> Callable[[str], Client]:
    """The demo city, as a way in: `demo_city("county")` is a browser in which that visitor is signed in."""
    build_city()
    return enter
