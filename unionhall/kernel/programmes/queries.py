"""What other packages ask about programmes, editions, targets and fields."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from unionhall.kernel.organizations import rules as tree
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes import access
from unionhall.kernel.programmes.models import CustomField, Edition, Programme, Target, World
from unionhall.kernel.programmes.rules import domains as domain_rules
from unionhall.kernel.programmes.rules import editions as edition_rules
from unionhall.kernel.programmes.rules import fields as field_rules
from unionhall.lib import dates
from unionhall.lib.refusal import NotVisible
from unionhall.lib.text import Text

WORLDS = "programmes.worlds"
KEPT = 30  # seconds for which it is remembered what worlds there are


def domains() -> tuple[domain_rules.Domain, ...]:
    """The 16 fields of union work in the order of navigation."""
    return domain_rules.DOMAINS


def domain(code: str) -> domain_rules.Domain:
    """One field of union work; raises NotVisible for an unknown code."""
    found = domain_rules.BY_CODE.get(code)
    if found is None:
        raise NotVisible(_("There is no such field of work."))
    return found


def programme(code: str) -> Programme:
    """A programme by its code; raises NotVisible where there is none."""
    found = Programme.objects.filter(code=code).first()
    if found is None:
        raise NotVisible(_("There is no programme “%(code)s”.") % {"code": code})
    return found


def programmes(at: Organization | None = None, *, domain: str = "", room: str = "", retired: bool = False) -> QuerySet[Programme]:
    """The shipped programmes and, for a unit, those that it or a unit above it has added."""
    reach = Q(owner=None)
    if at is not None:
        reach |= Q(org_path__in=[*tree.ancestor_paths(at.path), at.path])
    found = Programme.objects.filter(reach)
    if domain:
        found = found.filter(domain=domain)
    if room:
        found = found.filter(rooms__contains=[room])
    return found if retired else found.filter(retired_on=None)


def names() -> dict[str, object]:
    """What every programme is called, by code; one query. For naming what figures are cut by."""
    return {row.code: row.name for row in Programme.objects.only("code", "name_zh", "name_en")}


def edition(by: Person, edition_id: int) -> Edition:
    """One edition that a person sees, with its programme and unit; raises NotVisible."""
    found = access.visible_to(by).select_related("programme", "organization").filter(pk=edition_id).first()
    if found is None:
        raise NotVisible(_("There is no such edition."))
    return found


def open_editions(by: Person, *, programme: Programme | None = None, room: str = "") -> QuerySet[Edition]:
    """The open editions that a person sees, of one programme or of one room's programmes, the newest first."""
    found = access.visible_to(by).filter(state=edition_rules.OPEN).select_related("programme", "organization")
    if programme is not None:
        found = found.filter(programme=programme)
    if room:
        found = found.filter(programme__rooms__contains=[room])
    return found.order_by("-since", "-id")


def editions(by: Person, programme: Programme, at: Organization) -> QuerySet[Edition]:
    """The editions of a programme that a unit works or worked in: its own and those of the units above, the latest first."""
    found = access.visible_to(by).filter(in_reach(at), programme=programme, opened_at__isnull=False)
    return found.select_related("organization").order_by("-since", "-id")


def in_reach(at: Organization) -> Q:
    """The condition "of a unit or of the units above it"."""
    return Q(org_path__in=[*tree.ancestor_paths(at.path), at.path])


def running_edition(programme: Programme, at: Organization, on: date | None = None) -> Edition | None:
    """The open edition in whose window a day lies, the nearest unit's first; None where nobody has opened one."""
    return running_editions([programme], at, on).get(programme.pk)


def editions_on(programme: Programme, at: Organization, days: Collection[date]) -> dict[date, Edition | None]:
    """The same for many days at once; one statement."""
    if not days:
        return {}
    window = Q(since__lte=max(days), until__gte=min(days))
    found = Edition.objects.filter(in_reach(at), window, programme=programme, state=edition_rules.OPEN)
    nearest = list(found.select_related("organization").order_by("-organization__depth", "-since", "-id"))
    return {day: next((one for one in nearest if one.since <= day <= one.until), None) for day in days}


def running_editions(programmes: Collection[Programme], at: Organization, on: date | None = None) -> dict[int, Edition]:
    """The same for several programmes, by their keys; one statement."""
    day = on or dates.today()
    found = Edition.objects.filter(in_reach(at), programme__in=programmes, state=edition_rules.OPEN, since__lte=day, until__gte=day)
    nearest = (
        found.select_related("organization")
        .order_by("programme_id", "-organization__depth", "-since", "-id")
        .distinct("programme_id")
    )
    return {one.programme_id: one for one in nearest}


def suggested_window(programme: Programme, today: date | None = None) -> tuple[date, date]:
    """The window that a new edition of the programme most likely wants."""
    season = (programme.season[0], programme.season[1]) if programme.season else None
    return edition_rules.suggest_window(programme.cadence, season, today or dates.today())


def target(edition: Edition, indicator: str) -> Target | None:
    """The target of an edition for an indicator, if it has one."""
    return Target.objects.filter(edition=edition, indicator=indicator).first()


def targets(edition: Edition) -> list[Target]:
    """All targets of an edition, in the order in which they were set."""
    return list(Target.objects.filter(edition=edition))


def targets_in(at: Organization, since: date | None, until: date) -> list[Target]:
    """The targets of the opened editions that a unit works in during a time, the nearest unit's edition of a programme alone."""
    found = Edition.objects.filter(in_reach(at), opened_at__isnull=False, since__lte=until)
    if since is not None:
        found = found.filter(until__gte=since)
    nearest = found.order_by("programme_id", "-organization__depth", "-since", "-id").distinct("programme_id")
    return list(Target.objects.filter(edition__in=nearest.values("pk")).select_related("edition__programme"))


def reached(target: Target, value: Decimal | int | None) -> bool:
    """Whether a counted value meets the target."""
    return edition_rules.reached(target.comparison, target.value, None if value is None else Decimal(value))


def custom_fields(programme: Programme, at: Organization) -> list[CustomField]:
    """The fields that a unit fills in: those that it and the units above it have added and not retired."""
    return list(CustomField.objects.filter(in_reach(at), programme=programme, retired_on=None))


def custom_values(programme: Programme, at: Organization, given: Mapping[str, Any]) -> dict[str, Any]:
    """Values for a record's `custom` column, typed and checked; raises FieldRefused with the field's code.

    Rooms call this in their actions, so that a form, an import and the API are checked alike.
    """
    return field_rules.check_values([field.definition() for field in custom_fields(programme, at)], given)


def fields_form(
    programme: Programme, at: Organization, data: Mapping[str, Any] | None = None, *, initial: Mapping[str, Any] | None = None
) -> "FieldsForm":
    """A form of the fields that staff added; `initial` is a record's `custom`. After is_valid(): `form.values`."""
    return FieldsForm(custom_fields(programme, at), data, initial)


def world_of(path: str) -> World | None:
    """The demo or replay that a path belongs to; None for a real federation. Shell shows it as a ribbon."""
    root = path[: tree.STEP]
    return World.objects.filter(org_path=root).select_related("root").first() if root else None


def ribbon(path: str | None) -> Text | None:
    """The line that lies over every page of somebody who works in an invented world; None in a real federation.

    A visitor works nowhere (`path` is None), and is told in a house whose units are all invented. Asked for every page, so what
    worlds there are is remembered for half a minute.
    """
    worlds, alone = cache.get_or_set(WORLDS, _worlds, KEPT) or ([], False)
    if path is None:
        path = worlds[0][0] if alone else ""
    for root, kind, name in worlds:
        if path.startswith(root) and kind == World.REPLAY:
            return Text(
                f"重现数据 {name}：单位和人物均为虚构，数字为已公布数字的重现。",
                f"Replay {name}: units and people are invented, the numbers reproduce published ones.",
            )
        if path.startswith(root):
            return Text("演示数据：单位和人物均为虚构。", "Demonstration: units and people are invented.")
    return None


def _worlds() -> tuple[list[tuple[str, str, str]], bool]:
    """The invented worlds, and whether no unit of the house belongs to anything else."""
    worlds = list(World.objects.values_list("org_path", "kind", "name"))
    roots = [path for path, _kind, _name in worlds]
    return worlds, bool(roots) and not Organization.objects.filter(parent=None).exclude(path__in=roots).exists()


class FieldsForm(forms.Form):
    """The own fields of a programme as a form; its values have passed the same rules as any import."""

    def __init__(self, fields: list[CustomField], data: Mapping[str, Any] | None, initial: Mapping[str, Any] | None) -> None:
        super().__init__(data, initial=_shown(fields, initial or {}), prefix="custom")
        self.definitions = [field.definition() for field in fields]
        self.values: dict[str, Any] = {}
        for field in fields:
            self.fields[field.code] = _form_field(field)

    def clean(self) -> dict[str, Any]:
        """Put each refusal beside its field; fills `values` with what the record keeps."""
        cleaned = super().clean() or {}
        for definition in self.definitions:
            try:
                self.values |= field_rules.check_values([definition], {definition.code: cleaned.get(definition.code)})
            except field_rules.FieldRefused as refusal:
                self.add_error(definition.code, str(refusal))
        return cleaned


def _shown(fields: list[CustomField], custom: Mapping[str, Any]) -> dict[str, Any]:
    money_codes = {field.code for field in fields if field.kind == "money"}
    return {
        code: f"{value // 100}.{value % 100:02d}" if code in money_codes and isinstance(value, int) else value
        for code, value in custom.items()
    }


def _form_field(field: CustomField) -> forms.Field:
    label, help_text = str(field.label), field.help_zh
    choices = [(option, option) for option in field.options]
    # Nothing is checked by the form itself: required and typed values are the rules' business, with the rules' words.
    if field.kind == "choice":
        return forms.CharField(label=label, help_text=help_text, required=False, widget=forms.Select(choices=[("", "—"), *choices]))
    if field.kind == "choices":
        return _Several(label=label, help_text=help_text, required=False, widget=forms.CheckboxSelectMultiple(choices=choices))
    if field.kind == "yes_no":
        widget = forms.Select(choices=[("", "—"), ("yes", _("Yes")), ("no", _("No"))])
        return forms.CharField(label=label, help_text=help_text, required=False, widget=widget)
    if field.kind == "date":
        return forms.CharField(label=label, help_text=help_text, required=False, widget=forms.DateInput(attrs={"type": "date"}))
    line: forms.Widget = forms.Textarea(attrs={"rows": 4}) if field.kind == "long_text" else forms.TextInput()
    return forms.CharField(label=label, help_text=help_text, required=False, widget=line)


class _Several(forms.Field):
    """Several strings; which of them are options is checked by the rules."""

    def to_python(self, value: Any) -> list[str]:
        return list(value or [])
