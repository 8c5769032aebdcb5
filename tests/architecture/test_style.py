"""Habits that no linter of others knows, each with a line that it would catch."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "unionhall"
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
SIGNALS = re.compile(r"django\.db\.models\.signals|django\.dispatch|\b(pre|post)_(save|delete|init)\.connect\b|@receiver\b")
STRING_MODELS = re.compile(r"\bapps\.get_model\(|\bget_model\(\s*[\"']")
BARE_PRINT = re.compile(r"^\s*print\(", re.MULTILINE)
UNSAFE = re.compile(r"\bmark_safe\(|\|safe\b|autoescape off|\bpickle\.|yaml\.load\(|\beval\(|shell=True")
NAIVE = re.compile(r"\bdatetime\.(now|utcnow)\(\)|\bdate\.today\(\)|\btimezone\.now\(\)")
FLOAT_MONEY = re.compile(r"\b(amount|fen|yuan|money)\w*\s*:\s*float\b|FloatField\(")
GENDERED = re.compile(r"\b(chairman|manpower|he or she|his or her)\b", re.IGNORECASE)
NO_SIGNALS_IN = "django.contrib.auth.signals"


def sources(*, tests: bool = False) -> list[tuple[str, str]]:
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        parts = set(path.relative_to(SOURCE).parts)
        if "__pycache__" in parts or "migrations" in parts or (("tests" in parts or "testing" in parts) and not tests):
            continue
        found.append((path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")))
    return found


def templates() -> list[tuple[str, str]]:
    return [(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in sorted(SOURCE.rglob("*.html"))]


def holding(pattern: re.Pattern[str], files: list[tuple[str, str]]) -> list[str]:
    return [name for name, text in files if pattern.search(text)]


def test_nothing_is_left_unfinished():
    assert holding(UNFINISHED, [*sources(tests=True), *templates()]) == []


def test_nobody_signals():
    assert holding(SIGNALS, sources()) == []


def test_models_are_imported_not_named():
    # A flow, and words about people, are declared with a model's label before the room's models exist; it is looked up once they do
    allowed = {"unionhall/kernel/flows/registry.py", "unionhall/kernel/people/registry.py"}
    assert set(holding(STRING_MODELS, sources())) - allowed == set()


def test_only_the_command_line_prints():
    assert [name for name in holding(BARE_PRINT, sources()) if not name.startswith("unionhall/config/")] == []


def test_nothing_unsafe_is_called():
    assert holding(UNSAFE, [*sources(), *templates()]) == []


def test_time_comes_from_the_houses_clock():
    allowed = {"unionhall/lib/clock.py"}
    assert set(holding(NAIVE, sources())) - allowed == set()


def test_money_is_never_a_float():
    assert holding(FLOAT_MONEY, sources()) == []


def test_words_leave_nobody_out():
    assert holding(GENDERED, [*sources(), *templates()]) == []


def documented(text: str) -> list[str]:
    """The public functions and classes of a module that lack a docstring."""
    tree = ast.parse(text)
    return [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
        and not node.name.endswith("Config")
    ]


def test_every_public_name_says_what_it_is_for():
    assert {name: missing for name, text in sources() if (missing := documented(text))} == {}


def test_every_module_says_what_it_is_for():
    bare = [name for name, text in sources() if text.strip() and not ast.get_docstring(ast.parse(text))]
    assert bare == []


def unannotated(text: str) -> list[str]:
    """Functions with an argument or a result that is not annotated."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            bare = [one.arg for one in given if one.annotation is None and one.arg not in {"self", "cls"}]
            if bare or node.returns is None:
                found.append(node.name)
    return found


def test_everything_is_annotated():
    assert {name: bare for name, text in sources() if (bare := unannotated(text))} == {}


def local_imports(text: str) -> int:
    """Imports inside functions: where they grow, two modules know each other too well."""
    return sum(
        isinstance(inner, ast.Import | ast.ImportFrom)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef)
        for inner in ast.walk(node)
    )


def test_imports_stand_at_the_top():
    # A wiring page may import its models only once they exist: inside ready()
    files = [(name, text) for name, text in sources() if not name.endswith("/apps.py")]
    assert {name: n for name, text in files if (n := local_imports(text))} == {}


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (UNFINISHED, "# TO" + "DO later"),
        (SIGNALS, "post_save.connect(count)"),
        (SIGNALS, "from django.dispatch import receiver"),
        (STRING_MODELS, 'apps.get_model("people", "Person")'),
        (BARE_PRINT, "    print(1)"),
        (UNSAFE, "{{ name|safe }}"),
        (UNSAFE, "mark_safe(name)"),
        (NAIVE, "date.today()"),
        (FLOAT_MONEY, "amount: float"),
        (GENDERED, "the chairman decides"),
    ],
)
def test_each_habit_would_be_missed(pattern, line):
    assert pattern.search(line)


def test_the_readers_of_code_see_what_they_should():
    assert documented("def a(): ...") == ["a"]
    assert unannotated("def a(x) -> int: ...") == ["a"]
    assert local_imports("def a():\n    import os") == 1
