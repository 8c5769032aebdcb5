"""Rule values: in force where, since when, from which document; set by those who may, for their own units."""

from datetime import timedelta

import pytest

from unionhall.kernel.policies import queries as policies
from unionhall.kernel.policies import registry
from unionhall.kernel.policies.models import PolicyValue
from unionhall.kernel.policies.registry import Policy
from unionhall.lib import dates
from unionhall.lib.text import Text
from unionhall.work.office.queries import rules as queries

pytestmark = pytest.mark.django_db
CODE = "flows.soon_days"
AUTO = "membership.auto_approve"
SOURCE = "示范市总工会办公室文件〔2026〕1号"


def _held(at):
    return policies.value(CODE, at=at, on=dates.today()).value


def test_every_rule_is_listed_with_its_value(get):
    body = get("city_clerk", "rules").content.decode()
    assert body.count("<tr data-row>") == len(policies.registry.policies())


def test_a_value_is_set_for_the_unit_and_what_stands_below(cast, get, post):
    before = _held(cast.other_city)
    answer = post("city_clerk", "rule-set", CODE, value="9", since=dates.today().isoformat(), source=SOURCE)
    assert answer.status_code == 303
    assert (_held(cast.city), _held(cast.factory), _held(cast.other_city)) == (9, 9, before)
    body = get("city_clerk", "rule", CODE).content.decode()
    assert SOURCE in body
    assert cast.city_clerk.name in body


def test_a_mistyped_value_is_corrected_the_same_day_and_both_are_shown(cast, get, post):
    today = dates.today().isoformat()
    assert post("city_clerk", "rule-set", CODE, value="99", since=today, source=SOURCE).status_code == 303
    assert post("city_clerk", "rule-set", CODE, value="9", since=today, source=SOURCE).status_code == 303
    assert (_held(cast.city), [row.value for row in policies.history(CODE)]) == (9, [9, 99])
    body = get("city_clerk", "rule", CODE).content.decode()
    assert body.count("当日已更正") == 1 and body.count(SOURCE) == 2


def test_a_value_of_the_future_holds_from_its_day(cast, post):
    before = _held(cast.city)
    later = dates.today() + timedelta(days=30)
    post("city_clerk", "rule-set", CODE, value="11", since=later.isoformat(), source=SOURCE)
    assert _held(cast.city) == before
    assert policies.value(CODE, at=cast.city, on=later).value == 11


@pytest.mark.parametrize(
    "data",
    [
        {"value": "many", "source": SOURCE},
        {"value": "-4", "source": SOURCE},
        {"value": "9", "source": ""},
        {"value": "9", "source": SOURCE, "since": "2026-02-30"},
    ],
)
def test_a_value_that_cannot_be_is_refused_with_what_was_typed(cast, post, data):
    answer = post("city_clerk", "rule-set", CODE, **{"since": dates.today().isoformat(), **data})
    assert (answer.status_code, PolicyValue.objects.filter(policy=CODE, organization=cast.city).count()) == (422, 0)
    assert f'value="{data["value"]}"' in answer.content.decode()


@pytest.mark.parametrize("who", ["county_clerk", "leader", "chair", "auditor"])
def test_others_set_nothing(cast, get, post, who):
    answer = post(who, "rule-set", CODE, value="9", since=dates.today().isoformat(), source=SOURCE)
    assert (answer.status_code, PolicyValue.objects.filter(policy=CODE).exclude(organization=None).count()) == (403, 0)


def test_those_who_only_read_see_no_form(get):
    assert "<textarea" not in get("county_clerk", "rule", CODE).content.decode()
    assert 'id="id_source"' not in get("county_clerk", "rule", CODE).content.decode()
    assert 'id="id_source"' in get("city_clerk", "rule", CODE).content.decode()


def test_another_citys_value_is_not_shown(cast, get, post):
    post("stranger", "rule-set", CODE, value="8", since=dates.today().isoformat(), source="邻江市总文件〔2026〕9号")
    assert "邻江市总文件" in get("stranger", "rule", CODE).content.decode()
    assert "邻江市总文件" not in get("county_clerk", "rule", CODE).content.decode()


def test_the_value_from_above_is_shown_below(get, post):
    post("city_clerk", "rule-set", CODE, value="8", since=dates.today().isoformat(), source=SOURCE)
    assert SOURCE in get("county_clerk", "rule", CODE).content.decode()


def test_a_rule_that_does_not_exist_is_not_found(get, post):
    assert get("city_clerk", "rule", "no.such_rule").status_code == 404
    assert post("city_clerk", "rule-set", "no.such_rule", value="1").status_code == 404


def test_a_percent_is_shown_as_such_in_both_languages(cast, get):
    account = cast.account("city_clerk")
    account.language = "en"
    account.save()
    assert "In force today at" in get("city_clerk", "rules").content.decode()


WORDS = {
    "steps": Text("步骤", "Steps"),
    "levels": Text("层级", "Levels"),
    "visit": Text("入户调查", "Home visit"),
    "approve": Text("审批", "Approval"),
    "county": Text("区县", "County"),
    "near": Text("边缘困难", "Near miss"),
}
WAY = {"steps": ["visit", "approve"], "levels": {"approve": "county"}}


def rule_of(unit, default):
    words = WORDS if unit in queries.TABLES else {}
    return Policy("trial.rule", Text("规则", "Rule"), unit, default, Text("测试", "test"), words=words)


@pytest.mark.parametrize(
    ("unit", "value", "said"),
    [
        ("fen", 2_000_000, "20,000.00"),
        ("yes_no", True, "是"),
        ("yes_no", False, "否"),
        ("whole_list", [1, 3, 7], "1、3、7"),
        ("table", {"near": 0, "visit": 12}, "边缘困难：0；入户调查：12"),
        ("table", WAY, "步骤：入户调查、审批；层级：审批=区县"),
        ("table", {"steps": ["approve"], "levels": {}}, "步骤：审批；层级："),
        ("fen_table", {"near": 300_000, "visit": 500_050}, "边缘困难：3,000.00；入户调查：5,000.50"),
        ("working_day", 5, "5"),
        ("text", "12351", "12351"),
    ],
)
def test_what_is_shown_may_be_typed_again(unit, value, said):
    assert queries.shown(rule_of(unit, value), value) == said
    assert queries.typed(rule_of(unit, value), said) == value


@pytest.mark.parametrize(
    "said", ["Steps: home visit, Approval\nLevels: approval=County", "levels：approve=county;steps:visit、审批"]
)
def test_a_table_is_typed_in_either_language_and_in_lines(said):
    assert queries.typed(rule_of("table", WAY), said) == WAY


@pytest.mark.parametrize(
    ("unit", "default", "said"),
    [
        ("table", WAY, "步骤：入户调查、审批"),
        ("table", WAY, "步骤：审批；步骤：审批；层级："),
        ("table", WAY, "步骤：家访；层级："),
        ("table", WAY, "步骤：审批；层级：审批"),
        ("table", WAY, "步骤"),
        ("table", {"near": 1}, "边缘困难：一"),
        ("table", {"near": 1}, "{"),
        ("table", {"near": 1}, ""),
        ("fen_table", {"near": 1}, "边缘困难：很多"),
        ("fen_table", {"near": 1}, "边缘困难：-3"),
        ("fen_table", {"near": 1}, "3000"),
    ],
)
def test_a_table_holds_its_rows_once_and_known_words(unit, default, said):
    with pytest.raises(ValueError):
        queries.typed(rule_of(unit, default), said)


def test_money_is_read_and_set_in_yuan(cast, get, post):
    """What stands there is what is typed: fen on the page and yuan in the field made a hundredfold of somebody's aid."""
    code = "grants.medical_cap"
    page = get("city_clerk", "rule", code).content.decode()
    assert 'value="20,000.00"' in page
    assert "2000000" not in page
    assert "20,000.00" in get("city_clerk", "rules").content.decode()
    answer = post("city_clerk", "rule-set", code, value="20,500.00", since=dates.today().isoformat(), source=SOURCE)
    assert (answer.status_code, policies.value(code, at=cast.city, on=dates.today()).value) == (303, 2_050_000)


def test_a_table_has_room_to_be_written(cast, get, post):
    code = "grants.autumn_aid_amount"
    assert "<textarea" in get("city_clerk", "rule", code).content.decode()
    typed = "小学：3,000.00；初中：3000\n高中中职：3500\n大学：6,000.00"
    answer = post("city_clerk", "rule-set", code, value=typed, since=dates.today().isoformat(), source=SOURCE)
    value = policies.value(code, at=cast.city, on=dates.today()).value
    assert answer.status_code == 303
    assert value == {"primary": 300_000, "middle": 300_000, "high": 350_000, "university": 600_000}


def test_a_rule_that_takes_one_of_a_few_offers_their_words_and_nothing_else(cast, get, post):
    """Nobody types a code, and one that no package knows cannot be set."""
    page = get("city_clerk", "rule", AUTO).content.decode()
    words = ["全部人工审核", "花名册上的自动通过", "实名核验通过的自动通过"]
    assert [f'<option value="{word}"' in page for word in words] == [True] * 3 and "never" not in page
    given = {"since": dates.today().isoformat(), "source": SOURCE}
    for wrong in ("foo", "roster", ""):
        assert post("city_clerk", "rule-set", AUTO, value=wrong, **given).status_code == 422
    assert post("city_clerk", "rule-set", AUTO, value=words[1], **given).status_code == 303
    assert policies.value(AUTO, at=cast.county, on=dates.today()).value == "roster"
    assert words[1] in get("city_clerk", "rules").content.decode()
    with pytest.raises(ValueError, match="codes that have words"):
        registry.policy(AUTO).check("foo")
