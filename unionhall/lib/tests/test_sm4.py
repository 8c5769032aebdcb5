"""Sealing: opens only whole, in its place, under its key."""

import random

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from unionhall.lib import sm4
from unionhall.lib.sm4 import Unreadable

KEY = bytes(range(16))
PLACE = b"people_sealed|id_number|7"


def test_the_cipher_is_sm4():
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")  # the example of GB/T 32907-2016, A.1
    encryptor = Cipher(algorithms.SM4(key), modes.ECB()).encryptor()
    assert (encryptor.update(key) + encryptor.finalize()).hex() == "681edf34d206965e86b3e94f536e4246"


def test_what_was_sealed_opens_again():
    sealed = sm4.seal(KEY, b"11010519491231002X", aad=PLACE, key_id=3)
    assert sm4.unseal(KEY, sealed, aad=PLACE) == b"11010519491231002X"
    assert sm4.key_id_of(sealed) == 3
    assert sealed[0] == sm4.VERSION and len(sealed) == 1 + 4 + 12 + 18 + 16


def test_the_same_value_never_looks_the_same():
    assert len({sm4.seal(KEY, b"same", aad=PLACE, key_id=1) for _time in range(1000)}) == 1000


def test_every_flipped_bit_is_noticed():
    sealed = sm4.seal(KEY, b"13800138000", aad=PLACE, key_id=1)
    for place in range(len(sealed)):
        for bit in range(8):
            wrong = bytearray(sealed)
            wrong[place] ^= 1 << bit
            with pytest.raises(Unreadable):
                sm4.unseal(KEY, bytes(wrong), aad=PLACE)


def test_another_place_another_key_and_a_shortened_value_are_noticed():
    sealed = sm4.seal(KEY, b"13800138000", aad=PLACE, key_id=1)
    for key, value, aad in [
        (KEY, sealed, b"people_sealed|phone|7"),
        (KEY[::-1], sealed, PLACE),
        (KEY, sealed[:-1], PLACE),
        (KEY, b"", PLACE),
    ]:
        with pytest.raises(Unreadable):
            sm4.unseal(key, value, aad=aad)


def test_sabotage_without_the_place_a_moved_value_would_open():
    """The control: sealed without its place, a value opens anywhere, so the place is what protects it."""
    sealed = sm4.seal(KEY, b"13800138000", aad=b"", key_id=1)
    assert sm4.unseal(KEY, sealed, aad=b"") == b"13800138000"
    with pytest.raises(Unreadable):
        sm4.unseal(KEY, sealed, aad=PLACE)


def test_blind_indexes_depend_on_key_kind_and_value():
    source = random.Random(4)
    blinder = sm4.Blinder(KEY)
    values = [str(source.random()) for _time in range(200)]
    assert len({blinder.blind(kind, value) for kind in ("phone", "id_number") for value in values}) == 400
    assert blinder.blind("phone", "1") == sm4.Blinder(KEY).blind("phone", "1") != sm4.Blinder(KEY[::-1]).blind("phone", "1")
    assert len(blinder.blind("phone", "1")) == 16
