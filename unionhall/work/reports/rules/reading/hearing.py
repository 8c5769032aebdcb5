"""What is said of a figure: which words stand around it, and how strongly; the nearer, the stronger.

However many words are looked for and however many figures share a sentence, each text is gone through once.
"""

from collections.abc import Iterable
from functools import cache, lru_cache

from unionhall.work.reports.rules.reading import vocabulary
from unionhall.work.reports.rules.reading.report import Mention

NEAR, BESIDE, CLAUSE, BEHIND, SENTENCE, LEAD, HEADING = 1.4, 1.4, 1.0, 0.5, 0.35, 0.35, 0.25
OF_A_WHOLE = 0.7
SAME, SAME_IN_A_FRAME = 0.6, 0.5
KEPT = 4096
LOOKED_BACK = 24

Weights = dict[str, float]


class Words:
    """Words that are looked for in texts, all at once."""

    def __init__(self, words: Iterable[str]) -> None:
        self.known = frozenset(words)
        self.lengths: dict[str, tuple[int, ...]] = {}
        for word in self.known:
            self.lengths[word[0]] = tuple({*self.lengths.get(word[0], ()), len(word)})
        self.inside = lru_cache(KEPT)(self.look)
        self.hidden = lru_cache(KEPT)(self._hidden)

    def look(self, text: str) -> frozenset[str]:
        """Those that stand in a text, overlapping ones too."""
        known, lengths = self.known, self.lengths
        return frozenset(
            word
            for at, first in enumerate(text)
            if first in lengths
            for length in lengths[first]
            if (word := text[at : at + length]) in known
        )

    def _hidden(self, text: str) -> dict[str, frozenset[str]]:
        """Those that stand in a text only inside longer ones, with these: 慰问 in 慰问金."""
        spans = [
            (at, at + length, text[at : at + length])
            for at, first in enumerate(text)
            for length in sorted(self.lengths.get(first, ()), reverse=True)
            if text[at : at + length] in self.known and at + length <= len(text)
        ]
        found: dict[str, frozenset[str]] = {}
        free: set[str] = set()
        for place, (start, end, word) in enumerate(spans):
            longer = {
                other
                for first, last, other in spans[max(0, place - LOOKED_BACK) : place]
                if first <= start and end <= last and other != word
            }
            if longer:
                found[word] = found.get(word, frozenset()) | longer
            else:
                free.add(word)
        return {word: longer for word, longer in found.items() if word not in free}

    def said(self, texts: Iterable[tuple[str, float]], like: float) -> Weights:
        """How strongly each word is said in weighted texts, itself or by its like."""
        direct: Weights = {}
        for text, weight in texts:
            for word in self.inside(text):
                if direct.get(word, 0.0) < weight:
                    direct[word] = weight
        found = dict(direct)
        for word, weight in direct.items():
            for other in same(word):
                if found.get(other, 0.0) < weight * like:
                    found[other] = weight * like
        return found


def near(mention: Mention, *, lead: bool = False) -> tuple[tuple[str, float], ...]:
    """The texts around a figure, each with its weight; with the sentence before its own, where nothing else helps."""
    around = OF_A_WHOLE if mention.part else SENTENCE
    texts = (
        (mention.near, BESIDE),
        (mention.led, NEAR),
        (mention.before, CLAUSE),
        (mention.clause, BEHIND),
        (mention.sentence, around),
    )
    return (*texts, (mention.lead, LEAD)) if lead else texts


def titles(mention: Mention) -> tuple[tuple[str, float], ...]:
    """What stands above a figure."""
    return (mention.heading, HEADING), (mention.section, HEADING)


@cache
def same(word: str) -> tuple[str, ...]:
    """The words that mean the same as a word."""
    return tuple(other for group in vocabulary.at("same", "groups") if word in group for other in group if other != word)


def pairs(text: str) -> list[str]:
    """The pairs of neighbouring characters of a text, without signs between words."""
    runs = "".join(char if "一" <= char <= "鿿" else " " for char in text).split()
    return [run[index : index + 2] for run in runs for index in range(len(run) - 1)]


@lru_cache(KEPT)
def pair_set(text: str) -> frozenset[str]:
    """The different pairs of a text."""
    return frozenset(pairs(text))


@lru_cache(KEPT)
def pairs_said(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The pairs of a text, and those of the words that mean the same as some of it."""
    alike = (group for group in vocabulary.at("same", "groups") if any(word in text for word in group))
    return pair_set(text), frozenset(pair for group in alike for pair in pairs(" ".join(group)))


def pair_weights(mention: Mention) -> Weights:
    """How strongly each pair is said of a figure: its own clause most, then the sentence, then the heading."""
    found: Weights = {}
    for text, weight in ((mention.heading, HEADING), (mention.sentence, SENTENCE), (mention.clause, CLAUSE)):
        direct, alike = pairs_said(text)
        for some, strong in ((direct, weight), (alike, weight * SAME)):
            for pair in some:
                if found.get(pair, 0.0) < strong:
                    found[pair] = strong
    return found
