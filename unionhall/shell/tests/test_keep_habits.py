"""The frame's own small doors: language, unit, shortcuts, menu, session."""

import pytest

from unionhall.lib.refusal import NotVisible
from unionhall.shell import frame, gate
from unionhall.shell.tests import house

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frame_house")]


def test_the_language_is_kept_and_the_page_too(clerk):
    answer = clerk.post("/frame/language", {"language": "en", "next": "/gallery/?tab=mine"})
    assert (answer.status_code, answer["Location"]) == (303, "/gallery/?tab=mine")
    assert answer.cookies["language"]["httponly"]
    page = clerk.get("/frame/search?q=zz").content.decode()
    assert '<html lang="en">' in page
    assert "Nothing found" in page
    clerk.post("/frame/language", {"language": "zh-hans"})
    assert "没有找到" in clerk.get("/frame/search?q=zz").content.decode()


def test_an_unknown_language_changes_nothing(clerk):
    assert "language" not in clerk.post("/frame/language", {"language": "xx"}).cookies


@pytest.mark.parametrize("evil", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil.example"])
def test_the_way_back_stays_in_the_house(clerk, evil):
    assert clerk.post("/frame/language", {"language": "en", "next": evil})["Location"] == "/"


def test_shortcuts_can_be_switched_off(clerk):
    assert "shortcuts.js" in clerk.get("/gallery/").content.decode()
    assert clerk.post("/frame/switch", {"name": "shortcuts", "value": "off"}).status_code == 303
    page = clerk.get("/gallery/").content.decode()
    assert "shortcuts.js" not in page
    assert "打开单键快捷键" in page


def test_the_menu_stays_folded(clerk):
    clerk.post("/frame/switch", {"name": "menu", "value": "narrow"})
    assert "desk-narrow" in clerk.get("/gallery/").content.decode()


@pytest.mark.parametrize(("name", "value"), [("sessionid", "1"), ("menu", "sideways"), ("", "")])
def test_only_known_habits_are_kept(clerk, name, value):
    answer = clerk.post("/frame/switch", {"name": name, "value": value})
    assert answer.status_code == 404
    assert not answer.cookies


def test_the_session_is_extended_for_the_signed_in_only(clerk):
    assert clerk.post("/frame/session").status_code == 204
    assert clerk.post("/frame/session", headers={"Who": ""}).status_code == 302


def test_standing_in_another_unit(clerk):
    chosen = []

    def choose(request, value):
        if value != "2":
            raise NotVisible("")
        chosen.append(value)

    before = gate.install(gate.Gate(may=house.may, person=house.person, choose_unit=choose))
    try:
        assert clerk.post("/frame/unit", {"unit": "2"})["Location"] == "/"
        assert clerk.post("/frame/unit", {"unit": "3"}).status_code == 404
    finally:
        gate.install(before)
    assert chosen == ["2"]


def test_a_ribbon_lies_over_every_page(clerk, monkeypatch):
    monkeypatch.setattr(frame, "_ribbons", [])
    assert "ribbon" not in clerk.get("/gallery/").content.decode()
    frame.register_ribbon(lambda request: "演示数据")
    frame.register_ribbon(lambda request: None)
    for address in ("/gallery/", "/form/", "/frame/search?q=x"):
        assert clerk.get(address).content.decode().count('<div class="ribbon" role="note">') == 1


def test_undo_is_offered_once(clerk):
    page = clerk.get("/gallery/").content.decode()
    assert "已派给城关区总工会，11-28 前办结" in page
    assert 'action="/told/"' in page
    assert "11-28 前办结" not in clerk.get("/form/").content.decode()


def test_a_house_shows_its_own_name_and_picture(clerk, monkeypatch):
    monkeypatch.setattr(frame, "_identity", [])
    assert '<span class="brand-sign" aria-hidden="true">工</span>' in clerk.get("/gallery/").content.decode()
    frame.register_identity(lambda request: frame.Identity("示范市总工会", "/files/logo.png"))
    page = clerk.get("/gallery/").content.decode()
    assert '<img class="brand-logo" src="/files/logo.png" alt="">' in page
    assert "· 示范市总工会</title>" in page
    assert "brand-sign" not in page
