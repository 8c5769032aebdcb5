"""Forms about units of the tree."""

from django import forms
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.organizations.models import Kind, Level, PostKind
from unionhall.shell.forms import DayField, PickKeyField, TidyField


class UnitFilter(forms.Form):
    """The query form over the list of units."""

    q = TidyField(label=_("Name, initials or code"), required=False)
    level = forms.ChoiceField(label=_("Level"), required=False, choices=[("", _("All levels")), *Level.choices])
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *Kind.choices])
    own = forms.BooleanField(label=_("Directly below only"), required=False)
    closed = forms.BooleanField(label=_("Closed ones too"), required=False)


class UnitForm(forms.Form):
    """A new unit below another."""

    name = TidyField(label=_("Unit name"), max_length=120, help_text=_("The full name, as on its seal."))
    short_name = TidyField(label=_("Short name"), max_length=60, required=False)
    level = forms.ChoiceField(label=_("Level"), choices=Level.choices)
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)
    code = TidyField(label=_("Unit code"), max_length=40, required=False)
    division_code = TidyField(label=_("Division code"), max_length=6, required=False, help_text=_("Six digits of GB/T 2260."))
    credit_code = TidyField(
        label=_("Unified credit code"),
        max_length=18,
        required=False,
        help_text=_("18 characters; a grassroots union's begins with 81."),
    )
    since = DayField(label=_("Founded on"), required=False)


class NameForm(forms.Form):
    """A new name from a day on."""

    name = TidyField(label=_("New name"), max_length=120)
    short_name = TidyField(label=_("Short name"), max_length=60, required=False)
    on = DayField(label=_("From the day"), required=False, help_text=_("Empty: from today."))


class CodesForm(forms.Form):
    """Corrected codes and kind."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)
    code = TidyField(label=_("Unit code"), max_length=40, required=False)
    division_code = TidyField(label=_("Division code"), max_length=6, required=False)
    credit_code = TidyField(label=_("Unified credit code"), max_length=18, required=False)


class PlaceForm(forms.Form):
    """Another unit to hang under or to merge into, with the reason."""

    to = PickKeyField("office.units", label=_("Unit"))
    reason = TidyField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class ReasonForm(forms.Form):
    """Why."""

    reason = TidyField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class PostForm(forms.Form):
    """A post of a unit."""

    title = TidyField(label=_("Title of the post"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=PostKind.choices)


class TenureForm(forms.Form):
    """Who takes up a post, and when."""

    person = PickKeyField("office.people", label=_("Person"))
    since = DayField(label=_("Since"), required=False, help_text=_("Empty: from today."))
