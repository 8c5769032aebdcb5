"""Dispatch in a real browser with the clicks counted: three for the suggested unit, four for twenty at once."""

import pytest
from django.urls import reverse

from unionhall.work.issues.actions import routing
from unionhall.work.issues.models import Issue
from unionhall.work.issues.tests.conftest import Desk

pytestmark = pytest.mark.browser


@pytest.fixture
def room(transactional_db, live_server, cast):
    desk = Desk(cast)
    onto = desk.list()
    routing.set_route(area=cast.county, kind="", grade="", target=cast.township, by=cast.county_clerk)
    for number in range(20):
        desk.issue(f"第 {number + 1} 项问题", onto=onto, grade="general")
    return desk


class Clicks:
    """A hand on the mouse that counts."""

    def __init__(self, page) -> None:
        self.page, self.made = page, 0

    def on(self, selector: str) -> None:
        self.page.locator(selector).first.click()
        self.made += 1


def test_the_suggested_unit_in_three_clicks(room, window, cast):
    opened = window(1440, person=cast.client("county_clerk"))
    opened.open(reverse("issues:desk-list"))
    hand = Clicks(opened.page)
    issue = Issue.objects.order_by("-id")[0]
    hand.on(f'a[href="{reverse("issues:desk-dispatch", args=[issue.pk])}"]')
    hand.on("form.card button.btn-primary")
    opened.page.wait_for_url(f"**{reverse('issues:desk-issue', args=[issue.pk])}")
    issue.refresh_from_db()
    assert [issue.state, issue.handler_id] == ["dispatched", cast.township.pk]
    assert hand.made <= 3


def test_twenty_at_once_in_four_clicks(room, window, cast):
    opened = window(1440, person=cast.client("county_clerk"))
    opened.open(reverse("issues:desk-list"))
    hand = Clicks(opened.page)
    hand.on("[data-pick-page]")
    hand.on(f'button[formaction^="{reverse("issues:desk-bulk-dispatch")}"]')
    hand.on('button[name="confirmed"]')
    opened.page.wait_for_selector(".figures")
    assert Issue.objects.filter(state="dispatched", handler=cast.township).count() == 20
    assert hand.made <= 4


@pytest.mark.parametrize("width", [1440, 375])
def test_the_pages_of_an_issue_are_clean(room, window, cast, width):
    issue = room.submitted(Issue.objects.order_by("id")[0])
    other = Issue.objects.order_by("-id")[0]
    opened = window(width, person=cast.client("county_clerk"))
    pages = [reverse("issues:desk-list"), reverse("issues:desk-issue", args=[issue.pk]), reverse("issues:desk-coverage")]
    pages += [reverse(f"issues:desk-{name}", args=[other.pk]) for name in ("dispatch", "order", "correct", "source")]
    unclean = {}
    for address in pages:
        assert opened.open(address).status == 200
        opened.shot(f"issues{address.replace('/', '-')}{width}")
        if wrong := opened.faults() + opened.complaints + ([f"{opened.overflow()} px"] if opened.overflow() > 0 else []):
            unclean[address] = wrong
        opened.complaints.clear()
    assert unclean == {}
