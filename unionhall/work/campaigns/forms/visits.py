"""What staff fill in about visits, teams, sessions and attendance."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.people.rules import told_apart
from unionhall.kernel.programmes.models import Programme
from unionhall.lib import dates, money
from unionhall.lib.refusal import Refused
from unionhall.lib.text import choices
from unionhall.shell.forms import DayField, MoneyField, PickField, TidyField, among, offer
from unionhall.work.campaigns import registry, rules
from unionhall.work.campaigns.models import Team

MINUTE = "%Y-%m-%dT%H:%M"


def unit_field(label: Any, *, required: bool = False, help_text: Any = "") -> PickField:
    """An open unit, picked by type-ahead."""
    return PickField(
        "campaigns.units", Organization.objects.filter(until=None), label=label, required=required, help_text=help_text
    )


def person_field(label: Any, *, required: bool = False) -> PickField:
    """A person picked by type-ahead; the form says by `among` whom the one who fills it in may name."""
    return PickField("campaigns.people", Person.objects.none(), hint=told_apart, label=label, required=required)


class MomentField(forms.DateTimeField):
    """A time in Asia/Shanghai, as the browser's picker or a person writes it."""

    widget = forms.DateTimeInput(format=MINUTE, attrs={"type": "datetime-local"})

    def prepare_value(self, value: Any) -> Any:
        """An aware moment as local time."""
        return value.astimezone(dates.SHANGHAI).strftime(MINUTE) if isinstance(value, datetime) else value

    def to_python(self, value: Any) -> Any:
        """An aware moment, None when empty."""
        if value in self.empty_values or isinstance(value, datetime):
            return value or None
        text = str(value).strip().replace("/", "-").replace(" ", "T")
        for form in (MINUTE, f"{MINUTE}:%S"):
            try:
                found = datetime.strptime(text, form).replace(tzinfo=dates.SHANGHAI)
            except ValueError:
                continue
            try:
                rules.check_years({"": found})
            except Refused as refusal:
                raise forms.ValidationError(str(refusal), code="invalid") from refusal
            return found
        raise forms.ValidationError(gettext("Write the time as 2025-03-05 09:30."), code="invalid")


def programme_field(**more: Any) -> forms.ModelChoiceField:
    """The programme, by its code."""
    return forms.ModelChoiceField(Programme.objects.none(), label=_("Programme"), to_field_name="code", **more)


class VisitFilter(forms.Form):
    """The filters of the list of visits; the same names stand in its address."""

    q = TidyField(label=_("Theme, name or household"), required=False, max_length=60)
    programme = programme_field(required=False)
    unit = unit_field(_("Unit"))
    own = forms.BooleanField(label=_("This unit only"), required=False)
    recipient = forms.ChoiceField(label=_("Whom"), required=False)
    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To"), required=False)

    def __init__(self, *args: Any, programmes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]
        self.fields["recipient"].choices = choices(registry.RECIPIENTS, _("All"))  # type: ignore[attr-defined]


class VisitForm(forms.Form):
    """One visit: the first stop by fields, further ones a line each."""

    programme = programme_field()
    day = DayField(label=_("Day"))
    form = forms.ChoiceField(label=_("Form of the activity"), required=False)
    recipient = forms.ChoiceField(label=_("Whom"))
    name = TidyField(label=_("Name of the household or unit"), max_length=100, required=False)
    household = TidyField(label=_("Household file number"), max_length=40, required=False)
    person = person_field(_("Worker on the house's books"))
    unit = unit_field(_("Unit on the house's books"))
    heads = forms.IntegerField(label=_("People greeted"), min_value=0, max_value=rules.MOST_HEADS, initial=1)
    goods = MoneyField(label=_("Value of goods, yuan"), required=False)
    cash = MoneyField(
        label=_("Cash, yuan"), required=False, help_text=_("Only noted here; payments are booked where they are made.")
    )
    copies = forms.IntegerField(label=_("Books and leaflets"), min_value=0, max_value=1_000_000, required=False)
    more = forms.CharField(
        label=_("Further stops"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=200_000,
        help_text=_("One a line: name, people, value of goods, cash; separated by tabs or commas."),
    )  # fmt: skip
    theme = TidyField(label=_("Theme"), max_length=60, required=False)
    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"), required=False)
    visitors = TidyField(label=_("Who went"), max_length=200, required=False)
    notes = TidyField(label=_("Notes"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)
    photo = forms.FileField(label=_("Photo"), required=False, help_text=_("The place that a phone writes into it is taken out."))
    once = forms.CharField(required=False, widget=forms.HiddenInput, max_length=100)

    def __init__(
        self, *args: Any, programmes: Any, forms_known: Any, recipients: Any, teams: Any, people: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        among(self, "person", people)
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]
        forms_offered = [(code, str(text)) for code, text in forms_known.items()]
        offer(self, "form", [("", _("The first of the programme")), *forms_offered])
        offer(self, "recipient", choices(recipients))

    def clean(self) -> dict[str, Any]:
        """The stops that the fields and lines tell."""
        cleaned = super().clean() or {}
        if not self.errors:
            first = rules.Stopped(
                recipient=cleaned["recipient"], name=cleaned["name"], household=cleaned["household"],
                person_id=getattr(cleaned["person"], "pk", None), unit_id=getattr(cleaned["unit"], "pk", None),
                heads=cleaned["heads"], goods=cleaned["goods"], cash=cleaned["cash"], copies=cleaned["copies"] or 0,
            )  # fmt: skip
            cleaned["stops"] = [self._named(first), *self._lines(cleaned["recipient"], cleaned["more"])]
        return cleaned

    def _named(self, first: rules.Stopped) -> rules.Stopped:
        chosen = self.cleaned_data.get("person") or self.cleaned_data.get("unit")
        return first if first.name or chosen is None else first._replace(name=chosen.name[:100])

    def _lines(self, recipient: str, block: str) -> list[rules.Stopped]:
        found = []
        for number, line in enumerate((line for line in block.splitlines() if line.strip()), start=2):
            try:
                found.append(rules.read_stop(line, recipient, money.parse))
            except ValueError:
                self.add_error("more", gettext("Stop %(number)s cannot be read: %(line)s") % {"number": number, "line": line[:60]})
        return found


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = TidyField(label=_("Reason"), max_length=200)
