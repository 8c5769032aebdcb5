"""The dashboard drills with the same count at each step; own figures are kept and sent; totals stand apart; rules find."""

import re
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile

from unionhall.kernel.access.models import Grant
from unionhall.kernel.ledger import actions as ledger_actions
from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger import registry
from unionhall.kernel.ledger.facts import Figure, Mark, Scope, Unit, Window
from unionhall.kernel.notices import actions as notices
from unionhall.kernel.notices.models import Delivery, Notice
from unionhall.kernel.people import queries as people
from unionhall.kernel.programmes import actions as loading
from unionhall.kernel.programmes import queries as programmes
from unionhall.lib import clock, dates
from unionhall.lib.official_document import Table
from unionhall.lib.refusal import Conflict, Denied, NotVisible, Refused
from unionhall.lib.text import Text
from unionhall.shell import picking
from unionhall.work.reports.actions import ruling, subscribing, totals, writing
from unionhall.work.reports.models import Report, Rule, Subscription, Total
from unionhall.work.reports.queries import checks, dashboard, matching, paper
from unionhall.work.reports.rules import wording
from unionhall.work.reports.rules.reading import report, verdicts
from unionhall.work.reports.tests.conftest import YEAR

pytestmark = pytest.mark.django_db
DAYS = {"since": "2025-01-01", "until": "2025-12-31"}
FOUND = "issues.identified"


def value(cast, unit, code=FOUND, window=YEAR):
    return ledger.value(registry.indicator(code), Scope(unit), window)


def rows(page):
    """The table by unit: label to (number, where it drills down, where its records are)."""
    body = page.split('id="by-unit"')[1].split("<tbody>")[1].split("</tbody>")[0]
    found = re.findall(r'<tr><th scope="row">(?:<a href="([^"]*)">)?([^<]*).*?<a href="([^"]*)">([^<]*)</a>', body)
    return {
        label.strip(): (number, down.replace("&amp;", "&"), records.replace("&amp;", "&")) for down, label, records, number in found
    }


def test_from_the_province_to_the_record_with_the_same_count_at_each_step(cast, books):
    province = cast.client("city_clerk")
    page = province.get("/reports/dashboard/", {**DAYS, "show": FOUND}).content.decode()
    city = rows(page)
    assert {label: row[0] for label, row in city.items()} == {"城关区总": "7", "东山县总": "3"}
    county = rows(province.get(city["城关区总"][1]).content.decode())
    assert county["城关区总"][0] == "7"
    records = province.get(county["城关区总"][2])
    assert records.content.decode().count("data-row") == 7
    assert "7" in records.content.decode()


def test_everything_is_as_of_one_mark_and_every_mark_is_a_link(cast, books, django_assert_max_num_queries):
    client = cast.client("city_clerk")
    client.get("/reports/dashboard/", DAYS)
    with django_assert_max_num_queries(22):
        page = client.get("/reports/dashboard/", {**DAYS, "show": FOUND}).content.decode()
    assert 'data-chart="units-chart"' in page and 'id="months-chart"' in page
    data = page.split('id="units-chart" type="application/json">')[1].split("</script>")[0]
    assert data.count("/reports/dashboard/") == 2
    assert page.count(f"as_of={ledger.mark().high}") > 10


def test_a_stranger_sees_no_dashboard_of_others(cast, books):
    assert cast.client("stranger").get("/reports/dashboard/", {"unit": cast.county.pk}).status_code == 404
    assert cast.client("city_clerk").get("/reports/dashboard/", {"show": "issues.nothing"}).status_code == 404
    assert cast.client("city_clerk").get("/reports/dashboard/", {"as_of": "x"}).status_code == 422
    backwards = cast.client("city_clerk").get("/reports/dashboard/", {"since": "2025-05-01", "until": "2025-01-01"})
    assert backwards.status_code == 422


def test_own_figures_are_kept_and_sent_when_their_day_comes(cast, books):
    client = cast.client("city_clerk")
    assert client.post("/reports/mine/", {"every": "week", "indicators": [FOUND, "issues.resolved"]}).status_code == 303
    assert client.post("/reports/mine/", {"every": "month"}).status_code == 422
    more = {"every": "week", "indicators": [FOUND, "issues.resolved"], "more": "issues.resolved"}  # picked twice, it is kept once
    assert client.post("/reports/mine/", more).status_code == 303
    unknown = client.post("/reports/mine/", {**more, "more": "issues.nothing"})
    assert unknown.status_code == 422 and "没有这个数字" in unknown.content.decode()
    kept = Subscription.objects.get()
    assert kept.indicators == [FOUND, "issues.resolved"]
    page = client.get("/reports/mine/").content.decode()
    assert re.findall(r'type="checkbox" name="indicators" value="([^"]*)"', page) == kept.indicators
    assert subscribing.send() == 0
    with clock.fixed(clock.now().replace(year=2030, month=1, day=2)):
        assert subscribing.send() == 1
        assert subscribing.send() == 0
    told = Notice.objects.get(kind="reports.figures")
    assert told.person_id == cast.city_clerk.pk
    assert told.context["lines"] == "发现问题0项；解决问题0项"
    kept.refresh_from_db()
    assert kept.next_on == date(2030, 1, 7)


def test_a_message_leads_to_the_figures_that_it_tells(cast, books, settings):
    settings.ORIGIN = "https://hall.example.cn"
    settings.NOTICE_CHANNELS = {"email": {"sender": "house@example.invalid"}}
    client, wanted = cast.client("city_clerk"), {"every": "week", "indicators": [FOUND]}
    here = subscribing.choose(
        organization=cast.city, indicators=[FOUND], every="never", by=cast.city_clerk, email="li@gonghui.example"
    )
    kept = subscribing.choose(organization=cast.county, indicators=[FOUND], every="week", by=cast.city_clerk)
    Subscription.objects.filter(pk=kept.pk).update(next_on=dates.today())
    assert subscribing.send() == 1
    link = f"/reports/mine/?one={kept.pk}"
    assert f'<a href="{link}">城关区总工会数据' in client.get("/inbox/").content.decode()
    assert notices.deliver() == 1
    body = mail.outbox[0].body
    assert body == f"今年以来：发现问题0项。\n\nhttps://hall.example.cn{link}"
    page = client.get(link).content.decode()
    assert '<p class="muted">城关区总工会</p>' in page and f'href="?one={kept.pk}&amp;address=1"' in page
    assert client.post(link, {**wanted, "every": "month"}).url == link
    assert [Subscription.objects.get(pk=one.pk).every for one in (here, kept)] == ["never", "month"]
    assert cast.client("county_clerk").get(link).status_code == 404
    Grant.objects.filter(person=cast.city_clerk).update(organization=cast.other_city, org_path=cast.other_city.path)
    assert client.get(link).status_code == 404


def test_an_own_address_is_given_where_mails_are_asked_for(cast, books):
    client, wanted = cast.client("city_clerk"), {"every": "week", "indicators": [FOUND]}
    assert client.post("/reports/mine/", {**wanted, "email": "not an address"}).status_code == 422
    assert people.own_masked(cast.city_clerk, "email") == ""
    assert "尚未登记" in client.get("/reports/mine/", {"address": "1"}).content.decode()
    assert client.post("/reports/mine/", {**wanted, "email": "li@gonghui.example"}).status_code == 303
    assert client.post("/reports/mine/", wanted).status_code == 303  # left empty it stays
    assert people.own_masked(cast.city_clerk, "email") == "l***@gonghui.example"
    page, asked = (client.get("/reports/mine/", given).content.decode() for given in ({}, {"address": "1"}))
    assert ("l***@gonghui.example" in page, 'href="?address=1"' in page) == (False, True)
    assert ("l***@gonghui.example" in asked, 'href="?address=1"' in asked, "li@gonghui" in asked) == (True, False, False)
    Subscription.objects.update(next_on=dates.today())
    assert subscribing.send() == 1
    assert Delivery.objects.get().channel == "email"


def test_a_flow_of_more_than_a_year_is_held_against_no_year_that_it_holds_itself(cast, books):
    windows = [YEAR, Window(date(2024, 12, 31), YEAR.end), Window.until(YEAR.end)]
    (year,), (longer,), (ever,) = [dashboard.dashboard(cast.city, one, [FOUND]).numbers for one in windows]
    assert (year.figure.number, str(year.change)) == (10, "同比增长100%")
    assert (longer.figure.number, longer.change, longer.rising) == (10, None, 0)
    assert (ever.figure.number, ever.change) == (15, None)


def test_of_kinds_the_number_is_shown_and_not_how_often_they_were_named(cast, books):
    for _twice in range(2):
        source = f"issues.issue:{books.post('issues.listed', cast.county, date(2025, 6, 1))}"
        fact, day = registry.fact("issues.kind_listed"), date(2025, 6, 1)
        ledger_actions.post(fact, at=cast.county, day=day, subject="kind/wages", source=source)
    shown = {one.indicator.code: one.figure.number for one in dashboard.dashboard(cast.city, YEAR, []).numbers}
    assert (shown.get("issues.kind_listed.distinct"), "issues.kind_listed" in shown) == (1, False)


def test_own_figures_are_sent_in_the_language_of_their_reader(cast, books):
    enter(cast)
    client = cast.client("city_clerk")
    client.post("/frame/language", {"language": "en"})
    for by in (cast.city_clerk, cast.leader):
        subscribing.choose(organization=cast.city, indicators=[FOUND, "issues.resolution_rate"], every="week", by=by)
    Subscription.objects.update(next_on=date(2025, 12, 1))
    with clock.fixed(datetime(2025, 12, 30, 4, tzinfo=UTC)):
        assert subscribing.send() == 2
    lines = dict(Notice.objects.filter(kind="reports.figures").values_list("person", "context__lines"))
    assert lines == {
        cast.city_clerk.pk: "Issues found: 10 issues (reported totals apart: 120); Resolution rate: 40%",
        cast.leader.pk: "发现问题10项（另报送120项）；解决率40%",
    }


@pytest.mark.parametrize(
    ("number", "unit", "manual", "zh", "en"),
    [
        (1_234_567, Unit.PERSON, 0, "会员1,234,567人", "Members: 1,234,567 persons"),
        (123_456, Unit.CNY, 50, "会员1,234.56元（另报送0.50元）", "Members: 1,234.56 yuan (reported totals apart: 0.50)"),
        (Fraction(1, 3), None, 0, "会员33.33%", "Members: 33.33%"),
        (None, None, 0, "会员--", "Members: --"),
    ],
)
def test_a_figure_in_words_of_both_languages(number, unit, manual, zh, en):
    assert subscribing.told([(Text("会员", "Members"), Figure(number, unit, Mark(0), manual))]) == Text(zh, en)


@pytest.mark.parametrize(
    ("every", "today", "then"),
    [
        ("week", date(2025, 11, 20), date(2025, 11, 24)),
        ("week", date(2025, 11, 24), date(2025, 12, 1)),
        ("month", date(2025, 12, 31), date(2026, 1, 1)),
        ("never", date(2025, 1, 1), date(9999, 12, 31)),
    ],
)
def test_the_next_day(every, today, then):
    assert subscribing.next_day(every, today) == then


def enter(cast, **more):
    given = {"organization": cast.county, "fact": FOUND, "window": Window(date(2025, 1, 1), date(2025, 3, 31)), "number": "120",
             "evidence": "来函〔2025〕3号", "beside": True, "by": cast.city_clerk}  # fmt: skip
    return totals.enter(**{**given, **more})


def test_a_reported_total_stands_apart_wherever_it_flows(cast, books):
    made = enter(cast, file=SimpleUploadedFile("来函.txt", "一季度120项".encode()))
    figure = value(cast, cast.city)
    assert (figure.number, figure.manual) == (10, 120)
    page = cast.client("city_clerk").get("/reports/totals/").content.decode()
    assert "来函.txt" in page and "120项" in page
    board = cast.client("city_clerk").get("/reports/dashboard/", {**DAYS, "show": FOUND}).content.decode()
    assert re.search(r'>7</a> <span class="tag tag-soon">[^<]+</span> 120', board)
    opened = cast.client("city_clerk").get(f"/figures/{FOUND}/", {**DAYS, "unit": cast.city.pk}).content.decode()
    cut = opened.split('id="cut-by-unit"')[1].split("</section>")[0]
    assert re.search(r'>7</a> <span class="tag tag-soon">另有上报总数</span> 120</td>', cut)
    assert opened.split('id="records"')[1].count("data-row") == 10  # also those that have no particulars
    listed = opened.split('id="reported"')[1].split("</section>")[0]
    assert f'?one={made.report}">报送数 {made.report}</a>' in listed and ">120</td>" in listed
    (held,) = matching.held(report.read("全年发现问题130项。", until=YEAR.end), unit=cast.city, window=YEAR)
    assert held.verdict == verdicts.DIFFERS and "另有上报总数 120" in held.reason
    written = writing.draft(organization=cast.city, window=YEAR, prepared="year", by=cast.city_clerk)
    told = [run["t"] for one in written.content["paragraphs"] for run in one.get("runs", ())]
    assert any("（另报送120项）" in text for text in told)
    rows = next(part for part in paper.letter(written, str).appendix if isinstance(part, Table)).rows
    assert any("（另报送120项）" in str(cell) for row in rows for cell in row)
    totals.take_back(total_id=made.pk, by=cast.city_clerk)
    assert value(cast, cast.city).manual == 0
    with pytest.raises(Conflict):
        totals.take_back(total_id=made.pk, by=cast.city_clerk)


def test_a_reported_total_is_marked_among_own_figures(cast, books):
    client, today = cast.client("city_clerk"), dates.today()
    client.post("/reports/mine/", {"every": "never", "more": FOUND})
    assert "另有上报总数" not in client.get("/reports/mine/").content.decode()
    enter(cast, window=Window(date(today.year, 1, 1), date(today.year, 1, 1)))
    assert "另有上报总数 120" in client.get("/reports/mine/").content.decode()


def test_nobody_is_shown_a_way_that_is_closed(cast, books):
    kept = writing.draft(organization=cast.city, window=YEAR, prepared="year", by=cast.city_clerk)
    ruling.set_rule(organization=cast.city, kind="part", left=FOUND, right="issues.resolved", by=cast.city_clerk)
    pages = [f"/reports/{path}" for path in ("", "dashboard/", "templates/", "indicators/", "rules/", "tables/", f"{kept.pk}/")]

    def ways(who):
        found = set()
        for page in pages:
            text = cast.client(who).get(page).content.decode().split("<main")[1]
            found |= set(
                re.findall(r'(?:action|href)="(/reports/[^"?]*(?:new|end|retire|edit|issue|regenerate|rename)[^"?]*)"', text)
            )
        return found

    assert ways("leader") == set()
    assert {"/reports/new/", "/reports/indicators/new/", f"/reports/{kept.pk}/issue/"} <= ways("city_clerk")


def test_money_that_was_reported_is_shown_in_yuan_everywhere(cast, books):
    enter(cast, fact="funds.spent", number="1,234,567.50")
    spent = registry.indicator("funds.spent")
    figure = ledger.value(spent, Scope(cast.city), YEAR)
    assert (figure.manual, figure.apart) == (123_456_750, "1,234,567.50")
    board = cast.client("city_clerk").get("/reports/dashboard/", {**DAYS, "show": "funds.spent"}).content.decode()
    assert "1,234,567.50" in board and "123456750" not in board
    assert wording.apart(123_456_750, "元", money=True) == "1234567.5元"
    assert wording.apart(0, "元", money=True) == ""
    subscribing.choose(organization=cast.city, indicators=["funds.spent"], every="month", by=cast.city_clerk)
    Subscription.objects.update(next_on=date(2025, 12, 1))
    with clock.fixed(clock.now().replace(year=2025, month=12, day=30)):
        assert subscribing.send() == 1
    assert "另报送1,234,567.50元" in Notice.objects.get(kind="reports.figures").context["lines"]


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"number": "-1"}, "不小于"),
        ({"number": "many"}, "不小于"),
        ({"number": "12.5"}, "整数"),
        ({"fact": "membership.members"}, "时点存量"),
        ({"beside": False}, "台账已计7项"),
        ({"fact": "issues.nothing"}, "计量项"),
        ({"evidence": " "}, "佐证"),
        ({"window": Window(date(2025, 1, 1), date(9999, 1, 1))}, "结束"),
    ],
)
def test_totals_without_sense_or_evidence_are_refused(cast, books, more, word):
    with pytest.raises(Refused, match=word):
        enter(cast, **more)
    assert not Total.objects.exists()


def test_the_page_asks_whether_what_the_books_count_is_in_the_total(cast, books):
    city = cast.client("city_clerk")
    page = city.get("/reports/totals/").content.decode()
    assert '<option value="" selected>请选择…</option></select>' in page.split('name="fact"')[1]  # nothing is chosen for anybody
    given = {
        "unit": cast.county.pk,
        "fact": FOUND,
        "since": "2025-01-01",
        "until": "2025-03-31",
        "number": "120",
        "evidence": "来函",
    }
    asked = city.post("/reports/totals/", given)
    assert asked.status_code == 422 and "该单位这一期的台账已计7项" in asked.content.decode()
    assert city.post("/reports/totals/", {**given, "beside": "on"}).status_code == 303
    assert Total.objects.get().number == 120


def test_pickers_find_facts_and_programmes_by_name_initials_and_code(cast):
    loading.load_catalogue()

    def offered(who, source, text):
        answer = cast.client(who).get(f"/frame/options/{source}", {"q": text})
        return [one["value"] for one in answer.json()["options"]] if answer.status_code == 200 else answer.status_code

    assert offered("city_clerk", "reports.facts", "发现问题")[0] == FOUND
    assert FOUND in offered("city_clerk", "reports.facts", "fxwt") and offered("city_clerk", "reports.facts", FOUND) == [FOUND]
    assert offered("city_clerk", "reports.facts", "在册会员") == []  # a stock takes no totals
    (one,) = offered("city_clerk", "reports.programmes", "困难职工建档立卡")
    assert programmes.programmes(cast.city).get(pk=one).rooms
    assert offered("worker", "reports.programmes", "困难职工") == 404


def test_a_programme_is_picked_by_typing_with_scripts_and_without(cast):
    loading.load_catalogue()
    city = cast.client("city_clerk")
    field = city.get("/reports/new/").content.decode().split('name="programme"')[1].split("</select>")[0]
    assert 'data-combobox="/frame/options/reports.programmes"' in field and field.count("<option") == 1
    assert programmes.programmes(cast.city).count() > 200
    days = {"since": "2025-01-01", "until": "2025-12-31", "template": "closing"}
    asked = city.post("/reports/new/", days)
    assert asked.status_code == 422 and "请选择报告所写的工作项目。" in asked.content.decode()
    wrong = city.post("/reports/new/", {**days, "programme": "999999"})
    assert wrong.status_code == 422 and "没有这个工作项目。" in wrong.content.decode()
    made = city.post("/reports/new/", {**days, picking.key("reports.programmes", "programme"): "困难职工建档立卡"})
    assert made.status_code == 303, made.content.decode()
    assert Report.objects.get().programme.name_zh.startswith("困难职工建档立卡")


def test_a_total_is_entered_once_and_by_those_who_may(cast, books):
    enter(cast)
    with pytest.raises(Conflict):
        enter(cast)
    with pytest.raises(Conflict, match="与已填的2025-01-01～2025-03-31有重叠"):
        enter(cast, window=Window(date(2025, 3, 31), date(2025, 6, 30)))
    assert enter(cast, window=Window(date(2025, 4, 1), date(2025, 6, 30)), beside=False).number == 120  # nothing is counted there
    with pytest.raises(NotVisible):
        enter(cast, by=cast.stranger)
    with pytest.raises(Denied):
        enter(cast, by=cast.leader)


def test_rules_are_set_looked_at_and_taken_away(cast, books):
    made = ruling.set_rule(
        organization=cast.city, kind="part", left=FOUND, right="issues.resolved", why="发现不应多于解决", by=cast.city_clerk
    )
    found = checks.look(cast.city, YEAR, [])
    assert [(one.rule.en, one.left.value, one.right.value) for one in found] == [("A part is at most its whole", "10项", "4项")]
    assert str(found[0].said) == "发现不应多于解决"
    assert len(checks.look(cast.county, YEAR, [])) == 1  # those below stand under it too
    assert checks.look(cast.other_city, YEAR, []) == []
    ruling.end_rule(rule_id=made.pk, by=cast.city_clerk)
    assert checks.look(cast.city, YEAR, []) == []


def test_a_jump_is_found_without_a_rule_and_its_bound_can_be_set(cast, books):
    assert [one.rule.zh for one in checks.look(cast.city, YEAR, [FOUND])] == ["与上年同期相比变化过大"]
    ruling.set_rule(organization=cast.city, kind="jump", left=FOUND, percent=100, by=cast.city_clerk)
    assert checks.look(cast.city, YEAR, [FOUND]) == []


@pytest.mark.parametrize(
    ("given", "field"),
    [({"kind": "part", "left": FOUND}, "right"), ({"kind": "part", "left": FOUND, "right": "issues.dispatched"}, "right"),
     ({"kind": "jump", "left": "issues.nothing"}, "left")],
)  # fmt: skip
def test_rules_across_units_are_refused(cast, given, field):
    with pytest.raises(Refused) as refused:
        ruling.set_rule(organization=cast.city, by=cast.city_clerk, **given)
    assert refused.value.field == field
    assert not Rule.objects.exists()


def test_the_rules_on_screen(cast, books):
    client = cast.client("city_clerk")
    assert client.post("/reports/rules/new/", {"kind": "part", "left": FOUND, "right": "issues.resolved"}).status_code == 303
    assert client.post("/reports/rules/new/", {"kind": "part", "left": FOUND}).status_code == 422
    assert "部分不大于整体" in client.get("/reports/rules/").content.decode()
