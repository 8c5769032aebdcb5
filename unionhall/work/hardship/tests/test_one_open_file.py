"""Nobody stands in two open files, also where two clerks take somebody up at the same moment: the database decides, in words."""

import pytest
from django.db import IntegrityError, connection, transaction

from unionhall.lib.refusal import Conflict, Refused
from unionhall.work.hardship.models.files import Household, Member
from unionhall.work.hardship.queries import membership

pytestmark = pytest.mark.django_db
CHILD = {"relation": "child", "school": "middle"}


@pytest.fixture
def missed(monkeypatch):
    """Let the look before a member is written miss the other file, `times` over, as one that is being written then is missed."""
    looks = membership.check_free

    def unseen(times):
        left = [times]

        def look(people, *, by, besides=None):
            left[0] -= 1
            if left[0] < 0:
                looks(people, by=by, besides=besides)

        monkeypatch.setattr(membership, "check_free", look)

    return unseen


@pytest.fixture
def pupil(desk):
    """A child in a file of the township."""
    child = desk.child()
    desk.draft(members=[{"person": child, **CHILD}])
    return child


def refused(desk, pupil, kind):
    """What a second file with the child is refused with, in a transaction of its own as a request is."""
    before = (Household.objects.count(), Member.objects.count())
    with pytest.raises(kind) as no, transaction.atomic():
        desk.draft(members=[{"person": pupil, **CHILD}])
    assert (Household.objects.count(), Member.objects.count()) == before
    return no.value


def test_who_comes_second_by_a_moment_reads_what_who_comes_late_reads(desk, pupil, missed):
    late = refused(desk, pupil, Refused)
    missed(1)
    second = refused(desk, pupil, Refused)
    assert Household.objects.get().reference in str(late)
    assert (second.code, second.field, str(second)) == (late.code, late.field, str(late))


def test_where_the_other_file_cannot_be_looked_up_the_person_is_still_taken_up_once(desk, pupil, missed):
    missed(2)
    assert str(refused(desk, pupil, Conflict)) == "刚刚有人把该成员列入了其他档案，请核实后再试。"


def test_any_other_constraint_is_no_second_file_but_a_fault(desk, forbid):
    forbid("hardship_member", "school <> 'middle'", "strange_one")
    assert "strange_one" in str(refused(desk, desk.child(), IntegrityError))


def test_sabotage_without_the_constraint_the_child_would_stand_in_two_files(desk, pupil, missed):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DROP INDEX member_one_open_file")
    missed(1)
    desk.draft(members=[{"person": pupil, **CHILD}])
    assert Member.objects.filter(person=pupil, open=True).count() == 2
