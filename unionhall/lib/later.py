"""Functions named before they can be imported.

`apps.py` shows all wiring of a package on one page, and is read before Django knows its models. So it names what it
registers by dotted path; the function is imported when it is first called. A test resolves every name in the house, so
that a misspelt one fails there and not in front of a person.
"""

from typing import Any
from weakref import WeakSet

from django.utils.module_loading import import_string

_named: WeakSet["Later"] = WeakSet()  # a name that nobody holds any more is forgotten: a test leaves none behind


class Later:
    """A callable named by its dotted path: `Later("unionhall.work.office.desk.search.units")`."""

    __slots__ = ("__weakref__", "_found", "path")

    def __init__(self, path: str) -> None:
        self.path = path
        self._found: Any = None
        _named.add(self)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function, importing it the first time. Raises ImportError for a name that leads nowhere."""
        return self.resolve()(*args, **kwargs)

    def resolve(self) -> Any:
        """The function itself. Raises ImportError."""
        if self._found is None:
            self._found = import_string(self.path)
        return self._found

    def __repr__(self) -> str:
        return f"Later({self.path!r})"


def named() -> list[Later]:
    """Every name that somebody holds, for the test that resolves them all."""
    return sorted(_named, key=lambda name: name.path)
