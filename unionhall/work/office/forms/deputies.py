"""The form by which one lends one's work."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.people.rules import told_apart
from unionhall.shell.forms import DayField, PickField, TidyField, among, offer
from unionhall.work.office.queries import deputies as queries


class LendForm(forms.Form):
    """To whom, which roles, from when to when, and why."""

    deputy = PickField("office.colleagues", queries.nobody(), hint=told_apart, label=_("Deputy"))
    grants = forms.TypedMultipleChoiceField(label=_("Roles to lend"), coerce=int, widget=forms.CheckboxSelectMultiple)
    since = DayField(label=_("First day"))
    last_day = DayField(label=_("Last day"))
    reason = TidyField(label=_("Reason"), max_length=200, help_text=_("Leave, a business trip, a course: both of you read it."))

    def __init__(self, *args: Any, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "deputy", queries.colleagues(person))
        own = queries.may_lend(person)
        offer(self, "grants", [(given.pk, queries.named(given)) for given in own])
        self.fields["grants"].initial = [given.pk for given in own]
