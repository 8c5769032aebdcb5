"""A figure leads whoever reads it to the totals reported beside it; entering and taking back stay with those who fill in."""

import re

import pytest
from django.urls import reverse

from unionhall.kernel.access.models import Grant, Role
from unionhall.kernel.ledger import registry
from unionhall.kernel.ledger.facts import Unit
from unionhall.lib import dates
from unionhall.work.reports.actions import totals
from unionhall.work.reports.models import Total
from unionhall.work.reports.queries import engine
from unionhall.work.reports.tests.conftest import YEAR

pytestmark = pytest.mark.django_db
GOOD = {"fact": "issues.resolved", "since": "2025-01-01", "until": "2025-12-31", "number": "3", "evidence": "来函"}
LINK = re.compile(r'<a href="([^"]*totals/[^"]*)">')


@pytest.fixture
def total(cast):
    return totals.enter(
        organization=cast.mine, fact="issues.identified", window=YEAR, number="40", evidence="来函〔2025〕3号", by=cast.city_clerk
    )


@pytest.fixture
def figure(cast):
    """The page of the figure beside which the total stands, as somebody sees it."""

    def page(who):
        asked = {"unit": cast.city.pk, "since": YEAR.start.isoformat(), "until": YEAR.end.isoformat()}
        return cast.client(who).get(reverse("office:figure", args=["issues.identified"]), asked).content.decode()

    return page


def test_a_leader_is_led_from_the_figure_to_the_total_and_changes_nothing(cast, total, figure):
    client, (link,) = cast.client("leader"), LINK.findall(figure("leader"))
    assert link == f"/reports/totals/?one={total.report}"
    answer = client.get(link)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert ("来函〔2025〕3号" in page, "40项" in page) == (True, True)
    assert [word in page for word in ("填入报送数</h2>", "批量导入", "撤回")] == [False, False, False]
    assert client.post("/reports/totals/", {**GOOD, "unit": cast.mine.pk}).status_code == 403
    assert client.post(f"/reports/totals/{total.pk}/take-back/").status_code == 403
    assert list(Total.objects.values_list("pk", "taken_back_at")) == [(total.pk, None)]


def test_who_fills_in_enters_and_takes_back_as_before(cast, total):
    client = cast.client("city_clerk")
    page = client.get("/reports/totals/").content.decode()
    assert f'action="/reports/totals/{total.pk}/take-back/"' in page and 'enctype="multipart/form-data"' in page
    assert client.post("/reports/totals/", {**GOOD, "unit": cast.mine.pk}).status_code == 303
    assert client.post(f"/reports/totals/{total.pk}/take-back/").status_code == 303
    assert sorted(one.taken_back_at is None for one in Total.objects.all()) == [False, True]


def test_who_fills_in_for_one_unit_only_reads_the_totals_of_another(cast, total):
    Grant.objects.filter(person=cast.chair).delete()
    leader, chair = Role.objects.get(code="leader"), Role.objects.get(code="grassroots_chair")
    for role, unit in ((leader, cast.city), (chair, cast.factory)):
        Grant.objects.create(person=cast.chair, role=role, organization=unit, org_path=unit.path, since=dates.today())
    page = cast.client("chair").get("/reports/totals/").content.decode()
    assert "40项" in page and 'enctype="multipart/form-data"' in page
    assert "take-back" not in page


def test_where_one_may_read_figures_alone_no_link_is_offered(cast, total, figure):
    role = Role.objects.create(
        code="reader", zh="数据查阅", en="Reader", permissions=["office.see", "organizations.see", "ledger.see"]
    )
    Grant.objects.filter(person=cast.leader).update(role=role)
    page = figure("leader")
    assert "40" in page and LINK.findall(page) == []
    assert f"报送数 {total.report}" in page
    assert cast.client("leader").get("/reports/totals/").status_code == 403


def test_the_unit_of_a_total_is_said_in_the_readers_language(cast, total):
    page, english = (
        cast.client("city_clerk").get("/reports/totals/", headers={"Accept-Language": one}).content.decode() for one in ("zh", "en")
    )
    assert (">40项<" in page.replace(" ", ""), "40 issues" in page) == (True, False)
    assert ("40 issues" in english, "40项" in english) == (True, False)


@pytest.mark.parametrize(("classifier", "zh", "en"), [
    ("人次", "人次", "person-times"), ("次", "次", "times"), ("元", "元", "yuan"), ("个单位", "个单位", "units"),
    ("", "", ""), ("个百分点", "个百分点", "个百分点"),
])  # fmt: skip
def test_a_kept_classifier_is_said_in_both_languages(classifier, zh, en):
    assert (engine.unit_of(classifier).zh, engine.unit_of(classifier).en) == (zh, en)


def test_every_unit_has_a_classifier_of_its_own():
    assert len(engine.UNITS) == len(Unit) + 1


def test_what_is_counted_already_is_asked_about_with_its_unit(cast, books):
    key = (cast.county, registry.fact("issues.identified"), YEAR)
    (words,) = totals.already_counted([key]).values()
    said = totals.is_counted(words)
    assert said.zh == f"该单位这一期的台账已计{words.zh}。报送数不含这些，才能另外填报。"
    assert (words.zh, words.en) == ("7项", "7 issues")
    assert said.en == "The books count 7 issues of this unit in the period: report only what is not among them."
