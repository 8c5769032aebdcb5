from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from unionhall.kernel.audit import queries as audit
from unionhall.kernel.organizations import actions as organizations
from unionhall.kernel.programmes import access, actions, queries
from unionhall.kernel.programmes.models import Edition, Programme
from unionhall.kernel.programmes.rules import editions
from unionhall.lib import clock
from unionhall.lib.refusal import Conflict, Denied, NotVisible
from unionhall.lib.scope import is_marked

NOVEMBER = datetime(2022, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture
def warmth(db):
    actions.load_catalogue()
    return queries.programme("warmth_sending")


@pytest.fixture
def opened(cast, warmth):
    return actions.open_edition(
        by=cast.county_clerk, programme=warmth, organization=cast.county, since=date(2022, 12, 15), until=date(2023, 2, 28)
    )


def test_an_edition_crosses_the_years_end_and_is_named_for_both(cast, warmth):
    with clock.fixed(NOVEMBER):
        edition = actions.open_edition(by=cast.county_clerk, programme=warmth, organization=cast.county)
    assert (edition.since, edition.until) == (date(2022, 12, 15), date(2023, 2, 28))
    assert edition.name.startswith("2022—2023年送温暖")
    assert (edition.state, edition.opened_at, edition.org_path) == ("open", NOVEMBER, cast.county.path)


def test_the_life_of_an_edition_is_recorded_step_by_step(cast, warmth):
    edition = actions.open_edition(by=cast.county_clerk, programme=warmth, organization=cast.county, planned=True)
    assert (edition.state, edition.opened_at) == ("planned", None)
    actions.start_edition(edition, by=cast.county_clerk)
    actions.close_edition(edition, by=cast.county_clerk, reason="总结完成")
    actions.reopen_edition(edition, by=cast.county_clerk, reason="补录走访")
    edition.refresh_from_db()
    assert (edition.state, edition.closed_at) == ("open", None)
    verbs = sorted(row.verb for row in audit.trail("programmes.edition", edition.pk))
    assert verbs == [
        "programmes.edition_closed",
        "programmes.edition_opened",
        "programmes.edition_planned",
        "programmes.edition_reopened",
    ]


@pytest.mark.parametrize(
    ("state", "act", "words"),
    [
        ("open", lambda e, by: actions.start_edition(e, by=by), "cannot start again"),
        ("open", lambda e, by: actions.reopen_edition(e, by=by, reason="x"), "not closed"),
        ("closed", lambda e, by: actions.close_edition(e, by=by), "closed already"),
        ("closed", lambda e, by: actions.reopen_edition(e, by=by, reason=" "), "Say why"),
        ("closed", lambda e, by: actions.set_target(e, by=by, indicator="a.b", value=1, unit="person"), "stay as they are"),
        ("closed", lambda e, by: actions.change_window(e, by=by, since=date(2023, 1, 1), until=date(2023, 1, 2)), "closed already"),
    ],
)
def test_an_act_out_of_order_is_refused_and_changes_nothing(cast, opened, state, act, words):
    if state == "closed":
        actions.close_edition(opened, by=cast.county_clerk)
    before = Edition.objects.filter(pk=opened.pk).values().get()
    with pytest.raises(editions.EditionRefused) as refused:
        act(opened, cast.county_clerk)
    assert words in refused.value.message.en
    assert Edition.objects.filter(pk=opened.pk).values().get() == before


def test_a_window_that_runs_backwards_names_its_field(cast, warmth):
    with pytest.raises(editions.EditionRefused) as refused:
        actions.open_edition(
            by=cast.county_clerk, programme=warmth, organization=cast.county, since=date(2023, 2, 1), until=date(2023, 1, 1)
        )
    assert refused.value.field == "until"
    assert Edition.objects.count() == 0


def test_one_name_once_for_a_unit(cast, opened, warmth):
    with pytest.raises(Conflict) as refused:
        actions.open_edition(
            by=cast.county_clerk,
            programme=warmth,
            organization=cast.county,
            name=opened.name,
            since=opened.since,
            until=opened.until,
        )
    assert refused.value.field == "name"


def test_the_database_refuses_what_got_past_the_rules(opened):
    with pytest.raises(IntegrityError, match="edition_window_forward"), transaction.atomic():
        Edition.objects.filter(pk=opened.pk).update(until=date(2020, 1, 1))
    with pytest.raises(IntegrityError, match="edition_closed_has_time"), transaction.atomic():
        Edition.objects.filter(pk=opened.pk).update(state="closed")


@pytest.mark.parametrize(
    ("who", "kind"), [("neighbour", NotVisible), ("stranger", NotVisible), ("leader", Denied), ("chair", Denied)]
)
def test_who_may_not_change_an_edition(cast, opened, who, kind):
    with pytest.raises(kind):
        actions.close_edition(opened, by=getattr(cast, who))
    assert Edition.objects.get(pk=opened.pk).state == "open"


def test_an_edition_is_seen_from_above_and_from_below_and_not_from_beside(cast, opened):
    seen = {
        who: access.visible_to(getattr(cast, who)).filter(pk=opened.pk).exists() for who in ("city_clerk", "county_clerk", "leader")
    }
    below = {who: access.visible_to(getattr(cast, who)).filter(pk=opened.pk).exists() for who in ("township_clerk", "chair")}
    beside = {
        who: access.visible_to(getattr(cast, who)).filter(pk=opened.pk).exists()
        for who in ("neighbour", "stranger", "disabled", "plain")
    }
    assert all(seen.values())
    assert all(below.values())
    assert beside == {"neighbour": False, "stranger": False, "disabled": False, "plain": False} or beside["disabled"]
    assert is_marked(access.visible_to(cast.county_clerk))
    assert not is_marked(Edition.objects.all())


def test_open_editions_of_a_room(cast, opened):
    issues = actions.open_edition(by=cast.county_clerk, programme=queries.programme("graded_dispatch"), organization=cast.county)
    assert list(queries.open_editions(cast.county_clerk, room="issues")) == [issues]
    assert set(queries.open_editions(cast.county_clerk)) == {opened, issues}
    actions.close_edition(issues, by=cast.county_clerk)
    assert list(queries.open_editions(cast.county_clerk, room="issues")) == []


def test_the_nearest_units_edition_runs(cast, opened, warmth):
    above = actions.open_edition(
        by=cast.city_clerk, programme=warmth, organization=cast.city, since=date(2022, 12, 1), until=date(2023, 2, 28)
    )
    assert queries.running_edition(warmth, cast.factory, on=date(2023, 1, 10)) == opened
    assert queries.running_edition(warmth, cast.factory, on=date(2022, 12, 5)) == above
    assert queries.running_edition(warmth, cast.mine, on=date(2023, 1, 10)) == above
    assert queries.running_edition(warmth, cast.port, on=date(2023, 1, 10)) is None


def test_targets_come_with_the_programme_and_are_changed_by_act(cast, db):
    actions.load_catalogue()
    programme = queries.programme("poverty_exit_target")
    edition = actions.open_edition(by=cast.county_clerk, programme=programme, organization=cast.county)
    assert [(t.indicator, t.comparison, t.value, t.unit) for t in queries.targets(edition)] == [
        ("hardship.exit_rate", "at_least", Decimal("30.00"), "percent")
    ]
    actions.set_target(edition, by=cast.county_clerk, indicator="hardship.exit_rate", value=Decimal("45.5"), unit="percent")
    target = queries.target(edition, "hardship.exit_rate")
    assert target is not None
    assert (target.value, target.at_least) == (Decimal("45.50"), True)
    assert [queries.reached(target, value) for value in (Decimal("45.4"), Decimal("45.5"), None)] == [False, True, False]
    actions.drop_target(edition, by=cast.county_clerk, indicator="hardship.exit_rate")
    assert queries.targets(edition) == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"value": 101, "unit": "percent"}, "value"),
        ({"value": -1, "unit": "person"}, "value"),
        ({"value": 1, "unit": "person", "comparison": "about"}, "comparison"),
    ],
)
def test_a_target_that_cannot_be_is_refused(cast, opened, given, field):
    with pytest.raises(editions.EditionRefused) as refused:
        actions.set_target(opened, by=cast.county_clerk, indicator="campaigns.households", **given)
    assert refused.value.field == field
    assert queries.targets(opened) == []


@pytest.mark.parametrize(
    ("comparison", "value", "answer"),
    [
        ("at_least", 5, True),
        ("at_least", 4, False),
        ("at_most", 5, True),
        ("at_most", 6, False),
        ("exactly", 5, True),
        ("exactly", 6, False),
    ],
)
def test_when_a_target_is_reached(comparison, value, answer):
    assert editions.reached(comparison, Decimal(5), Decimal(value)) is answer


@pytest.mark.parametrize(
    ("cadence", "season", "today", "window"),
    [
        ("yearly", ("12-15", "02-28"), date(2023, 1, 3), (date(2022, 12, 15), date(2023, 2, 28))),
        ("yearly", ("12-15", "02-28"), date(2023, 3, 1), (date(2023, 12, 15), date(2024, 2, 28))),
        ("yearly", ("06-21", "08-31"), date(2023, 8, 31), (date(2023, 6, 21), date(2023, 8, 31))),
        ("yearly", ("01-15", "02-29"), date(2023, 2, 28), (date(2023, 1, 15), date(2023, 2, 28))),
        ("quarterly", None, date(2023, 12, 31), (date(2023, 10, 1), date(2023, 12, 31))),
        ("half_yearly", None, date(2023, 6, 30), (date(2023, 1, 1), date(2023, 6, 30))),
        ("monthly", None, date(2024, 2, 10), (date(2024, 2, 1), date(2024, 2, 29))),
        ("weekly", None, date(2023, 1, 1), (date(2022, 12, 26), date(2023, 1, 1))),
        ("term", None, date(2023, 5, 1), (date(2023, 1, 1), date(2027, 12, 31))),
        ("standing", None, date(2023, 5, 1), (date(2023, 1, 1), date(2023, 12, 31))),
    ],
)
def test_the_suggested_window(cadence, season, today, window):
    assert editions.suggest_window(cadence, season, today) == window


def test_editions_follow_their_unit_when_it_moves(cast, opened):
    moved = organizations.move(cast.county, to=cast.other_city, by=None, reason="区划调整")
    opened.refresh_from_db()
    assert opened.org_path == moved.path
    assert Programme.objects.filter(owner=None).exclude(org_path="").count() == 0
