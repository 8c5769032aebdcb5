"""The pictures of the README, taken from the demo city by `make screenshots`: real pages, never drawn."""

import io
from pathlib import Path

import pytest
from PIL import Image

from unionhall.kernel.programmes.models import Edition
from unionhall.lib import dates
from unionhall.work.issues.models import Issue
from unionhall.work.reports.models import Checked, Report

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
HEAVIEST = 250_000

pytestmark = [pytest.mark.browser, pytest.mark.screenshots]


def keep(window, name: str) -> None:
    """Write what the window shows, with few enough colours to be light."""
    shot = Image.open(io.BytesIO(window.page.screenshot()))
    path = PICTURES / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    shot.convert("RGB").quantize(colors=192, dither=Image.Dither.NONE).save(path, optimize=True)
    assert path.stat().st_size <= HEAVIEST, (name, path.stat().st_size)


def on_top(window) -> bool:
    """Whether the ribbon is what one sees at its own middle."""
    return bool(
        window.page.evaluate(
            "() => { const one = document.querySelector('.ribbon'), box = one.getBoundingClientRect();"
            " return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2) === one }"
        )
    )


def test_take_the_pictures(live_server, transactional_db, demo_city, window) -> None:
    desk = window(1440, person=demo_city("county"))
    desk.open("/")
    assert on_top(desk)
    keep(desk, "desk")

    handled = Issue.objects.filter(state="handling", deadline__lt=dates.today(), organization__level="city").first()
    city = window(1440, person=demo_city("city"))
    city.open(f"/issues/{handled.pk}/")
    keep(city, "issue")

    waiting = Issue.objects.filter(state__in=["found", "graded", "returned"], organization__level="city").first()
    city.open(f"/issues/{waiting.pk}/dispatch/")
    keep(city, "dispatch")

    edition = Edition.objects.get(programme__code="graded_dispatch")
    city.open(f"/programmes/{edition.programme.code}/?edition={edition.pk}")
    keep(city, "programme")
    city.page.locator("main a[href*='/figures/issues.identified/']").first.click()
    city.page.wait_for_load_state("load")
    city.page.wait_for_selector("[hx-trigger=load]", state="detached")  # the cuts come by themselves
    keep(city, "figure")

    city.open("/reports/dashboard/")
    city.page.wait_for_selector(".chart canvas, .chart svg")
    city.page.wait_for_timeout(1_500)  # the bars grow
    keep(city, "dashboard")
    issued = Report.objects.exclude(issued_on=None).latest("id")
    city.open(f"/reports/{issued.pk}/")
    keep(city, "report")
    city.open(f"/reports/check/{Checked.objects.latest('id').pk}/")
    keep(city, "check")

    phone = window(375, person=demo_city("county"))
    phone.open("/issues/")
    phone.page.locator("[data-row]").first.scroll_into_view_if_needed()
    phone.page.mouse.wheel(0, 420)
    phone.page.wait_for_timeout(200)
    keep(phone, "phone")
    for seen in (desk, city, phone):
        assert "演示数据" in seen.page.locator(".ribbon").inner_text()
        assert seen.foreign() == []
        assert seen.complaints == []
