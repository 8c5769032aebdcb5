"""Forms about accounts and rights."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.access import registry
from unionhall.shell.forms import DayField, PickKeyField, TidyField, offer


class AccountFilter(forms.Form):
    """The query form over the accounts."""

    q = TidyField(label=_("User name or person"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), ("open", _("In use")), ("disabled", _("Disabled"))]
    )


class OpenForm(forms.Form):
    """An account for a person."""

    person = PickKeyField("office.people", label=_("Person"))
    username = TidyField(label=_("User name"), max_length=64)


class GrantForm(forms.Form):
    """A role over a unit."""

    role = forms.ChoiceField(label=_("Role"))
    unit = PickKeyField("office.units", label=_("Unit"))
    below = forms.BooleanField(label=_("And everything below"), required=False, initial=True)
    since = DayField(label=_("From the day"), required=False, help_text=_("Empty: from today."))
    until = DayField(label=_("Until the day"), required=False, help_text=_("Empty: until it is taken back."))


class ReasonForm(forms.Form):
    """Why."""

    reason = TidyField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class HandoverForm(forms.Form):
    """To whom all open tasks go."""

    taker = PickKeyField("office.people", label=_("Who takes over"))
    reason = TidyField(label=_("Reason"), max_length=500)


class RoleForm(forms.Form):
    """An own role made of declared permissions."""

    code = forms.SlugField(label=_("Short code"), max_length=40)
    zh = TidyField(label=_("Name"), max_length=60)
    en = TidyField(label=_("English name"), max_length=60, required=False)
    permissions = forms.MultipleChoiceField(label=_("Permissions"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "permissions", [(one.code, one.name) for one in registry.permissions()])
