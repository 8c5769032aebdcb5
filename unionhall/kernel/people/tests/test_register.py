"""register and register_many: persons come in once, with their secrets sealed."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.audit import queries as trail
from unionhall.kernel.people import access, queries, rules
from unionhall.kernel.people import actions as people
from unionhall.kernel.people.actions import bulk
from unionhall.kernel.people.models import Contact, DataKey, Person, Sealed
from unionhall.kernel.people.rules import AlreadyRegistered, Contradiction, NewPerson
from unionhall.lib.refusal import Conflict, Refused

ID = "11010519491231002X"


def test_a_person_is_registered_with_everything_derived(cast):
    person = people.register(
        by=cast.county_clerk, name=" 单 小明 ", home=cast.factory, id_number="110105 19491231 002x", phone="138-0013-8000",
        sealed={"address": "四川省成都市武侯区天府大道1号", "bank_account": "6222021234567890"},
    )  # fmt: skip
    person.refresh_from_db()
    assert (person.name, person.name_pinyin, person.name_initials.split()[:2]) == ("单小明", "shanxiaoming", ["sxm", "dxm"])
    assert (person.sex, person.birth, person.id_last4, person.phone_last4) == ("female", date(1949, 12, 31), "002X", "8000")
    assert (person.home, person.org_path) == (cast.factory, cast.factory.path)
    assert dict(Sealed.objects.filter(person=person).values_list("field", "masked")) == {
        "id_number": "110***********002X",
        "phone": "138****8000",
        "address": "四川省成都市武侯区****",
        "bank_account": "**** 7890",
    }
    assert set(Contact.objects.filter(person=person).values_list("way", "field", "preferred")) == {
        ("phone", "phone", True),
        ("post", "address", False),
    }
    row = trail.trail("people.person", person.pk).get()
    assert (row.verb, row.actor, row.organization, row.details) == (
        "people.registered", cast.county_clerk.pk, cast.factory.pk, {},
    )  # fmt: skip


def test_what_is_sealed_opens_for_a_reason(cast):
    person = people.register(by=None, name="王五", home=cast.factory, id_number=ID, phone="13800138000")
    assert people.reveal(by=None, person=person, field="id_number", reason="核对") == ID
    assert people.reveal(by=None, person=person, field="phone", reason="核对") == "13800138000"


def test_a_known_number_is_refused_whatever_it_is_typed_like(cast):
    first = people.register(by=None, name="王五", home=cast.factory, id_number=ID)
    with pytest.raises(AlreadyRegistered, match="已登记") as caught:
        people.register(by=None, name="王伍", home=cast.mine, id_number=ID.lower())
    assert caught.value.person == first.pk
    assert ID not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "明" * 101}, "name"),
        ({"id_number": "110105194912310021"}, "id_number"),
        ({"phone": "12"}, "phone"),
        ({"sex": "other"}, "sex"),
        ({"id_number": ID, "sex": "male"}, "sex"),
        ({"id_number": ID, "birth": date(1949, 12, 30)}, "birth"),
    ],
)
def test_wrong_data_are_refused_with_their_field(cast, given, field):
    before = Person.objects.count()
    with pytest.raises(Refused) as caught:
        people.register(**{"by": None, "name": "王五", "home": cast.factory, **given})
    assert caught.value.field == field
    assert Person.objects.count() == before


def test_a_closed_unit_takes_nobody_up(cast):
    cast.factory.until = date(2020, 1, 1)
    with pytest.raises(Refused, match="撤销"):
        people.register(by=None, name="王五", home=cast.factory)


def test_an_unknown_sealed_field_is_a_mistake_of_ours(cast):
    with pytest.raises(LookupError, match="register_fields"):
        people.register(by=None, name="王五", home=cast.factory, sealed={"shoe_size": "42"})


def test_a_list_goes_in_at_once_and_wrong_rows_are_named(cast):
    before, keys, rows = Person.objects.count(), DataKey.objects.count(), trail.size()
    new = [NewPerson(name=f"王{n}", home=cast.factory, phone=f"1001234{n:04d}") for n in range(300)]
    new[7] = NewPerson(name="李四", home=cast.factory, id_number=ID)
    new[8] = NewPerson(name="李四", home=cast.factory, id_number=ID)
    new[9] = NewPerson(name="", home=cast.factory)
    with connection.execute_wrapper(Counter()) as _unused:
        outcome = people.register_many(new, by=cast.county_clerk)
    assert [index for index, _refusal in outcome.refused] == [8, 9]
    assert [outcome.people[index] for index in (8, 9)] == [None, None]
    assert [outcome.people[index].name for index in (0, 7, 299)] == ["王0", "李四", "王299"]
    assert Person.objects.count() - before == DataKey.objects.count() - keys == trail.size() - rows == 298
    assert audit.verify().ok
    assert people.reveal(by=None, person=outcome.people[299], field="phone", reason="核对") == "10012340299"


class Counter:
    """Fails when a list costs more statements than a handful."""

    def __init__(self):
        self.seen = 0

    def __call__(self, execute, sql, params, many, context):
        self.seen += 1
        assert self.seen <= 16, sql
        return execute(sql, params, many, context)


def test_an_empty_list_is_nothing(cast):
    assert people.register_many([], by=None) == people.Registered([], [])


def test_numbers_stay_out_of_every_repr(cast):
    new = NewPerson(name="王五", home=cast.factory, id_number=ID, phone="13800138000")
    person = people.register(by=None, name="王五", home=cast.factory, id_number=ID, phone="13800138000")
    probe = queries.Probe("王五", ID, "13800138000")
    assert (str(new), str(rules.check_new(new)), str(probe)) == ("<NewPerson>", "<Checked>", "<Probe>")
    for shown in (
        new,
        rules.check_new(new),
        probe,
        person,
        *Sealed.objects.all(),
        *DataKey.objects.all(),
        *Contact.objects.all(),
        queries.house(),
    ):
        assert ID not in repr(shown) and "13800138000" not in repr(shown) and "王五" not in repr(shown)


def test_a_contradiction_says_what_does_not_fit(cast):
    with pytest.raises(Contradiction, match="性别与证件号码不符"):
        people.register(by=None, name="王五", home=cast.factory, id_number=ID, sex="male")


def test_who_was_not_found_is_taken_up_by_one_statement(cast, django_assert_num_queries):
    ring = access.keys()
    blinds = ring.blinder.blind("id_number", "11010519491231002X"), ring.blinder.blind("phone", "13800138000")
    assert queries.bearers(*blinds)[:2] == (None, False)
    number = queries.bearers(*blinds)[2]
    new = NewPerson(name="王五", home=cast.factory, id_number="11010519491231002X", phone="13800138000")
    with audit.together(), django_assert_num_queries(1):
        made = bulk.take_up(new, number=number, by=None)
    same = people.register(by=None, name="王五", home=cast.factory, phone="13900139000")
    kept = Person.objects.get(pk=number)
    assert (made.pk, kept.home, kept.org_path, kept.sex, kept.id_last4) == (
        number,
        cast.factory,
        cast.factory.path,
        "female",
        "002X",
    )
    assert [kept.name_pinyin, kept.name_initials, kept.name_keys] == [same.name_pinyin, same.name_initials, same.name_keys]
    assert queries.bearers(*blinds) == (number, False, None)
    assert [(one.way, one.field, one.preferred) for one in kept.contacts.all()] == [("phone", "phone", True)]
    with access.fence(None, "people.correct"):
        assert [people.stored(kept, field, ring) for field in ("id_number", "phone")] == ["11010519491231002X", "13800138000"]
    with pytest.raises(Conflict), transaction.atomic():
        bulk.take_up(new, number=queries.bearers(b"0" * 16, None)[2], by=None)


STRANGER = "strange_people_person_id"  # holds the name of the one that is meant


def test_only_a_known_number_is_called_overtaken(cast, forbid):
    forbid("people_person", "sex <> 'female'", STRANGER)
    with pytest.raises(IntegrityError, match=STRANGER):
        people.register_many([NewPerson(name="李四", home=cast.factory, id_number=ID)], by=None)


def test_the_same_by_one_statement(cast, forbid):
    forbid("people_person", "sex <> 'female'", STRANGER)
    number = queries.bearers(b"0" * 16, None)[2]
    with pytest.raises(IntegrityError, match=STRANGER), transaction.atomic():
        bulk.take_up(NewPerson(name="李四", home=cast.factory, id_number=ID), number=number, by=None)
