"""Whose files they are: the packages whose records carry evidence say who sees those records."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model, QuerySet

Visible = Callable[[Any], "QuerySet[Any]"]
Adder = Callable[[Any, int, UploadedFile], object]
_owners: dict[str, Visible] = {}
_adders: dict[str, Adder] = {}


def register_owner(model: type[Model] | str, visible_to: Visible) -> None:
    """Let records of a model ("issues.Issue") carry files; `visible_to(by)` is asked at every download. Call it in apps.py."""
    _owners[model.lower() if isinstance(model, str) else model._meta.label_lower] = visible_to


def owner(kind: str) -> Visible:
    """The `visible_to` of a kind of record; raises LookupError for one that nobody registered."""
    if kind not in _owners:
        raise LookupError(f"records of kind {kind!r} carry no files: call register_owner in the package's apps.py")
    return _owners[kind]


def register_phone(model: type[Model] | str, add: Adder) -> None:
    """Let photos come to records of a model from a phone that only holds a code: `add(by, id, upload)` asks every right anew."""
    _adders[model.lower() if isinstance(model, str) else model._meta.label_lower] = add


def adder(kind: str) -> Adder:
    """What adds a photo to a kind of record; raises LookupError for one that takes none from a phone."""
    return _adders[kind]


def kinds() -> list[str]:
    """Every kind of record that may carry files."""
    return sorted(_owners)
