"""What the room shows on others' pages: true numbers that lead to what they count, and nothing for strangers."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from unionhall.kernel.access import queries as queries_access
from unionhall.kernel.programmes import actions as programmes
from unionhall.kernel.programmes import queries as programme_queries
from unionhall.lib import dates
from unionhall.work.issues.actions import flags
from unionhall.work.issues.desk import panels
from unionhall.work.issues.models import Issue

pytestmark = pytest.mark.django_db


def asked_by(person, unit):
    return SimpleNamespace(person=person, unit=unit)


def numbers(context):
    return {str(one.label): int(getattr(one.value, "number", one.value)) for one in context["numbers"]}


@pytest.fixture
def served(cast):
    programmes.load_catalogue()
    return programme_queries.programme("issue_list_closure")


def test_the_desk_shows_this_years_figures_and_flags(desk, cast):
    desk.written_off(desk.issue("甲"))
    desk.checked(desk.issue("乙"))
    flagged = desk.handling(desk.issue("丙"))
    flags.hang(issue_id=flagged.pk, colour="red", reason="久拖不决", by=cast.county_clerk)
    context = panels.desk(asked_by(cast.county_clerk, cast.county), None)
    assert numbers(context) == {"发现问题": 3, "解决问题": 2, "销号": 1, "超期销号": 0, "红旗": 1}
    client = cast.client("county_clerk")
    for one in context["numbers"]:
        page = client.get(one.url)
        assert page.status_code == 200
        assert f"<strong>{one.value}</strong>" in page.content.decode()


def test_a_unit_shows_what_is_open_late_and_done(desk, cast):
    desk.written_off(desk.issue("甲"))
    desk.handling(desk.issue("乙"))
    late = desk.handling(desk.issue("丙"))
    Issue.objects.filter(pk=late.pk).update(due_on=dates.today().replace(year=2020))
    context = panels.organization(asked_by(cast.county_clerk, cast.county), cast.county)
    assert numbers(context) == {"未销号问题": 2, "超期未销号": 1, "销号": 1}
    client = cast.client("county_clerk")
    open_, overdue, done = context["numbers"]
    assert [text in client.get(open_.url).content.decode() for text in ("甲", "乙", "丙")].count(True) >= 2
    rows = client.get(overdue.url).context["page"].rows
    assert [issue.pk for issue in rows] == [late.pk]
    assert "<strong>1</strong>" in client.get(done.url).content.decode()


def test_a_programme_shows_its_open_issues_lists_and_report(desk, cast, served):
    onto = desk.list("调研清单", programme=served)
    desk.written_off(desk.issue("甲", onto=onto))
    second = desk.handling(desk.issue("乙", onto=onto))
    desk.issue("别的项目")
    context = panels.programme(asked_by(cast.county_clerk, cast.county), served)
    assert [(code, count) for code, count, _url in context["lights"]] == [("ok", 1)]
    assert [issue.title for issue, _state in context["latest"]] == ["乙", "甲"]
    assert [(one.name, one.listed, one.cleared) for one in context["lists"]] == [("调研清单", 2, 1)]
    client = cast.client("county_clerk")
    rows = client.get(context["lights"][0][2]).context["page"].rows
    assert [issue.pk for issue in rows] == [second.pk]
    page = client.get(reverse("office:programme", args=[served.code])).content.decode()
    assert f"{reverse('issues:desk-closing')}?programme={served.code}" in page
    assert "已销号 1 项，共 2 项" in page


def test_a_programme_of_other_rooms_shows_nothing(cast, served):
    other = next(one for one in programme_queries.programmes() if "issues" not in one.rooms)
    assert panels.programme(asked_by(cast.county_clerk, cast.county), other) is None


def test_a_stranger_sees_nothing_of_it(desk, cast, served):
    desk.handling(desk.issue("甲", programme=served))
    stranger = asked_by(cast.stranger, cast.county)
    assert panels.desk(stranger, None) is None
    assert panels.organization(stranger, cast.county) is None
    assert panels.programme(stranger, served) is None
    at_home = asked_by(cast.stranger, cast.other_city)
    assert numbers(panels.desk(at_home, None)) == {"发现问题": 0, "解决问题": 0, "销号": 0, "超期销号": 0}
    assert panels.programme(at_home, served)["latest"] == []


@pytest.mark.parametrize(("place", "most"), [("desk", 3), ("organization", 4), ("programme", 5)])
def test_a_panel_costs_few_statements_however_much_there_is(desk, cast, served, place, most):
    def spent():
        subject = {"desk": None, "organization": cast.county, "programme": served}[place]
        with CaptureQueriesContext(connection) as caught, queries_access.remembering():
            queries_access.may(cast.county_clerk, "issues.see")
            before = len(caught)
            getattr(panels, place)(asked_by(cast.county_clerk, cast.county), subject)
            return len(caught) - before

    onto = desk.list(programme=served)
    desk.handling(desk.issue("甲", onto=onto))
    first = spent()
    for number in range(6):
        desk.handling(desk.issue(f"乙 {number}", onto=onto))
    assert spent() == first
    assert first <= most
