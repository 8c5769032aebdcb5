"""A filled table goes up the tree: it lies with one unit above after the other, until its owner accepts it for good."""

import pytest

from unionhall.kernel.access import actions as granting
from unionhall.kernel.access.models import Grant, Role
from unionhall.kernel.audit import queries as audit
from unionhall.kernel.notices.models import Notice
from unionhall.kernel.organizations import actions as organizations
from unionhall.lib import dates
from unionhall.lib.refusal import Conflict, Denied, NotVisible, Refused
from unionhall.work.reports import access
from unionhall.work.reports.actions import tables
from unionhall.work.reports.models import Filing
from unionhall.work.reports.queries import tables as queries
from unionhall.work.reports.rules.route import Above, next_above
from unionhall.work.reports.tests.test_fill_tables import FOUND, workbook


@pytest.fixture
def sent(cast):
    """A county's monthly table for the province, where the chair of the factory now is the clerk; handed in."""
    granting.grant(cast.chair, role=Role.objects.get(code="city_clerk"), at=cast.province, by=None)
    given = {"organization": cast.province, "name": "月报", "cadence": "month", "level": "county", "days": 365}
    table = tables.add_table(workbook=workbook((FOUND,)), by=cast.chair, **given)
    tables.open_period(table_id=table.pk, by=cast.chair)
    filing = Filing.objects.get(table=table, organization=cast.county)
    return tables.submit(filing_id=filing.pk, by=cast.county_clerk)


def accept(filing, by, **options):
    return tables.decide(filing_id=filing.pk, accept=True, by=by, **options)


def told(kind):
    rows = Notice.objects.filter(kind=kind).order_by("pk")
    return list(rows.values_list("organization__short_name", "person__name"))


def trail(filing):
    rows = audit.trail("reports.filing", filing.pk)
    return [(row.verb, row.details.get("unit"), row.details.get("lies_with")) for row in rows]


@pytest.mark.django_db
def test_from_the_county_by_the_city_to_the_province(cast, sent):
    assert (sent.state, sent.lies_with, sent.lies_since is not None) == ("submitted", cast.city, True)
    assert told("reports.waiting") == [("市总", "周文静")]
    passed = accept(sent, cast.city_clerk)
    assert (passed.state, passed.lies_with, passed.decided_by) == ("submitted", cast.province, cast.city_clerk)
    assert told("reports.waiting") == [("市总", "周文静"), ("省总", "王建国")]
    done = accept(sent, cast.chair)
    assert (done.state, done.lies_with, done.lies_since) == ("accepted", None, None)
    city, province = cast.city.pk, cast.province.pk
    assert trail(sent) == [
        ("reports.filing_submitted", None, city),
        ("reports.filing_passed", city, province),
        ("reports.filing_accepted", province, None),
    ]
    with pytest.raises(Conflict, match="没有待审"):
        accept(sent, cast.chair)


@pytest.mark.django_db
def test_returned_from_the_middle_or_the_top_the_way_begins_anew(cast, sent):
    table = sent.table
    assert cast.county.pk not in queries.missing(table).values_list("organization", flat=True)
    with pytest.raises(Refused, match="原因"):
        tables.decide(filing_id=sent.pk, accept=False, by=cast.city_clerk)
    back = tables.decide(filing_id=sent.pk, accept=False, reason="请核对", by=cast.city_clerk)
    assert (back.state, back.reason, back.lies_with) == ("returned", "请核对", None)
    assert told("reports.returned") == [("城关区总", "李建华"), ("城关区总", "沈停")]
    assert cast.county.pk in queries.missing(table).values_list("organization", flat=True)
    assert tables.submit(filing_id=sent.pk, by=cast.county_clerk).lies_with == cast.city
    accept(sent, cast.city_clerk)
    assert tables.decide(filing_id=sent.pk, accept=False, reason="再核", by=cast.chair).state == "returned"
    assert tables.submit(filing_id=sent.pk, by=cast.county_clerk).lies_with == cast.city
    assert [verb for verb, *_units in trail(sent)].count("reports.filing_returned") == 2


@pytest.mark.django_db
def test_from_the_grassroots_by_every_level_with_the_roles_that_are_shipped(cast):
    table = tables.add_table(
        organization=cast.city, name="基层月报", cadence="month", level="grassroots", days=365, workbook=workbook((FOUND,)),
        by=cast.city_clerk,
    )  # fmt: skip
    tables.open_period(table_id=table.pk, by=cast.city_clerk)
    filing = Filing.objects.get(organization=cast.factory)
    assert "王建国" in [person for _unit, person in told("reports.asked")]
    way = [tables.submit(filing_id=filing.pk, by=cast.chair).lies_with]
    way += [accept(filing, by).lies_with for by in (cast.township_clerk, cast.county_clerk, cast.city_clerk)]
    assert way == [cast.township, cast.county, cast.city, None]


@pytest.mark.django_db
def test_only_the_unit_with_which_it_lies_decides(cast, sent):
    for who, refusal in ((cast.stranger, NotVisible), (cast.county_clerk, NotVisible), (cast.leader, Denied), (cast.chair, Denied)):
        for accepted in (True, False):
            with pytest.raises(refusal):
                tables.decide(filing_id=sent.pk, accept=accepted, reason="不同意", by=who)
    accept(sent, cast.city_clerk)
    with pytest.raises(NotVisible):
        accept(sent, cast.city_clerk)  # it is the province's turn
    assert Filing.objects.get(pk=sent.pk).lies_with == cast.province


@pytest.mark.django_db
def test_sabotage_without_the_question_the_wrong_level_gets_through(cast, sent, monkeypatch):
    monkeypatch.setattr(queries, "decides", lambda by, filing: True)
    assert accept(sent, cast.chair).lies_with == cast.province  # the test above would be red


@pytest.mark.django_db
def test_units_where_nobody_deals_with_tables_are_passed_over(cast, sent):
    Grant.objects.filter(organization=cast.city, role__code="city_clerk").update(until=dates.today())
    with pytest.raises(NotVisible):
        accept(sent, cast.city_clerk)
    assert accept(sent, cast.chair).state == "accepted"  # the owner, in the stead of the city in which nobody is left
    other = tables.submit(filing_id=Filing.objects.get(organization=cast.neighbour_county).pk, by=cast.neighbour)
    assert other.lies_with == cast.province


@pytest.mark.django_db
def test_the_owner_decides_where_the_filer_has_moved_away(cast, sent):
    organizations.move(cast.county, to=cast.other_city, by=cast.chair, reason="区划调整")
    assert accept(sent, cast.chair).state == "accepted"


@pytest.mark.django_db
def test_the_way_on_screen(cast, sent):
    address, place = f"/reports/tables/filings/{sent.pk}/", f"在{cast.city.name}，自{dates.today()}起"
    city, province, county = (cast.client(who) for who in ("city_clerk", "chair", "county_clerk"))
    assert place in county.get(address).content.decode()
    page = city.get(address).content.decode()
    assert place in page and f"通过后转报{cast.province.name}" in page and f"{address}accept/" in page
    assert f"{address}accept/" not in province.get(address).content.decode()
    assert address in city.get("/reports/tables/?state=ours").content.decode()
    assert address not in province.get("/reports/tables/?state=ours").content.decode()
    assert province.post(f"{address}accept/").status_code == 403
    seen = {"version": sent.version}
    assert city.post(f"{address}accept/", seen).status_code == 303
    assert city.post(f"{address}accept/", seen).status_code == 409  # clicked twice, it goes up one level only
    assert address in province.get("/reports/tables/?state=ours").content.decode()
    assert "通过后转报" not in province.get(address).content.decode()


@pytest.mark.django_db
def test_what_lies_with_us_stands_first(cast, sent):
    assert next(one.organization.label for one in queries.desk(cast.city_clerk)) == cast.county.label
    late = tables.submit(filing_id=Filing.objects.get(organization=cast.neighbour_county).pk, by=cast.neighbour)
    accept(sent, cast.city_clerk)
    assert next(iter(queries.desk(cast.city_clerk))).pk == late.pk
    assert next(iter(queries.desk(cast.chair))).pk == sent.pk
    assert set(access.own_units(cast.chair)) == {cast.factory.pk, cast.province.pk}
    assert access.own_units(cast.leader) == []
    assert [one.organization.label for one in queries.desk(cast.leader)] == ["城关区总", "东山县总"]


@pytest.mark.parametrize(
    ("above", "owner", "next_one"),
    [
        (((1, "federation", True), (2, "federation", True)), 1, 2),
        (((1, "federation", True), (2, "federation", False)), 1, 1),
        (((1, "federation", True), (2, "industry", True), (3, "department", True), (4, "branch", True)), 1, 2),
        (((1, "federation", True), (2, "federation", True)), 2, 2),
        (((1, "federation", True), (2, "department", False)), 2, 2),
        (((1, "federation", True), (2, "federation", True), (3, "group", True)), 2, 2),
        (((1, "federation", True),), 9, 9),
        ((), 9, 9),
    ],
)
def test_the_next_unit_above(above, owner, next_one):
    assert next_above([Above(*unit) for unit in above], owner) == next_one


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_does(cast, sent, at_once):
    acts = (
        lambda: accept(sent, cast.city_clerk, version=sent.version),
        lambda: tables.decide(filing_id=sent.pk, accept=False, reason="请核对", by=cast.city_clerk, version=sent.version),
    )
    results = at_once(4, lambda number: acts[number % 2]())
    assert sorted(type(one).__name__ for one in results) == ["Conflict", "Conflict", "Conflict", "Filing"]
    now = Filing.objects.get(pk=sent.pk)
    assert (now.version, now.lies_with) in {(sent.version + 1, cast.province), (sent.version + 1, None)}
    assert len(trail(sent)) == 2


@pytest.mark.django_db(transaction=True)
def test_sabotage_without_the_lock_several_decide(cast, sent, monkeypatch, at_once):
    seen = [access.one(access.filings_for(cast.city_clerk), sent.pk) for _number in range(4)]
    monkeypatch.setattr(access, "one_for_change", lambda visible, by, id, *, to: seen.pop())
    results = at_once(4, lambda number: accept(sent, cast.city_clerk, version=sent.version))
    assert sum(isinstance(one, Filing) for one in results) > 1  # the test above would be red
