"""Templates as people read them: a head comment, a title, no hidden style or script, and not too long."""

import gzip
import re
from pathlib import Path
from statistics import median

import pytest

HOUSE = Path(__file__).resolve().parents[2] / "unionhall"
TEMPLATES = sorted(path for path in HOUSE.glob("**/templates/**/*.html") if "tests" not in path.parts)
STATIC = HOUSE / "shell" / "static" / "shell"
HEAD = re.compile(r"\A(\{% (extends|load) [^%]*%\}\s*)*\{#")
TITLE = re.compile(r"\{% block title %\}")
EXTENDS = re.compile(r'\A\{% extends "([^"]+)"')
INLINE = re.compile(r"""\sstyle\s*=|\son[a-z]+\s*=\s*["']|javascript:|<style""", re.IGNORECASE)
PAIRED = (
    "div",
    "section",
    "main",
    "nav",
    "form",
    "fieldset",
    "table",
    "thead",
    "tbody",
    "tr",
    "ul",
    "ol",
    "dl",
    "details",
    "dialog",
)
SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)(?![^>]*application/json)", re.IGNORECASE)
LAYOUTS = {"shell/base.html", "shell/desk.html", "shell/plain.html", "shell/print.html", "shell/error.html", "shell/hall.html"}


def name(path: Path) -> str:
    return path.as_posix().split("/templates/")[1]


def is_part(path: Path) -> bool:
    return path.name.startswith("_") or "snippets" in path.parts or path.suffix != ".html"


def has_title(path: Path) -> bool:
    """A title of its own, or inherited from a page (not from a bare layout)."""
    text = path.read_text(encoding="utf-8")
    if TITLE.search(text):
        return True
    parent = EXTENDS.search(text)
    if parent is None or parent.group(1) in LAYOUTS:
        return False
    return any(has_title(other) for other in TEMPLATES if name(other) == parent.group(1))


def faults(text: str) -> list[str]:
    """What is wrong with a template's text."""
    found = []
    if not HEAD.match(text):
        found.append("begins without a comment that says what it is for")
    if len(text.splitlines()) > 130:
        found.append("longer than 130 lines")
    if INLINE.search(text):
        found.append("style or handler inside the markup: put it into unionhall.css or a script of the shell")
    if SCRIPT.search(text):
        found.append("inline script: the browser refuses it")
    for tag in PAIRED:
        opened, closed = len(re.findall(rf"<{tag}[\s>]", text)), text.count(f"</{tag}>")
        if opened != closed:
            found.append(f"<{tag}> opens {opened} times and closes {closed} times")
    return found


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_is_well_formed(path: Path) -> None:
    assert faults(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", [path for path in TEMPLATES if not is_part(path) and name(path) not in LAYOUTS], ids=name)
def test_a_page_has_a_title(path: Path) -> None:
    assert has_title(path)


@pytest.mark.parametrize(
    "text",
    [
        "<p>no comment</p>",
        '{# ok #}<p style="color:red">',
        "{# ok #}<a onclick='go()'>",
        "{# ok #}<script>alert(1)</script>",
        '{# ok #}<a href="javascript:void(0)">',
        "{# ok #}" + "\n" * 131,
        "{# ok #}<div><p>once too often</p></div></div>",
    ],
)
def test_each_rule_bites(text: str) -> None:
    assert len(faults(text)) == 1


def test_templates_stay_small() -> None:
    lengths = sorted(len(path.read_text(encoding="utf-8").splitlines()) for path in TEMPLATES)
    assert median(lengths) <= 30


def test_rooms_bring_neither_style_nor_script() -> None:
    brought = [path for path in HOUSE.glob("**/static/**/*.*") if path.suffix in {".css", ".js"} and "shell" not in path.parts]
    assert brought == []


def packed(*paths: Path) -> int:
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths)


def test_the_desk_stays_within_its_weight() -> None:
    assert packed(*STATIC.rglob("*.css")) <= 95 * 1024
    charts = STATIC / "vendor" / "echarts"  # asked for by pages with a chart alone, never by a layout
    assert packed(*(path for path in STATIC.rglob("*.js") if charts not in path.parents)) <= 35 * 1024
    assert packed(*charts.rglob("*.js")) <= 240 * 1024
    assert [page for page in (HOUSE / "shell" / "templates").rglob("*.html") if "echarts" in page.read_text(encoding="utf-8")] == []
    assert [path.name for path in STATIC.glob("*.js") if packed(path) > 2048] == []


def test_no_asset_names_another_host() -> None:
    pattern = re.compile(rb"""(?:url\(|@import|src=|href=)\s*["']?(?:https?:)?//""")
    assert [path.name for path in STATIC.rglob("*.*") if pattern.search(path.read_bytes())] == []
