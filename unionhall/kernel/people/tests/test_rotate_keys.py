"""rotate_keys: everything comes under the new master; nothing is lost, nothing stays behind."""

import pytest

from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import actions as people
from unionhall.kernel.people.models import DataKey, Sealed
from unionhall.kernel.people.rules import NewPerson, Rotated
from unionhall.lib import keyring
from unionhall.lib.sm4 import Unreadable


@pytest.fixture
def folder(db, settings, tmp_path):
    """Keys of this test's own, before anybody is registered."""
    settings.IDENTITY_KEYS = tmp_path / "keys"
    keyring.create(settings.IDENTITY_KEYS)
    return settings.IDENTITY_KEYS


@pytest.fixture
def many(folder, city):
    new = [NewPerson(name=f"王{n}", home=city, phone=f"100{n:08d}") for n in range(120)]
    return people.register_many(new, by=None).people


@pytest.fixture
def city(db):
    return Organization.objects.create(name="市总工会", level="city", kind="federation", path="0001", depth=1)


def opened(persons):
    return [people.reveal(by=None, person=person, field="phone", reason="核对") for person in persons]


def test_all_keys_come_under_the_new_master_and_the_old_one_can_go(folder, many):
    before = opened(many)
    assert keyring.add_master(folder) == 2
    assert opened(many[:3]) == before[:3]  # while it has not been done
    assert people.rotate_keys(by=None, batch=50) == Rotated(120, 0)
    assert set(DataKey.objects.values_list("master", "generation")) == {(2, 1)}
    keyring.drop_masters(folder, below=2)
    assert opened(many) == before == [f"100{n:08d}" for n in range(120)]
    assert people.rotate_keys(by=None) == Rotated(0, 0)


def test_sealing_anew_changes_every_key_and_every_value(folder, many):
    keys = set(map(bytes, DataKey.objects.values_list("wrapped", flat=True)))
    values = set(map(bytes, Sealed.objects.values_list("value", flat=True)))
    keyring.add_master(folder)
    assert people.rotate_keys(by=None, reseal=True, batch=50) == Rotated(120, 120)
    assert not keys & set(map(bytes, DataKey.objects.values_list("wrapped", flat=True)))
    assert not values & set(map(bytes, Sealed.objects.values_list("value", flat=True)))
    assert set(DataKey.objects.values_list("master", "generation")) == {(2, 2)}
    keyring.drop_masters(folder, below=2)
    assert opened(many) == [f"100{n:08d}" for n in range(120)]


def test_with_the_master_dropped_too_early_nothing_opens(folder, many):
    """The control: what is wrapped by a master that is gone is gone; so a key from an old backup is worth nothing."""
    keyring.add_master(folder)
    keyring.drop_masters(folder, below=2)
    with pytest.raises(Unreadable):
        opened(many[:1])
    with pytest.raises(Unreadable):
        people.rotate_keys(by=None)


def test_stopped_half_way_it_can_be_started_again(folder, many, monkeypatch):
    keyring.add_master(folder)
    wrap, calls = people.access.wrap, []

    def stopping(*args):
        calls.append(args)
        if len(calls) > 70:
            raise KeyboardInterrupt
        return wrap(*args)

    monkeypatch.setattr(people.access, "wrap", stopping)
    with pytest.raises(KeyboardInterrupt):
        people.rotate_keys(by=None, batch=50)
    assert DataKey.objects.filter(master=2).count() == 50
    assert opened(many)[99] == "10000000099"
    monkeypatch.setattr(people.access, "wrap", wrap)
    assert people.rotate_keys(by=None) == Rotated(70, 0)
    assert opened(many) == [f"100{n:08d}" for n in range(120)]
