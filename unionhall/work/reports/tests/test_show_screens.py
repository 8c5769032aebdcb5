"""A big screen: its link opens once, the device keeps it, nothing on it leads anywhere, and it is taken down at the desk."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client

from unionhall.kernel.access import queries as permissions
from unionhall.lib import clock, dates
from unionhall.lib.refusal import Conflict, NotVisible, Refused
from unionhall.work.reports.actions import showing
from unionhall.work.reports.models import Screen

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(cast, books):
    return cast.client("city_clerk")


def hung(desk, **more):
    """The path of a new screen's link, as the answer shows it."""
    given = {"name": "一楼大厅", "until": (dates.today() + timedelta(days=30)).isoformat(), **more}
    answer = desk.post("/reports/screens/", given)
    assert answer.status_code == 200, answer.content.decode()
    return re.search(r"http://testserver(/reports/screen/open/[^<]+/)<", answer.content.decode()).group(1)


def test_a_link_opens_once_and_stays_with_its_device(desk, cast):
    link = hung(desk)
    device, other = Client(), Client()
    assert device.get("/reports/screen/").status_code == 404
    assert other.get(link).status_code == 200  # looking at it binds nothing
    assert device.post(link).status_code == 303
    cookie = device.cookies["screen"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/reports/screen/")
    assert len(cookie.value) >= 40
    assert device.get("/reports/screen/").status_code == 200
    assert [other.get(link).status_code, other.post(link).status_code, device.post(link).status_code] == [404, 404, 303]
    assert device.get(link)["Location"] == "/reports/screen/"  # its own link again shows what it has
    told = other.get(link).content.decode()
    assert "本设备没有可显示的大屏" in told and "只能由一台设备打开一次" in told
    assert (
        told.split("<main")[1] == other.get("/reports/screen/").content.decode().split("<main")[1]
    )  # used or never made: the same
    assert other.get("/reports/screen/").status_code == 404
    assert "sessionid" not in device.cookies


def test_the_house_keeps_neither_word(desk):
    link = hung(desk)
    device = Client()
    device.post(link)
    kept = Screen.objects.get()
    word = link.rstrip("/").rpartition("/")[2]
    assert word not in (kept.secret, kept.device) and device.cookies["screen"].value not in (kept.secret, kept.device)
    assert word not in desk.get("/reports/screens/").content.decode()
    stolen = Client()
    stolen.cookies["screen"] = kept.device  # what lies in the database opens nothing
    assert stolen.get("/reports/screen/").status_code == 404


def test_it_shows_figures_of_its_unit_without_links_or_names(desk, cast, books):
    books.post("issues.identified", cast.county, dates.today(), times=4)
    device = Client()
    device.post(hung(desk))
    page = device.get("/reports/screen/").content.decode()
    body = page.split("<main")[1].split("</main>")[0]
    assert "示范市总工会" in body and "城关区总" in body and ">4</strong>" in body
    assert 'hx-trigger="every 60s"' in page
    assert "href=" not in body and "<form" not in body
    assert cast.city_clerk.name not in page
    books.post("issues.identified", cast.county, dates.today(), times=2)
    assert ">6</strong>" in device.get("/reports/screen/").content.decode()


def test_taken_down_it_shows_nothing_more(desk, cast):
    link, waiting = hung(desk), hung(desk, name="二楼")
    device = Client()
    device.post(link)
    for one in Screen.objects.all():
        assert desk.post(f"/reports/screens/{one.pk}/down/").status_code == 303
    assert device.get("/reports/screen/").status_code == 404
    assert Client().post(waiting).status_code == 404
    with pytest.raises(Conflict):
        showing.take_down(screen_id=Screen.objects.first().pk, by=cast.city_clerk)


def test_after_its_last_day_it_is_over(desk):
    device = Client()
    device.post(hung(desk, until=dates.today().isoformat()))
    assert device.get("/reports/screen/").status_code == 200
    with clock.fixed(clock.now() + timedelta(days=1, hours=1)):
        assert device.get("/reports/screen/").status_code == 404


def test_it_is_noted_when_a_screen_was_last_seen(desk):
    device = Client()
    device.post(hung(desk))
    first = Screen.objects.get().seen_at
    with clock.fixed(first + timedelta(minutes=2)):
        device.get("/reports/screen/")
        assert Screen.objects.get().seen_at == first
    with clock.fixed(first + timedelta(minutes=6)):
        device.get("/reports/screen/")
        assert Screen.objects.get().seen_at == first + timedelta(minutes=6)


@pytest.mark.parametrize(("until", "name"), [(date(2020, 1, 1), "甲"), (date(2999, 1, 1), "甲"), (None, " ")])
def test_a_screen_without_an_end_or_place_is_refused(cast, until, name):
    with pytest.raises(Refused):
        showing.hang(organization=cast.city, name=name, until=until or dates.today(), by=cast.city_clerk)
    assert not Screen.objects.exists()


def test_only_those_who_may_hang_and_take_down(desk, cast):
    hung(desk)
    one = Screen.objects.get()
    assert not permissions.may(cast.stranger, "reports.show", cast.city)
    assert cast.client("stranger").post(f"/reports/screens/{one.pk}/down/").status_code in (403, 404)
    with pytest.raises(NotVisible):
        showing.take_down(screen_id=one.pk, by=cast.stranger)
    assert cast.client("worker").get("/reports/screens/").status_code == 403
    one.refresh_from_db()
    assert one.revoked_at is None


def test_junk_opens_nothing(desk):
    junk = Client()
    for word in ("", "x" * 4000, "\xff", "%00"):
        junk.cookies["screen"] = word
        assert junk.get("/reports/screen/").status_code == 404
    assert junk.get("/reports/screen/open/甲/").status_code == 404
