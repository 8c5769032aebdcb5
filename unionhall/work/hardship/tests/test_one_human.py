"""One's own case is a human's, not a file's: whoever is on file twice does not handle the household of the other file."""

import pytest
from django.db import connection

from unionhall.kernel.access import queries as rights
from unionhall.kernel.exchange.registry import Unfit
from unionhall.kernel.flows import queries as flows
from unionhall.kernel.flows.actions import signatures
from unionhall.kernel.flows.queries import signatures as seen
from unionhall.kernel.people import actions as people
from unionhall.kernel.people import queries
from unionhall.kernel.people.models import Person
from unionhall.lib import dates
from unionhall.lib.refusal import Refused
from unionhall.testing import cast as standing
from unionhall.work.hardship.actions import imports, pairing, procedure, register, temporary
from unionhall.work.hardship.models.files import Household, Member
from unionhall.work.hardship.models.rounds import Pairing
from unionhall.work.hardship.models.temporary import Temporary
from unionhall.work.hardship.tests.test_imports import row
from unionhall.work.hardship.tests.test_not_own import OWN, SHEET

pytestmark = pytest.mark.django_db
HOWS = ("merged", "number", "phone and name", "phone, no number")


def place(cast, key):
    """Where somebody stands in the cast: the number that makes their phone and document number."""
    return [one for one, *_rest in standing.PEOPLE].index(key) + 1


def other_file(cast, key, how):
    """A second file of somebody of the cast: merged, of one number, of one phone and name, or of one phone and no number."""
    phone, name = f"100{place(cast, key):08d}", cast.people[key].name
    if how == "phone and name":
        return people.register(by=None, name=name, home=cast.township, id_number=standing.id_number(960), phone=phone)
    if how == "phone, no number":
        return people.register(by=None, name="李健华", home=cast.township, phone=phone)
    found = people.register(by=None, name="李健华", home=cast.township, id_number=standing.id_number(961))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if how == "merged":
            cursor.execute("UPDATE people_person SET merged_into_id = %s WHERE id = %s", [cast.people[key].pk, found.pk])
        else:  # a house that lost the index which keeps a number once
            cursor.execute("ALTER TABLE people_person DROP CONSTRAINT IF EXISTS people_person_id")
            cursor.execute("DROP INDEX IF EXISTS people_person_id")
            cursor.execute(
                "UPDATE people_person SET id_blind = (SELECT id_blind FROM people_person WHERE id = %s) WHERE id = %s",
                [cast.people[key].pk, found.pk],
            )
    return Person.objects.get(pk=found.pk)


def refused(act, **given):
    with pytest.raises(Refused) as no:
        act(**given)
    return no.value.code, str(no.value)


@pytest.mark.parametrize("how", HOWS)
def test_nobody_handles_the_file_of_their_own_other_file(desk, cast, how):
    twin = other_file(cast, "county_clerk", how)
    assert rights.own_files(cast.county_clerk) == {cast.county_clerk.pk, twin.pk}
    file = desk.applied(head=twin)
    assert refused(procedure.go_on, household_id=file.pk, by=cast.county_clerk) == ("own_case", OWN)
    assert Household.objects.get(pk=file.pk).state == "applied"
    assert desk.on(file, by=cast.city_clerk).state == "approving"


@pytest.mark.parametrize("how", HOWS)
def test_nor_takes_it_up_nor_keeps_a_record_of_it_nor_finds_it_in_a_set(desk, cast, how):
    twin = other_file(cast, "county_clerk", how)
    new = desk.new(members=[{"person": twin, "relation": "spouse"}])
    assert refused(register.register, organization=cast.county, new=new, by=cast.county_clerk) == ("own_case", OWN)
    kept = {"organization": cast.county, "person": twin, "cause": "illness", "words": "急病", "by": cast.county_clerk}
    assert refused(temporary.keep, **kept) == ("own_case", OWN)
    assert not Household.objects.exists()
    assert not Temporary.objects.exists()
    file = desk.filed()
    Member.objects.create(household=file, person=twin, relation="spouse", since=dates.today())
    with pytest.raises(Refused, match=f"档案 {file.reference}：{OWN}"):
        pairing.pair_many([(file, cast.township_clerk)], by=cast.county_clerk)
    assert not Pairing.objects.exists()


def test_a_sheet_names_the_line_of_the_other_file(desk, cast):
    other_file(cast, "county_clerk", "merged")
    rows = [row(2, id_number=standing.id_number(961), name="李健华"), row(3)]
    found = imports.check(rows, at=cast.township, by=cast.county_clerk, options={})
    assert [one.row for one in found if str(one.message) == OWN] == [2]
    with pytest.raises(Unfit, match=OWN):
        imports.write(rows, at=cast.township, by=cast.county_clerk, options={}, source=SHEET)
    assert not Household.objects.exists()


@pytest.mark.parametrize("how", HOWS)
def test_nor_is_asked_to_sign_it(desk, cast, how):
    twin = other_file(cast, "city_clerk", how)
    file = desk.applied(members=[{"person": twin, "relation": "spouse"}])
    task = flows.open_tasks(file).get(lead=True)
    assert seen.own_of(file, {cast.city_clerk.pk, cast.county_clerk.pk}) == {cast.city_clerk.pk}
    assert cast.city_clerk not in seen.may_sign(task, file, besides=cast.county_clerk)
    asked = {"to": cast.city_clerk, "by": cast.county_clerk, "note": "收入是否核实"}
    assert refused(lambda **given: signatures.ask(task, **given), **asked)[0] == "sign_own"
    assert seen.on_record(file) == []


def test_those_told_apart_are_two(desk, cast):
    """Somebody else on the office's phone, with a number and a name of their own."""
    other = people.register(
        by=None, name="钱小军", home=cast.township, id_number=standing.id_number(962), phone=f"100{place(cast, 'county_clerk'):08d}"
    )
    assert rights.own_files(cast.county_clerk) == {cast.county_clerk.pk}
    assert desk.on(desk.applied(head=other)).state == "approving"


@pytest.mark.parametrize("how", HOWS)
def test_sabotage_with_files_compared_by_key_alone_it_goes_through(desk, cast, monkeypatch, how):
    twin, second = other_file(cast, "county_clerk", how), desk.person("孙志强")
    monkeypatch.setattr(queries, "selves", frozenset)
    monkeypatch.setattr(seen, "files_of", lambda files: {one: {one} for one in files})
    file = desk.applied(head=second, members=[{"person": twin, "relation": "spouse"}])
    assert seen.own_of(file, {cast.county_clerk.pk}) == set()
    assert desk.on(file).state == "approving"
