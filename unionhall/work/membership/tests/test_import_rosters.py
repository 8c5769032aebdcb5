"""Rosters from a sheet, through the house's own import pages: who is made, known, asked about, refused; and taken back."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override

from unionhall.kernel.exchange import queries as exchange
from unionhall.kernel.exchange.models import Import
from unionhall.kernel.exchange.registry import Row
from unionhall.kernel.people import actions as kernel
from unionhall.kernel.people import queries as people
from unionhall.kernel.people.queries import phones
from unionhall.lib import dates
from unionhall.testing.cast import id_number
from unionhall.work.membership.actions import rosters
from unionhall.work.membership.models import Membership
from unionhall.work.membership.tests.conftest import applicant, assert_books_agree, figure, number_of

pytestmark = pytest.mark.django_db
HEAD = ["会员姓名", "证件号码", "联系电话", "工会", "入会时间", "岗位类别"]


def book(*lines) -> bytes:
    out = io.BytesIO()
    made = openpyxl.Workbook()
    for line in [HEAD, *lines]:
        made.active.append(list(line))
    made.save(out)
    return out.getvalue()


@pytest.fixture
def bring(cast):
    """`bring("county_clerk", content)`: brought, columns as guessed, checked, and the address of its next steps."""

    def brought(who, content):
        browser = cast.client(who)
        file = SimpleUploadedFile("花名册.xlsx", content)
        answer = browser.post(reverse("office:import", args=["membership.roster"]), {"file": file})
        assert answer.status_code == 303, answer.content.decode()[:2000]
        one = Import.objects.order_by("-pk")[0]
        given = {f"column-{place}": code for place, code in one.mapping.items()}
        assert browser.post(reverse("office:import-assign", args=[one.pk]), given).status_code == 303
        one.refresh_from_db()
        return browser, one

    return brought


def counts(one):
    one.refresh_from_db()
    return {name: count for name in ("made", "changed", "same", "doubtful", "refused", "skipped") if (count := getattr(one, name))}


def test_a_roster_comes_in_and_its_members_count(cast, bring):
    browser, one = bring(
        "county_clerk",
        book(
            ["高远航", number_of(1), "１００ ９９００－００１１", cast.factory.name, "2021年3月5日", "骑手"],
            ["骆行舟", number_of(2), "", cast.factory.code, "2020.1.6", ""],
            ["穆长风", number_of(3), "", "区医院", "", "在职职工"],
        ),
    )
    assert counts(one) == {"made": 3}
    assert not Membership.objects.exists()  # nothing is written before somebody says so
    assert browser.post(reverse("office:import-run", args=[one.pk])).status_code == 303
    rows = {row.person.name: row for row in Membership.objects.select_related("person")}
    assert [rows["高远航"].occupation, rows["高远航"].joined_on.isoformat()] == ["rider", "2021-03-05"]
    assert rows["穆长风"].organization_id == cast.hospital.pk
    assert [figure("membership.members", at) for at in (cast.factory, cast.county)] == [2, 3]
    assert people.standing_on(dates.today(), "member").count() == 3
    assert_books_agree()


def test_members_elsewhere_other_names_and_doubles_are_told_apart(cast, desk, bring):
    desk.member(1, union=cast.mine)
    desk.member(2, union=cast.factory)
    browser, one = bring(
        "county_clerk",
        book(
            ["高远航", number_of(1), "", cast.factory.name, "", ""],  # a member of a union that this clerk does not see
            ["高远航", number_of(2), "", cast.factory.name, "", ""],  # a member here already
            ["杨二工", id_number(14), "", cast.factory.name, "", ""],  # a number under another name
            ["穆长风", number_of(4), "", cast.factory.name, "", ""],
            ["穆长风", number_of(4), "", cast.factory.name, "", ""],  # twice in the sheet
            ["施明远", number_of(5)[:-1] + "*", "", cast.factory.name, "", ""],
        ),
    )
    assert counts(one) == {"same": 1, "refused": 5}
    page = browser.get(reverse("office:import-page", args=[one.pk])).content.decode()
    assert "该人员已在其他工会登记" in page
    assert cast.mine.name not in page
    assert "该证件号码已登记在另一个姓名下" in page
    assert Membership.objects.count() == 2


def test_one_name_and_phone_with_two_valid_numbers_is_asked_about(cast, desk, bring):
    desk.member(2, given=applicant(2, name="骆行舟", phone="10099000012"))
    _browser, one = bring(
        "county_clerk",
        book(
            ["高远航", number_of(3), "10099000011", cast.factory.name, "", ""],
            ["高远航", number_of(4), "10099000011", cast.factory.name, "", ""],  # twice in the sheet
            ["骆行舟", number_of(5), "10099000012", cast.factory.name, "", ""],  # one in the house
            ["穆长风", number_of(6), "10099000012", cast.factory.name, "", ""],  # no double, but the phone of another person
        ),
    )
    assert counts(one) == {"doubtful": 4}
    in_sheet = "与本表第 {} 行姓名和手机号相同，但证件号码不同，可能是同一人。"
    in_house = "可能与已登记的人员是同一人：姓名和手机号相同，但证件号码不同，号码可能录错或填成了他人的。"
    said = [(each.row, str(each.message), str(each.mend)) for each in exchange.findings(one) if each.column == "name"]
    decide = "确认不是同一人再选“导入”。"
    assert said == [(2, in_sheet.format(3), decide), (3, in_sheet.format(2), decide), (4, in_house, decide)]


def test_an_import_is_taken_back_but_for_what_changed_since(cast, bring):
    browser, one = bring(
        "county_clerk",
        book(["高远航", number_of(1), "", cast.factory.name, "", ""], ["骆行舟", number_of(2), "", cast.factory.name, "", ""]),
    )
    browser.post(reverse("office:import-run", args=[one.pk]))
    kept = Membership.objects.get(person__name="骆行舟")
    changed = {"retain-on": dates.today(), "retain-ground": "military"}
    assert cast.client("chair").post(reverse("membership:desk-change", args=[kept.pk, "retain"]), changed).status_code == 303
    assert browser.post(reverse("office:import-undo", args=[one.pk])).status_code in (200, 303)
    assert list(Membership.objects.values_list("pk", flat=True)) == [kept.pk]
    assert figure("membership.members", cast.county) == 0
    assert figure("membership.retained", cast.county) == 1
    assert_books_agree()


def test_who_is_too_young_or_was_not_born_yet_is_named(cast, bring):
    young = f"{dates.today().year - 15}0101"
    _browser, one = bring(
        "county_clerk",
        book(
            ["高远航", number_of(1, born=young), "", cast.factory.name, "", ""],
            ["骆行舟", number_of(2), "", cast.factory.name, "1990-03-15", ""],
            ["穆长风", number_of(3), "", cast.factory.name, "1990-03-16", ""],
        ),
    )
    assert counts(one) == {"made": 1, "refused": 2}
    said = {(each.row, each.column): str(each.message) for each in exchange.findings(one)}
    assert said == {(2, "id_number"): "未满 16 周岁不能入会。", (3, "joined_on"): "入会日期早于出生日期。"}


def test_a_file_that_cannot_be_read_is_refused_in_one_language(cast):
    file = SimpleUploadedFile("花名册.xlsx", book(["高远航", number_of(1), "", "", "", ""])[:900])
    page = cast.client("county_clerk").post(reverse("office:import", args=["membership.roster"]), {"file": file}).content.decode()
    assert "未导入任何内容。" in page and "Nothing was imported" not in page


TAKEN = "这个手机号已登记在其他人名下。"
SHARED = "与本表第 {} 行不是同一人，手机号却相同。"


def test_a_phone_of_another_person_is_asked_about_and_never_whose_it_is(cast, desk, bring):
    desk.member(1, union=cast.mine, given=applicant(1, name="骆行舟", phone="10099000012"))  # beyond this clerk's scope
    desk.member(2, given=applicant(2, name="贺兰山", phone="10099000013"))
    browser, one = bring(
        "county_clerk",
        book(
            ["高远航", number_of(3), "10099000012", cast.factory.name, "", ""],
            ["穆长风", number_of(4), "10099000013", cast.factory.name, "", ""],
            ["施明远", number_of(5), "10099000014", cast.factory.name, "", ""],  # a phone of one's own
            ["骆行舟", number_of(6), "10099000012", cast.factory.name, "", ""],  # a likely double, which is another question
            ["贺兰山", number_of(2), "10099000012", cast.factory.name, "", ""],  # known: the phone on file stays
        ),
    )
    assert counts(one) == {"made": 1, "same": 1, "doubtful": 3}
    said = [(each.row, each.column, str(each.message)) for each in exchange.findings(one)]
    assert [told for told in said if told[0] in (2, 3)] == [
        (2, "phone", TAKEN),
        (2, "phone", SHARED.format("5、6")),
        (3, "phone", TAKEN),
    ]
    assert [row for row, column, _message in said if column == "phone"] == [2, 2, 3, 5]
    page = browser.get(reverse("office:import-page", args=[one.pk]), {"level": "doubt"}).content.decode()
    assert 'name="cell-3-phone" value="10099000013"' in page  # to whoever brought it, to be mended in its place
    assert cast.mine.name not in page and "再选“导入”，否则请更正或清空手机号。" in page


def test_phones_of_others_are_asked_about_in_english_too(cast):
    lines = [("高远航", 1, "10011110001"), ("骆行舟", 2, "10099000012"), ("穆长风", 3, "10099000012")]
    blank = {"unit": cast.factory, "joined_on": None}
    rows = [Row(at, {"name": name, "id_number": number_of(at), "phone": phone} | blank) for name, at, phone in lines]
    kernel.register(by=None, name="叶知秋", home=cast.mine, phone="10011110001")
    with override("en"):
        said = [
            (one.row, str(one.message), str(one.mend))
            for one in rosters.check(rows, at=cast.county, by=cast.county_clerk, options={})
        ]
    ask = "Ask: take the row if they do use this phone (a family may share one), else correct the phone or leave it empty."
    shared = "Somebody else in row {} of this sheet has the same phone."
    assert said == [(1, "This phone is registered for somebody else.", ask), (2, shared.format(3), ask), (3, shared.format(2), ask)]


def test_two_people_with_one_phone_in_a_sheet_are_taken_once_somebody_says_so(cast, bring):
    browser, one = bring(
        "county_clerk",
        book(
            ["高远航", number_of(1), "10099000011", cast.factory.name, "", ""],
            ["骆行舟", number_of(2), "100 9900 0011", cast.factory.name, "", ""],
            ["穆长风", number_of(3), "", cast.factory.name, "", ""],
            ["施明远", number_of(4), "", cast.factory.name, "", ""],  # no phone is no shared phone
        ),
    )
    assert counts(one) == {"made": 2, "doubtful": 2}
    said = [(each.row, each.column, str(each.message)) for each in exchange.findings(one)]
    assert said == [(2, "phone", SHARED.format(3)), (3, "phone", SHARED.format(2))]
    mended = {"row-2": "take", "row-3": "", "cell-2-phone": "10099000011", "cell-3-phone": "10099000015"}
    browser.post(reverse("office:import-mend", args=[one.pk]), mended)
    assert counts(one) == {"made": 4}
    browser.post(reverse("office:import-run", args=[one.pk]))
    assert counts(one) == {"made": 4}
    assert sorted(row.person.phone_last4 for row in Membership.objects.all()) == ["", "", "0011", "0015"]


def test_one_phone_of_a_whole_union_names_a_few_rows_and_asks_the_house_once(cast, bring, django_assert_num_queries):
    lines = [[name, number_of(place), "10099000011", cast.factory.name, "", ""] for place, name in enumerate(NAMES)]
    _browser, one = bring("county_clerk", book(*lines))
    assert counts(one) == {"doubtful": 9}
    said = {each.row: str(each.message) for each in exchange.findings(one)}
    assert (said[2], said[10]) == (SHARED.format("3、4、5、6、7、8"), SHARED.format("2、3、4、5、6、7"))
    with django_assert_num_queries(1):
        assert phones.of_others([(name, "10099000011") for name in NAMES]) == set()


NAMES = ["高远航", "骆行舟", "穆长风", "施明远", "贺兰山", "叶知秋", "岳临川", "沈怀瑾", "白鹿原"]
