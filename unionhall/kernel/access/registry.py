"""The permissions of the house: each package declares its own, with its names."""

from collections.abc import Iterable
from dataclasses import dataclass

from unionhall.lib.text import Text


@dataclass(frozen=True, slots=True)
class Permission:
    """A right to do one kind of thing, "room.verb"; `sensitive` ones ask for a recent sign-in."""

    code: str
    name: Text
    sensitive: bool = False


_permissions: dict[str, Permission] = {}


def register_permissions(permissions: Iterable[Permission]) -> None:
    """Declare permissions; raises ValueError when one code is declared with two meanings."""
    for permission in permissions:
        if _permissions.setdefault(permission.code, permission) != permission:
            raise ValueError(f"permission {permission.code} is declared twice")


def permissions() -> list[Permission]:
    """All declared permissions, by code."""
    return [_permissions[code] for code in sorted(_permissions)]


def permission(code: str) -> Permission:
    """One declared permission; raises KeyError for a code that nobody declared."""
    return _permissions[code]


def is_declared(code: str) -> bool:
    """Whether a package declared this permission."""
    return code in _permissions
