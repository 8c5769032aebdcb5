import io
import tarfile

import pytest

from unionhall.config.backup.unpacking import unpack
from unionhall.config.launcher.trouble import Trouble


def archive(*members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as made:
        for name, kind in members:
            member = tarfile.TarInfo(name)
            member.type, member.linkname, member.size = kind, "/etc/passwd", 0
            made.addfile(member)
    return tarfile.open(fileobj=io.BytesIO(out.getvalue()))


def test_plain_files_come_out(tmp_path):
    unpack(archive(("a", tarfile.DIRTYPE), ("a/b.txt", tarfile.REGTYPE)), tmp_path)
    assert (tmp_path / "a" / "b.txt").is_file()


@pytest.mark.parametrize("member", [("../out.txt", tarfile.REGTYPE), ("/tmp/out.txt", tarfile.REGTYPE), ("link", tarfile.SYMTYPE)])
def test_what_leads_outside_is_refused_and_nothing_is_written(tmp_path, member):
    with pytest.raises(Trouble):
        unpack(archive(("fine.txt", tarfile.REGTYPE), member), tmp_path / "in")
    assert list(tmp_path.iterdir()) == []
