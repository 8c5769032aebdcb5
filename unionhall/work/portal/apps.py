"""Wiring of the front room of the hall: its ways."""

from django.apps import AppConfig

from unionhall.lib.text import Text
from unionhall.shell import hall
from unionhall.shell.hall import Service

ROOM = "unionhall.work.portal"
WAYS = [
    Service("portal.home", Text("首页", "Home"), "portal:home", "home", 10),
]


class PortalConfig(AppConfig):
    name = ROOM
    label = "portal"

    def ready(self) -> None:
        """Say to the shell what this room brings."""
        for way in WAYS:
            hall.register_way(way)
