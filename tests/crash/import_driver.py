"""What the crash test of imports does in processes of its own: lay a sheet down, run it (and be killed), tell what came of it.

Called as `python -m tests.crash.import_driver VERB [NUMBER]` with DATABASE_URL set; answers in JSON on stdout.
"""

import hashlib
import json
import os
import sys
from collections import Counter
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unionhall.config.settings")
django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from unionhall.kernel.audit import actions as audit  # noqa: E402
from unionhall.kernel.audit.models import Row  # noqa: E402
from unionhall.kernel.exchange.actions import bring, check, run_job, write  # noqa: E402
from unionhall.kernel.exchange.models import Import  # noqa: E402
from unionhall.kernel.people import access as keys  # noqa: E402
from unionhall.kernel.people.models import Person, Sealed  # noqa: E402
from unionhall.lib import idnumber  # noqa: E402
from unionhall.testing import cast as standing  # noqa: E402

SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗单曾解", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国"
UNITS = ("红旗机械", "区医院", "红旗街道", "")


def sheet(rows: int) -> bytes:
    """A list of invented people, one row in a hundred of it wrong."""
    lines = ["姓名,身份证号,手机号,所属单位"]
    for n in range(rows):
        body = f"990{n // 1000 % 1000:03d}{1950 + n % 50}{1 + n % 12:02d}{1 + n % 28:02d}{n % 1000:03d}"
        number = body + ("?" if n % 100 == 99 else idnumber.checksum(body))
        name = SURNAMES[n % 23] + GIVEN[n // 23 % 26] + GIVEN[n // 598 % 26]
        lines.append(f"{name},{number},1009{n:07d},{UNITS[n % 4]}")  # phones that nobody of the cast bears
    return "\n".join(lines).encode()


def prepare(rows: int) -> dict[str, int]:
    """Bring, assign, check and confirm a list; the job waits."""
    cast = standing.build()
    upload = SimpleUploadedFile("名单.csv", sheet(rows))
    one = bring.bring(kind="people.register", upload=upload, by=cast.people["county_clerk"], at=cast.units["county"])
    one = check.assign(import_id=one.pk, by=one.started_by, mapping={int(place): code for place, code in one.mapping.items()})
    if one.job_id:
        run_job.run(one.job_id)
    one = write.begin(import_id=one.pk, by=one.started_by)
    return {"one": one.pk, "job": one.job_id or 0}


def run(job: int) -> None:
    """Run the job, from wherever it stands."""
    run_job.run(job)


def progress(one: int) -> int:
    """How many slices are written."""
    return Import.objects.get(pk=one).slices.exclude(written=None).count()


def tally(one: int) -> dict[str, Any]:
    """Row by row what became of the list, as a digest that does not depend on the order of ids, and what is not whole."""
    done = Import.objects.get(pk=one)
    people = list(
        Person.objects.filter(name_pinyin__gt="", id_last4__gt="", phone_last4__gt="")
        .order_by("id_blind")
        .values_list("id", "name", "sex", "birth", "id_last4", "phone_last4", "home__code", "id_blind", "phone_blind")
    )
    rows = [[str(cell) if not isinstance(cell, (bytes, memoryview)) else bytes(cell).hex() for cell in row[1:]] for row in people]
    records = {row[0] for row in people}
    trail = Counter(Row.objects.filter(verb="people.registered").values_list("subject_id", flat=True))
    with transaction.atomic(), keys.scope(keys.EVERYWHERE):
        sealed = Counter(Sealed.objects.values_list("person_id", flat=True))
    written = {int(record.partition(":")[2]) for part in done.slices.all() for _row, record, _outcome in part.written or []}
    faults = [f"person {pk}: {count} rows in the trail" for pk, count in trail.items() if count != 1]
    faults += [f"person {pk}: sealed {sealed[pk]} times" for pk in written if sealed[pk] != 2]
    faults += [f"person {pk} is written and not there" for pk in written - records]
    verdict = audit.verify()
    faults += [] if verdict.ok else [f"the audit chain is broken at {verdict.first_bad}"]
    counts = {name: getattr(done, name) for name in ("total", "made", "changed", "same", "doubtful", "refused", "skipped")}
    digest = hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()
    return {"state": done.state, "counts": counts, "people": len(rows), "digest": digest, "faults": faults[:5]}


if __name__ == "__main__":
    answer = globals()[sys.argv[1]](*map(int, sys.argv[2:]))
    connection.close()
    if answer is not None:
        print(json.dumps(answer, ensure_ascii=False))
