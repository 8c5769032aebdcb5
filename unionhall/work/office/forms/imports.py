"""Forms of the import pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

ENCODINGS = [("", _("found by itself")), ("utf-8", "UTF-8"), ("gb18030", "GB18030 / GBK"), ("utf-16", "UTF-16")]


class SheetForm(forms.Form):
    """The file that somebody brings."""

    file = forms.FileField(
        label=_("Sheet (.xlsx or .csv)"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        help_text=_("Your own sheet will do: titles above the table, other headings and totals below are understood."),
    )
    encoding = forms.ChoiceField(
        label=_("Characters of a .csv"),
        choices=ENCODINGS,
        required=False,
        help_text=_("Change this only if the preview shows nonsense."),
    )
