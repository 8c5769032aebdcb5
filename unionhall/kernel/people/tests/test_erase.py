"""erase: the key goes, and with it everything readable; the trail and past counts stay."""

import pytest

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.audit import queries as trail
from unionhall.kernel.people import actions as people
from unionhall.kernel.people import queries, registry
from unionhall.kernel.people.models import Contact, DataKey, Person, Sealed
from unionhall.kernel.people.rules import Erased
from unionhall.lib.refusal import NotVisible, Refused
from unionhall.lib.text import Text

ID = "11010519491231002X"


@pytest.fixture
def wang(cast):
    return people.register(
        by=None, name="王五", home=cast.factory, id_number=ID, phone="13800138000", sealed={"address": "示范市城关区人民路1号"}
    )


def test_nothing_readable_remains_and_the_trail_holds(cast, wang):
    people.reveal(by=None, person=wang, field="phone", reason="核对")
    people.erase(by=cast.county_clerk, person=wang, reason="本人申请")
    for model in (Sealed, DataKey, Contact):
        assert not model.objects.filter(person=wang).exists()
    kept = Person.objects.get(pk=wang.pk)
    assert kept.erased_at is not None
    assert (kept.name, kept.name_pinyin, kept.name_initials, kept.name_keys, kept.sex, kept.birth) == ("", "", "", [], "", None)
    assert (kept.id_last4, kept.phone_last4, kept.id_blind, kept.phone_blind) == ("", "", None, None)
    assert (kept.home, str(kept)) == (cast.factory, "（已删除）")
    with pytest.raises(NotVisible):
        people.reveal(by=None, person=wang, field="id_number", reason="核对")
    assert audit.verify().ok
    assert [row.verb for row in trail.trail("people.person", wang.pk)] == ["people.registered", "audit.read", "people.erased"]


def test_a_kept_copy_of_the_values_is_worth_nothing_without_the_key(cast, wang):
    copies = list(Sealed.objects.filter(person=wang).values("field", "value", "masked", "sealed_at"))
    people.erase(by=None, person=wang, reason="本人申请")
    Sealed.objects.insert([(wang.pk, copy["field"], bytes(copy["value"]), "") for copy in copies])
    with pytest.raises(NotVisible):
        people.reveal(by=None, person=wang, field="id_number", reason="核对")


def test_the_same_human_can_be_registered_again_as_somebody_new(cast, wang):
    people.erase(by=None, person=wang, reason="本人申请")
    again = people.register(by=None, name="王五", home=cast.factory, id_number=ID)
    assert again.pk != wang.pk
    assert queries.find(ID, None).get() == again


def test_it_happens_once(cast, wang):
    people.erase(by=None, person=wang, reason="本人申请")
    with pytest.raises(Erased):
        people.erase(by=None, person=wang, reason="本人申请")


def test_a_legal_reason_to_keep_is_told(cast, wang, monkeypatch):
    monkeypatch.setattr(registry, "_holds", [lambda person: Text(zh="救助档案保存期未满", en="aid file")])
    with pytest.raises(Refused, match="救助档案保存期未满"):
        people.erase(by=None, person=wang, reason="本人申请")
    assert people.reveal(by=None, person=wang, field="id_number", reason="核对") == ID


def test_outside_the_scope_nobody_is_erased(cast, wang, as_application):
    with as_application(), pytest.raises(NotVisible):
        people.erase(by=cast.stranger, person=wang, reason="误操作")
    assert people.reveal(by=None, person=wang, field="id_number", reason="核对") == ID
