from datetime import date, timedelta
from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction

from unionhall.kernel.audit import queries as audit
from unionhall.kernel.policies import actions
from unionhall.kernel.policies import queries as policies
from unionhall.kernel.policies.models import PolicyValue
from unionhall.lib import clock, dates
from unionhall.lib.refusal import Conflict, Denied, NotVisible, Refused

SINCE = date(2025, 1, 1)


def put(code, value, by, at, **options):
    options = {"since": SINCE, "source": "工发〔2025〕1号", **options}
    return actions.set_value(code, value, by=by, organization=at, **options)


def test_a_clerk_sets_a_value_for_the_own_region(days, cast):
    row = put(days, 7, cast.city_clerk, cast.city)
    assert (row.value, row.since, row.until, row.set_by, row.source) == (7, SINCE, None, cast.city_clerk, "工发〔2025〕1号")
    assert [each.verb for each in audit.trail("policies.policyvalue", str(row.pk))] == ["policies.set"]


@pytest.mark.parametrize(("who", "where", "refusal"), [("county_clerk", "county", Denied), ("stranger", "city", NotVisible)])
def test_who_may_not_sets_nothing(days, cast, who, where, refusal):
    with pytest.raises(refusal):
        put(days, 7, cast.people[who], cast.units[where])
    assert PolicyValue.objects.count() == 0


def test_only_the_top_sets_a_value_for_everybody(days, cast, house):
    with pytest.raises((Denied, NotVisible)):
        put(days, 7, cast.city_clerk, None)
    assert put(days, 7, house, None).organization is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"value": 0}, "value"),
        ({"value": "7"}, "value"),
        ({"source": " "}, "source"),
        ({"until": SINCE}, "until"),
        ({"level": "galaxy"}, "level"),
    ],
)
def test_a_wrong_value_is_refused_at_its_field(days, cast, change, field):
    value = change.pop("value", 7)
    with pytest.raises(Refused) as no:
        put(days, value, cast.city_clerk, cast.city, **change)
    assert no.value.field == field
    assert PolicyValue.objects.count() == 0


def test_a_later_version_ends_the_running_one(days, cast):
    first = put(days, 7, cast.city_clerk, cast.city)
    put(days, 6, cast.city_clerk, cast.city, since=date(2025, 7, 1))
    first.refresh_from_db()
    assert (first.value, first.until) == (7, date(2025, 7, 1))


def test_a_version_that_would_run_into_a_later_one_is_a_conflict(days, cast):
    put(days, 7, cast.city_clerk, cast.city, since=date(2025, 7, 1))
    with pytest.raises(Conflict) as no:
        put(days, 6, cast.city_clerk, cast.city)
    assert no.value.field == "since"
    assert put(days, 6, cast.city_clerk, cast.city, until=date(2025, 7, 1)).until == date(2025, 7, 1)


def test_a_version_with_an_end_gives_the_running_one_back(days, cast):
    put(days, 7, cast.city_clerk, cast.city)
    put(days, 6, cast.city_clerk, cast.city, since=date(2025, 3, 1), until=date(2025, 4, 1), source="试点通知")
    assert [(row.value, row.since, row.until, row.source) for row in PolicyValue.objects.order_by("since")] == [
        (7, SINCE, date(2025, 3, 1), "工发〔2025〕1号"),
        (6, date(2025, 3, 1), date(2025, 4, 1), "试点通知"),
        (7, date(2025, 4, 1), None, "工发〔2025〕1号"),
    ]
    with clock.fixed(clock.now() + timedelta(days=1)), pytest.raises(Conflict):
        put(days, 5, cast.city_clerk, cast.city, since=date(2025, 3, 1))


def versions():
    return [(row.value, row.since, row.until) for row in PolicyValue.objects.order_by("pk")]


def test_a_slip_of_the_pen_is_corrected_the_same_day_and_stays_for_what_was_decided_by_it(days, cast):
    today = dates.today()
    old = put(days, 7, cast.city_clerk, cast.city)
    wrong = put(days, 60, cast.city_clerk, cast.city, since=today, source="工发〔2026〕2号")
    decided_by = policies.value(days, at=cast.factory, on=today)
    assert (decided_by.whole, decided_by.version_id) == (60, wrong.pk)
    right = put(days, 6, cast.city_clerk, cast.city, since=today, source="工发〔2026〕2号")
    found = policies.value(days, at=cast.factory, on=today)
    assert (found.whole, found.version_id) == (6, right.pk)
    assert versions() == [(7, SINCE, today), (60, today, today), (6, today, None)]
    kept = PolicyValue.objects.get(pk=decided_by.version_id)
    assert (kept.value, kept.source, kept.set_by, kept.was_corrected) == (60, "工发〔2026〕2号", cast.city_clerk, True)
    assert policies.value(days, at=cast.city, on=today - timedelta(days=1)).version_id == old.pk
    row = audit.trail("policies.policyvalue", str(right.pk)).get()
    assert (row.verb, row.details["instead_of"]) == ("policies.set", wrong.pk)


def test_corrected_twice_and_with_an_end_the_one_before_holds_again(days, cast):
    today = dates.today()
    end = today + timedelta(days=30)
    put(days, 7, cast.city_clerk, cast.city)
    put(days, 60, cast.city_clerk, cast.city, since=today)
    put(days, 50, cast.city_clerk, cast.city, since=today, until=end)
    assert versions() == [(7, SINCE, today), (60, today, today), (50, today, end), (7, end, None)]
    put(days, 6, cast.city_clerk, cast.city, since=today)
    assert versions()[2:] == [(50, today, today), (7, end, None), (6, today, end)], "empty: until the next value"


def test_one_that_has_not_begun_may_be_set_anew_and_one_that_has_held_may_not(days, cast):
    today = dates.today()
    with clock.fixed(clock.now() - timedelta(days=2)):
        put(days, 7, cast.city_clerk, cast.city, since=today - timedelta(days=1))
        put(days, 8, cast.city_clerk, cast.city, since=today + timedelta(days=3))
    put(days, 9, cast.city_clerk, cast.city, since=today + timedelta(days=3))
    assert policies.value(days, at=cast.city, on=today + timedelta(days=3)).whole == 9
    before = versions()
    with pytest.raises(Conflict) as no:
        put(days, 6, cast.city_clerk, cast.city, since=today - timedelta(days=1))
    assert (no.value.field, versions()) == ("since", before)


def test_another_level_or_region_does_not_give_way(days, cast):
    today = dates.today()
    put(days, 7, cast.city_clerk, cast.city, since=today)
    put(days, 8, cast.city_clerk, cast.city, since=today, level="county")
    put(days, 9, cast.city_clerk, cast.county, since=today)
    assert [row.was_corrected for row in PolicyValue.objects.all()] == [False, False, False]


def test_a_value_can_end_and_the_region_above_holds_again(days, cast):
    row = put(days, 7, cast.city_clerk, cast.city)
    actions.end_value(row.pk, by=cast.city_clerk, until=date(2025, 5, 1), reason="废止")
    row.refresh_from_db()
    assert row.until == date(2025, 5, 1)
    with pytest.raises(Refused):
        actions.end_value(row.pk, by=cast.city_clerk, until=date(2025, 6, 1), reason="延长")


def clash(cast, **other):
    row = {"policy": "test.days", "organization": cast.city, "since": SINCE, "value": 1, "source": "x", "set_by": cast.city_clerk}
    PolicyValue.objects.create(**row)
    with transaction.atomic():
        PolicyValue.objects.create(**{**row, "since": date(2025, 2, 1), **other})


def test_the_database_refuses_overlapping_versions(cast):
    with pytest.raises(IntegrityError, match="policies_value_overlap"):
        clash(cast)


def test_the_database_refuses_overlapping_versions_for_the_whole_house(cast):
    clash(cast, organization=None)
    with pytest.raises(IntegrityError, match="policies_value_overlap"), transaction.atomic():
        clash(cast, organization=None, policy="test.other")
        PolicyValue.objects.create(policy="test.other", since=SINCE, value=1, source="x", set_by=cast.city_clerk)


@pytest.mark.parametrize("other", [{"policy": "test.dayz"}, {"level": "county"}, {"organization": None}])
def test_another_rule_level_or_region_is_no_overlap(cast, other):
    clash(cast, **other)
    assert PolicyValue.objects.count() == 2


def test_sabotage_without_the_constraint_overlaps_would_pass(cast):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE policies_policyvalue DROP CONSTRAINT policies_value_overlap")
    clash(cast)
    assert PolicyValue.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_sixteen_clerks_at_once_leave_one_unbroken_line_of_versions(days, cast):
    faults = []

    def set_one(number):
        try:
            put(days, number, cast.city_clerk, cast.city, since=date(2025, 1, number))
        except Conflict:
            pass  # somebody was there with a later day
        except Exception as no:  # noqa: BLE001 - whatever a thread raises is the finding
            faults.append(no)
        finally:
            connection.close()

    threads = [Thread(target=set_one, args=(number,)) for number in range(1, 17)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = list(PolicyValue.objects.order_by("since"))
    assert faults == []
    assert rows[-1].value == 16
    assert [row.until for row in rows] == [*[row.since for row in rows[1:]], None]


def mark():
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {policies.MARK}")
        return cursor.fetchone()[0]


def test_every_edit_of_a_value_or_of_the_calendar_leaves_another_mark(days, cast, house):
    """Whoever took a rule a moment ago sees by it whether the rule still stands; the database marks whatever writes."""
    marks = [mark()]
    row = put(days, 7, cast.city_clerk, cast.city)
    marks.append(mark())
    actions.end_value(row.pk, by=cast.city_clerk, until=dates.today() + timedelta(days=1), reason="到期")
    marks.append(mark())
    PolicyValue.objects.filter(pk=row.pk).update(source="改")
    marks.append(mark())
    PolicyValue.objects.filter(pk=row.pk).delete()
    marks.append(mark())
    actions.set_day(date(2025, 3, 3), by=house, working=False, note="停工日")
    marks.append(mark())
    assert mark() == marks[-1]
    assert len(set(marks)) == 6


def test_sabotage_without_the_trigger_an_edit_would_leave_no_mark(days, cast):
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER policies_value_stamped ON policies_policyvalue")
    before = mark()
    put(days, 7, cast.city_clerk, cast.city)
    assert mark() == before
