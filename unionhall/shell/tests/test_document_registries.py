"""What rooms hang into the frame is named in their README; an undocumented code fails."""

from pathlib import Path

import unionhall
from unionhall.shell import hall, navigation, panels, search

HOUSE = Path(unionhall.__file__).parent


def readme_of(code):
    """The README of the package whose name a code begins with."""
    name = code.split(".")[0]
    found = [path for path in (HOUSE / name, HOUSE / "work" / name, HOUSE / "kernel" / name) if path.is_dir()]
    page = found[0] / "README.md" if found else None
    return page.read_text(encoding="utf-8") if page and page.exists() else None


def undocumented(codes):
    return [code for code in codes if f"`{code}`" not in (readme_of(code) or "")]


def test_every_registered_code_is_documented():
    codes = [item.code for item in navigation.items()]
    codes += [panel.code for place in panels.PLACES for panel in panels.at(place)]
    codes += [source.code for source in search.sources()]
    codes += hall.codes()
    assert undocumented(codes) == []


def test_an_undocumented_code_is_seen():
    assert undocumented(["shell.nothing", "nowhere.at-all"]) == ["shell.nothing", "nowhere.at-all"]


def test_every_icon_of_the_registries_is_drawn():
    sprite = (HOUSE / "shell" / "static" / "shell" / "icons.svg").read_text(encoding="utf-8")
    wanted = {item.icon for item in navigation.items()} | {area.icon for area in navigation.AREAS} | hall.icons()
    assert [name for name in sorted(wanted) if f'id="{name}"' not in sprite] == []


def test_every_icon_of_the_templates_is_drawn():
    sprite = (HOUSE / "shell" / "static" / "shell" / "icons.svg").read_text(encoding="utf-8")
    used = set()
    for path in HOUSE.glob("**/templates/**/*.html"):
        for part in path.read_text(encoding="utf-8").replace("{% drawing ", "{% icon ").split('{% icon "')[1:]:
            used.add(part.split('"')[0])
    assert [name for name in sorted(used) if f'id="{name}"' not in sprite] == []
