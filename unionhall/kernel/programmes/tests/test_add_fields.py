from datetime import date

import pytest

from unionhall.kernel.programmes import actions, queries
from unionhall.kernel.programmes.models import CustomField, Programme
from unionhall.kernel.programmes.rules import fields
from unionhall.lib.refusal import Conflict, Denied, NotVisible, Refused
from unionhall.lib.text import Text


@pytest.fixture
def dispatch(db):
    actions.load_catalogue()
    return queries.programme("graded_dispatch")


def add(cast, programme, code="street", kind="text", **more):
    more.setdefault("label_zh", "所在街道")
    return actions.add_field(by=cast.county_clerk, programme=programme, organization=cast.county, code=code, kind=kind, **more)


def test_a_field_is_asked_where_it_was_added_and_below(cast, dispatch):
    add(cast, dispatch)
    asked = {
        name: [f.code for f in queries.custom_fields(dispatch, cast.units[name])] for name in ("county", "factory", "city", "mine")
    }
    assert asked == {"county": ["street"], "factory": ["street"], "city": [], "mine": []}


def test_values_are_typed_and_kept_ready_for_json(cast, dispatch):
    add(cast, dispatch, "street")
    add(cast, dispatch, "cost", "money", label_zh="所需经费")
    add(cast, dispatch, "people", "number", label_zh="涉及人数")
    add(cast, dispatch, "seen", "date", label_zh="核实日期")
    add(cast, dispatch, "trade", "choice", label_zh="行业", options=["制造", "物流"])
    add(cast, dispatch, "means", "choices", label_zh="方式", options=["电话", "入户", "线上"])
    add(cast, dispatch, "urgent", "yes_no", label_zh="是否紧急")
    kept = queries.custom_values(
        dispatch,
        cast.factory,
        {
            "street": " 红旗街道 ",
            "cost": "1,200.5",
            "people": "１２",
            "seen": "2025年3月5日",
            "trade": "物流",
            "means": ["线上", "电话"],
            "urgent": "是",
        },
    )
    assert kept == {
        "street": "红旗街道", "cost": 120050, "people": "12", "seen": "2025-03-05",
        "trade": "物流", "means": ["电话", "线上"], "urgent": True,
    }  # fmt: skip
    assert queries.custom_values(dispatch, cast.factory, kept) == kept, "what was kept stays as it is"


def test_the_form_says_what_the_rules_say_and_keeps_the_same_values(cast, dispatch):
    add(cast, dispatch, "people", "number", label_zh="涉及人数", required=True)
    add(cast, dispatch, "cost", "money", label_zh="所需经费")
    wrong = queries.fields_form(dispatch, cast.county, {"custom-people": "很多", "custom-cost": "12.345"})
    assert not wrong.is_valid()
    assert wrong.errors == {
        "people": ["“涉及人数”须填数字，例如 12 或 3.5。"],
        "cost": ["“所需经费”须填金额，例如 1200.50。"],
    }
    empty = queries.fields_form(dispatch, cast.county, {})
    assert not empty.is_valid()
    assert empty.errors["people"] == ["请填写“涉及人数”。"]
    right = queries.fields_form(dispatch, cast.county, {"custom-people": "12", "custom-cost": "88"})
    assert right.is_valid()
    assert right.values == {"people": "12", "cost": 8800}
    assert queries.fields_form(dispatch, cast.county, initial=right.values).initial == {"people": "12", "cost": "88.00"}


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("number", "nan"), ("number", "1e20"), ("number", "十"), ("money", "-3"),
        ("money", -3), ("money", True), ("date", "2025-02-30"), ("date", "昨天"),
        ("choice", "其他"), ("choices", ["制造", "其他"]), ("yes_no", "或许"), ("text", "字" * 201),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_kind_names_its_field(kind, raw):
    field = fields.Field("x", kind, Text("字段", "Field"), options=("制造", "物流") if kind.startswith("choice") else ())
    with pytest.raises(fields.FieldRefused) as refused:
        fields.check_values([field], {"x": raw})
    assert refused.value.field == "x"
    assert refused.value.message.zh.startswith("“字段”")
    assert refused.value.message.en.startswith("“Field”")


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("12", "12"),
        ("１２．５０", "12.5"),
        ("1,200", "1200"),
        ("-3", "-3"),
        ("0.0000000001", "0.0000000001"),
        ("007", "7"),
        (10**14, "1" + "0" * 14),
    ],
)
def test_numbers_are_kept_as_they_were_meant(raw, kept):
    assert fields.check_values([fields.Field("x", "number", Text("数", "Number"))], {"x": raw}) == {"x": kept}


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("1E-999999", "须填数字"),  # would be written out as a million digits
        ("1_000", "须填数字"),
        ("Infinity", "须填数字"),
        ("0.00000000001", "须填数字"),
        ("1" * 16, "数字过大。"),
    ],
)
def test_numbers_that_nobody_means_are_refused(raw, said):
    with pytest.raises(fields.FieldRefused, match=said):
        fields.check_values([fields.Field("x", "number", Text("数", "Number"))], {"x": raw})


def test_an_unknown_code_is_refused_rather_than_dropped():
    with pytest.raises(fields.FieldRefused, match="no_such"):
        fields.check_values([], {"no_such": 1})


def test_a_day_object_and_a_boolean_pass_as_they_are():
    definitions = [fields.Field("day", "date", Text("日", "Day")), fields.Field("yes", "yes_no", Text("是否", "Yes"))]
    assert fields.check_values(definitions, {"day": date(2025, 3, 5), "yes": False}) == {"day": "2025-03-05", "yes": False}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"code": "街道"}, "code"),
        ({"code": "Street"}, "code"),
        ({"kind": "picture"}, "kind"),
        ({"label_zh": "  "}, "label_zh"),
        ({"kind": "choice", "options": ["只有一个"]}, "options"),
        ({"kind": "choices", "options": ["甲", "乙", "甲"]}, "options"),
        ({"kind": "text", "options": ["甲", "乙"]}, "options"),
    ],
)
def test_a_definition_that_cannot_be_is_refused(cast, dispatch, given, field):
    with pytest.raises(fields.FieldRefused) as refused:
        add(cast, dispatch, **given)
    assert refused.value.field == field
    assert CustomField.objects.count() == 0


def test_a_code_is_taken_once_even_after_retiring(cast, dispatch):
    field = add(cast, dispatch)
    actions.retire_field(field, by=cast.county_clerk)
    assert queries.custom_fields(dispatch, cast.county) == []
    with pytest.raises(fields.FieldRefused):
        add(cast, dispatch)


def test_thirty_fields_are_the_limit():
    taken = [f"f{n}" for n in range(fields.MOST_FIELDS)]
    with pytest.raises(fields.FieldRefused):
        fields.check_definition(fields.Field("one_more", "text", Text("字段", "Field")), taken)


@pytest.mark.parametrize(("who", "kind"), [("neighbour", NotVisible), ("leader", Denied), ("chair", NotVisible)])
def test_who_may_not_add_a_field(cast, dispatch, who, kind):
    with pytest.raises(kind):
        actions.add_field(
            by=getattr(cast, who), programme=dispatch, organization=cast.county, code="x", kind="text", label_zh="字段"
        )
    assert CustomField.objects.count() == 0


def own(cast, **more):
    given = {"domain": "wellbeing", "name_zh": "骑手驿站送清凉", "rooms": ["campaigns"]}
    return actions.add_programme(by=cast.county_clerk, organization=cast.county, **{**given, **more})


def test_a_federation_adds_a_programme_without_code(cast, dispatch):
    programme = own(cast, options={"campaigns": {"visits": True}}, season=("06-15", "09-15"))
    assert programme.code == f"own_{cast.county.pk}_1"
    assert str(programme.name) == "骑手驿站送清凉"
    edition = actions.open_edition(by=cast.county_clerk, programme=programme, organization=cast.township)
    assert (edition.since.month, edition.until.month) == (6, 9)
    listed = {
        name: queries.programmes(cast.units[name]).filter(pk=programme.pk).exists()
        for name in ("county", "factory", "city", "mine")
    }
    assert listed == {"county": True, "factory": True, "city": False, "mine": False}
    assert actions.load_catalogue().unchanged == 239
    assert Programme.objects.get(pk=programme.pk).retired_on is None


def test_another_unit_cannot_use_it(cast, dispatch):
    programme = own(cast)
    with pytest.raises(Refused):
        actions.open_edition(by=cast.neighbour, programme=programme, organization=cast.neighbour_county)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name_zh": " "}, "name_zh"),
        ({"domain": "cooking"}, "domain"),
        ({"rooms": []}, "rooms"),
        ({"rooms": ["kitchen"]}, "rooms"),
        ({"options": {"issues": {}}}, "options"),
        ({"cadence": "daily"}, "options"),
        ({"season": ("99-99", "01-01")}, "options"),
    ],
)
def test_an_own_programme_is_checked_like_the_catalogue(cast, db, given, field):
    with pytest.raises(Refused) as refused:
        own(cast, **given)
    assert refused.value.field == field
    assert Programme.objects.count() == 0


def test_one_name_once_and_retiring_frees_it(cast, db):
    programme = own(cast)
    with pytest.raises(Conflict):
        own(cast)
    actions.retire_programme(programme, by=cast.county_clerk, reason="不再开展")
    with pytest.raises(Refused):
        actions.open_edition(by=cast.county_clerk, programme=programme, organization=cast.county)
    assert own(cast).code == f"own_{cast.county.pk}_2"


def test_a_shipped_programme_is_not_retired_on_screen(cast, dispatch):
    with pytest.raises(Refused):
        actions.retire_programme(dispatch, by=cast.county_clerk)
    assert queries.programme(dispatch.code).retired_on is None
