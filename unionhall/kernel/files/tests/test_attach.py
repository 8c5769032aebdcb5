import hashlib
import os
import socket
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from unionhall.kernel.audit import queries as audit
from unionhall.kernel.files import actions, adapters, queries
from unionhall.kernel.files.models import File
from unionhall.kernel.files.tests import corpus
from unionhall.lib import clock
from unionhall.lib.refusal import NotVisible

pytestmark = pytest.mark.django_db


def kept(settings):
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_attach_keeps_the_content_under_a_name_of_its_own(cast, record, upload, settings):
    file = actions.attach(record, upload("../../现场 照片.jpg"), by=cast.people["township_clerk"], kind="evidence")
    stored = Path(settings.MEDIA_ROOT) / file.stored_as
    content = stored.read_bytes()
    assert (file.name, file.extension, file.content_type, file.kind) == ("现场 照片.jpg", "jpg", "image/jpeg", "evidence")
    assert (file.size, file.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert stored.resolve().is_relative_to(Path(settings.MEDIA_ROOT).resolve())
    assert "现场" not in file.stored_as
    assert stored.stat().st_mode & 0o777 == 0o600
    assert (file.record_kind, file.record_id, file.org_path) == ("organizations.post", record.pk, cast.units["township"].path)


def test_attach_writes_one_line_into_the_trail(cast, record, upload):
    file = actions.attach(record, upload(), by=cast.people["township_clerk"], kind="evidence")
    assert [row.verb for row in audit.trail("files.file", file.pk)] == ["files.attached"]


def test_somebody_who_does_not_see_the_record_attaches_nothing(cast, record, upload, settings):
    with pytest.raises(NotVisible):
        actions.attach(record, upload(), by=cast.people["neighbour"], kind="evidence")
    assert File.objects.count() == 0
    assert kept(settings) == []


@pytest.mark.parametrize(
    ("name", "content", "code", "sentence"),
    [
        ("a.exe", b"MZ", "file_not_allowed", "不支持“a.exe”的格式"),
        ("a.jpg", b"<html>", "file_not_what_it_says", "与扩展名 .jpg 不符"),
        ("a.xlsx", corpus.office(extra={"xl/s.xml": corpus.BOMB}), "file_bomb", "解压后超过 200 MB"),
        ("a.jpg", b"", "file_empty", "空文件"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_keeps_nothing(cast, record, upload, settings, name, content, code, sentence):
    with pytest.raises(actions.Refusal) as refusal:
        actions.attach(record, upload(name, content), by=cast.people["township_clerk"], kind="evidence")
    assert refusal.value.code == code
    assert refusal.value.field == "file"
    assert sentence in str(refusal.value)
    assert (File.objects.count(), kept(settings)) == (0, [])


def test_every_refusal_has_its_sentence(cast, record, upload):
    for _what, name, content, code in corpus.malformed():
        with pytest.raises(actions.Refusal) as refusal:
            actions.attach(record, upload(name, content), by=cast.people["township_clerk"], kind="evidence")
        assert refusal.value.code == f"file_{code}"


def test_the_number_of_files_of_a_record_has_a_limit(cast, record, upload, monkeypatch):
    monkeypatch.setattr(actions, "_limit", lambda code, _unit: {"files.per_record": 2}.get(code, 20))
    by = cast.people["township_clerk"]
    actions.attach(record, upload(), by=by, kind="evidence")
    second = actions.attach(record, upload(), by=by, kind="evidence")
    with pytest.raises(actions.Refusal) as refusal:
        actions.attach(record, upload(), by=by, kind="evidence")
    assert refusal.value.code == "file_too_many"
    actions.withdraw(file_id=second.pk, by=by, reason="重复")
    assert actions.attach(record, upload(), by=by, kind="evidence").pk


def test_the_room_of_a_unit_has_a_limit(cast, record, upload, monkeypatch):
    monkeypatch.setattr(actions, "_limit", lambda code, _unit: {"files.unit_gigabytes": 0}.get(code, 20))
    with pytest.raises(actions.Refusal) as refusal:
        actions.attach(record, upload(), by=cast.people["township_clerk"], kind="evidence")
    assert refusal.value.code == "file_no_room"


def test_the_largest_size_is_a_rule_value(cast, record, upload, monkeypatch):
    monkeypatch.setattr(actions, "_limit", lambda code, _unit: {"files.megabytes": 1}.get(code, 20))
    with pytest.raises(actions.Refusal, match="1 MB"):
        actions.attach(record, upload("a.txt", b"a" * (1 << 20) + b"a"), by=cast.people["township_clerk"], kind="evidence")


class Clamd:
    """A scanner on the loopback that speaks INSTREAM and knows one bad text."""

    def __init__(self):
        self.door = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.door.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.door.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                content = b""
                while length := int.from_bytes(stream.read(4), "big"):
                    content += stream.read(length)
                connection.sendall(b"stream: Eicar FOUND\0" if b"EICAR" in content else b"stream: OK\0")


@pytest.fixture
def clamd(settings):
    scanner = Clamd()
    settings.CLAMD = scanner.address
    yield scanner
    scanner.door.close()


def test_what_the_scanner_finds_stays_out(cast, record, upload, clamd, settings):
    by = cast.people["township_clerk"]
    with pytest.raises(actions.Refusal) as refusal:
        actions.attach(record, upload("a.txt", corpus.EICAR), by=by, kind="evidence")
    assert refusal.value.code == "file_unsafe"
    assert kept(settings) == []
    assert actions.attach(record, upload("a.txt", b"harmless"), by=by, kind="evidence").size == 8


def test_a_scanner_that_does_not_answer_lets_nothing_in(cast, record, upload, settings):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        settings.CLAMD = f"127.0.0.1:{closed.getsockname()[1]}"
    with pytest.raises(actions.Refusal) as refusal:
        actions.attach(record, upload("a.txt", b"harmless"), by=cast.people["township_clerk"], kind="evidence")
    assert refusal.value.code == "file_not_scanned"
    assert kept(settings) == []


def test_without_a_scanner_the_checks_of_the_content_stand_alone(settings):
    settings.CLAMD = ""
    assert adapters.scanner().is_clean(corpus.EICAR)


def test_withdrawing_needs_a_reason_and_removes_the_content(cast, record, upload, settings, django_capture_on_commit_callbacks):
    by = cast.people["township_clerk"]
    file = actions.attach(record, upload(), by=by, kind="evidence")
    with pytest.raises(actions.Refused):
        actions.withdraw(file_id=file.pk, by=by, reason=" ")
    with django_capture_on_commit_callbacks(execute=True):
        actions.withdraw(file_id=file.pk, by=by, reason="传错了")
    assert kept(settings) == []
    assert list(queries.files_of(record)) == []
    assert {row.verb for row in audit.trail("files.file", file.pk)} == {"files.attached", "files.withdrawn"}
    with pytest.raises(NotVisible):
        actions.open_for(by, file.pk)


def test_the_sweep_removes_what_no_row_names(cast, record, upload, settings):
    file = actions.attach(record, upload(), by=cast.people["township_clerk"], kind="evidence")
    orphan = Path(settings.MEDIA_ROOT) / "ab" / "orphan.jpg"
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(b"x")
    assert actions.sweep() == 0, "what is younger than a day may belong to an act that is not over"
    day_before_yesterday = (clock.now() - timedelta(days=2)).timestamp()
    for path in kept(settings):
        os.utime(path, (day_before_yesterday, day_before_yesterday))
    assert actions.sweep() == 1
    assert [path.name for path in kept(settings)] == [Path(file.stored_as).name]
