"""kill -9 in the middle of an import: it goes on where it was committed, and ends row by row as one that nobody disturbed."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import psycopg
import pytest

from unionhall.config.launcher import resolve

pytestmark = pytest.mark.crash
SEED = int(os.environ.get("SEED", random.SystemRandom().randrange(1 << 32)))
SECONDS = 600


class Importer:
    """The process that runs the job of an import, and what it has committed."""

    def __init__(self, house, told):
        self.house, self.told = house, told

    def start(self):
        command = [sys.executable, "-m", "tests.crash.import_driver", "run", str(self.told["job"])]
        return subprocess.Popen(
            command, env=self.house.environment, cwd=resolve.PROJECT, stdout=self.house.log, stderr=self.house.log
        )

    def written(self):
        with psycopg.connect(self.house.environment["DATABASE_URL"]) as connection:
            found = connection.execute(
                "SELECT count(*) FROM exchange_importslice WHERE of_id = %s AND written IS NOT NULL", [self.told["one"]]
            ).fetchone()
        return found[0]

    def killed_once(self, dice):
        """Start it, and kill it once it has committed something more; returns whether it was still at work."""
        process, before = self.start(), self.written()
        deadline = time.monotonic() + SECONDS
        while self.written() <= before and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(dice.uniform(0, 0.15))
        at_work = process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait()
        return at_work

    def to_the_end(self):
        ended = self.start().wait(SECONDS)
        self.house.log.seek(0)
        assert ended == 0, self.house.log.read()[-3000:]
        return self.tally()

    def tally(self):
        return json.loads(self.house.run("tests.crash.import_driver", "tally", str(self.told["one"])))


def disturbed_and_not(house, rows, kills):
    """The same sheet imported under kills and, in a copy of the house, in peace; returns both tallies and the kills that hit."""
    print(f"SEED={SEED}")
    told = json.loads(house.run("tests.crash.import_driver", "prepare", str(rows)))
    address = house.environment["DATABASE_URL"]
    name = psycopg.conninfo.conninfo_to_dict(address)["dbname"]
    with psycopg.connect(address, dbname="postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE peace TEMPLATE "{name}"')
    dice, importer = random.Random(SEED), Importer(house, told)
    hits = sum(importer.killed_once(dice) for _kill in range(kills))
    disturbed = importer.to_the_end()
    place, _mark, how = address.partition("?")
    house.environment = house.environment | {"DATABASE_URL": f"{place.rpartition('/')[0]}/peace?{how}"}
    peace = Importer(house, told).to_the_end()
    return disturbed, peace, hits


def judge(disturbed, peace, rows):
    assert disturbed["faults"] == []
    assert disturbed == peace
    assert disturbed["state"] == "done"
    assert disturbed["counts"]["made"] == rows - rows // 100
    assert disturbed["counts"]["refused"] == rows // 100


def test_two_kills_during_an_import_change_nothing(house):
    disturbed, peace, hits = disturbed_and_not(house, rows=8_000, kills=2)
    judge(disturbed, peace, 8_000)
    assert hits == 2


@pytest.mark.long
def test_twenty_kills_during_a_hundred_thousand_rows_change_nothing(house):
    disturbed, peace, hits = disturbed_and_not(house, rows=100_000, kills=20)
    judge(disturbed, peace, 100_000)
    assert hits == 20
