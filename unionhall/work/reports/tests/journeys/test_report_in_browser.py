"""A report in a real browser, on a wide and on a narrow window: written at one click, a figure opened to its records, issued,
and later read beside what is known then. And the big screen at its own size."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from unionhall.lib import dates
from unionhall.work.reports.actions import showing
from unionhall.work.reports.models import Report
from unionhall.work.reports.tests.conftest import Books

pytestmark = pytest.mark.browser


@pytest.fixture
def year(transactional_db, live_server, cast):
    kept, today = Books(), dates.today()
    kept.post("issues.identified", cast.county, today, times=7, source="research")
    kept.post("issues.resolved", cast.county, today, times=4, source="research")
    return kept


def clean(tab, name):
    tab.shot(f"reports-{name}")
    tab.expect_clean()


@pytest.mark.parametrize("width", [1440, 375])
def test_from_one_click_to_then_and_now(year, window, cast, width):
    tab = window(width, person=cast.client("city_clerk"))
    tab.open("/")
    tab.page.locator('form[action="/reports/new/year/"] button').click()
    tab.page.wait_for_url("**/reports/*/")
    report = Report.objects.get()
    clean(tab, f"draft-{width}")
    tab.page.locator(f'a[href="{reverse("reports:desk-figure", args=[report.pk, 0])}"]').first.click()
    tab.page.wait_for_url("**/figures/0/")
    clean(tab, f"figure-{width}")
    tab.page.locator('main a[href^="/figures/"]').first.click()
    tab.page.wait_for_url(re.compile(r"/figures/[a-z_.]+/\?"))
    assert tab.page.locator("[data-row]").count() >= 1
    tab.open(f"/reports/{report.pk}/")
    remark = tab.page.locator("#id_remark")
    if remark.count():
        remark.fill("首年使用，上年无数据。")
    tab.page.locator(f'form[action="{reverse("reports:desk-issue", args=[report.pk])}"] button.btn-primary').click()
    tab.page.wait_for_load_state("networkidle")
    report.refresh_from_db()
    assert report.issued
    clean(tab, f"issued-{width}")
    year.post("issues.identified", cast.county, dates.today(), times=3, source="research")
    tab.open(reverse("reports:desk-beside", args=[report.pk]))
    assert tab.page.locator("[data-row]").count() >= 1
    clean(tab, f"beside-{width}")


def test_the_big_screen_fills_its_canvas(year, window, cast):
    _made, word = showing.hang(
        organization=cast.city, name="大厅", until=dates.today() + timedelta(days=1), by=cast.city_clerk
    )  # fmt: skip
    tab = window(1920)
    tab.page.set_viewport_size({"width": 1920, "height": 1080})
    tab.open(reverse("reports:screen-open", args=[word]))
    tab.page.locator("main button.btn-primary").click()
    tab.page.wait_for_url("**/reports/screen/")
    clean(tab, "screen-1920")
    assert tab.page.evaluate("document.documentElement.scrollHeight") <= 1080
    sizes = tab.page.evaluate(
        "[...document.querySelectorAll('main *')].filter((one) => one.childNodes.length === 1 && one.textContent.trim())"
        ".map((one) => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(sizes) >= 18
    assert tab.page.evaluate("parseFloat(getComputedStyle(document.querySelector('.screen-tile strong')).fontSize)") >= 56
    assert tab.page.locator("main a").count() == 0
