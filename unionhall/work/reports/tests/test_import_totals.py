"""Reported totals from a sheet: findings in words, entered with their evidence, apart in every figure, taken back whole."""

from datetime import date

import pytest

from unionhall.kernel.exchange.registry import Row, Unfit, import_kind
from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger import registry
from unionhall.kernel.ledger.facts import Scope
from unionhall.work.reports.actions import imports
from unionhall.work.reports.models import Total
from unionhall.work.reports.tests.conftest import YEAR

pytestmark = pytest.mark.django_db
SOURCE = "exchange.import:1"


@pytest.fixture
def given(cast):
    return {"at": cast.city, "by": cast.city_clerk, "options": {}}


def row(cast, place, **values):
    usual = {"fact": "发现问题", "unit": cast.county, "since": date(2025, 1, 1), "until": date(2025, 3, 31), "number": "120"}
    return Row(place, {**usual, "evidence": "来函〔2025〕3号", **values})


def manual(cast):
    return ledger.value(registry.indicator("issues.identified"), Scope(cast.city), YEAR).manual


def test_every_column_is_asked_and_the_permission_is_that_of_the_form():
    kind = import_kind("reports.totals")
    assert (kind.permission, kind.home) == ("reports.fill", "reports:desk-totals")
    assert [column.code for column in kind.columns if not column.required] == []


def test_rows_are_checked_each_in_words(cast, given):
    imports.write_totals([row(cast, 1, since=date(2025, 4, 1), until=date(2025, 6, 30))], source=SOURCE, **given)
    rows = [
        row(cast, 2),
        row(cast, 3, fact="没有这一项"),
        row(cast, 4, unit=cast.other_city),
        row(cast, 5, until=date(2999, 1, 1)),
        row(cast, 6, since=date(2025, 4, 1)),
        row(cast, 11, fact="在册会员"),
        row(cast, 12, number="12.5"),
        row(cast, 13, unit=cast.neighbour_county, until=date(2025, 2, 28)),
        row(cast, 14, unit=cast.neighbour_county, since=date(2025, 2, 28)),
        row(cast, 7, number="-3"),
        row(cast, 8, fact="issues.resolved"),
        row(cast, 9, fact="issues.resolved"),
        row(cast, 10, since=date(2025, 5, 1), until=date(2025, 5, 31)),
    ]
    found = imports.check_totals(rows, **given)
    assert sorted((one.row, one.column) for one in found) == [
        (3, "fact"), (4, "unit"), (5, "until"), (6, "until"), (7, "number"), (8, "fact"), (9, "fact"), (10, "number"),
        (11, "fact"), (12, "number"), (13, "fact"), (14, "fact"),
    ]  # fmt: skip
    assert {one.level for one in found} == {"error"}
    said = {one.row: one.message.zh for one in found}
    assert (said[11], said[12]) == (
        "这是时点存量，不能填报送数。",
        "请填写不小于 0 的整数；金额以元计，可有两位小数。",
    )
    assert said[10] == "与已填的2025-04-01～2025-06-30有重叠的日子，两数会相加；请先撤回那一条。"
    assert said[14] == "本表内同一单位同一计量项的期间有重叠。"


def test_a_unit_that_counts_by_itself_is_a_doubt_that_a_person_decides(cast, books, given):
    rows = [row(cast, 2), row(cast, 3, unit=cast.neighbour_county)]  # seven are counted of the one, of the other none before April
    found = imports.check_totals(rows, **given)
    assert [(one.row, one.column, one.level, one.message.zh) for one in found] == [
        (2, "number", "doubt", "该单位这一期的台账已计7项。报送数不含这些，才能另外填报。")
    ]
    assert [one.outcome for one in imports.write_totals(rows, source=SOURCE, **given)] == ["made", "made"]  # decided: it is taken


def test_what_is_written_stands_apart_with_its_evidence_and_is_taken_back(cast, books, given):
    rows = [row(cast, 2), row(cast, 3, unit=cast.neighbour_county, fact="issues.identified", number="1,030")]
    written = imports.write_totals(rows, source=SOURCE, **given)
    assert [(one.row, one.outcome) for one in written] == [(2, "made"), (3, "made")]
    assert manual(cast) == 1150
    assert Total.objects.get(organization=cast.county).evidence == "来函〔2025〕3号（导入1号）"
    with pytest.raises(Unfit):
        imports.write_totals(rows[:1], source=SOURCE, **given)
    assert imports.undo_totals(written, **given) == []
    assert imports.undo_totals(written, **given) == []
    assert manual(cast) == 0


def test_money_is_given_in_yuan(cast, given):
    written = imports.write_totals([row(cast, 2, fact="funds.spent", number="12,000.50")], source=SOURCE, **given)
    assert Total.objects.get(pk=int(written[0].record.rpartition(":")[2])).number == 1_200_050
