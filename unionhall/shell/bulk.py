"""What was selected in a list: the ticked rows, or all that match the filters but for the un-ticked ones.

The form posts `pick` (ticked ids), `shown` (the ids of the page) and `all` (a tick: every matching row), and keeps the
filters in its address. So un-ticking one of 699 leaves 698, with or without scripts.
"""

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from unionhall.lib import rowid
from unionhall.lib.refusal import Refused

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Selection:
    """`ids` when rows were ticked one by one; else everything matching without `excluded`."""

    everything: bool
    ids: tuple[int, ...]
    excluded: tuple[int, ...]

    @classmethod
    def of(cls, request: HttpRequest) -> "Selection":
        """Read the posted form; ids that are no numbers are dropped."""
        picked = _ids(request.POST.getlist("pick"))
        if request.POST.get("all") != "1":
            return cls(False, picked, ())
        kept = _ids(request.POST.getlist("excluded"))
        shown = _ids(request.POST.getlist("shown"))
        off = tuple(id for id in shown if id not in set(picked)) if picked else ()
        return cls(True, (), tuple(dict.fromkeys([*kept, *off])))

    def within(self, matching: "QuerySet[Row]") -> "QuerySet[Row]":
        """The selected rows among those the person may see and the filters match."""
        if self.everything:
            return matching.exclude(pk__in=self.excluded) if self.excluded else matching
        return matching.filter(pk__in=self.ids)

    def hidden(self) -> list[tuple[str, str]]:
        """The same selection as hidden inputs of a confirm page."""
        if self.everything:
            return [("all", "1"), *(("excluded", str(id)) for id in self.excluded)]
        return [("pick", str(id)) for id in self.ids]


def require_some(selection: Selection, count: int, nothing: object) -> None:
    """Raise Refused with the given sentence when nothing is selected."""
    if count == 0 or not (selection.everything or selection.ids):
        raise Refused(nothing)


def _ids(values: list[Any]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(id for value in values if (id := rowid.read(value)) is not None))
