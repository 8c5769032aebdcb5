"""Forms of the first-run wizard."""

from django import forms
from django.utils.translation import gettext_lazy as _


class UnitsFile(forms.Form):
    """A sheet of units."""

    file = forms.FileField(label=_("Sheet of units"), help_text=_("An .xlsx or .csv with the headings of the template."))
