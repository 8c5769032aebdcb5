"""consents: which words somebody agreed to, when, and when they took it back; texts are versions that nobody rewrites."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from unionhall.kernel.audit import queries as trail
from unionhall.kernel.people import actions as people
from unionhall.kernel.people import queries, registry
from unionhall.kernel.people.actions import consents, merging
from unionhall.kernel.people.models import Consent, ConsentText
from unionhall.kernel.people.registry import Purpose
from unionhall.lib import clock, dates
from unionhall.lib.refusal import Conflict, NotVisible, Refused
from unionhall.lib.text import Text

pytestmark = pytest.mark.django_db
CARE, POST = "trial.care", "trial.post"


@pytest.fixture(autouse=True)
def purposes(monkeypatch):
    """Two texts of a room of its own, the needed one first whatever its name."""
    known = {
        POST: Purpose(Text("来信", "Letters"), Text("第一版", "first words")),
        CARE: Purpose(Text("照看", "Care"), Text("原文", "the words"), needed=True),
    }
    monkeypatch.setattr(registry, "_purposes", known)


@pytest.fixture
def wang(cast):
    return people.register(by=None, name="王五", home=cast.factory)


def agree(person, purpose=CARE, **more):
    return consents.give(person=person, text_id=consents.texts()[purpose].pk, way="hall", by=person, **more)


def test_the_first_version_is_written_down_once(wang):
    assert list(registry.purposes()) == [CARE, POST]
    texts = consents.texts()
    assert [(one.purpose, one.version, str(one.words), one.since) for one in texts.values()] == [
        (CARE, 1, "原文", dates.today()),
        (POST, 1, "第一版", dates.today()),
    ]
    assert consents.texts() == texts
    assert ConsentText.objects.count() == 2


def test_who_agreed_to_what_is_on_record(wang):
    made = agree(wang)
    assert (made.text.purpose, made.text.version, made.way, made.by, made.withdrawn_at) == (CARE, 1, "hall", wang, None)
    row = trail.trail("people.person", wang.pk).last()
    assert (row.verb, row.actor, row.details) == ("people.consented", wang.pk, {"purpose": CARE, "version": 1, "way": "hall"})


def test_agreeing_twice_keeps_the_first_day(wang):
    first = agree(wang)
    with clock.fixed(clock.now() + timedelta(days=9)):
        again = agree(wang)
    assert (again.pk, again.given_at) == (first.pk, first.given_at)


def test_taking_back_and_agreeing_again_keeps_both(wang):
    agree(wang)
    assert consents.withdraw(person=wang, purpose=CARE, by=wang) == 1
    assert queries.withdrew([wang], CARE) == {wang.pk}
    with pytest.raises(NotVisible):
        consents.withdraw(person=wang, purpose=CARE, by=wang)
    agree(wang)
    assert queries.withdrew([wang], CARE) == set()
    assert [one.withdrawn_at is None for one in queries.consents_of(wang)] == [True, False]


def test_who_was_never_asked_did_not_refuse(wang):
    assert queries.withdrew([wang], POST) == set()


def test_a_new_version_is_agreed_to_by_itself(cast, wang):
    old = consents.texts()[CARE]
    agree(wang)
    made = consents.issue_text(purpose=CARE, zh=" 新文 ", en="new words", by=cast.city_clerk)
    assert (made.version, made.zh, consents.texts()[CARE]) == (2, "新文", made)
    with pytest.raises(Conflict):
        consents.give(person=cast.worker, text_id=old.pk, way="hall", by=cast.worker)
    assert not Consent.objects.filter(person=cast.worker).exists()
    agree(wang)
    assert [one.text.version for one in queries.consents_of(wang)] == [2, 1]
    assert consents.withdraw(person=wang, purpose=CARE, by=wang) == 2


def test_the_same_words_are_no_new_version_and_empty_ones_none(cast):
    with pytest.raises(Conflict):
        consents.issue_text(purpose=CARE, zh="原文", en="the words", by=cast.city_clerk)
    with pytest.raises(Refused) as refusal:
        consents.issue_text(purpose=CARE, zh="新文", en=" ", by=cast.city_clerk)
    assert refusal.value.field == "en"


def test_nobody_rewrites_what_was_agreed_to(wang):
    agree(wang)
    with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
        ConsentText.objects.filter(purpose=CARE).update(zh="别的")
    with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
        ConsentText.objects.filter(purpose=POST).delete()
    assert consents.texts()[CARE].zh == "原文"


def test_unknown_purposes_and_ways_are_mistakes_of_the_house(wang):
    with pytest.raises(LookupError):
        consents.withdraw(person=wang, purpose="trial.nothing", by=wang)
    with pytest.raises(LookupError):
        consents.note(wang, [1], way="rumour", by=None)


def test_erasure_ends_a_consent_and_keeps_its_days(cast, wang):
    agree(wang)
    people.erase(by=cast.county_clerk, person=wang, reason="本人申请")
    (kept,) = queries.consents_of(wang)
    assert kept.withdrawn_at is not None


def test_consents_follow_when_two_files_become_one_and_return(wang, cast):
    other = people.register(by=None, name="王武", home=cast.factory)
    agree(other)
    agree(other, POST)
    agree(wang, POST)
    merger = merging.merge(by=None, kept=wang, gone=other, reason="本人到窗口核对")
    assert {one.text.purpose for one in queries.consents_of(wang)} == {CARE, POST}
    assert [one.text.purpose for one in queries.consents_of(other)] == [POST]
    merging.undo(by=None, merger=merger)
    assert len(queries.consents_of(other)) == 2


def test_only_a_version_of_somebody_else_is_called_one(cast, forbid):
    consents.texts()
    forbid("people_consenttext", "zh <> '怪'", "strange_one")
    with pytest.raises(IntegrityError, match="strange_one"):
        consents.issue_text(purpose=CARE, zh="怪", en="strange", by=cast.city_clerk)
