"""Whatever people do, in whatever order: one unit answers for an issue, nobody checks own work, and the books agree."""

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from unionhall.kernel.flows import queries as flows
from unionhall.kernel.flows.models import Handling
from unionhall.lib.refusal import Refused
from unionhall.testing.cast import Cast
from unionhall.work.issues.actions import dispatch, flags, handle, lists, register
from unionhall.work.issues.flow import OPEN_STATES, UNDISPATCHED
from unionhall.work.issues.models import Issue
from unionhall.work.issues.tests.conftest import Desk, assert_books_agree, figure, fresh

PEOPLE = st.sampled_from(["county_clerk", "city_clerk", "township_clerk", "chair", "neighbour"])
UNITS = st.sampled_from(["county", "township", "factory", "hospital"])
GRADES = st.sampled_from(["major", "serious", "general"])
KINDS = st.sampled_from(["rights", "conduct", "poor_sites"])
WORK = settings(max_examples=12, stateful_step_count=18, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)


def at(*states):
    return precondition(lambda self: self.issue.state in states)


class Room(RuleBasedStateMachine):
    """One county's room; each machine works in a transaction of its own that is rolled back."""

    cast: Cast

    def __init__(self):
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.issues = []

    def teardown(self):
        try:
            if self.issues:
                assert_books_agree()
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    @property
    def issue(self):
        return fresh(self.issues[-1])

    def attempt(self, act, **what):
        """Do it; a refusal is an answer too and must have changed nothing that the invariants see."""
        try:
            with transaction.atomic():
                act(**what)
        except Refused:
            return

    @initialize(kind=KINDS)
    def begin(self, kind):
        desk = Desk(self.cast)
        self.onto = desk.list()
        self.issues.append(desk.issue("首个问题", kind, onto=self.onto))

    @precondition(lambda self: len(self.issues) < 3)
    @rule(kind=KINDS)
    def find_another(self, kind):
        self.issues.append(Desk(self.cast).issue(f"问题 {len(self.issues)}", kind, onto=self.onto))

    @at(*UNDISPATCHED)
    @rule(by=PEOPLE, to=UNITS, grade=GRADES)
    def send(self, by, to, grade):
        self.attempt(dispatch.dispatch, issue_id=self.issue.pk, to=self.cast.units[to], grade=grade, by=self.cast.people[by])

    @at("dispatched")
    @rule(by=PEOPLE)
    def accept(self, by):
        self.attempt(handle.accept, issue_id=self.issue.pk, by=self.cast.people[by])

    @at("dispatched")
    @rule(by=PEOPLE)
    def refuse(self, by):
        self.attempt(dispatch.refuse, issue_id=self.issue.pk, reason="非管辖", by=self.cast.people[by])

    @at("dispatched")
    @rule(by=PEOPLE)
    def take_back(self, by):
        self.attempt(dispatch.recall, issue_id=self.issue.pk, by=self.cast.people[by])

    @at("dispatched", "handling")
    @rule(by=PEOPLE, to=UNITS)
    def pass_on(self, by, to):
        self.attempt(dispatch.reassign, issue_id=self.issue.pk, to=self.cast.units[to], reason="转办", by=self.cast.people[by])

    @at("handling")
    @rule(by=PEOPLE)
    def report(self, by):
        self.attempt(handle.report_progress, issue_id=self.issue.pk, text="进展", by=self.cast.people[by])

    @at("handling")
    @rule(by=PEOPLE)
    def submit(self, by):
        self.attempt(handle.submit, issue_id=self.issue.pk, solution="已办", by=self.cast.people[by])

    @at("submitted")
    @rule(by=PEOPLE)
    def check(self, by):
        self.attempt(handle.pass_check, issue_id=self.issue.pk, by=self.cast.people[by])

    @at("submitted", "checked")
    @rule(by=PEOPLE)
    def send_back(self, by):
        self.attempt(handle.send_back, issue_id=self.issue.pk, reason="不实", by=self.cast.people[by])

    @at("submitted", "checked")
    @rule(by=PEOPLE)
    def write_off(self, by):
        self.attempt(handle.write_off, issue_id=self.issue.pk, by=self.cast.people[by])

    @at(*UNDISPATCHED)
    @rule(by=PEOPLE)
    def withdraw(self, by):
        self.attempt(register.withdraw, issue_id=self.issue.pk, reason="误登", by=self.cast.people[by])

    @rule(by=PEOPLE, kind=KINDS)
    def correct(self, by, kind):
        self.attempt(
            register.correct, issue_id=self.issue.pk, by=self.cast.people[by], title="更正后", details="", example="", kind=kind
        )

    @precondition(lambda self: len(self.issues) > 1)
    @rule(by=PEOPLE)
    def merge(self, by):
        self.attempt(register.merge, issue_id=self.issues[-1].pk, into_id=self.issues[-2].pk, by=self.cast.people[by])

    @at("dispatched", "handling")
    @rule(to=UNITS)
    def join(self, to):
        self.attempt(dispatch.ask_to_join, issue_id=self.issue.pk, unit=self.cast.units[to], by=self.cast.county_clerk)

    @at("handling")
    @rule(by=PEOPLE)
    def finish_part(self, by):
        self.attempt(dispatch.part_done, issue_id=self.issue.pk, reason="协办完成", by=self.cast.people[by])

    @rule(by=PEOPLE, colour=st.sampled_from(["red", "green"]))
    def flag(self, by, colour):
        self.attempt(flags.hang, issue_id=self.issue.pk, colour=colour, reason="提醒", by=self.cast.people[by])

    @rule(number=st.integers(1, 3))
    def list_again(self, number):
        name = f"清单 {number}"
        onto = lists.IssueList.objects.filter(name=name).first() or Desk(self.cast).list(name, "inspection")
        self.attempt(lists.add_source, issue_id=self.issue.pk, list_id=onto.pk, by=self.cast.county_clerk)

    @invariant()
    def exactly_one_unit_answers(self):
        for issue in Issue.objects.all():
            leads = Handling.objects.filter(record_kind="issues.issue", record_id=issue.pk, until=None, lead=True).count()
            units = Handling.objects.filter(record_kind="issues.issue", record_id=issue.pk, until=None).count()
            assert leads == (1 if units else 0)
            if issue.state in OPEN_STATES:
                assert flows.holder(issue).pk == issue.handler_id
                assert flows.open_tasks(issue).filter(lead=True).count() == 1

    @invariant()
    def nobody_checks_own_work(self):
        for issue in Issue.objects.filter(state__in=["checked", "written_off"]):
            assert issue.checked_by_id not in handle.everybody(issue)

    @invariant()
    def the_open_stock_is_what_stands_open(self):
        standing = Issue.objects.filter(state__in=OPEN_STATES, merged_into=None).count()
        assert figure("issues.open", self.cast.county) == standing


def machine(cast):
    """The machines over one cast."""
    return type("RoomOfTheCast", (Room,), {"cast": cast})


def test_the_room_holds(cast):
    run_state_machine_as_test(machine(cast), settings=WORK)


def own_work_checked(cast):
    """The way that a machine without the rule would take, step by step."""
    desk = Desk(cast)
    issue = desk.handling()
    handle.report_progress(issue_id=issue.pk, text="本人也参与了办理", by=cast.county_clerk)
    handle.submit(issue_id=issue.pk, solution="已办", by=cast.township_clerk)
    handle.pass_check(issue_id=issue.pk, by=cast.county_clerk)
    return fresh(issue)


def test_the_rule_stops_who_reported_progress(cast):
    with pytest.raises(Refused):
        own_work_checked(cast)


def test_the_machine_goes_red_when_the_fences_are_down(cast, monkeypatch):
    """The sabotage twin: without the rule and the trigger, the same invariant must see own work checked."""
    monkeypatch.setattr(handle, "hands", lambda issue: set())
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE issues_issue DISABLE TRIGGER issue_second_person, DISABLE TRIGGER issue_apart")
    issue = own_work_checked(cast)
    assert issue.state == "checked"
    assert issue.checked_by_id in handle.everybody(issue)


def test_the_machine_sees_a_forgotten_entry(cast, monkeypatch):
    """The sabotage twin of the books: an act that no longer lowers the open stock must turn the machine red."""
    monkeypatch.setattr(register, "close_stock", lambda issue, day: None)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(
            machine(cast), settings=settings(WORK, max_examples=40, print_blob=False, phases=[Phase.generate])
        )
