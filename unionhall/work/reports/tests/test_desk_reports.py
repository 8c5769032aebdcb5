"""The pages of reports, templates and indicators, over HTTP."""

import io

import docx
import pytest
from docx.oxml.ns import qn

from unionhall.work.reports.models import Definition, Report, Template
from unionhall.work.reports.tests.conftest import BODY

pytestmark = pytest.mark.django_db
DAYS = {"since": "2025-01-01", "until": "2025-12-31"}


@pytest.fixture
def desk(cast, books):
    return cast.client("city_clerk")


@pytest.fixture
def template(desk):
    answer = desk.post("/reports/templates/new/", {"name": "年度", "kind": "year", "body": BODY})
    assert answer.status_code == 303
    return Template.objects.get()


@pytest.fixture
def report(desk, template):
    answer = desk.post("/reports/new/", {"template": template.pk, **DAYS})
    assert answer.status_code == 303
    return Report.objects.get()


def test_from_a_template_to_an_issued_report(desk, report):
    page = desk.get(f"/reports/{report.pk}/").content.decode()
    assert f'<a href="/reports/{report.pk}/figures/0/">10项</a>' in page
    assert "与上年同期相比变化100%" in page
    refused = desk.post(f"/reports/{report.pk}/issue/", {"remark": ""})
    assert refused.status_code == 422
    assert "请写明情况" in refused.content.decode()
    assert desk.post(f"/reports/{report.pk}/issue/", {"remark": "集中排查"}).status_code == 303
    assert desk.post(f"/reports/{report.pk}/issue/", {"remark": "再来"}).status_code == 409
    assert desk.post(f"/reports/{report.pk}/regenerate/").status_code == 409
    page = desk.get(f"/reports/{report.pk}/").content.decode()
    assert "已印发" in page and "issue/" not in page


def test_the_document_links_every_figure_to_its_trace(desk, report):
    answer = desk.get(f"/reports/{report.pk}/document/")
    assert answer["Content-Disposition"].startswith("attachment")
    document = docx.Document(io.BytesIO(answer.content))
    links = [document.part.rels[one.get(qn("r:id"))].target_ref for one in document.element.iter(qn("w:hyperlink"))]
    wanted = [f"http://testserver/reports/{report.pk}/figures/{place}/" for place in range(5)]
    assert links == [*wanted, *wanted]  # in the text, then in the appendix of sources
    assert "示范市总工会共发现问题10项，解决4项，解决率40%。" in [line.text for line in document.paragraphs]
    for address in wanted:
        assert desk.get(address).status_code == 200


def test_the_trace_leads_to_records_that_add_up(desk, report):
    page = desk.get(f"/reports/{report.pk}/figures/2/").content.decode()
    assert "40%" in page and "end=above" in page
    address = next(part.split('"')[0] for part in page.split('href="') if part.startswith("/figures/issues.resolution_rate/"))
    opened = desk.get(address.replace("&amp;", "&"))
    assert opened.status_code == 200
    assert "40%" in opened.content.decode()


def test_a_paragraph_is_changed_and_read_as_generated_again(desk, report):
    key = report.content["paragraphs"][1]["key"]
    form = desk.get(f"/reports/{report.pk}/edit/{key}/")
    assert "{issues.identified}" in form.content.decode()
    wrong = desk.post(f"/reports/{report.pk}/edit/{key}/", {"text": "{issues.nothing}", "version": 1})
    assert wrong.status_code == 422 and "没有名为" in wrong.content.decode()
    assert desk.post(f"/reports/{report.pk}/edit/{key}/", {"text": "共{issues.identified}。", "version": 1}).status_code == 303
    assert desk.post(f"/reports/{report.pk}/edit/{key}/", {"text": "后到", "version": 1}).status_code == 409
    page = desk.get(f"/reports/{report.pk}/").content.decode()
    assert "手改" in page and "示范市总工会共发现问题10项" in page
    desk.post(f"/reports/{report.pk}/restore/", {"key": key})
    assert "手改" not in desk.get(f"/reports/{report.pk}/").content.decode().split("report-part")[2]


def test_the_editor_reads_along_and_names_mistakes(desk, template):
    answer = desk.post("/reports/templates/preview/", {"body": "共{issues.identified|total}。"})
    assert '<span class="counted">15项</span>' in answer.content.decode()
    assert "第 2 行" in desk.post("/reports/templates/preview/", {"body": "一\n{issues.nothing}"}).content.decode()
    stale = {"name": "年度", "kind": "year", "body": "甲", "version": 0}
    assert desk.post(f"/reports/templates/{template.pk}/", {**stale, "version": 1}).status_code == 303
    refused = desk.post(f"/reports/templates/{template.pk}/", {**stale, "body": "乙", "version": 1})
    shown = refused.content.decode()
    assert refused.status_code == 409 and "乙" in shown
    assert '<pre class="wrap">甲</pre>' in shown and '<input type="hidden" name="version" value="2"' in shown
    assert desk.post(f"/reports/templates/{template.pk}/", {**stale, "body": "乙", "version": 2}).status_code == 303


def test_an_indicator_is_defined_on_screen_and_counts_at_once(desk):
    given = {
        "slug": "by_research", "name": "调研发现问题", "counts": "来源为调研的问题。", "formula": "sum",
        "facts": ["issues.identified"], "filters": "source=research",
    }  # fmt: skip
    assert desk.post("/reports/indicators/new/", given).status_code == 303
    assert "调研发现问题" in desk.get("/reports/indicators/").content.decode()
    assert ">10<" in desk.get("/figures/own.by_research/", DAYS).content.decode().replace("</strong>", "<")
    defined = Definition.objects.get()
    assert desk.post(f"/reports/indicators/{defined.pk}/", {**given, "filters": "source=squat"}).status_code == 303
    assert Definition.objects.count() == 2
    hits = desk.get("/frame/options/reports.indicators/", {"q": "dyfx"})
    assert hits.status_code in (200, 404) if hits.status_code == 404 else "own.by_research" in hits.content.decode()


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"formula": "sum", "facts": ["issues.identified", "issues.dispatched"]}, "单位"),
        ({"formula": "ratio", "above": "issues.resolution_rate", "beneath": "issues.identified"}, "比率"),
        ({"formula": "ratio", "above": "issues.nothing", "beneath": "issues.identified"}, "没有名为"),
        ({"formula": "ratio", "above": "issues.resolved"}, "请选择比率的两端"),
        ({"formula": "ratio"}, "请选择比率的两端"),
        ({"formula": "sum", "facts": ["issues.identified"], "filters": "grade=major"}, "grade"),
        ({"formula": "sum", "facts": ["issues.identified"], "filters": "nonsense"}, "筛选"),
        ({"formula": "balance", "facts": ["issues.identified"]}, "存量"),
        ({"formula": "floor", "above": "issues.identified"}, "下限"),
        ({"formula": "change"}, "依据"),
        ({"formula": "sum"}, "计量项|事项|事实|计数"),
    ],
)
def test_the_engine_refuses_what_cannot_be_counted(desk, given, word):
    wanted = {"slug": "wrong", "name": "错", "counts": "错。", **given}
    answer = desk.post("/reports/indicators/new/", wanted)
    assert answer.status_code == 422
    assert any(one in answer.content.decode() for one in word.split("|"))
    assert not Definition.objects.exists()


def test_pages_of_others_are_not_found(cast, report):
    for who in ("stranger", "county_clerk"):
        client = cast.client(who)
        for page in ("", "document/", "now/", "figures/0/"):
            assert client.get(f"/reports/{report.pk}/{page}").status_code == 404
    assert cast.client("worker").get("/reports/").status_code == 403


def test_then_and_now_shows_what_differs(desk, books, cast, report):
    from_then = desk.get(f"/reports/{report.pk}/now/").content.decode()
    assert "与报告时一致" in from_then
    books.post("issues.identified", cast.county, report.until, times=3)
    page = desk.get(f"/reports/{report.pk}/now/").content.decode()
    assert page.count("data-row") == 3  # the total, the county and the rate
    trace = desk.get(f"/reports/{report.pk}/figures/0/").content.decode()
    assert trace.count("data-row") == 3
