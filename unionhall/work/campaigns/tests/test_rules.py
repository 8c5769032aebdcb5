"""The rules of visits, sessions, draws and check-in, without a database."""

from datetime import UTC, date, datetime, timedelta

import pytest

from unionhall.lib import money
from unionhall.lib.refusal import Conflict, Refused
from unionhall.work.campaigns import rules
from unionhall.work.campaigns.rules import Line, Plan, Stopped

KNOWN = {"household", "worker", "unit"}
NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
SECRET = "a secret of the house"
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def refused(act, *args, **given):
    """The field and the Chinese sentence of a refusal."""
    with pytest.raises(Refused) as found:
        act(*args, **given)
    return found.value.field, found.value.message.zh


def stop(**given):
    return Stopped(**{"recipient": "household", "name": "赵大勇", **given})


def plan(**given):
    usual = {"name": "观影", "mode": "on_site", "starts_at": NOON, "ends_at": NOON + 2 * HOUR, "place": "工人文化宫"}
    return Plan(**{**usual, **given})


def windowed(**given):
    return plan(**{"method": "first", "opens_at": NOON - 5 * HOUR, "closes_at": NOON - HOUR, **given})


# Who counts once


@pytest.mark.parametrize(
    ("person", "name", "key"), [(7, "赵大勇", "people.person:7"), (None, "赵大勇", "赵大勇@3"), (0, "赵大勇", "赵大勇@3")]
)
def test_a_person_counts_by_register_else_by_name_within_a_unit(person, name, key):
    assert rules.person_key(person, name, 3) == key


@pytest.mark.parametrize(
    ("household", "person", "key"),
    [("KN-1", 7, "household/KN-1"), ("", 7, "household/person/7"), ("", None, "household/赵大勇@3")],
)
def test_a_household_counts_by_file_else_by_person_else_by_name(household, person, key):
    assert rules.household_key(household, person, 3, "赵大勇") == key


@pytest.mark.parametrize(("unit", "key"), [(5, "organizations.organization:5"), (None, "unit/长江机械@3")])
def test_a_unit_counts_by_register_else_by_name(unit, key):
    assert rules.unit_key(unit, "长江机械", 3) == key


# Pasted stops


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("赵大勇", ("赵大勇", 1, 0, 0)),
        ("赵大勇,3", ("赵大勇", 3, 0, 0)),
        ("赵大勇，3，200", ("赵大勇", 3, 20_000, 0)),
        ("赵大勇\t3\t200.50\t500", ("赵大勇", 3, 20_050, 50_000)),
        ("赵大勇, , ,500", ("赵大勇", 1, 0, 50_000)),
        ("  赵大勇 , 0 ", ("赵大勇", 0, 0, 0)),
    ],
)
def test_a_pasted_line_is_a_stop(line, told):
    found = rules.read_stop(line, "household", money.parse)
    assert (found.recipient, found.name, found.heads, found.goods, found.cash) == ("household", *told)


@pytest.mark.parametrize("line", ["", "   ", ",3", "赵大勇,三", "赵大勇,3,200,500,1", "赵大勇,1.5", "赵大勇,1,很多"])
def test_a_line_that_cannot_be_read_says_so(line):
    with pytest.raises(ValueError):
        rules.read_stop(line, "household", money.parse)


# Visits


@pytest.mark.parametrize("day", [date(2026, 1, 10), date(2026, 1, 20), date(2026, 2, 8)])
def test_a_day_within_the_edition_passes(day):
    rules.check_day(day, date(2026, 2, 8), (date(2026, 1, 10), date(2026, 2, 8)))


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 3, 2), "日期不能晚于今天。"),
        (date(2026, 1, 9), "日期须在本期 2026-01-10 至 2026-02-08 之内。"),
        (date(2026, 2, 9), "日期须在本期 2026-01-10 至 2026-02-08 之内。"),
    ],
)
def test_a_day_to_come_or_outside_the_edition_is_refused(day, said):
    assert refused(rules.check_day, day, date(2026, 3, 1), (date(2026, 1, 10), date(2026, 2, 8))) == ("day", said)


def test_today_passes_where_no_window_binds():
    rules.check_day(date(2026, 3, 1), date(2026, 3, 1), None)


@pytest.mark.parametrize(
    "whom", [{"name": "赵大勇"}, {"name": "", "household": "KN-1"}, {"name": "", "person_id": 7}, {"name": "", "unit_id": 5}]
)
def test_a_stop_names_somebody_in_one_of_four_ways(whom):
    rules.check_stop(stop(**whom), KNOWN)


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"recipient": "planet"}, "recipient", "请选择走访对象类别。"),
        ({"name": ""}, "name", "请填写姓名、家庭编号或单位名称。"),
        ({"name": "11010519491231002"}, "name", "请勿填写身份证号或银行账号，可填家庭档案编号。"),
        ({"household": "卡6222020200112233"}, "household", "请勿填写身份证号或银行账号，可填家庭档案编号。"),
        ({"heads": -1}, "heads", "人数、册数不在合理范围。"),
        ({"heads": rules.MOST_HEADS + 1}, "heads", "人数、册数不在合理范围。"),
        ({"served": -1}, "heads", "人数、册数不在合理范围。"),
        ({"served": rules.MOST_HEADS + 1}, "heads", "人数、册数不在合理范围。"),
        ({"copies": -1}, "heads", "人数、册数不在合理范围。"),
        ({"copies": 10 * rules.MOST_HEADS + 1}, "heads", "人数、册数不在合理范围。"),
        ({"goods": -1}, "goods", "金额不在合理范围。"),
        ({"goods": rules.MOST_FEN + 1}, "goods", "金额不在合理范围。"),
        ({"cash": -1}, "cash", "金额不在合理范围。"),
        ({"cash": rules.MOST_FEN + 1}, "cash", "金额不在合理范围。"),
    ],
)
def test_what_a_stop_may_not_say(given, field, said):
    assert refused(rules.check_stop, stop(**given), KNOWN) == (field, said)
    assert refused(rules.check_stop, stop(**given), KNOWN, 2) == (field, f"第2站：{said}")


@pytest.mark.parametrize(
    "given",
    [
        {"name": "1101051949123"},  # thirteen digits: a house number, not an identity
        {"name": "一二三四五六七八九十一二三四五六"},
        {"heads": 0},
        {"heads": rules.MOST_HEADS, "served": rules.MOST_HEADS, "copies": 10 * rules.MOST_HEADS},
        {"goods": rules.MOST_FEN, "cash": rules.MOST_FEN},
    ],
)
def test_the_bounds_themselves_pass(given):
    rules.check_stop(stop(**given), KNOWN)


def test_a_visit_goes_somewhere_and_nowhere_twice():
    assert refused(rules.check_stops, [], KNOWN) == ("name", "请至少填写一个走访对象。")
    rules.check_stops([stop(), stop(name="钱桂英"), stop(person_id=7), stop(household="KN-1")], KNOWN)
    assert refused(rules.check_stops, [stop(), stop(name="钱桂英"), stop()], KNOWN) == ("name", "第3站与前面的站点重复。")


def test_the_number_of_a_stop_is_said_only_where_there_are_several():
    assert refused(rules.check_stops, [stop(heads=-1)], KNOWN)[1] == "人数、册数不在合理范围。"
    assert refused(rules.check_stops, [stop(), stop(name="")], KNOWN)[1] == "第2站：请填写姓名、家庭编号或单位名称。"


# Sessions


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"mode": "live", "place": "", "link": "https://live.example/1"},
        {"mode": "online", "place": ""},
        {"ends_at": NOON},
    ],
)
def test_sound_plans_pass(given):
    rules.check_plan(plan(**given))


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"name": "  "}, "name", "请填写活动名称。"),
        ({"ends_at": NOON - SECOND}, "ends_at", "结束时间早于开始时间。"),
        ({"place": " "}, "place", "线下活动请填写地点。"),
        ({"mode": "live", "link": " "}, "link", "直播活动请填写观看链接。"),
        ({"method": "first"}, "opens_at", "请填写报名的开始和截止时间。"),
        ({"method": "draw", "opens_at": NOON - HOUR}, "opens_at", "请填写报名的开始和截止时间。"),
    ],
)
def test_what_a_plan_may_not_leave_out(given, field, said):
    assert refused(rules.check_plan, plan(**given)) == (field, said)


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"closes_at": NOON - 5 * HOUR}, "closes_at", "报名截止时间应晚于开始时间。"),
        ({"opens_at": NOON, "closes_at": NOON + HOUR}, "opens_at", "报名应在活动开始前开放。"),
        ({"closes_at": NOON + 2 * HOUR + SECOND}, "closes_at", "报名应在活动结束前截止。"),
    ],
)
def test_sign_up_opens_before_the_start_and_closes_before_the_end(given, field, said):
    assert refused(rules.check_plan, windowed(**given)) == (field, said)


@pytest.mark.parametrize("given", [{}, {"opens_at": NOON - SECOND, "closes_at": NOON}, {"closes_at": NOON + 2 * HOUR}])
def test_windows_that_just_fit(given):
    rules.check_plan(windowed(**given))


@pytest.mark.parametrize(("places", "taken"), [(1, 0), (1, 1), (100, 100), (rules.MOST_PLACES, 5)])
def test_a_quota_may_fall_to_what_is_taken(places, taken):
    rules.check_places(places, taken)


@pytest.mark.parametrize("places", [0, -1, rules.MOST_PLACES + 1])
def test_a_quota_out_of_range(places):
    assert refused(rules.check_places, places, 0) == ("places", "名额应为 1 至 1,000,000。")


def test_a_quota_below_what_is_taken_is_a_conflict_that_names_both():
    with pytest.raises(Conflict) as found:
        rules.check_places(9, 10)
    assert found.value.message.zh == "已有 10 人占用名额，不能减到 9；原名额未变，请先与职工沟通退出。"


# The draw


def test_the_seed_is_committed_by_its_sha256():
    assert rules.commit_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_the_order_of_a_draw_follows_from_the_seed_alone():
    order = rules.draw_order("abc", range(1, 8))
    assert order == [3, 2, 4, 7, 1, 5, 6]
    assert order == rules.draw_order("abc", reversed(range(1, 8)))
    assert order != rules.draw_order("abd", range(1, 8))
    assert [one for one in order if one != order[0]] == rules.draw_order("abc", sorted(set(order) - {order[0]}))


# Codes


def door(session=4, at=NOON, secret=SECRET):
    return rules.place_code(secret, session, at)


@pytest.mark.parametrize("later", [timedelta(), 29 * SECOND, 2 * MINUTE, 2 * MINUTE + 29 * SECOND])
def test_the_code_at_the_door_lives_for_two_minutes(later):
    rules.check_place_code(SECRET, door(), 4, NOON + later)


@pytest.mark.parametrize("later", [2 * MINUTE + 30 * SECOND, HOUR, -SECOND, -HOUR])
def test_an_old_code_and_one_from_the_future_are_refused(later):
    assert refused(rules.check_place_code, SECRET, door(), 4, NOON + later) == ("code", "二维码已过期，请重新扫描现场屏幕。")


def test_a_code_of_another_session_says_so_and_one_of_another_house_does_not_hold():
    assert refused(rules.check_place_code, SECRET, door(session=5), 4, NOON)[1] == "这是另一场活动的二维码，请扫描本场的二维码。"
    assert refused(rules.check_place_code, SECRET, door(secret="b"), 4, NOON)[1] == "二维码无效，请重新扫描现场屏幕。"


@pytest.mark.parametrize(
    "code", ["", "x", "1.2", "1.2.3.4", "a.2.s", "1.b.s", "-1.2.s", "１.2.s", f"{'9' * 19}.2.s", "https://example.org/1.2.s?x=1"]
)
def test_what_is_no_code(code):
    assert refused(rules.check_place_code, SECRET, code, 4, NOON) == ("code", "无法识别的签到码。")


def test_blanks_around_a_scanned_code_do_no_harm():
    rules.check_place_code(SECRET, f" {door()}\n", 4, NOON)


def test_a_workers_code_tells_whose_it_is():
    code = rules.person_code(SECRET, 4, 77)
    assert rules.read_person_code(SECRET, code, 4) == 77
    assert refused(rules.read_person_code, SECRET, code, 5)[1] == "这是另一场活动的签到码。"
    assert refused(rules.read_person_code, "b", code, 4)[1] == "签到码无效，请职工重新打开“我的签到码”。"
    forged = code.replace(".77.", ".78.")
    assert refused(rules.read_person_code, SECRET, forged, 4)[1] == "签到码无效，请职工重新打开“我的签到码”。"


def test_a_signature_serves_one_purpose_only():
    """A code of the door, of a worker and of a list are never one another's, though they sign the same two numbers."""
    of = {purpose: rules.sign(SECRET, purpose, 4, 77) for purpose in ("door", "worker", "list")}
    assert len(set(of.values())) == 3
    assert {len(one) for one in of.values()} == {24}
    with pytest.raises(Refused):
        rules.read_person_code(SECRET, f"4.77.{of['door']}", 4)
    with pytest.raises(Refused):
        rules.check_list_code(SECRET, f"4.77.{of['worker']}", 4)
    rules.check_list_code(SECRET, f"4.77.{of['list']}", 4)
    assert refused(rules.check_list_code, SECRET, f"4.77.{of['list']}", 5)[1] == "这是另一场活动的离线名单。"


@pytest.mark.parametrize("at", [NOON - 2 * HOUR, NOON, NOON + 2 * HOUR, NOON + 8 * HOUR])
def test_check_in_is_open_from_two_hours_before_to_six_after(at):
    rules.check_time(at, NOON, NOON + 2 * HOUR)


def test_check_in_before_and_after_is_refused_with_what_to_do():
    early = refused(rules.check_time, NOON - 2 * HOUR - SECOND, NOON, NOON + 2 * HOUR)
    late = refused(rules.check_time, NOON + 8 * HOUR + SECOND, NOON, NOON + 2 * HOUR)
    assert early == ("code", "签到尚未开始，活动前 2 小时起可以签到。")
    assert late == ("code", "签到已结束，请联系活动工作人员补登。")


# Offline lists


@pytest.mark.parametrize(
    ("raw", "number", "at"),
    [
        ("12", 12, None),
        ("12 2026-05-01T12:00:00+00:00", 12, NOON),
        ("12\t2026-05-01T20:00:00+08:00", 12, NOON),
        ("12，2026-05-01T12:00:00+00:00", 12, NOON),
        ("12,2026-05-01T12:00:00", 12, None),  # a time without a zone is nobody's time
        ("12 noon", 12, None),
        ("赵大勇", None, None),
        ("1234567890", None, None),  # ten digits: a phone, not a number on the list
        ("123456789", 123_456_789, None),
        ("１２", None, None),
    ],
)
def test_a_line_that_is_brought_back(raw, number, at):
    assert rules.read_lines(f"\n  {raw}  \n\n") == [Line(raw, number, at)]


@pytest.mark.parametrize("year", ["0001", "1948", "3001", "9999"])
def test_a_time_of_an_impossible_year_is_no_time(year):
    assert rules.read_lines(f"12 {year}-05-01T12:00:00+08:00")[0].at is None


@pytest.mark.parametrize("field", rules.MOMENTS)
@pytest.mark.parametrize("year", [1, 1948, 3001, 9999])
def test_a_plan_lies_in_years_that_can_be_read_back(field, year):
    with pytest.raises(Refused, match="1949 至 3000") as refusal:
        rules.check_years({field: NOON.replace(year=year)})
    assert refusal.value.field == field
    rules.check_years({field: NOON.replace(year=1949), "other": NOON.replace(year=3000), "none": None})


@pytest.mark.parametrize(
    ("day", "later"), [((2026, 12, 31), (2027, 12, 31)), ((2028, 2, 29), (2029, 2, 28)), ((2027, 2, 28), (2028, 2, 28))]
)
def test_a_year_later_is_the_same_day(day, later):
    assert rules.a_year_later(datetime(*day, 20, tzinfo=UTC)) == datetime(*later, 20, tzinfo=UTC)


def test_a_line_is_kept_to_its_length():
    assert rules.read_lines("x" * 500) == [Line("x" * rules.LINE_LIMIT, None, None)]


@pytest.mark.parametrize("off", [timedelta(), 5 * MINUTE, -5 * MINUTE])
def test_a_phone_that_is_nearly_right_is_believed(off):
    assert rules.mended(NOON, NOON + off, NOON) == NOON


@pytest.mark.parametrize(("off", "mended"), [(HOUR, NOON - HOUR), (-HOUR, NOON + HOUR), (5 * MINUTE + SECOND, NOON - 301 * SECOND)])
def test_a_phone_that_is_wrong_is_put_right(off, mended):
    assert rules.mended(NOON, NOON + off, NOON) == mended


def test_a_phone_that_tells_no_time_is_believed():
    assert rules.mended(NOON, None, NOON) == NOON


@pytest.mark.parametrize(
    ("minutes", "counted"),
    [(-5, 0), (0, 0), (0.99, 0), (1, 1), (89.5, 89), (24 * 60, 24 * 60), (25 * 60, 24 * 60)],
)
def test_whole_minutes_of_a_shift(minutes, counted):
    assert rules.minutes_between(NOON, NOON + timedelta(minutes=minutes)) == counted


def test_numbers_are_listed_in_spans():
    assert rules.spans([11, 3, 4, 5, 8, 12]) == "3–5, 8, 11–12"
    assert rules.spans([]) == ""
