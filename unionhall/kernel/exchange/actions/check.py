"""The rows of an import are read and judged; nothing is written but what was found."""

from collections import Counter
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.exchange import access, queries, registry
from unionhall.kernel.exchange.actions import bring, run_job
from unionhall.kernel.exchange.models import Import, ImportChoice, ImportFinding
from unionhall.kernel.exchange.models import Mapping as Remembered
from unionhall.kernel.exchange.registry import Finding, ImportKind, Progress, Row
from unionhall.kernel.exchange.rules import headings, values
from unionhall.kernel.people.models import Person
from unionhall.lib import clock, garbage
from unionhall.lib.refusal import Conflict, Refused
from unionhall.lib.text import Text

AT_ONCE = 2_000  # rows that a page may be kept waiting for
PER_ROW = 6
BATCH = 5_000
S = Import.State
OPEN = {S.READ, S.CHECKED}
CUT = Text(
    "文件似乎在这一行中断：本行只有 {cells} 格，其他各行至少 {others} 格，行末也没有换行，后面的行可能已丢失（共读到 {rows} 行）。",
    "The file seems to break off in this row: it has {cells} cells where all others have at least {others}, and no line end;"
    " rows after it may be missing ({rows} rows were read).",
)
WHOLE = Text(
    "请与原表核对行数和末行：不完整的，请重新导出后再上传；完整的，再选“导入”。",
    "Compare the last row and the number of rows with the original: export the file once more, or take the row if none is missing.",
)

HIDDEN = Text("本行在原表中是隐藏的，或被筛选掉了。", "This row is hidden in the sheet, or filtered out.")
MEANT = Text("确需导入的选“导入”，否则选“不导入”。", "Take the row if it is meant, else leave it out.")


class Silent:
    """The progress of work that is done while the page waits."""

    def report(self, done: int, total: int | None = None) -> None:
        """Nobody watches."""

    def result(self, name: str, content: bytes) -> None:
        """Nothing is left."""


@transaction.atomic
def assign(*, import_id: int, by: Person, mapping: Mapping[int, str]) -> Import:
    """Say which place holds which column, remember it for the unit, and check the rows (large files in the background).

    Raises NotVisible, Conflict once the import has begun, Refused when a needed column is missing or given twice.
    """
    one = opened(by, import_id)
    kind = queries.kind_of(one)
    places = {place: code for place, code in mapping.items() if code and 0 <= place < len(one.headings)}
    codes = Counter(places.values())
    if unknown := set(codes) - {column.code for column in kind.columns}:
        raise Refused(_("There is no such column: %(columns)s.") % {"columns": ", ".join(sorted(unknown))})
    if twice := [str(kind.column(code).label) for code, count in codes.items() if count > 1]:
        raise Refused(_("Assigned twice: %(columns)s. Each column stands once.") % {"columns": "、".join(twice)})
    if missing := [str(column.label) for column in kind.columns if column.required and column.code not in codes]:
        raise Refused(_("Needed and not assigned: %(columns)s.") % {"columns": "、".join(missing)}, code="columns_missing")
    one.mapping = {str(place): code for place, code in places.items()}
    one.save(update_fields=["mapping"])
    _remember(one, places)
    return recheck(one, by=by)


def _remember(one: Import, places: Mapping[int, str]) -> None:
    told = {headings.plain(heading)[:120]: places.get(place, "") for place, heading in enumerate(one.headings) if heading}
    Remembered.objects.bulk_create(
        [
            Remembered(organization=one.organization, kind=one.kind, heading=heading, code=code)
            for heading, code in told.items()
            if heading
        ],
        update_conflicts=True,
        unique_fields=["organization", "kind", "heading"],
        update_fields=["code"],
    )


def opened(by: Person, import_id: int) -> Import:
    """One's own import that may still be changed, locked. Raises NotVisible, Denied, Conflict."""
    one = access.import_for_change(by, import_id)
    access_actions.require(by, queries.kind_of(one).permission, at=one.organization)
    if one.state not in OPEN:
        raise Conflict(_("This import has already begun; nothing of it can be changed any more."))
    return one


def recheck(one: Import, *, by: Person) -> Import:
    """Judge the rows anew: at once for some thousand, else as a job."""
    if one.total <= AT_ONCE:
        return judge(one, Silent())
    one.state = S.CHECKING
    one.job = run_job.start(
        "exchange.check",
        by=by,
        at=one.organization,
        title=_("Check: %(file)s") % {"file": one.file_name},
        language=get_language() or "zh-hans",
        one=one.pk,
    )
    one.save(update_fields=["state", "job"])
    return one


def judge_job(by: Person, params: Mapping[str, int], progress: Progress) -> str:
    """The job `exchange.check`; cancelled or failed, the import waits for its columns again."""
    one = access.import_for(by, int(params["one"]))
    if one.state != S.CHECKING:
        return ""
    try:
        one = judge(one, progress)
    except (registry.Cancelled, Refused):
        Import.objects.filter(pk=one.pk, state=S.CHECKING).update(state=S.READ)
        raise
    return _("%(rows)s rows checked; %(refused)s with errors.") % {"rows": f"{one.total:,}", "refused": f"{one.refused:,}"}


@garbage.resting()
def judge(one: Import, progress: Progress) -> Import:
    """Read every row, ask the kind about all readable ones at once, and keep what was found with the true counts."""
    kind = queries.kind_of(one)
    take, leave = queries.decided(one)
    rows, found = read(one, kind, leave, progress)
    found += _hidden(one, rows)
    found += kind.check(rows, at=one.organization, by=one.started_by, options=one.options)
    found += _cut(one, leave)
    with transaction.atomic():
        ImportFinding.objects.filter(of=one).delete()
        _keep(one, found)
        for name, count in counted(one.total, found, take, leave).items():
            setattr(one, name, count)
        one.state, one.checked_at = S.CHECKED, clock.now()
        one.save()
    progress.report(one.total, one.total)
    return one


def read(one: Import, kind: ImportKind, leave: set[int], progress: Progress) -> tuple[list[Row], list[Finding]]:
    """All rows that can be read and are not left out, and what is wrong with the others."""
    key, done, readers = access.key_of(one), 0, queries.readers(one, kind)
    rows: list[Row] = []
    found: list[Finding] = []
    for part in one.slices.order_by("number").iterator(chunk_size=8):
        lines = [line for line in queries.lines_of(one, part, key) if line[0] not in leave]
        some, bad = queries.read_rows(readers, lines)
        rows += some
        found += bad
        done += part.count
        progress.report(done // 2, one.total)
    rows, unknown = queries.with_units(one, kind, rows)
    return rows, found + unknown


def _cut(one: Import, leave: set[int]) -> list[Finding]:
    """The last row of a file that seems to break off in it is asked about."""
    row, cells, others = one.told.get("cut") or (0, 0, 0)
    if not row or row in leave:
        return []
    told = {"cells": cells, "others": others, "rows": f"{one.total:,}"}
    return [Finding(row, "", Text(CUT.zh.format(**told), CUT.en.format(**told)), WHOLE, level="doubt")]


def _hidden(one: Import, rows: Iterable[Row]) -> list[Finding]:
    """Readable rows that nobody saw in the sheet are asked about."""
    hidden = {number for first, last in one.told.get("hidden", ()) for number in range(first, last + 1)}
    return [Finding(row.number, "", HIDDEN, MEANT, level="doubt") for row in rows if row.number in hidden] if hidden else []


def _keep(one: Import, found: Iterable[Finding]) -> None:
    told: Counter[int] = Counter()
    kept = []
    for finding in found:
        told[finding.row] += 1
        if told[finding.row] <= PER_ROW:
            kept.append(finding_row(one, finding))
    ImportFinding.objects.bulk_create(kept, batch_size=BATCH)


def finding_row(one: Import, finding: Finding, level: str = "") -> ImportFinding:
    """A finding as it is kept, in the language of whoever reads it."""
    return ImportFinding(
        of=one,
        row=finding.row,
        column=finding.column,
        level=level or finding.level,
        message=str(finding.message),
        mend=str(finding.mend),
    )


def counted(total: int, found: Iterable[Finding], take: set[int], leave: set[int]) -> dict[str, int]:
    """How many rows will be made, changed, stay the same, wait for a word, are refused, are left out: adds up to `total`."""
    levels: dict[int, set[str]] = {}
    for finding in found:
        levels.setdefault(finding.row, set()).add(finding.level)
    counts = Counter(_fate(row, said, take, leave) for row, said in levels.items())
    counts["skipped"] += len(leave - set(levels))
    counts["made"] += total - counts.total()
    return {name: counts[name] for name in ("made", "changed", "same", "doubtful", "refused", "skipped")}


def _fate(row: int, said: set[str], take: set[int], leave: set[int]) -> str:
    if row in leave:
        return "skipped"
    if "error" in said:
        return "refused"
    if "doubt" in said and row not in take:
        return "doubtful"
    return next((fate for fate in ("changed", "same") if fate in said), "made")


@transaction.atomic
def mend(
    *,
    import_id: int,
    by: Person,
    cells: Mapping[tuple[int, str], str] | None = None,
    choices: Mapping[int, bool | None] | None = None,
) -> Import:
    """Write other text into some cells, by row and column code, decide about some rows, and check again.

    A choice takes a doubtful row (True), leaves a row out (False), or decides nothing (None). Raises NotVisible, Conflict.
    """
    one = opened(by, import_id)
    places = {code: int(place) for place, code in one.mapping.items()}
    by_row: dict[int, dict[int, str]] = {}
    for (row, code), text in (cells or {}).items():
        if code in places:
            by_row.setdefault(row, {})[places[code]] = text[: values.LONGEST + 1].replace("\0", "")
    key, known = access.key_of(one), set()
    for part in one.slices.order_by("number"):
        wanted = {row for row in [*by_row, *(choices or {})] if part.first <= row <= part.last}
        if not wanted:
            continue
        lines = queries.lines_of(one, part, key)
        known |= wanted & {number for number, _cells in lines}
        if wanted & set(by_row):
            bring.put(one, part.number, [_mended(line, by_row.get(line[0], {})) for line in lines], key=key)
    _decide(one, {row: take for row, take in (choices or {}).items() if row in known})
    return recheck(one, by=by)


def _decide(one: Import, choices: Mapping[int, bool | None]) -> None:
    ImportChoice.objects.filter(of=one, row__in=choices).delete()
    ImportChoice.objects.bulk_create(
        [ImportChoice(of=one, row=row, take=take) for row, take in choices.items() if take is not None]
    )


def _mended(line: tuple[int, list[str]], changes: Mapping[int, str]) -> tuple[int, list[str]]:
    number, cells = line
    for place, text in changes.items():
        cells = [*cells, *[""] * (place + 1 - len(cells))]
        cells[place] = text
    return number, cells


@transaction.atomic
def choose_all(*, import_id: int, by: Person, take: bool) -> Import:
    """Take, or leave out, every doubtful row about which nothing was decided."""
    one = opened(by, import_id)
    doubtful = set(ImportFinding.objects.filter(of=one, level="doubt").values_list("row", flat=True))
    taken, left = queries.decided(one)
    _decide(one, dict.fromkeys(sorted(doubtful - taken - left), take))
    return recheck(one, by=by)
