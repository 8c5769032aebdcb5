"""The forms of the worker's pages: the five screens, and what follows them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from unionhall.lib import dates
from unionhall.lib.refusal import Refused
from unionhall.shell.forms import DayField, MoneyField, PhotoField, TidyField, offer
from unionhall.work.grants.forms import OWN_COST, exclusion_field
from unionhall.work.grants.rules import bank


class WhomForm(forms.Form):
    """First screen of the worker: for whom, and for which months where the kind is paid by the month."""

    person = forms.TypedChoiceField(label=_("For whom"), coerce=int)
    exclusion = exclusion_field()
    months = forms.MultipleChoiceField(label=_("Months paid for"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, people: Any, monthly: bool, excludes: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not excludes:
            del self.fields["exclusion"]
        offer(self, "person", people)
        year = dates.today().year
        if monthly:
            self.fields["months"].choices = [  # type: ignore[attr-defined]
                (f"{year}-{month:02d}-01", f"{year}-{month:02d}") for month in range(1, 13)
            ]
        else:
            del self.fields["months"]


class MoneyForm(forms.Form):
    """Second screen: how much, and why."""

    happened_on = DayField(label=_("On which day (for a stay in hospital: when you left)"))
    basis = MoneyField(label=_("Sum of the papers, yuan"))
    matter = TidyField(label=_("Which illness, stay or case"), max_length=120)
    amount = MoneyField(label=_("How much do you ask for, yuan"))
    reason = TidyField(label=_("What it is about, in your words"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, terms: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, wanted in (("basis", terms.share or terms.tiers), ("matter", terms.matter), ("happened_on", terms.claim_days)):
            if not wanted:
                del self.fields[name]
        if terms.tiers:
            self.fields["basis"].label, self.fields["basis"].required = OWN_COST, False


class PhotoForm(forms.Form):
    """Third screen: a photo of a paper; may follow later."""

    photo = PhotoField(label=_("Photo of a paper (invoice, diagnosis, letter of admission)"), required=False, at_once=True)


class AccountForm(forms.Form):
    """Fourth screen: the account that is paid; kept sealed."""

    account = TidyField(label=_("Your own bank account"), required=False, max_length=40)

    def clean_account(self) -> str:
        """Digits only; what cannot be a number is neither kept nor taken."""
        said = str(self.cleaned_data["account"])
        if not said:
            return ""
        try:
            return bank.account_number(said)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class OwedAccountForm(AccountForm):
    """The account that a payment waits for, given after handing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].required = True


class AgreeForm(forms.Form):
    """Fifth screen: what is signed."""

    agree = forms.BooleanField(label=_("What I said is true; I agree that it is checked and posted with my name masked"))


class WordsForm(forms.Form):
    """Why: of an objection, an appeal, or taking something back."""

    words = TidyField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
