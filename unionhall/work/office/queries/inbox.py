"""What the inbox and the page of given-up deliveries read."""

from typing import Any

from django.db.models import QuerySet

from unionhall.kernel.access import queries as access
from unionhall.kernel.notices import queries as notices
from unionhall.kernel.people.models import Person
from unionhall.lib import scope


def told(by: Person) -> QuerySet[Any]:
    """What a person was told, their own only."""
    return scope.mark(notices.inbox(by))


def given_up(by: Person) -> QuerySet[Any]:
    """Deliveries to people in scope that were given up, the newest first."""
    return access.visible(notices.dead_letters(), by, "notices.manage", "notice__person__org_path")
