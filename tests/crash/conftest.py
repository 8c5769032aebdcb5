"""A house of its own to be killed: its server on a disk that keeps its promises, its web server, its worker."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest

from unionhall.config.launcher import resolve, throwaway

BACK_SECONDS = 30
TITLE = "断电 "  # what the driver looks for


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as holder:
        return holder.getsockname()[1]


class House:
    """The processes of one house and what a killer needs to know of them."""

    def __init__(self, server, folder):
        self.server, self.port = server, free_port()
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("UNIONHALL_", "DATABASE_URL", "PG"))}
        self.environment = kept | {
            "DATABASE_URL": server.url,
            "UNIONHALL_DATA": str(folder),
            "UNIONHALL_LOG_LEVEL": "ERROR",
            "PYTHONWARNINGS": "ignore",
        }
        self.log = (folder / "log").open("w+")
        self.processes = {}

    def run(self, *command):
        answer = subprocess.run(
            [sys.executable, "-m", *command], env=self.environment, cwd=resolve.PROJECT, capture_output=True, text=True, timeout=180
        )
        assert answer.returncode == 0, answer.stderr[-3000:]
        return answer.stdout

    def driver(self, verb):
        answer = self.run("tests.crash.driver", verb)
        return json.loads(answer) if answer.strip() else None

    def start(self, name):
        commands = {
            "web": ["unionhall.config.cli.main", "serve", "--quiet", "--port", str(self.port)],
            "worker": ["tests.crash.driver", "work"],
        }
        self.processes[name] = subprocess.Popen(
            [sys.executable, "-m", *commands[name]],
            env=self.environment | ({"UNIONHALL_DB_ROLE": "unionhall_app"} if name == "web" else {}),
            cwd=resolve.PROJECT,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )

    def kill(self, victim):
        """kill -9: `database`, `web` (the whole group), `web-worker` (one of its workers) or `worker`."""
        if victim == "database":
            os.kill(int((self.server.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
            self.server.start()
        elif victim == "web-worker":
            os.kill(self.a_web_worker(), signal.SIGKILL)
        else:
            os.killpg(self.processes[victim].pid, signal.SIGKILL)
            self.processes[victim].wait()

    def a_web_worker(self):
        """One that stands; the server may still be starting the one after the last kill, or have given up only now."""
        deadline = time.monotonic() + BACK_SECONDS
        while time.monotonic() < deadline:
            if self.processes["web"].poll() is not None:
                self.mend()
            if standing := self.web_workers():
                return max(standing)
            time.sleep(0.05)
        raise AssertionError(f"no web worker stands after {BACK_SECONDS} s")

    def web_workers(self):
        web = self.processes["web"].pid
        children = Path(f"/proc/{web}/task/{web}/children").read_text().split()
        return [pid for pid in map(int, children) if b"resource_tracker" not in self.command_of(pid)]

    @staticmethod
    def command_of(pid):
        """How a process was started; nothing of one that ends while it is looked at is a worker."""
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return b"resource_tracker"

    def mend(self):
        """Start again what ended, as the units in deploy/ do, and wait until the house answers.

        The web server gives up by itself when a worker is killed twice within seconds, so an end may come late.
        """
        deadline = time.monotonic() + BACK_SECONDS
        while time.monotonic() < deadline:
            for name, process in list(self.processes.items()):
                if process.poll() is not None:
                    self.start(name)
            if self.answers():
                return
            time.sleep(0.1)
        self.log.seek(0)
        raise AssertionError(f"not back after {BACK_SECONDS} s: {self.log.read()[-3000:]}")

    def answers(self):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=3)
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False

    def stop(self):
        """Ask every process to end, and see that it does."""
        for process in self.processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.processes.clear()


class Clerk:
    """Somebody who registers issues over HTTP, asks again under the same key until there is an answer, and keeps a list."""

    def __init__(self, house, told):
        self.house, self.kind = house, told["kind"]
        self.cookies = dict(told["cookies"])
        self.token = ""
        self.acknowledged = {}

    def request(self, method, path, form=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=20)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form)
        connection.request(method, path, body=body, headers=headers)
        response = connection.getresponse()
        text = response.read().decode()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        connection.close()
        return response.status, response.getheader("Location") or "", text

    def enter(self):
        status, _, text = self.request("GET", "/issues/register/")
        assert status == 200, (status, text[:500])
        self.token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text).group(1)

    def register(self, title, key):
        """Register one issue; asks again until the house has said that it is done."""
        form = {"csrfmiddlewaretoken": self.token, "title": title, "kind": self.kind, "source": "research", "once": key}
        form["found_on"] = time.strftime("%Y-%m-%d")
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                status, location, text = self.request("POST", "/issues/register/", form)
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
                continue
            if status == 303 and (found := re.search(r"/issues/(\d+)/", location)):
                self.acknowledged[title] = int(found.group(1))
                return
            assert status >= 500, (status, location, text[:2000])
            time.sleep(0.05)
        raise AssertionError(f"{title} was never acknowledged")


@pytest.fixture
def server():
    """A database server that keeps its promises."""
    with throwaway.server(safe=True) as made:
        yield made


@pytest.fixture
def house(server, tmp_path):
    """A house with the cast in it, its processes not yet started."""
    made = House(server, tmp_path)
    made.run("unionhall.config.cli.main", "migrate", "--quiet")
    yield made
    made.stop()
    made.log.close()
