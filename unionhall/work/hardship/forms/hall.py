"""What workers fill in about their household, on five screens."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from unionhall.shell.forms import PhotoField, TidyField, offer
from unionhall.work.hardship import registry
from unionhall.work.hardship.forms.desk import CountField, amount_field, chosen


class SituationForm(forms.Form):
    """First screen: what happened."""

    cause = forms.ChoiceField(label=_("What has brought your family into hardship?"))
    worker = forms.ChoiceField(label=_("What is your work now?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "cause", chosen(registry.CAUSES))
        offer(self, "worker", chosen(registry.WORKERS))


class FamilyForm(forms.Form):
    """Second screen: who lives with the applicant, one more at a time."""

    size = CountField(label=_("How many persons live together, you included?"), least=1, most=20)
    name = TidyField(label=_("Name of a family member"), max_length=50, required=False)
    relation = forms.ChoiceField(label=_("Relation to you"), required=False)
    id_number = TidyField(label=_("ID number of that person"), max_length=30, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "relation", [(code, name) for code, name in chosen(registry.RELATIONS) if code != "self"])

    def clean(self) -> dict[str, Any]:
        """A named member comes whole."""
        given = super().clean() or {}
        if given.get("name") and not (given.get("relation") and given.get("id_number")):
            self.add_error("id_number", _("Fill in relation and ID number of this person."))
        return given


class AmountsForm(forms.Form):
    """Third screen: four figures of the last twelve months. Those in `kept` were said before: left empty, they stay."""

    wage = amount_field(_("Wages of the whole family, twelve months, yuan"))
    other = amount_field(_("Pensions, benefits and other money that came in, yuan"))
    medical = amount_field(_("Medical cost that you paid yourselves, yuan"))
    education = amount_field(_("Schooling, yuan"))

    def __init__(self, *args: Any, kept: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in kept:
            self.fields[name].help_text = _("Kept and sealed. Fill it in again only to replace it.")

    def amounts(self) -> dict[str, int]:
        """What was filled in, in fen."""
        return {name: int(value) for name, value in self.cleaned_data.items() if value is not None}


class PhotoForm(forms.Form):
    """Fourth screen: a photo of a paper; may follow later."""

    photo = PhotoField(label=_("Photo of a paper (diagnosis, invoice, household book)"), required=False, at_once=True)


class PaperForm(forms.Form):
    """A paper that follows an application."""

    photo = PhotoField(label=_("Photo of a paper (diagnosis, invoice, household book)"))


class AccountForm(forms.Form):
    """Fifth screen: the card on which help is paid; kept sealed, and may follow later."""

    account = TidyField(label=_("Number of your own bank card"), required=False, max_length=40)


class SignForm(forms.Form):
    """After the screens: what is signed."""

    agree = forms.BooleanField(label=_("I have read this and sign it"))
