"""How well reports are read: python bench/checker.py FIGURES.csv TEXT.txt … (figures annotated with seed, sentence, printed_as,
value, unit, qualifier, precision; the texts are named by seed). Without arguments: the house's own texts, and the time.

Prints recall, false finds, unit and qualifier for each text; then each text again with every noun, head of a noun, name and
word of like meaning left out of the vocabulary that none of the other texts and no own sentence has: what an unseen report
would get. Then the indicators, with all words and again with those left out: how often the first proposal for a figure that
the house counts asks the facts by which the catalogue reproduces it. Several annotations of one printed number (six rates
that are all 100 %) are one figure, right if the proposal is one of them; each annotation alone is counted beside.

Of the passages in blind.toml only sums are printed: they are not to be mended by.
"""

import copy
import csv
import re
import sys
import time
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import harness

harness.setup()

from unionhall import catalogue  # noqa: E402
from unionhall.kernel.ledger import registry  # noqa: E402
from unionhall.work.reports.queries import matching as books  # noqa: E402
from unionhall.work.reports.rules.reading import hearing, matching, report, units, vocabulary  # noqa: E402
from unionhall.work.reports.tests import sentences  # noqa: E402

UNTIL = date(2023, 12, 31)
DEVELOPMENT, BLIND = ("practice", "unseen"), "blind"
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
    for family, heads in kept["heads"].items():
        known = [head for head in re.split(r"\|(?![^(]*\))", heads) if not re.search(head, text) or re.search(head, others)]
        kept["heads"][family] = "|".join(known) or "\x00"
    for code, frames in kept["names"].items():
        kept["names"][code] = [frame for one in frames if (frame := known_frame(one, text, others))]
    groups = [[word for word in group if word not in text or word in others] for group in kept["same"]["groups"]]
    kept["same"]["groups"] = [group for group in groups if len(group) > 1]
    return kept


def known_frame(frame: str, text: str, others: str) -> str:
    """A frame without the words that only this text has; "" where one of its slots has none left."""
    kept = []
    for slot in frame.split():
        if slot[0] != "!":
            slot = "/".join(word for word in slot.split("/") if word not in text or word in others)
        if not slot:
            return ""
        kept.append(slot)
    return " ".join(kept)


def take(words: dict[str, Any]) -> None:
    """Read by these words from now on."""
    vocabulary.words().update(copy.deepcopy(words))
    forget()


def forget() -> None:
    """Read the vocabulary again."""
    for cached in (units._nouns, units._heads, vocabulary.any_of, hearing.same, hearing.pairs_said, books._indicators):
        cached.cache_clear()


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
    passed = [one for name in DEVELOPMENT for one in sentences.passages(name)]
    own = "\n".join(text for text, _figures in [*sentences.sentences(), *passed])
    original, unseen = copy.deepcopy(vocabulary.words()), []
    outcomes: dict[str, list[Outcome]] = {"indicators": [], "indicators unseen": []}
    for name, text in given.items():
        others = "\n".join([own, *(other for key, other in given.items() if key != name)])
        take(original)
        outcomes["indicators"] += proposed(mine[name], text)
        take(without(original, text, others))
        unseen.append(measure(text, mine[name]))
        outcomes["indicators unseen"] += proposed(mine[name], text)
        line(f"{name} unseen", unseen[-1])
    take(original)
    line("all unseen", total(unseen))
    for what, some in outcomes.items():
        print(f"{what}: {rates(some)}; each annotation alone: {sum(one.alone for one in some) / sum(one.rows for one in some):.1%}")


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


@dataclass(frozen=True)
class Outcome:
    """What became of one printed figure: whether the first, and one of five proposals is right; and of its annotations alone."""

    first: bool
    five: bool
    alone: int = 0
    rows: int = 0


def rates(some: list[Outcome]) -> str:
    """The shares of a list of outcomes."""
    first, five = sum(one.first for one in some) / len(some), sum(one.five for one in some) / len(some)
    return f"{len(some)} figures, first proposal right {first:.1%}, one of five {five:.1%}"


class Proposals:
    """What the house would propose; programmes as the catalogue ships them."""

    def __init__(self) -> None:
        shipped = [one for path in FOLDER.glob("*.toml") for one in tomllib.loads(path.read_text("utf-8")).get("programme", [])]
        self.rooms = {one["code"]: one["rooms"] for one in shipped}
        self.programmes = matching.Names(
            [matching.Candidate(one["code"], one["zh"], one["what_zh"]) for one in shipped], books.LEAST_PROGRAMME
        )
        self.index = books._indicators(len(registry.indicators()))

    def facts(self, mention: report.Mention) -> list[frozenset[str]]:
        """The facts that each proposal asks, the first first; nothing where the house would not ask."""
        if mention.kind in books.UNASKED:
            return []
        belongs = self.programmes.proposals(mention)
        some = self.index.proposals(mention, books.MOST_OFFERED, rooms=self.rooms[belongs[0].code] if belongs else ())
        return [facts_of(one.code) for one in some]


def proposed(rows: list[Row], text: str) -> list[Outcome]:
    """How each figure of one text fares that the catalogue reproduces."""
    ask, truth = Proposals(), reproduced()
    asked: dict[int, tuple[report.Mention, list[frozenset[str]]]] = {}
    reading = report.read(text, until=UNTIL)
    for row in rows:
        if row["id"] not in truth or not row["printed_as"]:
            continue
        at, value = place(reading, row), Decimal(row["value"])
        for one in reading.mentions:
            if one.value == value and one.kind != "rank" and covers(one, at, row["printed_as"]):
                asked.setdefault(one.at, (one, []))[1].append(truth[row["id"]])
    found = []
    for mention, right in asked.values():
        fits = ask.facts(mention)
        found.append(
            Outcome(
                fits[:1] != [] and fits[0] in right,
                any(one in right for one in fits),
                right.count(next(iter(fits), frozenset())),
                len(right),
            )
        )
    return found


def passages(name: str) -> None:
    """The sums over the passages of a file, and how often the first proposal asks the fact that the author meant."""
    tally, lines = sentences.tally(sentences.passages(name))
    print(
        f"{name}: {tally.meant} figures; recall {tally.recall:.1%}, false {tally.false_share:.1%}, described {tally.described:.1%}"
    )
    ask, found, others = Proposals(), [], []
    for text, meant in sentences.passages(name):
        mentions = report.read(text, until=UNTIL).mentions
        for one in (one for one in meant if not one.fact):
            hit = next((item for item in mentions if item.value == one.value and sentences.overlap(text, item, one)), None)
            others.append(hit is None or not ask.facts(hit))
            if not others[-1]:
                lines.append(
                    f"{one.printed} in {hit.clause if hit else text}: {set(ask.facts(hit)[0])}, meant nothing that the house counts"
                )
        for one in (one for one in meant if one.fact):
            hit = next((item for item in mentions if item.value == one.value and sentences.overlap(text, item, one)), None)
            fits = ask.facts(hit) if hit else []
            found.append(Outcome(any(fit in one.rights for fit in fits[:1]), any(fit in one.rights for fit in fits)))
            if not found[-1].first:
                lines.append(f"{one.printed} in {hit.clause if hit else text}: {[*map(set, fits)][:2]}, meant {one.fact}")
    print(f"{name}: indicators: {rates(found)}; of {len(others)} others left alone {sum(others) / len(others):.1%}")
    if name != BLIND:
        print(*(f"  {one}" for one in lines), sep="\n")


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
    for name in (*DEVELOPMENT, BLIND):
        passages(name)
