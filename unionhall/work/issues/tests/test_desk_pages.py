"""Every page opens for those who may, and costs a fixed number of queries."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from unionhall.lib import dates
from unionhall.work.issues.actions import handle, reviews, routing
from unionhall.work.issues.models import Issue

BUDGETS = Path(__file__).resolve().parents[4] / "tests" / "budgets" / "issues.json"
PAGES = {
    "list": ("desk-list", "county_clerk"),
    "print": ("desk-print", "county_clerk"),
    "register": ("desk-register", "county_clerk"),
    "rows": ("desk-rows", "county_clerk"),
    "lists": ("desk-lists", "county_clerk"),
    "routing": ("desk-routing", "county_clerk"),
    "coverage": ("desk-coverage", "county_clerk"),
    "reviews": ("desk-reviews", "county_clerk"),
    "proposals": ("desk-proposals", "county_clerk"),
    "closing": ("desk-closing", "county_clerk"),
}
OF_ONE = ("desk-issue", "desk-dispatch", "desk-order", "desk-correct", "desk-source")


def queries_of(client, url):
    client.get(url)  # warm what is read once a process
    with CaptureQueriesContext(
        connection,
    ) as caught:
        response = client.get(url)
    assert response.status_code == 200, response.content.decode()[:2000]
    return [query["sql"] for query in caught]


@pytest.fixture
def world(desk, cast):
    onto = desk.list()
    routing.set_route(area=cast.county, kind="", grade="", target=cast.township, by=cast.county_clerk)
    return desk, onto


def more(desk, onto, count):
    for number in range(count):
        desk.issue(f"问题 {number}", onto=onto)


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("name", PAGES)
def test_a_page_costs_the_same_with_ten_more_rows(world, cast, name):
    desk, onto = world
    more(desk, onto, 2)
    url_name, who = PAGES[name]
    client, url = cast.client(who), reverse(f"issues:{url_name}")
    before = len(queries_of(client, url))
    more(desk, onto, 10)
    assert len(queries_of(client, url)) == before
    assert before <= json.loads(BUDGETS.read_text())[name]


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("url_name", OF_ONE)
def test_the_pages_of_an_issue_open(world, cast, url_name):
    desk, onto = world
    issue = desk.issue(onto=onto)
    spent = len(queries_of(cast.client("county_clerk"), reverse(f"issues:{url_name}", args=[issue.pk])))
    assert spent <= json.loads(BUDGETS.read_text())[url_name]


def test_the_page_of_a_busy_issue_costs_no_more(world, cast):
    desk, onto = world
    issue = desk.checked(desk.issue(onto=onto))
    client, url = cast.client("county_clerk"), reverse("issues:desk-issue", args=[issue.pk])
    before = len(queries_of(client, url))
    handle.send_back(issue_id=issue.pk, reason="证据不足", by=cast.county_clerk)
    for number in range(10):
        handle.report_progress(issue_id=issue.pk, text=f"进展 {number}", by=cast.township_clerk)
    handle.submit(issue_id=issue.pk, solution="已补证据", by=cast.township_clerk)
    handle.pass_check(issue_id=issue.pk, by=cast.county_clerk)
    assert len(queries_of(client, url)) == before


def test_review_notice_and_proposal_pages_open(world, cast):
    desk, onto = world
    issue = desk.handling(desk.issue(onto=onto))
    Issue.objects.filter(pk=issue.pk).update(deadline=dates.today().replace(year=2020))
    client, today = cast.client("county_clerk"), dates.today()
    review = reviews.open_review(organization=cast.county, month=today, by=cast.county_clerk)
    notice = reviews.draft_notice(organization=cast.county, year=today.year, quarter=(today.month + 2) // 3, by=cast.county_clerk)
    for name, pk in (("desk-review", review.pk), ("desk-notice", notice.pk), ("desk-notice-print", notice.pk)):
        page = client.get(reverse(f"issues:{name}", args=[pk]))
        assert page.status_code == 200
        assert issue.title in page.content.decode()
