"""`unionhall demo start` as a visitor runs it: one command, one address, Ctrl-C, and again."""

import json
import os
import signal
import subprocess
import sys
import urllib.request

import pytest

from tests.crash.conftest import free_port
from unionhall.config.launcher import cluster, resolve

pytestmark = pytest.mark.crash


class Visit:
    """One run of the demo in a data folder."""

    def __init__(self, folder):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("UNIONHALL_", "DATABASE_URL", "PG"))}
        self.port = free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "unionhall.config.cli.main", "demo", "start", "--json", "--port", str(self.port)],
            env=kept | {"UNIONHALL_DATA": str(folder), "PYTHONWARNINGS": "ignore"},
            cwd=resolve.PROJECT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read()[-3000:]
        self.told = json.loads(line)

    def page(self, path):
        with urllib.request.urlopen(self.told["address"] + path, timeout=20) as answer:
            return answer.status, answer.read().decode()

    def children(self):
        listed = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
        rows = [line.split(None, 2) for line in listed.splitlines()]
        found, grown = {self.process.pid}, True
        while grown:
            more = {int(pid) for pid, parent, *_rest in rows if int(parent) in found} - found
            found, grown = found | more, bool(more)
        return found - {self.process.pid}

    def end(self, number=signal.SIGINT):
        """Press Ctrl-C (or kill), and wait."""
        os.kill(self.process.pid, number)
        self.process.communicate(timeout=60)
        return self.process.returncode


def alive(pids):
    states = subprocess.run(
        ["ps", "-o", "stat=", "-p", ",".join(map(str, pids))], capture_output=True, text=True, check=False
    ).stdout
    return [state for state in states.split() if not state.startswith("Z")]


def staff(visit):
    """The accounts with passwords; workers come in with their phones and a code."""
    return {one["username"]: one["password"] for one in visit.told["accounts"] if not one["username"].isdigit()}


def test_one_command_one_city_and_nothing_left_behind(tmp_path):
    first = Visit(tmp_path / "house")
    accounts = staff(first)
    office = {"city", "county", "street", "chair", "leader", "system", "security", "auditor"}
    assert set(accounts) == office | {"maker", "checker", "payer"}
    assert len(set(accounts.values())) == 11
    assert all(password and len(password) >= 12 for password in accounts.values())
    assert first.page("healthz") == (200, "ok\n")
    status, page = first.page("account/sign-in/")
    assert (status, "unionhall" in page) == (200, True)
    started = first.children()
    assert first.end() == 0
    assert alive(started) == []
    server = cluster.at(tmp_path / "house" / "postgres")
    assert not server.running()

    again = Visit(tmp_path / "house")
    names = staff(again)
    assert set(names) == set(accounts)
    assert set(names.values()).isdisjoint(accounts.values()), "an unused one-time password is given anew, never kept readable"
    assert again.page("healthz") == (200, "ok\n")
    killed = again.children()
    again.end(signal.SIGKILL)
    third = Visit(tmp_path / "house")
    assert third.page("healthz") == (200, "ok\n")
    assert third.end() == 0
    assert alive(killed) == []
    assert not server.running()
