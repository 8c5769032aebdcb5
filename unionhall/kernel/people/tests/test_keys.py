"""prepare_keys: a new house gets keys, a house that lost them is told."""

import pytest

from unionhall.kernel.people import access
from unionhall.kernel.people import actions as people
from unionhall.lib.keyring import KeysMissing


def test_a_new_house_gets_keys_once(db, settings, tmp_path):
    settings.IDENTITY_KEYS = tmp_path / "keys"
    assert access.prepare_keys() is True
    made = sorted(path.read_text() for path in settings.IDENTITY_KEYS.iterdir())
    assert access.prepare_keys() is False
    assert sorted(path.read_text() for path in settings.IDENTITY_KEYS.iterdir()) == made


def test_a_house_with_people_never_gets_new_keys(cast, settings, tmp_path):
    people.register(by=None, name="王五", home=cast.factory, phone="13800138000")
    settings.IDENTITY_KEYS = tmp_path / "lost"
    with pytest.raises(KeysMissing, match="从密钥备份恢复"):
        access.prepare_keys()
    assert not settings.IDENTITY_KEYS.exists()


def test_a_key_added_while_the_house_works_is_seen(db, settings, tmp_path):
    settings.IDENTITY_KEYS = tmp_path / "keys"
    access.prepare_keys()
    assert access.keys().current == 1
    access.keyring.add_master(settings.IDENTITY_KEYS)
    assert access.keys().current == 2
