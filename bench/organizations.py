"""The tree at 150,000 units: import, subtrees, search, a county that moves. Run: python bench/organizations.py [units]

Works in one transaction on DATABASE_URL and rolls it back. Prints the median of repeated runs in milliseconds, and the
ratio of a subtree by range to the same subtree by walking the parents, measured in the same run.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unionhall.config.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402

from unionhall.kernel.organizations import actions, queries  # noqa: E402
from unionhall.kernel.organizations.models import Organization  # noqa: E402

CITIES, COUNTIES, TOWNSHIPS = 13, 8, 12
WALK = """WITH RECURSIVE below AS (SELECT id FROM organizations_organization WHERE id = %s
          UNION ALL SELECT o.id FROM organizations_organization o JOIN below b ON o.parent_id = b.id)
          SELECT count(*) FROM below"""


def rows(units: int) -> Iterator[dict[str, object]]:
    """A province: cities, counties, townships, and grassroots unions spread over them."""
    yield {"code": "B", "name": "测试省总工会", "level": "province", "kind": "federation"}
    townships = []
    for city in range(CITIES):
        yield {"code": f"B{city}", "name": f"第{city}市总工会", "level": "city", "kind": "federation", "parent_code": "B"}
        for county in range(COUNTIES):
            code = f"B{city}-{county}"
            yield {
                "code": code,
                "name": f"{city}市{county}县总工会",
                "level": "county",
                "kind": "federation",
                "parent_code": f"B{city}",
            }
            for township in range(TOWNSHIPS):
                townships.append(f"{code}-{township}")
                name = f"{county}县{township}镇总工会"
                yield {"code": townships[-1], "name": name, "level": "township", "kind": "federation", "parent_code": code}
    above = 1 + CITIES + CITIES * COUNTIES + len(townships)
    for number in range(units - above):
        parent = townships[number % len(townships)]
        name = f"红星机械制造{number}厂工会"
        yield {"code": f"BG{number}", "name": name, "level": "grassroots", "kind": "grassroots", "parent_code": parent}


def median(act: Callable[[], object], times: int = 15) -> float:
    """Milliseconds, the median of some runs after one that warms up."""
    act()
    took = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        took.append((time.perf_counter() - start) * 1000)
    return statistics.median(took)


def tell(what: str, took: float, *more: object) -> None:
    print(f"{what:<58}{took:>10.2f} ms", *more)


def measure(units: int) -> None:
    """Everything, on an imported province."""
    start = time.perf_counter()
    receipt = actions.import_rows(rows(units), under=None, by=None)
    took = time.perf_counter() - start
    assert receipt.errors == [] and receipt.new == units
    tell(f"import of {units:,} units, checked and written", took * 1000, f"{units / took:,.0f} units/s")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE organizations_organization, organizations_pathspan")
    province, city, county = (Organization.objects.get(code=code) for code in ("B", "B3", "B3-2"))
    for unit, name in ((county, "county"), (city, "city"), (province, "province")):
        count = queries.subtree(unit).count()
        ranged = median(lambda unit=unit: queries.subtree(unit).count())
        walked = median(lambda unit=unit: _walk(unit), times=5)
        tell(
            f"units below a {name} ({count:,}), counted by range",
            ranged,
            f"walking the parents {walked:.1f} ms, {walked / ranged:.1f} x",
        )
    tell("first page of 50 of a county's subtree", median(lambda: list(queries.subtree(county)[:50])))
    tell("children of a county", median(lambda: list(queries.children(county))))
    tell("ancestors of a township", median(lambda: list(queries.ancestors(Organization.objects.get(code="B3-2-1")))))
    for text in ("BG77", "hxjx", "红星机械制造777", "不存在的名字"):
        tell(f"search {text!r}, 20 results", median(lambda text=text: list(queries.search(text)[:20]), times=5))
    tell(
        "search '红星机械制造7' within a county, 20 results",
        median(lambda: list(queries.search("红星机械制造7", county)[:20]), times=5),
    )
    tell("townships of a city below a floor", median(lambda: queries.units_below_floor({}, 1, city, level="township"), times=5))
    other = Organization.objects.get(code="B4")
    start = time.perf_counter()
    actions.move(county, to=other, by=None, reason="bench")
    tell("a county moves to another city", (time.perf_counter() - start) * 1000)
    start = time.perf_counter()
    wrong = queries.inconsistencies()
    tell("check of the whole tree", (time.perf_counter() - start) * 1000, f"{len(wrong)} contradictions")
    assert wrong == []


def _walk(unit: Organization) -> int:
    with connection.cursor() as cursor:
        cursor.execute(WALK, [unit.pk])
        return int(cursor.fetchone()[0])


if __name__ == "__main__":
    with transaction.atomic():
        measure(int(sys.argv[1]) if len(sys.argv) > 1 else 150_000)
        transaction.set_rollback(True)
