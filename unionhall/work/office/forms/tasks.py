"""Forms of the worklist."""

from django import forms
from django.utils.translation import gettext_lazy as _

from unionhall.shell.forms import PickCodeField, TidyField


class ForwardForm(forms.Form):
    """To whom a task goes, and what the colleague should know."""

    to = forms.TypedChoiceField(label=_("Colleague"), coerce=int)
    note = TidyField(label=_("Note"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class SignForm(forms.Form):
    """Who is asked to sign before a record goes on, and what the asker wants to know."""

    to = forms.TypedChoiceField(label=_("Whom to ask"), coerce=int)
    note = TidyField(label=_("What you want to know"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class OpinionForm(forms.Form):
    """The answer of somebody who was asked to sign; a no needs its reason."""

    opinion = TidyField(
        label=_("Opinion"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed where you do not agree"),
    )


class TaskFilter(forms.Form):
    """The query form over the worklist."""

    q = TidyField(label=_("Number or matter"), required=False)
    light = forms.ChoiceField(
        label=_("Light"),
        required=False,
        choices=[
            ("", _("All lights")),
            ("late", _("Overdue")),
            ("soon", _("Due soon")),
            ("ok", _("On time")),
            ("paused", _("Paused")),
        ],
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    unit = PickCodeField("office.units", label=_("Unit"), required=False)
    raised = forms.BooleanField(label=_("Escalated only"), required=False)
