"""A year of counted acts for the standing cast: what the reports of this room are written from."""

from dataclasses import dataclass
from datetime import date

import pytest

from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger import registry
from unionhall.kernel.ledger.facts import Window

YEAR = Window(date(2025, 1, 1), date(2025, 12, 31))
BODY = """# 基本情况
{unit}共发现问题{issues.identified}，解决{issues.resolved}，解决率{issues.resolution_rate}。
# 各单位
@each county
## {short}
发现{issues.identified}。
@end
"""


@dataclass
class Books:
    """Posts facts of the room `issues` as its own actions would."""

    number: int = 0

    def post(self, code, at, day, *, times=1, **dimensions):
        for _time in range(times):
            self.number += 1
            ledger.post(
                registry.fact(code),
                at=at,
                day=day,
                source=f"issues.issue:{self.number}",
                subject=str(self.number),
                dimensions=dimensions or None,
            )
        return self.number


@pytest.fixture
def books(cast):
    kept = Books()
    kept.post("issues.identified", cast.county, date(2025, 3, 1), times=7, source="research")
    kept.post("issues.identified", cast.neighbour_county, date(2025, 4, 1), times=3, source="research")
    kept.post("issues.resolved", cast.county, date(2025, 5, 1), times=4, source="research")
    kept.post("issues.identified", cast.county, date(2024, 5, 1), times=5, source="research")
    return kept
