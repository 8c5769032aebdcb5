"""What staff fill in about reports, templates and indicators."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes import queries as programmes
from unionhall.lib import dates, rowid
from unionhall.shell.forms import DayField, PickCodeField, PickField, TidyField
from unionhall.work.reports import access, registry
from unionhall.work.reports.queries import indicators, ready, sheets

STATES = [("", _("All")), ("draft", _("Draft")), ("issued", _("Issued"))]
ON_PARAGRAPH = _("Figures stand in braces and go on counting. Left empty, the paragraph is left out.")
ON_CODE = _("Small letters, digits and low lines; it stands in templates as {own.code}.")
ON_FILTERS = _("For example source=research; several values are parted by |.")


def unit_field(label: Any, *, required: bool = True) -> PickField:
    """An open unit, picked by type-ahead."""
    return PickField("reports.units", Organization.objects.filter(until=None), label=label, required=required)


def indicator_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    """An indicator picked by typing its name."""
    return PickCodeField(
        "reports.indicators", label_of=indicators.label_of, label=label, required=required, max_length=80, help_text=help_text
    )


def go_on_from(form: forms.Form, version: int) -> None:
    """Let a refused form, sent again, go on from what somebody else saved meanwhile, which its page shows beside it."""
    given: Any = form.data
    form.data = given = given.copy()
    given["version"] = str(version)


class PeriodForm(forms.Form):
    """A period as an address asks for it."""

    since = DayField(label=_("From day"), required=False)
    until = DayField(label=_("To day"), required=False)


class ListForm(forms.Form):
    """The filters of the list of reports."""

    q = TidyField(label=_("Report title"), required=False, max_length=120)
    kind = forms.ChoiceField(label=_("Kind of report"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(code, str(name)) for code, name in registry.KINDS.items()]
        self.fields["kind"].choices = [("", _("All")), *kinds]  # type: ignore[attr-defined]


class DraftForm(forms.Form):
    """What a report is written from."""

    template = forms.ChoiceField(label=_("Template"))
    since = DayField(label=_("From day"))
    until = DayField(label=_("To day"))
    programme = PickCodeField(
        "reports.programmes",
        label=_("Programme"),
        required=False,
        help_text=_("For a programme report and a closing report: type a part of its name or its initials."),
    )
    title = TidyField(label=_("Report title"), required=False, max_length=120, help_text=_("Left empty, the house names it."))

    def __init__(self, *args: Any, by: Person, unit: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = [(str(one.pk), one.name) for one in access.templates_for(by)]
        shipped = [(one.code, str(one.name)) for one in ready.texts().values()]
        choices = [(_("Ready templates"), shipped), *([(_("Own templates"), own)] if own else [])]
        self.fields["template"].choices = choices  # type: ignore[attr-defined]
        self.known = programmes.programmes(unit)
        self.fields["programme"].widget.label_of = lambda value: str(found.name) if (found := self._programme(value)) else ""
        today = dates.today()
        self.initial.setdefault("since", today.replace(month=1, day=1))
        self.initial.setdefault("until", today)
        self.initial.setdefault("template", "year")

    def _programme(self, value: Any) -> Any:
        return self.known.filter(pk=key).first() if (key := rowid.read(value)) else None

    def clean_programme(self) -> Any:
        """The programme itself; None where none was picked."""
        found = self._programme(self.cleaned_data["programme"])
        if found is None and self.cleaned_data["programme"]:
            raise forms.ValidationError(_("There is no such programme here."))
        return found


class ParagraphForm(forms.Form):
    """One paragraph, changed by hand."""

    text = forms.CharField(
        label=_("Text"), required=False, max_length=6000, widget=forms.Textarea(attrs={"rows": 5}), help_text=ON_PARAGRAPH
    )
    figure = indicator_field(_("Put in a figure"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class HeadForm(forms.Form):
    """Title and document number of a draft."""

    title = TidyField(label=_("Report title"), max_length=120)
    number = TidyField(label=_("Document number"), required=False, max_length=40)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)


class ScreenForm(forms.Form):
    """Where a big screen hangs, and until when."""

    name = TidyField(label=_("Where the screen hangs"), max_length=80)
    until = DayField(label=_("Until"))


class IssueForm(forms.Form):
    """The last word before a report is issued."""

    remark = TidyField(label=_("Why what the checks found is right"), required=False, max_length=400)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)


class TemplateForm(forms.Form):
    """A template as text."""

    name = TidyField(label=_("Template name"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind of report"))
    body = forms.CharField(label=_("Text"), max_length=100_000, widget=forms.Textarea(attrs={"rows": 22, "spellcheck": "false"}))
    figure = indicator_field(_("Put in a figure"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(code, str(name)) for code, name in registry.KINDS.items()]  # type: ignore[attr-defined]


class DefinitionForm(forms.Form):
    """An indicator that staff define."""

    slug = TidyField(label=_("Code"), max_length=40, help_text=ON_CODE)
    name = TidyField(label=_("Name"), max_length=80)
    name_en = TidyField(label=_("English name"), required=False, max_length=120)
    counts = TidyField(label=_("What counts, in one sentence"), max_length=400)
    formula = forms.ChoiceField(label=_("Formula"))
    facts = forms.MultipleChoiceField(
        label=_("Facts that are counted"), required=False, help_text=_("For sums, counts, distinct subjects, money and balances.")
    )
    filters = TidyField(
        label=_("Only with"),
        required=False,
        max_length=400,
        help_text=ON_FILTERS,
    )
    above = indicator_field(_("Numerator, or the figure whose change or floor is asked"), required=False)
    beneath = indicator_field(_("Denominator"), required=False)
    floor = forms.IntegerField(label=_("Floor"), required=False, min_value=1, max_value=1_000_000_000)
    floor_level = forms.ChoiceField(label=_("Units asked"), required=False)
    own_level = forms.BooleanField(label=_("The unit's own level only"), required=False)

    def __init__(self, *args: Any, facts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["facts"].choices = facts  # type: ignore[attr-defined]
        self.fields["formula"].choices = [(code, str(name)) for code, name in registry.FORMULAS.items()]  # type: ignore[attr-defined]
        levels = [(code, str(name)) for code, name in registry.LEVELS.items()]
        self.fields["floor_level"].choices = [("", _("Every unit")), *levels]  # type: ignore[attr-defined]


class MineForm(forms.Form):
    """One's own figures: those that are kept stand with a tick, another is added by typing its name."""

    indicators = forms.MultipleChoiceField(label=_("Figures"), required=False, widget=forms.CheckboxSelectMultiple)
    more = indicator_field(_("Add a figure"), required=False)
    every = forms.ChoiceField(label=_("Send them"))
    email = forms.EmailField(label=_("Own e-mail address"), required=False, max_length=100)

    def __init__(self, *args: Any, known: dict[str, str], address: str | None = None, **kwargs: Any) -> None:
        """`address` is the own one as it is masked, "" where none is known, None where nobody asked for it."""
        super().__init__(*args, **kwargs)
        self.known = known
        if address is not None:
            told = _("Known: %(address)s. Fill in only to change it.") % {"address": address} if address else _("None is known.")
            self.fields["email"].help_text = told
        figures, every = self.fields["indicators"], self.fields["every"]
        figures.choices = list(known.items())  # type: ignore[attr-defined]
        kept = [(code, known[code]) for code in self["indicators"].value() or () if code in known]
        if kept:
            figures.widget.choices = kept
        else:
            figures.widget = forms.MultipleHiddenInput()
        every.choices = [(code, str(name)) for code, name in registry.EVERY.items()]  # type: ignore[attr-defined]

    def clean_more(self) -> str:
        """The code of a figure that there is."""
        code: str = self.cleaned_data["more"]
        if code and code not in self.known:
            raise forms.ValidationError(_("There is no such figure."))
        return code

    def chosen(self) -> list[str]:
        """The codes that are kept, the added one last."""
        return list(dict.fromkeys([*self.cleaned_data["indicators"], *filter(None, [self.cleaned_data["more"]])]))


class RuleForm(forms.Form):
    """What must hold between two indicators."""

    kind = forms.ChoiceField(label=_("Rule"))
    left = indicator_field(_("Left side"))
    right = indicator_field(_("Right side"), required=False)
    percent = forms.IntegerField(label=_("Percent"), required=False, min_value=1, max_value=100_000)
    why = TidyField(label=_("Why"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(code, str(name)) for code, name in registry.RULES.items()]  # type: ignore[attr-defined]


class TotalForm(forms.Form):
    """What a unit that is not yet on the house reported."""

    unit = unit_field(_("Unit"))
    fact = PickCodeField("reports.facts", label=_("What was counted"))
    since = DayField(label=_("From day"))
    until = DayField(label=_("To day"))
    number = forms.CharField(label=_("Figure"), max_length=20, help_text=_("Money in yuan."))
    evidence = TidyField(label=_("Basis"), max_length=200, help_text=_("Number and date of the letter, or what the file is."))
    file = forms.FileField(label=_("File"), required=False, widget=forms.FileInput)
    beside = forms.BooleanField(
        label=_("Nothing of it is counted in the books"),
        required=False,
        help_text=_("Asked where the unit's own acts are counted in the period."),
    )

    def __init__(self, *args: Any, facts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = dict(facts)
        self.fields["fact"].widget.label_of = lambda code: known.get(code, code)


class TableForm(forms.Form):
    """A table whose layout is given from above."""

    name = TidyField(label=_("Table name"), max_length=80)
    cadence = forms.ChoiceField(label=_("Cadence"))
    level = forms.ChoiceField(label=_("Filled in by"))
    days = forms.IntegerField(label=_("Days until it is locked"), min_value=0, max_value=365, initial=10)
    file = forms.FileField(label=_("The table as .xlsx, its cells to be filled named"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in (("cadence", registry.CADENCES), ("level", registry.LEVELS)):
            self.fields[name].choices = [(code, str(text)) for code, text in words.items()]  # type: ignore[attr-defined]


class TieForm(forms.Form):
    """Which indicator fills which cell."""

    def __init__(self, *args: Any, cells: dict[str, dict[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = sheets.in_order(cells)
        for place, name in enumerate(self.names):
            self.fields[f"cell{place}"] = indicator_field(f"{name}（{cells[name]['place']}）", required=False)
            self.initial[f"cell{place}"] = cells[name]["code"]

    def codes(self) -> dict[str, str]:
        """The chosen indicator of each cell."""
        return {name: self.cleaned_data[f"cell{place}"] for place, name in enumerate(self.names)}


class CellForm(forms.Form):
    """One cell, written by hand."""

    name = forms.CharField(max_length=255, widget=forms.HiddenInput)
    value = TidyField(label=_("Figure"), max_length=20)
    reason = TidyField(label=_("Why it differs"), required=False, max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class SeenForm(forms.Form):
    """Which version of a table somebody looked at before acting."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)


class ReturnForm(SeenForm):
    """Why a table is returned."""

    reason = TidyField(label=_("Why it is returned"), max_length=400)


class LeaveForm(forms.Form):
    """Leave to be late."""

    until = DayField(label=_("Last day to fill it in"))
    reason = TidyField(label=_("Reason"), max_length=200)


class CheckForm(forms.Form):
    """A text to be held against the ledger: pasted, or out of a file."""

    text = forms.CharField(
        label=_("Text of the report"),
        required=False,
        max_length=200_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Paste the whole report; or choose a file below."),
    )
    file = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".txt,.docx,.pdf,.html,.htm"}),
        help_text=_(".txt, .docx, .pdf or .html, up to 20 MB"),
    )
    title = TidyField(label=_("Title"), required=False, max_length=120, help_text=_("Left empty, the house names it."))
    since = DayField(label=_("From"))
    until = DayField(label=_("To"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = dates.today()
        self.initial.setdefault("since", today.replace(month=1, day=1))
        self.initial.setdefault("until", today)


class MatchForm(forms.Form):
    """What a figure of a checked text really is."""

    offered = forms.ChoiceField(label=_("This figure is"), required=False, widget=forms.RadioSelect)
    other = indicator_field(_("Another indicator"), required=False, help_text=_("Chosen here, it counts before the list above."))

    def __init__(self, *args: Any, offered: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["offered"].choices = [*offered, ("", _("None: the house does not count this"))]  # type: ignore[attr-defined]

    @property
    def code(self) -> str:
        """The chosen code; "" for none."""
        return str(self.cleaned_data["other"] or self.cleaned_data["offered"])
