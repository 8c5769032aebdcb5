"""A figure opens what is behind it, and what is listed adds up to what is shown: through HTTP, for every formula."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger import registry
from unionhall.kernel.programmes import actions as programmes
from unionhall.kernel.programmes.models import Programme
from unionhall.lib import dates
from unionhall.lib.text import Text

pytestmark = pytest.mark.django_db
EXACT = re.compile(r'<p class="figure-exact"><strong>([^<]*)</strong>')
QUANTITY = re.compile(r'class="number quantity">(-?[\d,.]+)</td>')
SUBJECT = re.compile(r'class="subject">([^<]*)</td>')
CUT = re.compile(r'<th scope="row">([^<]*)</th><td class="number"><a href="([^"]*)">([^<]*)</a>')


TAKEN_IN = re.compile(r'hx-get="([^"]*)" hx-trigger="load"')


class Opened:
    """What a figure's page says, with the cuts that it takes in."""

    def __init__(self, client, answer):
        assert answer.status_code == 200, answer.content.decode()[:800]
        self.text = unescape(answer.content.decode())
        self.shown = EXACT.search(self.text)[1]
        self.quantities = [int(found.replace(",", "")) for found in QUANTITY.findall(self.text)]
        self.subjects = set(SUBJECT.findall(self.text))
        for url in TAKEN_IN.findall(self.text):
            taken_in = client.get(url, headers={"HX-Request": "true"})
            assert taken_in.status_code == 200, url
            self.text += unescape(taken_in.content.decode())
        self.cuts = {label: (number, url) for label, url, number in CUT.findall(self.text)}


@pytest.fixture
def opened(cast, get):
    def page(who, code, **query):
        return Opened(cast.client(who), get(who, "figure", code, **query))

    return page


@pytest.fixture
def follow(cast):
    def page(who, url):
        client = cast.client(who)
        return Opened(client, client.get(url))

    return page


@pytest.fixture
def year(cast, desk):
    """Five issues: the county's three (two kinds, one of them on two lists, one resolved), the township's and the neighbour's."""
    research, inspection = desk.list(), desk.list("巡察清单", "inspection")
    first = desk.issue("书屋陈旧", onto=research)
    desk.issue("缺人手", "few_hands", onto=inspection)
    desk.written_off(desk.issue("经费不足", "few_funds", onto=research))
    desk.issue("街道问题", at=cast.township, by=cast.township_clerk)
    desk.issue("邻县问题", at=cast.neighbour_county, by=cast.neighbour)
    return first


def test_a_sum_is_what_its_entries_add_up_to(year, opened):
    page = opened("city_clerk", "issues.identified")
    assert (page.shown, sum(page.quantities), len(page.quantities)) == ("5", 5, 5)


def test_own_level_and_subtree_are_two_figures(cast, year, opened):
    with_below = opened("city_clerk", "issues.identified", unit=cast.county.pk)
    own = opened("city_clerk", "issues.identified", unit=cast.county.pk, below=0)
    assert (with_below.shown, sum(with_below.quantities)) == ("4", 4)
    assert (own.shown, sum(own.quantities)) == ("3", 3)


def test_the_units_below_and_the_own_level_add_up(cast, year, opened, follow):
    page = opened("city_clerk", "issues.identified", unit=cast.county.pk)
    parts = {label: number for label, (number, _url) in page.cuts.items() if label in {"红旗街道", "城关区总本级"}}
    assert parts == {"红旗街道": "1", "城关区总本级": "3"}
    part = follow("city_clerk", page.cuts["红旗街道"][1])
    assert (part.shown, sum(part.quantities)) == ("1", 1)


def test_a_figure_is_cut_and_narrowed_by_a_dimension_in_words(year, opened, follow):
    page = opened("county_clerk", "issues.identified")
    assert page.cuts["缺人手"][0] == "1"
    few_hands = follow("county_clerk", page.cuts["缺人手"][1])
    assert (few_hands.shown, few_hands.quantities) == ("1", [1])
    assert "问题种类: 缺人手" in few_hands.text
    both = opened("county_clerk", "issues.identified", **{"d.kind": "poor_sites", "d.source": "research"})
    assert (both.shown, sum(both.quantities)) == ("1", 1)


@pytest.fixture
def within_programme(cast, desk):
    """One issue on the list of an edition of a programme."""
    programmes.load_catalogue()
    window = {"since": dates.today().replace(month=1, day=1), "until": dates.today()}
    programme = Programme.objects.get(code="issue_list_closure")
    edition = programmes.open_edition(by=cast.city_clerk, programme=programme, organization=cast.city, **window)
    return desk.issue("项目内的问题", onto=desk.list(programme=programme, edition=edition))


def test_entries_without_a_value_are_a_part_of_their_own(within_programme, desk, opened, follow):
    desk.issue("项目外的问题")
    desk.issue("项目外的另一问题")
    page = opened("county_clerk", "issues.identified")
    without = follow("county_clerk", page.cuts["（未填）"][1])
    assert (page.shown, page.cuts["（未填）"][0], without.shown, without.quantities) == ("3", "2", "2", [1, 1])


def test_distinct_subjects_are_counted_once(cast, desk, year, opened):
    again = desk.list("第二张调研清单")
    desk.issue("第二张清单的问题", "few_hands", onto=again)
    page = opened("county_clerk", "issues.kinds")
    assert page.shown == "3"
    assert (len(page.subjects), len(page.quantities)) == (3, 4)


def test_a_balance_is_what_came_less_what_went(year, opened):
    page = opened("county_clerk", "issues.open")
    assert int(page.shown) == sum(page.quantities)
    assert min(page.quantities) == -1


def test_a_rate_opens_at_both_ends(year, opened, follow, cast):
    page = opened("county_clerk", "issues.resolution_rate")
    assert page.shown == "25%"
    ends = [url for url in re.findall(r'href="([^"]*)"', page.text) if "end=" in url]
    above, below = (follow("county_clerk", url) for url in ends)
    assert (above.shown, sum(above.quantities)) == ("1", 1)
    assert (below.shown, sum(below.quantities)) == ("4", 4)


def test_a_rate_of_one_source_opens_at_narrowed_ends(year, opened, follow):
    codes = [one.code for one in registry.indicators() if one.formula == "ratio" and "research" in one.code]
    page = opened("county_clerk", codes[0])
    ends = [url for url in re.findall(r'href="([^"]*)"', page.text) if "end=" in url]
    shown = [follow("county_clerk", url) for url in ends]
    assert [int(one.shown) for one in shown] == [sum(one.quantities) for one in shown]
    assert len(shown) == 2


def test_a_rate_of_nothing_is_no_number(cast, opened):
    assert opened("county_clerk", "issues.resolution_rate").shown == "--"


def test_an_entry_posted_later_does_not_change_what_was_known(cast, desk, year, opened, follow):
    page = opened("county_clerk", "issues.identified")
    mark = parse_qs(urlsplit(page.cuts["缺人手"][1]).query)["as_of"][0]
    desk.issue("后来登记的")
    now = opened("county_clerk", "issues.identified")
    then = opened("county_clerk", "issues.identified", as_of=mark)
    assert (now.shown, sum(now.quantities)) == ("5", 5)
    assert (then.shown, sum(then.quantities)) == ("4", 4)
    assert "按台账时点" in then.text


def test_every_drilled_link_carries_the_same_mark(year, opened):
    page = opened("county_clerk", "issues.identified")
    marks = {parse_qs(urlsplit(url).query)["as_of"][0] for _number, url in page.cuts.values()}
    assert len(marks) == 1
    assert len(page.cuts) >= 6


def test_the_pager_stays_at_the_mark(cast, desk, get):
    for number in range(21):
        desk.issue(f"问题 {number}")
    body = unescape(get("county_clerk", "figure", "issues.identified").content.decode())
    second = re.search(r'href="(\?[^"]*page=2[^"]*)"', body)[1]
    assert "as_of=" in second


def test_an_entry_leads_to_its_record(cast, desk, year, opened):
    page = opened("county_clerk", "issues.identified", **{"d.kind": "poor_sites"})
    assert reverse("issues:desk-issue", args=[year.pk]) in page.text


def test_what_is_narrowed_by_its_name_is_not_narrowed_to_something_else(year, get):
    answer = get("county_clerk", "figure", "issues.identified.kind.few_hands", **{"d.kind": "poor_sites"})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"since": "2026-13-01"}, 422),
        ({"since": "2026-12-31", "until": "2026-01-01"}, 422),
        ({"as_of": "yesterday"}, 422),
        ({"d.weather": "fine"}, 422),
        ({"end": "sideways"}, 200),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_in_words(cast, get, query, status):
    assert get("county_clerk", "figure", "issues.identified", **query).status_code == status


def test_a_figure_of_another_unit_is_not_found(cast, year, get):
    assert get("county_clerk", "figure", "issues.identified", unit=cast.neighbour_county.pk).status_code == 404
    assert get("stranger", "figure", "issues.identified", unit=cast.county.pk).status_code == 404
    assert get("county_clerk", "figure", "issues.no_such_figure").status_code == 404


def test_somebody_without_the_right_sees_no_figure(cast, year, get):
    assert get("system_admin", "figure", "issues.identified").status_code == 403


def test_the_programme_home_leads_to_the_figure_of_that_programme(within_programme, desk, get, follow):
    code = "issue_list_closure"
    desk.issue("项目外的问题", onto=desk.list("另一张清单"))
    body = unescape(get("city_clerk", "programme", code).content.decode())
    url = next(url for url in re.findall(r'href="([^"]*)"', body) if "/figures/issues.listed/?" in url)
    page = follow("city_clerk", url)
    assert (page.shown, page.quantities) == ("1", [1])


def test_two_meanings_of_one_dimension_are_refused():
    with pytest.raises(ValueError, match="two dimensions"):
        registry.register_dimensions({"kind": registry.Dimension(Text("别的", "Something else"))})
    assert str(registry.dimension("weather").name) == "weather"


def test_what_has_no_particulars_is_listed_too(cast, opened):
    fact = registry.fact("membership.active")
    for number in (1, 2):
        ledger.post(fact, at=cast.county, day=dates.today(), source=f"membership.member:{number}", subject=str(number))
    page = opened("city_clerk", fact.code, unit=cast.city.pk)
    assert (page.shown, page.quantities) == ("2", [1, 1])
