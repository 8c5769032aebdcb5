"""What the task centre and the pages of imports read."""

from collections import abc
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from unionhall.kernel.access import queries as access_queries
from unionhall.kernel.exchange import access, registry
from unionhall.kernel.exchange.models import Import, ImportChoice, ImportFinding, ImportSlice, Job, Mapping
from unionhall.kernel.exchange.registry import Finding, ImportKind, Row
from unionhall.kernel.exchange.rules.values import BadCell, Reader
from unionhall.kernel.organizations.models import Kind, Level, Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.models import Programme
from unionhall.lib import rowid
from unionhall.lib.refusal import NotVisible, Refused
from unionhall.lib.text import Text

UNKNOWN_UNIT = Text("没有这个单位，或不在您的管理范围。", "There is no such unit, or it is not within your scope.")
WRITE_UNIT = Text("请填写单位编码或全称。", "Write the unit's code or its full name.")
UNITS: dict[str, dict[str, object]] = {"level": dict(Level.choices), "kind": dict(Kind.choices)}  # filters over units
YES = Text("是", "yes")
SEVERAL_UNITS = Text("有几个单位叫这个名称。", "Several units bear this name.")


def jobs(by: Person) -> QuerySet[Job]:
    """A person's jobs, newest first."""
    return access.visible_to(by)


def job(by: Person, job_id: int) -> Job:
    """One of a person's own jobs. Raises NotVisible."""
    found = access.visible_to(by).filter(id=job_id).first()
    if found is None:
        raise NotVisible(_("There is no such task, or it is not yours."))
    return found


def result_path(by: Person, job_id: int) -> tuple[str, Path]:
    """The name for people and the place of a finished job's file.

    Raises NotVisible for another person's job, Refused when the file is past its seven days.
    """
    found = job(by, job_id)
    path = results_folder() / found.file_path
    if not found.file_path or not path.is_file():
        raise Refused(_("The file is no longer kept (seven days). Start the task again."), code="gone")
    return found.file_name, path


def results_folder() -> Path:
    """Where results lie until they are swept."""
    return Path(settings.MEDIA_ROOT) / "results"


def said(by: Person, table: registry.Table, filters: abc.Mapping[str, str]) -> list[tuple[str, str]]:
    """The filters of a table as people read them: their names with the names of their values. Empty ones narrow nothing."""
    names = registry.FILTERS
    return [(str(names.get(name, name)), _value_said(by, table, name, value)) for name, value in filters.items() if value]


def _value_said(by: Person, table: registry.Table, name: str, value: str) -> str:
    if name in table.named:
        return table.named[name](by, value) or value
    known = table.values.get(name) or UNITS.get(name, {})
    if value in known:
        return str(known[value])
    if name in registry.TICKED:
        return str(YES)
    key = rowid.read(value) if name == "unit" else None
    if key is not None:
        seen = access_queries.visible(Organization.objects.filter(pk=key), by, table.permission, "path")
        return str(seen.values_list("name", flat=True).first() or value)
    if name == "programme":
        found = Programme.objects.filter(code=value).first()
        return str(found.name) if found else value
    return value


def remembered(at: Organization, kind: str) -> dict[str, str]:
    """Under which plain headings a unit sent which columns before."""
    return dict(Mapping.objects.filter(organization=at, kind=kind).values_list("heading", "code"))


def lines_of(one: Import, part: ImportSlice, key: bytes) -> list[tuple[int, list[str]]]:
    """The rows of one slice as they came: number and cells."""
    return [(number, cells) for number, cells in access.unseal(key, bytes(part.sealed), place=f"{one.pk}:{part.number}")]


def all_lines(one: Import) -> Iterator[tuple[int, list[str]]]:
    """Every row of an import, slice by slice."""
    key = access.key_of(one)
    for part in one.slices.order_by("number").iterator(chunk_size=8):
        yield from lines_of(one, part, key)


def readers(one: Import, kind: ImportKind) -> dict[str, Reader]:
    """What reads the cells of each column where the import has it; they remember, so take them once for all rows."""
    places = {code: int(place) for place, code in one.mapping.items()}
    return {column.code: Reader(column, places.get(column.code)) for column in kind.columns}


def read_rows(by: dict[str, Reader], lines: Iterable[tuple[int, list[str]]]) -> tuple[list[Row], list[Finding]]:
    """The rows with what their cells mean, and what cannot be read; a row with an unreadable cell is not among the rows."""
    given = list(lines)
    cells = [each for _number, each in given]
    columns = [reader.read_all(cells) for reader in by.values()]  # column by column, which is cheaper than row by row
    rows = [
        Row(number, dict(zip(by, meant, strict=True)))
        for (number, _cells), meant in zip(given, zip(*columns, strict=True), strict=True)
    ]
    if not any(BadCell in set(map(type, column)) for column in columns):
        return rows, []
    good: list[Row] = []
    findings: list[Finding] = []
    for row in rows:
        bad = [(code, meant) for code, meant in row.values.items() if isinstance(meant, BadCell)]
        findings += [Finding(row.number, code, each.message, each.mend) for code, each in bad]
        if not bad:
            good.append(row)
    return good, findings


def with_units(one: Import, kind: ImportKind, rows: list[Row]) -> tuple[list[Row], list[Finding]]:
    """The same rows with units instead of their names; those that name none, or several, become findings."""
    codes = [column.code for column in kind.columns if column.kind == "unit"]
    if not codes:
        return rows, []
    named = {row.values[code] for row in rows for code in codes if row.values[code]}
    units = _units(one, kind, named)
    good, findings = [], []
    for row in rows:
        meant = dict(row.values)
        found = []
        for code in codes:
            text = meant[code]
            candidates = units.get(text, []) if text else []
            if text and len(candidates) != 1:
                message = SEVERAL_UNITS if candidates else UNKNOWN_UNIT
                found.append(Finding(row.number, code, message, WRITE_UNIT))
            meant[code] = candidates[0] if len(candidates) == 1 else None
        findings += found
        if not found:
            good.append(Row(row.number, meant))
    return good, findings


def _units(one: Import, kind: ImportKind, named: set[str]) -> dict[str, list[Organization]]:
    """Who is meant by each text: by code, else by full name, else by short name; only units in the importer's scope."""
    open_ones = access_queries.organizations_for(one.started_by, kind.permission)
    wanted = sorted(named)
    found = open_ones.filter(Q(code__in=wanted) | Q(name__in=wanted) | Q(short_name__in=wanted)) if wanted else ()
    meant: dict[str, list[Organization]] = {}
    ranked: dict[str, int] = {}
    for unit in found:
        for rank, text in enumerate((unit.code or "", unit.name, unit.short_name)):
            if text in named and rank <= ranked.get(text, 9):
                meant[text] = [*(meant.get(text, []) if ranked.get(text) == rank else []), unit]
                ranked[text] = rank
    return meant


def decided(one: Import) -> tuple[set[int], set[int]]:
    """Which rows the person takes although they are doubtful, and which are left out."""
    chosen = dict(ImportChoice.objects.filter(of=one).values_list("row", "take"))
    return {row for row, take in chosen.items() if take}, {row for row, take in chosen.items() if not take}


def findings(one: Import, level: str = "") -> QuerySet[ImportFinding]:
    """What was found, by row; of one level, or errors and doubts."""
    found = ImportFinding.objects.filter(of=one).order_by("row", "id")
    return found.filter(level=level) if level else found.filter(level__in=["error", "doubt", "stays"])


def imports(by: Person, kind: str = "") -> QuerySet[Import]:
    """What a person brought, newest first."""
    found = access.imports_of(by)
    return found.filter(kind=kind) if kind else found


def crossed(source: str) -> datetime | None:
    """When an import ("exchange.import:ID") was checked, if another of its kind and unit has written since; else None."""
    one = Import.objects.filter(pk=source.rpartition(":")[2]).first()
    if one is None or one.checked_at is None:
        return None
    others = Import.objects.filter(kind=one.kind, organization=one.organization_id).exclude(pk=one.pk)
    writing = Q(finished_at__gte=one.checked_at) | Q(state__in=[Import.State.RUNNING, Import.State.STOPPED])
    return one.checked_at if others.filter(writing).exists() else None


def records_of(source: str) -> set[str]:
    """The records ("kind:id") that the slices of an import have written so far."""
    parts = ImportSlice.objects.filter(of=int(source.rpartition(":")[2])).exclude(written=None).values_list("written", flat=True)
    return {str(record) for written in parts if written is not None for _row, record, _outcome in written}


def kind_of(one: Import) -> ImportKind:
    """The kind of an import. Raises NotVisible when its room is no longer in the house."""
    try:
        return registry.import_kind(one.kind)
    except KeyError:
        raise NotVisible("import") from None


def first_lines(one: Import, most: int) -> list[tuple[int, list[str]]]:
    """The first rows as they came."""
    part = one.slices.order_by("number").first()
    return [] if part is None else lines_of(one, part, access.key_of(one))[:most]


def some_lines(one: Import, rows: Sequence[int]) -> list[tuple[int, list[str]]]:
    """Some rows as they came, by their numbers; one query, and only their slices are opened."""
    if not rows:
        return []
    wanted, key = set(rows), access.key_of(one)
    parts = one.slices.filter(last__gte=min(wanted), first__lte=max(wanted)).order_by("number")
    near = [part for part in parts if any(part.first <= row <= part.last for row in wanted)]
    return [line for part in near for line in lines_of(one, part, key) if line[0] in wanted]


def written_rows(one: Import) -> int:
    """How many rows stand in slices that are written."""
    return one.slices.exclude(written=None).aggregate(rows=Sum("count"))["rows"] or 0
