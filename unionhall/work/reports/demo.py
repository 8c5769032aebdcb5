"""The room's part of the demo city: a yearly report that was issued, a notice still a draft, a text held against the books;
an own indicator, a rule, a total that a unit reported; an official table of the counties, asked for, handed in, returned and
missing; and one of the streets, which lies at every step of the way up."""

import io
from collections.abc import Sequence
from datetime import date

import openpyxl
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.workbook.defined_name import DefinedName

from unionhall.kernel.access.models import Grant
from unionhall.kernel.ledger.facts import Window
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.models import World
from unionhall.lib import dates
from unionhall.work.reports.actions import check, defining, ruling, subscribing, tables, totals, writing
from unionhall.work.reports.models import Filing

REMARK = "演示数据按日历生成，变化幅度已核对。"
TEXT = """演示城市总工会工作情况
今年以来，全市各级工会发现问题{number}项，解决率达到98%以上。
走访困难职工家庭40户，发放慰问金12万元，举办活动30场。
"""

CELLS = (
    ("发现问题（项）", "issues.identified"),
    ("解决问题（项）", "issues.resolved"),
    ("解决率（%）", "issues.resolution_rate"),
    ("走访家庭（户次）", "campaigns.household_visited"),
    ("在册会员（人）", "membership.members"),
    ("工会驿站（个）", "驿站"),
)
STREETS = CELLS[:-1]
FOUND = "issues.identified"
MINE = [FOUND, "issues.resolution_rate", "campaigns.household_visited", "membership.members"]


def load() -> None:
    """Written by the clerk of the city, from the ready templates, with the figures as they stand."""
    root = World.objects.select_related("root").get(kind=World.DEMO).root
    grant = Grant.objects.filter(role__code="city_clerk", organization=root).select_related("person").order_by("-id").first()
    if grant is None:
        return
    by: Person = grant.person
    today = dates.today()
    year = Window(date(today.year, 1, 1), today)
    report = writing.draft(organization=root, window=year, prepared="year", by=by)
    writing.issue(report_id=report.pk, by=by, remark=REMARK)
    quarter = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    writing.draft(organization=root, window=Window(quarter, today), prepared="notice", by=by)
    counted = next((one["number"] for one in report.figures if one["indicator"] == "issues.identified"), 100)
    given = check.Given("县区送审稿", TEXT.format(number=counted), plain=True)
    check.hand_in(given=given, unit=root, since=date(today.year, 1, 1), until=today, by=by)
    _figures(root, by, year)
    _table(root, by)
    _way_up(root, by)


def _figures(root: Organization, by: Person, year: Window) -> None:
    """What staff set up themselves: an indicator, a rule, a reported total, own figures by inbox."""
    rate = defining.Wanted(
        name_zh="调研问题解决率",
        name_en="Resolved of what research found",
        formula="ratio",
        counts_zh="来源为调研走访的问题中，经第二人核查解决的占比。",
        counts_en="Of the issues that research found, the part resolved.",
        above="issues.resolved.research",
        beneath="issues.identified.research",
    )
    defining.define(organization=root, slug="research_resolved", wanted=rate, by=by)
    ruling.set_rule(
        organization=root, kind="at_least", left="issues.identified", right="issues.resolved", why="解决的问题都应先被发现。", by=by
    )  # fmt: skip
    away = Organization.objects.filter(parent=root, level="county", until=None).order_by("-path").first()
    if away is not None and year.start is not None and year.start < year.end:
        spring = Window(year.start, min(date(year.end.year, 3, 31), year.end))
        totals.enter(
            organization=away, fact="campaigns.household_visited", window=spring, number="120", evidence="来函〔演示〕3号",
            beside=True, by=by,
        )  # fmt: skip
    subscribing.choose(organization=root, indicators=MINE, every="week", by=by)


def _table(root: Organization, by: Person) -> None:
    """A quarterly table of the counties: one accepted, one waiting, one returned, the others missing."""
    made = tables.add_table(
        organization=root, name="工会工作统计季报", cadence="quarter", level="county", days=10,
        workbook=workbook("季报", CELLS), by=by,
    )  # fmt: skip
    tables.open_period(table_id=made.pk, by=by)
    for place, filing in enumerate(Filing.objects.filter(table=made).order_by("org_path")[:3]):
        tables.give_leave(filing_id=filing.pk, until=dates.today(), reason="换系统期间，准许补报。", by=by)
        tables.write_cell(filing_id=filing.pk, name="驿站", value=str(12 + place), reason="", by=by)
        tables.submit(filing_id=filing.pk, by=by)
        if place < 2:
            tables.decide(filing_id=filing.pk, accept=place == 0, reason="" if place == 0 else "驿站数请与台账核对。", by=by)


def _way_up(root: Organization, by: Person) -> None:
    """A monthly table of the streets, up by their county: one lies there, one with the city, one came back, one is accepted."""
    made = tables.add_table(
        organization=root, name="乡镇（街道）工会工作月报", cadence="month", level="township", days=31,
        workbook=workbook("月报", STREETS), by=by,
    )  # fmt: skip
    tables.open_period(table_id=made.pk, by=by)
    asked = Filing.objects.filter(table=made).select_related("organization__parent").order_by("org_path")[:4]
    for place, filing in enumerate(asked):
        street, county = _clerk(filing.organization), _clerk(filing.organization.parent)
        if street is None or county is None:
            continue
        counted = int(filing.cells[FOUND]["counted"] or 0)
        tables.write_cell(filing_id=filing.pk, name=FOUND, value=str(counted + 2), reason="含尚未录入的2项。", by=street)
        tables.submit(filing_id=filing.pk, by=street)
        if place == 2:
            tables.decide(filing_id=filing.pk, accept=False, reason="未录入的问题请先录入，再取数上报。", by=county)
        for level in {1: (county,), 3: (county, by)}.get(place, ()):
            tables.decide(filing_id=filing.pk, accept=True, by=level)


def _clerk(unit: Organization | None) -> Person | None:
    held = Grant.objects.filter(organization=unit, role__code__in=["township_clerk", "county_clerk"]).select_related("person")
    grant = held.order_by("id").first()
    return grant.person if grant is not None else None


def workbook(name: str, cells: Sequence[tuple[str, str]]) -> bytes:
    """The table as it comes from above: a title over merged cells, ruled lines, a name on every cell to be filled in."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = name
    sheet.merge_cells("A1:B1")
    sheet["A1"] = f"工会工作统计{name}"
    sheet["A1"].font, sheet["A1"].alignment = Font(size=16, bold=True), Alignment(horizontal="center")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 32, 16
    line = Side(style="thin")
    for row, (label, cell) in enumerate(cells, start=2):
        sheet.cell(row, 1, label)
        for column in (1, 2):
            sheet.cell(row, column).border = Border(line, line, line, line)
        book.defined_names[cell] = DefinedName(cell, attr_text=f"'{name}'!$B${row}")
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
