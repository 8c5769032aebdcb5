"""A form's own fields are those that Django would have copied, and nothing that one form does to them reaches the next."""

import copy

import pytest
from django import forms
from django.forms.widgets import ChoiceWidget
from django.utils.translation import gettext_lazy, override

from unionhall.lib.text import Text
from unionhall.shell import fields
from unionhall.shell.forms import DayField, PhotoField, PickCodeField, TidyField, tidy

WORDS = {"a": Text("甲", "First"), "b": Text("乙", "Second")}
CHANGED = "changed"


class Twice(forms.CharField):
    """A field with a way of its own to be copied."""

    def __deepcopy__(self, memo):
        made = super().__deepcopy__(memo)
        made.times = getattr(self, "times", 0) + 1
        return made


class Apart(forms.TextInput):
    """A widget that is taken apart in a way of its own."""

    def __getstate__(self):
        return {**self.__dict__, "taken": True}


class Many(fields.Form):
    """A field of each kind that forms of the house have."""

    line = TidyField(
        label="line", max_length=9, widget=forms.TextInput(attrs={"class": "wide"}), error_messages={"max_length": "no"}
    )
    told = forms.ChoiceField(choices=fields.Told(WORDS, gettext_lazy("All")))
    radio = forms.ChoiceField(choices=fields.Told(WORDS), widget=forms.RadioSelect)
    listed = forms.ChoiceField(choices=[("a", "A"), ("group", [("b", "B")])])
    called = forms.ChoiceField(choices=lambda: [("a", "A")])
    ticked = forms.MultipleChoiceField(choices=[("a", "A")], widget=forms.CheckboxSelectMultiple)
    yes = forms.BooleanField(required=False)
    number = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    day = DayField()
    photo = PhotoField()
    picked = PickCodeField("test.units")
    parts = forms.SplitDateTimeField()
    twice = Twice()
    apart = forms.CharField(widget=Apart)


def shape(made, pattern, shared_with=()):
    """What a copy holds: of each attribute the kind and value, and whether the pattern holds the very same thing."""
    held = {}
    for name, value in vars(made).items():
        if isinstance(value, (forms.Widget, forms.Field)):
            held[name] = shape(value, getattr(pattern, name))
        elif isinstance(value, (tuple, list)) and any(isinstance(one, (forms.Widget, forms.Field)) for one in value):
            held[name] = [shape(*pair) for pair in zip(value, getattr(pattern, name), strict=True)]
        else:
            said = repr(value) if "0x" not in repr(value) else type(value)
            held[name] = (said, value is getattr(pattern, name, None))
    return type(made), made is pattern, held


@pytest.mark.parametrize("name", Many.base_fields)
def test_a_copy_is_the_one_that_django_makes(name):
    field = Many.base_fields[name]
    assert shape(fields.copied(field), field) == shape(copy.deepcopy(field), field)


def test_sabotage_a_copy_that_shares_is_noticed():
    field = Many.base_fields["line"]
    assert shape(copy.copy(field), field) != shape(copy.deepcopy(field), field)


def kept(form_class) -> list[str]:
    """What the next form knows of changes that the last one made to everything that it has."""
    last = form_class({"line": "x" * 20})
    last.is_valid()
    for field in last.fields.values():
        field.label = field.initial = field.widget.own = CHANGED
        field.required = not field.required
        field.error_messages["required"] = CHANGED
        field.validators.append(CHANGED)
        field.widget.attrs["class"] = CHANGED
        if isinstance(field.widget, ChoiceWidget) and isinstance(field.widget.choices, list):
            field.widget.choices.append((CHANGED, CHANGED))
        if isinstance(field, forms.ChoiceField):
            if isinstance(field.choices, list):
                field.choices.append((CHANGED, CHANGED))
            field.choices = [(CHANGED, CHANGED)]
    del last.fields["day"]
    found = []
    for name, field in form_class().fields.items():
        told = [repr(vars(field)), repr(vars(field.widget)), repr(list(getattr(field, "choices", ())))]
        found += [name for text in told if CHANGED in text]
    return found if "day" in form_class().fields else [*found, "day"]


def test_nothing_that_a_form_does_to_its_fields_reaches_the_next():
    assert kept(Many) == []


def test_sabotage_fields_that_are_not_copied_are_noticed():
    class Shared(Many):
        """Its forms share one set of fields, as they would if these were copied too lightly."""

    class Same(dict):
        def __deepcopy__(self, memo):
            return {name: copy.copy(field) for name, field in self.items()}

    own = {name: copy.deepcopy(field) for name, field in Many.base_fields.items()}
    Shared.base_fields = Same(own)
    assert set(kept(Shared)) == set(own)


def test_choices_speak_the_language_in_which_they_are_read():
    form = Many()
    for language, said in (
        ("en", ["All", "First", "Second"]),
        ("zh-hans", ["全部", "甲", "乙"]),
        ("en", ["All", "First", "Second"]),
    ):
        with override(language):
            assert [str(label) for _value, label in form.fields["told"].choices] == said
            shown = str(form["told"])
            assert [f">{label}</option>" in shown for label in said] == [True, True, True]


def test_a_choice_that_is_not_told_is_refused():
    found = {value: "radio" in Many({"radio": value}).errors for value in ("a", "b", "c", "")}
    assert found == {"a": False, "b": False, "c": True, "": True}


def test_fields_of_forms_above_and_of_forms_derived_stay():
    class Less(Many):
        line = None
        more = forms.CharField()

    assert list(Less.base_fields) == [*list(Many.base_fields)[1:], "more"]
    assert isinstance(Less.base_fields, fields.Fields)
    assert list(Less().fields) == list(Less.base_fields)


@pytest.mark.parametrize(
    ("typed", "meant"), [(" 100 12 ", "100 12"), ("a\tb ", "a\tb"), ("a\x00b\x7f", "ab"), ("１２\u200b", "12"), ("", "")]
)
def test_plain_letters_are_tidied_as_all_others(typed, meant):
    assert tidy(typed) == meant
