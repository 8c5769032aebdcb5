"""The README tells the truth about today's house, in both languages, with light and real pictures."""

import re
import tomllib
from pathlib import Path

import pytest

from unionhall.catalogue import live, published
from unionhall.config import city
from unionhall.work.campaigns.tests import test_replays as campaigns
from unionhall.work.funds.tests import test_replays as funds
from unionhall.work.grants.tests import test_replays as grants
from unionhall.work.hardship.tests import test_replays as hardship
from unionhall.work.issues.apps import REPLAYS
from unionhall.work.issues.tests import test_replays as issues
from unionhall.work.membership.tests import test_replays as membership

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("README.md", "README.zh-CN.md")
HEAVIEST = 250_000
REPRODUCING = (campaigns, funds, grants, hardship, issues, membership)
PICTURE = re.compile(r"!\[[^\]]+\]\(([^)]+)\)")


def said() -> dict[str, str]:
    """The two pages by name."""
    return {name: (ROOT / name).read_text(encoding="utf-8") for name in PAGES}


def numbers(text: str) -> set[int]:
    """Every number of a page that stands alone, 3,000 as one."""
    return {int(found.replace(",", "")) for found in re.findall(r"(?<![\w.])\d[\d,]*(?![\w.]*\d)", text) if found.strip(",")}


def untrue(text: str) -> list[str]:
    """What a page says about the house's size that is not so today."""
    status = live.catalogue_status()
    truth = {
        "programmes": len(status),
        "domains": len({row["domain"] for row in status}),
        "live": sum(row["live"] for row in status),
        "published figures": len(published.figures()),
        "reproduced": sum(len(figures) for room in REPRODUCING for figures in room.EXPECTED.values()),
        "found": issues.EXPECTED["S4"]["S4-017"],
        "solved": issues.EXPECTED["S4"]["S4-018"],
    }
    told = numbers(text)
    return [f"{what} is {number}" for what, number in truth.items() if number not in told]


@pytest.mark.parametrize("name", PAGES)
def test_the_sizes_it_names_are_those_of_today(name: str) -> None:
    assert untrue(said()[name]) == []


def test_a_size_that_is_not_so_is_seen() -> None:
    size = sum(row["live"] for row in live.catalogue_status())
    page = said()["README.md"].replace("239", "240").replace(f": {size} today", f": {size + 1} today")
    assert untrue(page) == ["programmes is 239", f"live is {size}"]


@pytest.mark.parametrize("name", PAGES)
def test_every_account_of_the_demo_city_is_named(name: str) -> None:
    assert [user for user, *_rest in city.VISITORS if f"`{user}`" not in said()[name]] == []


@pytest.mark.parametrize("name", PAGES)
def test_the_pictures_are_there_and_light(name: str) -> None:
    pictures = PICTURE.findall(said()[name])
    assert len(pictures) == 8
    assert [one for one in pictures if not 5_000 < (ROOT / one).stat().st_size <= HEAVIEST] == []


def test_both_languages_show_the_same_pictures_and_commands() -> None:
    english, chinese = said().values()
    commands = re.compile(r"(?:make [a-z]+|unionhall [a-z]+ [a-z]+)")
    assert PICTURE.findall(english) == PICTURE.findall(chinese)
    assert set(commands.findall(english)) == set(commands.findall(chinese))
    assert len(re.findall(r"^## ", english, re.M)) == len(re.findall(r"^## ", chinese, re.M))


def test_the_two_commands_and_the_picture_stand_on_the_first_screen() -> None:
    for text in said().values():
        first = "\n".join(text.splitlines()[:18])
        assert "make demo" in first and "make test" in first and "docs/pictures/desk.png" in first


def test_every_target_it_names_is_in_the_makefile_and_every_replay_exists() -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    for text in said().values():
        assert set(re.findall(r"make ([a-z]+)", text)) - targets == set()
        assert set(re.findall(r"replay load (\w+)", text)) - set(REPLAYS) == set()


def test_the_licence_it_names_is_the_licence() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert all(project["license"] in text for text in said().values())
