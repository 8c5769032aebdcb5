"""Every write of programmes: the catalogue, editions and their targets, own programmes, own fields, worlds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

import unionhall
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes import access, queries
from unionhall.kernel.programmes.models import CustomField, Edition, Programme, Target, World
from unionhall.kernel.programmes.rules import domains, editions, entries, fields, rooms
from unionhall.lib import clock, dates
from unionhall.lib.refusal import Conflict, Refused
from unionhall.lib.text import Text

CATALOGUE = Path(unionhall.__file__).parent / "catalogue"
_KEPT = (
    "domain", "position", "name_zh", "name_en", "what_zh", "what_en", "rooms", "options", "cadence", "season", "targets",
    "figures", "digest", "retired_on",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load of the catalogue did: programmes that are new, changed, gone from the files, and left alone."""

    added: int
    changed: int
    retired: int
    unchanged: int


@transaction.atomic
def load_catalogue(*, by: Person | None = None, folder: Path = CATALOGUE) -> Loaded:
    """Bring the shipped programmes to what the TOML files say; a second run changes nothing.

    A programme that left the files is retired: its editions and figures stay. Raises CatalogueRefused with file and
    line, and then nothing has changed.
    """
    told = {entry.code: entry for entry in entries.read(folder)}
    known = {row.code: row for row in Programme.objects.select_for_update().filter(owner=None)}
    fresh = [_fill(Programme(code=code), entry) for code, entry in told.items() if code not in known]
    stale = [
        _fill(row, told[row.code])
        for row in known.values()
        if row.code in told and (row.digest != told[row.code].digest or row.position != told[row.code].position or row.retired_on)
    ]
    gone = [row for row in known.values() if row.code not in told and row.retired_on is None]
    for row in gone:
        row.retired_on = dates.today()
    Programme.objects.bulk_create(fresh)
    Programme.objects.bulk_update([*stale, *gone], _KEPT)
    done = Loaded(len(fresh), len(stale), len(gone), len(told) - len(fresh) - len(stale))
    if fresh or stale or gone:
        audit.record(
            by,
            "programmes.catalogue_loaded",
            "programmes.catalogue:0",
            added=done.added,
            changed=done.changed,
            retired=done.retired,
        )
    return done


def _fill(row: Programme, entry: entries.Entry) -> Programme:
    row.domain, row.position, row.cadence, row.digest = entry.domain, entry.position, entry.cadence, entry.digest
    row.name_zh, row.name_en, row.what_zh, row.what_en = entry.zh, entry.en, entry.what_zh, entry.what_en
    row.rooms, row.figures = list(entry.rooms), list(entry.figures)
    row.options, row.targets = dict(entry.options), [dict(target) for target in entry.targets]
    row.season = list(entry.season) if entry.season else None
    row.retired_on = None
    return row


@transaction.atomic
def open_edition(
    *,
    by: Person,
    programme: Programme,
    organization: Organization,
    since: date | None = None,
    until: date | None = None,
    name: str = "",
    planned: bool = False,
) -> Edition:
    """Open an edition of a programme for a unit and everything below it (or only plan it), with the programme's own targets.

    Left out, window and name follow the programme's season or cadence. Raises NotVisible, Denied, EditionRefused and
    Conflict (the unit has an edition of this name).
    """
    access.require_at(by, organization, to=access.MANAGE)
    if not queries.programmes(organization).filter(pk=programme.pk).exists():
        raise editions.EditionRefused(_("This programme is retired or belongs to another federation."), field="programme")
    suggested = queries.suggested_window(programme)
    since = since or suggested[0]
    until = until or max(suggested[1], since)
    editions.check_window(since, until)
    name = name.strip() or editions.default_name(programme.name_zh, since, until)[:120]
    if Edition.objects.filter(programme=programme, organization=organization, name=name).exists():
        raise Conflict(
            _("This unit already has the edition “%(name)s”. Give this one another name.") % {"name": name}, field="name"
        )
    edition = Edition.objects.create(
        programme=programme,
        organization=organization,
        org_path=organization.path,
        name=name,
        since=since,
        until=until,
        state=editions.PLANNED if planned else editions.OPEN,
        opened_at=None if planned else clock.now(),
    )
    Target.objects.bulk_create(
        Target(
            edition=edition,
            **{key: told[key] for key in ("indicator", "comparison", "unit", "per_unit")},
            value=Decimal(str(told["value"])),
        )
        for told in programme.targets
    )
    verb = "programmes.edition_planned" if planned else "programmes.edition_opened"
    audit.record(by, verb, edition, at=organization, programme=programme.code, since=since.isoformat(), until=until.isoformat())
    return edition


@transaction.atomic
def start_edition(edition: Edition, *, by: Person) -> Edition:
    """Turn a planned edition into an open one."""
    edition = access.for_change(by, edition.pk)
    editions.check_start(edition.state)
    edition.state, edition.opened_at = editions.OPEN, clock.now()
    edition.save(update_fields=["state", "opened_at"])
    audit.record(by, "programmes.edition_opened", edition, at=edition.organization, programme=edition.programme.code)
    return edition


@transaction.atomic
def close_edition(edition: Edition, *, by: Person, reason: str = "") -> Edition:
    """End an edition: nothing new is entered under it; its records and figures stay."""
    edition = access.for_change(by, edition.pk)
    editions.check_close(edition.state)
    edition.state, edition.closed_at = editions.CLOSED, clock.now()
    edition.save(update_fields=["state", "closed_at"])
    audit.record(by, "programmes.edition_closed", edition, at=edition.organization, reason=reason, programme=edition.programme.code)
    return edition


@transaction.atomic
def reopen_edition(edition: Edition, *, by: Person, reason: str) -> Edition:
    """Take back the end of an edition; somebody says why."""
    edition = access.for_change(by, edition.pk)
    editions.check_reopen(edition.state, reason)
    edition.state, edition.closed_at, edition.opened_at = editions.OPEN, None, edition.opened_at or clock.now()
    edition.save(update_fields=["state", "closed_at", "opened_at"])
    audit.record(
        by, "programmes.edition_reopened", edition, at=edition.organization, reason=reason, programme=edition.programme.code
    )
    return edition


@transaction.atomic
def change_window(edition: Edition, *, by: Person, since: date, until: date) -> Edition:
    """Move the window of an edition that is not closed."""
    edition = access.for_change(by, edition.pk)
    editions.check_close(edition.state)
    editions.check_window(since, until)
    before = [edition.since.isoformat(), edition.until.isoformat()]
    edition.since, edition.until = since, until
    edition.save(update_fields=["since", "until"])
    audit.record(
        by,
        "programmes.window_changed",
        edition,
        at=edition.organization,
        before=before,
        after=[since.isoformat(), until.isoformat()],
    )
    return edition


@transaction.atomic
def set_target(
    edition: Edition,
    *,
    by: Person,
    indicator: str,
    value: Decimal | int,
    unit: str,
    comparison: str = editions.AT_LEAST,
    per_unit: bool = False,
) -> Target:
    """Set or change what an edition is to reach for an indicator."""
    edition = access.for_change(by, edition.pk)
    amount = Decimal(value)
    editions.check_target(edition.state, comparison, amount, unit)
    before = Target.objects.filter(edition=edition, indicator=indicator).values_list("value", flat=True).first()
    target, _new = Target.objects.update_or_create(
        edition=edition,
        indicator=indicator,
        defaults={"value": amount, "unit": unit, "comparison": comparison, "per_unit": per_unit},
    )
    audit.record(
        by, "programmes.target_set", edition, at=edition.organization, indicator=indicator, value=str(amount),
        comparison=comparison, before=None if before is None else str(before),
    )  # fmt: skip
    return target


@transaction.atomic
def drop_target(edition: Edition, *, by: Person, indicator: str) -> None:
    """Take a target off an edition that is not closed."""
    edition = access.for_change(by, edition.pk)
    editions.check_close(edition.state)
    gone, _rows = Target.objects.filter(edition=edition, indicator=indicator).delete()
    if gone:
        audit.record(by, "programmes.target_dropped", edition, at=edition.organization, indicator=indicator)


@transaction.atomic
def add_programme(
    *,
    by: Person,
    organization: Organization,
    domain: str,
    name_zh: str,
    rooms: Sequence[str],
    name_en: str = "",
    what_zh: str = "",
    what_en: str = "",
    cadence: str = "yearly",
    season: tuple[str, str] | None = None,
    options: Mapping[str, Any] | None = None,
) -> Programme:
    """Add a federation's own programme for itself and everybody below it. No code is written for it.

    Its options are checked like those of the catalogue. Raises NotVisible, Denied and Refused with the field.
    """
    access.require_at(by, organization, to=access.DESIGN)
    told = _checked(domain, name_zh, name_en, what_zh, what_en, rooms, cadence, season, options or {})
    same = Programme.objects.filter(owner=organization, name_zh=told.zh, retired_on=None)
    if same.exists():
        raise Conflict(_("This unit already has a programme “%(name)s”.") % {"name": told.zh}, field="name_zh")
    position = Programme.objects.filter(owner=organization).count() + 1
    programme = _fill(Programme(code=f"own_{organization.pk}_{position}", owner=organization, org_path=organization.path), told)
    programme.position = 1000 + position
    programme.digest = ""
    programme.save(force_insert=True)
    audit.record(by, "programmes.programme_added", programme, at=organization, code=programme.code, rooms=list(rooms))
    return programme


def _checked(
    domain: str, zh: str, en: str, what_zh: str, what_en: str, named: Sequence[str], cadence: str,
    season: tuple[str, str] | None, options: Mapping[str, Any],
) -> entries.Entry:  # fmt: skip
    zh = zh.strip()
    if not zh or len(zh) > 80:
        raise Refused(Text("请填写项目名称，最长80字。", "Give the programme a name of at most 80 characters."), field="name_zh")
    if domain not in domains.BY_CODE:
        raise Refused(Text("请选择所属条线。", "Choose the field of work."), field="domain")
    if not named or any(room not in rooms.ROOMS for room in named):
        raise Refused(Text("请至少选择一个承办模块。", "Choose at least one room that serves the programme."), field="rooms")
    raw: dict[str, Any] = {
        "code": "own_programme", "zh": zh, "en": en.strip() or zh, "what_zh": what_zh.strip() or zh,
        "what_en": what_en.strip() or zh,
        "rooms": list(named), "cadence": cadence, "options": dict(options),
    }  # fmt: skip
    if season:
        raw["season"] = list(season)
    try:
        return entries.checked(raw, domain=domain)
    except entries.CatalogueRefused as error:
        sentence = Text(f"设置有误：{error}", f"These settings cannot be kept: {error}")
        raise Refused(sentence, field="options") from error


@transaction.atomic
def retire_programme(programme: Programme, *, by: Person, reason: str = "") -> Programme:
    """Offer an own programme no more; its editions and figures stay."""
    programme = access.programme_for_change(by, programme.pk)
    if programme.owner is None:
        raise Refused(_("A programme of the catalogue cannot be retired here."))
    if programme.retired_on is None:
        programme.retired_on = dates.today()
        programme.save(update_fields=["retired_on"])
        audit.record(by, "programmes.programme_retired", programme, at=programme.owner, reason=reason)
    return programme


@transaction.atomic
def add_field(
    *,
    by: Person,
    programme: Programme,
    organization: Organization,
    code: str,
    label_zh: str,
    kind: str,
    label_en: str = "",
    help_zh: str = "",
    required: bool = False,
    options: Sequence[str] = (),
) -> CustomField:
    """Add a field that the unit and everybody below it fills in for this programme. Raises Denied, FieldRefused."""
    access.require_at(by, organization, to=access.DESIGN)
    locked = Programme.objects.select_for_update(of=("self",)).get(pk=programme.pk)
    taken = list(CustomField.objects.filter(programme=locked).values_list("code", flat=True))
    words = Text(label_zh.strip(), label_en.strip() or label_zh.strip())
    definition = fields.Field(code, kind, words, required, tuple(option.strip() for option in options))
    fields.check_definition(definition, taken)
    field = CustomField.objects.create(
        programme=locked,
        organization=organization,
        org_path=organization.path,
        code=code,
        kind=kind,
        label_zh=words.zh,
        label_en=label_en.strip(),
        help_zh=help_zh.strip(),
        required=required,
        options=list(definition.options),
        position=len(taken) + 1,
    )
    audit.record(by, "programmes.field_added", field, at=organization, programme=locked.code, code=code, kind=kind)
    return field


@transaction.atomic
def retire_field(field: CustomField, *, by: Person) -> CustomField:
    """Ask for a field no more; what was filled in stays readable."""
    field = access.field_for_change(by, field.pk)
    if field.retired_on is None:
        field.retired_on = dates.today()
        field.save(update_fields=["retired_on"])
        audit.record(by, "programmes.field_retired", field, at=field.organization, code=field.code)
    return field


@transaction.atomic
def mark_world(
    *, kind: str, name: str, root: Organization, by: Person | None = None, window: Mapping[str, Any] | None = None
) -> World:
    """Mark everything at and below a root as invented: a demo or a replay. Raises Conflict, Refused for no root."""
    if root.parent_id is not None:
        raise Refused(_("An invented world stands on its own root."))
    if organizations.subtree(root).count() > 1 or World.objects.filter(kind=kind, name=name).exists():
        raise Conflict(_("This world is already there, or real units stand below its root."))
    world = World.objects.create(
        kind=kind, name=name, root=root, org_path=root.path, window=dict(window or {}), loaded_at=clock.now()
    )
    cache.delete(queries.WORLDS)
    audit.record(by, "programmes.world_marked", world, at=root, kind=kind, name=name)
    return world
