"""Forms about rule values and the working calendar."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.organizations.models import Level
from unionhall.shell.forms import DayField, TidyField


class ValueForm(forms.Form):
    """A rule's value from a day on, with the document that says so."""

    value = TidyField(label=_("Value"), max_length=200)
    level = forms.ChoiceField(label=_("For units of"), required=False, choices=[("", _("All levels")), *Level.choices])
    since = DayField(label=_("From the day"))
    until = DayField(label=_("Until the day"), required=False, help_text=_("Empty: until the next value."))
    source = TidyField(label=_("Source document"), max_length=300, help_text=_("Its title and number."))

    def __init__(self, *args: Any, table: bool = False, offered: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if choices := [(word, word) for word in offered]:
            self.fields["value"] = forms.ChoiceField(label=_("Value"), choices=choices)
        if table:
            self.fields["value"] = TidyField(label=_("Value"), max_length=4_000, widget=forms.Textarea({"rows": 4}))


class DayForm(forms.Form):
    """A day that differs from the weekly rhythm."""

    day = DayField(label=_("Day"))
    working = forms.ChoiceField(label=_("Kind of day"), choices=[("1", _("Working (make-up) day")), ("0", _("Day off"))])
    note = TidyField(label=_("What day it is"), max_length=60)


class YearForm(forms.Form):
    """The document that sets a year's holidays."""

    source = TidyField(label=_("Source document"), max_length=200)
