import pytest
from django.core.cache import cache

from unionhall.kernel.organizations import actions as organizations
from unionhall.kernel.programmes import actions, queries, registry
from unionhall.kernel.programmes.models import World
from unionhall.lib import clock
from unionhall.lib.refusal import Conflict, Refused


def root(name="重现市总工会"):
    return organizations.found(name=name, level="city", kind="federation", parent=None, by=None)


def test_everything_below_a_marked_root_is_invented(cast):
    above = root()
    actions.mark_world(kind="replay", name="S2", root=above)
    below = organizations.found(name="重现县总工会", level="county", kind="federation", parent=above, by=None)
    world = queries.world_of(below.path)
    assert world is not None
    assert (world.kind, world.name, world.root) == ("replay", "S2", above)
    assert queries.world_of(cast.factory.path) is None
    assert queries.world_of("") is None


def test_a_real_unit_is_never_marked(cast):
    with pytest.raises(Refused):
        actions.mark_world(kind="demo", name="demo", root=cast.county)
    with pytest.raises(Conflict):
        actions.mark_world(kind="demo", name="demo", root=cast.province)


def test_a_world_stands_once(db):
    actions.mark_world(kind="replay", name="S2", root=root())
    with pytest.raises(Conflict):
        actions.mark_world(kind="replay", name="S2", root=root("另一市总工会"))


@pytest.mark.parametrize(("kind", "words"), [("replay", "重现数据 S2"), ("demo", "演示数据")])
def test_every_page_of_an_invented_world_says_so(cast, kind, words):
    plain = cast.client("county_clerk").get("/").content.decode()
    assert words not in plain
    World.objects.create(kind=kind, name="S2", root=cast.province, org_path=cast.province.path, loaded_at=clock.now())
    cache.delete(queries.WORLDS)
    try:
        assert words in cast.client("county_clerk").get("/").content.decode()
        assert words in cast.client("county_clerk").get("/programmes/").content.decode()
    finally:
        cache.delete(queries.WORLDS)


def test_a_visitor_is_told_where_all_units_are_invented(cast, client):
    def told() -> bool:
        cache.delete(queries.WORLDS)
        try:
            return "演示数据" in client.get("/hall/").content.decode()
        finally:
            cache.delete(queries.WORLDS)

    assert not told()
    World.objects.create(kind="demo", name="demo", root=cast.province, org_path=cast.province.path, loaded_at=clock.now())
    assert told()
    root("真实市总工会")
    assert not told()


def test_only_rooms_of_the_architecture_register():
    with pytest.raises(ValueError, match="kitchen"):
        registry.register_room("kitchen")
    with pytest.raises(ValueError, match="kitchen"):
        registry.register_replay("S2", "kitchen", lambda stage: None)
