"""A server for one run of tests: made in a temp folder without fsync, gone afterwards.

`python -m unionhall.config.launcher.throwaway pytest -n 2` runs a command on one. With DATABASE_URL set, the command
runs on that server instead.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from unionhall.config.launcher import cluster, identity, resolve
from unionhall.config.launcher.trouble import Trouble


@contextmanager
def server(*, safe: bool = False) -> Iterator[cluster.Cluster]:
    """A running cluster in a temp folder of its own; `safe=True` for tests that kill it and count what is left."""
    who = identity.ours()
    folder = Path(tempfile.mkdtemp(prefix="unionhall-test-"))
    if who.owner:
        who.give(folder)
    made = cluster.at(folder / "postgres", safe=safe, who=who)
    try:
        made.prepare()
        made.start()
        made.create_database()
        yield made
    finally:
        if made.running():
            made.stop(mode="immediate")
        shutil.rmtree(folder)
        shutil.rmtree(made.socket, ignore_errors=True)


def run(command: list[str]) -> int:
    """Run a command on a throwaway server and data folder (or on DATABASE_URL); returns its exit code."""
    with tempfile.TemporaryDirectory(prefix="unionhall-data-") as data:
        environment = os.environ | {"UNIONHALL_DATA": data, "UNIONHALL_TESTS": "1"}
        if url := os.environ.get("DATABASE_URL"):
            resolve.check(url)
            return _call(command, environment)
        with server() as made:
            return _call(command, environment | {"DATABASE_URL": made.url})


def _call(command: list[str], environment: dict[str, str]) -> int:
    # Ctrl-C reaches the command as well; we only wait for it to end
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return subprocess.run(command, env=environment, check=False, preexec_fn=_listen_to_ctrl_c).returncode
    finally:
        signal.signal(signal.SIGINT, before)


def _listen_to_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)


if __name__ == "__main__":
    try:
        sys.exit(run(sys.argv[1:]))
    except Trouble as trouble:
        sys.exit(str(trouble))
