"""What forms of all rooms share: the type-ahead picker, the day field, amounts of money, and lenient text."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef
from django.forms.renderers import DjangoTemplates
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unionhall.lib import money, rowid
from unionhall.shell import picking

_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_UNSEEN = {"Cf", "Cc", "Co", "Cs"}


def tidy(text: str) -> str:
    """Text as a person meant it: full-width digits and letters narrowed, unseen characters out, blanks trimmed.

    Chinese punctuation stays; only the half-width forms of letters, digits and the blank are folded.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    narrowed = "".join(unicodedata.normalize("NFKC", char) if "０" <= char <= "ｚ" or char == "\u3000" else char for char in text)
    kept = (char for char in narrowed if char in "\n\t" or unicodedata.category(char) not in _UNSEEN)
    return "".join(kept).strip()


class Combobox(forms.Select):
    """A picker with type-ahead over a registered search source; without scripts a plain field for a name or a code beside a plain
    list of `recents`, or of what the text sent before may mean (`shell.picking`). Fields that bear it are `Picked`.

    `recents` and `label_of` are callables, so that a form class can be written once: `recents()` gives pairs
    (value, label), `label_of(value)` the label of a value that is not among them.
    """

    def __init__(
        self,
        source: str,
        *,
        recents: Callable[[], Iterable[tuple[str, str]]] | None = None,
        label_of: Callable[[Any], str] | None = None,
        attrs: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(attrs)
        self.source = source
        self.recents = recents or (lambda: ())
        self.label_of = label_of or str

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Choices are the recents and whatever is chosen now."""
        choices = picking.offered(value) or [(str(key), label) for key, label in self.recents()]
        if value not in (None, "") and str(value) not in {key for key, _label in choices}:
            choices.insert(0, (str(value), self.label_of(value)))
        self.choices = [("", _("Choose…")), *choices]
        extra = {"data-combobox": reverse("shell:options", args=[self.source]), **(attrs or {})}
        if not choices:
            extra["data-bare"] = True
        return super().get_context(name, value, extra)

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """The list that scripts make a picker of, and the plain field that they take away."""
        known = f"{(attrs or {}).get('id') or name}-typed"
        return format_html(
            '{}<span class="typed"><label class="form-hint" for="{}">{}</label>'
            '<input type="text" class="form-control" id="{}" name="{}" value="{}" maxlength="{}" autocomplete="off"></span>',
            super().render(name, value, attrs, renderer),
            known,
            _("Name or code, or a part of it"),
            known,
            picking.key(self.source, name),
            picking.typed(value),
            picking.LONGEST,
        )

    def use_required_attribute(self, initial: Any) -> bool:
        """The list may stay at nothing where the plain field is filled in; the door asks for what is missing."""
        return False


class Picked(forms.Field):
    """What fields with a picker share: a typed text that settled nothing is answered with a sentence that says what to do."""

    def clean(self, value: Any) -> Any:
        """The choice; raises ValidationError where it is open."""
        picking.check(value)
        return super().clean(value)


class PickKeyField(Picked, forms.IntegerField):
    """The key of a record picked by type-ahead, for an action that fetches it within the scope of the one who acts."""

    def __init__(self, source: str, **kwargs: Any) -> None:
        super().__init__(widget=Combobox(source), **kwargs)


class PickCodeField(Picked, forms.CharField):
    """A code picked by type-ahead."""

    def __init__(self, source: str, *, recents: Any = None, label_of: Any = None, **kwargs: Any) -> None:
        super().__init__(widget=Combobox(source, recents=recents, label_of=label_of), **kwargs)


class PickField(Picked, forms.ModelChoiceField):
    """A record picked by type-ahead; never rendered as a list of them all.

    What is chosen now is shown by name only where it stands in the field's own queryset: `among` narrows that to what the one
    who fills the form in may name, and nobody else is then chosen or shown again. Where another one there bears the name, it is
    shown with its `hint`, as it was picked.
    """

    def __init__(
        self, source: str, queryset: Any, *, recents: Any = None, hint: Callable[[Any], str] | None = None, **kwargs: Any
    ) -> None:
        self.hint = hint
        super().__init__(queryset, widget=Combobox(source, recents=recents), **kwargs)
        self._name_by_own()

    def __deepcopy__(self, memo: dict[int, Any]) -> "PickField":
        """A form's own copy names things by its own queryset."""
        copied = super().__deepcopy__(memo)
        copied._name_by_own()
        return copied

    def _name_by_own(self) -> None:
        self.widget.label_of = self._label

    def _label(self, value: Any) -> str:
        key, seen = rowid.read(value), self.queryset
        if not key or seen is None:
            return ""
        if self.hint is None:
            return seen.filter(pk=key).values_list("name", flat=True).first() or ""
        others = seen.order_by().filter(name=OuterRef("name")).exclude(pk=OuterRef("pk"))
        found = seen.filter(pk=key).annotate(shared=Exists(others)).first()
        if found is None:
            return ""
        return picking.said(found.name, self.hint(found)) if found.shared else str(found.name)


def among(form: forms.Form, name: str, seen: Any) -> None:
    """Let a picker of this form name only what is in sight of the one who fills it in."""
    field = form.fields[name]
    if not isinstance(field, PickField):
        raise TypeError(f"{name} is no picker")
    field.queryset = seen


def unsaid(failed: forms.BaseForm | None, shown: bool) -> list[str]:
    """What refused an act whose form is not on the page any more, since somebody else has moved the record on meanwhile."""
    if failed is None or shown:
        return []
    return [str(error) for errors in failed.errors.values() for error in errors]


def offer(form: forms.Form, name: str, choices: Iterable[tuple[str | int, Any]]) -> None:
    """Fill the choices of a field that depend on who asks and for which unit."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name} offers no choices")
    field.choices = list(choices)


YEARS = range(1900, 2200)  # years that a form takes


class DayField(forms.DateField):
    """A day typed as 2025-3-5, 2025/3/5, 2025.3.5 or 2025年3月5日."""

    default_error_messages = {"invalid": gettext_lazy("Write the date as 2025-03-05.")}
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def to_python(self, value: Any) -> date | None:
        """The day, None when empty; raises ValidationError for a day that does not exist."""
        if value in self.empty_values or isinstance(value, date):
            return super().to_python(value)
        found = _DAY.fullmatch(tidy(str(value)))
        if found is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        year, month, day = (int(part) for part in found.groups())
        try:
            found_day = date(year, month, day)
        except ValueError:
            raise forms.ValidationError(_("That day does not exist."), code="absent") from None
        if year not in YEARS:  # beyond them a day has no moment in Asia/Shanghai, and a page that shows it would fail
            told = {"first": YEARS[0], "last": YEARS[-1]}
            raise forms.ValidationError(_("The year must lie between %(first)s and %(last)s.") % told, code="year")
        return found_day


class TidyField(forms.CharField):
    """A line of text, tidied before it is checked."""

    def to_python(self, value: Any) -> Any:
        """The tidied text."""
        return super().to_python(tidy(value) if isinstance(value, str) else value)


PHOTO_BYTES = 300_000  # what a photo of a paper is squeezed to before it leaves the phone


class PhotoField(forms.FileField):
    """A paper: photographed by the phone, or a file. Pages with one load `shell/photo.js`, which makes photos small on the way.

    `at_once` sends the form as soon as a photo was chosen, so that nothing is left to press.
    """

    def __init__(self, *, at_once: bool = False, **kwargs: Any) -> None:
        attrs = {
            "accept": "image/*,application/pdf",
            "capture": "environment",
            "data-squeeze": PHOTO_BYTES,
            "data-working": gettext_lazy("Making the photo smaller…"),
            "data-ready": gettext_lazy("The photo is being sent.") if at_once else gettext_lazy("The photo is ready to be sent."),
        }
        super().__init__(widget=forms.ClearableFileInput(attrs=attrs | ({"data-send": ""} if at_once else {})), **kwargs)


class MoneyField(forms.Field):
    """An amount as people type it, in yuan with at most two decimals; the value is fen, `nothing` where it is left empty."""

    default_error_messages = {"invalid": gettext_lazy("Write the amount in yuan, with at most two decimals: 1,200.50.")}

    def __init__(self, *, nothing: int | None = 0, **kwargs: Any) -> None:
        self.nothing = nothing
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "decimal", "maxlength": "20"}), **kwargs)

    def to_python(self, value: Any) -> int | None:
        """Fen; raises ValidationError for what is no amount."""
        text = tidy(value) if isinstance(value, str) else ""
        if not text:
            return self.nothing
        try:
            return money.parse(text)
        except ValueError:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None

    def validate(self, value: Any) -> None:
        """Ask for an amount where one is required; nothing typed is none."""
        if self.required and value == self.nothing:
            raise forms.ValidationError(self.error_messages["required"], code="required")


class WordsForm(forms.Form):
    """A sentence about a record: a reason, a remark, a result; with the version of the record that was on screen."""

    words = TidyField(label=gettext_lazy("Reason"), widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, label: object = "", required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].required = required
        if label:
            self.fields["words"].label = label  # type: ignore[assignment]


class Plain(DjangoTemplates):
    """Django's renderer, with the widgets that stand on every list and form written without a template.

    A filter bar holds eight selects; Django includes a template for each of their options, which was a fifth of the time of a
    list page, and three for each choice of a list to tick, a third of that of a page for joining. What is written is the same,
    letter for letter but for white space (a test compares them).
    """

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """The widget's HTML."""
        write = _WRITTEN.get(template_name)
        return write(context["widget"]) if write else super().render(template_name, context, request)


def _together(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _attributes(attrs: dict[str, Any]) -> SafeString:
    shown = ((name, value) for name, value in attrs.items() if value is not False)
    return _together(format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value) for name, value in shown)


def _input(widget: dict[str, Any]) -> SafeString:
    value = widget["value"]
    said = "" if value is None else format_html(' value="{}"', value)
    return format_html('<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], said, _attributes(widget["attrs"]))


def _option(widget: dict[str, Any]) -> SafeString:
    return format_html('<option value="{}"{}>{}</option>', widget["value"], _attributes(widget["attrs"]), widget["label"])


def _select(widget: dict[str, Any]) -> SafeString:
    groups = []
    for name, options, _index in widget["optgroups"]:
        inside = _together(_option(option) for option in options)
        groups.append(format_html('<optgroup label="{}">{}</optgroup>', name, inside) if name else inside)
    return format_html('<select name="{}"{}>{}</select>', widget["name"], _attributes(widget["attrs"]), _together(groups))


def _choice(widget: dict[str, Any]) -> SafeString:
    if not widget.get("wrap_label"):
        return _input(widget)
    known = widget["attrs"].get("id")
    leads = format_html(' for="{}"', known) if known else ""
    return format_html("<label{}>{} {}</label>", leads, _input(widget), widget["label"])


def _choices(widget: dict[str, Any]) -> SafeString:
    groups = []
    for name, options, _index in widget["optgroups"]:
        inside = _together(format_html("<div>{}</div>", _choice(option)) for option in options)
        groups.append(format_html("<div><label>{}</label>{}</div>", name, inside) if name else inside)
    own = ((key, widget["attrs"].get(key)) for key in ("id", "class"))
    return format_html("<div{}>{}</div>", _together(format_html(' {}="{}"', *each) for each in own if each[1]), _together(groups))


_WRITTEN: dict[str, Callable[[dict[str, Any]], SafeString]] = {
    "django/forms/widgets/select.html": _select,
    "django/forms/widgets/radio.html": _choices,
    "django/forms/widgets/checkbox_select.html": _choices,
    **{f"django/forms/widgets/{kind}.html": _input for kind in ("text", "number", "date", "hidden", "checkbox", "input")},
}
