"""How many kinds of aid a household has in a year: by the region's rule, at the application, the approval and the payment."""

import pytest

from unionhall.kernel.policies import actions as policies
from unionhall.lib import dates
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text
from unionhall.work.grants import rules as all_rules
from unionhall.work.grants.actions import applications, batches
from unionhall.work.grants.queries import eligibility, items
from unionhall.work.grants.registry import relief
from unionhall.work.grants.rules import items as rules
from unionhall.work.grants.tests.conftest import YUAN

RELATIVE, MEDICAL, LIVING = relief.HOUSEHOLDS["relative"], relief.ITEMS["medical"], relief.ITEMS["living"]


@pytest.mark.parametrize(
    ("most", "others", "fits"),
    [
        (1, (), True),
        (1, ("medical",), False),
        (2, ("medical",), True),
        (2, ("living", "medical"), False),
        (4, ("living",), True),
    ],
)
def test_an_item_fits_beside_those_that_the_household_has(most, others, fits):
    assert rules.Bound("relative", most, others, None, "").fits is fits


def test_the_sentence_says_what_there_is_and_what_is_possible_instead():
    against = rules.Bound("relative", 1, ("medical",), 7, "省办法").said((RELATIVE, MEDICAL))
    assert against.zh == (
        "相对困难家庭每年只享受1项救助，今年已有医疗救助；可撤回前一项后改申请，或明年再申请，另可申请送温暖和医疗互助。"
    )
    assert "has medical aid: take that one back" in against.en
    assert rules.Bound("relative", 2, ("medical",), 7, "").said((RELATIVE, MEDICAL)) == Text(
        "相对困难家庭每年可享受2项救助。", "A household in relative hardship has 2 kinds of aid in a year."
    )


@pytest.mark.parametrize("wrong", [None, {}, [], {"deep": -1}, {"deep": 5}, {"deep": True}, {"deep": "1"}])
def test_a_table_that_cannot_be_counted_is_refused(wrong):
    with pytest.raises(Refused, match="0 到 4 的整数"):
        rules.items_a_year(wrong)


@pytest.mark.parametrize(("table", "bounds"), [({"deep": 0, "relative": 0}, False), ({"deep": 0, "relative": 1}, True)])
def test_a_rule_bounds_or_does_not(table, bounds):
    assert rules.Items(rules.items_a_year(table), None, "").bounds is bounds


@pytest.fixture
def one_item(office, cast, monkeypatch):
    """The region gives relative hardship one item a year, and every household on file is of that kind."""

    def set_rule(relative=1, since=None):
        table = {"deep": 0, "relative": relative, "accident": 0, "near": 0}
        since = since or dates.today().replace(month=1, day=1)
        policies.set_value(
            "grants.items_a_year", table, organization=cast.city, since=since, source="省总工会办法", by=cast.city_clerk
        )

    monkeypatch.setattr(items.programmes, "household_kinds", lambda sources: dict.fromkeys(sources, "relative"))
    return set_rule


def test_a_second_item_is_refused_when_it_is_handed_in(one_item, office):
    one_item()
    person = office.person("曾桂兰")
    first = office.approve(person, 600 * YUAN, kind="medical")
    second = office.register(person, 500 * YUAN, kind="accident")
    told = {one["code"]: one for one in second.findings}["items"]
    assert (told["ok"], told["source"], "今年已有医疗救助" in told["zh"]) == (False, "省总工会办法", True)
    with pytest.raises(Refused, match="每年只享受1项救助"):
        applications.submit(application_id=second.pk, by=second.created_by)
    assert first.state in {"approved", "noticed"}


def test_without_a_bound_both_are_given_and_the_rule_is_not_named(office):
    person = office.person("曾桂兰")
    office.approve(person, 600 * YUAN, kind="medical")
    second = office.approve(person, 500 * YUAN, kind="accident")
    assert "items" not in {one["code"] for one in second.findings}


def test_a_rule_that_comes_between_is_asked_again_at_approval_and_before_payment(one_item, office, cast):
    person = office.person("曾桂兰")
    first = office.approve(person, 600 * YUAN, kind="medical")
    second = office.submit(person, 500 * YUAN, kind="accident")
    one_item()
    with pytest.raises(Refused, match="每年只享受1项救助"):
        applications.review(application_id=second.pk, by=cast.county_clerk)
    assert eligibility.judged(first, amount=600 * YUAN)[-2].code == "items"
    assert not all_rules.stands(eligibility.judged(first, amount=600 * YUAN))
    prepared = batches.prepare(organization=cast.county, application_ids=[first.pk], by=cast.county_clerk)
    assert prepared.batch is None
    applications.withdraw(application_id=second.pk, by=second.created_by, words="改为医疗救助")
    assert all_rules.stands(eligibility.judged(first, amount=600 * YUAN))
    assert office.batch(first).payments.count() == 1
