"""Official tables: imported with their layout, filled from the books, handed in, returned, accepted, locked."""

import html
import io
import re
from datetime import date, timedelta
from fractions import Fraction

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl.workbook.defined_name import DefinedName

from unionhall.kernel.ledger.facts import Window
from unionhall.kernel.notices.models import Notice
from unionhall.lib import clock, dates
from unionhall.lib.refusal import Conflict, NotVisible, Refused
from unionhall.work.reports.actions import ruling, tables, totals
from unionhall.work.reports.models import Filing, OfficialTable
from unionhall.work.reports.queries import checks, indicators, sheets
from unionhall.work.reports.queries import tables as queries
from unionhall.work.reports.rules import periods

FOUND = "issues.identified"


def workbook(names=(FOUND, "issues.resolution_rate", "手填")):
    """A sheet with a title over merged cells and one named cell a line."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "年报"
    sheet["A1"] = "工会工作统计年报"
    sheet.merge_cells("A1:C1")
    sheet.column_dimensions["A"].width = 42
    for row, name in enumerate(names, start=2):
        sheet.cell(row, 1, name)
        book.defined_names[name] = DefinedName(name, attr_text=f"'年报'!$B${row}")
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


@pytest.fixture
def table(cast, books):
    return tables.add_table(
        organization=cast.city, name="统计年报", cadence="year", level="county", days=31, workbook=workbook(), by=cast.city_clerk
    )


@pytest.fixture
def filing(cast, table):
    tables.open_period(table_id=table.pk, by=cast.city_clerk, day=dates.today())
    made = Filing.objects.get(organization=cast.county)
    Filing.objects.filter(pk=made.pk).update(since=date(2025, 1, 1), until=date(2025, 12, 31))
    OfficialTable.objects.update(days=(dates.today() - date(2025, 12, 31)).days + 5 if dates.today() > date(2025, 12, 31) else 5)
    return tables.refill(filing_id=made.pk, by=cast.county_clerk)


@pytest.mark.django_db
def test_named_cells_are_tied_and_filled_from_the_books(cast, table, filing):
    assert table.cells[FOUND] == {"place": "年报!B2", "code": FOUND}
    assert table.cells["手填"]["code"] == ""
    assert {name: cell["value"] for name, cell in filing.cells.items()} == {
        FOUND: "7",
        "issues.resolution_rate": "57.14",
        "手填": "",
    }
    shown = queries.cells(filing, filing.table)
    assert [cell.name for cell in shown] == [FOUND, "issues.resolution_rate", "手填"]  # as they stand in the sheet
    cells = {cell.name: cell for cell in shown}
    assert (cells[FOUND].before, cells[FOUND].label, cells[FOUND].by_hand) == ("5", "发现问题", False)
    assert Notice.objects.filter(kind="reports.asked").count() >= 2


@pytest.mark.django_db
def test_a_difference_needs_a_reason_and_stays_visible_when_counted_again(cast, books, filing):
    with pytest.raises(Refused, match="说明原因"):
        tables.write_cell(filing_id=filing.pk, name=FOUND, value="9", reason="", by=cast.county_clerk)
    tables.write_cell(filing_id=filing.pk, name=FOUND, value="9", reason="含未上线街道2项", by=cast.county_clerk)
    books.post(FOUND, cast.county, date(2025, 8, 1))
    again = tables.refill(filing_id=filing.pk, by=cast.county_clerk)
    assert again.cells[FOUND] == {
        "value": "9",
        "counted": "8",
        "apart": "",
        "reason": "含未上线街道2项",
        "by": cast.county_clerk.name,
    }
    back = tables.write_cell(filing_id=filing.pk, name=FOUND, value="8", reason="", by=cast.county_clerk)
    assert back.cells[FOUND]["by"] == ""


@pytest.mark.django_db
def test_a_reported_total_stands_beside_its_cell(cast, books, filing):
    window = Window(date(2025, 1, 1), date(2025, 3, 31))
    totals.enter(
        organization=cast.county, fact=FOUND, window=window, number="120", evidence="来函", beside=True, by=cast.city_clerk
    )  # fmt: skip
    cell = tables.refill(filing_id=filing.pk, by=cast.county_clerk).cells[FOUND]
    assert (cell["value"], cell["counted"], cell["apart"]) == ("7", "7", "120")
    page = cast.client("county_clerk").get(f"/reports/tables/filings/{filing.pk}/").content.decode()
    assert "另有上报总数</span> 120" in page


def sides(filing):
    found = [(one.rule.zh, one.left, one.right) for one in checks.of_filing(filing)]
    return [(rule, left.value, left.by_hand, right.value, right.by_hand) for rule, left, right in found]


@pytest.mark.django_db
def test_rules_are_looked_at_in_what_is_filled_in(cast, filing):
    ruling.set_rule(organization=cast.city, kind="at_least", left=FOUND, right="issues.resolved", by=cast.city_clerk)
    assert sides(filing) == []  # 7 found, 4 resolved, 5 the year before
    low = tables.write_cell(filing_id=filing.pk, name=FOUND, value="3", reason="误报", by=cast.county_clerk)
    assert sides(low) == [("左边不小于右边", "3项", True, "4项", False)]
    high = tables.write_cell(filing_id=filing.pk, name=FOUND, value="8", reason="含街道", by=cast.county_clerk)
    assert sides(high) == [("与上年同期相比变化过大", "8项", True, "5项", False)]
    tables.write_cell(filing_id=filing.pk, name=FOUND, value="7", reason="", by=cast.county_clerk)
    rate = tables.write_cell(
        filing_id=filing.pk, name="issues.resolution_rate", value="120.5", reason="含上年", by=cast.county_clerk
    )
    assert sides(rate) == [("部分不大于整体", "4项", False, "7项", False)]


@pytest.mark.django_db
def test_findings_stand_before_the_filer_and_the_level_above_with_the_records_of_both_sides(cast, filing):
    ruling.set_rule(organization=cast.city, kind="at_least", left=FOUND, right="issues.resolved", by=cast.city_clerk)
    county, city, page = cast.client("county_clerk"), cast.client("city_clerk"), f"/reports/tables/filings/{filing.pk}/"
    assert "本表未发现校验问题" in county.get(page).content.decode()
    tables.write_cell(filing_id=filing.pk, name=FOUND, value="3", reason="误报", by=cast.county_clerk)
    tables.write_cell(filing_id=filing.pk, name="手填", value="1", reason="", by=cast.county_clerk)

    def linked(client):
        shown = client.get(page).content.decode().split('aria-labelledby="checks"')[1].split("</section>")[0]
        return [html.unescape(url) for url in re.findall(r'<a class="counted" href="([^"]*)"', shown)]

    for client, act in ((county, lambda: tables.submit(filing_id=filing.pk, by=cast.county_clerk)), (city, lambda: None)):
        urls = linked(client)
        assert [client.get(url).content.decode().count("data-row") for url in urls] == [7, 4]
        act()
    tables.decide(filing_id=filing.pk, accept=True, by=cast.city_clerk)
    assert 'aria-labelledby="checks"' not in city.get(page).content.decode()  # accepted for good, nobody can act on it


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "text", "number"),
    [
        (FOUND, "12", 12),
        ("issues.resolution_rate", "57.14", Fraction(2857, 5000)),
        ("funds.spent", "1234.56", 123_456),
        ("funds.spent", "-0.5", -50),
    ],
)
def test_a_cell_is_read_as_the_books_hold_it(code, text, number):
    assert queries.number_of(text, indicators.known(code)) == number


@pytest.mark.django_db
def test_what_counts_wholes_takes_no_parts(cast, filing):
    with pytest.raises(Refused, match="整数") as refused:
        tables.write_cell(filing_id=filing.pk, name=FOUND, value="7.5", reason="折算", by=cast.county_clerk)
    assert refused.value.field == "value"
    rate = {"name": "issues.resolution_rate", "value": "57.5", "reason": "四舍五入"}
    assert tables.write_cell(filing_id=filing.pk, by=cast.county_clerk, **rate).cells["issues.resolution_rate"]["value"] == "57.5"


@pytest.mark.django_db
def test_up_the_tree_and_back(cast, filing):
    with pytest.raises(Refused, match="手填"):
        tables.submit(filing_id=filing.pk, by=cast.county_clerk)
    tables.write_cell(filing_id=filing.pk, name="手填", value="1,234.5", reason="", by=cast.county_clerk)
    tables.submit(filing_id=filing.pk, by=cast.county_clerk)
    with pytest.raises(Conflict):
        tables.write_cell(filing_id=filing.pk, name="手填", value="1", reason="", by=cast.county_clerk)
    with pytest.raises(NotVisible):  # the county does not decide about itself
        tables.decide(filing_id=filing.pk, accept=True, by=cast.county_clerk)
    with pytest.raises(Refused, match="原因"):
        tables.decide(filing_id=filing.pk, accept=False, by=cast.city_clerk)
    tables.decide(filing_id=filing.pk, accept=False, reason="请核对", by=cast.city_clerk)
    assert Notice.objects.filter(kind="reports.returned").exists()
    tables.submit(filing_id=filing.pk, by=cast.county_clerk)
    assert tables.decide(filing_id=filing.pk, accept=True, by=cast.city_clerk).state == "accepted"


@pytest.mark.django_db
def test_a_rate_of_nothing_keeps_nobody_from_handing_in(cast, table):
    (quiet, *_others) = tables.open_period(table_id=table.pk, by=cast.city_clerk, day=date(2020, 6, 1))  # nothing was done then
    OfficialTable.objects.update(days=(dates.today() - quiet.until).days)
    assert quiet.cells["issues.resolution_rate"]["value"] == ""
    tables.write_cell(filing_id=quiet.pk, name="手填", value="0", reason="", by=cast.city_clerk)
    assert tables.submit(filing_id=quiet.pk, by=cast.city_clerk).state == "submitted"
    assert queries.as_file(table, Filing.objects.get(pk=quiet.pk).cells) == {"年报!B2": "0", "年报!B4": "0"}


@pytest.mark.django_db
def test_locked_until_leave_is_given(cast, filing):
    OfficialTable.objects.update(days=0)
    Filing.objects.filter(pk=filing.pk).update(since=date(2024, 1, 1), until=date(2024, 12, 31))
    with pytest.raises(Refused, match="锁定"):
        tables.refill(filing_id=filing.pk, by=cast.county_clerk)
    late = queries.line(Filing.objects.get(pk=filing.pk))
    assert (late.light, late.since) == ("late", date(2024, 12, 31))
    with pytest.raises(Refused, match="已过"):
        tables.give_leave(filing_id=filing.pk, until=date(2025, 1, 1), reason="补报", by=cast.city_clerk)
    tables.give_leave(filing_id=filing.pk, until=dates.today() + timedelta(days=1), reason="系统切换", by=cast.city_clerk)
    assert tables.refill(filing_id=filing.pk, by=cast.county_clerk).cells[FOUND]["value"] == "5"


@pytest.mark.django_db
def test_a_locked_table_says_so_and_offers_nothing_until_leave_is_given(cast, filing):
    OfficialTable.objects.update(days=0)
    Filing.objects.filter(pk=filing.pk).update(since=date(2024, 1, 1), until=date(2024, 12, 31))
    address, tomorrow = f"/reports/tables/filings/{filing.pk}/", dates.today() + timedelta(days=1)
    locked = cast.client("county_clerk").get(address).content.decode()
    assert "请上级准许补报" in locked and f"{address}submit/" not in locked and f"{address}cell/" not in locked
    given = {"until": tomorrow.isoformat(), "reason": "系统切换"}
    assert cast.client("city_clerk").post(f"{address}leave/", given).status_code == 303
    opened = cast.client("county_clerk").get(address).content.decode()
    assert "（系统切换）" in opened and "请上级准许补报" not in opened and f"{address}submit/" in opened


@pytest.mark.django_db
def test_a_leave_is_told_keeps_the_light_from_red_and_says_when_it_is_over(cast, filing):
    OfficialTable.objects.update(days=0)
    Filing.objects.filter(pk=filing.pk).update(since=date(2024, 1, 1), until=date(2024, 12, 31))
    last = dates.today() + timedelta(days=9)
    tables.give_leave(filing_id=filing.pk, until=last, reason="系统切换", by=cast.city_clerk)
    (told,) = Notice.objects.filter(kind="reports.leave", person=cast.county_clerk)
    assert (told.organization_id, told.context["until"], told.context["reason"]) == (cast.county.pk, last.isoformat(), "系统切换")
    line = queries.line(Filing.objects.get(pk=filing.pk))
    assert (line.light, line.since, line.leave_is_over) == ("none", None, False)
    county, address = cast.client("county_clerk"), f"/reports/tables/filings/{filing.pk}/"
    assert f"准许补报至 {last.isoformat()}" in county.get("/reports/tables/?state=missing").content.decode()
    with clock.fixed(clock.now() + timedelta(days=11)):
        line = queries.line(Filing.objects.get(pk=filing.pk))
        assert (line.light, line.since, line.leave_is_over) == ("late", date(2024, 12, 31), True)
        county = cast.client("county_clerk")
        closed = county.get(address).content.decode()
        assert f"准许补报已到期： {last.isoformat()}（系统切换）" in closed and "请上级准许补报" in closed
        assert f"准许补报已到期： {last.isoformat()}" in county.get("/reports/tables/?state=missing").content.decode()


@pytest.mark.django_db
def test_what_has_been_owed_longest_stands_first_among_what_is_missing(cast, table, filing):
    late = Filing.objects.create(
        table=table, organization=cast.neighbour_county, org_path=cast.neighbour_county.path,
        since=date(2023, 1, 1), until=date(2023, 12, 31),
    )  # fmt: skip
    page = cast.client("city_clerk").get("/reports/tables/?state=missing").content.decode()
    assert page.index(f"/reports/tables/filings/{late.pk}/") < page.index(f"/reports/tables/filings/{filing.pk}/")


@pytest.mark.django_db
def test_asked_twice_a_period_stands_once(cast, table):
    first = tables.open_period(table_id=table.pk, by=cast.city_clerk)
    assert {one.organization_id for one in first} == {cast.county.pk, cast.neighbour_county.pk}
    assert tables.open_period(table_id=table.pk, by=cast.city_clerk) == []


@pytest.mark.django_db
def test_the_desk_on_screen(cast, books):
    city, county = cast.client("city_clerk"), cast.client("county_clerk")
    given = {"name": "统计年报", "cadence": "year", "level": "county", "days": 365}
    file = SimpleUploadedFile("年报.xlsx", workbook())
    assert city.post("/reports/tables/new/", {**given, "file": file}).status_code == 303
    made = OfficialTable.objects.get()
    assert city.post(f"/reports/tables/{made.pk}/open/").status_code == 303
    filing = Filing.objects.get(organization=cast.county)
    assert "统计年报" in county.get("/reports/tables/").content.decode()
    for value in ("--5", "1.²", "5.", "٣", "0.125", "1e3", "很多"):
        wrong = county.post(
            f"/reports/tables/filings/{filing.pk}/cell/", {"name": "手填", "value": value, "version": filing.version}
        )
        assert wrong.status_code == 422 and "请填写数字" in wrong.content.decode()
    assert "尚未保存：手填" in wrong.content.decode() and 'value="很多"' in wrong.content.decode()  # what was typed is not lost
    right = {"name": "手填", "value": "12", "version": filing.version}
    assert county.post(f"/reports/tables/filings/{filing.pk}/cell/", right).status_code == 303
    assert county.post(f"/reports/tables/filings/{filing.pk}/cell/", right).status_code == 409
    book = openpyxl.load_workbook(io.BytesIO(county.get(f"/reports/tables/filings/{filing.pk}/export/").content))
    assert book["年报"]["B4"].value == 12
    assert [str(one) for one in book["年报"].merged_cells.ranges] == ["A1:C1"]
    assert book["年报"].column_dimensions["A"].width == 42
    assert cast.client("neighbour").get(f"/reports/tables/filings/{filing.pk}/").status_code == 404


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"\x00" * 100, "文字".encode()])
def test_files_that_are_no_table_are_refused_in_words(content):
    with pytest.raises(Refused) as refused:
        sheets.named_cells(content)
    assert "xlsx" in str(refused.value)


def test_a_table_without_named_cells_is_refused():
    with pytest.raises(Refused, match="命名"):
        sheets.named_cells(workbook(names=()))


@pytest.mark.parametrize(
    ("cadence", "day", "since", "until"),
    [
        ("month", date(2025, 2, 14), date(2025, 2, 1), date(2025, 2, 28)),
        ("month", date(2024, 12, 31), date(2024, 12, 1), date(2024, 12, 31)),
        ("quarter", date(2025, 5, 1), date(2025, 4, 1), date(2025, 6, 30)),
        ("year", date(2024, 2, 29), date(2024, 1, 1), date(2024, 12, 31)),
    ],
)
def test_periods(cadence, day, since, until):
    assert periods.period(cadence, day) == (since, until)


def test_the_last_period_that_is_over_and_its_lock():
    assert periods.last_ended("quarter", date(2025, 1, 5)) == (date(2024, 10, 1), date(2024, 12, 31))
    assert periods.locks_on(date(2024, 12, 31), 10) == date(2025, 1, 10)
    assert not periods.is_locked(date(2024, 12, 31), 10, date(2025, 1, 10), None)
    assert periods.is_locked(date(2024, 12, 31), 10, date(2025, 1, 11), date(2025, 1, 10))
    assert not periods.is_locked(date(2024, 12, 31), 10, date(2025, 1, 11), date(2025, 1, 11))
    seen = {"open": (date(2025, 1, 2), date(2025, 1, 8)), "returned": (date(2025, 1, 11),), "accepted": (date(2026, 1, 1),)}
    lights = [periods.light(state, date(2024, 12, 31), 10, day) for state, days in seen.items() for day in days]
    assert lights == ["none", "soon", "late", "ok"]


@pytest.mark.django_db
def test_those_who_have_not_handed_in_are_counted_listed_and_reminded(cast, books):
    city, county = cast.client("city_clerk"), cast.client("county_clerk")
    made = tables.add_table(
        organization=cast.city,
        name="月报",
        cadence="month",
        level="county",
        days=365,
        workbook=workbook((FOUND,)),
        by=cast.city_clerk,
    )
    assert "尚未下发" in city.get("/reports/tables/").content.decode()
    tables.open_period(table_id=made.pk, by=cast.city_clerk)
    own = Filing.objects.get(organization=cast.county)
    tables.submit(filing_id=own.pk, by=cast.county_clerk)
    page = city.get("/reports/tables/").content.decode()
    assert f'<a href="?state=open&amp;table={made.pk}">待填 1</a>' in page and "催报 1 家" in page
    missing = city.get(f"/reports/tables/?state=missing&table={made.pk}").content.decode()
    assert cast.neighbour_county.label in missing and cast.county.label not in missing
    before = set(Notice.objects.filter(kind="reports.asked").values_list("pk", flat=True))
    assert city.post(f"/reports/tables/{made.pk}/urge/").status_code == 303
    told = Notice.objects.filter(kind="reports.asked").exclude(pk__in=before)
    assert {one.organization_id for one in told} == {cast.neighbour_county.pk}
    assert county.post(f"/reports/tables/{made.pk}/urge/").status_code == 403
    assert "催报" not in county.get("/reports/tables/").content.decode()


@pytest.mark.django_db
def test_a_table_offers_what_its_reader_may_do(cast, filing):
    address = f"/reports/tables/filings/{filing.pk}/"

    def offered(who):
        page = cast.client(who).get(address).content.decode()
        return {verb for verb in ("refill", "submit", "accept", "return", "leave") if f"{address}{verb}/" in page}

    assert (offered("county_clerk"), offered("city_clerk"), offered("leader")) == (
        {"refill", "submit"},
        {"refill", "submit", "leave"},
        set(),
    )
    refused = cast.client("county_clerk").post(f"{address}submit/")
    assert refused.status_code == 422 and "还有单元格未填：手填" in refused.content.decode()
    tables.write_cell(filing_id=filing.pk, name="手填", value="1", reason="", by=cast.county_clerk)
    tables.submit(filing_id=filing.pk, by=cast.county_clerk)
    assert (offered("county_clerk"), offered("city_clerk")) == (set(), {"accept", "return"})
    refused = cast.client("city_clerk").post(f"{address}return/")
    assert refused.status_code == 422 and "请填写：退回原因" in refused.content.decode()


def test_cells_are_read_row_by_row():
    cells = {name: {"place": f"表!{place}"} for name, place in (("a", "B10"), ("b", "AA2"), ("c", "B2"))}
    assert sheets.in_order(cells) == ["c", "b", "a"]
