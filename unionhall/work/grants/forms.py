"""What staff fill in about grants and payments."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.models import Programme
from unionhall.lib import dates, money
from unionhall.lib.text import Text
from unionhall.shell.forms import MoneyField, PickField, TidyField, among, offer
from unionhall.work.grants import registry
from unionhall.work.grants.flow import GRANT


def _person(label: Any, *, required: bool = True, help_text: Any = "") -> PickField:
    return PickField("grants.people", Person.objects.none(), label=label, required=required, help_text=help_text)


class ListFilter(forms.Form):
    """The filters of the list of applications; the same names stand in its address."""

    q = TidyField(label=_("Name or reference"), required=False, max_length=60)
    state = forms.ChoiceField(
        label=_("State"), required=False,
        choices=lambda: [("", _("All")), *((state.code, str(state.name)) for state in GRANT.states)],
    )  # fmt: skip
    programme = forms.ModelChoiceField(Programme.objects.none(), label=_("Programme"), to_field_name="code", required=False)

    def __init__(self, *args: Any, programmes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]


class ApplicationForm(forms.Form):
    """One application. Programme and kind are one choice, so that no pair can be wrong."""

    what = forms.ChoiceField(label=_("Programme and kind"))
    person = _person(_("For whom"))
    payee = _person(_("Payee"), required=False, help_text=_("Left empty: the person. Otherwise one of the same household."))
    amount = MoneyField(label=_("Amount, yuan"))
    months = forms.MultipleChoiceField(
        label=_("Months paid for"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only where paid by the month."),
    )
    reason = TidyField(label=_("Circumstances"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, programmes: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programmes = {one.code: one for one in programmes}
        offer(self, "what", [("", "—"), *self._kinds()])
        year = dates.today().year
        self.fields["months"].choices = [  # type: ignore[attr-defined]
            (f"{year}-{month:02d}-01", f"{year}-{month:02d}") for month in range(1, 13)
        ]
        for name in ("person", "payee"):
            among(self, name, people)

    def _kinds(self) -> list[tuple[str, str]]:
        found = []
        for code, programme in self.programmes.items():
            for kind in programme.options.get("grants", {}).get("kinds", []):
                if kind["code"] in registry.TERMS.get(code, {}):
                    found.append((f"{code}/{kind['code']}", f"{programme} · {Text(kind['zh'], kind['en'])}"))
        return found

    def given(self) -> dict[str, Any]:
        """The cleaned values as the action takes them."""
        told = dict(self.cleaned_data)
        code, _slash, kind = told.pop("what").partition("/")
        return {
            **told,
            "programme": self.programmes[code],
            "kind": kind,
            "months": [date.fromisoformat(each) for each in told["months"]],
        }


class ReviewForm(forms.Form):
    """An opinion; the version is that of the screen."""

    words = TidyField(label=_("Opinion"), required=False, max_length=400)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=10**6)


class WhyForm(ReviewForm):
    """A reason that must be given."""

    words = TidyField(label=_("Reason"), max_length=400)


class ApproveForm(ReviewForm):
    """How much, out of which budget line."""

    amount = MoneyField(label=_("Amount approved, yuan"))
    line = forms.TypedChoiceField(label=_("Budget line"), coerce=int)
    field_order = ("amount", "line", "words", "version")

    def __init__(self, *args: Any, lines: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = [(str(line.id), f"{line.name} ({money.yuan(line.free)})") for line in lines]
        offer(self, "line", [("", "—"), *told])


class DigestForm(forms.Form):
    """What the checker saw."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)


class ResultsForm(forms.Form):
    """The bank's answer."""

    file = forms.FileField(
        label=_("Results file of the bank"), help_text=_(".xlsx or .csv with reference, amount, result, reason.")
    )


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = TidyField(label=_("Reason"), max_length=200)
