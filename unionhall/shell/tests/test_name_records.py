"""How a page leads to a record of another room and what it calls it."""

import pytest

from unionhall.lib.text import Text
from unionhall.shell import search

NAME = Text("结对", "Pairing")


@pytest.fixture
def pages(monkeypatch):
    monkeypatch.setattr(search, "_pages", {})
    search.register_page("room.one", "shell:options")
    search.register_page("room.two", "shell:options", name=NAME)
    search.register_page("room.three", "shell:find", "extra")


def test_a_record_without_a_number_is_called_by_its_kind(pages):
    assert (search.name_of("room.two", 7), search.name_of("room.one", 7), search.name_of("room.none", 7)) == (
        "结对 7",
        "记录 7",
        "记录 7",
    )


def test_an_address_takes_what_stands_before_the_id(pages):
    assert search.address("room.one", "x").endswith("/options/x")
    assert (search.address("room.none", 1), search.address("room.three", 1)) == ("", "")  # no page; one that takes no such words


def test_a_kind_has_one_address(pages):
    search.register_page("room.two", "shell:options", name=NAME)
    with pytest.raises(ValueError, match="two addresses"):
        search.register_page("room.two", "shell:find", name=NAME)


def test_a_room_tells_what_a_record_is_about_in_one_question_a_kind(monkeypatch):
    monkeypatch.setattr(search, "_matters", {})
    asked = []

    def tell(person, ids):
        asked.append((person, sorted(ids)))
        return {id: search.Matter(f"about {id}") for id in ids if id != 3}

    search.register_matter("room.one", tell)
    records = [("room.one", 2), ("room.two", 2), ("room.one", 3), ("room.one", 1), ("room.one", 2)]
    assert search.matters("clerk", records) == {
        ("room.one", 1): search.Matter("about 1"),
        ("room.one", 2): search.Matter("about 2"),
    }
    assert asked == [("clerk", [1, 2, 3])]
    with pytest.raises(ValueError, match="told of twice"):
        search.register_matter("room.one", print)
