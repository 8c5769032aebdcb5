"""What staff fill in about sessions, teams and people sent out."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from unionhall.lib.text import choices
from unionhall.shell.forms import DayField, MoneyField, TidyField, among
from unionhall.work.campaigns import registry, rules
from unionhall.work.campaigns.forms.visits import MomentField, person_field, programme_field, unit_field
from unionhall.work.campaigns.models import Session, Team


class SessionFilter(forms.Form):
    """The filters of the list of sessions; the same names stand in its address."""

    q = TidyField(label=_("Name or place"), required=False, max_length=60)
    programme = programme_field(required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    unit = unit_field(_("Unit"))

    def __init__(self, *args: Any, programmes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]
        self.fields["state"].choices = choices(registry.SESSION_STATES, _("All"))  # type: ignore[attr-defined]


class EditionFilter(forms.Form):
    """The programme whose editions are compared."""

    programme = programme_field(required=False, empty_label=_("Choose…"))

    def __init__(self, *args: Any, programmes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]


class SessionForm(forms.Form):
    """One session."""

    programme = programme_field()
    name = TidyField(label=_("Name"), max_length=80)
    form = forms.ChoiceField(label=_("Form of the activity"), required=False)
    mode = forms.ChoiceField(label=_("How it is held"))
    starts_at = MomentField(label=_("Starts"))
    ends_at = MomentField(label=_("Ends"))
    place = TidyField(label=_("Place"), max_length=100, required=False)
    link = forms.URLField(label=_("Link"), max_length=300, required=False, assume_scheme="https")
    held_at = unit_field(_("Held in the area of"), help_text=_("A city, county or industry union: counted as reached."))
    method = forms.ChoiceField(label=_("How places are given"))
    places = forms.IntegerField(label=_("Places"), min_value=1, max_value=rules.MOST_PLACES, required=False)
    opens_at = MomentField(label=_("Sign-up opens"), required=False)
    closes_at = MomentField(label=_("Sign-up closes"), required=False)
    theme = TidyField(label=_("Theme"), max_length=60, required=False)
    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"), required=False)
    main = forms.ModelChoiceField(Session.objects.none(), label=_("Branch venue of"), required=False)
    notes = TidyField(label=_("What to know"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)

    def __init__(self, *args: Any, programmes: Any, forms_known: Any, teams: Any, mains: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]
        self.fields["main"].queryset = mains  # type: ignore[attr-defined]
        names = [(code, str(text)) for code, text in forms_known.items()]
        self.fields["form"].choices = [("", _("The first of the programme")), *names]  # type: ignore[attr-defined]
        self.fields["mode"].choices = choices(registry.MODES)  # type: ignore[attr-defined]
        self.fields["method"].choices = choices(registry.METHODS)  # type: ignore[attr-defined]


class PlacesForm(forms.Form):
    """The quota of everybody, or of one district or union."""

    places = forms.IntegerField(label=_("Places"), min_value=1, max_value=rules.MOST_PLACES)
    organization = unit_field(_("Only for workers of"))


class WordsForm(forms.Form):
    """Some words."""

    words = TidyField(label=_("Words"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, label: object = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["words"].label = label  # type: ignore[assignment]


class CodeForm(forms.Form):
    """The code on a worker's phone, scanned or typed."""

    code = forms.CharField(label=_("Code on the worker's phone"), max_length=120)


class NamesForm(forms.Form):
    """People by name, one a line."""

    names = forms.CharField(label=_("Names, one a line"), max_length=200_000, widget=forms.Textarea(attrs={"rows": 3}))


class PersonForm(forms.Form):
    """Somebody on the house's books."""

    person = person_field(_("Worker on the house's books"), required=True)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "person", people)


class HeadsForm(forms.Form):
    """How many of one unit came."""

    heads = forms.IntegerField(label=_("How many people"), min_value=1, max_value=rules.MOST_HEADS)
    mode = forms.ChoiceField(label=_("How they took part"), required=False)
    name = TidyField(label=_("Unit"), max_length=100, required=False)
    ownership = forms.ChoiceField(label=_("Ownership"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mode"].choices = choices(registry.MODES, _("As the session"))  # type: ignore[attr-defined]
        self.fields["ownership"].choices = choices(registry.OWNERSHIPS)  # type: ignore[attr-defined]


class HandoutForm(forms.Form):
    """What was handed out."""

    name = TidyField(label=_("Item handed out"), max_length=80)
    copies = forms.IntegerField(label=_("Books and leaflets"), min_value=0, max_value=10_000_000, required=False)
    goods = MoneyField(label=_("Value of goods, yuan"), required=False)
    cash = MoneyField(label=_("Cash, yuan"), required=False)


class ShownForm(forms.Form):
    """Whom an exhibition shows: names of one level of award."""

    names = forms.CharField(label=_("Names, one a line"), max_length=50_000, widget=forms.Textarea(attrs={"rows": 3}))
    level = forms.ChoiceField(label=_("Level of the award"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = choices(registry.AWARD_LEVELS)  # type: ignore[attr-defined]


class FileForm(forms.Form):
    """A photo or paper."""

    file = forms.FileField(label=_("Photo or paper"))


class KeyForm(forms.Form):
    """One row of the page."""

    key = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    take = forms.BooleanField(required=False, widget=forms.HiddenInput)


class SyncForm(forms.Form):
    """An offline list brought back."""

    code = forms.CharField(label=_("Signature of the list"), max_length=120)
    block = forms.CharField(
        label=_("Check-ins, one a line: number, then the time"),
        max_length=500_000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    phone_now = MomentField(
        label=_("What the phone's clock says now"), required=False, help_text=_("Only if the phone's clock was wrong.")
    )


class TeamForm(forms.Form):
    """A team with its first members."""

    programme = programme_field()
    name = TidyField(label=_("Name"), max_length=80)
    formed_on = DayField(label=_("Formed on"), required=False)
    role = forms.ChoiceField(label=_("Role"))
    names = forms.CharField(
        label=_("Members, one a line"), max_length=200_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, programmes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]
        self.fields["role"].choices = choices(registry.ROLES)  # type: ignore[attr-defined]


class JoinForm(forms.Form):
    """People who join a team."""

    role = forms.ChoiceField(label=_("Role"))
    names = forms.CharField(label=_("Names, one a line"), max_length=200_000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = choices(registry.ROLES)  # type: ignore[attr-defined]


class SendForm(forms.Form):
    """People sent out to one place."""

    programme = programme_field()
    role = forms.ChoiceField(label=_("Role"))
    names = forms.CharField(label=_("Names, one a line"), max_length=200_000, widget=forms.Textarea(attrs={"rows": 3}))
    site = TidyField(label=_("Place"), max_length=80)
    site_kind = forms.ChoiceField(label=_("Kind of place"))
    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To"), required=False)
    task = TidyField(label=_("Task"), max_length=80, required=False)
    served = forms.IntegerField(label=_("People served, in all"), min_value=0, max_value=rules.MOST_HEADS, required=False)

    def __init__(self, *args: Any, programmes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]
        self.fields["role"].choices = choices(registry.ROLES)  # type: ignore[attr-defined]
        self.fields["site_kind"].choices = choices(registry.SITES)  # type: ignore[attr-defined]
