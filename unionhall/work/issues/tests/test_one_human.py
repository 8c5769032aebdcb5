"""Nobody decides about themselves, under whichever of their files the proposal names them."""

import pytest

from unionhall.kernel.people import actions as people
from unionhall.kernel.people import queries
from unionhall.lib import dates
from unionhall.lib.refusal import Refused
from unionhall.testing import cast as standing
from unionhall.work.issues.actions import reviews
from unionhall.work.issues.models import Notice, Proposal

pytestmark = pytest.mark.django_db


def proposal_about(cast, person):
    today = dates.today()
    issued = Notice.objects.create(
        organization=cast.county, org_path=cast.county.path, year=2020, quarter=1, drafted_by=cast.city_clerk
    )
    return Proposal.objects.create(
        organization=cast.county,
        org_path=cast.county.path,
        unit=cast.factory,
        person=person,
        notice=issued,
        in_a_row=2,
        raised_on=today,
    )


@pytest.mark.parametrize("sabotage", [False, True])
@pytest.mark.parametrize("own", [True, False])
def test_nobody_decides_about_the_own_file_or_another_one_of_theirs(cast, monkeypatch, own, sabotage):
    """The other file: without a number, on the clerk's phone. With files compared by key alone the clerk decides about it."""
    number = [key for key, *_rest in standing.PEOPLE].index("county_clerk") + 1
    twin = people.register(by=None, name="李健华", home=cast.township, phone=f"100{number:08d}")
    found = proposal_about(cast, cast.county_clerk if own else twin)
    if sabotage:
        monkeypatch.setattr(queries, "selves", frozenset)
    asked = {"proposal_id": found.pk, "accept": False, "reason": "已整改"}
    if sabotage and not own:
        assert reviews.decide(**asked, by=cast.county_clerk).decision == "declined"
        return
    with pytest.raises(Refused, match="不能决定与本人有关的建议"):
        reviews.decide(**asked, by=cast.county_clerk)
    found.refresh_from_db()
    assert found.decision == ""
    assert reviews.decide(**asked, by=cast.city_clerk).decision == "declined"
