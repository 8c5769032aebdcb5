"""Which indicator or programme a figure speaks of: words shared between its sentence and the names of what is counted.

Words are pairs of characters, weighted by how rare they are among the names; words that mean the same count for one
another. What a person has corrected once is asked first.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from unionhall.lib.later import Later
from unionhall.work.reports.rules.reading import vocabulary
from unionhall.work.reports.rules.reading.report import Mention

_cut = Later("rjieba.cut")
NEAR, CLAUSE, BEHIND, SENTENCE, HEADING, SAME = 1.4, 1.0, 0.5, 0.35, 0.25, 0.6
OF_A_WHOLE = 0.7
ABOUT = 0.1
LEAST_COVER, LEAST_ALIAS = 0.5, 0.62
SAME_IN_A_FRAME = 0.5
LEAST_OF_A_SLOT = 0.2
LEAST_OF_A_FRAME, RARE, MORE_WORDS, AROUND = 0.33, 0.05, 0.25, 0.35
AT_HOME = 1.2
SECOND_UNIT = 0.7


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that a figure may be: its code, its name, what is said about it, and the units in which it is counted."""

    code: str
    name: str
    about: str = ""
    units: tuple[str, ...] | None = None
    frame: bool = False  # its name is a frame of the vocabulary

    @property
    def room(self) -> str:
        """The room that counts it: the first word of its code."""
        return self.code.partition(".")[0]


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


Slots = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """The words of a name: one of each slot is to be said. Of a whole frame all are, and none of `unless`; words of `around`
    may stand anywhere in the sentence or a heading above it.
    """

    slots: Slots
    around: Slots = ()
    unless: tuple[str, ...] = ()
    whole: bool = False

    @classmethod
    def of(cls, name: str) -> "Frame":
        """A frame as the vocabulary writes it: @审计 发现/查出 问题 !率."""
        kinds: dict[str, list[tuple[str, ...]]] = {"": [], "@": [], "!": []}
        for part in name.split():
            sign = part[0] if part[0] in kinds else ""
            kinds[sign].append(tuple(part[len(sign) :].split("/")))
        unless = tuple(word for some in kinds["!"] for word in some)
        return cls(tuple(kinds[""]), tuple(kinds["@"]), unless, whole=True)


@dataclass
class Index:
    """The names of everything that may be proposed, ready to be asked many times.

    Names are compared by their words where `by_words` (all of them are to be said), else by pairs of characters.
    """

    candidates: Sequence[Candidate]
    by_words: bool = False

    def __post_init__(self) -> None:
        self.frames = [self._frame(one) for one in self.candidates]
        said_of: dict[str, set[str]] = {}
        for one, frame in zip(self.candidates, self.frames, strict=True):
            for word in {word for slot in frame.slots for word in slot}:
                said_of.setdefault(word, set()).add(one.code.removesuffix(".distinct"))
        many = len({one.code.removesuffix(".distinct") for one in self.candidates})
        self.rarity = {word: math.log(1 + many / len(codes)) for word, codes in said_of.items()}
        self.rooms = {one.room for one in self.candidates}
        names = [{word for slot in frame.slots for word in slot} for frame in self.frames]
        self.about = [set(pairs(one.about)) - name for one, name in zip(self.candidates, names, strict=True)]

    def _frame(self, one: Candidate) -> Frame:
        if one.frame:
            never = vocabulary.at("never").get(one.code.removesuffix(".distinct"), [])
            return Frame.of(f"{one.name} !{'/'.join(never)}" if never else one.name)
        named = tuple((word,) for word in dict.fromkeys(words(one.name) if self.by_words else pairs(one.name)))
        return Frame(named, whole=self.by_words)

    def proposals(
        self, mention: Mention, most: int = 5, *, least: float = LEAST_COVER, rooms: Sequence[str] = ()
    ) -> list[Proposal]:
        """The candidates that fit, best first; those of `rooms` are favoured. `least` is for names compared by pairs."""
        if self.by_words and vocabulary.any_of("alone", "before").search(mention.before):
            return []
        said, framed, context = Said.of(mention), Said.of(mention, titles=False), weights(mention)
        at_home_in = {*rooms, *vocabulary.at("homes").get(mention.unit, ())} & self.rooms if self.by_words else set()
        best: dict[str, Proposal] = {}
        for index, candidate in enumerate(self.candidates):
            fit = unit_fit(candidate, mention)
            if not fit:
                continue
            cover, shared = self._cover(index, framed if candidate.frame else said if self.by_words else context, mention)
            if cover >= (LEAST_OF_A_FRAME if self.by_words else least):
                told = math.sqrt(sum(context.get(pair, 0.0) for pair in self.about[index]))
                score = (shared + ABOUT * told) * fit * (AT_HOME if candidate.room in at_home_in else 1.0)
                if candidate.code not in best or score > best[candidate.code].score:
                    best[candidate.code] = Proposal(candidate.code, score, cover)
        known = vocabulary.at("usual")
        usual = known.get(mention.unit) or known.get(mention.measure) if self.by_words and not best else None
        best |= {usual: Proposal(usual, 0.0, 0.0)} if usual else {}
        return sorted(best.values(), key=lambda one: (-one.score, len(one.code)))[:most]

    def _cover(self, index: int, context: "Mapping[str, float] | Said", mention: Mention) -> tuple[float, float]:
        """The share of a name, by rarity, that was said, and how much that is; nothing where a frame is not whole."""
        frame = self.frames[index]
        if any(word in mention.clause for word in frame.unless):
            return 0.0, 0.0
        said = [max((context.get(word, 0.0), self.rarity[word]) for word in slot) for slot in frame.slots]
        rare = 1 + RARE * sum(rarity for _much, rarity in said) / len(said)
        if not frame.whole:
            cover = sum(much * rarity for much, rarity in said) / (sum(rarity for _much, rarity in said) or 1.0)
            return cover, cover * (1 + MORE_WORDS * (len(said) - 1)) * rare
        if min(said)[0] < LEAST_OF_A_SLOT or not all(_anywhere(slot, mention) for slot in frame.around):
            return 0.0, 0.0
        cover = sum(much for much, _rarity in said) / len(said)
        return cover, cover * (1 + MORE_WORDS * (len(said) - 1) + AROUND * len(frame.around)) * rare


def _anywhere(words_of: Sequence[str], mention: Mention) -> bool:
    """Whether one of some words stands in the sentence of a figure or in a heading above it."""
    return any(word in text for text in (mention.sentence, mention.heading, mention.section) for word in words_of)


@dataclass(frozen=True, slots=True)
class Said:
    """How strongly a word is said of a figure: in its clause, its sentence or its heading, itself or by its like."""

    texts: tuple[tuple[str, float], ...]
    like: float = SAME
    found: dict[str, float] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, mention: Mention, *, titles: bool = True) -> "Said":
        """The texts around a figure, the nearest first; with the headings above it or without."""
        around = OF_A_WHOLE if mention.part else SENTENCE
        near = ((mention.near, NEAR), (mention.before, CLAUSE), (mention.clause, BEHIND), (mention.sentence, around))
        return cls(
            near + (((mention.heading, HEADING), (mention.section, HEADING)) if titles else ()), SAME if titles else SAME_IN_A_FRAME
        )

    def get(self, word: str, otherwise: float = 0.0) -> float:
        """The weight of a word."""
        if word not in self.found:
            self.found[word] = self._weight(word)
        return self.found[word] or otherwise

    def _weight(self, word: str) -> float:
        best = 0.0
        for text, weight in self.texts:
            if word in text:
                return max(best, weight)
            if any(other in text for other in same(word)):
                best = max(best, weight * self.like)
        return best


@cache
def same(word: str) -> tuple[str, ...]:
    """The words that mean the same as a word."""
    return tuple(other for group in vocabulary.at("same", "groups") if word in group for other in group if other != word)


@cache
def words(name: str) -> tuple[str, ...]:
    """The words of a name that say something: without its unit and what stands in brackets."""
    plain = bare(name)
    silent = vocabulary.at("same", "silent")
    found = tuple(word for word in _cut(plain) if re.search("[一-鿿]", word) and word not in silent)
    return found or (plain,)


def bare(name: str) -> str:
    """A name without what stands in brackets."""
    return re.sub("[((（][^))）]*[))）]", "", name).replace(" ", "")


def learned(mention: Mention, aliases: Sequence[Alias]) -> Alias | None:
    """The correction that a person has made for these words, or for words very like them; the first of equals."""
    said = set(pairs(phrase(mention)))
    best, found = LEAST_ALIAS, None
    for alias in aliases:
        if (
            alias.unit == mention.full_unit
            and (like := likeness(said, set(pairs(alias.words)))) >= best
            and (found is None or like > best)
        ):
            best, found = like, alias
    return found


def values_said(mention: Mention, names: Mapping[str, str]) -> list[str]:
    """Which values of a dimension the text names for a figure: those of its clause, else of its sentence, else of its paragraph."""
    for text in (mention.clause, mention.sentence, mention.heading, mention.paragraph):
        found = [code for code, name in names.items() if _named_in(name, text)]
        if found:
            return found
    return []


def _named_in(name: str, text: str) -> bool:
    parts = words(name)
    silent = vocabulary.at("same", "silent")
    return not set(parts) <= set(silent) and all(part in text or any(other in text for other in same(part)) for part in parts)


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
    if (counted := vocabulary.at("counted").get(candidate.code.removesuffix(".distinct"))) is not None:
        return 1.0 if mention.unit in counted else 0.0
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
