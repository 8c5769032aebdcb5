"""The figures of members in three published years come out of the room's own acts."""

import pytest

from unionhall.catalogue import stage
from unionhall.kernel.access import actions as access
from unionhall.kernel.programmes import actions as programmes
from unionhall.work.membership.actions import replays
from unionhall.work.membership.tests.conftest import assert_books_agree, figure

pytestmark = pytest.mark.django_db


EXPECTED = {"S1": {"membership.groups": 3}, "S2": {"membership.scan_join_rate": 1}, "S4": {"membership.partner": 3}}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_published_figure_is_reproduced(name):
    access.load_roles()
    programmes.load_catalogue()
    built = stage.build(stage.play(name))
    getattr(replays, name.lower())(built)
    built.perform()
    assert {code: figure(code, built.root) for code in EXPECTED[name]} == EXPECTED[name]
    assert_books_agree()
