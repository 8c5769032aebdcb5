"""The room's part of the demo city stands: one report issued, one draft, one text that was checked."""

import pytest

from unionhall.kernel.programmes import actions as programmes
from unionhall.kernel.programmes.models import World
from unionhall.lib import clock, dates
from unionhall.work.reports import demo
from unionhall.work.reports.models import Checked, Filing, Report

pytestmark = pytest.mark.django_db


def test_the_demo_city_has_reports(cast, books):
    programmes.load_catalogue()
    World.objects.create(kind=World.DEMO, name="demo", root=cast.city, org_path=cast.city.path, loaded_at=clock.now())
    books.post("issues.identified", cast.county, dates.today(), times=5)
    demo.load()
    assert {(one.kind, one.state) for one in Report.objects.all()} == {("year", "issued"), ("notice", "draft")}
    issued = Report.objects.get(state="issued")
    assert issued.digest and issued.issued_by == cast.city_clerk
    assert "发现问题5项" in Checked.objects.get().text
    streets = {one.organization: one for one in Filing.objects.filter(table__level="township").select_related("organization")}
    sent, quiet = streets[cast.township], streets[cast.neighbour_township]  # nobody stands on the other one
    assert (sent.lies_with, sent.cells["issues.identified"]["value"], quiet.state) == (cast.county, "2", "open")
