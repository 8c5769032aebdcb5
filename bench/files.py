"""A province's winter and its contests from files, through the importer: `python bench/files.py [households] [entrants] [heads]`.

365,000 households visited, brought as thirteen sheets (one a unit) and written with their entries, trail and receipts; 1,208,730
entrants by name, as sheets of at most 100,000 lines; and the same entrants as head counts of 10,500 units. Fewer may be asked
for; the times are then those of fewer. What comes out is compared with the figures in the ledger. Runs on a database of its own
beside the one of DATABASE_URL and with keys of its own, and removes both.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import harness

harness.setup(own="bench_files")

from django.conf import settings  # noqa: E402
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402

from unionhall.kernel.exchange.actions import bring, check, write  # noqa: E402
from unionhall.kernel.exchange.models import Import  # noqa: E402
from unionhall.kernel.ledger import queries as ledger  # noqa: E402
from unionhall.kernel.ledger import registry as ledger_registry  # noqa: E402
from unionhall.kernel.ledger.facts import Scope, Window  # noqa: E402
from unionhall.kernel.organizations import actions as organizations  # noqa: E402
from unionhall.kernel.organizations.models import Organization  # noqa: E402
from unionhall.kernel.programmes import actions as programmes  # noqa: E402
from unionhall.kernel.programmes import queries as catalogue  # noqa: E402
from unionhall.lib import clock, dates, keyring  # noqa: E402
from unionhall.testing import cast as standing  # noqa: E402
from unionhall.work.campaigns.actions import attendance, sessions  # noqa: E402
from unionhall.work.campaigns.actions.replays import ENTRANT_UNITS, ENTRANTS, HOUSEHOLDS, shares  # noqa: E402
from unionhall.work.campaigns.models import Session  # noqa: E402

UNITS, MOST, SECONDS = 13, 100_000, 60
Cast = standing.Cast


def winter(first: int, count: int) -> bytes:
    """A sheet of visits of one unit in the eighty days before today."""
    today = dates.today()
    lines = ["日期,走访对象类别,家庭档案编号,慰问人次,慰问金"]
    lines += [
        f"{today - timedelta(days=number % 80)},困难职工,H-{number:07},{number % 4 + 1},500.00"
        for number in range(first, first + count)
    ]
    return "\n".join(lines).encode()


def names(first: int, count: int) -> bytes:
    """A list of those who took part."""
    return "\n".join(["姓名", *(f"参赛职工{number:07}" for number in range(first, first + count))]).encode()


def brought(cast: Cast, kind: str, content: bytes, at: Organization, **options: object) -> int:
    """One file from the upload to its receipt; how many rows it made."""
    upload = SimpleUploadedFile("名单.csv", content)
    one = bring.bring(kind=kind, upload=upload, by=cast.people["city_clerk"], at=at, options=options)
    check.judge(Import.objects.select_related("organization", "started_by").get(pk=one.pk), check.Silent())
    write.run(write.begin(import_id=one.pk, by=cast.people["city_clerk"]).pk, check.Silent())
    one.refresh_from_db()
    assert one.state == "done", one.state
    return one.made


def units(cast: Cast) -> Iterator[Organization]:
    """Thirteen districts of the city."""
    for number in range(UNITS):
        yield organizations.found(
            name=f"测速第{number + 1}区总工会", level="county", kind="federation", parent=cast.units["city"], by=None,
            since=date(2015, 1, 1), code=f"B{number:05}",
        )  # fmt: skip


def contest(cast: Cast, at: Organization) -> Session:
    """A contest that runs now."""
    now, by = clock.now(), cast.people["city_clerk"]
    new = sessions.NewSession(
        programme=catalogue.programme("labour_competition"), name="劳动和技能竞赛", place="各赛区",
        starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=8),
    )  # fmt: skip
    made = sessions.plan_session(organization=at, new=new, by=by)
    return sessions.publish_session(session_id=made.pk, by=by)


def figure(code: str, at: Organization) -> int:
    """A figure up to today."""
    return int(ledger.value(ledger_registry.indicator(code), Scope(at), Window.until()).number or 0)


def told(table: harness.Table, what: str, count: int, begun: tuple[float, float], *, goal: int = 0) -> None:
    """One line: seconds by the wall and of this process."""
    wall, own = time.perf_counter() - begun[0], time.process_time() - begun[1]
    least = {"goal": f"<= {goal} s", "met": wall <= goal} if goal else {}
    table.add(what, f"{wall:,.1f} s, {count / wall:,.0f}/s", limit=f"{own:,.1f} s of processor", **least)


def measure(households: int, entrants: int, heads: int) -> None:
    """Visits, names, head counts; each compared with the ledger."""
    cast = standing.build()
    programmes.load_catalogue()
    places, city = list(units(cast)), cast.units["city"]
    table = harness.Table("files", f"{households:,} households, {entrants:,} names, {heads:,} heads")
    sheets, first = [], 0
    for unit, count in zip(places, shares(households, UNITS), strict=True):
        sheets.append((unit, winter(first, count)))
        first += count
    begun = time.perf_counter(), time.process_time()
    made = sum(brought(cast, "campaigns.visits", content, unit, programme="warmth_sending") for unit, content in sheets)
    told(table, "households visited, from 13 files", made, begun, goal=SECONDS)
    assert made == figure("campaigns.household_visited.distinct", city) == households
    by_name = contest(cast, city)
    lists = [names(start, min(MOST, entrants - start)) for start in range(0, entrants, MOST)]
    begun = time.perf_counter(), time.process_time()
    made = sum(brought(cast, "campaigns.names", content, city, session=by_name.pk) for content in lists)
    told(table, f"entrants by name, from {len(lists)} files", made, begun)
    assert made == figure("campaigns.attended", city) == entrants
    counted = contest(cast, places[0])
    lines = [
        attendance.Counting(heads=each, name=f"参赛单位{number:05}")
        for number, each in enumerate(shares(heads, ENTRANT_UNITS))
        if each
    ]
    begun = time.perf_counter(), time.process_time()
    assert attendance.count_heads(session_id=counted.pk, countings=lines, by=cast.people["city_clerk"]) == heads
    told(table, f"entrants as head counts of {len(lines):,} units", heads, begun)
    assert figure("campaigns.audience", places[0]) == heads


def main() -> None:
    """With keys of its own, which are destroyed at the end."""
    asked = [int(each.replace("_", "")) for each in sys.argv[1:]]
    with tempfile.TemporaryDirectory() as folder:
        settings.IDENTITY_KEYS = Path(folder)
        keyring.create(Path(folder))
        measure(*asked, *(HOUSEHOLDS, ENTRANTS, ENTRANTS)[len(asked) :])


if __name__ == "__main__":
    main()
