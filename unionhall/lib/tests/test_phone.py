"""Telephone numbers."""

import pytest

from unionhall.lib import phone
from unionhall.lib.phone import BadPhone


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13800138000", "13800138000"),
        ("+86 138-0013-8000", "13800138000"),
        ("0086 13800138000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("(028) 8555 1234", "02885551234"),
        ("85551234", "85551234"),
        ("4008001234", "4008001234"),
        ("10012345678", "10012345678"),
    ],
)
def test_it_is_read_as_people_type_it(typed, kept):
    assert phone.normalise(typed) == kept


@pytest.mark.parametrize("typed", ["", "1380013800", "138001380000", "12345678901", "abc", "138００1380x0", "٣٤٥٦٧٨٩"])
def test_nonsense_is_refused_and_not_repeated(typed):
    with pytest.raises(BadPhone, match="11位") as caught:
        phone.normalise(typed)
    assert not typed or typed not in str(caught.value)


def test_mobiles_are_known():
    assert phone.is_mobile("13800138000") and not phone.is_mobile("02885551234")
