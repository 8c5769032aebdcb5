"""Pages stay cheap: at most twelve queries, and no more with ten more rows or a file to which much has happened."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from unionhall.work.hardship.actions import pairing, procedure
from unionhall.work.hardship.tests.conftest import fresh

MOST = 12


def asked(client, url):
    """How many statements a page needs, the second time it is opened."""
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


@pytest.mark.parametrize("query", ["", "?q=KN-2026", "?listed=never_helped", "?listed=uncontacted", "?light=late"])
def test_the_list_needs_no_more_with_more_rows(desk, cast, query):
    client, url = cast.client("county_clerk"), reverse("hardship:desk-list") + query
    desk.draft()
    few = asked(client, url)
    for _ in range(6):
        desk.draft()
    assert asked(client, url) == few <= MOST


def test_a_file_needs_no_more_when_much_has_happened(desk, cast):
    client = cast.client("county_clerk")
    file = desk.filed()
    url = reverse("hardship:desk-file", args=[file.pk])
    few = asked(client, url)
    pairing.pair(household_id=file.pk, cadre=cast.township_clerk, by=cast.county_clerk)
    for number in range(6):
        pairing.contact(household_id=file.pk, by=cast.township_clerk, need=f"需求{number}")
        procedure.verify(household_id=file.pk, by=cast.township_clerk)
    assert fresh(file).state == "on_file"
    assert asked(client, url) <= few + 1
    assert few <= MOST
