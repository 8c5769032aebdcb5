"""Clauses that stand only where something was counted, targets beside what is reached, and changes against an earlier period."""

from datetime import date
from decimal import Decimal

import pytest

from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger import registry
from unionhall.kernel.ledger.facts import Window
from unionhall.kernel.programmes import actions as programmes
from unionhall.kernel.programmes.models import Programme
from unionhall.work.reports.actions import defining, templates, writing
from unionhall.work.reports.queries import engine, written
from unionhall.work.reports.tests.conftest import YEAR

pytestmark = pytest.mark.django_db
QUARTER = Window(date(2025, 4, 1), date(2025, 6, 30))


def lines(cast, body, window=YEAR, programme=None):
    made = templates.add(organization=cast.city, name=body[:80], kind="other", body=body, by=cast.city_clerk)
    report = writing.draft(organization=cast.city, window=window, template=made, programme=programme, by=cast.city_clerk)
    return report, ["".join(run["t"] for run in one["runs"]) for one in report.content["paragraphs"]]


def test_a_clause_without_a_figure_is_left_out_with_its_comma(cast, books):
    _report, text = lines(cast, "今年[发现{issues.identified}，][解决{issues.resolved}，][销号{issues.written_off}，]其他另报。")
    assert text == ["今年发现10项，解决4项，其他另报。"]
    _report, text = lines(cast, "[发现{issues.identified}；][走访{campaigns.visit_made}，]。")
    assert text == ["发现10项。"]


def test_a_paragraph_of_clauses_stays_where_it_is_when_prose_takes_its_place(cast, books):
    report, _text = lines(cast, "[发现{issues.identified}，][解决{issues.resolved}]。\n完。")
    place = report.content["paragraphs"][0]["key"]
    changed = writing.edit(report_id=report.pk, key=place, text="手写的一句。", by=cast.city_clerk)
    for _time in range(2):
        paragraphs = changed.content["paragraphs"]
        assert ["".join(run["t"] for run in one["runs"]) for one in paragraphs] == ["手写的一句。", "完。"]
        assert (paragraphs[0]["hand"], paragraphs[0]["generated"]) == (True, "发现10项，解决4项。")
        assert changed.content["left_over"] == []
        changed = writing.regenerate(report_id=report.pk, by=cast.city_clerk)
    client = cast.client("city_clerk")
    late = client.post(f"/reports/{report.pk}/edit/{place}/", {"text": "后到的一句。", "version": "1"})
    assert (late.status_code, "后到的一句。" in late.content.decode()) == (409, True)


def test_of_kinds_a_list_of_facts_says_how_many_there_are(cast, books):
    for number, kind in enumerate(("困难职工", "劳模", "困难职工")):
        source, fact = f"campaigns.visit:{number}", registry.fact("campaigns.recipient_kind")
        ledger.post(fact, at=cast.county, day=date(2025, 3, 1), source=source, subject=kind)
    report, text = lines(cast, "@each room\n## {room}\n{facts}。\n@end")
    assert text == ["活动与走访", "走访对象类别2类。", "问题清单", "发现问题10项、解决问题4项。"]
    assert report.figures[0]["code"] == "campaigns.recipient_kind.distinct"


def test_a_paragraph_of_silent_clauses_is_left_out_and_so_is_its_heading(cast, books):
    silent = "[走访{campaigns.visit_made}，][慰问{campaigns.greeted}。]"
    report, text = lines(cast, "# 走访\n" + silent + "\n# 问题\n共{issues.identified}[，走访{campaigns.visit_made}]。")
    assert text == ["问题", "共10项。"]
    assert [one["code"] for one in report.figures] == ["issues.identified"]


def test_a_silent_clause_is_heard_as_soon_as_something_is_counted(cast, books):
    report, _text = lines(cast, "发现{issues.identified}[，销号{issues.written_off}]。")
    books.post("issues.written_off", cast.county, date(2025, 6, 1), times=2)
    again = writing.regenerate(report_id=report.pk, by=cast.city_clerk)
    assert "".join(run["t"] for run in again.content["paragraphs"][0]["runs"]) == "发现10项，销号2项。"


def test_targets_stand_beside_what_is_reached(cast, books):
    programmes.load_catalogue(by=None)
    programme = Programme.objects.get(code="graded_dispatch")
    edition = programmes.open_edition(
        programme=programme, organization=cast.city, since=date(2025, 1, 1), until=date(2025, 12, 31), by=cast.city_clerk
    )
    programmes.set_target(edition, indicator="issues.resolution_rate", value=Decimal(85), unit="percent", by=cast.city_clerk)
    books.post("issues.identified", cast.county, date(2025, 7, 1), times=4, programme="graded_dispatch")
    books.post("issues.resolved", cast.county, date(2025, 8, 1), times=3, programme="graded_dispatch")
    report, text = lines(cast, "# 目标\n@each programme\n## {programme}\n{targets}。\n@end")
    assert text == ["目标", programme.name_zh, "解决率不低于85%（目前75%）。"]
    assert [(one["number"], one["programme"]) for one in report.figures] == [("3/4", "graded_dispatch")]
    _report, text = lines(cast, "{programme}：{targets}。", programme=programme)
    assert text == [f"{programme.name_zh}：解决率不低于85%（目前75%）。"]
    _report, text = lines(cast, "目标：{targets}。", Window(date(2024, 1, 1), date(2024, 12, 31)), programme)
    assert text == ["目标：（请填写）。"]  # the edition lies in another year


@pytest.mark.parametrize(
    ("window", "before"),
    [
        (QUARTER, Window(date(2025, 1, 1), date(2025, 3, 31))),
        (YEAR, Window(date(2024, 1, 1), date(2024, 12, 31))),
        (Window(date(2025, 1, 1), date(2025, 1, 31)), Window(date(2024, 12, 1), date(2024, 12, 31))),
        (Window(date(2025, 3, 3), date(2025, 3, 9)), Window(date(2025, 2, 24), date(2025, 3, 2))),
        (Window(date(2025, 1, 1), date(2025, 2, 10)), Window(date(2024, 11, 21), date(2024, 12, 31))),
        (Window(None, date(2025, 2, 10)), Window(None, date(2024, 2, 10))),
        (Window(date(1, 1, 1), date(1, 1, 31)), Window(date(1, 1, 1), date(1, 1, 31))),
    ],
)
def test_the_period_before_is_as_long(window, before):
    assert engine.period_before(window) == before


def test_a_change_against_the_period_before(cast, books):
    wanted = defining.Wanted(name_zh="环比", counts_zh="与上期相比。", formula="growth", above="issues.identified")
    defining.define(organization=cast.city, slug="grown", wanted=wanted, by=cast.city_clerk)
    against = "比上期{issues.identified|change|last}，{own.grown}；[比上年{issues.identified|change}。]"
    report, text = lines(
        cast, "{issues.identified}，上期{issues.identified|last}，" + against, QUARTER
    )  # seven in the first quarter, three in the second, five a year before
    assert text == ["3项，上期7项，比上期下降57.1%，下降57.1%；比上年下降40%。"]
    again = written.beside(report)
    assert [(one.then, one.differs) for one in again] == [(written.number_of(kept["number"]), False) for kept in report.figures]
    books.post("issues.identified", cast.county, date(2025, 2, 1))
    assert [one.now.printed for one in written.beside(report)] == ["3项", "8项", "下降62.5%", "下降62.5%", "下降40%"]
    page = cast.client("city_clerk").get(f"/reports/{report.pk}/figures/2/").content.decode()
    assert "2025-01-01 ～ 2025-03-31" in page and "since=2025-01-01" in page
