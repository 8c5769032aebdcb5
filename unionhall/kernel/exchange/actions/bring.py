"""A sheet comes in: checked as a file, read apart, and laid down in sealed slices with its columns guessed."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.exchange import access, queries, registry
from unionhall.kernel.exchange.models import Import, ImportSlice
from unionhall.kernel.exchange.rules import headings, values
from unionhall.kernel.files import adapters
from unionhall.kernel.files import rules as files
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import clock, sheets
from unionhall.lib.refusal import Refused

MOST_BYTES = 20 * files.MEGABYTE
SLICE = 500
TEXTS = ("csv", "txt")
LONGEST_CHARACTER = 4  # bytes, in UTF-8, UTF-16 and GB18030
AT_A_TIME = 40  # slices that one statement lays down
TOLD_ASIDE = 50
TOLD_OTHERS = 5
TOO_LARGE = 413
COUNTERS = frozenset({"序号", "编号", "行号", "no", "#"})
Line = tuple[int, list[str]]


class BadFile(Refused):
    """A file that cannot come in as a table; the sentence says why and what to do. Nothing of it is kept."""

    code = "bad_file"

    def __init__(self, message: object, *, code: str, status: int = 422) -> None:
        super().__init__(message, field="file", code=f"file_{code}")
        self.status = status


def bring(
    *, kind: str, upload: UploadedFile, by: Person, at: Organization, options: Mapping[str, Any] | None = None, encoding: str = ""
) -> Import:
    """Take a sheet in, up to the point where its columns are assigned; nothing but the file's rows is written.

    Raises Denied without the permission of the kind at the unit, BadFile with the reason, KeyError for an unknown kind.
    """
    wanted = registry.import_kind(kind)
    access_actions.require(by, wanted.permission, at=at)
    name = files.clean_name(upload.name or "file")
    if (upload.size or 0) > MOST_BYTES:
        raise refusal("too_large", wanted.most)
    content = upload.read()
    text = _examined(name, content, wanted.most)
    try:
        with transaction.atomic(), sheets.reading(content, text=text, most=wanted.most + headings.LEAD, encoding=encoding) as read:
            one = _open(wanted, name, content, by, at, dict(options or {}))
            _lay_down(one, wanted, read)
            audit.record(by, "exchange.import_brought", one, at=at, kind=kind, rows=one.total, sha256=one.sha256)
    except sheets.Unreadable as unreadable:
        raise refusal(str(unreadable), wanted.most, **unreadable.figures) from None
    return one


def _examined(name: str, content: bytes, most: int) -> bool:
    """Whether the file is text rather than a workbook. Raises BadFile."""
    if files.extension_of(name) not in {"xlsx", *TEXTS}:
        raise refusal("not_allowed", most)
    try:
        fit = _examine(name, content)
    except files.Unfit as unfit:
        raise refusal(unfit.code, most) from None
    try:
        clean = adapters.scanner().is_clean(content)
    except OSError:
        raise refusal("not_scanned", most) from None
    if not clean:
        raise refusal("unsafe", most)
    return fit.extension != "xlsx"


def _examine(name: str, content: bytes) -> files.Fit:
    """What the file is; a text that ends within a character is one, so that the reader can say where. Raises files.Unfit."""
    try:
        return files.examine(name, content, most_bytes=MOST_BYTES)
    except files.Unfit as unfit:
        if unfit.code != "not_what_it_says" or files.extension_of(name) not in TEXTS:
            raise
        for kept in range(len(content), max(0, len(content) - LONGEST_CHARACTER), -1):
            if files.decoded(content[:kept]) is not None:
                return files.examine(name, content[:kept], most_bytes=MOST_BYTES)
        raise


def refusal(code: str, most: int, **places: int) -> BadFile:
    """Why a file cannot come in, in words; `places` say where (`row`) and how much of it there is (`rows`)."""
    large = _("This file unpacks to more than can be read at once; split it into several files.")
    sentences = {
        "empty": _("There is no table in this file."),
        "hidden": _("All sheets of this file that hold anything are hidden; show the one to be imported and save the file again."),
        "headings_only": _("There are headings in this file, but no rows under them."),
        "header": _("No line with headings was found; download the template and paste your rows below its headings."),
        "header_formulas": _(
            "The headings of this sheet are formulas whose results the file does not carry; open it in Excel or WPS, save it, and"
            " bring it again."
        ),
        "too_large": _("This file is larger than %(megabytes)s MB; split it into several files."),
        "too_much": large,
        "bomb": large,
        "rows": _("This file has more than %(most)s rows; split it into several files."),
        "columns": _("This file has more than %(columns)s columns; leave only those that are needed."),
        "encoding": _("The characters of this file cannot be read; save it as an Excel workbook (.xlsx), or as CSV in UTF-8."),
        "not_allowed": _("Only .xlsx and .csv can be read; open the file and save it as an Excel workbook (.xlsx)."),
        "encrypted": _("This file is protected by a password; remove it and save the file again."),
        "active_content": _(
            "This file holds macros, links to programs or foreign definitions; save it as a plain workbook (.xlsx)."
        ),
        "cut_character": _(
            "This file breaks off within row %(row)s, in the middle of a character; it holds %(rows)s rows with the headings, and"
            " what followed is missing. Export or download it once more, whole."
        ),
        "cut_quote": _(
            'In row %(row)s a quotation mark (") is never closed, so everything after it reads as one cell; it may be that the'
            " file breaks off here. It holds %(rows)s rows with the headings. Export or download it once more, whole, or close the"
            " mark."
        ),
        "unsafe": _("This file did not pass the safety check."),
        "not_scanned": _("The safety check does not answer; try again in a few minutes."),
    }
    broken = _(
        "This file is damaged, not whole, or not what its name says; open it in Excel or WPS and save it as an Excel workbook"
        " (.xlsx), or download it once more where it does not open."
    )
    figures = {"megabytes": MOST_BYTES // files.MEGABYTE, "most": f"{most:,}", "columns": sheets.MOST_COLUMNS}
    figures |= {name: f"{place:,}" for name, place in places.items()}
    said = _("%(why)s Nothing was imported.") % {"why": sentences.get(code, broken) % figures}
    return BadFile(said, code=code, status=TOO_LARGE if code in {"too_large", "too_much", "bomb", "rows"} else 422)


def _open(kind: registry.ImportKind, name: str, content: bytes, by: Person, at: Organization, options: dict[str, Any]) -> Import:
    bare, wrapped = access.new_key()
    one = Import(
        kind=kind.code,
        organization=at,
        started_by=by,
        file_name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        options=options,
        sealed_key=wrapped,
        total=0,
        created_at=clock.now(),
    )
    one.bare_key = bare  # type: ignore[attr-defined]
    return one


def _lay_down(one: Import, kind: registry.ImportKind, read: sheets.Reading) -> None:
    """Find the headings among the first lines, guess the columns, and seal what follows."""
    lead = list(islice(read.rows, headings.LEAD))
    head = headings.find(lead, kind.columns, read.told.get("merged", ()))
    if head is None:
        raise sheets.Unreadable("empty" if not lead else "header_formulas" if _uncalculated(lead, lead[-1][0]) else "header")
    one.headings = head.headings
    one.mapping = guessed(kind, head.headings, queries.remembered(one.organization, kind.code))
    if values.NO_RESULT in head.headings or (not one.mapping and _uncalculated(lead, head.last)):
        raise sheets.Unreadable("header_formulas")
    aside: list[list[Any]] = []
    one.save()
    rows = _rows_only(chain((line for line in lead if line[0] > head.last), read.rows), head.last, aside)
    parts = []
    for number, lines in enumerate(iter(lambda: list(islice(rows, SLICE)), [])):
        one.total += len(lines)
        if one.total > kind.most:
            raise sheets.Unreadable("rows")
        parts.append(_part(one, number, lines, key=one.bare_key))  # type: ignore[attr-defined]
    ImportSlice.objects.bulk_create(parts, batch_size=AT_A_TIME)
    if not one.total:
        raise sheets.Unreadable("headings_only")
    kept: dict[str, Any] = {name: read.told[name] for name in ("encoding", "sheet", "delimiter") if name in read.told}
    own = _own_sheets()
    for which in ("others", "unseen"):  # sheets that are shown and were not read, and hidden ones, which never are
        if names := [name for name in read.told.get(which, ()) if name not in own]:
            kept[which] = names[:TOLD_OTHERS]
    one.told = kept | {"head": head.last, "aside": aside[:TOLD_ASIDE], "left_out": len(aside)}
    one.told |= _hidden(read, head, parts[-1].last)
    if (cut := read.told.get("cut")) and cut[0] not in {line for line, _why in aside}:  # a line of totals may well be short
        one.told["cut"] = cut
    one.save(update_fields=["total", "told"])


def _uncalculated(lead: list[Line], last: int) -> bool:
    """Whether a line of the table's beginning holds formulas without results, so that the headings may stand there."""
    return any(values.NO_RESULT in cells for number, cells in lead if number <= last)


def _own_sheets() -> set[str]:
    """The sheets that this house puts beside the table of a template or an export, by their names in either language."""
    names: set[str] = set()
    for language in ("zh-hans", "en"):
        with override(language):
            names |= {_("Instructions"), _("About this file"), _("Choices")}
    return names


def _hidden(read: sheets.Reading, head: headings.Head, last: int) -> dict[str, Any]:
    """Which of the rows, as [first, last], and which headings were hidden or filtered out in the sheet."""
    ranges = read.told.get("hidden", ())
    rows = [[max(first, head.last + 1), min(end, last)] for first, end in ranges if first <= last and end > head.last]
    named = dict(enumerate(head.headings))
    columns = [named[place] for place in read.told.get("hidden_places", ()) if named.get(place)]
    return ({"hidden": rows} if rows else {}) | ({"hidden_columns": columns} if columns else {})


def _rows_only(lines: Iterable[Line], head: int, aside: list[list[Any]]) -> Iterator[Line]:
    for number, cells in lines:
        why = headings.aside(cells)
        if why:
            aside.append([number, why])
        else:
            yield number, cells


def recognised(one: Import, kind: registry.ImportKind) -> bool:
    """Whether nothing is left to ask about the columns: all needed ones are there, and each heading means one or is a number's."""
    codes = set(one.mapping.values())
    if not all(column.code in codes for column in kind.columns if column.required):
        return False
    rest = (heading for place, heading in enumerate(one.headings) if heading and str(place) not in one.mapping)
    return all(headings.is_marks(heading) or headings.plain(heading) in COUNTERS for heading in rest)


def guessed(kind: registry.ImportKind, given: list[str], remembered: Mapping[str, str]) -> dict[str, str]:
    """Which place holds which column, as JSON keeps it; the column of marks that this house added is never one."""
    places = headings.assign(["" if headings.is_marks(one) else one for one in given], kind.columns, remembered)
    return {str(place): code for place, code in places.items()}


def put(one: Import, number: int, lines: list[Line], *, key: bytes) -> ImportSlice:
    """Lay down one slice of rows, or the same slice with other cells."""
    part = _part(one, number, lines, key=key)
    told = {"first": part.first, "last": part.last, "count": part.count, "sealed": part.sealed}
    kept, _made = ImportSlice.objects.update_or_create(of=one, number=number, defaults=told)
    return kept


def _part(one: Import, number: int, lines: list[Line], *, key: bytes) -> ImportSlice:
    sealed = access.seal(key, lines, place=f"{one.pk}:{number}")
    return ImportSlice(of=one, number=number, first=lines[0][0], last=lines[-1][0], count=len(lines), sealed=sealed)
