"""Every change of the union tree.

This package stands below `access`: whoever calls an action has asked whether the person may. Each change of places
happens under one advisory lock, so the tree never sees two at once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.apps import apps
from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.audit.actions import Actor
from unionhall.kernel.organizations import registry, rules
from unionhall.kernel.organizations.models import (
    Employer,
    Fault,
    NameSpan,
    Organization,
    PathSpan,
    Post,
    PostKind,
    Tenure,
    mend,
    rewrite,
)
from unionhall.lib import dates
from unionhall.lib.refusal import Conflict, Refused

LOCK = 0x756E696F6E  # "union": the one lock of the tree


@dataclass(frozen=True, slots=True)
class RowError:
    """A cell that stops an import, and how to mend it."""

    row: int
    column: str
    value: str
    mend: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an import did, or would do when `dry`: with errors nothing was written."""

    total: int
    new: int
    changed: int
    same: int
    errors: list[RowError]
    dry: bool
    fates: Mapping[str, str] = field(default_factory=dict)  # by code: made or changed; all others stay as they are


def lock_tree() -> None:
    """Wait until nobody else changes places in the tree, and hold it until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


@transaction.atomic
def found(
    *,
    name: str,
    level: str,
    kind: str,
    parent: Organization | None,
    by: Actor | None,
    short_name: str = "",
    code: str | None = None,
    credit_code: str = "",
    division_code: str = "",
    since: date | None = None,
) -> Organization:
    """Found a unit under another, or as a root of this house."""
    lock_tree()
    above = _open(parent) if parent else None
    _check(name=name, level=level, kind=kind, above=above, division_code=division_code, credit_code=credit_code)
    _check_codes(code, credit_code)
    path = _next_path(above)
    pinyin, initials = rules.spell(name)
    unit = Organization.objects.create(
        name=name.strip(), short_name=short_name.strip(), name_pinyin=pinyin, name_initials=initials, code=code or None,
        credit_code=credit_code, level=level, kind=kind, division_code=division_code, parent=above, path=path,
        depth=rules.depth_of(path), since=since or dates.today(),
    )  # fmt: skip
    PathSpan.objects.create(organization=unit, path=path)
    NameSpan.objects.create(organization=unit, name=unit.name, short_name=unit.short_name)
    audit.record(by, "organizations.founded", unit, at=unit, name=unit.name, under=above.pk if above else None)
    return unit


@transaction.atomic
def rename(unit: Organization, *, name: str, short_name: str = "", by: Actor | None, on: date | None = None) -> Organization:
    """Give a unit a new name from a day on; the old one stays in its history."""
    unit = _locked(unit)
    day = on or dates.today()
    _check(name=name, level=unit.level, kind=unit.kind, above=None, division_code="", credit_code="")
    old = unit.name
    if (name.strip(), short_name.strip()) == (unit.name, unit.short_name):
        return unit
    current = NameSpan.objects.get(organization=unit, until=None)
    if current.since and current.since > day:
        raise Refused(_("The unit already got a later name: choose a later day."), field="on")
    if current.since == day:
        current.name, current.short_name = name.strip(), short_name.strip()
        current.save()
    else:
        current.until = day
        current.save()
        NameSpan.objects.create(organization=unit, name=name.strip(), short_name=short_name.strip(), since=day)
    unit.name, unit.short_name = name.strip(), short_name.strip()
    unit.name_pinyin, unit.name_initials = rules.spell(unit.name)
    unit.save()
    audit.record(by, "organizations.renamed", unit, at=unit, old=old, new=unit.name)
    return unit


@transaction.atomic
def correct(unit: Organization, *, by: Actor | None, **changes: str | None) -> Organization:
    """Correct codes or kind: code, credit_code, division_code, kind. Names and places have their own actions."""
    unit = _locked(unit)
    if unknown := set(changes) - {"code", "credit_code", "division_code", "kind"}:
        raise ValueError(f"not corrected here: {sorted(unknown)}")
    new = {name: getattr(unit, name) for name in ("code", "credit_code", "division_code", "kind")} | changes
    _check(
        name=unit.name,
        level=unit.level,
        kind=str(new["kind"]),
        above=unit.parent,
        division_code=str(new["division_code"]),
        credit_code=str(new["credit_code"]),
    )
    _check_codes(new["code"], str(new["credit_code"]), but=unit)
    changed = {name: [getattr(unit, name), value] for name, value in new.items() if getattr(unit, name) != value}
    for name, value in new.items():
        setattr(unit, name, value or None if name == "code" else value)
    unit.save()
    audit.record(by, "organizations.corrected", unit, at=unit, changed=changed)
    return unit


@transaction.atomic
def move(unit: Organization, *, to: Organization, by: Actor | None, reason: str) -> Organization:
    """Hang a unit with everything below it under another unit.

    The tree changes at once. For counting, the move takes effect tomorrow: what happens today still belongs to the old
    place, so no figure of a day that has begun moves.
    """
    lock_tree()
    unit, to = _open(unit), _open(to)
    _move(unit, to)
    audit.record(by, "organizations.moved", unit, at=unit, reason=reason, to=to.pk, new_path=unit.path)
    return unit


def _move(unit: Organization, to: Organization) -> None:
    if rules.contains(unit.path, to.path):
        raise Refused(_("A unit cannot stand under itself or under a unit below it."), field="to")
    if unit.parent_id == to.pk:
        raise Refused(_("The unit already stands there."), field="to")
    if not rules.may_stand_under(level=unit.level, kind=unit.kind, parent_level=to.level):
        raise Refused(Fault.PARENT_LEVEL.label, field="to")
    deepest = Organization.objects.filter(path__startswith=unit.path).order_by("-depth").values_list("depth", flat=True)[0]
    if deepest - unit.depth + to.depth + 1 > rules.DEEPEST:
        raise Refused(_("The tree would become too deep there."), field="to")
    old, new, since = unit.path, _next_path(to), dates.today() + timedelta(days=1)
    if not PathSpan.move(old, new, since):
        raise Refused(_("The unit already moved on a later day: moves are made in the order of days."))
    rewrite(
        Organization, "path", old, new, extra=", depth = depth + %s, path_since = %s", values=[to.depth + 1 - unit.depth, since]
    )
    tables = {model._meta.label: model for model in apps.get_models()}
    for column in registry.path_columns():
        rewrite(tables[column.model_label], column.field, old, new)
    Organization.objects.filter(pk=unit.pk).update(parent=to)
    unit.refresh_from_db()


@transaction.atomic
def merge(unit: Organization, *, into: Organization, by: Actor | None, reason: str) -> Organization:
    """Close a unit in favour of another: what stands below it moves over, living records follow, the past stays."""
    lock_tree()
    unit, into = _open(unit), _open(into)
    if rules.contains(unit.path, into.path):
        raise Refused(_("A unit cannot be merged into itself or into a unit below it."), field="into")
    for child in Organization.objects.filter(parent=unit, until=None).order_by("path"):
        _move(child, _open(into))
    Employer.objects.filter(organization=unit, until=None).update(organization=into, org_path=into.path)
    for take_over in registry.heirs():
        take_over(old=unit, new=into, by=by)
    _end(unit, successor=into)
    audit.record(by, "organizations.merged", unit, at=unit, reason=reason, into=into.pk)
    return into


@transaction.atomic
def close(unit: Organization, *, by: Actor | None, reason: str) -> Organization:
    """Close a unit that has no open unit below it."""
    lock_tree()
    unit = _open(unit)
    if Organization.objects.filter(parent=unit, until=None).exists():
        raise Refused(_("Units still stand below: move, merge or close them first."))
    _end(unit, successor=None)
    audit.record(by, "organizations.closed", unit, at=unit, reason=reason)
    return unit


def _end(unit: Organization, *, successor: Organization | None) -> None:
    today = dates.today()
    Tenure.objects.filter(post__organization=unit, until=None).update(until=today)
    Post.objects.filter(organization=unit, until=None).update(until=today)
    unit.until, unit.successor = max(today, unit.since or today), successor
    unit.save()


@transaction.atomic
def mend_paths(*, by: Actor | None) -> int:
    """Set right copied paths of records that were written while their unit moved; returns how many."""
    lock_tree()
    mended = 0
    tables = {model._meta.label: model for model in apps.get_models()}
    for column in registry.path_columns():
        mended += mend(tables[column.model_label], column.field, column.unit)
    if mended:
        audit.record(by, "organizations.paths_mended", "organizations.tree:all", count=mended)
    return mended


@transaction.atomic
def add_employer(
    *,
    name: str,
    organization: Organization,
    by: Actor | None,
    credit_code: str = "",
    ownership: str = "non_public",
    industry: str = "",
    division_code: str = "",
    staff: int | None = None,
    since: date | None = None,
) -> Employer:
    """Enter an employer that a union looks after."""
    unit = _locked(organization)
    if not name.strip():
        raise Refused(_("Give the employer a name."), field="name")
    if credit_code and (fault := rules.credit_code_fault(credit_code, kind="employer")):
        raise Refused(Fault(fault.code).label, field="credit_code")
    if credit_code and Employer.objects.filter(credit_code=credit_code, until=None).exists():
        raise Conflict(_("An employer with this credit code is already entered."), field="credit_code")
    pinyin, initials = rules.spell(name)
    employer = Employer.objects.create(
        name=name.strip(), name_pinyin=pinyin, name_initials=initials, organization=unit, org_path=unit.path,
        credit_code=credit_code, ownership=ownership, industry=industry, division_code=division_code, staff=staff,
        since=since or dates.today(),
    )  # fmt: skip
    audit.record(by, "organizations.employer_added", employer, at=unit)
    return employer


@transaction.atomic
def add_post(
    *, organization: Organization, title: str, kind: str = PostKind.STAFF, by: Actor | None, since: date | None = None
) -> Post:
    """Create a post in a unit."""
    unit = _locked(organization)
    if not title.strip():
        raise Refused(_("Give the post a title."), field="title")
    post = Post.objects.create(organization=unit, title=title.strip(), kind=kind, since=since or dates.today())
    audit.record(by, "organizations.post_added", post, at=unit)
    return post


@transaction.atomic
def hold_post(post: Post, *, person_id: int, by: Actor | None, since: date | None = None) -> Tenure:
    """Let somebody hold a post from a day on; a chair's post has one holder at a time."""
    post = Post.objects.select_for_update().select_related("organization").get(pk=post.pk)
    day = since or dates.today()
    holding = Tenure.objects.filter(post=post, until=None)
    if holding.filter(person_id=person_id).exists():
        raise Conflict(_("This person already holds the post."))
    if post.kind == PostKind.CHAIR and holding.exists():
        raise Conflict(_("The post is held: end the present term first."))
    if post.until is not None:
        raise Refused(_("The post has been abolished."))
    tenure = Tenure.objects.create(post=post, person_id=person_id, since=day)
    audit.record(by, "organizations.post_held", post, at=post.organization, person=person_id, since=str(day))
    return tenure


@transaction.atomic
def leave_post(tenure: Tenure, *, by: Actor | None, until: date | None = None) -> Tenure:
    """End a term; `until` is the last day in office."""
    tenure = Tenure.objects.select_for_update(of=("self",)).select_related("post__organization").get(pk=tenure.pk)
    day = until or dates.today()
    if tenure.until is not None:
        raise Conflict(_("The term has already ended."))
    if day < tenure.since:
        raise Refused(_("A term cannot end before it begins."), field="until")
    tenure.until = day
    tenure.save()
    audit.record(by, "organizations.post_left", tenure.post, at=tenure.post.organization, person=tenure.person_id, until=str(day))
    return tenure


@transaction.atomic
def import_rows(
    rows: Iterable[Mapping[str, object]], *, under: Organization | None, by: Actor | None, dry_run: bool = False
) -> Receipt:
    """Found and rename many units at once from lines with the columns `rules.COLUMNS`; all of them or none.

    Lines are found again by their code, so the same file twice changes nothing the second time. Lines are numbered from
    2, as in a sheet with a header.
    """
    lock_tree()
    above = _open(under) if under else None
    lines = [rules.read_row(number, cells) for number, cells in enumerate(rows, start=2)]
    known, taken = _known(above)
    plan = rules.plan_import(lines, known, under=(above.code or "") if above else "", taken=taken)
    errors = [RowError(fault.row, fault.column, fault.value, str(Fault(fault.code).label)) for fault in plan.faults]
    fates = {row.code: "made" for row, _path in plan.new} | {row.code: "changed" for row, _old in plan.changed}
    receipt = Receipt(len(lines), len(plan.new), len(plan.changed), plan.same, errors, dry_run, fates)
    if errors or dry_run:
        return receipt
    ids = Organization.insert_planned(plan.new, {code: old.id for code, old in known.items()}, plan.counters, dates.today())
    for row, old in plan.changed:
        _change(Organization.objects.select_for_update().get(pk=old.id), row, by)
    if ids or plan.changed:
        where = above or Organization.objects.get(pk=ids[0])
        audit.record(by, "organizations.imported", where, at=where, new=len(ids), changed=len(plan.changed), same=plan.same)
    return receipt


def _known(above: Organization | None) -> tuple[dict[str, rules.Known], dict[str, str]]:
    """What the tree has by code, and the credit codes in use. A unit to import under needs a code; "" is the ground."""
    if above is not None and not above.code:
        raise Refused(_("Give the unit above a code first."))
    described = ("name", "short_name", "level", "kind", "parent__code", "division_code", "credit_code")
    columns = ("code", "id", *described, "path", "last_child")
    found = Organization.objects.filter(until=None).exclude(code=None).values_list(*columns)
    known: dict[str, rules.Known] = {}
    for code, id, name, short, level, kind, parent, division, credit_code, path, last in found:
        known[str(code)] = rules.Known(id, name, short, level, kind, parent or "", division, credit_code, path, last)
    known[""] = rules.Known(0, "", "", "", "", "", "", "", "", PathSpan.last_root())
    credit = Organization.objects.filter(until=None).exclude(credit_code="").values_list("credit_code", "code")
    return known, {number: code or "?" for number, code in credit}


def _change(unit: Organization, row: rules.UnitRow, by: Actor | None) -> None:
    rename(unit, name=row.name, short_name=row.short_name, by=by)
    correct(unit, by=by, kind=row.kind, division_code=row.division_code, credit_code=row.credit_code)


def _locked(unit: Organization) -> Organization:
    return Organization.objects.select_for_update(of=("self",)).select_related("parent").get(pk=unit.pk)


def _open(unit: Organization) -> Organization:
    unit = _locked(unit)
    if not unit.is_open:
        raise Conflict(_("The unit has been closed or merged."))
    return unit


def _next_path(above: Organization | None) -> str:
    """A path that was never used: counters of children only grow."""
    if above is None:
        return rules.segment(PathSpan.last_root() + 1)
    if above.depth >= rules.DEEPEST:
        raise Refused(_("The tree would become too deep there."))
    Organization.objects.filter(pk=above.pk).update(last_child=F("last_child") + 1)
    above.refresh_from_db(fields=["last_child"])
    return above.path + rules.segment(above.last_child)


def _check(*, name: str, level: str, kind: str, above: Organization | None, division_code: str, credit_code: str) -> None:
    parent_level = above.level if above else None
    described = {"level": level, "kind": kind, "division_code": division_code, "credit_code": credit_code}
    if faults := rules.check_unit(name=name, parent_level=parent_level, **described):
        raise Refused(Fault(faults[0].code).label, field=faults[0].field)


def _check_codes(code: str | None, credit_code: str, *, but: Organization | None = None) -> None:
    others = Organization.objects.exclude(pk=but.pk) if but else Organization.objects.all()
    if code and others.filter(code=code).exists():
        raise Conflict(_("Another unit has this code."), field="code")
    if credit_code and others.filter(credit_code=credit_code, until=None).exists():
        raise Conflict(_("Another unit has this credit code."), field="credit_code")
