"""What workers and staff fill in at the front room."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from unionhall.shell.forms import PhotoField, TidyField
from unionhall.work.portal import rules
from unionhall.work.portal.registry import FIELDS, LEVELS, REASONS

PHOTOS = 3
AUDIO = ".m4a,.mp3,.amr,.wav,.aac,.ogg,.webm,audio/*"


class Photos(forms.ClearableFileInput):
    """Several files in one field."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Up to three photos; what they are is looked at when they are kept."""

    def clean(self, data: object, initial: object = None) -> list[object]:
        """The uploads; raises ValidationError for too many."""
        given = data if isinstance(data, (list, tuple)) else [data] if data else []
        if len(given) > PHOTOS:
            raise forms.ValidationError(_("At most three photos."), code="too_many")
        return [super(PhotosField, self).clean(one, initial) for one in given]


def _phone() -> TidyField:
    attrs = {"inputmode": "numeric", "autocomplete": "tel", "type": "tel"}
    return TidyField(label=_("Mobile phone"), max_length=20, widget=forms.TextInput(attrs=attrs))


class PhoneForm(forms.Form):
    """Where the code goes."""

    phone = _phone()


class CodeForm(forms.Form):
    """The phone and the code that was sent to it."""

    phone = _phone()
    code = TidyField(
        label=_("Code from the message"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "number-field"}),
    )


class WhichForm(forms.Form):
    """Which of those who share a phone."""

    last_four = TidyField(
        label=_("Last four of your ID number"), max_length=4, min_length=4, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class FileForm(forms.Form):
    """Who somebody is whom the unions do not know yet."""

    proof = forms.CharField(widget=forms.HiddenInput, max_length=400)
    name = TidyField(label=_("Your name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    union = forms.TypedChoiceField(label=_("Where you work"), coerce=int)


class PhotoForm(forms.Form):
    """One photo for a page at the desk; sent as soon as it was taken."""

    photo = PhotoField(label=_("Photo of a paper"), at_once=True)


class WriteForm(forms.Form):
    """What happened, in words, with photos where they help."""

    text = TidyField(label=_("What happened?"), max_length=rules.LONGEST, widget=forms.Textarea(attrs={"rows": 5}))
    photos = PhotosField(
        label=_("Photos (up to three)"), required=False, widget=Photos(attrs={"accept": "image/jpeg,image/png,image/webp"})
    )
    confidential = forms.BooleanField(label=_("Keep my name from those who handle it"), required=False)


class SpeakForm(forms.Form):
    """What happened, spoken."""

    recording = forms.FileField(
        label=_("Your recording"),
        widget=forms.FileInput(attrs={"accept": AUDIO, "capture": True, "data-recording": "60"}),
        help_text=_("Up to one minute. Without a recorder here, record with the phone's own and choose the file."),
    )
    text = TidyField(label=_("In a few words (optional)"), max_length=200, required=False)
    confidential = forms.BooleanField(label=_("Keep my name from those who handle it"), required=False)


class CallForm(forms.Form):
    """When and why to call."""

    text = TidyField(label=_("What about, and when it suits (optional)"), max_length=200, required=False)
    confidential = forms.BooleanField(label=_("Keep my name from those who handle it"), required=False)


class ConsentForm(forms.Form):
    """What the worker says to a text, and which version of it was read."""

    purpose = forms.CharField(max_length=60, widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=1, max_value=30_000, widget=forms.HiddenInput)
    agree = forms.BooleanField(required=False, widget=forms.HiddenInput)


class SharedForm(forms.Form):
    """Whether a phone that is somebody else's is used by both; asked only where it is."""

    shared = forms.BooleanField(label=_("It is used by both (a family may share one)"), required=False, widget=forms.HiddenInput)

    def add_error(self, field: str | None, error: Any) -> None:
        """Ask beside the other fields once the question stands."""
        super().add_error(field, error)
        if field == "shared":
            self.fields["shared"].widget = forms.CheckboxInput()


class CorrectionForm(SharedForm):
    """What is wrong on file, and what is right."""

    field_order = ("field", "proposed", "shared", "note")

    field = forms.ChoiceField(label=_("What is wrong?"), choices=lambda: [(code, str(name)) for code, name in FIELDS.items()])
    proposed = TidyField(
        label=_("The right number (phone or ID number)"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    note = TidyField(label=_("What is right"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3}))


class RatingForm(forms.Form):
    """Five levels; the rest may stay empty."""

    level = forms.TypedChoiceField(
        label=_("How was it?"),
        coerce=int,
        choices=lambda: [(code, str(name)) for code, name in LEVELS.items()],
        widget=forms.RadioSelect,
    )
    reasons = forms.MultipleChoiceField(
        label=_("If not good, why? (optional)"),
        required=False,
        choices=lambda: [(code, str(name)) for code, name in REASONS.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    comment = TidyField(label=_("Anything else? (optional)"), max_length=300, required=False)
    call_back = forms.BooleanField(label=_("Please call me back"), required=False)


class AnswerForm(SharedForm):
    """What staff say about a correction."""

    answer = TidyField(label=_("Answer to the worker"), max_length=300, required=False)


class ChannelForm(forms.Form):
    """How a union is reached."""

    number = TidyField(label=_("Phone"), max_length=20, required=False, help_text=_("The union's own number, with area code."))
    address = TidyField(label=_("Address"), max_length=120, required=False)
    hours = TidyField(label=_("Hours"), max_length=80, required=False)
    words = TidyField(label=_("A word to workers"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))
