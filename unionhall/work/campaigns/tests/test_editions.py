"""Edition against edition: each window counts its own, the difference is told, and each figure opens its records."""

from datetime import timedelta

import pytest
from django.urls import reverse

from unionhall.kernel.programmes import actions as programmes
from unionhall.lib import clock, dates
from unionhall.lib.refusal import NotVisible
from unionhall.work.campaigns.queries import editions
from unionhall.work.campaigns.rules import Stopped

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(desk, cast):
    """Last year's edition with one visit, this year's with two of the same household."""
    today = dates.today()
    with clock.fixed(clock.now() - timedelta(days=365)):
        desk.edition()
        desk.visit(Stopped(recipient="hardship", household="DK-1", goods=30_000))
    programme = desk.programme()
    programmes.open_edition(
        by=cast.county_clerk, programme=programme, organization=cast.county, since=today - timedelta(days=30),
        until=today + timedelta(days=30),
    )  # fmt: skip
    desk.visit(Stopped(recipient="hardship", household="DK-1", goods=20_000))
    desk.visit(Stopped(recipient="hardship", household="DK-1"))
    desk.visit(Stopped(recipient="hardship", household="DK-2"), code="women_worker_care")
    return programme


def numbers(found):
    return {line.name.en: ([cell.number for cell in line.cells], line.change) for line in found.lines}


def test_each_window_counts_its_own(two, cast):
    found = editions.compared(cast.county_clerk, two, cast.county)
    assert len(found.editions) == 2
    told = numbers(found)
    assert told["Visits"] == ([1, 2], 1)
    assert told["Households visited"] == ([1, 2], 1)
    assert told["Households visited, each once"] == ([1, 1], 0)
    assert next(line for line in found.lines if line.money).change == -10_000
    assert "Teams" not in told


def test_nothing_outside_ones_scope(two, cast):
    with pytest.raises(NotVisible):
        editions.compared(cast.neighbour_chair, two, cast.county)


def test_each_figure_opens_its_records(two, cast):
    client = cast.client("county_clerk")
    address = reverse("campaigns:desk-editions")
    assert "请选择工作项目" in client.get(address).content.decode()
    page = client.get(f"{address}?programme={two.code}").content.decode()
    assert ("-100.00" in page, page.count("/figures/campaigns.visit_made/")) == (True, 2)
    cell = next(line for line in editions.compared(cast.county_clerk, two, cast.county).lines if line.name.en == "Visits").cells[1]
    behind = client.get(cell.address)
    assert (behind.status_code, behind.content.decode().count("/campaigns/visits/") >= 2) == (200, True)
    other = client.get(f"{address}?programme=pocket_book").content.decode()
    assert "还没有开设过" in other
