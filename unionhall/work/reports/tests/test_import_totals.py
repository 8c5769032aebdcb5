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
    imports.write_totals([row(cast, 1, until=date(2025, 6, 30))], source=SOURCE, **given)
    rows = [
        row(cast, 2),
        row(cast, 3, fact="没有这一项"),
        row(cast, 4, unit=cast.other_city),
        row(cast, 5, until=date(2999, 1, 1)),
        row(cast, 6, since=date(2025, 4, 1)),
        row(cast, 7, number="-3"),
        row(cast, 8, fact="issues.resolved"),
        row(cast, 9, fact="issues.resolved"),
        row(cast, 10, until=date(2025, 6, 30)),
    ]
    found = imports.check_totals(rows, **given)
    assert sorted((one.row, one.column) for one in found) == [
        (3, "fact"), (4, "unit"), (5, "until"), (6, "until"), (7, "number"), (8, "fact"), (9, "fact"), (10, "number"),
    ]  # fmt: skip
    assert {one.level for one in found} == {"error"}


def test_what_is_written_stands_apart_with_its_evidence_and_is_taken_back(cast, books, given):
    rows = [row(cast, 2), row(cast, 3, unit=cast.neighbour_county, fact="issues.identified", number="1,030")]
    written = imports.write_totals(rows, source=SOURCE, **given)
    assert [(one.row, one.outcome) for one in written] == [(2, "made"), (3, "made")]
    assert manual(cast) == 1150
    assert Total.objects.get(organization=cast.county).evidence == "来函〔2025〕3号（exchange.import:1）"
    with pytest.raises(Unfit):
        imports.write_totals(rows[:1], source=SOURCE, **given)
    assert imports.undo_totals(written, **given) == []
    assert imports.undo_totals(written, **given) == []
    assert manual(cast) == 0


def test_money_is_given_in_yuan(cast, given):
    written = imports.write_totals([row(cast, 2, fact="funds.spent", number="12,000.50")], source=SOURCE, **given)
    assert Total.objects.get(pk=int(written[0].record.rpartition(":")[2])).number == 1_200_050
