"""The rules of membership as plain Python: every change from every state, and each reason to say no."""

from datetime import UTC, date, datetime, timedelta

import pytest

from unionhall.lib.refusal import Conflict, Refused
from unionhall.work.membership import registry, rules

TODAY, SINCE = date(2026, 11, 20), date(2026, 1, 5)
ALLOWED = {
    "member": {"retain", "second", "move_out", "dissolve", "leave", "expel", "die", "merge"},
    "seconded": {"retain", "return", "move_out", "dissolve", "leave", "expel", "die", "merge"},
    "retained": {"restore", "move_out", "dissolve", "leave", "expel", "die", "merge"},
    "moved": set(),
    "left": set(),
    "expelled": set(),
    "deceased": set(),
    "merged": set(),
}


def turned(what, state, **more):
    given = {"on": TODAY, "since": SINCE, "today": TODAY, "reason": "本人申请", "ground": "retired", **more}
    return rules.check_turn(what, state=state, **given)


@pytest.mark.parametrize("state", registry.STATES)
@pytest.mark.parametrize("what", rules.TURNS)
def test_each_change_starts_only_where_the_rules_say(what, state):
    if what in ALLOWED[state]:
        assert turned(what, state) == rules.TURNS[what].target
    else:
        with pytest.raises(Conflict):
            turned(what, state)


def test_an_ended_membership_stays_ended():
    assert {turn.target for turn in rules.TURNS.values()} - rules.ALIVE == {"moved", "left", "expelled", "deceased", "merged"}
    assert all(turn.source <= rules.ALIVE for turn in rules.TURNS.values())


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"on": date(2026, 11, 21)}, "on"),
        ({"on": date(2026, 1, 4)}, "on"),
        ({"reason": " "}, "reason"),
    ],
)
def test_a_leaving_has_a_possible_day_and_a_reason(more, field):
    with pytest.raises(Refused) as refusal:
        turned("leave", "member", **more)
    assert refusal.value.field == field


def test_a_retention_says_why():
    with pytest.raises(Refused) as refusal:
        turned("retain", "member", ground="")
    assert refusal.value.field == "ground"
    assert turned("retain", "member", reason="") == "retained"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ((False, True, TODAY), "punished"),
        ((True, False, TODAY), "discussed"),
        ((True, True, None), "decided_on"),
    ],
)
def test_nobody_is_expelled_without_all_three(given, field):
    with pytest.raises(Refused) as refusal:
        rules.Expulsion(*given).check(on=TODAY)
    assert refusal.value.field == field


def test_all_three_are_enough():
    rules.Expulsion(punished=True, discussed=True, decided_on=TODAY).check(on=TODAY)


def test_the_committee_decides_before_the_expulsion():
    with pytest.raises(Refused, match="不能晚于开除") as refusal:
        rules.Expulsion(punished=True, discussed=True, decided_on=TODAY).check(on=TODAY - timedelta(days=1))
    assert refusal.value.field == "decided_on"


@pytest.mark.parametrize("day", [date(1990, 3, 15), date(1800, 1, 1)])
def test_nobody_joined_before_they_were_born(day):
    with pytest.raises(Refused, match="早于出生日期"):
        rules.check_joining_day(day, birth=date(1990, 3, 15))
    rules.check_joining_day(date(1990, 3, 16), birth=date(1990, 3, 15))
    rules.check_joining_day(day, birth=None)


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(2010, 11, 20), TODAY, 16),
        (date(2010, 11, 21), TODAY, 15),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_years_are_full_years(birth, day, age):
    assert rules.age_on(birth, day) == age


def test_the_least_age_is_the_policys():
    rules.check_age(date(2010, 11, 20), today=TODAY, least=16)
    rules.check_age(None, today=TODAY, least=16)  # a passport tells no birth
    with pytest.raises(Refused) as refusal:
        rules.check_age(date(2010, 11, 21), today=TODAY, least=16)
    assert refusal.value.code == "under_age"


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"unit_open": False}, "撤销或合并"),
        ({"revoked": True}, "停用"),
        ({"expires_on": TODAY}, "过期"),
        ({"unit_open": False, "revoked": True}, "撤销或合并"),
    ],
)
def test_a_code_says_why_it_does_not_serve(given, word):
    usual = {"revoked": False, "expires_on": None, "unit_open": True, "today": TODAY}
    with pytest.raises(rules.Unready) as refusal:
        rules.check_code(**{**usual, **given})
    assert word in refusal.value.message.zh
    assert refusal.value.status == 410


def test_a_code_serves_on_its_last_day():
    rules.check_code(revoked=False, expires_on=date(2026, 11, 21), unit_open=True, today=TODAY)


@pytest.mark.parametrize(
    ("rule", "roster", "checked", "passes"),
    [
        ("never", True, True, False),
        ("roster", True, False, True),
        ("roster", False, True, False),
        ("authenticated", False, True, True),
        ("authenticated", True, False, False),
        ("anything", True, True, False),
    ],
)
def test_who_passes_alone(rule, roster, checked, passes):
    assert rules.passes_alone(rule, on_roster=roster, authenticated=checked) is passes


@pytest.mark.parametrize(("members", "floor", "due"), [(24, 25, False), (25, 25, True), (3, 3, True)])
def test_when_a_union_should_be_founded(members, floor, due):
    assert rules.should_found(members, floor=floor) is due


def moment(day, hour=9, second=0):
    return datetime(2026, 11, day, hour, 0, second, tzinfo=UTC)


OFFER = rules.Offer(moment(20), moment(21), 100, 99, False)


@pytest.mark.parametrize(
    ("offer", "now", "already", "entitled", "word"),
    [
        (OFFER, moment(20), moment(20, second=3), True, "09:00:03"),
        (OFFER, moment(20), None, False, "仅限"),
        (rules.Offer(moment(20), moment(21), 100, 0, True), moment(20), None, True, "下架"),
        (OFFER, moment(20, 8), None, True, "09:00 开始"),
        (OFFER, moment(21), None, True, "已结束"),
        (rules.Offer(moment(20), moment(21), 100, 100, False), moment(20), None, True, "已领完（100/100）"),
    ],
)
def test_why_a_benefit_cannot_be_taken(offer, now, already, entitled, word):
    with pytest.raises(Refused) as refusal:
        rules.check_offer(offer, now=now, already_at=already, entitled=entitled)
    assert word in refusal.value.message.zh


def test_the_last_one_can_be_taken():
    rules.check_offer(OFFER, now=moment(20), already_at=None, entitled=True)


def test_completeness_names_what_is_missing():
    assert rules.completeness({"phone": True, "address": False, "employer": True}) == (67, ["address"])
    assert rules.completeness({}) == (0, [])


@pytest.mark.parametrize(
    ("codes", "spans"),
    [
        ([], []),
        ([(1, 5)], [(1, 5)]),
        ([(1, None)], [(1, None)]),
        ([(1, 5), (3, 9)], [(1, 9)]),
        ([(1, 5), (5, 9)], [(1, 9)]),
        ([(6, 9), (1, 5)], [(1, 5), (6, 9)]),
        ([(1, None), (3, 4)], [(1, None)]),
        ([(1, 9), (3, None)], [(1, None)]),
        ([(4, 4)], []),
    ],
)
def test_a_union_is_open_while_any_of_its_codes_serves(codes, spans):
    def day(number):
        return None if number is None else date(2025, 3, number)

    found = rules.serving_spans([(day(first), day(end)) for first, end in codes])
    assert found == [(day(first), day(end)) for first, end in spans]


WISHED = {"since": date(2026, 3, 1), "today": date(2026, 6, 1), "ahead": 90, "words": ""}


@pytest.mark.parametrize(
    ("what", "on", "field"),
    [
        ("retain", date(2026, 3, 1), None),
        ("retain", date(2026, 2, 28), "on"),
        ("retain", date(2026, 8, 30), None),
        ("retain", date(2026, 8, 31), "on"),
        ("leave", date(2026, 6, 1), None),
        ("leave", date(2026, 5, 31), "on"),
        ("second", date(2026, 6, 1), "words"),
    ],
)
def test_a_wish_is_for_a_day_that_can_be(what, on, field):
    if field is None:
        assert rules.check_wish(what, on=on, **WISHED) is None
    else:
        with pytest.raises(Refused) as refusal:
            rules.check_wish(what, on=on, **WISHED)
        assert refusal.value.field == field


def test_only_leaving_asks_for_talk_and_decision():
    day = date(2026, 6, 1)
    assert rules.check_grant("retain", on=day, wished=day, talked=False, decided_on=None) is None
    assert rules.check_grant("leave", on=day, wished=day, talked=True, decided_on=day) is None
    with pytest.raises(Refused) as refusal:
        rules.check_grant("leave", on=day, wished=day, talked=False, decided_on=day)
    assert refusal.value.field == "talked"
