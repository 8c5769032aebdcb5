"""What staff and workers fill in about memberships."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import ConsentText
from unionhall.kernel.programmes.models import Programme
from unionhall.lib import dates
from unionhall.lib.text import choices
from unionhall.shell import fields
from unionhall.shell.fields import Told
from unionhall.shell.forms import DayField, PickField, TidyField
from unionhall.work.membership import registry

CHECKED = (("yes", _("Authenticated")), ("no", _("Not authenticated")))
DOCUMENT = {"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}
MOBILE = {"inputmode": "tel", "autocomplete": "tel"}
CODE = {"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "6"}


def unit_field(label: Any, *, required: bool = True) -> PickField:
    """An open union, picked by type-ahead."""
    return PickField("membership.unions", Organization.objects.filter(until=None), label=label, required=required)


class FilterForm(fields.Form):
    """The filters of the list of members; the same names stand in its address."""

    q = TidyField(label=_("Name, number or phone"), required=False, max_length=60)
    unit = unit_field(_("Union"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=Told(registry.STATES, _("All with membership")))
    occupation = forms.ChoiceField(label=_("Occupation"), required=False, choices=Told(registry.OCCUPATIONS, _("All")))
    since = DayField(label=_("Joined from"), required=False)
    until = DayField(label=_("Joined to"), required=False)
    own = forms.BooleanField(label=_("This union only"), required=False)
    hired = forms.ChoiceField(label=_("Hired"), required=False, choices=Told(registry.HIRED, _("All")))
    checked = forms.ChoiceField(label=_("Authentication"), required=False, choices=[("", _("All")), *CHECKED])
    migrant = forms.BooleanField(label=_("Migrant workers"), required=False)
    employer = TidyField(label=_("Employer"), required=False, max_length=120)
    tag = TidyField(label=pgettext_lazy("noun", "Tag"), required=False, max_length=20)
    stale = forms.ChoiceField(label=_("Not confirmed for long"), required=False, choices=Told(registry.CONFIRMED, _("All")))


class WorkForm(fields.Form):
    """How somebody works."""

    occupation = forms.ChoiceField(label=_("Occupation"), choices=Told(registry.OCCUPATIONS))
    hired = forms.ChoiceField(label=_("Hired"), choices=Told(registry.HIRED))
    employer = TidyField(label=_("Employer"), required=False, max_length=120)
    platform = TidyField(label=_("Platform"), required=False, max_length=60)
    migrant = forms.BooleanField(label=_("Migrant worker"), required=False)


class CorrectWorkForm(WorkForm):
    """How a member works, and the version of the page on which it was corrected."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class RegisterForm(WorkForm):
    """One member registered at the desk."""

    name = TidyField(label=_("Full name"), max_length=100)
    id_number = TidyField(label=_("ID document number"), max_length=30, widget=forms.TextInput(attrs=DOCUMENT))
    phone = TidyField(label=_("Mobile phone"), max_length=30, required=False, widget=forms.TextInput(attrs=MOBILE))
    on = DayField(label=_("Joined on"))
    signed = forms.BooleanField(label=_("Consent to the handling of their data was signed on the form"), required=False)
    programme = forms.ModelChoiceField(
        queryset=Programme.objects.none(), label=_("Programme"), required=False, to_field_name="code"
    )
    field_order = (
        "name",
        "id_number",
        "phone",
        "on",
        "occupation",
        "hired",
        "employer",
        "platform",
        "programme",
        "migrant",
        "signed",
    )

    def __init__(self, *args: Any, programmes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]
        self.initial.setdefault("on", dates.today())


class ReasonForm(forms.Form):
    """A reason, and the version of the page it was written on."""

    reason = TidyField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=400)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class VersionForm(forms.Form):
    """Nothing but the version of the page."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class HandOnForm(ReasonForm):
    """Where an application really belongs."""

    to = unit_field(_("To which union"))
    field_order = ("to", "reason", "version")


class ChangeForm(forms.Form):
    """A dated change of one membership; each act keeps the fields that it asks for."""

    on = DayField(label=_("Takes effect on"))
    ground = forms.ChoiceField(label=_("Why retained"), required=False)
    reason = TidyField(label=_("Reason"), required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 2}))
    punished = forms.BooleanField(label=_("Punished under criminal law"), required=False)
    discussed = forms.BooleanField(label=_("Discussed by the union group"), required=False)
    decided_on = DayField(label=_("Decided by the committee on"), required=False)

    KEPT = {
        "retain": ("on", "ground", "reason"),
        "restore": ("on", "reason"),
        "second": ("on", "reason"),
        "return": ("on", "reason"),
        "leave": ("on", "reason"),
        "expel": ("on", "reason", "punished", "discussed", "decided_on"),
        "die": ("on", "reason"),
    }

    def __init__(self, data: Any = None, *, what: str) -> None:
        super().__init__(data, prefix=what)
        self.fields["ground"].choices = choices(registry.GROUNDS, _("Choose…"))  # type: ignore[attr-defined]
        for name in set(self.fields) - set(self.KEPT[what]):
            del self.fields[name]
        self.initial.setdefault("on", dates.today())


class DissolveForm(forms.Form):
    """Where the files of the members go, since when and why."""

    upper = forms.ModelChoiceField(queryset=Organization.objects.none(), label=_("Union above"), empty_label=None)
    on = DayField(label=_("Takes effect on"))
    reason = TidyField(label=_("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, above: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["upper"].queryset = above  # type: ignore[attr-defined]
        self.initial.setdefault("on", dates.today())


class PrintForm(forms.Form):
    """What is printed of the selected members, and why."""

    what = forms.ChoiceField(label=_("Print"), choices=[("certificates", _("Certificates")), ("roster", _("Roster"))])
    reason = TidyField(label=_("Reason"), max_length=200)


class MergeForm(forms.Form):
    """Which of two files stays, what is taken from the other, and by what it is known that they are one person.

    Each field of the file has a radio `take-<field>` on the page; its value is the side, "first" or "second".
    """

    SIDES = (("first", _("The left one")), ("second", _("The right one")))

    keep = forms.ChoiceField(label=_("The file that stays"), choices=SIDES)
    membership = forms.ChoiceField(label=_("The membership that goes on"), choices=SIDES, required=False)
    reason = TidyField(label=_("By what you know it"), max_length=200)

    def __init__(self, data: Any = None, *, fields: Sequence[str]) -> None:
        super().__init__(data)
        self.taken = {name: f"take-{name}" for name in fields}
        for place in self.taken.values():
            self.fields[place] = forms.ChoiceField(choices=self.SIDES, required=False)

    def wishes(self) -> dict[str, Any]:
        """What the act takes: the side that stays, the fields of the other one, the membership that goes on."""
        keep = self.cleaned_data["keep"]
        fields = [name for name, place in self.taken.items() if self.cleaned_data[place] not in ("", keep)]
        going_on = "gone" if self.cleaned_data["membership"] not in ("", keep) else "kept"
        return {"keep": keep, "fields": fields, "membership": going_on, "reason": self.cleaned_data["reason"]}


class ApartForm(forms.Form):
    """Two files are two persons."""

    reason = TidyField(label=_("Reason"), required=False, max_length=200)


class MoveForm(forms.Form):
    """Where a membership goes."""

    to = unit_field(_("To which union"))
    why = TidyField(label=_("Why"), required=False, max_length=200)


class CodeForm(forms.Form):
    """A new code."""

    label = TidyField(label=_("Where it hangs"), required=False, max_length=40)
    last_day = DayField(label=_("Last day of use"), required=False)
    programme = forms.ModelChoiceField(
        queryset=Programme.objects.none(), label=_("Programme"), required=False, to_field_name="code"
    )

    def __init__(self, *args: Any, programmes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]


class ReportedForm(forms.Form):
    """How many members were reported upward."""

    members = forms.IntegerField(label=_("Members reported"), min_value=0, max_value=100_000_000)
    day = DayField(label=_("On the day"))
    evidence = TidyField(label=_("Document"), max_length=120)


class PartnerForm(fields.Form):
    """A platform enterprise."""

    name = TidyField(label=_("Platform"), max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), choices=Told(registry.PARTNER_KINDS))
    agreement = TidyField(label=_("Name of the agreement"), max_length=120)
    agreed_on = DayField(label=_("Agreed on"))
    workers = forms.IntegerField(label=_("Workers here"), min_value=0, max_value=10_000_000)
    contact = TidyField(label=_("Contact post"), required=False, max_length=60)


class BenefitForm(fields.Form):
    """A benefit for members."""

    title = TidyField(label=_("Benefit"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=Told(registry.BENEFIT_KINDS))
    quota = forms.IntegerField(label=_("How many"), min_value=1, max_value=10_000_000)
    opens_on = DayField(label=_("Opens on"))
    closes_on = DayField(label=_("Closes on"))
    use_until = DayField(label=_("To be used by"), required=False)
    place = TidyField(label=_("Where"), required=False, max_length=120)
    what = TidyField(label=_("What it is"), required=False, widget=forms.Textarea(attrs={"rows": 3}))


class UseForm(forms.Form):
    """The code of a claim, as the partner reads it."""

    code = TidyField(label=_("Code of the claim"), max_length=20)


class DecideForm(forms.Form):
    """What becomes of a proposal to found a union."""

    decision = forms.ChoiceField(label=_("Decision"), choices=[("taken", _("Take it up")), ("set_aside", _("Set aside"))])
    reason = TidyField(label=_("Reason"), max_length=200)


class TagForm(forms.Form):
    """A tag for many."""

    tag = TidyField(label=pgettext_lazy("noun", "Tag"), max_length=20)


class MessageForm(forms.Form):
    """Words for many."""

    text = forms.CharField(
        label=_("Message"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=300,
        help_text=_("At most 300 characters. Phone, account and document numbers in the words are hidden."),
    )
    texted = forms.BooleanField(label=_("Also by text message"), required=False)


class PhoneForm(fields.Form):
    """First screen of joining: the phone and the code sent to it."""

    phone = TidyField(label=_("Mobile phone"), max_length=20, widget=forms.TextInput(attrs=MOBILE))
    code = TidyField(label=_("Code from the text message"), max_length=8, required=False, widget=forms.TextInput(attrs=CODE))


class KnownForm(fields.Form):
    """Second screen for somebody on the roster: only how you work, and in the home of a township where.

    `data-sure` says which answers are right for sure (shell/ahead.js): with any other the house is asked, which says what is wrong.
    """

    occupation = forms.ChoiceField(
        label=_("How do you work?"), widget=forms.RadioSelect, initial="regular", choices=Told(registry.OCCUPATIONS)
    )
    employer = TidyField(
        label=_("Where do you work?"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"data-sure": "[一-鿿A-Za-z0-9（）]*"}),
    )

    def __init__(self, *args: Any, home: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not home:
            del self.fields["employer"]


class SelfForm(KnownForm):
    """Second screen of joining: who you are and how you work."""

    name = TidyField(
        label=_("Full name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false", "data-sure": "[一-鿿]{2,10}"}),
    )
    id_number = TidyField(
        label=_("ID document number"), max_length=30, widget=forms.TextInput(attrs={**DOCUMENT, "data-sure": "id_number"})
    )
    field_order = ("name", "id_number", "occupation", "employer")


def shown_texts(known: Mapping[str, ConsentText]) -> dict[str, ConsentText]:
    """The texts that stand on the third screen, by the field that agrees to each."""
    return {"personal": known[registry.PERSONAL], "texts": known[registry.TEXTS]}


class SendForm(fields.Form):
    """Third screen: the will to join; `shown` as `shown_texts` gives it."""

    willing = forms.BooleanField(label=_("I join the union of my own will and keep to its constitution."), required=False)
    personal = forms.BooleanField(label=_("I have read how my data are handled, and agree."), required=False)
    texts = forms.BooleanField(label=_("The union may send me text messages about activities and benefits."), required=False)

    def __init__(self, data: Any = None, *, shown: Mapping[str, ConsentText]) -> None:
        super().__init__(data)
        self.shown = shown
        for name, text in self.shown.items():  # a tick says which version stood beside it
            self.fields[name].widget.attrs["value"] = str(text.version)

    def clean(self) -> dict[str, Any]:
        """Nobody joins without the first consent, and nobody agrees to words that they did not read."""
        given = dict(self.cleaned_data)
        if not given["personal"]:
            self.add_error("personal", _("Read how your data are handled, then tick that you agree."))
        for name, text in self.shown.items():
            if given[name] and self.data.get(name) != str(text.version):
                self.add_error(name, _("The text was changed meanwhile: please read the new one."))
        return given

    def agreed(self) -> tuple[int, ...]:
        """The keys of the texts that were ticked."""
        return tuple(text.pk for name, text in self.shown.items() if self.cleaned_data.get(name))


class TextForm(forms.Form):
    """The next version of a text that members agree to, in both languages."""

    zh = forms.CharField(label=_("Chinese"), widget=forms.Textarea(attrs={"rows": 6}), max_length=4000)
    en = forms.CharField(label=_("English"), widget=forms.Textarea(attrs={"rows": 6}), max_length=4000)


class CheckCardForm(forms.Form):
    """The code of a member card."""

    code = TidyField(label=_("Code of the card"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}))
