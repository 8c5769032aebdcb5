"""Every word of the screen exists in Chinese, and what runs is what was written."""

import ast
import io
import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from django.utils import translation

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


def last(message: Any) -> str:
    """The Chinese of a message; Chinese has one form for any number."""
    return str(message.string if isinstance(message.string, str) else message.string[-1])


def shown(message: Any) -> str:
    """What a Chinese page says for the message: the catalogues of all packages are one there, and one of them wins."""
    context, text = message.context, message.id
    with translation.override("zh-hans"):
        if isinstance(text, (tuple, list)):
            one, many = text
            return translation.npgettext(context, one, many, 2) if context else translation.ngettext(one, many, 2)
        return translation.pgettext(context, text) if context else translation.gettext(text)


def overruled(package: Path) -> list[tuple[object, str, str, str]]:
    """The package's messages that are shown in the words of another catalogue: message, package, wanted, shown."""
    found: list[tuple[object, str, str, str]] = []
    for message in written(package):
        if not message.id:
            continue
        wanted = last(message)
        if shown(message) != wanted:
            found.append((message.id, package.name, wanted, shown(message)))
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


@pytest.mark.parametrize("package", packages(), ids=lambda path: path.name)
def test_every_package_speaks_in_its_own_words(package: Path) -> None:
    assert overruled(package) == []


def test_a_word_of_another_is_seen(tmp_path: Path, settings: Any) -> None:
    """The sabotage twin: one more catalogue gives other words to messages of a room, and wins."""
    room = HOUSE / "work" / "reports"
    known = {message.id: message for message in written(room) if not message.context}
    plural = next(id for id in known if isinstance(id, tuple))
    other = Catalog(locale="zh_Hans")
    other.add("Title of nobody", "无人之名")
    other.add("Indicators", "项目")
    other.add(plural, ("另一个词",))
    folder = tmp_path / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "django.mo").open("wb") as file:
        write_mo(file, other)
    settings.LOCALE_PATHS = [tmp_path]
    wanted = {
        ("Indicators", "reports", last(known["Indicators"]), "项目"),
        (plural, "reports", last(known[plural]), "另一个词"),
    }
    assert set(overruled(room)) == wanted


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


MARKS = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext"}


def hidden(source: str) -> list[int]:
    """The lines of marked words inside an f-string, where no extractor finds them, so that they stay English."""
    pieces = [one for one in ast.walk(ast.parse(source)) if isinstance(one, ast.JoinedStr)]
    calls = [one for piece in pieces for one in ast.walk(piece) if isinstance(one, ast.Call)]
    return sorted({one.lineno for one in calls if isinstance(one.func, ast.Name) and one.func.id in MARKS})


def test_no_words_hide_from_the_extractor() -> None:
    files = [path for path in HOUSE.rglob("*.py") if "tests" not in path.parts]
    assert {str(path.relative_to(HOUSE)): found for path in files if (found := hidden(path.read_text(encoding="utf-8")))} == {}
    assert hidden("said = f\"{what} {_('Nothing was imported.')}\"") == [1]
