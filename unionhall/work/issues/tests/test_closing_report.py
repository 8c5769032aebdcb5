"""The closing report: prose whose every figure opens exactly what it counted."""

import re
from html import unescape

import pytest
from django.urls import reverse

from unionhall.kernel.programmes import actions as programmes
from unionhall.kernel.programmes import queries as programme_queries
from unionhall.work.issues.actions import dispatch
from unionhall.work.issues.tests.conftest import assert_books_agree

pytestmark = pytest.mark.django_db
FIGURE = re.compile(r'<a class="counted" data-indicator="([^"]+)" href="([^"]+)">([^<]+)</a>')


@pytest.fixture
def page(desk, cast):
    programmes.load_catalogue()
    served = programme_queries.programme("issue_list_closure")
    desk.written_off(desk.issue("甲", programme=served))
    sent = desk.dispatched(desk.issue("乙", programme=served, kind="few_hands"))
    dispatch.refuse(issue_id=sent.pk, reason="不属本街道", by=cast.township_clerk)
    desk.issue("别的项目")
    return lambda who: cast.client(who).get(reverse("issues:desk-closing"), {"programme": served.code})


def test_every_figure_opens_what_it_counted(page, cast):
    found = FIGURE.findall(page("county_clerk").content.decode())
    numbers = {code: text for code, _url, text in found}
    kinds = {"kind:few_hands": "1", "kind:poor_sites": "1"}
    assert numbers == {
        "found": "2", "listed": "0", "kinds": "2", "received": "2", "accepted": "1", "refused": "1", "resolved": "1",
        "rate": "50.0%", "written_off": "1", "late": "0", "recurred": "0", "open": "1", **kinds,
    }  # fmt: skip
    client = cast.client("county_clerk")
    for code, url, text in found:
        opened = client.get(unescape(url))
        assert opened.status_code == 200, (code, url)
        if code not in {"kinds", "rate"}:
            assert f"<strong>{text}</strong>" in opened.content.decode(), code


def test_a_programme_of_another_room_has_no_report_here(cast, page):
    assert cast.client("county_clerk").get(reverse("issues:desk-closing"), {"programme": "no_such"}).status_code == 404


def test_refusals_are_counted_again_from_the_records(page):
    assert_books_agree()
