"""Whoever is erased: what they asked for, and what rooms made of it, is nowhere readable; the counts stay."""

import pytest

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.people import actions as people
from unionhall.kernel.people import registry
from unionhall.testing.planted import Planter, hits
from unionhall.work.portal.actions import corrections, help, ratings
from unionhall.work.portal.tests.conftest import assert_books_agree

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(cast):
    """Words of a worker wherever the hall takes some, and an answer to them."""
    plant = Planter()
    help.ask_for_help(by=cast.worker, channel="write", text=f"工头{plant('欠薪')}三个月不发")
    help.ask_for_help(by=cast.worker, channel="write", text=plant("保密求助"), confidential=True)
    asked = corrections.ask_correction(by=cast.worker, field="name", note=plant("更正"))
    corrections.decide_correction(correction_id=asked.pk, by=cast.county_clerk, done=False, answer=plant("答复"))
    ratings.rate(
        by=cast.worker, kind="membership.claim", record_id=1, organization=cast.county, title="福利", level=1, comment=plant("评价")
    )
    return plant.words


def test_no_word_of_the_worker_is_left(cast, said):
    assert {word for _table, _column, word in hits(*said)} == {*said}
    people.erase(by=cast.city_clerk, person=cast.worker, reason="本人申请")
    assert hits(*said) == set()
    assert audit.verify().ok
    assert_books_agree()


def test_without_the_lead_a_confidential_request_stays_readable(cast, said, monkeypatch):
    """The sabotage twin: the record of another room does not name the worker, so nothing else finds it."""
    monkeypatch.setattr(registry, "_leads", [])
    people.erase(by=cast.city_clerk, person=cast.worker, reason="本人申请")
    assert {word for _table, _column, word in hits(*said)} >= {said[1]}
