"""How well reports are read: python bench/checker.py FIGURES.csv TEXT.txt … (figures annotated with seed, sentence, printed_as,
value, unit, qualifier, precision; the texts are named by seed). Without arguments: the house's own sentences, and the time.

Prints recall, false finds, unit and qualifier for each text; then each text again with every noun left out of the vocabulary
that none of the other texts and no own sentence has: what an unseen report would get. Last the indicators: how often the
first proposal for a figure that the house counts asks the facts by which the catalogue reproduces it. Several annotations of
one printed number (six rates that are all 100 %) are one figure, right if the proposal is one of them.
"""

import copy
import csv
import re
import sys
import time
import tomllib
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import harness

harness.setup()

from unionhall import catalogue  # noqa: E402
from unionhall.kernel.ledger import registry  # noqa: E402
from unionhall.work.reports.queries import matching as books  # noqa: E402
from unionhall.work.reports.rules.reading import matching, report, units, vocabulary  # noqa: E402
from unionhall.work.reports.tests import sentences  # noqa: E402

UNTIL = date(2023, 12, 31)
FOLDER = Path(str(catalogue.__file__)).parent
FACT = re.compile(r"(?<![=\w])[a-z_]+\.[a-z_]+")
Row = dict[str, str]


def place(reading: report.Reading, row: Row) -> int:
    """Where an annotated figure stands in the cleaned text; -1 where it does not."""
    text = reading.cleaned.text
    sentence = text.find(row["sentence"])
    found = text.find(row["printed_as"], max(sentence, 0))
    return found if found >= 0 else text.find(row["printed_as"])


def covers(one: report.Mention, start: int, printed: str) -> bool:
    """Whether a find and an annotated figure share a character."""
    return start >= 0 and one.at < start + len(printed) and start < one.at + max(1, one.end - one.start)


def measure(text: str, rows: list[Row]) -> dict[str, int]:
    """Counts over one text. Figures with a step are those that must be found; a find that no annotation covers is false."""
    reading = report.read(text, until=UNTIL)
    printed = [(place(reading, row), row) for row in rows if row["printed_as"]]
    found = dict.fromkeys(("meant", "found", "unit", "qualifier", "both", "step", "finds", "false"), 0)
    for start, row in printed:
        if not row["precision"]:
            continue
        found["meant"] += 1
        value = Decimal(row["value"])
        hit = next((one for one in reading.mentions if one.value == value and covers(one, start, row["printed_as"])), None)
        if hit is None:
            continue
        unit, qualifier = hit.full_unit == row["unit"], hit.qualifier == row["qualifier"]
        found["found"] += 1
        found["unit"] += unit
        found["qualifier"] += qualifier
        found["both"] += unit and qualifier
        found["step"] += hit.step == Decimal(row["precision"])
    found["finds"] = len(reading.mentions)
    found["false"] = sum(not any(covers(one, start, row["printed_as"]) for start, row in printed) for one in reading.mentions)
    return found


def line(name: str, found: dict[str, int]) -> None:
    """One line of the table."""
    meant, hits, finds = found["meant"] or 1, found["found"] or 1, found["finds"] or 1
    print(
        f"{name:<28}{found['meant']:>6}{found['found'] / meant:>9.1%}{found['false'] / finds:>9.1%}"
        f"{found['unit'] / hits:>9.1%}{found['qualifier'] / hits:>9.1%}{found['both'] / hits:>9.1%}{found['step'] / hits:>9.1%}"
    )


def total(some: Iterable[dict[str, int]]) -> dict[str, int]:
    """The sum of several texts."""
    rows = list(some)
    return {name: sum(row[name] for row in rows) for name in rows[0]}


def without(words: dict[str, Any], text: str, others: str) -> dict[str, Any]:
    """The vocabulary without the nouns that only this text has."""
    kept = copy.deepcopy(words)
    for family, nouns in kept["families"].items():
        if family != "any":
            kept["families"][family] = [noun for noun in nouns if not re.search(noun, text) or re.search(noun, others)] or ["\x00"]
    return kept


def forget() -> None:
    """Read the vocabulary again."""
    units._nouns.cache_clear()
    vocabulary.any_of.cache_clear()


def annotated(path: Path, texts: list[Path]) -> None:
    """The table over annotated texts."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    given = {text.stem: text.read_text(encoding="utf-8") for text in texts}
    mine = {name: [row for row in rows if row["seed"].startswith(name)] for name in given}
    print(f"{'text':<28}{'meant':>6}{'recall':>9}{'false':>9}{'unit':>9}{'hedge':>9}{'both':>9}{'step':>9}")
    plain = {name: measure(text, mine[name]) for name, text in given.items()}
    for name, found in plain.items():
        line(name, found)
    line("all", total(plain.values()))
    own = "\n".join(text for text, _figures in sentences.sentences())
    words, unseen = vocabulary.words(), []
    original = copy.deepcopy(words)
    for name, text in given.items():
        others = "\n".join([own, *(other for key, other in given.items() if key != name)])
        words["families"] = without(original, text, others)["families"]
        forget()
        unseen.append(measure(text, mine[name]))
        line(f"{name} unseen", unseen[-1])
    words["families"] = original["families"]
    forget()
    line("all unseen", total(unseen))
    proposed(rows, given)


def facts_of(code: str) -> frozenset[str]:
    """The facts that a registered indicator asks."""
    one = registry.indicator(code)
    ends = [end for end in (one.numerator, one.denominator) if end is not None] or [one]
    return frozenset(fact.code for end in ends for fact in end.facts)


def reproduced() -> dict[str, frozenset[str]]:
    """The facts by which the catalogue reproduces each published figure, by its number."""
    found = {}
    for path in (FOLDER / "figures").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["indicator"]:
                    found[row["id"]] = frozenset(FACT.findall(row["indicator"]))
    return found


def proposed(rows: list[Row], given: dict[str, str]) -> None:
    """How often the first, and one of five proposals asks the right facts; programmes as the catalogue ships them."""
    shipped = [one for path in FOLDER.glob("*.toml") for one in tomllib.loads(path.read_text("utf-8")).get("programme", [])]
    rooms = {one["code"]: one["rooms"] for one in shipped}
    programmes = matching.Index([matching.Candidate(one["code"], one["zh"], one["what_zh"]) for one in shipped])
    index, truth = books._indicators(len(registry.indicators())), reproduced()
    asked: dict[tuple[str, int], tuple[report.Mention, set[frozenset[str]]]] = {}
    for name, text in given.items():
        reading = report.read(text, until=UNTIL)
        for row in rows:
            if not row["seed"].startswith(name) or row["id"] not in truth or not row["printed_as"]:
                continue
            at, value = place(reading, row), Decimal(row["value"])
            for one in reading.mentions:
                if one.value == value and one.kind != "rank" and covers(one, at, row["printed_as"]):
                    asked.setdefault((name, one.at), (one, set()))[1].add(truth[row["id"]])
    first = any_ = 0
    for mention, right in asked.values():
        belongs = programmes.proposals(mention, 1, least=books.LEAST_PROGRAMME)
        some = index.proposals(mention, books.MOST_OFFERED, rooms=rooms[belongs[0].code] if belongs else ())
        fits = [facts_of(one.code) in right for one in some]
        first, any_ = first + (fits[:1] == [True]), any_ + any(fits)
    print(f"indicators: {len(asked)} figures, first proposal right {first / len(asked):.1%}, one of five {any_ / len(asked):.1%}")


def own() -> None:
    """The house's own sentences, and the time that a report of 5,000 characters takes."""
    tally, lines = sentences.tally(sentences.sentences())
    print(f"own sentences: {tally.meant} figures")
    print(f"recall {tally.recall:.1%}, false {tally.false_share:.1%}, described {tally.described:.1%}")
    for one in lines:
        print(f"  {one}")
    text = "".join(text for text, _figures in sentences.sentences())
    text = (text * (5_000 // len(text) + 1))[:5_000]
    start = time.perf_counter()
    found = len(report.read(text, until=UNTIL).mentions)
    print(f"5,000 characters, {found} figures: {(time.perf_counter() - start) * 1000:.0f} ms (limit 3,000)")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        annotated(Path(sys.argv[1]), [Path(one) for one in sys.argv[2:]])
    own()
