"""The figures of members in three published years come out of the room's own acts."""

import pytest

from unionhall.catalogue import stage
from unionhall.kernel.access import actions as access
from unionhall.kernel.programmes import actions as programmes
from unionhall.work.membership.actions import replays
from unionhall.work.membership.tests.conftest import assert_books_agree, figure

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "part", "code", "printed"),
    [
        ("S1", replays.s1, "membership.groups", 3),
        ("S2", replays.s2, "membership.scan_join_rate", 1),
        ("S4", replays.s4, "membership.partner", 3),
    ],
)
def test_a_published_figure_is_reproduced(name, part, code, printed):
    access.load_roles()
    programmes.load_catalogue()
    built = stage.build(stage.play(name))
    part(built)
    built.perform()
    assert figure(code, built.root) == printed
    assert_books_agree()
