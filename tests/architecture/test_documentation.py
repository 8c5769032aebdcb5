"""What the house offers is written down: every registered word in both languages, every setting, every command, every package."""

import importlib
import re
from pathlib import Path

import click
import pytest

from unionhall.config import house
from unionhall.config.cli import main as cli
from unionhall.kernel.access import registry as access
from unionhall.kernel.audit import registry as audit
from unionhall.kernel.exchange import registry as exchange
from unionhall.kernel.flows import registry as flows
from unionhall.kernel.ledger import registry as ledger
from unionhall.kernel.notices import registry as notices
from unionhall.kernel.policies import registry as policies
from unionhall.lib.text import Text
from unionhall.shell import navigation

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ROOT / "unionhall"
HANDBOOK = ROOT / "docs" / "handbook"
SETTING = re.compile(r"\bUNIONHALL_[A-Z_]*[A-Z]\b|\bDATABASE_URL\b")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
LINK = re.compile(r"\]\(([^)#]+)\)")


def registered() -> dict[str, Text]:
    """Every name that a package gave to something it registered, by a code that says what it is."""
    named: dict[str, Text] = {f"permission {one.code}": one.name for one in access.permissions()}
    named |= {f"verb {code}": words for code, words in audit.verbs().items()}
    for one in [*ledger.facts(), *ledger.indicators()]:
        named |= {f"{type(one).__name__} {one.code}": one.name, f"{type(one).__name__} {one.code} counts": one.counts}
    for policy in policies.policies():
        named |= {f"policy {policy.code}": policy.name, f"policy {policy.code} source": policy.source}
    for kind in notices.kinds():
        named |= {f"notice {kind.code}": kind.subject, f"notice {kind.code} body": kind.body}
    for ruled in flows.flows():
        flow = ruled.flow
        named |= {f"flow {flow.code}": flow.name}
        named |= {f"{flow.code} state {state.code}": state.name for state in flow.states}
        named |= {f"{flow.code} move {move.code}": move.name for move in flow.moves}
    named |= {f"job {code}": kind.name for code, kind in exchange.job_kinds().items()}
    for code, table in exchange.tables().items():
        named |= {f"table {code}": table.name, f"table {code} masking": table.masking}
        named |= {f"table {code} column {column.code}": column.label for column in table.columns}
    return named


def unnamed(named: dict[str, Text]) -> list[str]:
    """The codes whose words lack a language: no English, or Chinese without a Chinese character where English has words."""
    return sorted(
        code
        for code, words in named.items()
        if not words.zh.strip() or not words.en.strip() or CHINESE.search(words.en) or not said_in_chinese(words)
    )


def said_in_chinese(words: Text) -> bool:
    """Whether the Chinese side is Chinese; a sign such as "--", or what somebody wrote ("{text}"), needs no language."""
    return bool(CHINESE.search(words.zh)) or not re.search(r"[a-z]{3}", re.sub(r"\{[a-z_]+\}", "", words.en))


def settings_read(folder: Path) -> set[str]:
    """Every name that the code reads from the environment."""
    found: set[str] = set()
    for path in sorted(folder.rglob("*.py")):
        if "tests" not in path.parts:
            found |= set(SETTING.findall(path.read_text(encoding="utf-8")))
    return found


def unwritten(names: set[str], page: str) -> list[str]:
    """The names that a page does not hold as code."""
    told = set(SETTING.findall(page))
    return sorted(names - told)


def commands() -> list[str]:
    """Every command of the terminal: "backup create", "doctor"."""
    found = []
    for name, entry in sorted(cli.COMMANDS.items()):
        command = getattr(importlib.import_module(f"unionhall.config.cli.{entry.module}"), name)
        verbs = sorted(command.commands) if isinstance(command, click.Group) else []
        found += [f"{name} {verb}" for verb in verbs] or [name]
    return found


def untold(wanted: list[str], page: str) -> list[str]:
    """The commands that the handbook's table of commands does not hold."""
    told = {" ".join(words.split()[:2]) for words in re.findall(r"`unionhall ([a-z ]+)[A-Z]*`", page)}
    return [command for command in wanted if command not in told]


def packages() -> list[Path]:
    """The packages that owe a page to the newcomer."""
    storeys = [HOUSE / name for name in ("shell", "lib", "testing", "catalogue", "config")]
    return storeys + [ROOT / name.replace(".", "/") for name in [*house.KERNEL, *house.ROOMS]]


def without_page(folders: list[Path]) -> list[str]:
    """The packages whose README is missing or says next to nothing."""
    pages = {folder.name: folder / "README.md" for folder in folders}
    return [name for name, page in pages.items() if not page.exists() or len(page.read_text(encoding="utf-8").split()) < 60]


def broken_links(page: Path) -> list[str]:
    """The relative links of a page that lead nowhere."""
    links = LINK.findall(page.read_text(encoding="utf-8"))
    return [link for link in links if "://" not in link and not (page.parent / link).exists()]


def dimensions_of_rooms() -> set[str]:
    """The dimensions of the facts that the house's own rooms count (tests register facts of their own)."""
    rooms = {name.rpartition(".")[2] for name in house.ROOMS}
    return {name for fact in ledger.facts() if fact.code.partition(".")[0] in rooms for name in fact.dimensions}


def test_every_dimension_of_the_rooms_is_read_in_words() -> None:
    assert unread(dimensions_of_rooms()) == []


def unread(dimensions: set[str]) -> list[str]:
    """The dimensions whose name a reader would meet as a code; that of the programme is named by the office."""
    return sorted(name for name in dimensions - {"programme"} if not CHINESE.search(ledger.dimension(name).name.zh))


def test_a_dimension_that_would_be_read_as_a_code_is_seen() -> None:
    assert unread({"kind", "shoe_size"}) == ["shoe_size"]


def test_everything_registered_has_its_words_in_both_languages() -> None:
    assert unnamed(registered()) == []
    assert ledger.undocumented() == []


@pytest.mark.parametrize(
    "words", [Text("", "Dispatch"), Text("派单", " "), Text("Dispatch", "Dispatch"), Text("派单", "派单"), Text("{n}", "{n} left")]
)
def test_a_word_without_its_language_is_seen(words: Text) -> None:
    silent = {"verb trial.sign": Text("--", "--"), "notice trial.told body": Text("{text}", "{text}")}
    assert unnamed({"verb trial.sent": words, **silent}) == ["verb trial.sent"]


def test_every_door_of_the_menu_is_named_in_both_languages() -> None:
    assert unnamed({item.code: item.label for item in navigation.items() if isinstance(item.label, Text)}) == []


def test_every_setting_is_in_the_handbook() -> None:
    assert unwritten(settings_read(HOUSE), (HANDBOOK / "operations.md").read_text(encoding="utf-8")) == []


def test_an_unwritten_setting_is_seen(tmp_path: Path) -> None:
    (tmp_path / "new.py").write_text('os.environ.get("UNIONHALL_SECRET_DOOR")', encoding="utf-8")
    page = (HANDBOOK / "operations.md").read_text(encoding="utf-8")
    assert unwritten(settings_read(tmp_path), page) == ["UNIONHALL_SECRET_DOOR"]


def test_every_command_is_in_the_handbook() -> None:
    page = (HANDBOOK / "operations.md").read_text(encoding="utf-8")
    assert len(commands()) >= 20
    assert untold(commands(), page) == []


def test_an_untold_command_is_seen() -> None:
    page = (HANDBOOK / "operations.md").read_text(encoding="utf-8")
    assert untold(["backup create", "backup burn", "explode"], page) == ["backup burn", "explode"]


def test_every_package_has_its_page() -> None:
    assert without_page(packages()) == []


def test_a_package_without_a_page_is_seen(tmp_path: Path) -> None:
    (tmp_path / "mute").mkdir()
    (tmp_path / "terse").mkdir()
    (tmp_path / "terse" / "README.md").write_text("# terse\n\nTo do.", encoding="utf-8")
    assert without_page([tmp_path / "mute", tmp_path / "terse"]) == ["mute", "terse"]


def test_no_link_of_the_pages_leads_nowhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "deploy").glob("*.md"), *HOUSE.rglob("README.md")]
    assert {page.name: links for page in pages if (links := broken_links(page))} == {}


def test_a_link_that_leads_nowhere_is_seen(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("[one](page.md) [two](gone.md) [three](https://example.org/)", encoding="utf-8")
    assert broken_links(tmp_path / "page.md") == ["gone.md"]


def test_each_page_of_the_handbook_has_its_twin() -> None:
    english = {path.name.removesuffix(".md") for path in HANDBOOK.glob("*.md") if not path.name.endswith(".zh-CN.md")}
    assert english == {path.name.removesuffix(".zh-CN.md") for path in HANDBOOK.glob("*.zh-CN.md")}
