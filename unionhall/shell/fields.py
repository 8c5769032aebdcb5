"""Forms that many fill in at one moment: their fields are copied, and their choices told, in a fraction of the time.

Each form gets its own copies of its class's fields, for it may change them. Django makes them by the general way of copying
objects, which asks each of them how it is taken apart: half of the time of a short form. And it looks through each list of
choices four times for a form, for what might stand in it.
"""

import copy
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from django import forms
from django.forms.forms import DeclarativeFieldsMetaclass
from django.forms.widgets import ChoiceWidget
from django.utils.choices import BaseChoiceIterator
from django.utils.translation import get_language

from unionhall.lib.text import Text, choices

_KNOWN: frozenset[Any] = frozenset(kind.__deepcopy__ for kind in (forms.Field, forms.ChoiceField, forms.Widget, ChoiceWidget))


class Told(BaseChoiceIterator):
    """Words of a registry as choices, in the language of the screen on which they are read; `empty` is the first line.

    Nobody can change it, so copies of a field share it.
    """

    def __init__(self, words: Mapping[str, Text], empty: object = None) -> None:
        self._words, self._empty = dict(words), empty
        self._told: dict[str | None, tuple[tuple[str, Any], ...]] = {}

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        """The pairs of value and label."""
        language = get_language()
        told = self._told.get(language)
        if told is None:
            told = self._told[language] = tuple(choices(self._words, self._empty))
        return iter(told)

    def __copy__(self) -> "Told":
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "Told":
        return self


class Fields(dict[str, forms.Field]):
    """The fields of a form class, of which each form gets copies."""

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, forms.Field]:
        return {name: copied(field) for name, field in self.items()}


class Declared(DeclarativeFieldsMetaclass):
    """Keeps the fields of a form class as `Fields`."""

    def __new__(cls, name: str, bases: tuple[type, ...], attrs: dict[str, Any]) -> Any:
        """The form class."""
        made = super().__new__(cls, name, bases, attrs)
        made.base_fields = Fields(made.base_fields)  # type: ignore[attr-defined]
        return made


class Form(forms.Form, metaclass=Declared):
    """Django's form, whose fields are copied quickly, and for which no colon is looked up that no label of the house bears."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


def copied(field: forms.Field) -> forms.Field:
    """What `copy.deepcopy` gives of a field; one with a way of its own to be copied goes that way."""
    kinds: tuple[Any, Any] = (type(field), type(field.widget))
    if not all(map(_is_plain, kinds)):
        return copy.deepcopy(field)
    made, widget = _twin(field), _twin(field.widget)
    widget.attrs = field.widget.attrs.copy()
    if isinstance(widget, ChoiceWidget) and not isinstance(widget.choices, Told):
        widget.choices = copy.copy(widget.choices)
    if isinstance(field, forms.ChoiceField):
        made._choices = copy.deepcopy(vars(field)["_choices"])
    made.widget = widget
    made.error_messages = field.error_messages.copy()
    made.validators = field.validators[:]
    return made


@cache
def _is_plain(kind: Any) -> bool:
    """Whether things of a kind are copied as Django copies its own fields and widgets, attribute by attribute."""
    taken_apart = (kind.__reduce_ex__, kind.__getstate__) == (object.__reduce_ex__, object.__getstate__)
    return kind.__deepcopy__ in _KNOWN and taken_apart and not hasattr(kind, "__copy__")


def _twin(thing: Any) -> Any:
    made = object.__new__(type(thing))
    made.__dict__.update(thing.__dict__)
    return made
