"""Lists that leave the room, and rules that differ by region: illnesses, the year's list, families just above the lines."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from unionhall.kernel.access import actions as rights
from unionhall.kernel.access.models import Role
from unionhall.kernel.policies import actions as policies
from unionhall.lib import dates
from unionhall.lib.refusal import Conflict
from unionhall.testing.cast import FOUNDED
from unionhall.work.hardship import access
from unionhall.work.hardship.actions import leave, procedure, yearly
from unionhall.work.hardship.actions.books import Book
from unionhall.work.hardship.models.files import Household
from unionhall.work.hardship.models.rounds import YearLine


def test_the_cost_of_an_illness_counts_as_a_blow_where_the_region_lists_it(desk, cast):
    blow = {"incomes": {"wage": 6_000_000}, "accident": 5_900_000}
    assert desk.draft(book=Book(**blow)).kind == "accident"  # an injury, a disaster
    assert desk.draft(book=Book(**blow, disease="kidney")).kind == "accident"
    assert desk.draft(book=Book(**blow, disease="unlisted")).kind == "none"
    policies.set_value(
        "hardship.covered_illnesses", {"kidney": 0, "unlisted": 1}, organization=cast.city, since=date(2020, 1, 1),
        source="市总办法", by=cast.city_clerk,
    )  # fmt: skip
    assert desk.draft(book=Book(**blow, disease="kidney")).kind == "none"
    assert desk.draft(book=Book(**blow, disease="unlisted")).kind == "accident"


def sheet_of(answer):
    rows = list(load_workbook(BytesIO(b"".join(answer)), read_only=True).worksheets[0].iter_rows(values_only=True))
    start = next(place for place, row in enumerate(rows) if "档案编号" in row)
    return [dict(zip(rows[start], row, strict=False)) for row in rows[start + 1 :] if any(row)]


def test_the_year_s_list_leaves_in_the_form_in_which_it_is_reported(desk, cast):
    stays, goes, waits = (desk.filed(head=desk.person(name)) for name in ("何秀兰", "曾桂兰", "杨小满"))
    drawn = yearly.draw(organization=cast.county, by=cast.city_clerk)
    procedure.verify(household_id=stays.pk, by=cast.county_clerk)
    leave.leave(household_id=goes.pk, route="employment", words="已就业", by=cast.county_clerk)
    line = drawn.lines.get(spot=True)
    yearly.spot_check(line_id=line.pk, correct=False, words="人口少填一人", by=cast.city_clerk)
    answer = cast.client("county_clerk").get(reverse("hardship:desk-year-export", args=[drawn.pk]))
    told = {row["户主"]: row for row in sheet_of([answer.content])}
    assert {name: (row["清理结果"], row["退出去向或原因"]) for name, row in told.items()} == {
        "何秀兰": ("继续在档", "--"), "曾桂兰": ("脱困退出", "就业创业"), "杨小满": ("待核查", "--"),
    }  # fmt: skip
    assert sorted(str(row["序号"]) for row in told.values()) == ["1", "2", "3"]
    checked = told[line.household.head.name]
    assert (checked["是否抽查"], checked["抽查结果"], checked["问题说明"], checked["抽查人"]) == (
        "是", "有误", "人口少填一人", cast.city_clerk.name,
    )  # fmt: skip
    assert cast.client("neighbour").get(reverse("hardship:desk-year-export", args=[drawn.pk])).status_code == 404
    assert waits.state == "on_file"


def test_families_just_above_the_lines_are_reported_on_a_form_of_their_own(desk, cast):
    near = desk.draft(book=Book(incomes={"wage": 2_900_000}), head=desk.person("何秀兰"), employer="红旗机械厂")
    deep = desk.draft()
    assert (near.kind, deep.kind) == ("near", "deep")
    clerk = cast.client("county_clerk")
    page = clerk.get(reverse("hardship:desk-list"), {"kind": "near"}).content.decode()
    assert "边缘困难登记表" in page
    assert "边缘困难登记表" not in clerk.get(reverse("hardship:desk-list")).content.decode()
    rows = sheet_of([clerk.get(reverse("hardship:desk-export"), {"table": "near", "kind": "near"}).content])
    assert [(row["户主"], row["工作单位"], row["主要致困原因"]) for row in rows] == [("何秀兰", "红旗机械厂", "本人或家属患病")]
    assert "边缘困难职工家庭登记表" in clerk.get(reverse("hardship:desk-print", args=[near.pk])).content.decode()
    form = clerk.get(reverse("hardship:desk-print", args=[deep.pk])).content.decode()
    assert ("困难职工建档申请书" in form, 'class="sheet "' in form, "sheet-wide" in form) == (True, True, False)  # upright


@pytest.mark.parametrize(("first", "second"), [("city", "county"), ("county", "city")])
def test_a_file_stands_on_one_list_of_a_year(desk, cast, first, second):
    desk.filed()
    drawn = yearly.draw(organization=cast.units[first], by=cast.city_clerk)
    with pytest.raises(Conflict, match=f"{cast.units[first].name}已生成"):
        yearly.draw(organization=cast.units[second], by=cast.city_clerk)
    assert yearly.repeat(drawn).same
    assert yearly.draw(organization=cast.units[second], by=cast.city_clerk, year=2020).year == 2020


@pytest.fixture
def above(desk, cast):
    """A list that the city drew for the files of two counties, and the households by county."""
    mine = [desk.filed(head=desk.person(name)) for name in ("何秀兰", "曾桂兰")]
    theirs = desk.filed(head=desk.person("杨小满"))
    drawn = yearly.draw(organization=cast.city, by=cast.city_clerk)
    mine_now = sorted(one.pk for one in mine)
    Household.objects.filter(pk=theirs.pk).update(organization=cast.mine, org_path=cast.mine.path)
    YearLine.objects.filter(household=theirs).update(organization=cast.mine)
    YearLine.objects.filter(household=mine_now[0]).update(spot=True)
    YearLine.objects.filter(household__in=[mine_now[1], theirs.pk]).update(spot=False)
    return drawn, [Household.objects.get(pk=pk) for pk in mine_now], Household.objects.get(pk=theirs.pk)


def part_of(cast, who, year=None):
    answer = cast.client(who).get(reverse("hardship:desk-part", args=[year or dates.today().year]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_county_sees_its_own_part_of_the_list_that_its_city_drew(desk, cast, above):
    drawn, mine, theirs = above
    county = cast.client("county_clerk")
    assert county.get(reverse("hardship:desk-year", args=[drawn.pk])).status_code == 404
    told = county.post(reverse("hardship:desk-draw")).content.decode()
    assert "名单中属于本单位的部分见“其他单位名单中的档案”" in told
    own = reverse("hardship:desk-part", args=[drawn.year])
    for page in (told, county.get(reverse("hardship:desk-yearly")).content.decode()):
        assert (own in page, reverse("hardship:desk-year", args=[drawn.pk]) in page) == (True, False)
        assert "本单位档案 2 户，已核查 0 户；抽中 1 户，已登记抽查结果 0 户，其中准确 0 户。" in page
    page = part_of(cast, "county_clerk")
    assert [(one.reference in page, one.head.name in page) for one in (*mine, theirs)] == [
        (True, True),
        (True, True),
        (False, False),
    ]
    assert drawn.seed not in page
    assert [row["档案编号"] for row in sheet_of([county.get(reverse("hardship:desk-part-export", args=[drawn.year])).content])] == [
        one.reference for one in mine
    ]
    other = part_of(cast, "neighbour")
    assert [one.reference in other for one in (*mine, theirs)] == [False, False, True]
    assert "本单位档案 1 户，已核查 0 户；抽中 0 户" in other
    assert "没有本单位档案" in part_of(cast, "city_clerk")  # it sees the whole list
    assert "没有本单位档案" in part_of(cast, "county_clerk", 2020)
    assert "没有本单位档案" in part_of(cast, "county_clerk", 999_999_999_999)


def test_and_enters_there_what_the_spot_check_found(desk, cast, above):
    drawn, (first, second), theirs = above
    county = cast.client("county_clerk")
    line = drawn.lines.get(household=first)
    refused = county.post(reverse("hardship:desk-spot", args=[line.pk]), {"correct": "no", "words": ""})
    assert (refused.status_code, "请写明问题" in refused.content.decode()) == (422, True)
    assert (
        county.post(reverse("hardship:desk-spot", args=[drawn.lines.get(household=theirs).pk]), {"correct": "yes"}).status_code
        == 404
    )
    procedure.verify(household_id=second.pk, by=cast.county_clerk)
    rights.grant(cast.moved_away, role=Role.objects.get(code="county_clerk"), at=cast.county, by=None, since=FOUNDED)
    answer = cast.client("moved_away").post(reverse("hardship:desk-spot", args=[line.pk]), {"correct": "yes", "words": ""})
    assert (answer.status_code, answer.headers.get("Location")) == (303, reverse("hardship:desk-part", args=[drawn.year]))
    assert "本单位档案 2 户，已核查 1 户；抽中 1 户，已登记抽查结果 1 户，其中准确 1 户。" in part_of(cast, "county_clerk")


def test_sabotage_without_the_scope_the_part_is_the_whole_list(desk, cast, above, monkeypatch):
    _drawn, mine, theirs = above
    monkeypatch.setattr(access, "visible_to", lambda by, permission="": Household.objects.all())
    page = part_of(cast, "county_clerk")
    assert [one.reference in page for one in (*mine, theirs)] == [True, True, True]
