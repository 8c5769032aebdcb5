"""What staff fill in about grants and payments."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.exchange.actions.export_table import Wish
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.people.rules import told_apart
from unionhall.kernel.programmes.models import Programme
from unionhall.kernel.programmes.registry import Kept
from unionhall.lib import dates, money
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text
from unionhall.shell.forms import DayField, MoneyField, PhotoField, PickField, TidyField, among, offer
from unionhall.work.grants import registry, rules
from unionhall.work.grants.flow import GRANT
from unionhall.work.grants.rules import parcels


def exclusion_field() -> forms.ChoiceField:
    """Whether the pupil is one whom the aid does not reach; answered each time, nothing stands chosen before."""
    return forms.ChoiceField(
        label=_("Is the pupil one of these?"),
        choices=lambda: [("", "—"), *((code, str(name)) for code, name in rules.EXCLUSIONS.items())],
    )


def _person(label: Any, *, required: bool = True, help_text: Any = "") -> PickField:
    return PickField("grants.people", Person.objects.none(), hint=told_apart, label=label, required=required, help_text=help_text)


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


OWN_COST = _("Medical cost paid by the household itself, yuan")
VARYING = ("payee", "exclusion", "happened_on", "basis", "matter", "entrants", "goods", "valuation", "months")


class ApplicationForm(forms.Form):
    """One application. Programme and kind are one choice, so that no pair can be wrong; once it is made, the fields that this
    kind does not ask for are gone."""

    what = forms.ChoiceField(label=_("Programme and kind"))
    person = _person(_("For whom"))
    payee = _person(_("Payee"), required=False, help_text=_("Left empty: the person. Otherwise one of the same household."))
    amount = MoneyField(label=_("Amount, yuan"))
    basis = MoneyField(
        label=_("Sum of the papers, yuan"),
        required=False,
        help_text=_("Only where a share of costs is paid: claims, interest, leave."),
    )
    matter = TidyField(
        label=_("Place, project or case"), required=False, max_length=120,
        help_text=_("Only where the grant is for a named thing; it is granted once."),
    )  # fmt: skip
    goods = TidyField(
        label=_("Goods and quantity"), required=False, max_length=200,
        help_text=_("Only for gifts in kind; the amount is their value."),
    )  # fmt: skip
    valuation = TidyField(
        label=_("Valued by whom, by what"), required=False, max_length=200, help_text=_("Only for gifts in kind.")
    )  # fmt: skip
    months = forms.MultipleChoiceField(label=_("Months paid for"), required=False, widget=forms.CheckboxSelectMultiple)
    exclusion = exclusion_field()
    happened_on = DayField(label=_("Day of the event, such as leaving hospital"))
    entrants = forms.IntegerField(label=_("How many took part"), min_value=1, max_value=100_000)
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
        what = (self.data if self.is_bound else self.initial).get("what") or ""
        code, _slash, kind = str(what).partition("/")
        self.terms = registry.TERMS.get(code, {}).get(kind) if code in self.programmes else None
        if self.terms is not None and self.terms.tiers:
            self.fields["basis"].label = OWN_COST
        for name, wanted in self._asked():
            if not wanted:
                del self.fields[name]
            elif name not in ("payee", "goods"):
                self.fields[name].help_text = ""  # "only where …" is settled

    def _asked(self) -> list[tuple[str, bool]]:
        """The fields that not every kind asks for; all of them while the kind is open."""
        one = self.terms
        if one is None:
            return [("exclusion", False), ("happened_on", False), ("entrants", False)]
        goods = one.goods
        return [
            ("payee", not one.to_unit), ("basis", bool(one.share or one.tiers)),
            ("matter", one.matter), ("goods", goods), ("valuation", goods),
            ("months", one.period == "month"), ("exclusion", one.excludes), ("happened_on", bool(one.claim_days)),
            ("entrants", bool(one.winners)),
        ]  # fmt: skip

    @property
    def varying(self) -> str:
        """The names of those that stand on the page."""
        return " ".join(name for name in VARYING if name in self.fields)

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
            "months": [date.fromisoformat(each) for each in told.get("months", ())],
        }


class ParcelForm(forms.Form):
    """What each gift of a batch takes out of stock: a number of pieces beside every kind of goods that the unit has left."""

    def __init__(self, *args: Any, goods: Sequence[Kept], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in goods:
            left = _("%(left)s %(measure)s left, %(price)s yuan each")
            self.fields[f"each_{one.id}"] = forms.IntegerField(
                label=one.name, required=False, min_value=0, max_value=parcels.MOST_EACH,
                help_text=left % {"left": one.left, "measure": one.measure, "price": money.yuan(one.price)},
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Goods that ran out while the page stood open are said to be gone, not passed over."""
        gone = [
            name for name, said in self.data.items() if name.startswith("each_") and name not in self.fields and said.strip("0 ")
        ]
        if gone:
            raise forms.ValidationError(_("Some of these goods are gone from the stock by now: look again."))
        return self.cleaned_data

    def given(self) -> dict[int, int]:
        """Pieces by stock, those of which a gift takes any."""
        told = {int(name.removeprefix("each_")): number for name, number in self.cleaned_data.items()}
        return {stock: number for stock, number in told.items() if number}


class ReviewForm(forms.Form):
    """An opinion; the version is that of the screen."""

    words = TidyField(label=_("Opinion"), required=False, max_length=400)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=10**6)


class VersionForm(forms.Form):
    """The version of the screen, where there is nothing to say."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=10**6)


class ObjectForm(forms.Form):
    """What somebody says against a grant, or the applicant against a refusal."""

    way = forms.ChoiceField(
        label=_("Came by"), choices=lambda: [(code, str(word)) for code, word in registry.WAYS.items() if code != "online"]
    )
    words = TidyField(label=_("What is said"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    received_on = DayField(
        label=_("Day it was received"), required=False,
        help_text=_("Left empty: today."),
    )  # fmt: skip


class DecideForm(VersionForm):
    """How an objection or appeal ends."""

    upheld = forms.ChoiceField(
        label=_("Decision"), widget=forms.RadioSelect, choices=[("yes", _("It is upheld")), ("no", _("It is not upheld"))]
    )
    words = TidyField(label=_("What the inquiry came to"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    field_order = ("upheld", "words", "version")


class NamedForm(forms.Form):
    """Somebody whom the clerk may name."""

    person = _person(_("Person"))

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "person", people)


class JoinForm(NamedForm):
    """Who joins which plan of the mutual aid, and who paid the fee."""

    plan = forms.ChoiceField(label=_("Plan"), choices=lambda: [(code, str(one.name)) for code, one in registry.PLANS.items()])
    payer = forms.ChoiceField(label=_("Fee paid by"), choices=lambda: [(code, str(name)) for code, name in registry.PAYERS.items()])


class RollForm(NamedForm):
    """Who stands on a roll, by which paper."""

    kind = forms.ChoiceField(label=_("Roll"), choices=lambda: [(code, str(name)) for code, name in registry.ROLLS.items()])
    paper = TidyField(label=_("Paper or certificate"), max_length=120, help_text=_("Such as the number of the decision."))
    since = DayField(label=_("Since"))
    field_order = ("kind", "person", "paper", "since")


class UnitAccountForm(forms.Form):
    """The account to which a unit is paid: one's own, or one below."""

    unit = PickField("grants.units", Organization.objects.filter(until=None), label=_("Unit"))
    name = TidyField(label=_("Name of the account"), max_length=120)
    bank = TidyField(label=_("Bank and branch"), max_length=120)
    number = TidyField(label=_("Account number"), max_length=60)


class SignedForm(forms.Form):
    """Which lines of the signed list stayed open, and why."""

    open = TidyField(
        label=_("Numbers not signed for"), required=False, max_length=2000,
        help_text=_("Left empty: everybody signed. Otherwise such as 3, 7, 12."),
    )  # fmt: skip
    reason = TidyField(label=_("Why not signed for"), required=False, max_length=200)


class DeathForm(VersionForm):
    """Who has died, and when."""

    who = forms.ChoiceField(label=_("Which of the two"), choices=[("person", _("Whom it helps")), ("payee", _("Who is paid"))])
    day = DayField(label=_("Day of death"))
    field_order = ("who", "day", "version")


class WhyForm(ReviewForm):
    """A reason that must be given."""

    words = TidyField(label=_("Reason"), max_length=400)


class ApproveForm(ReviewForm):
    """How much, out of which budget line."""

    amount = MoneyField(label=_("Amount approved, yuan"))
    line = forms.TypedChoiceField(label=_("Budget line"), coerce=int)
    mandate = TidyField(label=_("Written approval of the level above (number)"), max_length=80, required=False)
    field_order = ("amount", "line", "mandate", "words", "version")

    def __init__(self, *args: Any, lines: Any, sources: Mapping[int, object], outside: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not outside:
            del self.fields["mandate"]
        told = [(str(line.id), f"{line.name} · {sources[line.id]} ({money.yuan(line.free)})") for line in lines]
        offer(self, "line", told if len(told) == 1 else [("", "—"), *told])  # the only line stands chosen


class DigestForm(forms.Form):
    """What the checker saw, and the total, typed anew by whoever has added it up."""

    total = MoneyField(label=_("Total of the batch, yuan, as you added it up"))
    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def check(self, expected: int) -> None:
        """Raise Refused where what was typed is not the sum on the screen."""
        if self.cleaned_data["total"] != expected:
            said, wanted = money.yuan(self.cleaned_data["total"]), money.yuan(expected)
            raise Refused(
                Text(
                    f"输入的{said}元与批次合计{wanted}元不符，未复核。",
                    f"{said} is not the {wanted} yuan of the batch: not checked.",
                ),
                field="total",
            )


class BankForm(forms.Form):
    """In which form the bank wants its file: ours, or a workbook of one's own."""

    format = forms.ChoiceField(label=_("Form of the file"))

    def __init__(self, *args: Any, templates: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = [(str(one.pk), f"{one.name} · {one.organization.label}") for one in templates]
        offer(self, "format", [("xlsx", ".xlsx"), ("csv", ".csv"), *own])

    def wish(self, reason: str) -> Wish:
        """How the file is asked for."""
        said = self.cleaned_data["format"]
        if said in ("xlsx", "csv"):
            return Wish(form=said, reason=reason)
        return Wish(template=int(said), reason=reason)


class ResultsForm(forms.Form):
    """The bank's answer."""

    file = forms.FileField(
        label=_("Results file of the bank"), help_text=_(".xlsx or .csv with reference, amount, result, reason.")
    )


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = TidyField(label=_("Reason"), max_length=200)


class PaperForm(forms.Form):
    """A paper that follows an application."""

    photo = PhotoField(label=_("Photo of a paper (invoice, diagnosis, letter of admission)"))
