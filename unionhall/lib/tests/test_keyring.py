"""The key files."""

import stat

import pytest

from unionhall.lib import keyring
from unionhall.lib.keyring import KeysMissing
from unionhall.lib.sm4 import Unreadable


def test_keys_are_made_once_and_nobody_else_may_read_them(tmp_path):
    folder = tmp_path / "keys"
    assert keyring.create(folder) is True
    before = {path.name: path.read_text() for path in folder.iterdir()}
    assert keyring.create(folder) is False
    assert {path.name: path.read_text() for path in folder.iterdir()} == before
    assert sorted(before) == ["blind.key", "master-0001.key"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_a_half_lost_folder_is_not_filled_up_again(tmp_path):
    keyring.create(tmp_path)
    (tmp_path / "blind.key").unlink()
    assert keyring.create(tmp_path) is False
    with pytest.raises(KeysMissing, match="UNIONHALL_KEYS"):
        keyring.load(tmp_path)


def test_a_new_master_stands_beside_the_old_until_that_is_dropped(tmp_path):
    keyring.create(tmp_path)
    first = keyring.load(tmp_path)
    assert keyring.add_master(tmp_path) == 2
    both = keyring.load(tmp_path)
    assert (both.current, both.master(1)) == (2, first.master(1))
    assert both.master(2) != both.master(1)
    assert keyring.drop_masters(tmp_path, below=2) == 1
    with pytest.raises(Unreadable):
        keyring.load(tmp_path).master(1)


@pytest.mark.parametrize("content", ["", "zz" * 16, "ab" * 15, "ab" * 17, "\xff"])
def test_a_damaged_file_is_named_and_its_content_is_not(tmp_path, content):
    keyring.create(tmp_path)
    (tmp_path / "master-0001.key").write_text(content, encoding="latin-1")
    with pytest.raises(KeysMissing, match="master-0001") as caught:
        keyring.load(tmp_path)
    assert not content or content not in str(caught.value)


def test_no_folder_is_said_plainly(tmp_path):
    with pytest.raises(KeysMissing, match="切勿另建新密钥"):
        keyring.load(tmp_path / "nowhere")


def test_keys_never_show_in_a_repr(tmp_path):
    keyring.create(tmp_path)
    ring = keyring.load(tmp_path)
    assert repr(ring) == "Keyring(current=1)"
