"""What a member fills in to ask for a change of the own membership, and the union to carry it out."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from unionhall.lib import dates
from unionhall.lib.text import choices
from unionhall.shell.forms import DayField, TidyField
from unionhall.work.membership import registry


class WishForm(forms.Form):
    """Why, from which day, and words where wanted; each wish keeps the fields that it asks for."""

    ground = forms.ChoiceField(label=_("Reason"), widget=forms.RadioSelect)
    on = DayField(label=_("From which day"))
    words = TidyField(
        label=_("What the union should know (may stay empty)"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any = None, *, what: str) -> None:
        super().__init__(data)
        self.initial.setdefault("on", dates.today())
        grounds = registry.WISH_GROUNDS.get(what)
        if grounds is None:
            del self.fields["ground"]
        else:
            self.fields["ground"].choices = choices(grounds)  # type: ignore[attr-defined]
        if what == "second":
            self.fields["words"].label = _("To which employer")


class GrantForm(forms.Form):
    """From which day a wish is carried out; for leaving, the talk and the committee's decision."""

    on = DayField(label=_("Takes effect on"))
    talked = forms.BooleanField(label=_("We have spoken with the member"), required=False)
    decided_on = DayField(label=_("Decided by the committee on"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, leaving: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not leaving:
            del self.fields["talked"], self.fields["decided_on"]
