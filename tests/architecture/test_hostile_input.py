"""Whatever is typed into an address or a form: no page breaks, none shows its insides, none is left half done."""

import pytest

from unionhall.lib import rowid
from unionhall.shell import paging
from unionhall.testing import hostile, matrix

ROOMS = ("issues:", "office:", "portal:", "membership:", "campaigns:", "hardship:", "grants:", "funds:", "reports:")
QUERIES = 12  # of one page, session and account included
COSTLIER = {
    "office:figure": 18,  # cut by unit and by each dimension, with every record named
    "office:unit": 18,  # nine of its own, the others of the panels of three rooms
}


@pytest.mark.parametrize("room", ROOMS)
def test_no_page_breaks_on_its_address(world: matrix.World, room: str):
    assert [*hostile.try_queries(world, [room]), *hostile.try_paths(world, [room])] == []


@pytest.mark.long
@pytest.mark.parametrize("room", ROOMS)
def test_no_form_breaks_on_what_is_typed(world: matrix.World, room: str):
    assert list(hostile.try_forms(world, [room])) == []


@pytest.mark.long
@pytest.mark.parametrize("room", ROOMS)
def test_everybody_may_type_anything_anywhere(world: matrix.World, room: str):
    assert [*hostile.try_queries(world, [room], whole=True), *hostile.try_forms(world, [room], whole=True)] == []


def test_no_list_follows_a_column_that_it_does_not_offer(world: matrix.World):
    assert list(hostile.try_hidden(world)) == []


def test_no_page_asks_the_database_more_often_than_it_must(world: matrix.World):
    counted = hostile.queries_of(world)
    assert {name: number for name, number in counted.items() if number > COSTLIER.get(name, QUERIES)} == {}


def test_every_form_was_found(world: matrix.World):
    """The battery listens for fields; were it deaf, it would try nothing."""
    route, url, knocker = next(hostile.doors_of(world, "POST", ["office:unit-found"], whole=False))
    with hostile.listening() as heard:
        knocker.post(url, {"probe": "1"})
    usual, text = hostile.plausible(heard.filled)
    assert route.name == "office:unit-found"
    assert {"name", "short_name"} <= text
    assert {"level", "kind"} <= set(usual) - text


def test_it_goes_red_when_a_page_trusts_its_address(world: matrix.World, monkeypatch: pytest.MonkeyPatch):
    """The sabotage twin: a number of the address that goes into int() as it came."""
    monkeypatch.setattr(paging, "_number", lambda text, otherwise: int(text) if text else otherwise)
    broken = list(hostile.try_queries(world, ["office:units"]))
    assert {one.route for one in broken} >= {"office:units"}
    assert all("ValueError" in one.said for one in broken)


def test_it_goes_red_when_a_form_trusts_what_is_posted(world: matrix.World, monkeypatch: pytest.MonkeyPatch):
    """The same for a posted key."""
    monkeypatch.setattr(rowid, "read", lambda text: int(str(text)))
    assert next(hostile.try_forms(world, ["issues:desk-bulk-chase"]), None) is not None


def test_it_goes_red_when_a_list_sorts_by_anything(world: matrix.World, monkeypatch: pytest.MonkeyPatch):
    """A list that puts the parameter straight into its order is seen, whether the column is there or not."""
    matrix.routes()  # every desk is imported before: one that came later would keep the sabotaged function for good
    monkeypatch.setattr(paging, "order_of", lambda request, _allowed, default: [request.GET.get("sort", "pk"), "pk"])
    assert next(hostile.try_hidden(world, ["office:people"]), None) is not None
