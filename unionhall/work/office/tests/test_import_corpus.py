"""Malformed sheets at the door: no server error, nothing left lying, little time, little memory; each answered in words."""

import os
import resource
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.urls import reverse

from unionhall.kernel.exchange.models import Import
from unionhall.kernel.exchange.tests import corpus
from unionhall.kernel.files import rules as files
from unionhall.lib import sheets
from unionhall.testing.hostile import HANDLED, MARKUP

pytestmark = pytest.mark.django_db
MOST_SECONDS, MOST_MEGABYTES = 10, 512
SAMPLE = 23
CASES = corpus.cases()


class Door:
    """The pages of an import, and what passing a file through them costs."""

    def __init__(self, cast, folder, settings):
        self.client = cast.client("county_clerk")
        self.client.raise_request_exception = False
        self.folder = folder
        settings.FILE_UPLOAD_TEMP_DIR, settings.MEDIA_ROOT = str(folder), str(folder)

    def pass_through(self, name, content):
        """Bring it and, if it comes in, go all the way; returns what was wrong with the answers."""
        Path("/proc/self/clear_refs").write_text("5")
        own = _peak("self")
        before, begun = _processor(), time.perf_counter()
        with watched() as readers:
            said = self._bring(name, content)
        taken, wall = _processor() - before, time.perf_counter() - begun
        if taken > MOST_SECONDS:
            said.append(f"took {taken:.1f} s of processor, {wall:.1f} s in all")
        if (most := max(_peak("self") - own, *readers)) > MOST_MEGABYTES:
            said.append(f"took {most} MB")
        if left := [path.name for path in self.folder.rglob("*") if path.is_file()]:
            said.append(f"left {left}")
        return said

    def _bring(self, name, content):
        with TemporaryUploadedFile(name, "application/octet-stream", len(content), None) as file:
            file.write(content)
            file.seek(0)
            answer = self.client.post(reverse("office:import", args=["people.register"]), {"file": file})
        said = [_wrong(answer)]
        one = Import.objects.order_by("-pk").first()
        if answer.status_code == 303 and one is not None:
            given = {f"column-{place}": code for place, code in one.mapping.items()}
            said.append(_wrong(self.client.get(reverse("office:import-page", args=[one.pk]))))
            for act in ("assign", "mend", "run"):
                said.append(_wrong(self.client.post(reverse(f"office:import-{act}", args=[one.pk]), given)))
            said.append(_wrong(self.client.get(reverse("office:import-file", args=[one.pk]), {"rows": "all"})))
            said.append(_wrong(self.client.get(reverse("office:import-page", args=[one.pk]))))
        elif 'class="errors"' not in answer.content.decode():
            said.append(f"answers {answer.status_code} without a word")
        return [one for one in said if one]


def _wrong(answer):
    text = answer.content.decode(errors="replace")
    if answer.status_code not in HANDLED or "Traceback (most recent call last)" in text:
        failure = getattr(answer, "exc_info", None)
        return f"{answer.status_code} {failure[1] if failure else ''}"[:200]
    return "shows markup unescaped" if MARKUP in text else ""


def _processor():
    return sum(
        resource.getrusage(who).ru_utime + resource.getrusage(who).ru_stime
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )


def _peak(process):
    """The most memory that a process has held since it became what it is, in megabytes; 0 where it has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    return int(next((line for line in lines if line.startswith("VmHWM")), "VmHWM 0").split()[1]) >> 10


@contextmanager
def watched():
    """What the readers of sheets hold, looked at every few milliseconds while the block runs.

    The kernel's own account of ended children counts what their parent held when it let them go, and is of no use here.
    """
    peaks, over = [0], threading.Event()
    children = Path(f"/proc/{os.getpid()}/task/{threading.get_native_id()}/children")

    def look():
        while not over.wait(0.003):
            for child in children.read_text().split():
                with suppress(OSError):
                    if sheets.READER.name.encode() in Path(f"/proc/{child}/cmdline").read_bytes():
                        peaks.append(_peak(child))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield peaks
    finally:
        over.set()
        thread.join()


@pytest.fixture
def door(cast, tmp_path, settings):
    return Door(cast, tmp_path, settings)


def test_there_are_more_than_three_hundred_and_no_two_of_one_name():
    assert len(CASES) >= 300
    assert len({name + file for name, file, _content in CASES}) > 0.97 * len(CASES)


def test_a_sample_of_malformed_sheets_is_answered_in_words(door):
    sample = [case for place, case in enumerate(CASES) if place % SAMPLE == 0]
    assert {name: said for name, file, content in sample if (said := door.pass_through(file, content))} == {}


@pytest.mark.long
def test_every_malformed_sheet_is_answered_in_words(door):
    assert {name: said for name, file, content in CASES if (said := door.pass_through(file, content))} == {}


def test_without_the_check_of_archives_a_bomb_is_stopped_by_the_reader(door, monkeypatch):
    """The sabotage twin of the check, and the second wall behind it: the reader's own limits."""
    monkeypatch.setattr(files, "check_archive", lambda *_args, **_options: None)
    monkeypatch.setattr(sheets, "MOST_SECONDS", 1)
    content = corpus.filled(190, 10_000)
    with watched() as readers:
        assert door.pass_through("a.xlsx", content) == []
    assert max(readers) > 30  # the control of the watch: it has seen the reader at work
    assert not Import.objects.exists()
