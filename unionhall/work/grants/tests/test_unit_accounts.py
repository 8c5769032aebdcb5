"""The accounts of units lie sealed: nothing of a number in the tables, bound to its unit, in step with the house's keys."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from unionhall.kernel.people import access as identity
from unionhall.kernel.people import registry
from unionhall.lib import keyring, sm4
from unionhall.work.grants import access
from unionhall.work.grants.actions import accounts, batches
from unionhall.work.grants.models import Batch, UnitAccount
from unionhall.work.grants.tests.test_units_and_goods import open_programme

PLAIN = "4402009912345678901"
YUAN = 100


def set_account(office, unit="township", number=PLAIN):
    return accounts.set_account(
        organization=getattr(office.cast, unit), name="总工会", bank="信用社", number=number, by=office.cast.county_clerk
    )


def lies_open(number):
    """Whether a number, in digits or as bytes, stands in what the table says of the accounts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(one::text, '|') FROM grants_unitaccount one")
        told = cursor.fetchone()[0]
    return any(form in told for form in (number, number.encode().hex(), number[:12], number[:12].encode().hex()))


def test_nothing_of_the_number_lies_in_the_table(office):
    one = set_account(office)
    assert not lies_open(PLAIN)
    assert (one.masked, access.open_account(UnitAccount.objects.get(pk=one.pk))) == ("**** 8901", PLAIN)


def test_a_number_that_is_not_sealed_is_found(office, monkeypatch):
    """The twin: without the cipher the test above fails."""
    monkeypatch.setattr(sm4, "seal", lambda key, plaintext, *, aad, key_id: plaintext)
    set_account(office)
    assert lies_open(PLAIN)


def test_a_number_opens_for_its_own_unit_only(office):
    one, other = set_account(office), set_account(office, "county", "6222000000000000018")
    UnitAccount.objects.filter(pk=other.pk).update(sealed=one.sealed)
    with pytest.raises(sm4.Unreadable):
        access.open_account(UnitAccount.objects.get(pk=other.pk))


def test_the_mark_tells_the_same_account_from_another(office):
    first, same, other = set_account(office), set_account(office), set_account(office, number="6222000000000000018")
    assert (same.pk, same.mark) == (first.pk, first.mark)
    assert len({first.mark, other.mark, set_account(office, "county").mark}) == 3


def test_the_accounts_follow_the_rotation_and_a_checked_batch_stays_checked(office, settings, tmp_path):
    settings.IDENTITY_KEYS = tmp_path
    keyring.create(tmp_path)
    older, one = set_account(office, number="6222000000000000018"), set_account(office)
    open_programme(office, "palace_subsidy", palace_base=30_000 * YUAN)
    palace = office.approve(office.person(file=False), 20_000 * YUAN, code="palace_subsidy", kind="base", matter="红旗宫")
    batch = office.batch(palace)
    batches.check(batch_id=batch.pk, digest=batches.content_digest(batch), by=office.checker)
    keyring.add_master(tmp_path)
    assert [access.rewrap(identity.keys()) for _again in range(2)] == [2, 0]
    assert registry.rewrap_rooms(identity.keys()) == 0
    keyring.drop_masters(tmp_path, below=2)
    assert [access.open_account(UnitAccount.objects.get(pk=found.pk)) for found in (older, one)] == ["6222000000000000018", PLAIN]
    batches.export(batch_id=batch.pk, by=office.payer)
    assert Batch.objects.get(pk=batch.pk).state == "exported"


def test_plain_numbers_of_an_older_house_are_sealed_by_the_migration(office):
    one = set_account(office)
    connection.check_constraints()  # no table is altered while it waits for its deferred ones
    MigrationExecutor(connection).migrate([("grants", "0006_parcels")])
    assert lies_open(PLAIN)
    MigrationExecutor(connection).migrate([("grants", "0007_sealed_accounts")])
    assert not lies_open(PLAIN)
    again = UnitAccount.objects.get(pk=one.pk)
    assert (again.masked, again.mark, access.open_account(again)) == (one.masked, one.mark, PLAIN)
