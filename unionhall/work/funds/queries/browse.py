"""What the pages read: movements by any filter, the year's table, lines with their draws, agreements and audits."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.urls import reverse

from unionhall.kernel.files import queries as file_queries
from unionhall.kernel.files.models import File
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.policies import queries as policies
from unionhall.kernel.programmes import queries as programme_queries
from unionhall.kernel.programmes.models import Programme
from unionhall.kernel.programmes.registry import PurseLine
from unionhall.lib import dates, rowid
from unionhall.lib.refusal import absent
from unionhall.work.funds import access, registry
from unionhall.work.funds.models import Agreement, Audit, BudgetLine, Movement
from unionhall.work.funds.queries import drawn

ROOM = "funds"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list of movements is narrowed to; empty means everything in scope."""

    text: str = ""
    stage: str = ""
    form: str = ""
    source: str = ""
    purpose: str = ""
    programme: str = ""
    unit: Organization | None = None
    own: bool = False
    year: int | None = None
    lacking: bool = False


def filters_of(given: Mapping[str, Any]) -> Filters:
    """Filters from cleaned values of a form, or from the raw text of an address."""
    unit, programme, year = given.get("unit"), given.get("programme"), given.get("year")
    if unit and not isinstance(unit, Organization):
        unit = Organization.objects.filter(pk=key).first() if (key := rowid.read(unit)) else None
    written = str(year or "")
    words = {name: str(given.get(name) or "") for name in ("stage", "form", "source", "purpose")}
    return Filters(
        text=str(given.get("q") or ""),
        programme=str(getattr(programme, "code", programme) or ""),
        unit=unit or None,
        own=bool(given.get("own")),
        year=int(written) if written.isdecimal() and len(written) == 4 else None,
        lacking=bool(given.get("lacking")),
        **words,
    )


def movements(by: Person, filters: Filters) -> QuerySet[Movement]:
    """The movements that match, in the person's scope."""
    found = access.visible_to(by)
    for name in ("stage", "form", "source", "purpose", "year"):
        if value := getattr(filters, name):
            found = found.filter(**{name: value})
    if filters.programme:
        found = found.filter(programme__code=filters.programme)
    if filters.unit is not None:
        found = found.filter(organization=filters.unit) if filters.own else organizations.within(found, filters.unit)
    if filters.text:
        said = Q(counterpart__icontains=filters.text) | Q(voucher__startswith=filters.text) | Q(note__icontains=filters.text)
        found = found.filter(said)
    found = found.annotate(proved=Exists(_papers()))
    if filters.lacking:
        found = found.filter(Q(voucher="") | Q(proved=False), withdrawn_on=None)
    return found.select_related("organization", "programme", "unit")


def _papers() -> QuerySet[File]:
    return File.objects.filter(record_kind="funds.movement", record_id=OuterRef("pk"), withdrawn_at=None)


def movement(by: Person, movement_id: int) -> Movement:
    """One movement in sight; NotVisible when absent or out of sight."""
    related = ("organization", "programme", "edition", "unit", "answers", "agreement", "line", "created_by")
    return _one(access.visible_to(by).select_related(*related), movement_id)


def _one(found: QuerySet[Any], id: int) -> Any:
    one = found.filter(pk=id).first()
    if one is None:
        raise absent()
    return one


def files_of(one: Movement) -> list[File]:
    """The vouchers and papers of a movement."""
    return list(file_queries.files_of(one))


def answered(by: Person, one: Movement) -> list[Movement]:
    """What answers a movement, as far as the person sees it."""
    return list(access.visible_to(by).filter(answers=one).select_related("organization").order_by("day", "id"))


def answerable(by: Person, unit: Organization) -> QuerySet[Movement]:
    """The movements of a unit that a later one may answer: of this budget year and the two before."""
    stages, since = ("applied", "approved", "committed", "received"), dates.today().year - 2
    found = access.visible_to(by).filter(organization=unit, stage__in=stages, year__gte=since, withdrawn_on=None)
    return found.order_by("-day", "-id")


def coming(by: Person, unit: Organization) -> list[Movement]:
    """What was passed down to a unit and not confirmed yet."""
    return list(access.coming_to(by).filter(unit=unit).select_related("organization", "programme")[:50])


@dataclass(frozen=True, slots=True)
class Cell:
    """An amount of the year's table in fen, and where its movements are listed."""

    amount: int
    url: str
    stage: Any  # its name: what the column is headed, said beside the amount where the columns do not fit


def year_table(by: Person, unit: Organization, year: int, form: str = "money") -> list[tuple[Any, list[Cell]]]:
    """Source by stage of one year in a unit and below: every amount with the address of its movements."""
    stages = [stage for stage in registry.STAGES if form == "money" or stage in registry.IN_KIND]
    rows = organizations.within(access.visible_to(by), unit).filter(year=year, form=form, withdrawn_on=None).order_by()
    sums = {(source, stage): total for source, stage, total in rows.values_list("source", "stage").annotate(total=Sum("amount"))}
    paid = drawn.paid_by_source(by, unit, year) if form == "money" else {}
    table = []
    for source, name in registry.SOURCES.items():
        if source in paid or any((source, stage) in sums for stage in stages):
            cells = []
            for stage in stages:
                asked = {"unit": unit.pk, "year": year, "form": form, "source": source, "stage": stage}
                cells.append(Cell(sums.get((source, stage), 0), address(**asked), registry.STAGES[stage]))
            if form == "money":
                cells.append(Cell(paid.get(source, 0), f"{reverse('funds:desk-lines')}?year={year}", registry.PAID_OUT))
            table.append((name, cells))
    return table


def tilt(by: Person, unit: Organization, year: int) -> tuple[Fraction | None, int]:
    """How much of a year's money a unit passed down, of what it received, beside the rule value; None where nothing came."""
    own = access.visible_to(by).filter(organization=unit, year=year, form="money", withdrawn_on=None).order_by()
    sums = dict(own.filter(stage__in=("received", "passed_down")).values_list("stage").annotate(total=Sum("amount")))
    share = Fraction(sums.get("passed_down", 0), sums["received"]) if sums.get("received") else None
    return share, policies.value("funds.grassroots_share", at=unit, on=date(year, 12, 31)).whole


def stage_names(form: str = "money") -> list[Any]:
    """The heads of the year's table."""
    heads = [name for stage, name in registry.STAGES.items() if form == "money" or stage in registry.IN_KIND]
    return [*heads, registry.PAID_OUT] if form == "money" else heads


def address(**asked: object) -> str:
    """The list of movements, filtered."""
    return f"{reverse('funds:desk-movements')}?{urlencode({name: value for name, value in asked.items() if value})}"


def lines(by: Person, unit: Organization | None, year: int | None) -> QuerySet[BudgetLine]:
    """The budget lines of a unit and below, of a year where one is asked for."""
    found = access.lines_for(by).select_related("organization", "programme")
    if unit is not None:
        found = organizations.within(found, unit)
    return found.filter(year=year) if year else found


def own_lines(by: Person, unit: Organization) -> QuerySet[BudgetLine]:
    """The lines out of which a unit may spend."""
    return access.lines_for(by).filter(organization=unit).order_by("-year", "name")


def line(by: Person, line_id: int) -> BudgetLine:
    """One line in sight; NotVisible when absent or out of sight."""
    return _one(access.lines_for(by).select_related("organization", "programme"), line_id)


def agreements(by: Person, unit: Organization | None) -> QuerySet[Agreement]:
    """The agreements of a unit and below."""
    found = access.agreements_for(by).select_related("organization", "programme")
    return organizations.within(found, unit) if unit is not None else found


def own_agreements(by: Person, unit: Organization) -> QuerySet[Agreement]:
    """The agreements of a unit that money may be tied to."""
    return access.agreements_for(by).filter(organization=unit)


def agreement(by: Person, agreement_id: int) -> Agreement:
    """One agreement in sight; NotVisible when absent or out of sight."""
    return _one(access.agreements_for(by).select_related("organization", "programme", "created_by"), agreement_id)


def of_agreement(by: Person, one: Agreement) -> list[Movement]:
    """The money tied to an agreement, as far as the person sees it."""
    return list(access.visible_to(by).filter(agreement=one, withdrawn_on=None).order_by("day", "id"))


def audits(by: Person, unit: Organization | None) -> QuerySet[Audit]:
    """The audits that a unit and those below it hold."""
    found = access.audits_for(by).select_related("organization", "unit")
    return organizations.within(found, unit) if unit is not None else found


def audit(by: Person, audit_id: int) -> Audit:
    """One audit in sight; NotVisible when absent or out of sight."""
    return _one(access.audits_for(by).select_related("organization", "unit", "programme"), audit_id)


def programmes_of() -> QuerySet[Programme]:
    """The programmes that this room runs, in the order of the catalogue."""
    return programme_queries.programmes(room=ROOM)


def exported(by: Person, given: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The rows of the list of movements for a spreadsheet, already scoped."""
    for one in movements(by, filters_of(given)).order_by("-day", "-id").iterator(chunk_size=2000):
        yield {
            "day": one.day,
            "organization": one.organization.name,
            "stage": str(registry.STAGES[one.stage]),
            "form": str(registry.FORMS[one.form]),
            "source": str(registry.SOURCES[one.source]),
            "purpose": str(registry.PURPOSES[one.purpose]),
            "amount": one.amount,
            "counterpart": one.counterpart or (one.unit.name if one.unit else ""),
            "voucher": one.voucher,
            "proved": bool(one.proved),  # type: ignore[attr-defined]
            "valuation": one.valuation,
            "withdrawn": one.withdrawn_on,
        }


def latest(by: Person, programme: Programme, unit: Organization) -> Iterable[Movement]:
    """The newest movements of a programme in a unit's scope."""
    here = organizations.within(access.visible_to(by), unit)
    return here.filter(programme=programme, withdrawn_on=None).select_related("organization").order_by("-day", "-id")[:5]


def purse_lines(organization: Organization, year: int) -> list[PurseLine]:
    """What a unit may pay out of in a year; who may pay is asked where payments are decided."""
    found = BudgetLine.objects.filter(organization=organization, year=year).select_related("programme").order_by("name")
    return [
        PurseLine(
            one.pk, one.name, one.source, one.purpose, one.programme.code if one.programme else "", one.room.free, one.ceiling
        )
        for one in found
    ]
