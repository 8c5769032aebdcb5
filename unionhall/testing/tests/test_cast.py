"""The cast is what its README says."""

import pytest

from unionhall.kernel.access import queries as access
from unionhall.kernel.organizations import queries as organizations
from unionhall.testing.cast import PEOPLE, UNITS, Cast


def test_the_tree_holds(cast: Cast):
    assert organizations.inconsistencies() == []
    assert organizations.subtree(cast.city).count() == 8
    assert len(cast.units) == len(UNITS) and len(cast.people) == len(PEOPLE)


@pytest.mark.parametrize(
    ("key", "may"),
    [
        ("county_clerk", True),
        ("city_clerk", True),
        ("neighbour", False),
        ("stranger", False),
        ("moved_away", False),
        ("plain", False),
    ],
)
def test_who_may_register_people_in_the_county(cast: Cast, key: str, may: bool):
    assert access.may(cast.people[key], "people.register", cast.county) is may


def test_units_and_people_are_called_by_name(cast: Cast):
    assert (cast.county.name, cast.chair.name) == ("城关区总工会", "王建国")
    with pytest.raises(AttributeError):
        _ = cast.nobody
