"""What staff fill in about money: one movement, a line, an agreement and its steps, an audit and its findings."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.programmes.models import Programme
from unionhall.lib import dates, money
from unionhall.lib.text import choices
from unionhall.shell.forms import DayField, MoneyField, PickField, TidyField
from unionhall.work.funds import registry
from unionhall.work.funds.models import Agreement, BudgetLine, Movement
from unionhall.work.funds.rules import MOST_PIECES


def unit_field(label: Any, *, required: bool = False) -> PickField:
    """An open unit, picked by type-ahead."""
    return PickField("funds.units", Organization.objects.filter(until=None), label=label, required=required)


def programme_field() -> forms.ModelChoiceField:
    """The programme, by its code; may be left out."""
    return forms.ModelChoiceField(Programme.objects.none(), label=_("Programme"), to_field_name="code", required=False)


def year_field(**more: Any) -> forms.IntegerField:
    """A budget year."""
    return forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100, **more)


class MovementFilter(forms.Form):
    """The filters of the list of movements; the same names stand in its address."""

    q = TidyField(label=_("Other side, voucher or note"), required=False, max_length=60)
    stage = forms.ChoiceField(label=_("Stage"), required=False, choices=lambda: choices(registry.STAGES, _("All")))
    source = forms.ChoiceField(label=_("Source"), required=False, choices=lambda: choices(registry.SOURCES, _("All")))
    purpose = forms.ChoiceField(label=_("Purpose"), required=False, choices=lambda: choices(registry.PURPOSES, _("All")))
    unit = unit_field(_("Unit"))
    own = forms.BooleanField(label=_("This unit only"), required=False)
    form = forms.ChoiceField(label=_("Money or goods"), required=False, choices=lambda: choices(registry.FORMS, _("All")))
    year = year_field(required=False)
    programme = programme_field()
    lacking = forms.BooleanField(label=_("Without voucher or evidence"), required=False)

    def __init__(self, *args: Any, programmes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]


class MovementForm(forms.Form):
    """One movement of money or goods."""

    stage = forms.ChoiceField(label=_("Stage"), choices=lambda: choices(registry.STAGES))
    form = forms.ChoiceField(label=_("Money or goods"), choices=lambda: choices(registry.FORMS))
    amount = MoneyField(label=_("Amount, yuan"))
    source = forms.ChoiceField(label=_("Source"), choices=lambda: choices(registry.SOURCES))
    purpose = forms.ChoiceField(label=_("Purpose"), choices=lambda: choices(registry.PURPOSES))
    day = DayField(label=_("Day"))
    unit = unit_field(_("Passed down to"))
    line = forms.ModelChoiceField(BudgetLine.objects.none(), label=_("Budget line, for spending"), required=False)
    programme = programme_field()
    counterpart = TidyField(label=_("Other side"), max_length=120, required=False)
    voucher = TidyField(label=_("Voucher number"), max_length=60, required=False)
    valuation = TidyField(
        label=_("Valuation of goods"),
        max_length=200,
        required=False,
        help_text=_("Who valued them, and by what: invoice, market price."),
    )
    answers = forms.ModelChoiceField(Movement.objects.none(), label=_("In answer to"), required=False)
    agreement = forms.ModelChoiceField(Agreement.objects.none(), label=_("Agreement"), required=False)
    more_purposes = forms.MultipleChoiceField(
        label=_("Further purposes"), required=False, widget=forms.CheckboxSelectMultiple, choices=lambda: choices(registry.PURPOSES)
    )
    year = year_field(required=False, help_text=_("Left empty: the year of the day."))
    note = TidyField(label=_("Note"), max_length=400, required=False)
    paper = forms.FileField(label=_("Voucher or paper"), required=False)
    once = forms.CharField(required=False, widget=forms.HiddenInput, max_length=100)

    def __init__(self, *args: Any, programmes: Any, lines: Any, answerable: Any, agreements: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = {"programme": programmes, "line": lines, "answers": answerable, "agreement": agreements}
        for name, queryset in found.items():
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]
        self.fields["answers"].label_from_instance = _movement_label  # type: ignore[attr-defined]


def _movement_label(one: Movement) -> str:
    words = (registry.STAGES[one.stage], registry.SOURCES[one.source], registry.PURPOSES[one.purpose])
    return f"{one.day} {' '.join(str(word) for word in words)} {money.yuan(one.amount)}"


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = TidyField(label=_("Reason"), max_length=200)


class ConfirmForm(forms.Form):
    """What the receiving unit adds: the day on which the money came, and its voucher."""

    day = DayField(label=_("Received on"))
    voucher = TidyField(label=_("Voucher number"), max_length=60, required=False)


class LineForm(forms.Form):
    """A new budget line."""

    year = year_field()
    name = TidyField(label=_("Name"), max_length=80)
    source = forms.ChoiceField(label=_("Source"), choices=lambda: choices(registry.SOURCES))
    purpose = forms.ChoiceField(label=_("Purpose"), choices=lambda: choices(registry.PURPOSES))
    ceiling = MoneyField(label=_("Ceiling, yuan"))
    programme = programme_field()

    def __init__(self, *args: Any, programmes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]


class CeilingForm(forms.Form):
    """Another ceiling, and what it rests on."""

    ceiling = MoneyField(label=_("Ceiling, yuan"))
    reason = TidyField(label=_("What the change rests on"), max_length=200)


class StockForm(forms.Form):
    """Goods that a unit begins to keep."""

    name = TidyField(label=_("Goods and size"), max_length=80)
    measure = TidyField(label=_("Counted in"), max_length=12, help_text=_("Bags, boxes, pieces."))
    price = MoneyField(label=_("Value of one, yuan"))
    valuation = TidyField(label=_("Valuation"), max_length=200, help_text=_("Who valued them, and by what: invoice, market price."))
    source = forms.ChoiceField(label=_("Source"), choices=lambda: choices(registry.SOURCES))
    purpose = forms.ChoiceField(label=_("Purpose"), choices=lambda: choices(registry.PURPOSES))
    programme = programme_field()

    def __init__(self, *args: Any, programmes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]


class StockMoveForm(forms.Form):
    """Pieces that came or are handed out."""

    kind = forms.ChoiceField(label=_("Came or went"), choices=lambda: choices(registry.STOCK_MOVES))
    pieces = forms.IntegerField(label=_("Pieces"), min_value=1, max_value=MOST_PIECES)
    day = DayField(label=_("Day"))
    other = TidyField(label=_("From whom, or to whom"), max_length=120, required=False)
    voucher = TidyField(label=_("Voucher number"), max_length=60, required=False)
    once = forms.CharField(required=False, widget=forms.HiddenInput, max_length=60)


class AgreementForm(forms.Form):
    """A signed agreement or contract."""

    kind = forms.ChoiceField(label=_("Kind"), choices=lambda: choices(registry.AGREEMENTS))
    title = TidyField(label=_("Name of the agreement"), max_length=120)
    partner = TidyField(label=_("Other side"), max_length=120)
    signed_on = DayField(label=_("Signed on"))
    until = DayField(label=_("In force until"), required=False)
    promised = MoneyField(label=_("Amount agreed, yuan"), required=False)
    programme = programme_field()
    content = TidyField(label=_("What was agreed"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, programmes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]


class StepForm(forms.Form):
    """A step of an agreement."""

    step = forms.ChoiceField(label=_("Step"))
    day = DayField(label=_("Day"))
    text = TidyField(label=_("What"), max_length=400)
    amount = MoneyField(label=_("Amount, yuan"), required=False)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("day", dates.today())
        steps = {step: registry.STEPS[step] for step in registry.STEPS_OF[kind]}
        self.fields["step"].choices = choices(steps)  # type: ignore[attr-defined]


class AuditForm(forms.Form):
    """An audit to be held."""

    unit = unit_field(_("Audited unit"), required=True)
    subject = TidyField(label=_("Subject of the audit"), max_length=120)
    planned_on = DayField(label=_("Planned for"))
    programme = programme_field()

    def __init__(self, *args: Any, programmes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]


class HeldForm(forms.Form):
    """The result of an audit."""

    day = DayField(label=_("Held on"))
    report = TidyField(label=_("Result"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))


class FindingForm(forms.Form):
    """Something that an audit found."""

    text = TidyField(label=_("Audit finding"), max_length=400)
    amount = MoneyField(label=_("Amount concerned, yuan"), required=False)
    due_on = DayField(label=_("To be corrected by"))


class CorrectionForm(forms.Form):
    """How a finding was corrected."""

    correction = TidyField(label=_("Correction"), max_length=400)
