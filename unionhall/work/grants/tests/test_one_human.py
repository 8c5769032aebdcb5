"""Maker, checker and payer are three humans, not three files: whoever is on file twice is still one."""

from contextlib import nullcontext

import pytest
from django.db import IntegrityError, connection, transaction

from unionhall.kernel.access import actions as access
from unionhall.kernel.access import queries as rights
from unionhall.kernel.access.actions import apart
from unionhall.kernel.access.models import Grant, Role
from unionhall.kernel.people import actions as people
from unionhall.kernel.people import queries
from unionhall.kernel.people.actions import merging
from unionhall.kernel.people.models import Person
from unionhall.lib import dates
from unionhall.lib.refusal import Refused
from unionhall.testing import cast as standing
from unionhall.work.grants.actions import applications, batches
from unionhall.work.grants.tests.test_apart import check
from unionhall.work.grants.tests.test_not_own import OWN, refused

pytestmark = pytest.mark.django_db
TWICE = (
    "前一环节由李建华办理，该档案与您的档案证件号码、手机号或姓名相同（或已合并），按同一人处理，请由其他同事办理。"
    "如确为两人，请补录证件号码，或在重复档案中注明不是同一人。"
)


def clerk(cast, name, **told) -> Person:
    """Somebody with an account and a county clerk's rights, on file with these values only."""
    one = people.register(by=None, name=name, home=cast.county, **told)
    account, _password = access.open_account(one, username=f"twin{one.pk}", by=None)
    access.note_own_password(account)
    access.grant(one, role=Role.objects.get(code="county_clerk"), at=cast.county, by=None, since=standing.FOUNDED)
    return one


def phone_of(cast) -> str:
    """The phone of the county's clerk, as the cast was given it."""
    return f"100{[key for key, *_rest in standing.PEOPLE].index('county_clerk') + 1:08d}"


def second_file(cast, how):
    """Another file of the county's clerk; how: by its phone, by its name, or merged into it with the rights kept."""
    if how == "phone":
        return clerk(cast, "李健华", phone=phone_of(cast))
    if how == "phone and name":
        return clerk(cast, "李建华", id_number=standing.id_number(950), phone=phone_of(cast))
    if how == "name":
        return clerk(cast, "李建华")
    one = clerk(cast, "李剑华", id_number=standing.id_number(951))
    for given in Grant.objects.filter(person=cast.county_clerk):
        access.revoke(given, by=cast.security_admin, reason="重复档案")
    merging.merge(by=None, kept=one, gone=cast.county_clerk, reason="本人确认")
    return one


HOWS = ("phone", "phone and name", "name", "merged")


@pytest.mark.parametrize("how", HOWS)
def test_who_made_a_batch_under_one_file_neither_checks_nor_pays_it_under_another(office, cast, how):
    batch = office.batch(office.approve())
    twin = second_file(cast, how)
    with pytest.raises(Refused) as no:
        check(batch, twin)
    assert (no.value.code, str(no.value)) == ("second_person", TWICE)
    batch.refresh_from_db()
    assert (batch.state, batch.checker) == ("draft", None)
    check(batch, office.checker)
    with pytest.raises(Refused, match="按同一人处理"):
        batches.export(batch_id=batch.pk, by=twin)


@pytest.mark.parametrize("how", HOWS)
def test_nor_approves_what_was_registered_under_another(office, cast, how):
    one = applications.register(organization=cast.county, new=office.new(office.person()), by=cast.county_clerk)
    applications.submit(application_id=one.pk, by=cast.county_clerk)
    applications.review(application_id=one.pk, by=office.checker)
    twin = second_file(cast, how)
    with pytest.raises(Refused, match="按同一人处理"):
        office.decide(one, by=twin)
    assert office.decide(one, by=office.checker).state == "approved"


def test_two_with_numbers_of_their_own_are_two_and_so_are_those_told_apart(office, cast):
    """A namesake with a number, somebody else on the office's phone with a number, and a namesake whom the city told apart."""
    namesake = clerk(cast, "李建华", id_number=standing.id_number(952))
    same_phone = clerk(cast, "钱小军", id_number=standing.id_number(953), phone=phone_of(cast))
    told = clerk(cast, "李建华")
    merging.tell_apart(by=cast.city_clerk, one=told, other=cast.county_clerk, reason="当面核实")
    merging.tell_apart(by=cast.city_clerk, one=told, other=namesake, reason="当面核实")
    for one in (namesake, same_phone, told):
        assert check(office.batch(office.approve()), one).state == "checked"


@pytest.mark.parametrize("sabotage", [False, True])
@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("part", ["check", "pay"])
def test_the_database_says_the_same_without_the_engine(office, cast, monkeypatch, part, how, sabotage):
    """The engine is silenced: the trigger refuses; with the files unknown to it, as before, the act stands."""
    batch = office.batch(office.approve())
    if part == "pay":
        check(batch, office.checker)
    twin = second_file(cast, how)
    monkeypatch.setattr(apart, "check", lambda *given: None)
    if sabotage:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(
                "CREATE OR REPLACE FUNCTION access_selves(files bigint[]) RETURNS SETOF bigint LANGUAGE sql STABLE AS"
                " $$ SELECT unnest(files) $$"
            )
    with nullcontext() if sabotage else pytest.raises(IntegrityError, match="three persons"), transaction.atomic():
        check(batch, twin) if part == "check" else batches.export(batch_id=batch.pk, by=twin)


@pytest.mark.parametrize("sabotage", [False, True])
def test_one_document_number_is_one_human_even_where_the_index_is_gone(office, cast, sabotage):
    """The house keeps a number once; a database that lost the index would still compare the number itself."""
    twin = clerk(cast, "李健华", id_number=standing.id_number(954))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE people_person DROP CONSTRAINT IF EXISTS people_person_id")
        cursor.execute("DROP INDEX IF EXISTS people_person_id")
        if not sabotage:
            cursor.execute(
                "UPDATE people_person SET id_blind = (SELECT id_blind FROM people_person WHERE id = %s) WHERE id = %s",
                [cast.county_clerk.pk, twin.pk],
            )
    batch = office.batch(office.approve())
    with nullcontext() if sabotage else pytest.raises(Refused, match="按同一人处理"):
        check(batch, twin)


def test_the_database_and_the_engine_name_the_same_files(office, cast):
    """For each file of six: who acts, as the engine counts, is apart from exactly those from whom the database says so."""
    twin, other = second_file(cast, "phone"), clerk(cast, "李建华")
    files = [cast.county_clerk, twin, other, office.checker, office.payer, cast.township_clerk]
    for one in files:
        selves = rights.ties_of(one).selves
        with connection.cursor() as cursor:
            for then in files:
                cursor.execute("SELECT access_apart(%s, %s, %s)", [[one.pk], [then.pk], dates.today()])
                assert cursor.fetchone()[0] is (then.pk not in selves), (one.name, then.name)
    assert rights.ties_of(cast.county_clerk).selves == {cast.county_clerk.pk, twin.pk, other.pk}
    assert rights.ties_of(twin).selves == {cast.county_clerk.pk, twin.pk}
    assert rights.ties_of(office.checker).selves == {office.checker.pk}


@pytest.mark.parametrize("sabotage", [False, True])
def test_nobody_handles_the_grant_of_their_own_other_file(office, cast, monkeypatch, sabotage):
    """The clerk applies under a file without a number, by the same phone; with files compared by key alone it goes through."""
    hidden = people.register(by=None, name="李健华", home=cast.township, phone=phone_of(cast))
    one = office.submit(hidden, code="warmth_sending", kind="money")
    if sabotage:
        monkeypatch.setattr(queries, "selves", frozenset)
        assert applications.review(application_id=one.pk, by=cast.county_clerk).state == "reviewed"
        return
    assert refused(applications.review, application_id=one.pk, by=cast.county_clerk) == f"申请{one.reference}：{OWN}"
    assert applications.review(application_id=one.pk, by=office.checker).state == "reviewed"
