"""A register of members beside Tendenci's in one run, the same people in both: its list, a search by name, an import of a file.

    python bench/members_peer.py [PEOPLE] [ROWS]      (default 100,000 people, files of 300 rows)

Ours as the clerk of the city, who sees everybody, and of one of its twenty counties; theirs as a superuser, who is asked for no
rights. Both in process, signed in, whole HTML, on one PostgreSQL server, in turn. The imported file holds the same new people for
both and goes the whole way, from its bytes to members: ours checks document numbers, seals, looks for doubles, keeps ledger and
trail; theirs finds people by their mail address. Theirs is slow, so the files are small. Needs Tendenci where
UNIONHALL_TENDENCI_PYTHON or `var/peers/tendenci/bin/python` is (peers/README.md); else says so and ends.
"""

import csv
import gc
import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent))

import harness

HERE = Path(__file__).resolve().parent
TENDENCI = Path(os.environ.get("UNIONHALL_TENDENCI_PYTHON", HERE.parent / "var/peers/tendenci/bin/python"))
if not TENDENCI.exists():
    print(f"Tendenci is not installed ({TENDENCI}); see bench/peers/README.md")
    sys.exit(0)

harness.setup(own="bench_members_peer")

import members_at_size as register  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from unionhall.kernel.access import actions as access  # noqa: E402
from unionhall.kernel.access.models import Account  # noqa: E402
from unionhall.kernel.exchange.actions import bring, check, write  # noqa: E402
from unionhall.kernel.exchange.models import Import  # noqa: E402
from unionhall.kernel.exchange.registry import Row  # noqa: E402
from unionhall.kernel.organizations.models import Organization  # noqa: E402
from unionhall.lib import keyring  # noqa: E402

GOAL = 10.0
FILES, NAMES = 3, 20


def theirs(path: Path, rows: Sequence[Row]) -> Path:
    """The people as a file of the peer."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["username", "first_name", "last_name", "email", "phone", "member_number", "company"])
        for row in rows:
            name, known = row.values["name"], f"m{row.number:08}"
            phone, employer = row.values["phone"], row.values["employer"]
            writer.writerow([known, name[1:], name[0], f"{known}@example.org", phone, f"{row.number + 1:08}", employer])
    return path


def ours(rows: Sequence[Row]) -> bytes:
    """The same people as a roster."""
    lines = ["姓名,身份证号,手机号,所在工会,入会日期,工作单位"]
    for row in rows:
        told = row.values
        lines.append(
            f"{told['name']},{told['id_number']},{told['phone']},{told['unit'].code},{told['joined_on']},{told['employer']}"
        )
    return "\n".join(lines).encode()


class Tendenci:
    """The peer in its own environment."""

    def __init__(self, people: Path) -> None:
        address = urlsplit(os.environ["DATABASE_URL"])._replace(path="/postgres").geturl()
        command = [str(TENDENCI), "-W", "ignore", str(HERE / "peers/tendenci_child.py"), address, str(people)]
        self.child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def answer(self) -> dict[str, float]:
        """Wait for what it says."""
        assert self.child.stdout is not None
        return json.loads(self.child.stdout.readline())

    def ask(self, *words: str) -> None:
        """Have one piece of work done."""
        assert self.child.stdin is not None
        self.child.stdin.write(f"{' '.join(words)}\n")
        self.child.stdin.flush()
        self.answer()

    def end(self) -> None:
        """Let the child go."""
        assert self.child.stdin is not None
        self.child.stdin.close()
        self.child.wait(timeout=60)


def page(client: Client, name: str = "") -> None:
    """The list of members, or of those with this name."""
    answer = client.get(reverse("membership:desk-list"), {"q": name} if name else {})
    assert answer.status_code == 200, answer.status_code
    assert answer.content.decode().count(name) > 1, name  # the field of the search says it once


def brought(content: bytes, at: Organization, made: int) -> None:
    """One roster from the upload to its receipt, by the city's clerk."""
    by = Account.objects.get(username="bench.city").person
    one = bring.bring(kind="membership.roster", upload=SimpleUploadedFile("名单.csv", content), by=by, at=at, options={})
    check.judge(Import.objects.select_related("organization", "started_by").get(pk=one.pk), check.Silent())
    write.run(write.begin(import_id=one.pk, by=by).pk, check.Silent())
    one.refresh_from_db()
    assert (one.state, one.made) == ("done", made), (one.state, one.made)


def pages(table: harness.Table, peer: Tendenci, who: str, client: Client, names: Sequence[str]) -> None:
    """The list and searches for these names, a clerk's beside the peer's."""
    mine, others = cycle(names), cycle(names)

    def their_search() -> None:
        name = next(others)
        peer.ask("search", name[0], name[1:])

    works = {
        f"list, {who}": (lambda: page(client), lambda: peer.ask("list")),
        f"search by a whole name, {who}": (lambda: page(client, next(mine)), their_search),
    }
    for what, (act, limit) in works.items():
        act(), limit()
        our, their, ratio = harness.paired(act, limit)
        spent, limited = f"{our * 1000:.0f} ms", f"{their * 1000:,.0f} ms"
        table.add(what, spent, limit=limited, ratio=ratio, goal=f">= {GOAL:.0f}", met=ratio >= GOAL)


def imports(table: harness.Table, peer: Tendenci, city: Organization, files: Iterator[list[Row]], folder: Path) -> None:
    """The same new people brought into both, file by file."""
    given = list(files)
    mine, other = iter(given), iter(given)

    def bring_ours() -> None:
        rows = next(mine)
        brought(ours(rows), city, len(rows))

    def bring_theirs() -> None:
        rows = next(other)
        peer.ask("import", str(theirs(folder / f"import{rows[0].number}.csv", rows)))

    our, their, ratio = harness.paired(bring_ours, bring_theirs, pairs=len(given))
    rows = len(given[0])
    spent, limited = f"{rows / our:,.0f} /s", f"{rows / their:,.1f} /s"
    table.add(f"import of a file of {rows} rows", spent, limit=limited, ratio=ratio, goal="> 1", met=ratio > 1)


def measure(people: int, rows: int, folder: Path) -> None:
    """Fill both, then take turns."""
    access.load_roles()
    city, counties, unions = register.units(people)
    known = register.rows_of(0, people, unions)
    peer = Tendenci(theirs(folder / "people.csv", known))
    register.fill(people, city, unions)
    clerks = {f"clerk of all {people:,}": (city, "bench.city"), "a county's clerk": (counties[3], "bench.county")}
    peer.answer()
    gc.collect()
    gc.freeze()  # no web worker carries what filling left behind
    table = harness.Table("members beside Tendenci", f"{people:,} people in each, on one server")
    for who, (unit, username) in clerks.items():
        names = [row.values["name"] for row in known if row.values["unit"].path.startswith(unit.path)][:NAMES]
        pages(table, peer, who, register.signed_in(unit, username), names)
    files = (register.rows_of(people + turn * rows, rows, unions) for turn in range(FILES))
    imports(table, peer, city, files, folder)
    peer.end()


def main() -> None:
    """With keys of its own, which are destroyed at the end."""
    given = [int(each.replace("_", "")) for each in sys.argv[1:]] + [100_000, 300][len(sys.argv) - 1 :]
    settings.ALLOWED_HOSTS = ["testserver"]
    logging.disable(logging.WARNING)
    call_command("collectstatic", interactive=False, verbosity=0)
    with tempfile.TemporaryDirectory() as folder:
        settings.IDENTITY_KEYS = Path(folder) / "keys"
        keyring.create(settings.IDENTITY_KEYS)
        measure(*given, Path(folder))


if __name__ == "__main__":
    main()
