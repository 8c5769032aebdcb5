"""The yearly clean-up as pages and sheets read it: the lines of a list, and what of the lists of other units stands in reach."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from unionhall.kernel.people.models import Person
from unionhall.lib import rowid
from unionhall.lib.refusal import absent
from unionhall.lib.scope import mark
from unionhall.lib.text import Text
from unionhall.work.hardship import access, registry
from unionhall.work.hardship.models.rounds import YearLine
from unionhall.work.hardship.queries.browse import listed


def spot_lines(by: Person, list_id: int) -> "QuerySet[YearLine]":
    """The households of a year's list in sight, the drawn ones first."""
    seen = access.visible_to(by).values("pk")
    rows = YearLine.objects.filter(list=list_id, household__in=seen).select_related("household__head", "organization")
    return rows.order_by("-spot", "spot_on", "pk")


@dataclass(frozen=True, slots=True)
class Part:
    """What stands in reach of a list that another unit drew: whose list, how many files, how far they and the spot check are."""

    year: int
    unit: str
    drawn_on: date
    files: int
    verified: int
    spot: int
    checked: int
    correct: int


def parts(by: Person, year: int | None = None) -> list[Part]:
    """The lists of other units on which files in reach stand, with the counts of these files alone; the newest first."""
    rows = access.parts_for(by) if year is None else access.parts_for(by).filter(year=year)
    counts = (
        Count("pk"),
        Count("verified_on"),
        Count("pk", filter=Q(spot=True)),
        Count("spot_on"),
        Count("pk", filter=Q(correct=True)),
    )
    named = dict(zip(("files", "done", "drawn", "checked", "right"), counts, strict=True))
    lists = rows.order_by("-year", "list").values_list("year", "list__organization__name", "list__drawn_on")
    return [Part(*row) for row in lists.annotate(**named)]


def part_lines(by: Person, year: int) -> "QuerySet[YearLine]":
    """The households in reach that stand on lists of other units of a year, the drawn ones first."""
    rows = access.parts_for(by).filter(year=year).select_related("household__head", "organization", "list__organization")
    return rows.order_by("-spot", "spot_on", "pk")


def spot_line(by: Person, line_id: int) -> YearLine:
    """A household of a year's list in sight; NotVisible where it is not."""
    rows = YearLine.objects.filter(household__in=access.visible_to(by).values("pk")).select_related("household__head")
    line = rows.filter(pk=line_id).first()
    if line is None:
        raise absent()
    return mark(line)


def year_rows(by: Person, given: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """A year's clean-up list as it is reported: each household, what came of it, and the finding of the spot check."""
    if part := rowid.read(given.get("part", "")):
        lines = part_lines(by, part)
    else:
        lines = spot_lines(by, rowid.read(given.get("list", "")) or 0)
    found = lines.select_related("household__head", "organization", "spot_by").order_by("organization_id", "pk")
    for number, line in enumerate(found.iterator(chunk_size=2000), start=1):
        one = line.household
        gone = one.left_on is not None and one.left_on.year == line.year and one.state in {"exited", "withdrawn"}
        outcome = one.state if gone else ("kept" if line.verified_on else "open") if one.state == "on_file" else "again"
        yield {
            "number": number,
            **listed(one),
            "listed_on": line.listed_on,
            "verified_on": line.verified_on,
            "outcome": registry.OUTCOMES[outcome],
            "why": (registry.ROUTES.get(one.leaving) or registry.WITHDRAWALS.get(one.leaving, "")) if gone else "",
            "left_on": one.left_on if gone else None,
            "spot": Text("是", "yes") if line.spot else "",
            "spot_on": line.spot_on,
            "correct": {None: "", True: registry.RESULTS["correct"], False: registry.RESULTS["wrong"]}[line.correct],
            "words": line.words,
            "spot_by": line.spot_by.name if line.spot_by else "",
        }
