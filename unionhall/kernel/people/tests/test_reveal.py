"""reveal: on record before it is seen; nothing comes out where the record, the keys or the scope fail."""

import shutil

import pytest
from django.db import DatabaseError, connection, transaction

from unionhall.kernel.audit import queries as trail
from unionhall.kernel.people import access as vault
from unionhall.kernel.people import actions as people
from unionhall.kernel.people import queries, registry
from unionhall.kernel.people.models import DataKey, Sealed
from unionhall.kernel.people.queries import words
from unionhall.lib.keyring import KeysMissing
from unionhall.lib.refusal import NotVisible, Refused
from unionhall.lib.sm4 import Unreadable

ID = "11010519491231002X"


@pytest.fixture
def wang(cast):
    return people.register(by=None, name="王五", home=cast.factory, id_number=ID, phone="13800138000")


def test_the_read_is_on_record(cast, wang):
    assert people.reveal(by=cast.county_clerk, person=wang, field="id_number", reason="核对发放名单") == ID
    row = trail.reads(kind="people.person", subject_id=wang.pk).get()
    told = {name: row.details[name] for name in ("field", "via")}
    assert (row.actor, words.reason(row), told) == (cast.county_clerk.pk, "核对发放名单", {"field": "id_number", "via": "page"})
    assert (row.organization, row.org_path) == (cast.factory.pk, cast.factory.path)
    assert ID not in str(row.details)


@pytest.mark.parametrize("reason", ["", "  "])
def test_without_a_reason_nothing_is_shown(cast, wang, reason):
    with pytest.raises(Refused, match="事由"):
        people.reveal(by=cast.county_clerk, person=wang, field="id_number", reason=reason)
    assert trail.reads().count() == 0


def test_when_the_record_cannot_be_written_the_value_is_not_shown(cast, wang):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_row ADD CONSTRAINT full_disk CHECK (verb <> 'audit.read') NOT VALID")
    with pytest.raises(DatabaseError):
        people.reveal(by=cast.county_clerk, person=wang, field="id_number", reason="核对")


@pytest.mark.django_db(transaction=True)
def test_inside_another_transaction_that_could_roll_the_record_back_it_refuses(cast):
    wang = people.register(by=None, name="王五", home=cast.factory, id_number=ID)
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        people.reveal(by=None, person=wang, field="id_number", reason="核对")
    assert people.reveal(by=None, person=wang, field="id_number", reason="核对") == ID
    assert trail.reads().count() == 1


def test_without_the_keys_the_sentence_says_what_to_do(cast, wang, identity_keys, tmp_path, settings):
    settings.IDENTITY_KEYS = tmp_path / "lost"
    with pytest.raises(KeysMissing, match="UNIONHALL_KEYS"):
        people.reveal(by=None, person=wang, field="id_number", reason="核对")
    shutil.copytree(identity_keys, tmp_path / "lost")
    assert people.reveal(by=None, person=wang, field="id_number", reason="核对") == ID


def test_a_field_nobody_told_is_not_there(cast, wang):
    with pytest.raises(NotVisible):
        people.reveal(by=None, person=wang, field="address", reason="核对")
    with pytest.raises(LookupError):
        people.reveal(by=None, person=wang, field="shoe_size", reason="核对")


def sealed_of(person, field):
    return Sealed.objects.get(person=person, field=field)


def test_every_flipped_byte_is_noticed_refused_and_put_on_record(cast, wang):
    whole = bytes(sealed_of(wang, "phone").value)
    for place in range(len(whole)):
        wrong = bytearray(whole)
        wrong[place] ^= 1 << place % 8
        Sealed.objects.filter(person=wang, field="phone").update(value=bytes(wrong))
        with pytest.raises(Unreadable, match="校验未通过"):
            people.reveal(by=None, person=wang, field="phone", reason="核对")
    assert trail.rows(verb="people.unreadable", outcome="failed").count() == len(whole)
    Sealed.objects.filter(person=wang, field="phone").update(value=whole)
    assert people.reveal(by=None, person=wang, field="phone", reason="核对") == "13800138000"


def test_values_swapped_between_rows_columns_and_keys_are_refused(cast, wang):
    li = people.register(by=None, name="李四", home=cast.factory, id_number="110105198001010016", phone="13900139000")
    mine, theirs, phone = (bytes(sealed_of(*one).value) for one in ((wang, "id_number"), (li, "id_number"), (wang, "phone")))
    keys = {key.person_id: bytes(key.wrapped) for key in DataKey.objects.filter(person__in=[wang, li])}
    for value in (theirs, phone):  # another row's, another column's
        Sealed.objects.filter(person=wang, field="id_number").update(value=value)
        with pytest.raises(Unreadable):
            people.reveal(by=None, person=wang, field="id_number", reason="核对")
    Sealed.objects.filter(person=wang, field="id_number").update(value=theirs)  # a whole person's, key and all
    DataKey.objects.filter(person=wang).update(wrapped=keys[li.pk])
    with pytest.raises(Unreadable):
        people.reveal(by=None, person=wang, field="id_number", reason="核对")
    DataKey.objects.filter(person=wang).update(wrapped=keys[wang.pk])
    Sealed.objects.filter(person=wang, field="id_number").update(value=mine)
    assert people.reveal(by=None, person=wang, field="id_number", reason="核对") == ID


def test_sabotage_without_the_place_swapped_values_would_open(cast, monkeypatch):
    """The control: were values not bound to their place, a whole person's secrets could be put under another name."""
    monkeypatch.setattr(vault, "place", lambda person, field, table="": b"")
    wang = people.register(by=None, name="王五", home=cast.factory, id_number=ID)
    li = people.register(by=None, name="李四", home=cast.factory, id_number="110105198001010016")
    Sealed.objects.filter(person=wang).update(value=bytes(sealed_of(li, "id_number").value))
    DataKey.objects.filter(person=wang).update(wrapped=bytes(DataKey.objects.get(person=li).wrapped))
    assert people.reveal(by=None, person=wang, field="id_number", reason="核对") == "110105198001010016"


# the fence in the database


def test_without_a_scope_the_application_sees_nothing_sealed(cast, wang, as_application):
    with as_application():
        assert not Sealed.objects.exists() and not DataKey.objects.exists()
        with vault.scope("*"):
            assert Sealed.objects.filter(person=wang).count() == 2
        assert not Sealed.objects.exists()


@pytest.mark.parametrize(("who", "seen"), [("city_clerk", 1), ("county_clerk", 1), ("neighbour", 0), ("stranger", 0), ("plain", 0)])
def test_the_fence_follows_the_grants(cast, wang, as_application, who, seen):
    person = cast.people[who]
    with as_application(), vault.scope(registry.scope_of(person, "people.see")):
        assert DataKey.objects.filter(person=wang).count() == seen


def test_a_stranger_is_told_that_there_is_nothing_and_the_house_may(cast, wang):
    house = queries.house()
    with connection.cursor() as cursor:  # not as_application: a reveal wants to be the outermost transaction
        cursor.execute("SET LOCAL ROLE unionhall_app")
    with pytest.raises(NotVisible):
        people.reveal(by=cast.stranger, person=wang, field="id_number", reason="好奇")
    with pytest.raises(NotVisible):
        people.reveal(by=cast.leader, person=wang, field="id_number", reason="看看")  # sees, may not reveal
    assert people.reveal(by=house, person=wang, field="id_number", reason="核对") == ID
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    assert [row.actor for row in trail.reads()] == [house.pk]


@pytest.mark.parametrize(
    "statement", ["UPDATE people_sealed SET masked = 'x'", "DELETE FROM people_sealed", "DELETE FROM people_datakey"]
)
def test_the_fence_holds_against_writing_too(cast, wang, as_application, statement):
    with as_application(), connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount == 0
    assert Sealed.objects.filter(person=wang, masked="x").count() == 0


@pytest.mark.parametrize("setting", ["0001", "|", "0|", "nonsense,|,", "*,", " * "])
def test_a_scope_that_says_nothing_shows_nothing(cast, wang, as_application, setting):
    with as_application(), vault.scope(setting):
        assert not Sealed.objects.exists()


def test_the_application_can_register_where_it_cannot_look(cast, as_application):
    with as_application():
        people.register(by=cast.county_clerk, name="赵六", home=cast.port, id_number=ID, phone="13800138000")
        assert not Sealed.objects.exists()


def test_a_scope_closes_again_after_an_exception_that_the_transaction_survives(cast, wang, as_application):
    with as_application():
        with pytest.raises(KeyError), vault.scope("*"):
            raise KeyError
        assert not Sealed.objects.exists()


def test_masks_are_seen_inside_the_scope_only(cast, wang, as_application):
    with as_application():
        assert queries.masked([wang], "id_number") == {}
        with vault.scope("*"):
            assert queries.masked([wang], "id_number") == {wang.pk: "110***********002X"}
            assert queries.sealed_fields_of(wang) == {"id_number": "110***********002X", "phone": "138****8000"}
