"""Which indicator or programme a figure speaks of: words shared between its sentence and the names of what is counted.

Programmes are compared by pairs of characters, indicators by the words of their frames; both are weighted by how rare they
are among the names. What a person has corrected once is asked first.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import itemgetter

from unionhall.lib.later import Later
from unionhall.work.reports.rules.reading import governing, hearing, vocabulary
from unionhall.work.reports.rules.reading.hearing import KEPT, Weights, pair_set, pairs, same
from unionhall.work.reports.rules.reading.report import Mention
from unionhall.work.reports.rules.reading.units import MONEY

_cut = Later("rjieba.cut")
ABOUT = 0.1
LEAST_ALIAS = 0.62
LEAST_OF_A_SLOT = 0.2
LEAST_OF_A_FRAME, RARE, MORE_WORDS, AROUND = 0.33, 0.05, 0.25, 0.35
AT_HOME = 1.2
OF_A_CLAUSE = 0.5
SECOND_UNIT = 0.7
UNCOUNTED = ""
OTHERWISE = 0.9  # of equals, what is counted goes before what is not


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
Heard = tuple[float, float]
Hidden = Mapping[str, frozenset[str]]
NOTHING: Hidden = {}


@dataclass(frozen=True, slots=True)
class Frame:
    """The words of a name: one of each slot is to be said, none of `unless` in the clause and none of `not_near` beside the
    number itself; words of `around` may stand anywhere in the sentence or a heading above it.
    """

    slots: Slots
    around: Slots = ()
    unless: tuple[str, ...] = ()
    not_near: tuple[str, ...] = ()

    @classmethod
    def of(cls, name: str) -> "Frame":
        """A frame as the vocabulary writes it: @审计 发现/查出 问题 !率."""
        kinds: dict[str, list[tuple[str, ...]]] = {"": [], "@": [], "!": [], "~": []}
        for part in name.split():
            sign = part[0] if part[0] in kinds else ""
            kinds[sign].append(tuple(part[len(sign) :].split("/")))
        unless, not_near = (tuple(word for some in kinds[sign] for word in some) for sign in "!~")
        return cls(tuple(kinds[""]), tuple(kinds["@"]), unless, not_near)

    def beside(self, place: int) -> Iterator[str]:
        """The words of its other slots."""
        return (word for other, slot in enumerate(self.slots) if other != place for word in slot)


class _Index:
    """The names of everything that may be proposed, ready to be asked many times; and how rare their words are."""

    def __init__(self, candidates: Sequence[Candidate], frames: Sequence[Frame]) -> None:
        self.candidates, self.frames = candidates, frames
        said_of: dict[str, set[str]] = defaultdict(set)
        self.slots: dict[bool, dict[str, list[tuple[int, int]]]] = {True: defaultdict(list), False: defaultdict(list)}
        for index, (one, frame) in enumerate(zip(candidates, frames, strict=True)):
            for place, slot in enumerate(frame.slots):
                for word in slot:
                    said_of[word].add(_plain(one.code))
                    self.slots[one.frame][word].append((index, place))
        many = len({_plain(one.code) for one in candidates})
        self.rarity = {word: math.log(1 + many / (len(codes - {UNCOUNTED}) or 1)) for word, codes in said_of.items()}
        names = [{word for slot in frame.slots for word in slot} for frame in frames]
        self.about = [set(pairs(one.about)) - name for one, name in zip(candidates, names, strict=True)]

    def heard(self, said: Weights, *, frames: bool = False, hidden: Hidden = NOTHING) -> dict[int, dict[int, Heard]]:
        """Of each name, or frame, of which anything is said, the strongest word of each slot: its weight and how rare it is.

        A word that is said only inside a longer one of another slot of the frame is not said beside it: 慰问 in 慰问金.
        """
        found: dict[int, dict[int, Heard]] = defaultdict(dict)
        slots = self.slots[frames]
        for word, weight in said.items():
            inside = hidden.get(word)
            for index, place in slots.get(word, ()):
                if inside and not inside.isdisjoint(self.frames[index].beside(place)):
                    continue
                best = (weight, self.rarity[word])
                if found[index].get(place, best) <= best:
                    found[index][place] = best
        return found

    def told(self, index: int, context: Weights) -> float:
        """How much of what is told about a candidate is said as well."""
        return ABOUT * math.sqrt(sum(context.get(pair, 0.0) for pair in self.about[index]))


class Names(_Index):
    """Candidates whose names are compared by pairs of characters, of which a share of `least` is to be said; of any unit."""

    def __init__(self, candidates: Sequence[Candidate], least: float) -> None:
        self.least = least
        super().__init__(candidates, [Frame(tuple((pair,) for pair in dict.fromkeys(pairs(one.name)))) for one in candidates])
        self.whole = [sum(self.rarity[pair] for (pair,) in frame.slots) for frame in self.frames]
        self.kept: dict[tuple[str, str, str], list[Proposal]] = {}

    def proposals(self, mention: Mention) -> list[Proposal]:
        """The candidates of whose names enough is said, best first."""
        asked = mention.heading, mention.sentence, mention.clause
        if asked not in self.kept:
            if len(self.kept) >= KEPT:
                self.kept.clear()
            self.kept[asked] = self._all(mention)
        return self.kept[asked]

    def _all(self, mention: Mention) -> list[Proposal]:
        context = hearing.pair_weights(mention)
        found = []
        for index, slots in self.heard(context).items():
            cover = sum(weight * rarity for weight, rarity in slots.values()) / self.whole[index]
            if cover < self.least:
                continue
            rare = 1 + RARE * self.whole[index] / len(self.frames[index].slots)
            shared = cover * (1 + MORE_WORDS * (len(self.frames[index].slots) - 1)) * rare
            found.append(Proposal(self.candidates[index].code, shared + self.told(index, context), cover))
        return _best(found)


class Index(_Index):
    """Candidates whose names are frames of words, or are to be said whole."""

    def __init__(self, counted: Sequence[Candidate]) -> None:
        candidates = [*counted, *_uncounted()]
        super().__init__(candidates, [self._frame(one) for one in candidates])
        around = {word for frame in self.frames for slot in frame.around for word in slot}
        never = {word for frame in self.frames for word in (*frame.unless, *frame.not_near)}
        named = {*self.slots[True], *self.slots[False]}
        like = {other for word in named for other in same(word)}
        matters = {word for matter in vocabulary.at("matters").values() for word in matter["words"]}
        self.words = hearing.Words({*named, *like, *around, *never, *matters})
        self.rooms = {one.room for one in candidates}
        self.fits: dict[str, dict[int, float]] = {}

    @staticmethod
    def _frame(one: Candidate) -> Frame:
        if one.frame:
            never = vocabulary.at("never").get(_plain(one.code), [])
            return Frame.of(f"{one.name} !{'/'.join(never)}" if never else one.name)
        return Frame(tuple((word,) for word in dict.fromkeys(words(one.name))))

    def proposals(self, mention: Mention, most: int = 5, *, rooms: Sequence[str] = ()) -> list[Proposal]:
        """The candidates that fit, best first; those of `rooms` are favoured. None where what nobody counts fits best."""
        follows = mention.clause[len(mention.before) :]
        if vocabulary.any_of("alone", "before").search(mention.before) or vocabulary.any_of("alone", "after").match(follows):
            return []
        if mention.unit not in self.fits:
            self.fits[mention.unit] = {at: fit for at, one in enumerate(self.candidates) if (fit := unit_fit(one, mention.unit))}
        found = self._framed(mention, rooms) or (self._framed(mention, rooms, lead=True) if mention.lead else [])
        if not found:
            usual = self._usual(mention)
            return [Proposal(usual, 0.0, 0.0)] if usual else []
        best = self._with_the_governed(mention, _best(found))
        return [one for one in best if one.code != UNCOUNTED][:most] if best[0].code != UNCOUNTED else []

    def _with_the_governed(self, mention: Mention, best: list[Proposal]) -> list[Proposal]:
        """What fits, and before it what the verb of the figure speaks of, where words from further off alone fit otherwise."""
        governed = tuple(code for code in governing.governed(mention)[0] if not self._never(code, mention))
        if (
            not governed
            or best[0].code == UNCOUNTED
            or best[0].cover >= OF_A_CLAUSE
            or any(_plain(one.code) in governed for one in best)
        ):
            return best
        return [*(Proposal(code, 0.0, 0.0) for code in governed[:1]), *best]

    def _usual(self, mention: Mention) -> str:
        """What a figure mostly is where no frame fits, by its unit, its verb or its matter; "" where its clause says otherwise."""
        known = vocabulary.at("usual")
        usual = known.get(mention.unit) or known.get(mention.measure)
        usual = usual or next(iter(governing.governed(mention)[0]), "") or self._of_its_matter(mention)
        return "" if usual and self._never(usual, mention) else usual

    @staticmethod
    def _never(code: str, mention: Mention) -> bool:
        """Whether the clause says that a figure is something else than this fact."""
        return any(word in mention.clause for word in vocabulary.at("never").get(_plain(code), ()))

    def _of_its_matter(self, mention: Mention) -> str:
        """What a figure of its unit mostly is in the matter of its own words, else of its clause or sentence; "" without one."""
        matters = [one for one in vocabulary.at("matters").values() if mention.unit in one]
        for text in (mention.near, mention.clause, mention.sentence):
            said = self.words.inside(text)
            told = [(len(said.intersection(one["words"])), str(one[mention.unit])) for one in matters]
            if max(told, default=(0, ""))[0]:
                return max(told, key=itemgetter(0))[1]
        return ""

    def _framed(self, mention: Mention, rooms: Sequence[str], *, lead: bool = False) -> list[Proposal]:
        texts, titles = hearing.near(mention, lead=lead), hearing.titles(mention)
        hidden = self.words.hidden(mention.sentence)
        in_frames = self.heard(self.words.said(texts, hearing.SAME_IN_A_FRAME), frames=True, hidden=hidden)
        in_names = self.heard(self.words.said((*texts, *titles), hearing.SAME))
        at_home_in = {*rooms, *vocabulary.at("homes").get(mention.unit, ())} & self.rooms
        clause, up_to, beside = (self.words.inside(text) for text in (mention.clause, governing.from_verb(mention), mention.near))
        anywhere = frozenset[str]().union(*(self.words.inside(text) for text, _weight in ((mention.sentence, 0.0), *titles)))
        fits = self.fits[mention.unit]
        (governed, favoured), spent = (
            governing.governed(mention),
            mention.unit == MONEY,
        )  # 投入8万元为…发放: what it went for says nothing
        found, context = [], None
        for index in sorted(fits.keys() & (in_frames.keys() | in_names.keys())):
            one, frame = self.candidates[index], self.frames[index]
            slots = (in_frames if one.frame else in_names).get(index, {})
            if len(slots) < len(frame.slots) or min(slots.values())[0] < LEAST_OF_A_SLOT:
                continue
            asked = up_to if spent and _plain(one.code) in governed else clause
            if not (asked.isdisjoint(frame.unless) and beside.isdisjoint(frame.not_near)) or any(
                anywhere.isdisjoint(words_of) for words_of in frame.around
            ):
                continue
            cover = sum(weight for weight, _rarity in slots.values()) / len(slots)
            if cover >= LEAST_OF_A_FRAME:
                context = context or hearing.pair_weights(mention)
                rare = 1 + RARE * sum(rarity for _weight, rarity in slots.values()) / len(slots)
                shared = cover * (1 + MORE_WORDS * (len(slots) - 1) + AROUND * len(frame.around)) * rare
                favour = OTHERWISE if one.code == UNCOUNTED else AT_HOME if one.room in at_home_in else 1.0
                favour *= favoured if _plain(one.code) in governed else 1.0
                score = (shared + self.told(index, context)) * fits[index] * favour
                found.append(Proposal(one.code, score, cover))
        return found


def _best(some: Sequence[Proposal]) -> list[Proposal]:
    """The best proposal of each code, the best of all first."""
    best: dict[str, Proposal] = {}
    for one in some:
        if one.code not in best or one.score > best[one.code].score:
            best[one.code] = one
    return sorted(best.values(), key=lambda one: (-one.score, len(one.code)))


def _uncounted() -> list[Candidate]:
    """What reports speak of and the house does not count, as candidates without a code."""
    return [
        Candidate(UNCOUNTED, frame, units=tuple(units.split("/")), frame=True)
        for units, frames in vocabulary.at("uncounted").items()
        for frame in frames
    ]


def _plain(code: str) -> str:
    return code.removesuffix(".distinct")


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
    said = pair_set(phrase(mention)) if aliases else frozenset[str]()
    best, found = LEAST_ALIAS, None
    for alias in aliases:
        if (
            alias.unit == mention.full_unit
            and (like := likeness(said, pair_set(alias.words))) >= best
            and (found is None or like > best)
        ):
            best, found = like, alias
    return found


class Values:
    """The values of a dimension, looked for in texts by the words of their names; each text once."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names
        self.inside = lru_cache(KEPT)(self._inside)

    def _inside(self, text: str) -> tuple[str, ...]:
        return tuple(code for code, name in self.names.items() if _named_in(name, text))

    def said(self, mention: Mention) -> tuple[str, ...]:
        """Which of them the text names for a figure: those of its clause, else of its sentence, else of its paragraph."""
        texts = (mention.clause, mention.sentence, mention.heading, mention.paragraph)
        return next((found for text in texts if (found := self.inside(text))), ())


def _named_in(name: str, text: str) -> bool:
    parts = words(name)
    silent = vocabulary.at("same", "silent")
    return not set(parts) <= set(silent) and all(part in text or any(other in text for other in same(part)) for part in parts)


def unit_fit(candidate: Candidate, unit: str) -> float:
    """1 where the unit is the candidate's first, less where it is one of its others, 0 where it cannot be."""
    if candidate.units is None:
        return 1.0
    if (counted := vocabulary.at("counted").get(_plain(candidate.code))) is not None:
        return 1.0 if unit in counted else 0.0
    best = SECOND_UNIT if unit in vocabulary.at("also").get(_plain(candidate.code), ()) else 0.0
    for counted_in in candidate.units:
        possible = vocabulary.at("books").get(counted_in, [])
        if unit in possible:
            best = max(best, 1.0 if possible[0] == unit else SECOND_UNIT)
    return best


def phrase(mention: Mention) -> str:
    """The words around a number by which it is known again: its clause without numbers."""
    return "".join(char for char in mention.clause if "一" <= char <= "鿿" and char not in "一二三四五六七八九十百千万亿余多近约共")


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """How much two sets of pairs share, 0 to 1."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0
