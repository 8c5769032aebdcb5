"""Rating a finished service: once, by whoever had it, and a low one is looked into."""

import pytest
from django.test import Client

from tests.journeys.test_hall_help import close
from unionhall.lib import clock
from unionhall.work.issues.models import Issue
from unionhall.work.portal.hall import rating
from unionhall.work.portal.models import Rating
from unionhall.work.portal.tests.conftest import asked, assert_books_agree

__all__ = ["asked"]  # a fixture
KIND = "portal.helprequest"


def url(request) -> str:
    return f"/hall/rate/{KIND}/{request.pk}/"


@pytest.fixture
def finished(cast, asked):
    close(cast, asked)
    return asked


def test_a_finished_request_is_rated_in_two_taps(cast, finished):
    client = cast.client("worker")
    assert client.get(url(finished)).status_code == 200
    assert client.post(url(finished), {"level": "2"}).status_code == 303
    kept = Rating.objects.get()
    assert (kept.level, kept.person, kept.organization) == (2, cast.worker, cast.county)
    assert Issue.objects.count() == 1  # nothing to look into
    assert_books_agree()


def test_a_second_rating_is_refused_and_changes_nothing(cast, finished):
    client = cast.client("worker")
    client.post(url(finished), {"level": "1"})
    assert client.post(url(finished), {"level": "5"}).status_code == 409
    assert Rating.objects.get().level == 1


def test_what_is_under_way_is_not_rated(cast, asked):
    assert cast.client("worker").get(url(asked)).status_code == 404
    assert cast.client("worker").post(url(asked), {"level": "1"}).status_code == 404


@pytest.mark.parametrize("key", ["chair", "county_clerk", "stranger"])
def test_nobody_rates_for_another(cast, finished, key):
    assert cast.client(key).post(url(finished), {"level": "1"}).status_code == 404
    assert not Rating.objects.exists()


@pytest.mark.parametrize("level", ["", "0", "6", "x", "9" * 5000])
def test_a_level_outside_the_five_is_refused_in_words(cast, finished, level):
    assert cast.client("worker").post(url(finished), {"level": level}).status_code == 422
    assert not Rating.objects.exists()


def test_a_low_rating_becomes_a_matter_without_the_name(cast, finished):
    cast.client("worker").post(url(finished), {"level": "4", "reasons": ["slow"], "comment": "等了两个月"})
    issue = Issue.objects.exclude(pk=finished.record_id).get()
    assert issue.concerns is None and issue.kind == "service"
    assert "不满意" in issue.title and "办得慢" in issue.details and "等了两个月" in issue.details


def test_who_wants_a_call_is_named(cast, finished):
    cast.client("worker").post(url(finished), {"level": "5", "call_back": "on"})
    assert Issue.objects.exclude(pk=finished.record_id).get().concerns == cast.worker


def test_the_link_of_a_message_works_without_signing_in(cast, finished):
    link = f"/hall/rated/{rating.link_for(KIND, finished.pk, cast.worker.pk)}/"
    assert Client().get(link).status_code == 200
    assert Client().post(link, {"level": "1"}).status_code == 303
    assert Rating.objects.get().person == cast.worker


def test_a_changed_or_old_link_opens_nothing(cast, finished, monkeypatch):
    token = rating.link_for(KIND, finished.pk, cast.worker.pk)
    other = rating.link_for(KIND, finished.pk, cast.chair.pk)
    for wrong in (token[:-1] + ("A" if token[-1] != "A" else "B"), other, "x", "9" * 900):
        assert Client().get(f"/hall/rated/{wrong}/").status_code == 404
    monkeypatch.setattr("django.core.signing.time.time", lambda: clock.now().timestamp() + 31 * 86_400)
    assert Client().get(f"/hall/rated/{token}/").status_code == 404


def test_staff_see_sums_and_words_only_from_three_on(cast, finished):
    cast.client("worker").post(url(finished), {"level": "2", "comment": "很好"})
    page = cast.client("county_clerk").get("/portal/ratings/").content.decode()
    assert "很好" not in page and "杨工" not in page
    assert '<td class="num">1</td>' in page
    for number in (1, 2):
        Rating.objects.create(
            person=cast.worker, organization=cast.county, org_path=cast.county.path, record_kind=KIND, record_id=10_000 + number,
            level=1, comment="谢谢", rated_on=finished.asked_on,
        )  # fmt: skip
    assert "很好" in cast.client("county_clerk").get("/portal/ratings/").content.decode()
    assert "很好" not in cast.client("neighbour").get("/portal/ratings/").content.decode()
