"""What staff fill in about issues."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.people.rules import told_apart
from unionhall.kernel.programmes.models import Programme
from unionhall.lib import dates
from unionhall.lib.text import choices
from unionhall.shell.forms import DayField, PickField, TidyField, WordsForm, among
from unionhall.work.issues import registry
from unionhall.work.issues.flow import ISSUE
from unionhall.work.issues.models import Issue, IssueList

LIGHTS = (("late", _("Overdue")), ("soon", _("Due soon")), ("ok", _("On time")), ("paused", _("Paused")))
SIDES = (("listing", _("On our lists")), ("handling", _("In our hands")))
MARKED = (("supervised", _("Supervised")), ("recurred", _("Come back")))


def unit_field(label: Any, *, required: bool = True, recents: Any = None) -> PickField:
    """An open unit, picked by type-ahead."""
    return PickField("issues.units", Organization.objects.filter(until=None), label=label, required=required, recents=recents)


def person_field(label: Any) -> PickField:
    """A person picked by type-ahead; the form says by `among` whom the one who fills it in may name."""
    return PickField("issues.people", Person.objects.none(), hint=told_apart, label=label, required=False)


class FilterForm(forms.Form):
    """The filters of the list; the same names stand in its address."""

    q = TidyField(label=_("Reference, issue or unit"), required=False, max_length=60)
    state = forms.ChoiceField(label=_("State"), required=False)
    light = forms.ChoiceField(label=_("Light"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    unit = unit_field(_("Unit"), required=False)
    own = forms.BooleanField(label=_("This unit only"), required=False)
    source = forms.ChoiceField(label=_("Source"), required=False)
    grade = forms.ChoiceField(label=_("Grade"), required=False)
    side = forms.ChoiceField(label=_("Side"), required=False)
    flag = forms.ChoiceField(label=_("Flag"), required=False)
    marked = forms.ChoiceField(label=_("Marked"), required=False)
    since = DayField(label=_("Found from"), required=False)
    until = DayField(label=_("Found to"), required=False)
    list = forms.IntegerField(label=_("List"), required=False, widget=forms.HiddenInput)
    programme = forms.CharField(label=_("Programme"), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, known: dict[str, object], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = _("All")
        states = [("open", str(_("Not closed")))] + [(state.code, str(state.name)) for state in ISSUE.states]
        for name, offered in (
            ("state", states),
            ("light", [(code, str(label)) for code, label in LIGHTS]),
            ("kind", [(code, str(label)) for code, label in known.items()]),
            ("source", choices(registry.SOURCES)),
            ("grade", choices(registry.GRADES)),
            ("side", [(code, str(label)) for code, label in SIDES]),
            ("flag", choices(registry.FLAGS)),
            ("marked", [(code, str(label)) for code, label in MARKED]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", everything), *offered]


class RegisterForm(forms.Form):
    """One issue."""

    title = TidyField(label=_("Issue"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"))
    found_on = DayField(label=_("Found on"))
    list = forms.ModelChoiceField(IssueList.objects.none(), label=_("List"), required=False)
    programme = forms.ModelChoiceField(
        queryset=Programme.objects.none(),
        label=_("Programme"),
        required=False,
        to_field_name="code",
        help_text=_("Follows from the list where one is chosen."),
    )
    source = forms.ChoiceField(label=_("Source"), required=False, help_text=_("Follows from the list where one is chosen."))
    number = TidyField(label=_("Number on the list"), max_length=20, required=False)
    area = unit_field(_("Where it lies"), required=False)
    grade = forms.ChoiceField(label=_("Grade"), required=False)
    details = TidyField(label=_("Description"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    example = TidyField(
        label=_("Example"), required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text=_("A shortcoming carries one.")
    )
    concerns = person_field(_("Person concerned"))
    recurrence_of = forms.IntegerField(required=False, widget=forms.HiddenInput)
    once = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, known: dict[str, object], lists: Any, programmes: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "concerns", people)
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]
        self.fields["kind"].choices = [("", _("Choose…")), *((code, str(name)) for code, name in known.items())]  # type: ignore[attr-defined]
        self.fields["source"].choices = choices(registry.SOURCES, _("By the list"))  # type: ignore[attr-defined]
        self.fields["grade"].choices = choices(registry.GRADES, _("Grade later"))  # type: ignore[attr-defined]
        self.fields["list"].queryset = lists  # type: ignore[attr-defined]
        self.initial.setdefault("found_on", dates.today())


class CorrectForm(forms.Form):
    """The words and the kind of an issue."""

    title = TidyField(label=_("Issue"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"))
    details = TidyField(label=_("Description"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    example = TidyField(label=_("Example"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, known: dict[str, object], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(code, str(name)) for code, name in known.items()]  # type: ignore[attr-defined]


class SourceForm(forms.Form):
    """One more list."""

    list = forms.ModelChoiceField(IssueList.objects.none(), label=_("List"))
    number = TidyField(label=_("Number on the list"), max_length=20, required=False)

    def __init__(self, *args: Any, lists: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["list"].queryset = lists  # type: ignore[attr-defined]


class RowsForm(forms.Form):
    """Many issues, pasted from a spreadsheet."""

    list = forms.ModelChoiceField(IssueList.objects.none(), label=_("List"))
    rows = forms.CharField(
        label=_("Rows to paste"),
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        help_text=_("Copy the columns issue, kind, grade, day found, details from a spreadsheet; at most 200 rows."),
        strip=False,
    )
    once = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, lists: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["list"].queryset = lists  # type: ignore[attr-defined]


class ListForm(forms.Form):
    """A new list."""

    name = TidyField(label=_("Name"), max_length=120)
    source = forms.ChoiceField(label=_("Source"))
    programme = forms.ModelChoiceField(
        queryset=Programme.objects.none(), label=_("Programme"), required=False, to_field_name="code"
    )
    team = TidyField(label=_("Research team"), max_length=60, required=False)
    manner = forms.ChoiceField(label=_("Manner"), required=False)
    target = unit_field(_("Unit looked at"), required=False)

    def __init__(self, *args: Any, programmes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = choices(registry.SOURCES)  # type: ignore[attr-defined]
        self.fields["manner"].choices = choices(registry.MANNERS)  # type: ignore[attr-defined]
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]


class DispatchForm(forms.Form):
    """To whom, by when, with what request."""

    to = forms.TypedChoiceField(label=_("Goes to"), coerce=int, widget=forms.RadioSelect, required=False)
    other = unit_field(_("Another unit"), required=False)
    grade = forms.ChoiceField(label=_("Grade"))
    deadline = DayField(label=_("Deadline"), required=False, help_text=_("Left empty, the grade's own time is given."))
    requirement = TidyField(label=_("What is asked"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    joint = forms.ModelMultipleChoiceField(Organization.objects.filter(until=None), label=_("Joint units"), required=False)
    responsible = person_field(_("Person responsible"))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, units: list[tuple[int, str]], people: Any, joint: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "responsible", people)
        self.fields["to"].choices = [*units, (0, _("Another unit"))]  # type: ignore[attr-defined]
        self.fields["grade"].choices = choices(registry.GRADES)  # type: ignore[attr-defined]
        if joint is None:
            del self.fields["joint"]
        else:
            self.fields["joint"].queryset = joint  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One unit: the chosen line, or the other one that was picked."""
        values = super().clean() or {}
        chosen = values.get("other") or Organization.objects.filter(pk=values.get("to") or 0).first()
        if chosen is None:
            self.add_error("to", _("Choose the unit that the issue goes to."))
        values["unit"] = chosen
        return values


class BulkDispatchForm(forms.Form):
    """One unit for all, or each to its suggested unit."""

    to = unit_field(_("Goes to"), required=False)
    grade = forms.ChoiceField(label=_("Grade of those without one"))
    requirement = TidyField(label=_("What is asked"), required=False, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grade"].choices = choices(registry.GRADES)  # type: ignore[attr-defined]
        self.initial.setdefault("grade", "general")


class ReassignForm(WordsForm):
    """To another unit, with the reason."""

    to = unit_field(_("Goes to"))


class EvidenceForm(forms.Form):
    """Words with one file of evidence."""

    words = TidyField(label=_("What was done"), widget=forms.Textarea(attrs={"rows": 3}))
    evidence = forms.FileField(label=_("Evidence"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, label: object = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["words"].label = label  # type: ignore[assignment]


class RouteForm(forms.Form):
    """One line of the routing table."""

    area = unit_field(_("Area"))
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    grade = forms.ChoiceField(label=_("Grade"), required=False)
    target = unit_field(_("Goes to"))
    since = DayField(label=_("Since"), required=False)

    def __init__(self, *args: Any, known: dict[str, object], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("Any kind")), *((code, str(name)) for code, name in known.items())]  # type: ignore[attr-defined]
        self.fields["grade"].choices = choices(registry.GRADES, _("Any grade"))  # type: ignore[attr-defined]
        self.initial.setdefault("since", dates.today())


class FlagForm(forms.Form):
    """A flag with its reason."""

    colour = forms.ChoiceField(label=_("Colour"))
    reason = TidyField(label=_("Reason"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["colour"].choices = choices(registry.FLAGS)  # type: ignore[attr-defined]


class MeasureForm(forms.Form):
    """A corrective measure."""

    text = TidyField(label=_("Measure"), max_length=300)
    due_on = DayField(label=_("Due"), required=False)


class MonthForm(forms.Form):
    """Which month is sorted."""

    month = DayField(label=_("Month"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("month", dates.today().replace(day=1))


class QuarterForm(forms.Form):
    """Which quarter a notice is for."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    quarter = forms.TypedChoiceField(label=_("Quarter"), coerce=int, choices=[(number, str(number)) for number in (1, 2, 3, 4)])


class DecisionForm(forms.Form):
    """A person's decision on a proposal to hold to account."""

    decision = forms.ChoiceField(
        label=_("Decision"), choices=[("accept", _("Accept")), ("decline", _("Decline"))], widget=forms.RadioSelect
    )
    severity = forms.ChoiceField(label=_("Measure by severity"), required=False)
    reason = TidyField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["severity"].choices = choices(registry.SEVERITIES, "--")  # type: ignore[attr-defined]


def is_open(issue: Issue) -> bool:
    """Whether anything may still be done."""
    return ISSUE.state(issue.state).kind != "closed"


class WindowForm(forms.Form):
    """From when to when a report counts."""

    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To"), required=False)


class ChoiceOf(forms.Form):
    """One row that a button names."""

    id = forms.IntegerField()


class Nothing(forms.Form):
    """A button alone."""


class UnitForm(forms.Form):
    """One unit."""

    to = unit_field(_("Unit"))
