"""The menu, panels and search show what the rooms registered and the person may use, and nothing more."""

import pytest

from unionhall.lib.text import Text
from unionhall.shell import gate, navigation, panels, search
from unionhall.shell.search import Hit, Source
from unionhall.shell.tests import house

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frame_house")]


@pytest.fixture
def knock(rf):
    def knocked(path="/", who="clerk"):
        return rf.get(path, headers={"Who": who})

    return knocked


def test_at_most_nine_first_level_items():
    assert len(navigation.AREAS) <= 9


def test_the_sixteen_domains_lie_under_the_areas():
    under = [domain for area in navigation.AREAS for domain in area.domains]
    assert len(navigation.DOMAINS) == 16
    assert sorted(set(navigation.DOMAINS) - set(under)) == []
    assert len(under) == len(set(under))


def test_the_menu_shows_only_what_one_may_use(knock):
    assert [(section.area.code, [link.item.code for link in section.links]) for section in navigation.menu(knock())] == [
        ("desk", ["test.desk"]),
        ("follow", ["test.list", "test.form"]),
    ]
    assert [section.area.code for section in navigation.menu(knock(who="stranger"))] == ["desk"]


def test_the_deepest_address_is_the_current_one(knock):
    current = [link.item.code for section in navigation.menu(knock("/gallery/12")) for link in section.links if link.current]
    assert current == ["test.list"]


def test_counts_are_asked_for_shown_items_only(knock):
    def forbidden(request):
        raise AssertionError("counted for somebody who may not see it")

    navigation.register(navigation.Item("test.secret", Text("密", "Secret"), "plain", "funds", "funds.see", count=forbidden))
    navigation.menu(knock())


@pytest.mark.parametrize("domain", ["nowhere", "D06", ""])
def test_an_unknown_domain_is_refused(domain):
    with pytest.raises(ValueError, match="no domain"):
        navigation.register(navigation.Item("test.x", Text("x", "x"), "plain", domain, None))


def test_one_code_one_item():
    item = house.ITEMS[0]
    navigation.register(item)
    with pytest.raises(ValueError, match="twice"):
        navigation.register(navigation.Item(item.code, item.label, "gallery", "desk", None))


def panel(code, permission=None, fill=lambda request, subject: {"said": subject}):
    return panels.Panel(code, Text(code, code), "shell/parts/_empty.html", fill, permission)


def test_panels_by_permission_and_content(knock, monkeypatch):
    monkeypatch.setattr(panels, "_panels", {place: {} for place in panels.PLACES})
    panels.register("organization", panel("test.open"))
    panels.register("organization", panel("test.secret", "funds.see"))
    panels.register("organization", panel("test.void", fill=lambda request, subject: None))
    filled = panels.filled(knock(), "organization", "某工会")
    assert [(one.code, context) for one, context in filled] == [("test.open", {"said": "某工会"})]
    assert panels.at("person") == []
    with pytest.raises(ValueError, match="no place"):
        panels.register("kitchen", panel("test.x"))
    with pytest.raises(ValueError, match="twice"):
        panels.register("organization", panel("test.open", "a.b"))


def test_search_asks_only_open_sources_and_leaves_pickers_out(knock):
    search.register(Source("test.secret", Text("密", "Secret"), lambda request, text: [Hit("不给看", "1")], "funds.see"))
    search.register(Source("test.pick", Text("选", "Pick"), lambda request, text: [Hit("只供选择", "1")], pick_only=True))
    found = search.everywhere(knock(), " 城关 ")
    assert [(source.code, [hit.label for hit in hits]) for source, hits in found] == [
        ("test.units", ["城关区总工会", "城关镇总工会"])
    ]
    assert search.everywhere(knock(), "  ") == []
    assert search.hits(knock(), "test.secret", "x") is None
    assert [hit.label for hit in search.hits(knock(), "test.pick", "x")] == ["只供选择"]


def test_at_most_twenty_hits(knock):
    search.register(Source("test.many", Text("多", "Many"), lambda request, text: [Hit(str(n), str(n)) for n in range(500)]))
    assert len(search.hits(knock(), "test.many", "x")) == 20


def test_options_for_a_picker(clerk):
    answer = clerk.get("/frame/options/test.units?q=城关镇")
    assert answer.json() == {"options": [{"value": "2", "label": "城关镇总工会", "hint": "城关区"}]}
    assert clerk.get("/frame/options/test.unknown?q=x").status_code == 404
    assert clerk.get("/frame/options/test.units?q=x", headers={"Who": "stranger"}).status_code == 404


def test_one_hit_leads_straight_there(clerk):
    answer = clerk.get("/frame/search?q=城关镇&jump=1")
    assert (answer.status_code, answer["Location"]) == (302, "/units/2")
    assert clerk.get("/frame/search?q=城关镇").status_code == 200


def test_nothing_found_says_what_to_try(clerk):
    page = clerk.get("/frame/search?q=不存在").content.decode()
    assert "没有找到“不存在”" in page
    assert "首字母" in page


def test_without_a_gate_nobody_may_do_anything(knock):
    before = gate.install(gate.Gate())
    try:
        assert gate.current().may(knock(), "issues.see") is False
        assert gate.current().person(knock()) is None
    finally:
        gate.install(before)
