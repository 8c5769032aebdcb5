"""The sealed book of a household: what comes in and what goes out, who is ill, and what the means test makes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import dates
from unionhall.lib.refusal import Refused, absent
from unionhall.lib.text import Text
from unionhall.work.hardship import access, registry
from unionhall.work.hardship.models.files import Assessment, Household
from unionhall.work.hardship.models.rounds import Sheet
from unionhall.work.hardship.queries import lines, sheets
from unionhall.work.hardship.rules import means
from unionhall.work.hardship.rules.means import Lines, Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """What a household says of its year: fen by kind, illnesses by member in words, and what an accident cost it."""

    incomes: Mapping[str, int] = field(default_factory=dict)
    spending: Mapping[str, int] = field(default_factory=dict)
    accident: int = 0
    illnesses: Mapping[str, str] = field(default_factory=dict)
    disease: str = ""  # the kind of illness that the accident's cost came from; empty: an injury or a disaster
    wages: Mapping[str, int] = field(default_factory=dict)  # by member, as they were said; their sum is in incomes

    def content(self) -> dict[str, object]:
        """As it is sealed."""
        return {
            "incomes": dict(self.incomes),
            "spending": dict(self.spending),
            "accident": self.accident,
            "illnesses": dict(self.illnesses),
            "wages": dict(self.wages),
            **({"disease": self.disease} if self.disease else {}),
        }


@transaction.atomic
def write_book(household: Household, book: Book, *, by: Person, day: date | None = None) -> Assessment:
    """Seal a new book and run the means test on it; the caller holds the household locked."""
    key = access.room_key()
    household.book = access.sealed(f"book|{household.pk}", book.content(), key)
    household.save(update_fields=["book"])
    return assess(household, by=by, day=day, content=book.content(), key=key)


def draft(household: Household) -> dict[str, Any]:
    """What a draft's book says so far, by its sealed words; empty where nothing was said yet."""
    return access.opened(f"book|{household.pk}", bytes(household.book))


def jot(household: Household, content: Mapping[str, object]) -> None:
    """Seal what a draft says so far; nothing is worked out before its screen is left."""
    household.book = access.sealed(f"book|{household.pk}", content)
    household.save(update_fields=["book"])


def assess(
    household: Household,
    *,
    by: Person,
    day: date | None = None,
    content: Mapping[str, object] | None = None,
    key: bytes | None = None,
) -> Assessment:
    """Work out the kind of hardship by today's rule, and keep the result with inputs, reasons and versions."""
    key, on = key or access.room_key(), day or dates.today()
    found = content if content is not None else access.opened(f"book|{household.pk}", household.book, key)
    one = sheets.measured(household, found, excluded=household.exclusions.filter(holds=True).exists())
    means.check_measure(one)
    rule = lines.lines(household.organization, on)
    verdict = means.judge(one, rule)
    kept = keep(household, verdict, one, rule, by=by, on=on, key=key)
    household.kind, household.assessed_on = verdict.kind, on
    household.save(update_fields=["kind", "assessed_on"])
    put_on_sheet(household, one, key)
    # the trail names the result and its reasons, never a figure
    audit.record(
        by, "hardship.assessed", household, at=household.organization, kind=verdict.kind, reasons=list(verdict.reasons), on=on
    )
    return kept


def keep(
    household: Household, verdict: means.Verdict, one: Measure, rule: Lines, *, by: Person, on: date, key: bytes
) -> Assessment:
    """Write down one result of the means test."""
    return Assessment.objects.create(
        household=household,
        day=on,
        kind=verdict.kind,
        reasons=list(verdict.reasons),
        versions=dict(rule.versions),
        rule=lines.as_kept(rule),
        figures=access.sealed(f"figures|{household.pk}", {"row": list(sheets.ROW.unpack(sheets.packed(household.pk, one)))}, key),
        by=by,
    )


def put_on_sheet(household: Household, one: Measure, key: bytes) -> None:
    """Bring the household's row on its sheet up to date."""
    block = household.pk // sheets.BLOCK
    Sheet.objects.bulk_create(
        [Sheet(organization=household.organization, org_path=household.organization.path, block=block)], ignore_conflicts=True
    )
    sheet = Sheet.objects.select_for_update().get(organization=household.organization, block=block)
    kept = {row[0]: sheets.ROW.pack(*row) for row in sheets.rows_of(sheet, key)}
    kept[household.pk] = sheets.packed(household.pk, one)
    write_sheet(sheet, b"".join(kept[pk] for pk in sorted(kept)), key)


def move_sheet(household: Household, origin: Organization) -> None:
    """Bring the household's row from the sheet of the unit that kept it to that of the one that keeps it now."""
    if not household.book:
        return
    block, key = household.pk // sheets.BLOCK, access.room_key()
    one = kept_measure(household)
    both = Sheet.objects.select_for_update().filter(organization__in=[origin, household.organization], block=block)
    for sheet in both.order_by("pk"):  # in one order, so that two files that pass each other do not wait for each other
        if sheet.organization_id == origin.pk:
            rows = [sheets.ROW.pack(*row) for row in sheets.rows_of(sheet, key) if row[0] != household.pk]
            write_sheet(sheet, b"".join(rows), key)
    put_on_sheet(household, one, key)


def write_sheet(sheet: Sheet, rows: bytes, key: bytes) -> None:
    """Seal the rows of a sheet."""
    sheet.rows = access.seal_bytes(f"sheet|{sheet.pk}", rows, key)
    sheet.save(update_fields=["rows"])


def kept_measure(household: Household) -> Measure:
    """What the kept book gives the means test; for a what-if that tells no figure."""
    content = access.opened(f"book|{household.pk}", bytes(household.book))
    return sheets.measured(household, content, excluded=household.exclusions.filter(holds=True).exists())


@dataclass(frozen=True, slots=True)
class Shown:
    """A book in the clear, with the sentence of the last assessment."""

    incomes: list[tuple[Text, int]]
    spending: list[tuple[Text, int]]
    accident: int
    illnesses: list[str]
    sentence: Text | None
    on: date | None
    sources: list[tuple[str, str]]
    answers: list[tuple[Text, Text, str]]  # register, result and what it says


def reveal(*, household_id: int, reason: str, by: Person, via: str = "page") -> Shown:
    """A household's book in the clear, for a reason. The read is on record, committed, before anything is returned."""
    household = access.visible_to(by, "hardship.money").filter(pk=household_id).first()
    if household is None:
        raise absent()
    if not reason.strip():
        raise Refused(Text("请写明查看理由。", "Give the reason for which you need to see it."), field="words")
    with transaction.atomic(durable=True):
        audit.record_read(by, household, field="book", reason=reason, via=via)
    return shown_of(household)


def shown_of(household: Household) -> Shown:
    """The opened book with the sentence that explains the last result, by the rule that held when it was made."""
    key = access.room_key()
    book = access.opened(f"book|{household.pk}", bytes(household.book), key)
    last = household.assessments.first()
    sentence, told = None, []
    if last is not None:
        row = tuple(access.opened(f"figures|{household.pk}", bytes(last.figures), key)["row"])
        one, rule = sheets.measure(row), lines.from_kept(last.rule, last.versions)
        sentence = means.explain(means.judge(one, rule), rule, one)
        told = lines.told_sources(rule)
    return Shown(
        [(name, int(book.get("incomes", {}).get(kind, 0))) for kind, name in registry.INCOMES.items()],
        [(name, int(book.get("spending", {}).get(kind, 0))) for kind, name in registry.SPENDING.items()],
        int(book.get("accident", 0)),
        [str(words) for words in book.get("illnesses", {}).values()],
        sentence,
        last.day if last else None,
        told,
        [
            (
                registry.SOURCES[one.source],
                registry.ANSWERS[one.answer],
                str(access.opened(f"inquiry|{one.pk}", bytes(one.words), key)["words"]),
            )
            for one in household.inquiries.exclude(answered_at=None)
        ],
    )
