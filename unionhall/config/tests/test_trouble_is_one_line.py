"""What can be in the way of a first run, each met for real: one line, with the mend."""

import json
import os
import shutil
import socket
import stat
import subprocess

import pytest

from unionhall.config.launcher import resolve
from unionhall.config.launcher.trouble import Trouble

NAMESPACES = (
    shutil.which("unshare")
    and not subprocess.run(["unshare", "--user", "--map-root-user", "--mount", "true"], capture_output=True, check=False).returncode
)
own_mounts = pytest.mark.skipif(not NAMESPACES, reason="needs user namespaces")


def one_line(answer, *words):
    """The answer failed, said one line that holds the words, and showed no traceback."""
    assert answer.returncode == 1, answer.stderr
    assert "Traceback" not in answer.stderr
    lines = [line for line in answer.stderr.splitlines() if line]
    assert len(lines) == 1, answer.stderr
    for word in words:
        assert word in lines[0]


def on_a_disk(house, options, *arguments):
    """Run the command with the data folder on a file system of its own, made for this one process."""
    house.folder.mkdir(exist_ok=True)
    script = f'mount -t tmpfs -o {options} tmpfs {house.folder} && exec "$@"'
    return subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", *house.command(*arguments)],
        env=house.environment(),
        capture_output=True,
        text=True,
        timeout=120,
    )


@own_mounts
def test_a_full_disk(house):
    one_line(on_a_disk(house, "size=24m", "migrate"), "disk is full", "UNIONHALL_DATA=", "goes on from here")


@own_mounts
def test_a_folder_that_cannot_be_written(house):
    one_line(on_a_disk(house, "ro", "migrate"), "cannot be written", "UNIONHALL_DATA=")


def test_a_busy_port(house):
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        one_line(house("demo", "start", "--port", str(port)), f"127.0.0.1:{port} is in use", f"PORT={port + 1} make demo")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("mysql://localhost/x", ("DATABASE_URL is wrong", "postgresql://user:password@host:5432/name")),
        ("nonsense", ("DATABASE_URL is wrong",)),
        ("postgresql://127.0.0.1:1/x", ("does not answer", "127.0.0.1:1/x", "unset DATABASE_URL")),
    ],
)
def test_a_wrong_address_and_a_database_that_is_down(house, address, words):
    one_line(house("migrate", DATABASE_URL=address), *words)


def test_a_wrong_password_a_missing_database_and_no_secret_in_the_message(house, fresh):
    one = fresh()
    one.prepare()
    one.start()
    one.create_database()
    one_line(house("migrate", DATABASE_URL=one.url.replace("/unionhall?", "/other?")), "DATABASE_URL is wrong", "does not exist")
    password = (one.folder / "password").read_text()
    answer = house("migrate", DATABASE_URL=one.url.replace(password, "guessed-password"))
    one_line(answer, "DATABASE_URL is wrong", "password authentication failed")
    assert "guessed-password" not in answer.stderr


def test_a_server_that_is_too_old(monkeypatch, fresh):
    one = fresh()
    one.prepare()
    one.start()
    one.create_database()
    monkeypatch.setattr(resolve, "OLDEST", 990000)
    with pytest.raises(Trouble, match="18"):
        resolve.check(one.url)


def test_a_server_that_could_lose_what_it_acknowledged_is_not_trusted(house, fresh):
    one = fresh(safe=False)
    one.prepare()
    one.start()
    one.create_database()
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = str(holder.getsockname()[1])
    answer = house("serve", "--quiet", "--port", port, DATABASE_URL=one.url, UNIONHALL_DB_ROLE="")
    one_line(answer, "fsync=off", "UNIONHALL_UNSAFE=1")


def test_a_database_that_was_never_set_up(house, fresh):
    one = fresh(safe=False)
    one.prepare()
    one.start()
    one.create_database()
    one_line(house("serve", "--quiet", DATABASE_URL=one.url), "not set up yet", "unionhall migrate")


def test_doctor_names_what_is_wrong_and_exits_with_four(house):
    answer = house("doctor", "--json", DATABASE_URL="postgresql://127.0.0.1:1/x")
    found = json.loads(answer.stdout)
    assert (answer.returncode, found["ok"]) == (4, False)
    (bad,) = [check for check in found["checks"] if not check["ok"]]
    assert (bad["name"], "127.0.0.1:1" in bad["detail"], bool(bad["mend"])) == ("database", True, True)


def test_the_terminal_is_answered_in_its_language(house):
    assert "DATABASE_URL 有误" in house("migrate", DATABASE_URL="x:", UNIONHALL_LANGUAGE=None, LANG="zh_CN.UTF-8", LC_ALL="").stderr


@pytest.fixture
def old_python(tmp_path):
    """A Python that is too old."""
    script = tmp_path / "python3"
    script.write_text('#!/bin/sh\n[ "$1" = --version ] && { echo Python 3.9.2; exit 0; }\nexit 1\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script


def make(target, tmp_path, **changed):
    return subprocess.run(
        [
            "make",
            "--no-print-directory",
            f"VENV={tmp_path / 'venv'}",
            *(f"{name}={value}" for name, value in changed.items()),
            target,
        ],
        cwd=resolve.PROJECT,
        capture_output=True,
        text=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},
        timeout=60,
    )


def test_an_old_python(tmp_path, old_python):
    answer = make("venv", tmp_path, PYTHON=old_python)
    assert answer.returncode != 0
    assert "Python 3.9.2 is too old: Python 3.11 or newer is needed" in answer.stdout
    assert "make PYTHON=python3.11 venv" in answer.stdout


def test_no_python_at_all(tmp_path):
    answer = make("venv", tmp_path, PYTHON="")
    assert answer.returncode != 0
    assert "was not found" in answer.stdout


def test_make_help_explains_itself(tmp_path):
    answer = make("help", tmp_path)
    for target in ("demo", "test", "check", "lock", "bench", "messages", "screenshots"):
        assert f"make {target} " in answer.stdout
