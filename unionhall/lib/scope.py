"""The mark "this was narrowed to what somebody may see", carried by querysets and by the rows they give.

The mark sits on the query itself, so it survives filtering, ordering, slicing and prefetching of the same queryset;
rows fetched by a marked queryset of a guarded model carry it too. It says nothing about who may what: `access` puts it
on, and the frame of the pages refuses to render guarded rows without it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.paginator import Page
from django.db import models

MARK = "unionhall_scoped"
DEEPEST = 4


class Unscoped(AssertionError):
    """A page was about to show rows that nobody narrowed to the reader's scope: a mistake in our code."""


class ScopedQuerySet(models.QuerySet):
    """A queryset of a guarded model: rows it fetches carry the mark if the query does."""

    def _fetch_all(self) -> None:
        fresh = self._result_cache is None
        super()._fetch_all()
        if fresh and is_marked(self):
            for row in self._result_cache or ():
                if isinstance(row, models.Model):
                    mark(row)

    def iterator(self, chunk_size: int | None = None) -> Iterator[Any]:
        """Rows one by one, marked as the query is."""
        for row in super().iterator(chunk_size):
            yield mark(row) if is_marked(self) and isinstance(row, models.Model) else row


class ScopedManager(models.Manager.from_queryset(ScopedQuerySet)):  # type: ignore[misc]
    """The manager of every model that is listed at a door."""

    use_in_migrations = False


def mark(seen: Any) -> Any:
    """Put the mark on a queryset or a row and give it back."""
    setattr(seen.query if isinstance(seen, models.QuerySet) else seen._state, MARK, True)
    return seen


def is_marked(seen: "models.QuerySet[Any] | models.Model") -> bool:
    """Whether a queryset or a row carries the mark."""
    return bool(getattr(seen.query if isinstance(seen, models.QuerySet) else seen._state, MARK, False))


def is_guarded(model: type[models.Model]) -> bool:
    """Whether rows of this model may only be shown with the mark."""
    return isinstance(model._default_manager, ScopedManager)


def unmarked(value: Any, name: str = "context", depth: int = 0) -> list[str]:
    """The places in a page's context where guarded rows stand without the mark."""
    if isinstance(value, models.QuerySet):
        return [name] if is_guarded(value.model) and not is_marked(value) else []
    if isinstance(value, models.Model):
        return [name] if is_guarded(value.__class__) and not is_marked(value) else []
    if depth >= DEEPEST:
        return []
    if isinstance(value, Page):
        return unmarked(value.object_list, f"{name}.object_list", depth)
    if isinstance(value, Mapping):
        return [hit for key, item in value.items() for hit in unmarked(item, f"{name}.{key}", depth + 1)]
    if isinstance(value, list | tuple):
        return [hit for index, item in enumerate(value) for hit in unmarked(item, f"{name}[{index}]", depth + 1)]
    return []


def assert_marked(context: Mapping[str, Any]) -> None:
    """Raise Unscoped, naming the places, when a context holds guarded rows without the mark."""
    if hits := unmarked(context):
        raise Unscoped(f"not narrowed to the reader's scope: {', '.join(hits)}; get it through the room's access.py")
