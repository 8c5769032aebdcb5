"""A small tree: a province with two cities, two counties, a township and unions."""

from collections.abc import Callable

import pytest

from unionhall.kernel.organizations import actions
from unionhall.kernel.organizations.models import Organization


@pytest.fixture
def founded(db: None) -> Callable[..., Organization]:
    """Found a unit with sensible defaults."""

    def found(name: str, level: str, parent: Organization | None = None, kind: str = "federation", **more: object) -> Organization:
        return actions.found(name=name, level=level, kind=kind, parent=parent, by=None, **more)

    return found


@pytest.fixture
def tree(founded: Callable[..., Organization]) -> dict[str, Organization]:
    """Units by short keys."""
    province = founded("示范省总工会", "province", code="P")
    city = founded("示范市总工会", "city", province, code="C1")
    other = founded("邻近市总工会", "city", province, code="C2")
    county = founded("城关区总工会", "county", city, code="D1")
    east = founded("东山县总工会", "county", city, code="D2")
    township = founded("红旗街道总工会", "township", county, code="T1")
    factory = founded("红旗机械厂工会", "grassroots", township, "grassroots", short_name="红旗机械", code="G1")
    return {
        "province": province, "city": city, "other": other, "county": county, "east": east,
        "township": township, "factory": factory,
    }  # fmt: skip
