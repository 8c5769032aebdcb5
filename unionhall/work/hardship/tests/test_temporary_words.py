"""What a temporary record says of somebody's distress lies sealed, and is shown by right only, for a reason, on record."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse

from unionhall.kernel.audit import queries as audit
from unionhall.kernel.people import access as identity
from unionhall.kernel.people import actions as people
from unionhall.kernel.people.models import DataKey
from unionhall.kernel.people.queries import words as said
from unionhall.lib import keyring, sm4
from unionhall.lib.refusal import NotVisible, Refused
from unionhall.work.hardship import access
from unionhall.work.hardship.actions import temporary
from unionhall.work.hardship.models.files import Vault
from unionhall.work.hardship.models.temporary import Temporary

pytestmark = pytest.mark.django_db
WORDS = "丈夫酗酒家暴，带两个孩子离家"
WHY = "核定临时救助"


def kept(desk, words=WORDS):
    who = desk.person("钱桂英")
    return temporary.keep(organization=desk.cast.township, person=who, cause="accident", words=words, by=desk.cast.township_clerk)


def lies_open(words):
    """Whether words, as text or as bytes, stand in what any table of the room says of temporary records."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(one::text, '|') FROM hardship_temporary one")
        told = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(one::text, '|') FROM flows_step one")
        told += cursor.fetchone()[0] or ""
        cursor.execute("SELECT string_agg(one::text, '|') FROM audit_row one")
        told += cursor.fetchone()[0] or ""
    return any(form in told for form in (words, words[:5], words.encode().hex(), words[:5].encode().hex()))


def test_nothing_of_the_words_lies_in_the_tables(desk):
    one = kept(desk)
    assert not lies_open(WORDS)
    assert temporary.reveal(temporary_id=one.pk, reason=WHY, by=desk.cast.township_clerk) == WORDS
    assert not lies_open(WORDS)


def test_sabotage_words_that_are_not_sealed_are_found(desk, monkeypatch):
    monkeypatch.setattr(access, "sealed", lambda place, content, key=None: content["words"].encode())
    kept(desk)
    assert lies_open(WORDS)


def test_they_are_shown_for_a_reason_that_is_on_record_first(desk, cast):
    one, clerk = kept(desk), cast.client("township_clerk")
    page, words = reverse("hardship:desk-temporary", args=[one.pk]), reverse("hardship:desk-temporary-words", args=[one.pk])
    told = clerk.get(page).content.decode()
    assert (WORDS in told, words in told) == (False, True)
    assert WORDS not in clerk.get(words).content.decode()
    refused = clerk.post(words, {"words": " "})
    assert (refused.status_code, WORDS in refused.content.decode(), reads(one)) == (422, False, [])
    shown = clerk.post(words, {"words": WHY})
    assert (shown.status_code, WORDS in shown.content.decode()) == (200, True)
    assert reads(one) == [(cast.township_clerk.pk, WHY, "words")]
    with pytest.raises(Refused, match="请写明查看理由"):
        temporary.reveal(temporary_id=one.pk, reason="", by=cast.township_clerk)


def reads(one):
    """Who saw what of a record, and why."""
    found = audit.trail("hardship.temporary", one.pk).filter(verb="audit.read").order_by("pk")
    return [(row.actor, said.reason(row), row.details["field"]) for row in found]


def test_whoever_may_not_see_incomes_does_not_see_them(desk, cast):
    one = kept(desk)
    words = reverse("hardship:desk-temporary-words", args=[one.pk])
    leader = cast.client("leader")
    page = leader.get(reverse("hardship:desk-temporary", args=[one.pk]))
    assert (page.status_code, words in page.content.decode()) == (200, False)
    assert leader.post(words, {"words": WHY}).status_code == 403
    assert cast.client("neighbour").post(words, {"words": WHY}).status_code == 404
    for who in (cast.leader, cast.neighbour):
        with pytest.raises(NotVisible):
            temporary.reveal(temporary_id=one.pk, reason=WHY, by=who)
    assert reads(one) == []


def test_words_open_only_in_their_own_place(desk):
    first, second = kept(desk), kept(desk, "房屋失火")
    Temporary.objects.filter(pk=second.pk).update(sealed=bytes(first.sealed))
    with pytest.raises(sm4.Unreadable):
        temporary.reveal(temporary_id=second.pk, reason=WHY, by=desk.cast.township_clerk)


def test_they_follow_the_rotation_of_the_house(desk, settings, tmp_path):
    settings.IDENTITY_KEYS = tmp_path
    keyring.create(tmp_path)
    Vault.objects.all().delete()
    who = desk.person("曾桂兰")
    one = temporary.keep(organization=desk.cast.township, person=who, cause="accident", words=WORDS, by=desk.cast.township_clerk)
    with identity.scope(identity.EVERYWHERE):
        DataKey.objects.exclude(person=who).delete()  # of the cast, under keys that are not in this folder
    keyring.add_master(tmp_path)
    assert people.rotate_keys(by=None).wrapped == 2  # the person's key and the room's
    keyring.drop_masters(tmp_path, below=2)
    assert temporary.reveal(temporary_id=one.pk, reason=WHY, by=desk.cast.township_clerk) == WORDS


def test_the_plain_words_of_an_older_house_are_sealed_by_the_migration(desk):
    one, two = kept(desk), kept(desk, "房屋失火")
    connection.check_constraints()  # no table is altered while it waits for its deferred ones
    MigrationExecutor(connection).migrate([("hardship", "0008_temporary")])
    assert (lies_open(WORDS), lies_open("房屋失火")) == (True, True)
    MigrationExecutor(connection).migrate([("hardship", "0009_sealed_words")])
    assert (lies_open(WORDS), lies_open("房屋失火")) == (False, False)
    shown = [temporary.reveal(temporary_id=pk, reason=WHY, by=desk.cast.township_clerk) for pk in (one.pk, two.pk)]
    assert shown == [WORDS, "房屋失火"]
