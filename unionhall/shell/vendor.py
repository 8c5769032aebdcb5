"""Fetch what we did not write: `python -m unionhall.shell.vendor` (needs the network once; the files are committed).

`vendor.json` pins name, version, sha512 integrity and the files to take; it names no host. The registry comes from
UNIONHALL_NPM_REGISTRY or from npm's own configuration. Everything is verified before a byte is written.
`--check` only compares the committed files with the pinned sums and needs no network.
"""

import base64
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCK = Path(__file__).with_name("vendor.json")
INNER = re.compile(r"<svg[^>]*>(.*)</svg>", re.S)
UNSEEN = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>')


def integrity(body: bytes) -> str:
    """The sum of a tarball as npm writes it."""
    return "sha512-" + base64.b64encode(hashlib.sha512(body).digest()).decode()


def registry() -> str:
    """The base address of the npm registry of this machine, without a trailing slash."""
    base = os.environ.get("UNIONHALL_NPM_REGISTRY", "")
    if not base:
        asked = subprocess.run(["npm", "config", "get", "registry"], capture_output=True, text=True, check=True)
        base = asked.stdout.strip()
    return base.rstrip("/")


def tarball(name: str, version: str) -> bytes:
    """The published tarball of one package."""
    address = f"{registry()}/{name}/-/{name.rsplit('/', 1)[-1]}-{version}.tgz"
    if not address.startswith(("https://", "http://")):
        raise ValueError("the registry must be an http address")
    with urllib.request.urlopen(address) as answer:
        return bytes(answer.read())


def members(body: bytes) -> dict[str, bytes]:
    """The files of a tarball by their path inside `package/`."""
    with tarfile.open(fileobj=io.BytesIO(body)) as archive:
        files = {member.name: archive.extractfile(member) for member in archive.getmembers() if member.isfile()}
        return {name.removeprefix("package/"): file.read() for name, file in files.items() if file is not None}


def sprite(files: dict[str, bytes], folder: str, names: list[str]) -> bytes:
    """One SVG with a symbol for each named icon, stroked with the colour of the text around it."""
    symbols = []
    for name in sorted(set(names)):
        inner = INNER.search(files[f"{folder}/{name}.svg"].decode())
        if inner is None:
            raise ValueError(f"{name}.svg is no svg")
        shape = " ".join(UNSEEN.sub("", inner.group(1)).split())
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" '
            f'stroke-linecap="round" stroke-linejoin="round">{shape}</symbol>'
        )
    return ('<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n").encode()


def taken(package: dict[str, Any], body: bytes) -> dict[Path, bytes]:
    """What a package puts where, after its sum was checked; raises ValueError when it differs."""
    if integrity(body) != package["integrity"]:
        raise ValueError(f"{package['name']} {package['version']}: the tarball is not the pinned one")
    files = members(body)
    out = {ROOT / target: files[source] for source, target in package.get("files", {}).items()}
    for target, drawn in package.get("sprites", {}).items():
        out[ROOT / target] = sprite(files, drawn["folder"], drawn["names"])
    return {path: _without_map(content) for path, content in out.items()}


def _without_map(content: bytes) -> bytes:
    return re.sub(rb"\n?(/\*|//)# sourceMappingURL=[^\n]*", b"", content)


def main() -> int:
    """Fetch and write, or with --check compare; returns the exit code."""
    lock = json.loads(LOCK.read_text(encoding="utf-8"))
    if "--check" in sys.argv:
        wrong = [path for path, sum_ in lock["sums"].items() if integrity((ROOT / path).read_bytes()) != sum_]
        sys.stderr.write("".join(f"{path} is not the pinned file; run python -m unionhall.shell.vendor\n" for path in wrong))
        return int(bool(wrong))
    written: dict[str, str] = {}
    for package in lock["packages"]:
        for path, content in taken(package, tarball(package["name"], package["version"])).items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            written[path.relative_to(ROOT).as_posix()] = integrity(content)
    lock["sums"] = dict(sorted(written.items()))
    LOCK.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
