"""kill -9 at random moments: what was acknowledged is there, once, in the records, the books and the trail."""

import os
import random
import signal
import threading
import time
import uuid

import psycopg
import pytest

from tests.crash.conftest import TITLE, Clerk
from unionhall.config.launcher import cluster

pytestmark = pytest.mark.crash

SEED = int(os.environ.get("SEED", random.SystemRandom().randrange(1 << 32)))
KILLS = ["web-worker"] * 6 + ["web"] * 3 + ["worker"] * 5 + ["database"] * 6
CLERKS = 3


def work(clerk, stop):
    while not stop.is_set():
        key = str(uuid.uuid4())
        clerk.register(f"{TITLE}{key}", key)


def test_twenty_kills_lose_nothing_and_double_nothing(house):
    print(f"SEED={SEED}")
    source = random.Random(SEED)
    victims = source.sample(KILLS, len(KILLS))
    told = house.driver("prepare")
    house.start("web")
    house.start("worker")
    house.mend()
    clerks = [Clerk(house, told) for _each in range(CLERKS)]
    for clerk in clerks:
        clerk.enter()
    stop = threading.Event()
    threads = [threading.Thread(target=work, args=(clerk, stop), daemon=True) for clerk in clerks]
    for thread in threads:
        thread.start()
    for victim in victims:
        time.sleep(source.uniform(0.1, 0.8))
        house.kill(victim)
        house.mend()
    stop.set()
    deadline = time.monotonic() + 90
    while any(thread.is_alive() for thread in threads) and time.monotonic() < deadline:
        house.mend()  # the web server may give up only after the last kill
        threads[0].join(0.5)
        threads = [thread for thread in threads if thread.is_alive()]
    assert threads == []
    house.stop()
    house.driver("finish")
    assert house.driver("stalled") == 0
    found = house.driver("tally")
    acknowledged = {title: pk for clerk in clerks for title, pk in clerk.acknowledged.items()}
    assert len(acknowledged) >= len(victims), "the clerks had work between the kills"
    assert {title: pk for title, pk in acknowledged.items() if found["issues"].get(title) != pk} == {}
    assert found["faults"] == []


def test_an_act_without_its_line_in_the_trail_would_be_seen(house):
    """The control: careless code commits the act and dies before the trail is written."""
    house.driver("prepare")
    house.driver("sabotage")
    assert any("is not in the trail" in fault for fault in house.driver("tally")["faults"])


def acknowledged_before_a_kill(one, settings=""):
    """Commit row after row until the server is killed under us; returns what it had said was kept."""
    kept = []
    options = f"-c synchronous_commit={settings}" if settings else ""
    with psycopg.connect(one.url, autocommit=True, options=options) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS acts (n bigint PRIMARY KEY)")
        first = connection.execute("SELECT coalesce(max(n), 0) FROM acts").fetchone()[0] + 1
        postmaster = int((one.data / "postmaster.pid").read_text().split()[0])
        children = [connection.info.backend_pid]
        threading.Timer(0.25, kill_all, args=(postmaster, children)).start()
        try:
            for n in range(first, first + 1_000_000):
                connection.execute("INSERT INTO acts VALUES (%s)", [n])
                kept.append(n)
        except psycopg.OperationalError:
            pass
    one.start()
    with psycopg.connect(one.url) as connection:
        there = {n for (n,) in connection.execute("SELECT n FROM acts WHERE n >= %s", [first])}
    return set(kept), there


def kill_all(postmaster, children):
    for pid in [postmaster, *children]:
        os.kill(pid, signal.SIGKILL)


def test_the_server_of_the_launcher_keeps_what_it_acknowledged(server: cluster.Cluster):
    for _each in range(3):
        kept, there = acknowledged_before_a_kill(server)
        assert len(kept) > 10
        assert kept - there == set()


def test_without_synchronous_commit_acknowledged_rows_would_be_lost(server: cluster.Cluster):
    """The control: the same kill, the same count, one setting turned off."""
    lost = set()
    for _each in range(10):
        kept, there = acknowledged_before_a_kill(server, settings="off")
        lost |= kept - there
        if lost:
            break
    assert lost
