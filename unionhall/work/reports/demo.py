"""The room's part of the demo city: a yearly report that was issued, a notice still a draft, a text held against the books;
an own indicator, a rule, a total that a unit reported; and an official table, asked for, handed in, returned and missing."""

import io
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
MINE = ["issues.identified", "issues.resolution_rate", "campaigns.household_visited", "membership.members"]


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
            organization=away, fact="campaigns.household_visited", window=spring, number="120", evidence="来函〔演示〕3号", by=by
        )  # fmt: skip
    subscribing.choose(organization=root, indicators=MINE, every="week", by=by)


def _table(root: Organization, by: Person) -> None:
    """A quarterly table of the counties: one accepted, one waiting, one returned, the others missing."""
    made = tables.add_table(
        organization=root, name="工会工作统计季报", cadence="quarter", level="county", days=10, workbook=workbook(), by=by
    )  # fmt: skip
    tables.open_period(table_id=made.pk, by=by)
    for place, filing in enumerate(Filing.objects.filter(table=made).order_by("org_path")[:3]):
        tables.give_leave(filing_id=filing.pk, until=dates.today(), reason="换系统期间，准许补报。", by=by)
        tables.write_cell(filing_id=filing.pk, name="驿站", value=str(12 + place), reason="", by=by)
        tables.submit(filing_id=filing.pk, by=by)
        if place < 2:
            tables.decide(filing_id=filing.pk, accept=place == 0, reason="" if place == 0 else "驿站数请与台账核对。", by=by)


def workbook() -> bytes:
    """The table as it comes from above: a title over merged cells, ruled lines, a name on every cell to be filled in."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "季报"
    sheet.merge_cells("A1:B1")
    sheet["A1"] = "工会工作统计季报"
    sheet["A1"].font, sheet["A1"].alignment = Font(size=16, bold=True), Alignment(horizontal="center")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 32, 16
    line = Side(style="thin")
    for row, (label, name) in enumerate(CELLS, start=2):
        sheet.cell(row, 1, label)
        for column in (1, 2):
            sheet.cell(row, column).border = Border(line, line, line, line)
        book.defined_names[name] = DefinedName(name, attr_text=f"'季报'!$B${row}")
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
