"""The way of an issue from its registration to its write-off."""

import pytest
from django.db import IntegrityError, transaction

from unionhall.kernel.flows import queries as flows
from unionhall.lib import dates
from unionhall.lib.refusal import Conflict, NotVisible
from unionhall.work.issues.actions import handle
from unionhall.work.issues.models import Issue
from unionhall.work.issues.tests.conftest import assert_books_agree, figure, fresh


def test_an_issue_written_off_has_gone_every_station(desk, cast):
    issue = desk.written_off(desk.issue(onto=desk.list()))
    assert issue.state == "written_off"
    assert [step.move for step in flows.timeline(issue)] == ["start", "dispatch", "accept", "submit", "pass_check", "write_off"]
    assert issue.written_off_on == dates.today()
    assert [listing.cleared_on for listing in issue.listings.all()] == [dates.today()]
    assert list(flows.open_tasks(issue)) == []


def test_it_counts_where_it_was_listed_and_where_it_was_handled(desk, cast):
    desk.written_off(desk.issue(onto=desk.list()))
    county = {
        code: figure(f"issues.{code}", cast.county)
        for code in ("identified", "listed", "resolved", "written_off", "cleared", "open")
    }
    assert county == {"identified": 1, "listed": 1, "resolved": 1, "written_off": 1, "cleared": 1, "open": 0}
    assert [figure(f"issues.{code}", cast.township) for code in ("received", "accepted", "identified")] == [1, 1, 0]
    assert figure("issues.closure_rate", cast.city) == 1
    assert figure("issues.late_rate", cast.city) == 0
    assert figure("issues.identified", cast.neighbour_county) == 0
    assert_books_agree()


def test_an_unchecked_issue_is_not_written_off(desk, cast):
    issue = desk.submitted()
    with pytest.raises(Conflict):
        handle.write_off(issue_id=issue.pk, by=cast.county_clerk)
    assert fresh(issue).state == "submitted"
    assert fresh(issue).written_off_on is None
    assert figure("issues.open", cast.county) == 1


def test_the_database_refuses_an_unchecked_write_off(desk):
    issue = desk.submitted()
    with pytest.raises(IntegrityError), transaction.atomic():
        Issue.objects.filter(pk=issue.pk).update(state="written_off", written_off_on=dates.today(), written_off_by=issue.created_by)


def test_the_unit_that_handled_it_does_not_write_it_off(desk, cast):
    issue = desk.checked()
    with pytest.raises(NotVisible):
        handle.write_off(issue_id=issue.pk, by=cast.township_clerk)


def test_a_second_write_off_changes_nothing(desk, cast):
    issue = desk.written_off()
    with pytest.raises(Conflict):
        handle.write_off(issue_id=issue.pk, by=cast.county_clerk)
    assert figure("issues.written_off", cast.county) == 1
    assert figure("issues.open", cast.county) == 0


def test_work_handed_in_after_the_deadline_counts_as_late(desk, cast):
    issue = desk.checked()
    Issue.objects.filter(pk=issue.pk).update(deadline=dates.today().replace(year=2020))
    handle.write_off(issue_id=issue.pk, by=cast.county_clerk)
    assert figure("issues.late", cast.county) == 1
    assert figure("issues.late_rate", cast.county) == 1
    assert_books_agree()
