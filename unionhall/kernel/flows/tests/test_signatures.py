"""加签: who may be asked before a record goes on, what waits for the answer, and who answers for whom."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from unionhall.kernel.access import actions as access
from unionhall.kernel.access import queries as access_queries
from unionhall.kernel.access.actions import delegations
from unionhall.kernel.access.models import Role
from unionhall.kernel.audit import queries as audit
from unionhall.kernel.flows import queries, registry
from unionhall.kernel.flows.actions import bulk, escalation, handlings, moves, signatures, tasks
from unionhall.kernel.flows.flow import Flow, Move, State
from unionhall.kernel.flows.models import Step, Task
from unionhall.kernel.flows.queries import signatures as seen
from unionhall.kernel.flows.tests.sample import FLOW, Sample, text
from unionhall.kernel.notices import queries as notices
from unionhall.kernel.people import actions as people
from unionhall.lib.refusal import Conflict, Denied, NotVisible, Refused


@pytest.fixture
def mate(cast, wednesday):
    """Another clerk of the county."""
    person = people.register(by=None, name="同事丙", home=cast.county)
    access.open_account(person, username="mate", by=None)
    access.grant(person, role=Role.objects.get(code="county_clerk"), at=cast.county, by=None, since=date(2010, 1, 1))
    return person


@pytest.fixture
def record(start, wednesday):
    return start("check")


def lead(record):
    return Task.objects.get(record_id=record.pk, lead=True, done_at=None)


def ask(record, cast, to, by=None, note="金额是否合适"):
    return signatures.ask(lead(record), to=to, by=by or cast.county_clerk, note=note)


def inbox(person):
    return [(notice.kind, notice.gone_at) for notice in notices.inbox(person)]


def refused(act, *args, **given):
    before = Step.objects.count()
    with pytest.raises(Refused) as no, transaction.atomic():
        act(*args, **given)
    assert Step.objects.count() == before
    return no.value.code, str(no.value)


def test_the_record_waits_until_the_other_has_answered_and_the_asker_decides(record, cast, mate):
    asked = ask(record, cast, mate)
    assert (asked.assigned_to, asked.signing, asked.lead, asked.permission) == (mate, True, False, "flows.supervise")
    assert [task.pk for task in queries.worklist(mate) if task.record_id == record.pk and task.signing] == [asked.pk]
    assert ("flows.sign", None) in inbox(mate)
    fresh = Sample.objects.get(pk=record.pk)
    sentence = "暂不能“Close”：已请同事丙加签，尚未答复。请等待答复，或撤回加签。"
    for move, reason in (("close", ""), ("send_back", "再看")):
        code, said = refused(moves.move, fresh, move, by=cast.city_clerk, reason=reason)
        assert (code, said.replace("Send back", "Close")) == ("signature", sentence)
    answered = signatures.answer(asked, agrees=False, by=mate, opinion="凭证不全")
    assert (answered.move, answered.reason, answered.by) == ("sign_disagree", "凭证不全", mate)
    assert ("flows.signed", None) in inbox(cast.county_clerk)
    assert "flows.sign" not in [kind for kind, gone in inbox(mate) if gone is None]
    (one,) = seen.on_record(record)
    assert (one.name, one.answer, one.asked.reason) == ("同事丙", "disagree", "金额是否合适")
    steps = [(step.move, queries.sentence(record, step)) for step in queries.timeline(record)][-2:]
    assert steps == [("sign", "请同事丙加签"), ("sign_disagree", "同事丙：不同意")]
    assert [row.verb for row in audit.trail("flows.sample", record.pk).order_by("seq")][-2:] == [
        "sample.sign",
        "sample.sign_disagree",
    ]
    moves.move(Sample.objects.get(pk=record.pk), "close", by=cast.city_clerk)
    assert Sample.objects.get(pk=record.pk).state == "closed"


def test_who_decides_on_a_screen_from_before_the_answer_is_told_what_was_said(record, cast, mate):
    asked = ask(record, cast, mate)
    shown = Sample.objects.get(pk=record.pk).version
    signatures.answer(asked, agrees=False, by=mate, opinion="超标")
    with pytest.raises(Conflict) as no:
        moves.move(Sample.objects.get(pk=record.pk), "close", by=cast.city_clerk, version=shown)
    assert (no.value.code, "同事丙：不同意" in str(no.value)) == ("stale", True)


def test_a_yes_needs_no_words_a_no_does(record, cast, mate):
    asked = ask(record, cast, mate)
    assert refused(signatures.answer, asked, agrees=False, by=mate, opinion=" ") == ("reason", "不同意的，请写明理由。")
    assert signatures.answer(asked, agrees=True, by=mate).move == "sign_agree"
    with pytest.raises(Conflict):
        signatures.answer(asked, agrees=False, by=mate, opinion="反悔")


def test_several_are_asked_and_all_must_answer(record, cast, mate):
    first, second = ask(record, cast, mate), ask(record, cast, cast.city_clerk)
    signatures.answer(first, agrees=True, by=mate)
    fresh = Sample.objects.get(pk=record.pk)
    with pytest.raises(Conflict, match="周文静"):
        moves.move(fresh, "send_back", by=cast.county_clerk, reason="再看")
    assert seen.awaited(record) == ["周文静"]
    signatures.answer(second, agrees=True, by=cast.city_clerk)
    moves.move(Sample.objects.get(pk=record.pk), "send_back", by=cast.county_clerk, reason="再看")


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("county_clerk", "sign_self"),
        ("township_clerk", "sign_right"),
        ("neighbour", "sign_right"),
        ("plain", "sign_right"),
        ("disabled", "sign_right"),
    ],
)
def test_only_another_with_the_right_in_scope_is_asked(record, cast, mate, to, code):
    assert refused(ask, record, cast, cast.people[to])[0] == code
    assert cast.people[to] not in seen.may_sign(lead(record), record, besides=cast.county_clerk)


def test_who_may_be_asked_works_at_the_unit_or_above_and_is_not_asked_yet(record, cast, mate):
    assert seen.may_sign(lead(record), record, besides=cast.county_clerk) == [cast.moved_away, mate, cast.city_clerk]
    ask(record, cast, mate)
    assert seen.may_sign(lead(record), record, besides=cast.county_clerk) == [cast.moved_away, cast.city_clerk]
    assert refused(ask, record, cast, mate)[0] == "sign_asked"


def test_a_note_is_needed_and_only_who_may_do_the_task_asks(record, cast, mate):
    assert refused(ask, record, cast, mate, note=" ")[0] == "reason"
    for who in ("township_clerk", "neighbour", "leader"):
        with pytest.raises((Denied, NotVisible)):
            ask(record, cast, mate, by=cast.people[who])
        with pytest.raises(NotVisible):
            seen.task_to_sign_for(cast.people[who], "flows.sample", record.pk)
    assert not Task.objects.filter(signing=True).exists()


def test_no_signature_is_asked_for_where_the_table_names_nobody(start, cast, mate, wednesday):
    record = start("found")
    assert refused(ask, record, cast, mate) == ("sign_state", "当前环节不能加签。")
    with pytest.raises(NotVisible):
        seen.task_to_sign_for(cast.county_clerk, "flows.sample", record.pk)


def test_nobody_else_answers(record, cast, mate):
    asked = ask(record, cast, mate)
    for who in ("city_clerk", "neighbour", "county_clerk"):
        with pytest.raises(NotVisible):
            signatures.answer(asked, agrees=True, by=cast.people[who])
        with pytest.raises(NotVisible):
            seen.asked_of(cast.people[who], "flows.sample", record.pk)
    assert seen.asked_of(mate, "flows.sample", record.pk).pk == asked.pk


def test_it_is_called_back_while_unanswered_by_the_asker_or_who_holds_the_task(record, cast, mate):
    asked = ask(record, cast, mate)
    for who in ("neighbour", "township_clerk"):
        with pytest.raises(NotVisible):
            signatures.call_back(asked, by=cast.people[who])
        with pytest.raises(NotVisible):
            seen.open_one(cast.people[who], "flows.sample", record.pk, asked.pk)
    step = signatures.call_back(asked, by=cast.county_clerk)
    assert queries.sentence(record, step) == "撤回请同事丙加签"
    assert (seen.on_record(record), [kind for kind, gone in inbox(mate) if gone is None]) == ([], ["flows.unsigned"])
    with pytest.raises(Conflict):
        signatures.answer(asked, agrees=True, by=mate)
    again = ask(record, cast, mate)
    signatures.call_back(again, by=cast.city_clerk)
    moves.move(Sample.objects.get(pk=record.pk), "send_back", by=cast.county_clerk, reason="再看")


def test_a_withdrawal_waits_for_nobody_and_ends_what_was_asked(record, cast, mate):
    asked = ask(record, cast, mate)
    moves.move(Sample.objects.get(pk=record.pk), "drop", by=cast.county_clerk)
    asked.refresh_from_db()
    assert (asked.done_at is None, asked.closed_by.move, seen.on_record(record)) == (False, "drop", [])
    assert "flows.sign" not in [kind for kind, gone in inbox(mate) if gone is None]


def test_many_at_once_leave_out_what_waits(start, cast, mate, wednesday):
    waits, goes = start("check"), start("check")
    ask(waits, cast, mate)
    outcome = bulk.move_many("sample", [waits.pk, goes.pk], "close", by=cast.city_clerk)
    assert [line.id for line in outcome.done] == [goes.pk]
    sentence = "暂不能“Close”：已请同事丙加签，尚未答复。请等待答复，或撤回加签。"
    assert [(line.id, line.reason) for line in outcome.failed] == [(waits.pk, sentence)]
    assert [line.id for line in bulk.move_many("sample", [waits.pk], "drop", by=cast.city_clerk).done] == [waits.pk]


@pytest.mark.parametrize("many", [False, True])
def test_sabotage_without_the_guard_it_goes_on_unsigned(record, cast, mate, monkeypatch, many):
    ask(record, cast, mate)
    monkeypatch.setattr(seen, "holds_up", lambda flow, wanted, record: False)
    if many:
        assert len(bulk.move_many("sample", [record.pk], "close", by=cast.city_clerk).done) == 1
    else:
        assert moves.move(Sample.objects.get(pk=record.pk), "close", by=cast.city_clerk).new == "closed"


def lend(lender, deputy):
    wanted = [given.pk for given in access_queries.may_lend(lender)]
    days = {"since": date(2025, 3, 5), "until": date(2025, 3, 8)}
    return delegations.lend(deputy=deputy, grants=wanted, reason="学习", by=lender, longest=9, **days)


def test_the_deputy_of_whoever_is_asked_answers_for_that_one(record, cast, mate):
    asked = ask(record, cast, cast.city_clerk)
    lend(cast.city_clerk, mate)
    assert [task.pk for task in queries.worklist(mate) if task.signing] == [asked.pk]
    step = signatures.answer(seen.asked_of(mate, "flows.sample", record.pk), agrees=True, by=mate, opinion="可以")
    assert (step.behalf, str(step.who)) == (cast.city_clerk, "同事丙代周文静")
    assert queries.sentence(record, step) == "同事丙代周文静：同意"


def test_a_deputy_counts_as_both_when_asked_and_when_answering(record, cast, mate):
    lend(cast.county_clerk, mate)
    assert refused(ask, record, cast, mate)[0] == "sign_hand"
    assert seen.may_sign(lead(record), record, besides=cast.county_clerk) == [cast.moved_away, cast.city_clerk]
    asked = ask(record, cast, cast.city_clerk)
    lend(cast.city_clerk, cast.county_clerk)
    code, said = refused(signatures.answer, asked, agrees=True, by=cast.county_clerk)
    assert (code, said.startswith("本加签由李建华发起")) == ("second_person", True)


def test_nobody_is_asked_nor_answers_in_an_own_case(record, cast, mate, monkeypatch):
    own = {mate.pk}
    registered = registry.registered("sample")
    changed = registry.Registered(FLOW, registered.label, None, lambda record, persons: own & set(persons))
    monkeypatch.setitem(registry._by_label, registered.label, changed)
    code, said = refused(ask, record, cast, mate)
    assert (code, said) == ("sign_own", "同事丙本人或本户家庭成员从中受益，请另选他人。")
    assert seen.may_sign(lead(record), record, besides=cast.county_clerk) == [cast.moved_away, cast.city_clerk]
    assert refused(ask, record, cast, cast.city_clerk, by=mate)[0] == "own_case"
    asked = ask(record, cast, cast.city_clerk)
    lend(cast.city_clerk, mate)
    assert refused(signatures.answer, asked, agrees=True, by=mate)[0] == "own_case"
    monkeypatch.setattr(seen, "own_of", lambda record, persons: set())  # the sabotage twin
    assert signatures.answer(asked, agrees=True, by=mate).move == "sign_agree"


def test_it_is_not_forwarded_assigned_handed_over_finished_as_a_part_nor_escalated(record, cast, mate):
    asked = ask(record, cast, mate)
    with pytest.raises(Conflict, match="不能转交"):
        tasks.forward(asked, to=cast.city_clerk, by=cast.county_clerk, note="请办")
    with pytest.raises(Conflict, match="不能转交"):
        tasks.assign(asked, to=cast.city_clerk, by=cast.county_clerk)
    with pytest.raises(Conflict):
        handlings.finish_part(asked, by=cast.county_clerk, reason="完成")
    outcome = bulk.hand_over(giver=mate, taker=cast.city_clerk, at=cast.county, by=cast.city_clerk, reason="调离")
    assert (outcome.done, [line.id for line in outcome.failed]) == ([], [record.pk])
    Task.objects.filter(record_id=record.pk).update(due_on=date(2025, 2, 3))
    escalation.escalate()
    assert set(Task.objects.filter(record_id=record.pk, done_at=None).values_list("signing", "raised")) == {(False, 1), (True, 0)}


def test_the_database_asks_one_person_once_and_by_name(record, cast, mate):
    asked = ask(record, cast, mate)
    for change in ({"assigned_to": None}, {"lead": True}):
        with pytest.raises(IntegrityError, match="flows_task_signature"), transaction.atomic():
            Task.objects.filter(pk=asked.pk).update(**change)
    asked.pk = None
    with pytest.raises(IntegrityError, match="flows_task_one_signature"), transaction.atomic():
        asked.save()


def test_the_table_refuses_signers_and_withdrawals_that_make_no_sense():
    states = (State("a", text("A"), kind="waiting", signers="flows.work"), State("b", text("B"), kind="closed"))
    with pytest.raises(ValueError, match="nobody is asked to sign"):
        Flow("odd", text("Odd"), states, (Move("go", text("Go"), ("a",), "b", "flows.work"),))
    states = (State("a", text("A")), State("b", text("B")))
    with pytest.raises(ValueError, match="does not close the record"):
        Flow("odd", text("Odd"), states, (Move("go", text("Go"), ("a",), "b", "flows.work", anytime=True),))


@pytest.mark.django_db(transaction=True)
def test_an_approval_and_an_asking_at_one_moment_never_both_win(start, cast, mate, wednesday, at_once):
    record = start("check")
    shown = record.version

    def act(number):
        if number % 2:
            return moves.move(Sample.objects.get(pk=record.pk), "close", by=cast.city_clerk, version=shown).move
        return signatures.ask(lead(record), to=mate, by=cast.county_clerk, note="请看", version=shown).move

    results = at_once(16, act)
    assert sorted(result for result in results if isinstance(result, str)) in (["close"], ["sign"])
    closed = Sample.objects.get(pk=record.pk).state == "closed"
    assert closed != Task.objects.filter(record_id=record.pk, signing=True, done_at=None).exists()
