"""Nobody handles the file of their own household, in no sheet and no list either: told in the preview, refused in the writing."""

import pytest

from unionhall.kernel.exchange.registry import Unfit, Written
from unionhall.lib import dates
from unionhall.lib.refusal import Refused
from unionhall.testing.cast import id_number
from unionhall.work.hardship import access
from unionhall.work.hardship.actions import helps, imports, inquiries, intake, pairing
from unionhall.work.hardship.actions.helps import NewHelp
from unionhall.work.hardship.models.files import Household, Inquiry, Member
from unionhall.work.hardship.models.rounds import Contact, Help, Pairing
from unionhall.work.hardship.tests.conftest import assert_books_agree
from unionhall.work.hardship.tests.test_cross_check import ask, line_of
from unionhall.work.hardship.tests.test_imports import row

OWN = "这是您本人或本户的档案，不能由您办理，请由同事办理；本人申请请在服务大厅提交。"
SHEET = "exchange.import:1"
CLERK = id_number(2)  # of the county's clerk in the cast


def kin(desk, cast, clerk, **more):
    """A file in whose household a clerk lives, and one of others."""
    own = desk.filed(**more)
    Member.objects.create(household=own, person=clerk, relation="spouse", since=dates.today())
    return own, desk.filed(head=desk.person("孙志强"))


def test_a_sheet_of_files_names_the_line_in_which_the_clerk_stands(desk, cast):
    rows = [row(2, id_number=CLERK, name="李建华"), row(3, members=f"李建华/配偶/{CLERK}"), row(4)]
    found = imports.check(rows, at=cast.township, by=cast.county_clerk, options={})
    assert [(one.row, one.column, str(one.message)) for one in found if str(one.message) == OWN] == [
        (2, "id_number", OWN),
        (3, "members", OWN),
    ]


def test_and_the_writing_refuses_it_and_takes_nothing_of_the_slice(desk, cast):
    with pytest.raises(Unfit, match=OWN) as stopped:
        imports.write(
            [row(2), row(3, members=f"李建华/配偶/{CLERK}")], at=cast.township, by=cast.county_clerk, options={}, source=SHEET
        )
    assert stopped.value.finding.row == 3
    assert isinstance(stopped.value.__cause__, intake.NotOnFile)
    assert not Household.objects.exists()


def test_an_undone_sheet_leaves_the_clerks_own_household_and_goes_on(desk, cast):
    rows = [row(2, id_number=id_number(801)), row(3, id_number=id_number(802), name="钱桂英")]
    written = imports.write(rows, at=cast.township, by=cast.county_clerk, options={}, source=SHEET)
    first, _second = Household.objects.order_by("pk")
    Member.objects.create(household=first, person=cast.county_clerk, relation="child", since=dates.today())
    stays = imports.undo(
        [Written(one.row, one.record, "made") for one in written], at=cast.township, by=cast.county_clerk, options={}
    )
    assert [(one.row, str(one.message)) for one in stays] == [(2, OWN)]
    assert list(Household.objects.order_by("pk").values_list("state", flat=True)) == ["on_file", "withdrawn"]
    assert_books_agree()


def test_a_sheet_of_answers_leaves_out_the_question_about_ones_own(desk, cast):
    own, other = kin(desk, cast, cast.city_clerk)
    mine, theirs = ask(own, cast, "vehicles")[0], ask(other, cast, "vehicles")[0]
    rows = [line_of(2, number=mine.pk), line_of(3, number=theirs.pk)]
    found = inquiries.check_sheet(rows, at=cast.city, by=cast.city_clerk, options={})
    assert [(one.row, str(one.message), one.level) for one in found] == [
        (2, f"档案 {own.reference}：{OWN}", "error"),
        (3, "登记核对结果", "changed"),
    ]
    with pytest.raises(Unfit, match=OWN):
        inquiries.write_sheet(rows, at=cast.city, by=cast.city_clerk, options={}, source=SHEET)
    with pytest.raises(Refused, match=f"第 1 行：{OWN}"):
        inquiries.take_file([inquiries.Answered(mine.pk, "agrees", "", "甲")], by=cast.city_clerk)
    assert not Inquiry.objects.exclude(answered_at=None).exists()


def test_lists_of_pairings_contacts_helps_and_findings_do_not_reach_ones_own(desk, cast):
    own, other = kin(desk, cast, cast.county_clerk)
    new = NewHelp(item="living", source="凭证 1", approved=100, approved_on=dates.today(), paid=100, paid_on=dates.today())
    given = helps.note(household_id=own.pk, new=new, by=cast.city_clerk)
    pair = pairing.pair(household_id=own.pk, cadre=cast.township_clerk, by=cast.city_clerk)
    asked = (
        lambda: pairing.pair_many([(other, cast.township_clerk), (own, cast.township_clerk)], by=cast.county_clerk),
        lambda: pairing.contact_many([pair], by=cast.county_clerk, need="慰问"),
        lambda: helps.note_many([(other, new), (own, new)], by=cast.county_clerk),
        lambda: helps.audit_many([given], in_order=True, by=cast.county_clerk),
        lambda: helps.ask_many([given], satisfied=True, by=cast.county_clerk),
    )
    for act in asked:
        with pytest.raises(Refused, match=f"档案 {own.reference}：{OWN}") as refused:
            act()
        assert refused.value.code == "own_case"
    assert (Pairing.objects.count(), Contact.objects.count(), Help.objects.count()) == (1, 0, 1)
    given.refresh_from_db()
    assert (given.audited_on, given.asked_on) == (None, None)
    helps.audit_many([given], in_order=True, by=cast.city_clerk)
    assert_books_agree()


def test_sabotage_without_the_rule_the_list_takes_ones_own(desk, cast, monkeypatch):
    own, _other = kin(desk, cast, cast.county_clerk)
    monkeypatch.setattr(access, "check_none_own", lambda by, households: None)
    pairing.pair_many([(own, cast.township_clerk)], by=cast.county_clerk)
    assert Pairing.objects.get().household == own
