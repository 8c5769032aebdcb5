"""Which indicator or programme a figure speaks of: words shared between its sentence and the names of what is counted.

Words are pairs of characters, weighted by how rare they are among the names; words that mean the same count for one
another. What a person has corrected once is asked first.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from unionhall.work.reports.rules.reading import vocabulary
from unionhall.work.reports.rules.reading.report import Mention

CLAUSE, SENTENCE, HEADING, SAME = 1.0, 0.35, 0.25, 0.6
NAME, ABOUT = 1.0, 0.25
LEAST_COVER, LEAST_ALIAS = 0.5, 0.62
SECOND_UNIT = 0.85


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that a figure may be: its code, its name, what is said about it, and the units in which it is counted."""

    code: str
    name: str
    about: str = ""
    units: tuple[str, ...] | None = None
    narrow: int = 0


@dataclass(frozen=True, slots=True)
class Alias:
    """What a person said once: words around a number, its unit, and the code that they stand for ("" for none)."""

    words: str
    unit: str
    code: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A candidate for a figure, how well it fits, and whether a person has said so before."""

    code: str
    score: float
    cover: float
    learned: bool = False


@dataclass
class Index:
    """The names of everything that may be proposed, ready to be asked many times."""

    candidates: Sequence[Candidate]
    aliases: Sequence[Alias] = ()
    rarity: dict[str, float] = field(default_factory=dict)
    features: list[tuple[dict[str, float], dict[str, float]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        names = [Counter(pairs(one.name)) for one in self.candidates]
        spread = Counter(pair for name in names for pair in name)
        self.rarity = {pair: math.log(1 + len(names) / count) for pair, count in spread.items()}
        self.features = [
            (dict.fromkeys(name, 1.0), dict.fromkeys(pairs(one.about), 1.0))
            for one, name in zip(self.candidates, names, strict=True)
        ]
        self.known = [(alias, set(pairs(alias.words))) for alias in self.aliases]

    def proposals(self, mention: Mention, most: int = 5, *, least: float = LEAST_COVER) -> list[Proposal]:
        """The candidates that fit, best first; a learned alias stands before all others."""
        if (learned := self._learned(mention)) is not None:
            return [learned]
        context = weights(mention)
        found = []
        for candidate, (name, about) in zip(self.candidates, self.features, strict=True):
            fit = unit_fit(candidate, mention)
            if fit:
                score, cover = self._score(context, name, about)
                if cover >= least:
                    found.append(Proposal(candidate.code, score * fit, cover))
        return sorted(found, key=lambda one: -one.score)[:most]

    def _learned(self, mention: Mention) -> Proposal | None:
        said = set(pairs(phrase(mention)))
        best = max(
            ((likeness(said, words), alias) for alias, words in self.known if alias.unit == mention.full_unit),
            key=lambda found: found[0],
            default=(0.0, None),
        )
        if best[1] is None or best[0] < LEAST_ALIAS:
            return None
        return Proposal(best[1].code, best[0], best[0], learned=True)

    def _score(self, context: dict[str, float], name: dict[str, float], about: dict[str, float]) -> tuple[float, float]:
        whole = sum(self.rarity[pair] for pair in name) or 1.0
        shared = sum(self.rarity[pair] * min(1.0, context.get(pair, 0.0)) for pair in name)
        told = sum(self.rarity.get(pair, 1.0) * context.get(pair, 0.0) for pair in about if pair not in name)
        cover = shared / whole
        return shared * cover * NAME + math.sqrt(max(told, 0.0)) * ABOUT, cover


def pairs(text: str) -> list[str]:
    """The pairs of neighbouring characters of a text, without signs between words."""
    runs = "".join(char if "一" <= char <= "鿿" else " " for char in text).split()
    return [run[index : index + 2] for run in runs for index in range(len(run) - 1)]


def weights(mention: Mention) -> dict[str, float]:
    """How strongly each pair is said of a figure: its own clause most, then the sentence, then the heading."""
    found: dict[str, float] = {}
    for text, weight in ((mention.heading, HEADING), (mention.sentence, SENTENCE), (mention.clause, CLAUSE)):
        for pair in pairs(text):
            found[pair] = max(found.get(pair, 0.0), weight)
        for group in vocabulary.at("same", "groups"):
            if any(word in text for word in group):
                for pair in pairs(" ".join(group)):
                    found[pair] = max(found.get(pair, 0.0), weight * SAME)
    return found


def unit_fit(candidate: Candidate, mention: Mention) -> float:
    """1 where the unit is the candidate's first, less where it is one of its others, 0 where it cannot be."""
    if candidate.units is None:
        return 1.0
    best = 0.0
    for unit in candidate.units:
        possible = vocabulary.at("books").get(unit, [])
        if mention.unit in possible:
            best = max(best, 1.0 if possible[0] == mention.unit else SECOND_UNIT)
    return best


def phrase(mention: Mention) -> str:
    """The words around a number by which it is known again: its clause without numbers."""
    return "".join(char for char in mention.clause if "一" <= char <= "鿿" and char not in "一二三四五六七八九十百千万亿余多近约共")


def likeness(one: set[str], other: set[str]) -> float:
    """How much two sets of pairs share, 0 to 1."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def named(words: Iterable[str]) -> str:
    """Several words as one text for an index."""
    return "，".join(word for word in words if word)
