"""Forms of the worklist."""

from django import forms
from django.utils.translation import gettext_lazy as _

from unionhall.shell.forms import Combobox, TidyField


class ForwardForm(forms.Form):
    """To whom a task goes, and what the colleague should know."""

    to = forms.TypedChoiceField(label=_("Colleague"), coerce=int)
    note = TidyField(label=_("Note"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


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
    unit = forms.CharField(label=_("Unit"), required=False, widget=Combobox("office.units"))
    raised = forms.BooleanField(label=_("Escalated only"), required=False)
