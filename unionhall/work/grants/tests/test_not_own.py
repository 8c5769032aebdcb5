"""Nobody handles a grant from which they, their household or whoever they act for would have something."""

import pytest

from unionhall.lib.refusal import Refused
from unionhall.work.grants import access
from unionhall.work.grants.actions import applications, batches, imports, many
from unionhall.work.grants.models import Application
from unionhall.work.grants.tests.conftest import YUAN, on_file
from unionhall.work.grants.tests.test_apart import check, lend
from unionhall.work.grants.tests.test_imports import row

pytestmark = pytest.mark.django_db
OWN = "您本人或本户家庭成员从中受益，不能由您办理，请由同事办理；本人申请请在服务大厅提交。"


def refused(act, *args, **given):
    with pytest.raises(Refused) as found:
        act(*args, **given)
    assert found.value.code == "own_case"
    return str(found.value)


def kin(office, cast, clerk):
    """Somebody of the clerk's household, which is on file."""
    head = office.person()
    on_file(cast, clerk, kind="hardship_member", head=head)
    return head


def test_a_clerk_registers_nothing_for_herself_or_her_household(office, cast):
    on_file(cast, cast.township_clerk)
    assert refused(office.register, cast.township_clerk) == OWN
    assert not Application.objects.exists()


def test_nor_for_whoever_stands_in_the_same_file(office, cast):
    head = kin(office, cast, cast.township_clerk)
    assert refused(office.register, head) == OWN
    assert not Application.objects.exists()


def test_what_was_registered_by_another_is_reviewed_and_approved_by_another(office, cast):
    one = office.submit(office.person())
    Application.objects.filter(pk=one.pk).update(person=cast.township_clerk)
    assert refused(applications.review, application_id=one.pk, by=cast.township_clerk) == f"申请{one.reference}：{OWN}"
    Application.objects.filter(pk=one.pk).update(person=one.person)
    assert applications.review(application_id=one.pk, by=cast.county_clerk).state == "reviewed"


def test_many_at_once_leave_out_one_own_and_go_on_with_the_others(office, cast):
    own, other = office.submit(office.person()), office.submit(office.person())
    Application.objects.filter(pk=own.pk).update(person=cast.township_clerk)
    outcome = many.review([own, other], by=cast.township_clerk)
    assert [one.pk for one in outcome.done] == [other.pk]
    assert {key: (why.code, str(why)) for key, why in outcome.refused.items()} == {
        own.pk: ("own_case", f"申请{own.reference}：{OWN}")
    }


def test_nobody_prepares_checks_or_pays_a_batch_that_pays_them(office, cast):
    one = office.approve()
    batch = office.batch(one)
    Application.objects.filter(pk=one.pk).update(household=access.household_of(office.checker, one.submitted_on))
    assert refused(check, batch, office.checker) == f"申请{one.reference}：{OWN}"
    Application.objects.filter(pk=one.pk).update(household="elsewhere")
    check(batch, office.checker)
    Application.objects.filter(pk=one.pk).update(person=office.payer)
    assert refused(batches.export, batch_id=batch.pk, by=office.payer) == f"申请{one.reference}：{OWN}"
    another = office.approve()
    Application.objects.filter(pk=another.pk).update(person=cast.county_clerk)
    prepare = {"organization": cast.county, "application_ids": [another.pk], "by": cast.county_clerk}
    assert refused(batches.prepare, **prepare) == f"申请{another.reference}：{OWN}"


def test_a_deputy_handles_nothing_of_the_lenders(office, cast):
    """The township's clerk approves by the county clerk's right alone: what would help that one is not theirs to approve."""
    one = office.submit(office.person())
    applications.review(application_id=one.pk, by=cast.city_clerk)
    Application.objects.filter(pk=one.pk).update(person=cast.county_clerk, created_by=cast.city_clerk)
    lend(cast.county_clerk, cast.township_clerk)
    act = {"application_id": one.pk, "amount": 100 * YUAN, "funder": cast.county, "line_id": office.line.pk}
    assert refused(applications.approve, **act, by=cast.township_clerk) == f"申请{one.reference}：{OWN}"


def test_a_sheet_names_the_line_that_is_ones_own(office, cast):
    head = kin(office, cast, cast.township_clerk)
    own = office.number
    office.person()
    lines = [row(2, own, name=head.name), row(3, office.number)]
    found = imports.check(lines, at=cast.township, by=cast.township_clerk, options={})
    assert [(one.row, one.column, one.level, str(one.message)) for one in found] == [(2, "id_number", "error", OWN)]


def test_the_rule_is_what_refuses(office, cast, monkeypatch):
    """The sabotage twin: without it a clerk's own application goes its way."""
    on_file(cast, cast.township_clerk)
    monkeypatch.setattr(access, "check_not_own", lambda by, one: None)
    assert office.register(cast.township_clerk).person == cast.township_clerk
