"""Forms about people."""

from django import forms
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.people.models import Sex
from unionhall.lib import idnumber
from unionhall.lib.refusal import Refused
from unionhall.shell.forms import DayField, TidyField


class PeopleFilter(forms.Form):
    """The query form over the people."""

    q = TidyField(label=_("Name, initials, last four or a whole number"), required=False)


class PersonForm(forms.Form):
    """A person to be registered: five fields, two of them needed."""

    name = TidyField(
        label=_("Full name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    )
    id_number = TidyField(
        label=_("ID number"), max_length=32, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    phone = TidyField(label=_("Mobile phone"), max_length=24, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    sex = forms.ChoiceField(
        label=_("Sex"), required=False, choices=[("", "--"), *Sex.choices], help_text=_("Read from the ID number.")
    )
    birth = DayField(label=_("Date of birth"), required=False, help_text=_("Read from the ID number."))

    def clean_id_number(self) -> str:
        """The number without the name of its document; bare digits that several documents may have are asked about."""
        typed = str(self.cleaned_data["id_number"])
        try:
            return idnumber.check_typed(typed).text if typed else ""
        except Refused as wrong:
            raise forms.ValidationError(str(wrong), code=wrong.code) from None


class CorrectForm(PersonForm):
    """Corrections; sealed values are left empty to stay as they are."""

    reason = TidyField(label=_("Reason"), max_length=500)


class RevealForm(forms.Form):
    """Why somebody needs to read a sealed value."""

    reason = TidyField(label=_("Reason"), max_length=200, help_text=_("It is kept with your name and can be read by the person."))


class EraseForm(forms.Form):
    """Why a person is made unreadable."""

    reason = TidyField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
