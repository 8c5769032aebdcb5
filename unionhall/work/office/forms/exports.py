"""Forms of the export page."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.exchange.actions.export_table import Wish
from unionhall.shell.forms import TidyField, offer


class WishForm(forms.Form):
    """How a table is wanted."""

    shape = forms.ChoiceField(label=_("Columns"), required=False)
    form = forms.ChoiceField(
        label=_("Kind of file"), choices=[("xlsx", "Excel (.xlsx)"), ("csv", "CSV (UTF-8)")], required=False, initial="xlsx"
    )
    reason = TidyField(
        label=_("Reason for personal data in the clear"),
        max_length=200,
        required=False,
        help_text=_("Left empty, personal data are masked. Each reading is kept with your name and reason."),
    )

    def __init__(self, *args: Any, templates: Iterable[Any], plain: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = [(f"template-{one.pk}", _("Template: %(name)s") % {"name": one.name}) for one in templates]
        offer(self, "shape", [("", _("As in the list")), ("all", _("All columns")), *own])
        if not plain:
            del self.fields["reason"]

    def wish(self) -> Wish:
        """What was asked for."""
        data = self.cleaned_data
        sort, _dash, key = data["shape"].partition("-")
        return Wish(
            form="csv" if data["form"] == "csv" else "xlsx",
            every_column=sort == "all",
            template=int(key) if sort == "template" else None,
            reason=data.get("reason", ""),
        )


class TemplateForm(forms.Form):
    """A unit's own workbook."""

    file = forms.FileField(
        label=_("Own template (.xlsx)"),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text=_("Name the first cell of each column after it, or write the column's name in two braces into that cell."),
    )
