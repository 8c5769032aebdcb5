"""A task passed on from the worklist and from its record's page."""

import pytest

from unionhall.kernel.access import actions as access
from unionhall.kernel.access.models import Role
from unionhall.kernel.flows.models import Step, Task
from unionhall.testing import cast as standing

pytestmark = pytest.mark.django_db


def test_a_task_is_forwarded_from_its_page_and_taken_back(cast, get, post, desk):
    mate = standing.register("同事丙", cast.county, 711)
    access.open_account(mate, username="mate", by=None)
    access.grant(mate, role=Role.objects.get(code="county_clerk"), at=cast.county, by=None, since=standing.FOUNDED)
    issue = desk.issue("屋顶漏水")
    place = ("issues.issue", issue.pk)
    assert f"/tasks/issues.issue/{issue.pk}/forward" in get("county_clerk", "worklist").content.decode()
    assert "同事丙" in get("county_clerk", "forward", *place).content.decode()
    for wrong in ({"to": mate.pk, "note": ""}, {"to": cast.stranger.pk, "note": "请办"}):
        assert post("county_clerk", "forward", *place, **wrong).status_code == 422
    assert post("county_clerk", "forward", *place, to=mate.pk, note="请办").status_code == 303
    task = Task.objects.get(record_kind="issues.issue", record_id=issue.pk, done_at=None)
    assert task.assigned_to == mate
    assert post("neighbour", "forward", *place, to=mate.pk, note="请办").status_code == 404
    step = Step.objects.get(record_kind="issues.issue", record_id=issue.pk, move="forward").pk
    assert post("county_clerk", "forward-undo", *place, step + 1000).status_code == 404
    assert post("county_clerk", "forward-undo", *place, step).status_code == 303
    task.refresh_from_db()
    assert task.assigned_to is None
    assert get("county_clerk", "forward", "no.such", 1).status_code == 404
