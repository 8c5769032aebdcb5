"""Components of forms: fields with hint and error, the error summary, the filter bar."""

from typing import Any

from django import forms, template
from django.forms import BaseForm, BoundField
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()
PLAIN = (forms.CheckboxInput,)
GROUPS = (forms.CheckboxSelectMultiple, forms.RadioSelect)
DASHES = "-" * 9  # what Django writes for "nothing chosen"
MUTE = (DASHES, "—", "--")
FILTERS_SHOWN = 5  # the search box and four fields; the rest unfolds


def _look(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, PLAIN):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"


def sentences(bound: BoundField) -> list[str]:
    """The errors of a field as a person reads them: what is missing is named, so that the summary makes sense alone."""
    said = []
    for error in bound.errors.as_data():
        if error.code == "required":
            choose = isinstance(bound.field.widget, (forms.Select, *GROUPS))
            text = _("Choose: %(label)s") if choose else _("Fill in: %(label)s")
            said.append(text % {"label": bound.label})
        else:
            said += [str(message) for message in error.messages]
    return said


ALONE = frozenset({"required", None, ""})  # codes of errors whose own sentence says what it is about


def _summed(bound: BoundField) -> list[str]:
    """The same for the summary, where no label stands beside: a sentence that Django writes for any field is led by its name."""
    said = []
    for error, text in zip(bound.errors.as_data(), sentences(bound), strict=True):
        led = error.code in ALONE or str(bound.label) in text
        said.append(text if led else _("%(label)s: %(said)s") % {"label": bound.label, "said": text})
    return said


def _widget(bound: BoundField) -> SafeString:
    described = [f"{bound.auto_id}-hint"] if bound.help_text else []
    look = "" if isinstance(bound.field.widget, GROUPS) else _look(bound)
    attrs: dict[str, Any] = {"class": f"{bound.field.widget.attrs.get('class', '')} {look}".strip()}
    if bound.errors:
        described.append(f"{bound.auto_id}-error")
        attrs["class"] = f"{attrs['class']} is-invalid".strip()
        attrs["aria-invalid"] = "true"
    if bound.field.widget.attrs.get("placeholder") == bound.label:
        attrs["placeholder"] = ""  # it would only say the label again
    if described:
        attrs["aria-describedby"] = " ".join(described)
    return bound.as_widget(attrs=attrs)


def _parts(bound: BoundField, hint: object = "", wide: bool = False, *, empty: object = "") -> dict[str, Any]:
    widget = bound.field.widget
    said = str(empty or (_("Choose…") if bound.field.required else _("Not chosen")))
    if isinstance(bound.field, forms.ModelChoiceField):
        bound.field.empty_label = said if bound.field.empty_label == DASHES else bound.field.empty_label
    elif isinstance(widget, forms.Select):
        widget.choices = [(code, said if not code and word in MUTE else word) for code, word in widget.choices]
    return {
        "field": bound,
        "widget": _widget(bound),
        "hint": hint or bound.help_text,
        "wide": wide or isinstance(widget, (forms.Textarea, forms.CheckboxSelectMultiple)),
        "single": isinstance(widget, forms.CheckboxInput),
        "group": isinstance(widget, GROUPS),
        "hidden": widget.is_hidden,
        "faults": sentences(bound),
    }


@register.inclusion_tag("shell/parts/_field.html")
def field(bound: BoundField, hint: object = "", wide: bool = False) -> dict[str, Any]:
    """One field: label with * when required, at most one hint line, the control, its errors."""
    return _parts(bound, hint, wide)


@register.inclusion_tag("shell/parts/_field.html")
def unitpicker(bound: BoundField, hint: object = "") -> dict[str, Any]:
    """A field whose widget is `shell.forms.Combobox`: type-ahead with scripts, a list of recents without."""
    return _parts(bound, hint)


@register.inclusion_tag("shell/parts/_fields.html")
def fields(form: BaseForm, names: str = "") -> dict[str, Any]:
    """All fields of a form in order, or the ones named (parted by blanks)."""
    wanted = names.split() or list(form.fields)
    return {"parts": [_parts(form[name]) for name in wanted]}


@register.inclusion_tag("shell/parts/_errors.html")
def errors(form: BaseForm | None) -> dict[str, Any]:
    """The error summary: how many places, each line leads to its field in the same words."""
    if form is None or not form.is_bound or not form.errors:
        return {"lines": []}
    lines = [("", text) for text in form.non_field_errors()]
    for bound in form:
        lines += [(bound.id_for_label or bound.auto_id, text) for text in _summed(bound)]
    return {"lines": lines, "count": len(lines)}


@register.inclusion_tag("shell/parts/_filters.html", takes_context=True)
def filters(context: Context, form: BaseForm) -> dict[str, Any]:
    """The filter bar of a list: the search box, four fields, more behind a fold, chosen ones as chips to take away.

    `form` is bound to `request.GET` and none of its fields is required.
    """
    request = context["request"]
    shown = [_parts(bound, empty=_("All")) for bound in form if not bound.is_hidden]
    kept = [(name, value) for name, value in request.GET.items() if name in {"sort", "size", "tab"}]
    chips = _chips(form, request.GET) if form.is_bound and form.is_valid() else []
    more = shown[FILTERS_SHOWN:]
    open_more = any(part["field"].name in {chip["name"] for chip in chips} for part in more)
    clear = "?" + "&".join(f"{name}={value}" for name, value in kept)
    return {
        "shown": shown[:FILTERS_SHOWN],
        "more": more,
        "open_more": open_more,
        "chips": chips,
        "kept": kept,
        "clear": clear,
        "form": form,
    }


def _chips(form: BaseForm, query: Any) -> list[dict[str, Any]]:
    chips = []
    for bound in form:
        value = form.cleaned_data.get(bound.name)
        if value in (None, "", [], False) or (hasattr(value, "__len__") and len(value) == 0):
            continue
        rest = query.copy()
        rest.pop(bound.html_name, None)
        rest.pop("page", None)
        chips.append({"name": bound.name, "label": bound.label, "value": _said(bound, value), "url": f"?{rest.urlencode()}"})
    return chips


def _said(bound: BoundField, value: Any) -> str:
    if value is True:
        return ""
    widget = bound.field.widget
    label_of = getattr(widget, "label_of", None)
    if label_of is not None:
        return str(label_of(value))
    choices = {str(key): str(label) for key, label in getattr(bound.field, "choices", []) if not isinstance(label, (list, tuple))}
    chosen = value if isinstance(value, (list, tuple, set)) else [value]
    return "、".join(choices.get(str(getattr(one, "pk", one)), str(one)) for one in chosen)
