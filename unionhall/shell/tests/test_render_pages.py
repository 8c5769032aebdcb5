"""One template gives the whole page or the fragment that htmx asks for; checks see every context."""

import pytest

from unionhall.shell import render

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frame_house")]


class Unscoped(Exception):
    pass


def test_a_whole_page_by_default_and_it_varies(clerk):
    answer = clerk.get("/frame/search?q=城关")
    page = answer.content.decode()
    assert "<html" in page
    assert "城关区总工会" in page
    assert {"HX-Request", "Cookie", "Accept-Language"} <= set(answer["Vary"].replace(" ", "").split(","))


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, False),
        ({"HX-Request": "true"}, True),
        ({"HX-Request": "true", "HX-Boosted": "true"}, False),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, False),
    ],
)
def test_only_a_plain_htmx_request_is_partial(rf, headers, expected):
    assert render.is_partial(rf.get("/", headers=headers)) is expected


def test_a_check_stops_a_context(clerk, monkeypatch):
    def refuse(request, template, context):
        if "found" in context:
            raise Unscoped(template)

    monkeypatch.setattr(render, "_checks", [refuse])
    with pytest.raises(Unscoped, match=r"shell/search\.html"):
        clerk.get("/frame/search?q=x")


def test_a_check_is_kept_once(monkeypatch):
    monkeypatch.setattr(render, "_checks", [])
    render.register_check(print)
    render.register_check(print)
    assert render._checks == [print]


def test_htmx_gets_the_named_fragment_only(clerk):
    answer = clerk.get("/frame/search?q=城关", headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert "城关镇总工会" in text
    assert "<html" not in text
    assert 'id="found"' not in text
