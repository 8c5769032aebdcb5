"""Moving, merging and closing units: the tree stays whole and the past stays where it was."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from unionhall.kernel.audit import queries as audit
from unionhall.kernel.organizations import actions, queries, registry
from unionhall.kernel.organizations.models import Employer, Organization, PathSpan
from unionhall.lib import clock
from unionhall.lib.refusal import Conflict, Refused

Tree = dict[str, Organization]
MAY = datetime(2026, 5, 4, 3, tzinfo=UTC)


def fresh(unit: Organization) -> Organization:
    return Organization.objects.get(pk=unit.pk)


def names(found) -> list[str]:
    return [unit.name for unit in found]


def test_a_move_takes_everything_below_along(tree: Tree):
    actions.move(tree["township"], to=tree["east"], by=None, reason="区划调整")
    assert names(queries.subtree(fresh(tree["east"]))) == ["东山县总工会", "红旗街道总工会", "红旗机械厂工会"]
    assert names(queries.subtree(fresh(tree["county"]))) == ["城关区总工会"]
    assert fresh(tree["factory"]).path == fresh(tree["township"]).path + "0001"
    assert queries.inconsistencies() == []


def test_a_path_that_does_not_follow_its_parent_is_found(tree: Tree):
    """The control experiment of every `inconsistencies() == []` here."""
    Organization.objects.filter(pk=tree["factory"].pk).update(path="ZZZZ")
    assert queries.inconsistencies() == [(tree["factory"].pk, "parent"), (tree["factory"].pk, "span")]


def test_the_past_stays_where_it_was(tree: Tree):
    with clock.fixed(MAY):
        actions.move(tree["township"], to=tree["east"], by=None, reason="区划调整")
    east, factory = fresh(tree["east"]), fresh(tree["factory"])
    on = date(2026, 5, 4)
    assert queries.path_on(factory, on) == tree["factory"].path
    assert queries.path_on(factory, on + timedelta(days=1)) == factory.path
    assert queries.path_on(factory, date(1990, 1, 1)) == tree["factory"].path
    low, high = queries.path_range(east.path)
    assert low <= factory.path < high


def test_subtree_on_a_day(founded: Callable[..., Organization]):
    old = date(2020, 1, 1)
    city = founded("示范市总工会", "city", since=old)
    one, two = founded("甲县总工会", "county", city, since=old), founded("乙县总工会", "county", city, since=old)
    town = founded("河口镇总工会", "township", one, since=old)
    with clock.fixed(MAY):
        actions.move(town, to=two, by=None, reason="区划调整")
    assert names(queries.subtree_on(fresh(one), date(2026, 5, 4))) == ["甲县总工会", "河口镇总工会"]
    assert names(queries.subtree_on(fresh(one), date(2026, 5, 5))) == ["甲县总工会"]
    assert names(queries.subtree_on(fresh(two), date(2026, 5, 5))) == ["乙县总工会", "河口镇总工会"]
    assert names(queries.subtree_on(fresh(city), date(2019, 12, 31))) == []


def test_spans_tell_every_stretch_of_time(tree: Tree):
    with clock.fixed(MAY):
        actions.move(tree["township"], to=tree["east"], by=None, reason="一")
    with clock.fixed(MAY + timedelta(days=31)):
        actions.move(tree["township"], to=tree["county"], by=None, reason="二")
    township = fresh(tree["township"])
    spans = queries.spans(township)
    assert [(span.since, span.until) for span in spans] == [
        (None, date(2026, 5, 5)), (date(2026, 5, 5), date(2026, 6, 5)), (date(2026, 6, 5), None),
    ]  # fmt: skip
    assert len({span.low for span in spans}) == 3, "a path is never used twice"
    assert queries.spans(township, date(2026, 5, 6), date(2026, 5, 7)) == [spans[1]]
    assert queries.spans(township, date(2026, 6, 5)) == [spans[2]]
    assert queries.inconsistencies() == []


def test_two_moves_on_one_day_leave_one_new_span(tree: Tree):
    with clock.fixed(MAY):
        actions.move(tree["township"], to=tree["east"], by=None, reason="错")
        actions.move(tree["township"], to=tree["county"], by=None, reason="改回")
    assert PathSpan.objects.filter(organization=tree["factory"]).count() == 2
    assert queries.inconsistencies() == []


def test_moves_come_in_the_order_of_days(tree: Tree):
    with clock.fixed(MAY):
        actions.move(tree["township"], to=tree["east"], by=None, reason="一")
    with clock.fixed(MAY - timedelta(days=3)), pytest.raises(Refused):
        actions.move(tree["township"], to=tree["county"], by=None, reason="二")
    assert queries.inconsistencies() == []


def test_copied_paths_follow(tree: Tree):
    employer = actions.add_employer(name="红旗机械厂", organization=tree["factory"], by=None)
    stranger = actions.add_employer(name="邻近商贸", organization=tree["other"], by=None)
    actions.move(tree["county"], to=tree["other"], by=None, reason="划转")
    assert Employer.objects.get(pk=employer.pk).org_path == fresh(tree["factory"]).path
    assert Employer.objects.get(pk=stranger.pk).org_path == tree["other"].path
    assert registry.PathColumn("organizations.Employer", "org_path", "") in registry.path_columns()


def test_stale_copies_are_mended(tree: Tree):
    employer = actions.add_employer(name="红旗机械厂", organization=tree["factory"], by=None)
    Employer.objects.filter(pk=employer.pk).update(org_path="ZZZZ")
    assert actions.mend_paths(by=None) == 1
    assert actions.mend_paths(by=None) == 0
    assert Employer.objects.get(pk=employer.pk).org_path == tree["factory"].path


@pytest.mark.parametrize(
    ("unit", "to"), [("county", "county"), ("county", "township"), ("county", "city"), ("city", "county"), ("county", "factory")]
)
def test_a_move_that_makes_no_tree_is_refused(tree: Tree, unit: str, to: str):
    with pytest.raises(Refused):
        actions.move(tree[unit], to=tree[to], by=None, reason="")
    assert fresh(tree[unit]).path == tree[unit].path


def test_a_merge_hands_over_and_keeps_the_past(tree: Tree):
    heard = []
    registry.register_heir(lambda *, old, new, by: heard.append((old.pk, new.pk)))
    try:
        employer = actions.add_employer(name="城关商场", organization=tree["county"], by=None)
        actions.merge(tree["county"], into=tree["east"], by=None, reason="撤区并县")
    finally:
        registry._heirs.pop()
    county = fresh(tree["county"])
    assert (county.successor_id, county.is_open, county.path) == (tree["east"].pk, False, tree["county"].path)
    assert names(queries.subtree(fresh(tree["east"]))) == ["东山县总工会", "红旗街道总工会", "红旗机械厂工会"]
    assert Employer.objects.get(pk=employer.pk).organization_id == tree["east"].pk
    assert heard == [(tree["county"].pk, tree["east"].pk)]
    assert queries.inconsistencies() == []
    with pytest.raises(Conflict):
        actions.move(tree["factory"], to=tree["county"], by=None, reason="")


def test_only_a_leaf_closes(tree: Tree):
    with pytest.raises(Refused):
        actions.close(tree["township"], by=None, reason="")
    actions.close(tree["factory"], by=None, reason="企业注销")
    actions.close(tree["township"], by=None, reason="撤销街道")
    assert names(queries.children(tree["county"])) == []
    assert names(queries.children(tree["county"], closed=True)) == ["红旗街道总工会"]


def test_each_change_is_recorded_once(tree: Tree):
    actions.move(tree["township"], to=tree["east"], by=None, reason="区划调整")
    verbs = [row.verb for row in audit.trail("organizations.organization", tree["township"].pk)]
    assert verbs == ["organizations.founded", "organizations.moved"]


def test_the_tree_has_one_lock(tree: Tree):
    actions.lock_tree()
    with connection.cursor() as cursor:
        mine = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND objid = %s"
        cursor.execute(mine, [actions.LOCK & 0xFFFFFFFF])
        assert cursor.fetchone() == (1,)
