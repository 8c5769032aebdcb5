from pathlib import Path

import pytest

from unionhall.kernel.programmes.rules import domains, entries, rooms

GOOD = """domain = "execution"

[[programme]]
code = "issue_list"
zh = "问题清单"
en = "Issue list"
what_zh = "列清单、销号。"
what_en = "Listed and written off."
rooms = ["issues"]
cadence = "yearly"

[programme.options.issues]
sources = ["research"]
handle_within = ["issues.handle_days_general"]
accept_within = "issues.accept_days"
kinds = [{ code = "process", zh = "流程不畅", en = "Blocked process" }]

[[programme.targets]]
indicator = "issues.written_off_rate"
comparison = "at_least"
value = 60
unit = "percent"
"""


def written(folder: Path, text: str, name: str = "execution.toml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_good_file_gives_its_entry(tmp_path):
    [entry] = entries.read(written(tmp_path, GOOD))
    assert (entry.code, entry.zh, entry.domain, entry.rooms) == ("issue_list", "问题清单", "execution", ("issues",))
    assert entry.options["issues"]["handle_within"] == ["issues.handle_days_general"]
    assert entry.targets == (
        {"per_unit": False, "indicator": "issues.written_off_rate", "comparison": "at_least", "value": 60, "unit": "percent"},
    )
    assert len(entry.digest) == 64


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('zh = "问题清单"', 'zhh = "问题清单"', "execution.toml:3: unknown key 'zhh'"),
        ('en = "Issue list"\n', "", "execution.toml:3: 'en' is missing or empty"),
        ('zh = "问题清单"', 'zh = " 问题清单"', "execution.toml:3: 'zh' is a text without outer spaces"),
        ('"issue_list"', '"Issue-List"', "'Issue-List' is no code"),
        ('rooms = ["issues"]', 'rooms = ["kitchen"]', "unknown room 'kitchen'"),
        ('rooms = ["issues"]', 'rooms = ["issues", "issues"]', "no room stands twice"),
        ('rooms = ["issues"]', 'rooms = ["cases"]', "options for 'issues', which is not among the programme's rooms"),
        ('cadence = "yearly"', 'cadence = "daily"', "unknown cadence 'daily'"),
        ('cadence = "yearly"', 'cadence = "yearly"\nseason = ["13-01", "02-01"]', "'season' is a pair of days"),
        ('cadence = "yearly"', 'cadence = "yearly"\nfigures = ["X1"]', "'figures' is a list of ids"),
        ('domain = "execution"', 'domain = "cooking"', "execution.toml:1: unknown domain 'cooking'"),
        ('["research"]', '["rumour"]', "options.issues.sources: a list out of"),
        ('"issues.accept_days"', "15", "values of rules never stand in the catalogue"),
        ('["issues.handle_days_general"]', "[15]", "a list of policies"),
        ("sources = ", "origins = ", "options.issues: unknown key 'origins'"),
        (', en = "Blocked process" }', " }", "each item is { code, zh, en }"),
        ('"at_least"', '"about"', "a target is at_least, at_most, exactly"),
        ("value = 60", 'value = "many"', "a target has a number"),
        ("[[programme]]", "[programme]", "execution.toml:1:"),
        ('cadence = "yearly"', "cadence = ", "execution.toml: "),
    ],
)
def test_a_mistake_is_refused_with_file_and_line(tmp_path, old, new, complaint):
    assert old in GOOD
    with pytest.raises(entries.CatalogueRefused) as refused:
        entries.read(written(tmp_path, GOOD.replace(old, new, 1)))
    assert complaint in str(refused.value)
    assert str(refused.value).startswith("execution.toml")


def test_a_code_stands_once_over_all_files(tmp_path):
    written(tmp_path, GOOD)
    written(tmp_path, GOOD.replace('"execution"', '"cadre"'), "cadre.toml")
    with pytest.raises(entries.CatalogueRefused, match=r"execution\.toml:3: the code 'issue_list' stands already in cadre\.toml:3"):
        entries.read(tmp_path)


def test_a_domain_has_one_file(tmp_path):
    written(tmp_path, GOOD)
    written(tmp_path, GOOD.replace("issue_list", "another_list"), "more.toml")
    with pytest.raises(entries.CatalogueRefused, match=r"more\.toml:1: the domain 'execution' stands already in execution\.toml"):
        entries.read(tmp_path)


def test_the_digest_moves_with_every_edit(tmp_path):
    [before] = entries.read(written(tmp_path, GOOD))
    [after] = entries.read(written(tmp_path, GOOD.replace("销号", "核查")))
    [again] = entries.read(written(tmp_path, GOOD))
    assert before.digest == again.digest != after.digest


def test_every_option_with_codes_has_its_words():
    wordless = [(room, key) for room, keys in rooms.OPTIONS.items() for key, shape in keys.items() if shape == rooms.CODES]
    assert sorted(wordless) == sorted(rooms.VOCABULARY)
    assert set(rooms.OPTIONS) == set(rooms.ROOMS)


def test_sixteen_domains_are_numbered_in_order():
    assert [domain.number for domain in domains.DOMAINS] == [f"D{n:02d}" for n in range(1, 17)]
    assert len({domain.name.zh for domain in domains.DOMAINS}) == len({domain.short.zh for domain in domains.DOMAINS}) == 16
