"""A rule tried on all files: the fast decision is the slow one, nothing moves, and what lies sealed stays sealed."""

import random
import re

import pytest
from django.db import connection
from django.urls import reverse

from unionhall.kernel.access import actions as rights
from unionhall.kernel.access.models import Grant
from unionhall.kernel.exchange.actions import run_job
from unionhall.kernel.exchange.models import Job
from unionhall.kernel.people import access as identity
from unionhall.kernel.people import registry
from unionhall.lib import dates, keyring, sm4
from unionhall.lib.refusal import Denied
from unionhall.work.hardship import access
from unionhall.work.hardship.actions import trials as acts
from unionhall.work.hardship.actions.books import Book
from unionhall.work.hardship.models.files import Assessment, Household, Vault
from unionhall.work.hardship.models.rounds import Sheet, Trial
from unionhall.work.hardship.queries import sheets, trials
from unionhall.work.hardship.rules import means
from unionhall.work.hardship.rules.means import Lines, Measure
from unionhall.work.hardship.tests.conftest import LINE, POOR, fresh


def test_the_fast_decision_is_the_slow_one_on_ten_thousand_households():
    chance = random.Random(7)
    rules = [
        Lines(LINE),
        Lines(82_000, deep=120, relative=150, near=180, accident=40, migrant_months=6),
        Lines(LINE, shares={**means.WHOLE, "wage": 80, "housing": 0, "education": 33}),
    ]
    for number in range(10_000):
        one = Measure(
            chance.randint(1, 7),
            tuple(chance.choice((0, chance.randint(0, 9_000_000))) for _ in means.INCOMES),
            tuple(chance.choice((0, chance.randint(0, 4_000_000))) for _ in means.SPENDING),
            chance.choice((0, 0, chance.randint(0, 20_000_000))),
            chance.random() < 0.2,
            chance.randint(0, 24),
            chance.random() < 0.05,
        )
        row = sheets.ROW.unpack(sheets.packed(number, one))
        assert sheets.measure(row) == one
        for rule in rules:
            told, slow = trials.reason_of(row, trials.scale(rule)), means.judge(one, rule)
            assert ((told,), means.KIND_OF[told]) == (slow.reasons, slow.kind)


def test_a_trial_says_who_gains_who_loses_and_what_it_costs_by_county(desk, cast):
    desk.draft(size=3)  # 166.66 yuan a person and month: deep
    desk.draft(book=Book(incomes={"wage": 2_000_000}))  # 1,666.66: relative
    desk.draft(book=Book(incomes={"wage": 2_000_000}), at=cast.neighbour_county, by=cast.city_clerk)
    outcome = acts.try_change(organization=cast.city, change={"line": 180_000}, by=cast.city_clerk)
    assert [(place.name, place.files, place.gain, place.lose) for place in outcome.places] == [
        ("城关区总", 2, 1, 0),
        ("东山县总", 1, 1, 0),
    ]
    before = 3 * 12 * LINE + 10 * LINE
    after = (3 + 1) * 12 * 180_000
    assert (outcome.places[0].before, outcome.places[0].after) == (before, after)
    assert outcome.total.cost == after + 12 * 180_000 - before - 10 * LINE
    kept = Trial.objects.get()
    assert (kept.rule, kept.outcome["gain"], kept.outcome["files"]) == ({"line": 180_000}, 2, 3)
    assert set(Household.objects.values_list("kind", flat=True)) == {"deep", "relative"}


def test_only_those_may_try_who_may(desk, cast):
    with pytest.raises(Denied):
        acts.try_change(organization=cast.township, change={"line": 1}, by=cast.township_clerk)
    assert not Trial.objects.exists()


def test_all_files_are_worked_out_anew_with_reasons_and_versions(desk, cast):
    waiting, filed = desk.draft(), desk.filed()
    desk.line(fen=22_000, since=dates.today())
    assert acts.recompute(organization=cast.city, by=cast.city_clerk) == 2
    last = Assessment.objects.filter(household=waiting).first()
    assert (last.kind, last.reasons, last.rule["line"]) == ("near", ["below_near"], 22_000)
    assert last.versions["hardship.income_line"] is not None
    assert (fresh(waiting).kind, fresh(filed).kind) == ("near", "deep")  # on record nobody is moved by a machine


def test_it_runs_in_the_background_by_one_click(desk, cast):
    waiting = desk.draft()
    desk.line(fen=22_000, since=dates.today())
    assert cast.client("city_clerk").post(reverse("hardship:desk-recompute")).status_code == 303
    job = run_job.run(Job.objects.get(kind="hardship.recompute").pk)
    assert (job.state, job.done, job.total, job.message) == ("done", 1, 1, "已按现行标准重新核算 1 份档案。")
    assert fresh(waiting).kind == "near"
    assert cast.client("township_clerk").post(reverse("hardship:desk-recompute")).status_code == 403


def test_who_lost_the_right_meanwhile_works_nothing_out(desk, cast):
    waiting = desk.draft()
    desk.line(fen=22_000, since=dates.today())
    job = acts.start_recompute(organization=cast.city, by=cast.city_clerk)
    for grant in Grant.objects.filter(person=cast.city_clerk):
        rights.revoke(grant, by=cast.security_admin, reason="调岗")
    assert run_job.run(job.pk).state == "failed"
    assert not Assessment.objects.filter(household=waiting, rule__line=22_000).exists()


def test_the_sheets_can_be_written_anew_from_the_books(desk, cast):
    first, second = desk.draft(), desk.draft(size=4)
    key = access.room_key()
    before = [row for sheet in Sheet.objects.order_by("pk") for row in sheets.rows_of(sheet, key)]
    Sheet.objects.all().delete()
    assert acts.rebuild_sheets(organization=cast.city) == 2
    after = [row for sheet in Sheet.objects.order_by("pk") for row in sheets.rows_of(sheet, key)]
    assert after == before
    assert [row[0] for row in after] == [first.pk, second.pk]


def dump():
    """Every byte that the room's tables hold: text as PostgreSQL writes it out, sealed bytes and hashes as the bytes they are.

    Written out in hexadecimal, a few digits of an income meet a hash by chance once in a dozen runs; bytes do not.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE tablename LIKE 'hardship_%%' OR tablename IN ('audit_row', 'flows_step')"
        )
        tables = [name for (name,) in cursor.fetchall()]
        text = ""
        for table in tables:
            cursor.execute(f"SELECT coalesce(string_agg(t::text, chr(10)), '') FROM \"{table}\" t")
            text += cursor.fetchone()[0]
    return re.sub(r"\\\\?x((?:[0-9a-f]{2})+)", lambda found: bytes.fromhex(found[1]).decode("latin-1"), text)


def test_incomes_and_illnesses_stand_nowhere_in_the_clear(desk):
    desk.filed(book=Book(incomes={"wage": 2_413_579}, spending={"medical": 1_987_531}, illnesses={"self": "慢性肾衰竭"}))
    held = dump()
    for secret in ("2413579", "1987531", "24135.79", "19875.31", "24,135", "19,875", "肾衰竭"):
        assert secret not in held and secret.encode().decode("latin-1") not in held
    assert "below_line" in held  # the control: what is not secret is found


def test_sabotage_what_lies_unsealed_is_found_in_text_and_in_bytes(desk):
    """The control of the dump: the same words in a plain column, and in a column of bytes without a seal, are found."""
    file = desk.filed(note="慢性肾衰竭")
    Household.objects.filter(pk=file.pk).update(book="慢性肾衰竭 2413579".encode(), reference="慢性肾衰竭")
    held = dump()
    assert "慢性肾衰竭" in held
    assert "慢性肾衰竭 2413579".encode().decode("latin-1") in held


def test_a_value_opens_only_in_its_own_place(desk):
    first, second = desk.draft(), desk.draft()
    Household.objects.filter(pk=second.pk).update(book=bytes(first.book))
    assert access.opened(f"book|{first.pk}", bytes(fresh(first).book))["incomes"] == dict(POOR.incomes)
    with pytest.raises(sm4.Unreadable):
        access.opened(f"book|{second.pk}", bytes(fresh(second).book))


def test_the_room_key_follows_the_rotation_of_the_house(desk, settings, tmp_path):
    settings.IDENTITY_KEYS = tmp_path
    keyring.create(tmp_path)
    Vault.objects.all().delete()
    sealed = access.sealed("book|1", {"a": 1})
    keyring.add_master(tmp_path)
    assert Vault.objects.get().master == 1
    assert registry.rewrap_rooms(identity.keys()) == 1
    assert registry.rewrap_rooms(identity.keys()) == 0
    keyring.drop_masters(tmp_path, below=2)
    assert Vault.objects.get().master == 2
    assert access.opened("book|1", sealed) == {"a": 1}
