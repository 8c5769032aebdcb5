"""Nobody learns a name outside their scope from a picker of people."""

import pytest
from django.urls import reverse

from unionhall.work.issues.models import Issue

pytestmark = pytest.mark.django_db


def typed(cast, person):
    return {"title": "", "kind": "rights", "found_on": "2026-11-20", "source": "research", "concerns": person.pk}


def test_a_person_in_scope_is_shown_again(cast):
    body = cast.client("county_clerk").post(reverse("issues:desk-register"), typed(cast, cast.worker)).content.decode()
    assert cast.worker.name in body


def test_a_person_outside_is_neither_named_nor_taken(cast):
    before = Issue.objects.count()
    answer = cast.client("county_clerk").post(reverse("issues:desk-register"), {**typed(cast, cast.stranger), "title": "欠薪"})
    assert answer.status_code == 422
    assert cast.stranger.name not in answer.content.decode()
    assert Issue.objects.count() == before
