"""The guard of the way from a figure to its records: what a room counts has a page of its own, or leads to one."""

from collections.abc import Callable
from typing import Any

from django.apps import apps

from unionhall.shell import search

Key = Callable[[Any], tuple[str, int]]


class Unopened(AssertionError):
    """A room counts records of a kind that nobody can open."""


def leads_somewhere(kind: str) -> bool:
    """Whether records of a kind can be opened; kinds that no model has are those of tests of the ledger itself."""
    label, _point, name = kind.partition(".")
    known = label in apps.app_configs and name in apps.all_models[label]
    return not known or search.address(kind, 1) != ""


def opened(source_key: Key) -> Key:
    """The ledger's reading of a source, which refuses a kind that leads nowhere. Raises Unopened."""

    def checked(source: Any) -> tuple[str, int]:
        kind, number = source_key(source)
        if not leads_somewhere(kind):
            raise Unopened(f"a figure counts {kind}, which has no page: say in the room's apps.py where it opens")
        return kind, number

    return checked
