"""A report is generated, changed by hand, generated anew, issued, and read again when more is known."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.audit import queries as trail
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger.facts import Window
from unionhall.kernel.organizations import actions as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.lib.official_document import Table
from unionhall.lib.refusal import Conflict, Denied, NotVisible, Refused
from unionhall.work.reports.actions import templates, totals, writing
from unionhall.work.reports.models import Report
from unionhall.work.reports.queries import checks, paper, ready, written
from unionhall.work.reports.tests.conftest import BODY, YEAR

pytestmark = pytest.mark.django_db


@pytest.fixture
def template(cast, books):
    return templates.add(organization=cast.city, name="年度", kind="year", body=BODY, by=cast.city_clerk)


@pytest.fixture
def report(cast, template):
    return writing.draft(organization=cast.city, window=YEAR, template=template, by=cast.city_clerk)


def text(report):
    return ["".join(run["t"] for run in one.get("runs", [])) for one in report.content["paragraphs"]]


def key(report, word):
    return next(one["key"] for one in report.content["paragraphs"] if word in "".join(run["t"] for run in one.get("runs", [])))


def test_every_figure_is_counted(report):
    assert report.title == "示范市总工会2025年工作总结"
    assert text(report) == [
        "基本情况",
        "示范市总工会共发现问题10项，解决4项，解决率40%。",
        "各单位",
        "城关区总",
        "发现7项。",
        "东山县总",
        "发现3项。",
    ]
    assert [one["number"] for one in report.figures] == ["10", "4", "2/5", "7", "3"]
    assert (report.figures[2]["above"], report.figures[2]["under"]) == (4, 10)


def test_a_department_stands_only_where_it_has_counted(cast, books):
    for name in ("办公室", "组织部"):
        organizations.found(
            name=name, level="city", kind="department", parent=cast.city, by=cast.system_admin, since=date(2020, 1, 1)
        )
    books.post("issues.identified", Organization.objects.get(name="组织部"), date(2025, 6, 1))
    body = "@table county 情况: issues.identified\n@each county\n## {short}\n发现{issues.identified}。\n@end"
    made = templates.add(organization=cast.city, name="部门", kind="year", body=body, by=cast.city_clerk)
    content = writing.draft(organization=cast.city, window=YEAR, template=made, by=cast.city_clerk).content["paragraphs"]
    table = next(one["table"] for one in content if one.get("table"))
    assert {row[0]["t"]: row[1]["t"] for row in table["rows"]} == {
        cast.county.label: "7项", cast.neighbour_county.label: "3项", "组织部": "1项",
    }  # fmt: skip
    headings = ["".join(run["t"] for run in one["runs"]) for one in content if one.get("level")]
    assert sorted(headings) == sorted([cast.county.label, cast.neighbour_county.label, "组织部"])


def test_the_sources_say_whose_each_figure_is(cast, report):
    sources = next(part for part in paper.letter(report, str).appendix if isinstance(part, Table)).rows
    named = [row[1].text for row in sources]
    assert named[:3] == ["发现问题", "解决问题", "解决率"]
    assert sorted(named[3:]) == sorted(f"发现问题（{unit.label}）" for unit in (cast.county, cast.neighbour_county))


def test_a_source_takes_a_line_and_names_only_another_period(cast, books, report):
    place = key(report, "共发现问题")
    writing.edit(
        report_id=report.pk,
        key=place,
        text="发现{issues.identified}，累计{issues.identified|total}，上年{issues.identified|prev}。",
        by=cast.city_clerk,
    )
    again = Report.objects.get(pk=report.pk)
    told, table = paper.letter(again, str).appendix[1:]
    assert "未注明期间的为2025-01-01～2025-12-31" in told.text
    assert [row[1].text for row in table.rows[:3]] == [
        "发现问题",
        "发现问题（累计至2025-12-31）",
        "发现问题（2024-01-01～2024-12-31）",
    ]
    assert [row[2:] for row in table.rows[:3]] == [["10项", "10项"], ["15项", "15项"], ["5项", "5项"]]
    assert (sum(table.widths), table.fine) == (156, True)


def test_a_hand_edit_survives_generation_and_its_figures_go_on_counting(cast, books, report):
    place = key(report, "共发现问题")
    writing.edit(report_id=report.pk, key=place, text="全市查找问题{issues.identified}，成效明显。", by=cast.city_clerk)
    books.post("issues.identified", cast.county, date(2025, 6, 1), times=2)
    again = writing.regenerate(report_id=report.pk, by=cast.city_clerk)
    changed = next(one for one in again.content["paragraphs"] if one["key"] == place)
    assert text(again)[1] == "全市查找问题12项，成效明显。"
    assert changed["hand"] and changed["generated"].startswith("示范市总工会共发现问题12项")
    back = writing.restore(report_id=report.pk, key=place, by=cast.city_clerk)
    assert text(back)[1].startswith("示范市总工会共发现问题12项")


def test_a_hand_edit_whose_paragraph_is_gone_is_kept_aside(cast, template, report):
    place = key(report, "共发现问题")
    writing.edit(report_id=report.pk, key=place, text="手写。", by=cast.city_clerk)
    templates.change(template_id=template.pk, name="年度", kind="year", body="# 新的\n全文。", version=1, by=cast.city_clerk)
    again = writing.regenerate(report_id=report.pk, by=cast.city_clerk)
    assert [one["source"] for one in again.content["left_over"]] == ["手写。"]
    with pytest.raises(Refused, match="手改"):
        writing.issue(report_id=report.pk, by=cast.city_clerk)


def test_a_paragraph_left_out_by_hand(cast, report):
    place = key(report, "共发现问题")
    gone = writing.edit(report_id=report.pk, key=place, text="", by=cast.city_clerk)
    left = next(one for one in gone.content["paragraphs"] if one["key"] == place)
    assert left["gone"] and left["generated"].startswith("示范市总工会共发现问题")
    assert "共发现问题" not in "".join(text(gone))
    assert "基本情况" in "".join(text(report)) and "基本情况" not in "".join(text(gone))  # no heading stands bare
    back = writing.restore(report_id=report.pk, key=place, by=cast.city_clerk)
    assert text(back) == text(report)


def issued(report, cast):
    return writing.issue(report_id=report.pk, by=cast.city_clerk, remark="今年集中排查。")


def test_issued_it_is_hashed_into_the_chain_and_never_changes(cast, report):
    done = issued(report, cast)
    assert written.is_whole(done)
    row = trail.trail("reports.report", str(done.pk)).filter(verb="reports.issued").get()
    assert row.details["digest"] == done.digest == written.digest(Report.objects.get(pk=done.pk))
    assert audit.verify().ok
    with pytest.raises(Conflict, match="已经印发"):
        writing.regenerate(report_id=report.pk, by=cast.city_clerk)
    with pytest.raises(Conflict):
        issued(report, cast)


@pytest.mark.parametrize("change", [{"content": {}}, {"mark": "1"}, {"state": "draft"}, {"title": "别的"}, {"issued_by": None}])
def test_the_database_itself_refuses_to_change_what_was_issued(cast, report, change):
    issued(report, cast)
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(**change)
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        Report.objects.filter(pk=report.pk).delete()


def test_a_change_behind_the_houses_back_would_be_seen(cast, report):
    done = issued(report, cast)
    done.content["paragraphs"][1]["runs"][1]["t"] = "11项"
    assert not written.is_whole(done)


def test_then_and_now_with_the_entries_between(cast, books, report):
    done = issued(report, cast)
    late = books.post("issues.identified", cast.county, date(2025, 7, 1), times=2)
    ledger.reverse("issues.issue:8")
    beside = written.beside(Report.objects.get(pk=done.pk))
    assert [(one.then, one.now.number, one.differs) for one in beside[:2]] == [(10, 11, True), (4, 4, False)]
    assert beside[0].difference == 1
    causes = written.causes(done, beside[0])
    assert sorted(entry.source_id for entry in causes) == sorted([8, late - 1, late])
    assert written.causes(done, beside[1]) == []
    page = cast.client("city_clerk").get(f"/reports/{done.pk}/figures/0/").content.decode()
    assert '<a href="/issues/8/">记录 8</a>' in page and "issues.issue" not in page


def test_a_reported_total_that_is_taken_back_differs_from_then_with_its_entries(cast, books, template):
    quarter = Window(date(2025, 1, 1), date(2025, 3, 31))
    made = totals.enter(
        organization=cast.county, fact="issues.identified", window=quarter, number="120", evidence="来函", beside=True,
        by=cast.city_clerk,
    )  # fmt: skip
    draft = writing.draft(organization=cast.city, window=YEAR, template=template, by=cast.city_clerk)
    done = issued(draft, cast)
    assert not any(one.differs for one in written.beside(done))
    totals.take_back(total_id=made.pk, by=cast.city_clerk)
    found = written.beside(Report.objects.get(pk=done.pk))[0]
    assert (found.differs, found.apart_differs, found.then, found.now.number, found.now.manual) == (True, True, 10, 10, 0)
    (back,) = written.causes(done, found)
    assert (back.manual, back.quantity, back.reversal_of is None) == (True, -120, False)
    page = cast.client("city_clerk").get(f"/reports/{done.pk}/now/").content.decode()
    assert "另有上报总数 120项</small>" in page and "另有上报总数 0</small>" in page
    trace = cast.client("city_clerk").get(f"/reports/{done.pk}/figures/0/").content.decode()
    assert "另有上报总数</span> 120项 · 按当前台账 0" in trace
    english = [
        cast.client("city_clerk").get(f"/reports/{done.pk}/{page}/", headers={"Accept-Language": "en"}).content.decode()
        for page in ("now", "figures/0")
    ]
    assert "Reported totals apart 120 issues</small>" in english[0] and "Reported totals apart 0</small>" in english[0]
    assert "Reported totals apart</span> 120 issues · As known now 0" in english[1]
    assert "10<small>issues</small>" in english[1] and "<small>项</small>" not in english[1]
    assert "10<small>项</small>" in trace and "<small>issues</small>" not in trace


def test_changes_and_whole_rates_say_what_they_are_compared_with(cast, books):
    body = "率{issues.resolution_rate}，比上年{issues.identified|change}，比上期{issues.identified|change|last}。"
    made = templates.add(organization=cast.city, name="变化", kind="other", body=body, by=cast.city_clerk)
    books.post("issues.identified", cast.county, date(2023, 1, 5), source="research")
    books.post("issues.resolved", cast.county, date(2023, 1, 6), source="research")
    window = Window(date(2023, 1, 1), date(2023, 1, 31))
    report = writing.draft(organization=cast.city, window=window, template=made, by=cast.city_clerk)
    assert text(report) == ["率100%，比上年无可比数，比上期无可比数。"]
    rows = next(part for part in paper.letter(report, str).appendix if isinstance(part, Table)).rows
    assert [(row[1].text, row[3]) for row in rows] == [
        ("解决率", "1÷1"),
        ("发现问题（比2022-01-01～2022-01-31）", "1比0"),
        ("发现问题（比2022-12-01～2022-12-31）", "1比0"),
    ]
    page = cast.client("city_clerk").get(f"/reports/{report.pk}/now/?all=1").content.decode()
    english = cast.client("city_clerk").get(f"/reports/{report.pk}/now/?all=1", headers={"Accept-Language": "en"}).content.decode()
    assert "Issues found (against 2022-01-01 to 2022-01-31)" in english
    assert page.count("100.00%") == 2 and "发现问题（比2022-01-01～2022-01-31）" in page
    books.post("issues.identified", cast.county, date(2023, 1, 7), times=3, source="research")
    page = cast.client("city_clerk").get(f"/reports/{report.pk}/now/").content.decode()
    assert "-75.00个百分点" in page


def test_asked_again_at_its_mark_it_says_the_same_after_any_later_history(cast, books, report):
    done = issued(report, cast)
    before = text(done)
    books.post("issues.identified", cast.county, date(2025, 1, 1), times=5)
    books.post("issues.resolved", cast.neighbour_county, date(2025, 12, 31), times=3)
    ledger.reverse("issues.issue:1")
    fresh = Report.objects.get(pk=done.pk)
    again = written.beside(fresh, at=written.Mark.parse(fresh.mark))
    assert [one.now.number for one in again] == [one.then for one in again]
    assert text(fresh) == before
    assert any(one.differs for one in written.beside(fresh))


def test_findings_ask_for_a_word_before_issue(cast, books):
    body = "发现{issues.identified}。"
    made = templates.add(organization=cast.city, name="检查", kind="other", body=body, by=cast.city_clerk)
    draft = writing.draft(organization=cast.city, window=YEAR, template=made, by=cast.city_clerk)
    with pytest.raises(Refused, match="写明情况") as refused:
        writing.issue(report_id=draft.pk, by=cast.city_clerk)
    assert refused.value.field == "remark"
    assert not Report.objects.get(pk=draft.pk).issued
    for language, word in (("zh-hans", "项"), ("en", " issues")):
        with translation.override(language):
            value = checks.findings(draft)[0].left.value
        assert value == value.removesuffix(word) + word
        assert value.removesuffix(word).isdecimal()


def test_two_editors_of_a_report_and_of_a_template(cast, template, report):
    place = key(report, "共发现问题")
    writing.edit(report_id=report.pk, key=place, text="先到。", by=cast.city_clerk, version=1)
    with pytest.raises(Conflict, match="别人"):
        writing.edit(report_id=report.pk, key=place, text="后到。", by=cast.city_clerk, version=1)
    with pytest.raises(Conflict, match="别人"):
        writing.rename(report_id=report.pk, title="后到", number="", by=cast.city_clerk, version=1)
    with pytest.raises(Conflict, match="别人"):  # nobody issues what somebody else has changed since it was read
        writing.issue(report_id=report.pk, remark="已核对", by=cast.city_clerk, version=1)
    page = cast.client("city_clerk").get(f"/reports/{report.pk}/").content.decode()
    assert page.count('name="version" value="2"') == 2
    stale = cast.client("city_clerk").post(f"/reports/{report.pk}/issue/", {"remark": "已核对", "version": 1})
    assert stale.status_code == 409 and "别人刚改过" in stale.content.decode()
    templates.change(template_id=template.pk, name="年度", kind="year", body="甲。", version=1, by=cast.city_clerk)
    with pytest.raises(Conflict, match="别人"):
        templates.change(template_id=template.pk, name="年度", kind="year", body="乙。", version=1, by=cast.city_clerk)
    template.refresh_from_db()
    assert template.body == "甲。"


@pytest.mark.parametrize(
    ("body", "word"),
    [("{issues.nothing}", "没有名为"), ("{issues.listed", "大括号"), ("", "空"), ("{own.nothing}", "没有名为")],
)
def test_a_template_with_a_mistake_is_refused_in_words(cast, body, word):
    with pytest.raises(Refused, match=word):
        templates.add(organization=cast.city, name="错", kind="other", body=body, by=cast.city_clerk)


def test_a_rate_of_nothing_prints_two_dashes(cast, books):
    made = templates.add(organization=cast.city, name="空", kind="other", body="率{issues.resolution_rate}。", by=cast.city_clerk)
    day = Window(date(2020, 1, 1), date(2020, 1, 2))
    assert text(writing.draft(organization=cast.city, window=day, template=made, by=cast.city_clerk)) == ["率--。"]


def test_a_period_that_ends_before_it_starts():
    with translation.override("en"), pytest.raises(Refused, match="before it starts"):
        Window(date(2025, 2, 1), date(2025, 1, 1))


def test_who_may(cast, report, template):
    with pytest.raises(NotVisible):
        writing.regenerate(report_id=report.pk, by=cast.stranger)
    with pytest.raises(NotVisible):
        writing.issue(report_id=report.pk, by=cast.county_clerk)
    with pytest.raises(Denied):
        writing.issue(report_id=report.pk, by=cast.leader)
    with pytest.raises(Denied):  # those below use it and do not change it
        templates.change(template_id=template.pk, name="x", kind="year", body="x", version=1, by=cast.county_clerk)
    assert writing.draft(organization=cast.county, window=YEAR, template=template, by=cast.county_clerk).figures


@pytest.mark.parametrize("code", sorted(ready.texts()))
def test_every_ready_template_can_be_written(cast, books, code, django_assert_max_num_queries):
    programme = ready.Programme.objects.create(code="trial", domain="execution", name_zh="试行", cadence="yearly", rooms=["issues"])
    with django_assert_max_num_queries(80):
        made = writing.draft(organization=cast.city, window=YEAR, prepared=code, programme=programme, by=cast.city_clerk)
    assert made.content["paragraphs"]
    assert "None" not in "".join(text(made))


def test_seven_templates_are_ready():
    assert sorted(ready.texts()) == ["capability", "closing", "notice", "plan", "programme", "review", "year"]


def test_a_heading_under_which_nothing_stands_is_left_out(cast, books):
    body = "# 甲\n@each programme\n## {programme}\n{facts}。\n@end\n# 乙\n有字。\n# 丙"
    made = templates.add(organization=cast.city, name="标题", kind="other", body=body, by=cast.city_clerk)
    draft = writing.draft(organization=cast.city, window=YEAR, template=made, by=cast.city_clerk)
    assert [(one.get("mark"), *(run["t"] for run in one["runs"])) for one in draft.content["paragraphs"]] == [
        ("一、", "乙"),
        (None, "有字。"),
    ]
