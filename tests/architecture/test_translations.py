"""Every word of the screen exists in Chinese, and what runs is what was written."""

import io
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from unionhall.config import messages

HOUSE = Path(__file__).resolve().parents[2] / "unionhall"
PLACE = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


def packages() -> list[Path]:
    """Every package that may hold words: the storeys' children, and the storeys without any."""
    found = [HOUSE / "shell", HOUSE / "lib", HOUSE / "config", HOUSE / "testing", HOUSE / "catalogue"]
    found += [path.parent for storey in ("kernel", "work") for path in sorted((HOUSE / storey).glob("*/__init__.py"))]
    return [path for path in found if path.is_dir()]


def key(message: object) -> tuple[object, object]:
    return (message.id[0] if isinstance(message.id, (tuple, list)) else message.id, message.context)  # type: ignore[attr-defined]


def written(package: Path) -> Catalog:
    """The package's Chinese catalogue, empty when it has none."""
    path = package / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return Catalog(locale="zh_Hans")
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def missing(fresh: Catalog, known: Catalog) -> list[object]:
    """The messages without a whole Chinese sentence; a place to fill in must survive the translation."""
    chinese = {key(message): message for message in known if message.id}
    found = []
    for message in fresh:
        if not message.id:
            continue
        entry = chinese.get(key(message))
        if entry is None or not messages._complete(entry.string) or "fuzzy" in entry.flags:
            found.append(message.id)
            continue
        said = entry.string if isinstance(entry.string, str) else entry.string[-1]
        asked = message.id if isinstance(message.id, str) else message.id[-1]
        if set(PLACE.findall(said)) != set(PLACE.findall(asked)):
            found.append(message.id)
    return found


@pytest.mark.parametrize("package", packages(), ids=lambda path: path.name)
def test_every_message_has_its_chinese(package: Path) -> None:
    assert missing(messages.extracted(package), written(package)) == []


@pytest.mark.parametrize("package", packages(), ids=lambda path: path.name)
def test_what_runs_is_what_was_written(package: Path) -> None:
    compiled = package / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.mo"
    catalogue = written(package)
    if not len(catalogue):
        assert not compiled.exists()
        return
    expected = io.BytesIO()
    write_mo(expected, catalogue)
    with compiled.open("rb") as file:
        runs = {key(message): message.string for message in read_mo(file)}
    expected.seek(0)
    assert runs == {key(message): message.string for message in read_mo(expected)}


def test_a_gap_is_seen() -> None:
    fresh = Catalog()
    fresh.add("Dispatch")
    fresh.add("%(n)s left")
    fresh.add(("one", "many"))
    known = Catalog(locale="zh_Hans")
    known.add("Dispatch", "派单")
    assert missing(fresh, known) == ["%(n)s left", ("one", "many")]
    known.add("%(n)s left", "还剩")
    known.add(("one", "many"), ("多个",))
    assert missing(fresh, known) == ["%(n)s left"]
