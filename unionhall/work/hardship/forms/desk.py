"""What staff fill in about households."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.people.rules import told_apart
from unionhall.kernel.programmes.models import Programme
from unionhall.lib import dates
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text, choices
from unionhall.shell.forms import DayField, MoneyField, PhotoField, PickField, TidyField, WordsForm, among, offer
from unionhall.work.hardship import registry
from unionhall.work.hardship.flow import HARDSHIP
from unionhall.work.hardship.rules import means

LIGHTS = (("late", _("Overdue")), ("soon", _("Due soon")), ("ok", _("On time")), ("paused", _("Paused")))
FIGURES = {kind: "housing_cost" if kind == "housing" else kind for kind in (*means.INCOMES, *means.SPENDING)}  # field names
ROWS = 5  # lines for members; more by the button below them


def amount_field(label: Any) -> MoneyField:
    """Yuan that may be left out: what was not said is None, not nothing."""
    return MoneyField(label=label, required=False, nothing=None)


class CountField(forms.IntegerField):
    """A small whole number; empty is none."""

    def __init__(self, least: int = 0, most: int = 999, **kwargs: Any) -> None:
        super().__init__(min_value=least, max_value=most, **kwargs)


def person_field(label: Any, *, required: bool = False) -> PickField:
    """A person picked by type-ahead; the form says by `among` whom the one who fills it in may name."""
    return PickField("hardship.people", Person.objects.none(), hint=told_apart, label=label, required=required)


def chosen(words: Any, empty: Any = "") -> list[tuple[str, Any]]:
    """Choices of a code list, with a first line that stands for nothing or all."""
    return choices(words, empty or _("Choose…"))


class FilterForm(forms.Form):
    """The filters of the list; the same names stand in its address."""

    q = TidyField(label=_("Reference, name, ID or phone"), required=False, max_length=60)
    state = forms.ChoiceField(label=_("State"), required=False)
    kind = forms.ChoiceField(label=_("Kind of hardship"), required=False)
    light = forms.ChoiceField(label=_("Light"), required=False)
    listed = forms.ChoiceField(label=_("Special list"), required=False)
    level = forms.ChoiceField(label=_("Level of the file"), required=False)
    worker = forms.ChoiceField(label=_("Kind of worker"), required=False)
    cause = forms.ChoiceField(label=_("Cause"), required=False)
    unit = forms.IntegerField(required=False, widget=forms.HiddenInput)
    programme = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = _("All")
        states = [("", everything), ("open", _("Not closed")), *((state.code, str(state.name)) for state in HARDSHIP.states)]
        offer(self, "state", states)
        offer(self, "light", [("", everything), *LIGHTS])
        for name, words in (
            ("kind", registry.KINDS),
            ("listed", registry.LISTS),
            ("level", registry.LEVELS),
            ("worker", registry.WORKERS),
            ("cause", registry.CAUSES),
        ):
            offer(self, name, chosen(words, everything))


class FileForm(forms.Form):
    """One household on one page (S9); only what is marked must be filled in, the rest can follow."""

    head = person_field(_("Applicant, if known to the house"))
    name = TidyField(label=_("Name of the applicant"), max_length=50, required=False)
    id_number = TidyField(label=_("ID number"), max_length=30, required=False)
    phone = TidyField(label=_("Mobile phone"), max_length=20, required=False)
    worker = forms.ChoiceField(label=_("Kind of worker"))
    employer = TidyField(label=_("Employer"), max_length=120, required=False)
    months = CountField(label=_("Months of employment here"), most=720, required=False)
    size = CountField(label=_("Persons living together"), least=1, most=20, initial=1)
    level = forms.ChoiceField(label=_("Level of the file"), initial="county")
    housing = forms.ChoiceField(label=_("Housing"), initial="own")
    cause = forms.ChoiceField(label=_("Main cause"))
    second_cause = forms.ChoiceField(label=_("Second cause"), required=False)
    programme = forms.ModelChoiceField(Programme.objects.none(), label=_("Programme"), required=False, to_field_name="code")
    illness = TidyField(label=_("Illness, kept sealed"), required=False, max_length=200)
    exclusions = forms.MultipleChoiceField(label=_("Grounds that bar a file"), required=False, widget=forms.CheckboxSelectMultiple)
    note = TidyField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    income_total = amount_field(_("Total of incomes, if declared"))
    accident = amount_field(_("Cost of an accident or critical illness this year"))
    disease = forms.ChoiceField(
        label=_("Which critical illness it was"), required=False,
        help_text=_("Left open: an injury or a disaster. An illness counts where the rule here lists it."),
    )  # fmt: skip
    consent = forms.BooleanField(label=_("All adults have signed the authorisation"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    once = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: Any, programmes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "head", people)
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]
        for name, words in (
            ("worker", registry.WORKERS),
            ("level", registry.LEVELS),
            ("housing", registry.HOUSING),
            ("cause", registry.CAUSES),
            ("second_cause", registry.CAUSES),
            ("disease", registry.DISEASES),
        ):
            offer(self, name, chosen(words))
        self.fields["exclusions"].choices = choices(registry.EXCLUSIONS)  # type: ignore[attr-defined]
        for code, ground in registry.EXCLUSIONS.items():
            label = format_lazy(_("What shows it: {ground}"), ground=ground)
            self.fields[f"proof_{code}"] = TidyField(label=label, required=False, max_length=200)
        for kind, title in (*registry.INCOMES.items(), *registry.SPENDING.items()):
            self.fields[FIGURES[kind]] = amount_field(str(title))

    def clean(self) -> dict[str, Any]:
        """The applicant is chosen or named with a number."""
        given = super().clean() or {}
        if not given.get("head") and not (given.get("name") and given.get("id_number")):
            self.add_error("name", _("Choose the applicant, or fill in name and ID number."))
        return given

    def amounts(self, kinds: tuple[str, ...]) -> dict[str, int]:
        """What was filled in of some kinds, in fen."""
        return {kind: int(self.cleaned_data.get(FIGURES[kind]) or 0) for kind in kinds}

    def proofs(self) -> dict[str, str]:
        """What shows each ground that holds."""
        return {code: self.cleaned_data.get(f"proof_{code}") or "" for code in self.cleaned_data["exclusions"]}

    @property
    def says_money(self) -> bool:
        """Whether any figure of the year was filled in."""
        return any(self.cleaned_data.get(name) is not None for name in (*FIGURES.values(), "accident"))

    def check_figures(self) -> None:
        """Raises Refused with the first figure that was typed and cannot be worked with: without it, a result would mislead."""
        for name in ("size", "months", *FIGURES.values(), "accident", "income_total"):
            wrong = [error for error in self.errors.as_data().get(name, ()) if error.code != "required"]
            if wrong:
                label, said = self[name].label, " ".join(str(words) for words in wrong[0].messages)
                raise Refused(Text(f"{label}：{said}", f"{label}: {said}"), field=name)


class MemberForm(forms.Form):
    """One member of the household; an empty line is none."""

    name = TidyField(label=_("Full name"), max_length=50, required=False)
    relation = forms.ChoiceField(label=_("Relation"), required=False)
    id_number = TidyField(label=_("ID number"), max_length=30, required=False)
    school = forms.ChoiceField(label=_("School"), required=False)
    person = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "relation", [(code, name) for code, name in chosen(registry.RELATIONS) if code != "self"])
        offer(self, "school", chosen(registry.SCHOOLS, "--"))

    def clean(self) -> dict[str, Any]:
        """A named member has a relation, and a number unless already known."""
        given = super().clean() or {}
        if given.get("name") and not given.get("relation"):
            self.add_error("relation", _("Choose the relation to the applicant."))
        if given.get("name") and not given.get("id_number") and not given.get("person"):
            self.add_error("id_number", _("Fill in the ID number, so that nobody stands in two files."))
        return given


Members = forms.formset_factory(MemberForm, extra=ROWS, max_num=20, absolute_max=20)


class ReasonForm(WordsForm):
    """A named reason with the words it rests on."""

    reason = forms.ChoiceField(label=_("Reason"))
    field_order = ("reason", "words", "version")

    def __init__(self, *args: Any, words: Any, **kwargs: Any) -> None:
        super().__init__(*args, label=_("What it rests on"), **kwargs)
        offer(self, "reason", chosen(words))


class HandOverForm(WordsForm):
    """To which unit a file moves, and why."""

    to = PickField("hardship.units", Organization.objects.filter(until=None), label=_("Unit that takes it"))
    words = TidyField(label=_("Why it moves"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))
    field_order = ("to", "words", "version")


class TemporaryForm(forms.Form):
    """Who is in sudden need and stands in no file."""

    person = person_field(_("Person"), required=True)
    cause = forms.ChoiceField(label=_("Main cause"))
    words = TidyField(label=_("The sudden need"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}))
    programme = forms.ModelChoiceField(Programme.objects.none(), label=_("Programme"), required=False, to_field_name="code")

    def __init__(self, *args: Any, people: Any, programmes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "person", people)
        offer(self, "cause", chosen(registry.CAUSES))
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]


class VisitForm(forms.Form):
    """A home visit."""

    visited_on = DayField(label=_("Visited on"))
    companion = TidyField(label=_("Second visitor"), max_length=60)
    finding = TidyField(label=_("Finding"), widget=forms.Textarea(attrs={"rows": 3}))
    agrees = forms.BooleanField(label=_("Bears the application out"), required=False, initial=True)
    photo = PhotoField(label=_("Photo or form"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("visited_on", dates.today())


class PaperForm(forms.Form):
    """One paper of the household, photographed or scanned."""

    kind = forms.ChoiceField(label=_("Which paper"))
    photo = PhotoField(label=_("Photo or file"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", chosen(registry.PAPERS))


class AskForm(forms.Form):
    """Registers to ask."""

    sources = forms.MultipleChoiceField(label=_("Registers"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sources"].choices = choices(registry.SOURCES)  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """One register's answer, entered by hand."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    answer = forms.ChoiceField(label=_("Result of the check"))
    words = TidyField(label=_("What it says, kept sealed"), required=False, max_length=500)
    signature = TidyField(label=_("Signed by (seal, person, number)"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "answer", chosen(registry.ANSWERS))


class ResolveForm(forms.Form):
    """What was done about a register's answer that differs."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    words = TidyField(label=_("What was done about it"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class AnswersForm(forms.Form):
    """A file of answers, pasted: number, answer, words, signature, parted by tabs."""

    rows = forms.CharField(
        label=_("Rows to paste"),
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text=_("Copy the columns number, answer, words and signature from the register's sheet; at most 500 rows."),
        strip=False,
    )


class ObjectionForm(forms.Form):
    """What somebody says against a file."""

    words = TidyField(label=_("Objection"), widget=forms.Textarea(attrs={"rows": 2}))
    way = forms.ChoiceField(
        label=_("How it came"),
        choices=(("phone", _("By phone")), ("letter", _("By letter")), ("visit", _("In person"))),
    )


class DecisionForm(forms.Form):
    """What an inquiry into an objection came to."""

    id = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    upheld = forms.ChoiceField(label=_("Decision"), choices=(("", _("Choose…")), ("no", _("Not upheld")), ("yes", _("Upheld"))))
    words = TidyField(label=_("What the inquiry came to"), widget=forms.Textarea(attrs={"rows": 2}))


class PairForm(forms.Form):
    """The cadre for a household."""

    cadre = person_field(_("Cadre"), required=True)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "cadre", people)


class ContactForm(forms.Form):
    """One contact."""

    on = DayField(label=_("Day"))
    need = TidyField(label=_("What was talked about and needed"), max_length=200)
    done = TidyField(label=_("Help given"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", dates.today())


class HelpForm(forms.Form):
    """One help that the household got."""

    item = forms.ChoiceField(label=_("Kind of help"))
    source = TidyField(label=_("Decision or voucher"), max_length=120)
    approved_on = DayField(label=_("Approved on"))
    approved = amount_field(_("Amount approved, yuan"))
    due_on = DayField(label=_("Due on"), required=False)
    paid_on = DayField(label=_("Paid on"), required=False)
    paid = amount_field(_("Amount paid, yuan"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "item", chosen(registry.HELPS))
        self.initial.setdefault("approved_on", dates.today())


class JudgeForm(forms.Form):
    """What an audit found about a help, or what the household says of it."""

    source = TidyField(label=_("Decision or voucher"), max_length=120)
    finding = forms.ChoiceField(label=_("Finding"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "finding", chosen(registry.JUDGED))


class LookBackForm(WordsForm):
    """A look back at a household that left hardship."""

    back = forms.ChoiceField(
        label=_("Finding"), choices=(("", _("Choose…")), ("no", _("Stays out of hardship")), ("yes", _("Is back in hardship")))
    )
    field_order = ("back", "words", "version")


class SpotForm(forms.Form):
    """What a spot check found."""

    correct = forms.ChoiceField(label=_("Finding"), choices=(("", _("Choose…")), ("yes", _("Accurate")), ("no", _("Inaccurate"))))
    words = TidyField(label=_("What is wrong"), max_length=200, required=False)


class TrialForm(forms.Form):
    """A change of the rule; what is left empty stays as it is."""

    line = amount_field(_("Minimum-living line, yuan a person and month"))
    deep = CountField(label=_("Deep hardship, percent of the line"), least=50, most=400, required=False)
    relative = CountField(label=_("Relative hardship, percent of the line"), least=50, most=600, required=False)
    near = CountField(label=_("Near miss, percent of the line"), least=50, most=800, required=False)
    accident = CountField(label=_("Accident cost, percent of the year's income"), least=10, most=400, required=False)
    migrant_months = CountField(label=_("Months of employment of migrant workers"), most=120, required=False)

    def change(self) -> dict[str, int]:
        """What was filled in."""
        return {name: value for name, value in self.cleaned_data.items() if value is not None}


class WindowForm(forms.Form):
    """A span of days in the address."""

    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To"), required=False)
