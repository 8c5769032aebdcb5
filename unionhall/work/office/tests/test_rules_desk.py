"""Rule values: in force where, since when, from which document; set by those who may, for their own units."""

from datetime import timedelta

import pytest

from unionhall.kernel.policies import queries as policies
from unionhall.kernel.policies.models import PolicyValue
from unionhall.kernel.policies.registry import Policy
from unionhall.lib import dates
from unionhall.lib.text import Text
from unionhall.work.office.queries import rules as queries

pytestmark = pytest.mark.django_db
CODE = "flows.soon_days"
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


TABLE = Policy("trial.table", Text("表", "Table"), "table", {}, Text("测试", "test"))


@pytest.mark.parametrize("text", ["NaN", '{"a": Infinity}', "[-Infinity]", "1e400", "[1, -1e999]", "[" * 100_000, "{"])
def test_a_table_holds_json_of_finite_numbers(text):
    with pytest.raises(ValueError):
        queries.typed(TABLE, text)


def test_a_table_is_read_as_it_stands():
    assert queries.typed(TABLE, '{"a": [1, 2.5, null, true, "字"]}') == {"a": [1, 2.5, None, True, "字"]}
