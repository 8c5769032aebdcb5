"""The audit trail: read by the auditor within the scope, filtered, verified; nobody else opens it."""

import pytest
from django.db import connection
from django.urls import reverse

from unionhall.kernel.audit import queries as audit
from unionhall.kernel.organizations import actions as organizations
from unionhall.lib import dates

pytestmark = pytest.mark.django_db


@pytest.fixture
def acts(cast):
    """A rename in the county and one in the other city."""
    organizations.rename(cast.factory, name="红旗装备公司工会", short_name="红旗装备", by=cast.county_clerk)
    organizations.rename(cast.port, name="邻江港口集团工会", short_name="邻江港口", by=cast.stranger)


def _rows(answer):
    return answer.content.decode().count("<tr data-row>")


def test_the_trail_shows_who_did_what_in_words(acts, cast, get):
    body = get("auditor", "trail", verb="organizations.renamed").content.decode()
    assert body.count("<tr data-row>") == 1
    assert cast.county_clerk.name in body
    assert str(audit.rows(verb="organizations.renamed").count()) == "2"
    assert f"organizations.organization {cast.factory.pk}" in body
    assert f"organizations.organization {cast.port.pk}" not in body


def test_the_trail_leads_to_the_record(acts, cast, get):
    body = get("auditor", "trail", verb="organizations.renamed").content.decode()
    assert reverse("office:unit", args=[cast.factory.pk]) in body


def test_the_trail_is_filtered_by_person_and_day(acts, cast, get):
    today = dates.today().isoformat()
    mine = {"verb": "organizations.renamed", "since": today, "until": today}
    assert _rows(get("auditor", "trail", **mine, q=cast.county_clerk.name)) == 1
    assert _rows(get("auditor", "trail", **mine, q=cast.neighbour.name)) == 0
    assert _rows(get("auditor", "trail", verb="organizations.renamed", until="2020-01-01")) == 0


@pytest.mark.parametrize("query", [{"since": "2026-13-40"}, {"q": "不存在的人"}, {"verb": "no.such"}, {"page": "999"}])
def test_a_filter_that_means_nothing_breaks_nothing(acts, get, query):
    assert get("auditor", "trail", **query).status_code == 200


@pytest.mark.parametrize("who", ["county_clerk", "city_clerk", "system_admin", "security_admin", "leader"])
def test_nobody_else_reads_the_trail(acts, get, post, who):
    assert get(who, "trail").status_code == 403
    assert post(who, "trail-verify").status_code == 403


def test_a_whole_trail_is_said_to_be_whole(acts, post):
    body = post("auditor", "trail-verify").content.decode()
    assert "notice-ok" in body


def test_a_row_that_was_rewritten_is_named(acts, post):
    bad = audit.rows(verb="organizations.renamed").order_by("pk").first()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE audit_row SET reason = 'x' WHERE id = %s", [bad.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")
    body = post("auditor", "trail-verify").content.decode()
    assert "notice-late" in body
    assert "notice-ok" not in body
