"""Doubles from the search to the merging on the page: one membership goes on, the books agree, and it can be taken back."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from unionhall.kernel.access.models import Account
from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger import registry
from unionhall.kernel.ledger.facts import Scope, Window
from unionhall.kernel.people import actions as people
from unionhall.kernel.people.actions import merging
from unionhall.kernel.people.models import Merger, Pair, Person
from unionhall.lib import dates
from unionhall.lib.likeness import File
from unionhall.lib.refusal import Conflict, Denied, NotVisible, Refused
from unionhall.work.membership.actions import doubles
from unionhall.work.membership.models import Membership
from unionhall.work.membership.queries import doubles as queries
from unionhall.work.membership.tests.conftest import applicant, assert_books_agree, figure, fresh

pytestmark = pytest.mark.django_db
LIST = reverse("membership:desk-doubles")


@pytest.fixture
def pair(desk, cast):
    """One worker, registered at two unions under two document numbers."""
    one = desk.member(1, given=applicant(1, name="高远航", employer="示范机械"))
    other = desk.member(2, union=cast.mine, given=applicant(2, name="高远杭", phone="10099000777"))
    merging.note_pairs([(one.person_id, other.person_id, 0.973, '{"name": 1, "birth": 0}')])
    return Pair.objects.select_related("first", "second").get()


def test_the_search_reads_everybody_as_files_with_employer(pair):
    files = {one.number: one for one in queries.files()}
    one = files[pair.first_id]
    assert isinstance(one, File)
    assert [one.name, one.sound, one.birth, one.phone_tail, one.employer] == [
        "高远航",
        "gaoyuanhang",
        date(1990, 3, 15),
        "0001",
        "示范机械",
    ]


def test_the_search_keeps_what_the_engine_finds(pair, cast, monkeypatch):
    pytest.importorskip("splink", reason="the extra `scale` is not installed")
    assert doubles.search_all() == Pair.objects.filter(verdict="").count()


def test_without_the_extra_the_job_says_what_to_install(monkeypatch):
    monkeypatch.setattr(doubles, "engine", doubles.Later("unionhall.kernel.people.nowhere.search"))
    with pytest.raises(Refused, match="没有安装扩展 scale"):
        doubles.search_all()
    assert doubles.search_by_clock() == 0


def test_two_memberships_become_one_and_the_books_agree(pair, cast):
    assert figure("membership.members", cast.city) == 2
    doubles.merge(pair_id=pair.pk, by=cast.city_clerk, keep="first", fields=["phone"], reason="本人到窗口核对")
    held = Membership.objects.filter(person=pair.first).order_by("id")
    assert [(one.organization, one.state) for one in held] == [(cast.factory, "member"), (cast.mine, "merged")]
    assert [figure("membership.members", cast.city), figure("membership.members", cast.mine)] == [1, 0]
    assert fresh(pair.first).phone_last4 == "0777"
    assert_books_agree()


def test_the_membership_that_goes_on_can_be_chosen(pair, cast):
    doubles.merge(pair_id=pair.pk, by=cast.city_clerk, keep="first", membership="gone", reason="已到矿山上班")
    assert Membership.objects.get(person=pair.first, until=None).organization == cast.mine
    assert_books_agree()


def test_taken_back_both_are_members_again(pair, cast):
    made = doubles.merge(pair_id=pair.pk, by=cast.city_clerk, keep="first", reason="本人到窗口核对")
    doubles.undo(merger_id=made.pk, by=cast.city_clerk)
    alive = {one.person_id: one.organization for one in Membership.objects.filter(until=None).select_related("organization")}
    assert alive == {pair.first_id: cast.factory, pair.second_id: cast.mine}
    assert figure("membership.members", cast.city) == 2
    assert_books_agree()


def test_what_was_counted_for_two_files_counts_for_one_and_again_for_two(pair, cast):
    here = Scope(cast.city)
    lately = Window(dates.today() - timedelta(days=400), dates.today())

    def joined(**more):
        return [
            ledger.value(registry.indicator(f"membership.joined{end}"), here, lately, **more).number for end in ("", ".distinct")
        ]

    mark = ledger.mark()
    assert joined() == [2, 2]
    made = doubles.merge(pair_id=pair.pk, by=cast.city_clerk, keep="first", reason="本人到窗口核对")
    assert [joined(), joined(as_of=mark)] == [[2, 1], [2, 2]]
    assert_books_agree()
    doubles.undo(merger_id=made.pk, by=cast.city_clerk)
    assert joined() == [2, 2]
    assert_books_agree()


def test_only_who_moves_members_of_both_unions_may(pair, cast):
    with pytest.raises(NotVisible):
        doubles.merge(pair_id=pair.pk, by=cast.neighbour_chair, keep="first", reason="核对")
    with pytest.raises((Denied, NotVisible)):
        doubles.tell_apart(pair_id=pair.pk, by=cast.worker)
    assert [Merger.objects.count(), fresh(pair).verdict] == [0, ""]


def test_rights_at_the_desk_are_never_merged_away(pair, cast):
    clerk = cast.township_clerk
    merging.note_pairs([(*sorted([pair.first_id, clerk.pk]), 0.99, "{}")])
    found = Pair.objects.get(verdict="")
    side = "first" if found.first_id != clerk.pk else "second"
    with pytest.raises(Refused, match="仍有岗位权限"):
        doubles.merge(pair_id=found.pk, by=cast.city_clerk, keep=side, reason="核对")


def test_the_account_of_the_closed_file_is_shut_and_opened_again(pair, cast):
    account = Account.objects.create(person=pair.second, username="gao.second")
    made = doubles.merge(pair_id=pair.pk, by=cast.city_clerk, keep="first", reason="核对")
    assert fresh(account).is_active is False
    doubles.undo(merger_id=made.pk, by=cast.city_clerk)
    assert fresh(account).is_active is True


def test_the_page_shows_both_merges_by_choice_and_takes_back(pair, cast):
    clerk = cast.client("city_clerk")
    listed = clerk.get(LIST).content.decode()
    assert "姓名同音、出生日期相同" in listed
    assert "97.3 %" in listed
    page = clerk.get(reverse("membership:desk-double", args=[pair.pk])).content.decode()
    assert all(words in page for words in ("高远航", "高远杭", "档案号", "是同一人，合并", "不是同一人"))
    merge = reverse("membership:desk-double-merge", args=[pair.pk])
    refused = clerk.post(merge, {"keep": "first"})
    assert [refused.status_code, Merger.objects.count()] == [422, 0]
    done = clerk.post(merge, {"keep": "first", "take-name": "second", "take-phone": "first", "reason": "核对户口簿"})
    assert [done.status_code, fresh(pair.first).name] == [303, "高远杭"]
    merged = clerk.get(f"{LIST}?seen=merged").content.decode()
    assert reverse("membership:desk-double-undo", args=[Merger.objects.get().pk]) in merged
    back = clerk.post(reverse("membership:desk-double-undo", args=[Merger.objects.get().pk]))
    assert [back.status_code, fresh(pair.first).name, Person.objects.get(pk=pair.second_id).merged_into] == [303, "高远航", None]


def test_what_is_sealed_differs_only_where_it_does(pair, cast):
    """Masks alone prove nothing: 100****0001 may be one phone or two."""
    first, second = queries.sides(cast.city_clerk, pair.first, pair.second)
    assert {field: queries.differ(first, second, field) for field in ("name", "sex", "birth", "id_number", "phone")} == {
        "name": True,
        "sex": first.person.sex != second.person.sex,
        "birth": False,
        "id_number": True,
        "phone": True,
    }
    Person.objects.filter(pk=pair.second_id).update(phone_blind=pair.first.phone_blind)
    first, second = queries.sides(cast.city_clerk, pair.first, fresh(pair.second))
    assert queries.differ(first, second, "phone") is False


def test_whoever_joins_by_the_number_of_the_closed_file_is_the_one_that_stays(pair, cast, desk):
    doubles.merge(pair_id=pair.pk, by=cast.city_clerk, keep="first", reason="核对")
    with pytest.raises(Conflict, match="已在工会登记为会员"):
        desk.applied(2, given=applicant(2, name="高远航", phone=""))


def test_the_page_of_a_member_points_to_the_likely_double(pair, cast):
    one = Membership.objects.get(person=pair.first)
    page = reverse("membership:desk-member", args=[one.pk])
    compare = reverse("membership:desk-double", args=[pair.pk])
    assert compare in cast.client("city_clerk").get(page).content.decode()
    doubles.tell_apart(pair_id=pair.pk, by=cast.city_clerk)
    assert compare not in cast.client("city_clerk").get(page).content.decode()


def test_told_apart_on_the_page_they_are_never_shown_again(pair, cast):
    clerk = cast.client("city_clerk")
    done = clerk.post(reverse("membership:desk-double-different", args=[pair.pk]), {"reason": "兄弟二人"})
    assert [done.status_code, fresh(pair).verdict] == [303, "different"]
    merging.note_pairs([(pair.first_id, pair.second_id, 0.99, "{}")])
    assert "没有待认定的重复" in clerk.get(LIST).content.decode()


def test_the_button_starts_the_search_in_the_background(cast):
    assert cast.client("city_clerk").post(reverse("membership:desk-doubles-search")).status_code == 303


def test_a_person_of_another_home_needs_no_membership(cast):
    one = people.register(by=None, name="赵一", home=cast.factory, phone="10010000001")
    other = people.register(by=None, name="赵壹", home=cast.factory, phone="10010000001")
    merging.note_pairs([(one.pk, other.pk, 0.99, "{}")])
    made = doubles.merge(pair_id=Pair.objects.get().pk, by=cast.city_clerk, keep="second", reason="核对")
    assert [made.kept, made.gone, made.rooms["membership"]] == [other, one, {}]
