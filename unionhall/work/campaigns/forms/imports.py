"""What holds for a whole sheet: the programme of visits, the session of a list of names."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.work.campaigns.queries import browse
from unionhall.work.campaigns.queries import sessions as queries


class VisitOptions(forms.Form):
    """The programme that all visits of the sheet belong to."""

    programme = forms.ChoiceField(label=_("Programme"))


class NamesOptions(forms.Form):
    """The session whose attendance the sheet lists."""

    session = forms.TypedChoiceField(label=_("Session"), coerce=int)


def visit_options(data: Mapping[str, Any] | None, *, at: Organization, by: Person, initial: Mapping[str, Any]) -> forms.Form:
    """The options of a sheet of visits."""
    form = VisitOptions(data, initial=dict(initial))
    form.fields["programme"].choices = [(one.code, str(one.name)) for one in browse.programmes_of()]  # type: ignore[attr-defined]
    return form


def names_options(data: Mapping[str, Any] | None, *, at: Organization, by: Person, initial: Mapping[str, Any]) -> forms.Form:
    """The options of a list of names: the sessions of the unit that have begun to take people in."""
    form = NamesOptions(data, initial=dict(initial))
    found = queries.sessions(by, queries.Filters(unit=at)).filter(state__in=("published", "held")).order_by("-starts_at")[:200]
    form.fields["session"].choices = [(one.pk, one.name) for one in found]  # type: ignore[attr-defined]
    return form
