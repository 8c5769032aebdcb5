"""Figures for reports at ten million entries: tables of months and units, the dashboard, a province's yearly report.

    python bench/reports.py [entries]

The books are filled as in ledger.py: a province, 14 cities, 140 counties, 14,000 unions, 150 facts, two years. Then one more
year of the same size is added and everything is asked again: what a figure costs must not depend on how much history there is.
"""

import logging
import sys
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from io import BytesIO

import harness

harness.setup(own="bench_reports")

import ledger as books  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402
from docx import Document  # noqa: E402

from unionhall.kernel.access import actions as access  # noqa: E402
from unionhall.kernel.access.models import Account, Role  # noqa: E402
from unionhall.kernel.ledger import queries, registry  # noqa: E402
from unionhall.kernel.ledger.facts import Indicator, Scope, Window, standard  # noqa: E402
from unionhall.kernel.organizations.models import Organization  # noqa: E402
from unionhall.kernel.people.models import Person  # noqa: E402
from unionhall.kernel.programmes import actions as programmes  # noqa: E402
from unionhall.lib import clock  # noqa: E402
from unionhall.work.reports.actions import templates, writing  # noqa: E402
from unionhall.work.reports.queries import dashboard, paper, written  # noqa: E402

YEAR = 2025
MONTHS = [Window(date(YEAR, n, 1), date.fromordinal(date(YEAR + n // 12, n % 12 + 1, 1).toordinal() - 1)) for n in range(1, 13)]
HOME = "/programmes/issue_list_closure/"
THIRD = books.FILL.replace(
    "DATE '2024-01-01' + ((i - 1) * 731 / %(total)s::bigint)::int", "DATE '2026-01-01' + ((i - %(low)s) %% 365)::int"
)


def clerk(unit: Organization) -> tuple[Person, Client]:
    """A cadre of a unit in a browser."""
    person = Person.objects.create(name="周文静", home=unit, org_path=unit.path, registered_at=clock.now())
    account, _password = access.open_account(person, username=f"bench.{unit.level}", by=None)
    access.note_own_password(account)
    role = Role.objects.get(code="county_clerk" if unit.level == "county" else "city_clerk")
    access.grant(person, role=role, at=unit, by=None, since=date(2015, 1, 1))
    client = Client(HTTP_HOST=next((host for host in settings.ALLOWED_HOSTS if host != "*"), "localhost"))
    client.force_login(Account.objects.get(pk=account.pk))
    return person, client


def page(client: Client, address: str) -> None:
    """One whole page."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code, answer.content[:300])


def least(act: Callable[[], object], times: int = 5) -> float:
    """The best of some runs, after one that warms up: what the machine can do while others use it."""
    act()
    return min(harness.seconds(act) for _ in range(times))


def exact(some: list[Indicator], scopes: list[Scope]) -> None:
    """The months of a unit add up to its year, and the cities to the province: sums of the same books by other ways."""
    year = Window.year(YEAR)
    months, whole = queries.values(some, scopes, MONTHS), queries.values(some, scopes, [year])
    for one in some:
        for scope in scopes:
            added = sum(int(months[one.code, scope, month].number or 0) for month in MONTHS)
            assert added == whole[one.code, scope, year].number, (one.code, scope)


def measure(
    table: harness.Table, label: str, visitors: dict[str, Client], units: dict[str, list[Organization]]
) -> dict[str, float]:
    """Every question of the bench once; returns seconds by question."""
    declared = [fact for fact in registry.facts() if fact.code.startswith("bench.f")]
    own = [standard(fact)[0] for fact in declared]
    distinct = [one for fact in declared for one in standard(fact) if one.formula == "distinct"]
    province, cities = units["province"][0], [Scope(unit) for unit in units["city"]]
    client = visitors["province"]
    exact(own[:10], cities)
    took: dict[str, float] = {}

    def add(what: str, ours: float, goal: float) -> None:
        took[what] = ours
        table.add(f"{label}: {what}", f"{ours * 1000:,.0f} ms", goal=f"<= {goal * 1000:,.0f} ms", met=ours <= goal)

    size = f"150 indicators x 12 months x {len(cities)} units"
    add(f"{size}, sums", least(partial(queries.values, own, cities, MONTHS)), 0.5)
    add(f"{size}, distinct", least(partial(queries.values, distinct, cities, MONTHS), 3), 3.0)
    add("dashboard of the province, figures", least(partial(dashboard.dashboard, province, Window.year(YEAR), [])), 0.15)
    for level in ("province", "city"):
        since, until = Window.year(YEAR).start, Window.year(YEAR).end
        address = f"{reverse('reports:desk-dashboard')}?unit={units[level][0].pk}&since={since}&until={until}"
        add(f"dashboard page, {level}", least(partial(page, client, address)), 0.15)
    for level, browser in visitors.items():
        add(f"programme home, {level}'s clerk", least(partial(page, browser, HOME)), 0.15)
    return took


def statements(client: Client, address: str) -> int:
    """How many statements a page takes."""
    with CaptureQueriesContext(connection) as found:
        page(client, address)
    return len(found)


def yearly(table: harness.Table, person: Person, province: Organization) -> None:
    """A yearly report for the province, every fact beside the year before and once more for each city, with its paper."""
    codes = [fact.code for fact in registry.facts() if fact.code.startswith("bench.f")]
    whole = "\n".join(f"{{unit}}办理{{{code}}}，{{{code}|change}}。" for code in codes)
    each = "\n".join(f"办理{{{code}}}。" for code in codes)
    body = f"# 全省\n{whole}\n# 各市\n@each county\n## {{unit}}\n{each}\n@end"
    template = templates.add(organization=province, name="全省年度总结", kind="year", body=body, by=person)
    start = time.perf_counter()
    report = writing.draft(organization=province, window=Window.year(YEAR), by=person, template=template)
    drafted = time.perf_counter() - start
    document = paper.document(report, lambda number: f"https://house.example/reports/{report.pk}/{number}/")
    took = time.perf_counter() - start
    assert len(report.figures) >= len(codes) * (books.CITIES + 1), len(report.figures)
    assert written.is_whole(report) or report.issued_on is None
    Document(BytesIO(document))
    table.add(
        f"yearly report, {len(report.figures):,} figures, with its .docx of {len(document) // 1024} KB",
        f"{took:.1f} s",
        limit=f"text {drafted:.1f} s",
        goal="<= 30 s",
        met=took <= 30,
    )


def third_year(entries: int) -> None:
    """One more year of the same size a year."""
    more = entries // 2
    sql = THIRD.format(persons=books.PERSONS, units=books.CITIES * books.COUNTIES * books.UNIONS, facts=books.FACTS)
    for start in range(entries + 1, entries + more + 1, 500_000):
        with connection.cursor() as cursor:
            cursor.execute(sql, {"low": start, "high": min(start + 499_999, entries + more)})
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE ledger_entry")
    books.build(entries + more)


def main(entries: int) -> None:
    """Two years, everything; a third year, everything again; then the report."""
    logging.disable(logging.WARNING)
    call_command("collectstatic", interactive=False, verbosity=0)
    access.load_roles()
    programmes.load_catalogue(by=None)
    declared = books.facts()
    registry.register_facts(declared)
    planted = books.plant()
    Organization.objects.filter(level="city").update(parent=planted["province"])
    units = {level: list(Organization.objects.filter(level=level).order_by("path")) for level in ("province", "city")}
    books.prepare(declared, planted["grassroots"])
    people = {level: clerk(planted[level]) for level in ("province", "city", "county")}
    visitors = {level: client for level, (_person, client) in people.items()}
    table = harness.Table("reports", f"{entries:,} entries in two years, {books.FACTS} facts, 14,155 units")
    books.fill(1, entries, entries)
    books.build(entries)
    first = measure(table, "two years", visitors, units)
    third_year(entries)
    second = measure(table, "three years", visitors, units)
    for what, before in first.items():
        ratio = second[what] / before
        table.add(f"one more year: {what}", f"{ratio:.2f} x", goal="<= 1.10 x", met=ratio <= 1.1)
    for what, address in (("dashboard page", reverse("reports:desk-dashboard")), ("programme home", HOME)):
        count = statements(visitors["county"], address)
        table.add(f"{what}, statements", str(count), goal="<= 12", met=count <= 12)
    yearly(table, people["province"][0], planted["province"])


if __name__ == "__main__":
    main(int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else 10_000_000)
