import os
import subprocess
import sys

import pytest

from unionhall.config.launcher import cluster, identity


@pytest.fixture
def house(tmp_path):
    """Run the command line in a data folder of its own: `house("doctor", "--json")`; `house.start(...)` leaves it running."""
    return House(tmp_path / "house")


class House:
    def __init__(self, folder):
        self.folder = folder

    def environment(self, **changed):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("UNIONHALL_", "DATABASE_URL", "PG"))}
        told = {"UNIONHALL_DATA": str(self.folder), "UNIONHALL_LANGUAGE": "en", **changed}
        return kept | {name: value for name, value in told.items() if value is not None}

    def command(self, *arguments):
        return [sys.executable, "-m", "unionhall.config.cli.main", *arguments]

    def __call__(self, *arguments, typed="", **changed):
        return subprocess.run(
            self.command(*arguments), env=self.environment(**changed), capture_output=True, text=True, input=typed, timeout=180
        )

    def start(self, *arguments, **changed):
        return subprocess.Popen(
            self.command(*arguments),
            env=self.environment(**changed),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )


@pytest.fixture
def fresh(tmp_path):
    """A cluster in a temp folder, stopped in the end; without fsync, unless a test asks for its own."""
    made = []

    def make(name="pg", *, safe=False, who=None):
        one = cluster.at(tmp_path / name, safe=safe, who=who or identity.ours())
        made.append(one)
        return one

    yield make
    for one in made:
        if one.running():
            one.stop(mode="immediate")
