"""A dispatch with joint units is taken back whole."""

from unionhall.kernel.flows import queries as flows
from unionhall.work.issues.actions import dispatch
from unionhall.work.issues.tests.conftest import assert_books_agree, figure, fresh


def test_a_dispatch_with_joint_units_is_taken_back_whole(desk, cast):
    issue = desk.dispatched(joint_units=[cast.hospital, cast.factory])
    assert flows.open_parts(issue).count() == 2
    dispatch.recall(issue_id=issue.pk, by=cast.county_clerk)
    back = fresh(issue)
    assert (back.state, back.handler_id) == ("found", cast.county.pk)
    assert flows.open_parts(back).count() == 0
    assert [handling.organization_id for handling in flows.handlings(back) if not handling.lead] == []
    assert figure("issues.dispatched", cast.county) == 0
    assert_books_agree()
