"""Finding units, naming them through time, codes, floors, posts and holders."""

from datetime import date

import pytest

from unionhall.kernel.organizations import actions, queries, rules
from unionhall.kernel.organizations.models import Organization
from unionhall.lib.refusal import Conflict, Refused


def found(text: str, **more: object) -> list[str]:
    return [unit.name for unit in queries.search(text, **more)]


@pytest.mark.parametrize("text", ["红旗机械厂", "红旗机械", "hqjxc", "hongqijixie", "G1", "HQJXC", " hong qi ji xie "])
def test_a_unit_is_found_by_name_short_name_pinyin_initials_and_code(tree, text: str):
    assert "红旗机械厂工会" in found(text)


def test_the_nearest_comes_first(tree, founded):
    founded("新红旗街道总工会筹备组", "grassroots", tree["county"], "grassroots")
    assert found("红旗街道总工会") == ["红旗街道总工会", "新红旗街道总工会筹备组"]


def test_search_stays_within_a_unit_and_leaves_out_the_closed(tree):
    assert found("总工会", within=tree["county"]) == ["城关区总工会", "红旗街道总工会"]
    actions.close(tree["factory"], by=None, reason="")
    assert found("红旗机械厂") == [] and found("红旗机械厂", closed=True) == ["红旗机械厂工会"]
    assert found("") == [] and found("%") == []


def test_ancestors_and_children(tree):
    assert [unit.name for unit in queries.ancestors(tree["township"])] == ["示范省总工会", "示范市总工会", "城关区总工会"]
    assert [vars(unit) | {"_state": None} for unit in queries.above(tree["township"])] == [
        vars(unit) | {"_state": None} for unit in queries.ancestors(tree["township"])
    ]
    assert [unit.name for unit in queries.children(tree["city"])] == ["城关区总工会", "东山县总工会"]
    assert [unit.name for unit in queries.roots()] == ["示范省总工会"]


def test_a_new_name_leaves_the_old_one_in_history(founded):
    unit = founded("甲县总工会", "county", since=date(2010, 1, 1))
    actions.rename(unit, name="甲市总工会", short_name="甲市", by=None, on=date(2020, 6, 1))
    unit = Organization.objects.get(pk=unit.pk)
    assert (unit.name, unit.name_initials) == ("甲市总工会", "jszgh")
    assert queries.at(unit, date(2020, 5, 31)).name == "甲县总工会"
    assert queries.at(unit, date(2020, 6, 1)).short_name == "甲市"
    assert [queries.at(unit, day).open for day in (date(2009, 12, 31), date(2010, 1, 1))] == [False, True]
    with pytest.raises(Refused):
        actions.rename(unit, name="乙市总工会", by=None, on=date(2019, 1, 1))


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("420000", "湖北省"),
        ("420600", "襄阳市"),
        ("990102", "示范"),
        ("420699", ""),
        ("4206", ""),
        ("", ""),
        ("４２０６００", ""),
        ("9901O2", ""),
    ],
)
def test_division_codes(code: str, name: str):
    assert rules.division_name(code) == name


@pytest.mark.parametrize(
    ("kind", "code", "fault"), [("grassroots", "81", None), ("grassroots", "12", "not_union"), ("federation", "12", None)]
)
def test_credit_codes(kind: str, code: str, fault: str | None):
    body = code + "990100MC0000001"
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    check = alphabet[(31 - sum(alphabet.index(one) * weight for one, weight in zip(body, weights, strict=True)) % 31) % 31]
    found = rules.credit_code_fault(body + check, kind=kind)
    assert (found.code if found else None) == (f"credit_code_{fault}" if fault else None)
    wrong = body + alphabet[(alphabet.index(check) + 1) % 31]
    assert rules.credit_code_fault(wrong, kind=kind).code == "credit_code_wrong"


def test_codes_are_unique(tree, founded):
    with pytest.raises(Conflict):
        founded("另一个", "county", tree["city"], code="D1")


@pytest.mark.parametrize(
    ("level", "kind", "parent", "stands"),
    [
        ("county", "federation", "city", True),
        ("city", "federation", "city", False),
        ("city", "industry", "city", True),
        ("grassroots", "joint", "grassroots", True),
        ("county", "federation", "township", False),
        ("group", "team", "province", True),
    ],
)
def test_what_stands_under_what(level: str, kind: str, parent: str, stands: bool):
    assert rules.may_stand_under(level=level, kind=kind, parent_level=parent) is stands


def test_units_below_a_floor_include_those_with_nothing(tree, founded):
    empty = founded("青石镇总工会", "township", tree["east"])
    short = queries.units_below_floor({tree["township"].pk: 1}, 1, tree["city"], level="township")
    assert [(one.organization.pk, one.count) for one in short] == [(empty.pk, 0)]
    assert len(queries.units_below_floor({tree["township"].pk: 1}, 2, tree["city"], level="township")) == 2


def test_posts_and_their_holders_over_time(tree):
    post = actions.add_post(organization=tree["county"], title="主席", kind="chair", by=None)
    first = actions.hold_post(post, person_id=7, by=None, since=date(2020, 1, 1))
    with pytest.raises(Conflict):
        actions.hold_post(post, person_id=8, by=None)
    actions.leave_post(first, by=None, until=date(2024, 12, 31))
    actions.hold_post(post, person_id=8, by=None, since=date(2025, 1, 1))
    held = [[tenure.person_id for tenure in queries.holders(tree["county"], day, kind="chair")]
            for day in (date(2019, 12, 31), date(2024, 12, 31), date(2025, 1, 1))]  # fmt: skip
    assert held == [[], [7], [8]]
    with pytest.raises(Conflict):
        actions.leave_post(first, by=None)
    actions.close(tree["factory"], by=None, reason="")
    assert list(queries.posts(tree["county"])) == [post]


def test_closing_ends_terms_and_posts(tree):
    post = actions.add_post(organization=tree["factory"], title="主席", kind="chair", by=None)
    tenure = actions.hold_post(post, person_id=7, by=None)
    actions.close(tree["factory"], by=None, reason="")
    tenure.refresh_from_db()
    assert tenure.until is not None and list(queries.posts(tree["factory"])) == []


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("红旗机械厂工会", "hongqijixiechanggonghui", "hqjxcgh"),
        ("重庆市长寿区总工会", "chongqingshichangshouquzonggonghui", "cqscsqzgh"),
        ("会计师事务所工会", "kuaijishishiwusuogonghui", "kjsswsgh"),
        ("第77号 ABC 厂", "di77haoabcchang", "d77habcc"),
    ],
)
def test_names_are_read_by_words(name: str, pinyin: str, initials: str):
    assert rules.spell(name) == (pinyin, initials)
