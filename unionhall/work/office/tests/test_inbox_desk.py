"""Messages: what I was told, mine only; opening the page is seeing it."""

import pytest
from django.urls import reverse

from unionhall.kernel.notices import queries as notices
from unionhall.kernel.notices.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(desk, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        return desk.dispatched(desk.issue("书屋陈旧"))


def test_an_empty_inbox_says_so(get):
    assert get("city_clerk", "inbox").content.decode().count("<tr data-row>") == 0


def test_a_message_is_new_once_and_leads_to_its_record(told, cast, get):
    assert notices.unseen(cast.township_clerk) == 1
    first = get("township_clerk", "inbox").content.decode()
    assert reverse("issues:desk-issue", args=[told.pk]) in first
    assert notices.unseen(cast.township_clerk) == 0
    second = get("township_clerk", "inbox").content.decode()
    assert first.count("tag-info") - second.count("tag-info") == 1


def test_the_inbox_is_ones_own(told, cast, get):
    for other in ("county_clerk", "chair", "stranger", "auditor"):
        assert reverse("issues:desk-issue", args=[told.pk]) not in get(other, "inbox").content.decode()
    assert notices.unseen(cast.township_clerk) == 1


def test_what_did_not_arrive_is_shown_with_the_reason_within_the_scope(told, cast, get):
    notice = Notice.objects.get(person=cast.township_clerk)
    notice.deliveries.create(channel="sms", state="dead", attempts=5, fault="号码已停机")
    assert "号码已停机" in get("county_clerk", "dead-letters").content.decode()
    assert "号码已停机" not in get("neighbour", "dead-letters").content.decode()
    assert get("chair", "dead-letters").status_code == 403
