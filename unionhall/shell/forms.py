"""What forms of all rooms share: the type-ahead picker, the day field, and lenient text."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_UNSEEN = {"Cf", "Cc", "Co", "Cs"}


def tidy(text: str) -> str:
    """Text as a person meant it: full-width digits and letters narrowed, unseen characters out, blanks trimmed.

    Chinese punctuation stays; only the half-width forms of letters, digits and the blank are folded.
    """
    narrowed = "".join(unicodedata.normalize("NFKC", char) if "０" <= char <= "ｚ" or char == "\u3000" else char for char in text)
    kept = (char for char in narrowed if char in "\n\t" or unicodedata.category(char) not in _UNSEEN)
    return "".join(kept).strip()


class Combobox(forms.Select):
    """A picker with type-ahead over a registered search source; without scripts a plain list of `recents`.

    `recents` and `label_of` are callables, so that a form class can be written once: `recents()` gives pairs
    (value, label), `label_of(value)` the label of a value that is not among them.
    """

    def __init__(
        self,
        source: str,
        *,
        recents: Callable[[], Iterable[tuple[str, str]]] | None = None,
        label_of: Callable[[Any], str] | None = None,
        attrs: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(attrs)
        self.source = source
        self.recents = recents or (lambda: ())
        self.label_of = label_of or str

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Choices are the recents and whatever is chosen now."""
        choices = [(str(key), label) for key, label in self.recents()]
        if value not in (None, "") and str(value) not in {key for key, _label in choices}:
            choices.insert(0, (str(value), self.label_of(value)))
        self.choices = [("", _("Choose…")), *choices]
        extra = {"data-combobox": reverse("shell:options", args=[self.source]), **(attrs or {})}
        return super().get_context(name, value, extra)


def offer(form: forms.Form, name: str, choices: Iterable[tuple[str, Any]]) -> None:
    """Fill the choices of a field that depend on who asks and for which unit."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name} offers no choices")
    field.choices = list(choices)


class DayField(forms.DateField):
    """A day typed as 2025-3-5, 2025/3/5, 2025.3.5 or 2025年3月5日."""

    default_error_messages = {"invalid": gettext_lazy("Write the date as 2025-03-05.")}
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def to_python(self, value: Any) -> date | None:
        """The day, None when empty; raises ValidationError for a day that does not exist."""
        if value in self.empty_values or isinstance(value, date):
            return super().to_python(value)
        found = _DAY.fullmatch(tidy(str(value)))
        if found is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        year, month, day = (int(part) for part in found.groups())
        try:
            return date(year, month, day)
        except ValueError:
            raise forms.ValidationError(_("That day does not exist."), code="absent") from None


class TidyField(forms.CharField):
    """A line of text, tidied before it is checked."""

    def to_python(self, value: Any) -> Any:
        """The tidied text."""
        return super().to_python(tidy(value) if isinstance(value, str) else value)
