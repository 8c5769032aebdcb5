"""What we did not write is pinned, unchanged and without a host in its lock."""

import io
import json
import re
import tarfile
from pathlib import Path

import pytest

import unionhall
from unionhall.shell import vendor

LOCK = json.loads(vendor.LOCK.read_text(encoding="utf-8"))


def test_the_committed_files_are_the_pinned_ones():
    assert {path: vendor.integrity((vendor.ROOT / path).read_bytes()) for path in LOCK["sums"]} == LOCK["sums"]


def test_the_lock_names_no_host():
    assert "://" not in vendor.LOCK.read_text(encoding="utf-8")


def test_each_package_is_pinned_with_its_licence():
    assert {package["name"]: package["version"] for package in LOCK["packages"]} == {
        "@tabler/core": "1.6.1",
        "htmx.org": "2.0.11",
        "@tabler/icons": "3.51.0",
        "axe-core": "4.14.1",
        "echarts": "6.1.0",
    }
    assert all(package["integrity"].startswith("sha512-") for package in LOCK["packages"])
    assert {package["licence"] for package in LOCK["packages"]} <= {"MIT", "0BSD", "MPL-2.0", "Apache-2.0"}


def tarball(**files):
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w:gz") as archive:
        for name, text in files.items():
            info = tarfile.TarInfo(f"package/{name}")
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text))
    return body.getvalue()


def test_another_tarball_is_refused():
    body = tarball(a=b"x")
    package = {"name": "a", "version": "1", "integrity": vendor.integrity(body), "files": {"a": "shell/a"}}
    assert vendor.taken(package, body) == {vendor.ROOT / "shell/a": b"x"}
    with pytest.raises(ValueError, match="not the pinned one"):
        vendor.taken(package, tarball(a=b"y"))


def test_a_sprite_keeps_only_shapes():
    svg = b'<!-- note --><svg width="24"><path stroke="none" d="M0 0h24v24H0z" fill="none"/><path d="M1 1" /></svg>'
    drawn = vendor.sprite({"o/x.svg": svg}, "o", ["x", "x"]).decode()
    assert drawn.count("<symbol") == 1
    assert 'id="x"' in drawn
    assert "M0 0h24" not in drawn
    assert "script" not in drawn


def test_every_icon_named_is_in_the_sprite():
    house = Path(unionhall.__file__).parent
    sprite = (house / "shell/static/shell/icons.svg").read_text(encoding="utf-8")
    drawn = set(re.findall(r'<symbol id="([a-z0-9-]+)"', sprite))
    named = {
        (name, path.name)
        for suffix in ("html", "py")
        for path in house.rglob(f"*.{suffix}")
        if "tests" not in path.parts
        for name in re.findall(r"""\bicon(?:=|\s+)["']([a-z0-9-]+)["']""", path.read_text(encoding="utf-8"))
    }
    assert len(named) > 100
    assert sorted(one for one in named if one[0] not in drawn) == []
