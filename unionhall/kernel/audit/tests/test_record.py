"""record and record_many: one act, one row, in the act's transaction."""

import dataclasses
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.transaction import TransactionManagementError

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.audit import queries, registry, rules
from unionhall.kernel.audit.models import Head, Row
from unionhall.lib import clock
from unionhall.lib.text import Text

registry.register_verbs({"audit.tried": Text(zh="试写", en="tried")})
MOMENT = datetime(2025, 3, 5, 1, 2, 3, 4, tzinfo=UTC)


@dataclasses.dataclass
class Unit:
    pk: int
    path: str


@dataclasses.dataclass
class Somebody:
    pk: int


CITY = Unit(7, "00010001")
ZHANG = Somebody(11)


def test_a_row_keeps_who_what_where_when_and_why(db):
    with clock.fixed(MOMENT), audit.circumstances(request="r-1"):
        audit.record(ZHANG, "audit.tried", "issues.issue:5", at=CITY, reason="试", amount=Decimal("1.10"), day=date(2025, 3, 1))
    row = Row.objects.get()
    assert (row.actor, row.verb, row.subject_kind, row.subject_id) == (11, "audit.tried", "issues.issue", "5")
    assert (row.organization, row.org_path, row.moment, row.reason, row.outcome) == (7, "00010001", MOMENT, "试", "done")
    assert row.details == {"amount": "1.10", "day": "2025-03-01"}
    assert row.circumstances == {"request": "r-1"}
    assert (row.seq, row.shard, row.pk) == (1, rules.shard_of(7), 64 + rules.shard_of(7))


def test_the_house_acts_without_a_person_and_without_a_place(db):
    row = audit.record(None, "audit.tried", "audit.thing:1")
    assert (row.actor, row.organization, row.org_path, row.shard) == (None, None, "", 0)


def test_rows_of_a_transaction_share_one_chain_and_hang_together(db):
    first = audit.record(ZHANG, "audit.tried", "issues.issue:5", at=CITY)
    second = audit.record(ZHANG, "audit.tried", "issues.issue:6", at=Unit(8, "00010002"))
    assert (second.shard, second.seq, bytes(second.before)) == (first.shard, 2, bytes(first.hash))


def test_many_rows_are_one_chain(db):
    rows = audit.record_many([audit.Act(ZHANG, "audit.tried", f"issues.issue:{n}", CITY, details={"n": n}) for n in range(500)])
    assert [row.seq for row in rows] == list(range(1, 501))
    assert Row.objects.count() == 500
    assert Row.objects.get(seq=321).details == {"n": 320}
    assert Head.objects.get().count == 500
    assert audit.verify() == audit.Verdict(True, 500, None)
    assert queries.size() == 500


def test_all_rows_of_a_long_list_are_those_that_one_by_one_would_be(db):
    cut = {"n": 1, "note": "换行\n和\\与\t"}
    places = [CITY, Unit(8, "00010002")]
    acts = [audit.Act(ZHANG, "audit.tried", f"issues.issue:{n}", places[n % 2], details=cut if n % 3 else {}) for n in range(40)]
    acts.append(audit.Act(None, "audit.tried", "issues.issue:引“号", reason="甲\t乙", outcome="failed"))
    acts += [audit.Act(ZHANG, "audit.tried", f"a.b:{n}", CITY, details={"z": {"b": n, "a": ["引\t"]}, "m": MOMENT}) for n in (1, 2)]
    with clock.fixed(MOMENT), audit.circumstances(request="r-1"):
        assert audit.record_all(acts) == 43
        for act in acts:
            audit.record_many([act])
    rows = list(Row.objects.order_by("seq"))
    told = [
        (
            row.actor,
            row.verb,
            row.subject_kind,
            row.subject_id,
            row.organization,
            row.org_path,
            row.outcome,
            row.reason,
            row.details,
        )
        for row in rows
    ]
    assert told[:43] == told[43:]
    assert {(row.moment, row.circumstances["request"]) for row in rows} == {(MOMENT, "r-1")}
    assert audit.verify() == audit.Verdict(True, 86, None)
    assert audit.record_all([]) == 0


def test_nothing_to_write_is_nothing(db):
    assert audit.record_many([]) == []
    assert Row.objects.count() == 0


def test_an_unknown_verb_is_refused(db):
    with pytest.raises(LookupError, match="register_verbs"):
        audit.record(ZHANG, "audit.unheard", "issues.issue:5", at=CITY)


@pytest.mark.parametrize("subject", ["issues.issue", ":5", "issues.issue:"])
def test_a_subject_needs_kind_and_id(db, subject):
    with pytest.raises(ValueError, match="kind:id"):
        audit.record(ZHANG, "audit.tried", subject)


def test_an_unsaved_subject_is_refused(db):
    with pytest.raises(ValueError, match="not saved"):
        audit.record(ZHANG, "audit.tried", Row())


def test_an_unknown_outcome_is_refused(db):
    with pytest.raises(ValueError, match="outcome"):
        audit.record(ZHANG, "audit.tried", "issues.issue:5", outcome="perhaps")


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_written():
    with pytest.raises(TransactionManagementError):
        audit.record(ZHANG, "audit.tried", "issues.issue:5", at=CITY)
    assert Row.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_act_leaves_neither_row_nor_head_nor_chain():
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.record(ZHANG, "audit.tried", "issues.issue:5", at=CITY)
        raise RuntimeError
    assert not Row.objects.exists() and not Head.objects.exists()
    with transaction.atomic():
        other = audit.record(ZHANG, "audit.tried", "issues.issue:5", at=Unit(8, "00010002"))
    assert other.shard == rules.shard_of(8)


def test_a_savepoint_rolled_back_leaves_a_whole_chain(db):
    audit.record(ZHANG, "audit.tried", "issues.issue:1", at=CITY)
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.record(ZHANG, "audit.tried", "issues.issue:2", at=CITY)
        raise RuntimeError
    audit.record(ZHANG, "audit.tried", "issues.issue:3", at=CITY)
    assert [row.subject_id for row in Row.objects.order_by("seq")] == ["1", "3"]
    assert audit.verify().ok


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_row SET reason = 'x'", "DELETE FROM audit_row", "TRUNCATE audit_row", "DELETE FROM audit_head",
     "TRUNCATE audit_head", "UPDATE audit_head SET count = 0", "UPDATE audit_head SET hash = ''"],
)  # fmt: skip
def test_even_the_owner_cannot_rewrite(db, statement):
    audit.record(ZHANG, "audit.tried", "issues.issue:5", at=CITY)
    with pytest.raises(DatabaseError, match=r"append-only|only grows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert audit.verify() == audit.Verdict(True, 1, None)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_row SET reason = 'x'", "DELETE FROM audit_row", "TRUNCATE audit_row", "DROP TABLE audit_row",
     "ALTER TABLE audit_row DISABLE TRIGGER ALL", "SET session_replication_role = replica"],
)  # fmt: skip
def test_the_application_can_write_rows_and_nothing_else(db, as_application, statement):
    with as_application():
        audit.record(ZHANG, "audit.tried", "issues.issue:5", at=CITY)
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert audit.verify() == audit.Verdict(True, 1, None)


@pytest.mark.parametrize("value", [1.5, float("nan"), {"deep": [2.0]}])
def test_a_float_has_no_canonical_form(db, value):
    with pytest.raises(TypeError, match="float"):
        audit.record(ZHANG, "audit.tried", "issues.issue:5", at=CITY, value=value)


def test_odd_text_is_kept_and_verifies(db):
    audit.record(ZHANG, "audit.tried", "issues.issue:5", at=CITY, reason="\x00a\ud800", name="阿卜杜拉·买买提𠅤\u202e", big=2**70)
    assert audit.verify().ok
    assert Row.objects.get().details == {"name": "阿卜杜拉·买买提𠅤\u202e", "big": str(2**70)}
    assert Row.objects.get().reason == "\ufffda\ufffd"


def test_a_sensitive_read_needs_a_reason_and_is_found_again(db):
    with pytest.raises(ValueError, match="reason"):
        audit.record_read(ZHANG, "people.person:3", field="id_number", reason=" ")
    audit.record_read(ZHANG, "people.person:3", field="id_number", reason="核对发放名单", via="export")
    row = queries.reads(kind="people.person", subject_id=3).get()
    assert (row.actor, row.reason, row.details) == (11, "核对发放名单", {"field": "id_number", "via": "export"})
    assert queries.reads(reader=12).count() == 0


def test_the_trail_of_a_record_is_oldest_first_and_rows_newest_first(db):
    for n in range(3):
        audit.record(ZHANG, "audit.tried", "issues.issue:5", at=CITY, n=n)
    audit.record(ZHANG, "audit.tried", "issues.issue:6", at=Unit(9, "00020001"), outcome="denied")
    assert [row.details["n"] for row in queries.trail("issues.issue", 5)] == [0, 1, 2]
    assert [row.subject_id for row in queries.rows(actor=11)] == ["6", "5", "5", "5"]
    assert queries.rows(within=("00010001", "00010002")).count() == 3
    assert queries.rows(outcome="denied").get().subject_id == "6"


def test_words_of_verbs():
    assert str(registry.verb_name(registry.READ)) == "查看敏感信息"
    with pytest.raises(ValueError, match="other words"):
        registry.register_verbs({registry.READ: Text(zh="别的", en="other")})
    assert registry.READ in registry.verbs()


def test_acts_of_one_deed_are_hung_together_in_their_order(db, django_assert_num_queries):
    audit.record(None, "audit.tried", "audit.thing:0", at=CITY)
    with audit.together():
        assert audit.record(ZHANG, "audit.tried", "audit.thing:1", at=CITY, reason="一").pk is None
        with audit.together():
            audit.record_all(
                [audit.Act(None, "audit.tried", "audit.thing:2"), audit.Act(None, "audit.tried", "audit.thing:3", CITY)]
            )
        assert Row.objects.count() == 1
        with django_assert_num_queries(0):
            audit.record(None, "audit.tried", "audit.thing:4", at=Unit(8, "0002"))
    rows = Row.objects.order_by("seq")
    assert [row.subject_id for row in rows] == ["0", "1", "2", "3", "4"]
    assert {row.shard for row in rows} == {rules.shard_of(7)}
    assert audit.verify().ok


def test_many_acts_of_one_deed_are_copied(db):
    with audit.together():
        for number in range(audit.FEW + 1):
            audit.record(None, "audit.tried", f"audit.thing:{number}", at=CITY)
    assert (Row.objects.count(), audit.verify().ok) == (audit.FEW + 1, True)


def test_a_deed_that_fails_hangs_nothing_and_the_next_one_is_free(db):
    with pytest.raises(LookupError), audit.together():
        audit.record(None, "audit.tried", "audit.thing:1")
        audit.record(None, "audit.unheard", "audit.thing:2")
    assert not Row.objects.exists()
    audit.record(None, "audit.tried", "audit.thing:3")
    assert Row.objects.get().subject_id == "3"


def test_nothing_is_gathered_outside_a_transaction(transactional_db):
    with pytest.raises(TransactionManagementError), audit.together():
        raise AssertionError("never reached")
