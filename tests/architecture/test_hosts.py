"""No tracked file names a host of somebody's own, an index, a path of a machine or a secret."""

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = {
    "www.w3.org", "www.apache.org", "mozilla.org", "schemas.openxmlformats.org", "purl.org",  # names of standards and licences
    "github.com", "tabler.io", "htmx.org", "dequeuniversity.com", "creativecommons.org", "getbootstrap.com", "www.gnu.org",
    "pypi.org", "www.postgresql.org", "docs.djangoproject.com", "keepachangelog.com", "semver.org", "popper.js.org", "feross.org",
    "api.weixin.qq.com",  # the one service outside that an adapter speaks to
}  # fmt: skip
MADE_UP = re.compile(r"(^|\.)(example(\.(cn|com|org|net))?|test|invalid|localhost|testserver)$|^(127\.|0\.0\.0\.0|::1|\[)|[{%$<]")
ADDRESS = re.compile(r"\b(?:https?|postgres(?:ql)?|ftp|ssh|git)://(?:[^/\s\"'`@<>)]*@)?([^/:\s\"'`<>)\]}|,;?#\\]+)", re.IGNORECASE)
INDEX = re.compile(r"--(index-url|extra-index-url|find-links|trusted-host)\b")
OWN_PATH = re.compile(r"(?<![\w.])/(?:home|Users|root|work/main|work/shared)/[\w.-]+")
SECRET = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b")
THIS = "tests/architecture/test_hosts.py"


def tracked() -> list[str]:
    answer = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if answer.returncode != 0:
        pytest.skip("not a git checkout")
    return [name for name in answer.stdout.decode().split("\0") if name and name != THIS and (ROOT / name).is_file()]


def texts() -> list[tuple[str, str]]:
    found = []
    for name in tracked():
        content = (ROOT / name).read_bytes()
        if b"\0" not in content[:8000]:
            found.append((name, content.decode("utf-8", errors="replace")))
    return found


def hosts(text: str) -> set[str]:
    """The hosts of the addresses in a text."""
    return {host.lower().rstrip(".") for host in ADDRESS.findall(text)}


def strange(text: str) -> set[str]:
    """The hosts that are neither public nor made up."""
    return {host for host in hosts(text) if host not in PUBLIC and not MADE_UP.search(host) and "." in host}


def test_every_host_is_public_or_made_up():
    assert {name: found for name, text in texts() if (found := strange(text))} == {}


def test_no_file_chooses_an_index_but_the_public_one():
    found = {name for name, text in texts() if INDEX.search(text)}
    assert found == set()


def test_no_path_of_a_persons_machine():
    assert {name: found for name, text in texts() if (found := set(OWN_PATH.findall(text)))} == {}


def test_no_secret_is_in_the_tree():
    assert [name for name, text in texts() if SECRET.search(text)] == []


def test_every_requirement_is_pinned_by_hash():
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-scale.txt"):
        text = (ROOT / name).read_text()
        blocks = re.split(r"\n(?=[a-z0-9])", text)
        pinned = [block for block in blocks if not block.startswith("#")]
        assert len(pinned) > 40
        assert [block.split()[0] for block in pinned if "==" not in block or "--hash=sha256:" not in block] == []


def test_what_is_vendored_says_what_it_is():
    for path in (ROOT / "unionhall").rglob("vendor.json"):
        for entry in json.loads(path.read_text(encoding="utf-8")).values():
            assert "resolved" not in entry


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see https://mirror.office.lan/simple", {"mirror.office.lan"}),
        ("postgresql://me:secret@db.firm.cn:5432/x", {"db.firm.cn"}),
        ("https://pypi.org/simple and https://hall.example.cn/", set()),
        ("http://127.0.0.1:8000 http://{host}:{port}", set()),
    ],
)
def test_the_net_is_not_full_of_holes(text, found):
    assert strange(text) == found
    assert INDEX.search("pip install --extra-" + "index-url x")
    assert OWN_PATH.search("open /ho" + "me/me/x")
