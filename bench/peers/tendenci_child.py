"""Tendenci as a child of the bench: reads the name of a piece of work, answers with its milliseconds.

Usage: python tendenci_child.py postgresql://user@host:port/postgres PEOPLE.csv

The file has the people to stand in its registry: username, first_name, last_name, email, phone, member_number, company. Each
becomes a user with a profile and an active membership. Works: `list` and `search SURNAME GIVEN` of its members' page as a signed-in
superuser, `import FILE.csv` by its own two commands: read the file into its table of rows, then bring in row by row.
"""

import atexit
import csv
import json
import os
import shutil
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from contextlib import closing, redirect_stdout
from io import StringIO
from pathlib import Path
from urllib.parse import urlencode

import psycopg2
import psycopg2.extensions

NAME = f"bench_tendenci_{os.getpid()}"
SLICE = 2_000
address, people = sys.argv[1], Path(sys.argv[2])


def anew(then: str = "") -> None:
    """Drop the database; make it again when told."""
    with closing(psycopg2.connect(address)) as server:
        server.autocommit = True
        for statement in filter(None, [f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)", then]):
            server.cursor().execute(statement)


def prepare() -> None:
    """A project folder with its own theme and an empty database, both gone at the end."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name in ("themes", "media", "static", "addons"):
        (folder / name).mkdir()
    server = psycopg2.extensions.parse_dsn(address)
    os.environ |= {f"BENCH_{part.upper()}": server[part] for part in ("user", "password", "host", "port") if part in server}
    os.environ |= {"BENCH_NAME": NAME, "TENDENCI_PROJECT_ROOT": str(folder), "DJANGO_SETTINGS_MODULE": "tendenci_settings"}
    sys.path.insert(0, str(Path(__file__).parent))
    anew(then=f"CREATE DATABASE {NAME}")
    atexit.register(anew)


prepare()

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.files.base import ContentFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402
from tendenci.apps.memberships.models import MembershipApp, MembershipDefault, MembershipImport, MembershipType  # noqa: E402
from tendenci.apps.profiles.models import Profile  # noqa: E402

BEGINNING = "auth_user auth_groups entities user_groups paymentmethod regions_region profiles_profile memberships"


def found() -> User:
    """An empty site as its own commands make it; its clerk, a superuser."""
    shutil.copytree(Path(settings.BUILTIN_THEMES_DIR) / "t7-base", Path(settings.THEMES_DIR) / "t7-base")
    call_command("migrate", verbosity=0, run_syncdb=True)
    call_command("loaddata", *(f"tendenci_default_{name}.json" for name in BEGINNING.split()), verbosity=0)
    call_command("update_settings", verbosity=0)
    clerk = User.objects.create_superuser("clerk", "clerk@example.org", "x")
    Profile.objects.create(user=clerk, creator=clerk, owner=clerk, status=True, status_detail="active")
    return clerk


def fill(rows: list[dict[str, str]], clerk: User) -> None:
    """So many people, each with a profile and an active membership."""
    kind, form, now = MembershipType.objects.order_by("id")[0], MembershipApp.objects.order_by("id")[0], timezone.now()
    owned = {"creator": clerk, "creator_username": "clerk", "owner": clerk, "owner_username": "clerk", "status": True}
    told = ("username", "first_name", "last_name", "email")
    users = User.objects.bulk_create([User(password="!", **{name: row[name] for name in told}) for row in rows])
    member = [{"user": user, "member_number": row["member_number"]} for user, row in zip(users, rows, strict=True)]
    Profile.objects.bulk_create(
        Profile(**one, **owned, guid=str(uuid.uuid4()), status_detail="active", phone=row["phone"], company=row["company"])
        for one, row in zip(member, rows, strict=True)
    )
    active = {"status_detail": "active", "application_approved": True, "application_approved_dt": now, "join_dt": now}
    owned |= active | {"membership_type": kind, "app": form, "lang": "eng", "entity_id": 1}
    MembershipDefault.objects.bulk_create(MembershipDefault(**one, **owned, guid=uuid.uuid4().hex) for one in member)


def page(client: Client, *name: str) -> None:
    """One whole page of members, of those with this surname and given name if told."""
    asked = urlencode(dict(zip(("last_name", "first_name"), name, strict=False)))
    answer = client.get(f"/memberships/search/?{asked}")
    told = answer.content.decode()
    shown, right = told.count('class="usergroups"'), told.count(f"{', '.join(name)} ")
    assert answer.status_code == 200 and 0 < shown <= right, (answer.status_code, shown, right)


def bring(file: Path, clerk: User) -> None:
    """Bring in the members of a file, who are found by their mail address."""
    one = MembershipImport.objects.create(creator=clerk, key="email", override=1)
    one.upload_file.save(file.name, ContentFile(file.read_bytes()))
    with redirect_stdout(StringIO()):
        call_command("membership_import_preprocess", one.pk)
        call_command("import_membership_defaults", one.pk, clerk.pk)
    one.refresh_from_db()
    rows = file.read_text().count("\n") - 1
    assert one.summary == f"insert:{rows},update:0,update_insert:0,invalid:0", one.summary


def milliseconds(act: Callable[[], None]) -> float:
    """How long it took."""
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def main() -> None:
    """Fill, say ready, then answer line by line."""
    with redirect_stdout(StringIO()):  # its commands talk where the bench listens
        clerk = found()
        with people.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        for first in range(0, len(rows), SLICE):
            fill(rows[first : first + SLICE], clerk)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    client = Client()
    client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
    works = {
        "list": lambda: page(client),
        "search": lambda surname, given: page(client, surname, given),
        "import": lambda file: bring(Path(file), clerk),
    }
    print(json.dumps({"ready": len(rows)}), flush=True)
    for line in sys.stdin:
        work, *given = line.split()
        print(json.dumps({work: milliseconds(lambda work=work, given=given: works[work](*given))}), flush=True)


if __name__ == "__main__":
    main()
