"""Forms about programmes, their editions, targets and own fields."""

from django import forms
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.programmes.rules import domains, editions, fields, rooms
from unionhall.lib.text import Text
from unionhall.shell.forms import DayField, TidyField


def _pairs(words: dict[str, Text]) -> list[tuple[str, Text]]:
    return list(words.items())


class ProgrammeFilter(forms.Form):
    """The query form over the catalogue."""

    q = TidyField(label=_("Name or code"), required=False)
    domain = forms.ChoiceField(
        label=_("Domain"),
        required=False,
        choices=[("", _("All domains")), *((domain.code, domain.name) for domain in domains.DOMAINS)],
    )
    running = forms.BooleanField(label=_("Running now"), required=False)


class EditionForm(forms.Form):
    """A run of a programme in a window."""

    name = TidyField(
        label=_("Name of the edition"), max_length=120, required=False, help_text=_("Empty: the year and the programme's name.")
    )
    since = DayField(label=_("First day"))
    until = DayField(label=_("Last day"))


class TargetForm(forms.Form):
    """A value to be reached."""

    indicator = forms.ChoiceField(label=_("Indicator"))
    comparison = forms.ChoiceField(label=_("Target"), choices=_pairs(editions.COMPARISONS))
    value = forms.DecimalField(label=_("Target value"), min_value=0, max_digits=20, decimal_places=2)
    per_unit = forms.BooleanField(label=_("Each unit below must meet it by itself"), required=False)


class ReasonForm(forms.Form):
    """Why."""

    reason = TidyField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class ProgrammeForm(forms.Form):
    """A federation's own programme, added without code."""

    name_zh = TidyField(label=_("Name of the programme"), max_length=80)
    name_en = TidyField(label=_("English name"), max_length=120, required=False)
    domain = forms.ChoiceField(label=_("Domain"), choices=[(domain.code, domain.name) for domain in domains.DOMAINS])
    rooms = forms.MultipleChoiceField(label=_("What it does"), choices=_pairs(rooms.ROOMS), widget=forms.CheckboxSelectMultiple)
    cadence = forms.ChoiceField(label=_("How often"), choices=_pairs(editions.CADENCES), initial="yearly")
    what_zh = TidyField(label=_("What it is"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3}))


class FieldForm(forms.Form):
    """A field that staff add to a programme."""

    label_zh = TidyField(label=_("Label"), max_length=40)
    label_en = TidyField(label=_("English label"), max_length=60, required=False)
    code = forms.SlugField(
        label=_("Short code"), max_length=40, help_text=_("Small letters and digits; it names the column in exports.")
    )
    kind = forms.ChoiceField(label=_("Kind of value"), choices=_pairs(fields.KINDS))
    options = TidyField(
        label=_("Choices"), required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("One a line, for a choice.")
    )
    required = forms.BooleanField(label=_("Must be filled in"), required=False)

    def clean_options(self) -> list[str]:
        """The choices as a list."""
        return [line.strip() for line in self.cleaned_data["options"].splitlines() if line.strip()]
