"""The folders say what the house is: names, sizes, and arrows that point down."""

import ast
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Model

from unionhall.config import house

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "unionhall"
MOST_LINES, LONGEST_FUNCTION, MOST_ROOT_ENTRIES = 400, 80, 20
SPEAKING = {
    "apps", "facts", "flow", "rules", "registry", "models", "access", "queries", "actions", "forms", "desk", "hall", "api", "urls",
    "jobs", "demo", "adapters",
}  # fmt: skip
DJANGO = {"middleware", "backends", "checks", "templatetags", "management", "__init__"}
FOLDERS = {"migrations", "templates", "static", "locale", "tests"}
DOORS = {"desk", "hall", "api", "urls", "forms"}
DRAWERS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "manager",
    "managers",
    "services",
    "data",
    "info",
    "core",
    "extras",
}
# Kernel packages have no pages; access only hangs the sign-in of allauth into the addresses of the house
KERNEL_DOORS = {("access", "urls")}


def python(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


def packages() -> list[Path]:
    return [ROOT / Path(*name.split(".")) for name in [*house.KERNEL, *house.ROOMS]]


def tracked_root() -> set[str]:
    answer = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        pytest.skip("not a git checkout")
    return {line.split("/")[0] for line in answer.stdout.splitlines()}


def names_in(package: Path) -> set[str]:
    inside = [path for path in package.iterdir() if path.name != "__pycache__"]
    return {path.stem if path.suffix == ".py" else path.name for path in inside}


@pytest.mark.parametrize("package", packages(), ids=lambda path: path.name)
def test_a_package_has_the_same_names_as_every_other(package):
    assert names_in(package) - SPEAKING - DJANGO - FOLDERS - {"README.md"} == set()


@pytest.mark.parametrize("name", house.KERNEL)
def test_kernel_packages_have_no_pages(name):
    package = ROOT / Path(*name.split("."))
    allowed = {file for owner, file in KERNEL_DOORS if owner == package.name}
    assert names_in(package) & DOORS - allowed == set()


@pytest.mark.parametrize("package", packages(), ids=lambda path: path.name)
def test_a_package_explains_itself_on_one_page(package):
    page = package / "README.md"
    assert page.exists()
    lines = page.read_text(encoding="utf-8").splitlines()
    assert 15 <= len(lines) <= 120
    assert lines[0].startswith("# ")


def test_nothing_is_put_into_drawers():
    found = [path for path in python(SOURCE) if path.stem in DRAWERS or path.parent.name in DRAWERS]
    assert found == []


def test_no_file_is_too_long():
    long = {path.relative_to(ROOT).as_posix(): n for path in python(SOURCE) if (n := lines_of(path)) > MOST_LINES}
    assert {name: n for name, n in long.items() if "/migrations/" not in name} == {}


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def functions(path: Path) -> Iterable[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_no_function_is_too_long():
    long = {
        f"{path.relative_to(ROOT)}:{one.name}": length
        for path in python(SOURCE)
        if "migrations" not in path.parts
        for one in functions(path)
        if (length := (one.end_lineno or 0) - one.lineno + 1) > LONGEST_FUNCTION
    }
    assert long == {}


def test_the_root_fits_on_one_screen():
    assert len(tracked_root()) <= MOST_ROOT_ENTRIES


def storey(model: type[Model]) -> tuple[int, str]:
    """How high a model's package stands, and its name; Django's own packages lie at the bottom."""
    name = next((name for name in [*house.ROOMS, *house.KERNEL] if model.__module__.startswith(name + ".")), "")
    order = [
        "audit",
        "organizations",
        "people",
        "access",
        "policies",
        "programmes",
        "ledger",
        "notices",
        "files",
        "flows",
        "exchange",
    ]
    if name in house.ROOMS:
        return len(order) + 1, name
    return (order.index(name.rpartition(".")[2]) + 1, name) if name else (0, "django")


def relations() -> list[tuple[type[Model], type[Model]]]:
    return [
        (model, field.related_model)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and isinstance(field.related_model, type)
    ]


def points_up(model: type[Model], other: type[Model]) -> bool:
    (height, name), (other_height, other_name) = storey(model), storey(other)
    beside = {"unionhall.kernel.ledger", "unionhall.kernel.notices", "unionhall.kernel.files"}
    return name != other_name and (other_height >= height or {name, other_name} <= beside)


def test_every_relation_points_down():
    ours = [(model, other) for model, other in relations() if storey(model)[0]]
    assert len(ours) > 20
    assert [(model.__name__, other.__name__) for model, other in ours if points_up(model, other)] == []


def test_an_arrow_upward_would_be_seen():
    people, organizations = apps.get_model("people", "Person"), apps.get_model("organizations", "Organization")
    assert points_up(organizations, people)
    assert not points_up(people, organizations)


def test_each_storey_is_in_the_list_of_the_house():
    folders = {path.parent.name for path in (SOURCE / "kernel").glob("*/apps.py")} | {
        path.parent.name for path in (SOURCE / "work").glob("*/apps.py")
    }
    assert folders == {name.rpartition(".")[2] for name in [*house.KERNEL, *house.ROOMS]}
