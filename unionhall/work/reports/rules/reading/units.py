"""What a number counts: its classifier, and the noun beside it that makes 个 or 项 a site, an issue or a measure."""

import re
from functools import cache

from unionhall.work.reports.rules.reading import vocabulary
from unionhall.work.reports.rules.reading.finding import Number

_STOP = re.compile(r"[,。;:!?\n\d“”\"]")
_STOP_BACK = re.compile(r"[,。;:!?\n]")
_AHEAD, _BACK = 20, 22
MONEY = "CNY"
EACH = ("branch", "place", "facility", "org", "team")
RATES = ("percent", "permille", "point")


def unit_of(text: str, number: Number) -> str:
    """The unit of a number, in the house's words for units; "" where the text does not say."""
    if number.unit:
        return number.unit
    if not number.measure:
        return _bare(text, number)
    entry = vocabulary.at("measures", number.measure)
    named = _families(number)
    return (noun(text, number, named) if named else "") or str(entry["unit"])


def decided(text: str, number: Number) -> bool:
    """Whether a noun beside the number decided its unit, so that it need not be carried over from the number before."""
    named = _families(number)
    return not named or bool(noun(text, number, named))


def _families(number: Number) -> tuple[str, ...]:
    families = vocabulary.at("measures", number.measure).get("families", []) if number.measure else []
    return tuple(vocabulary.at("families", "any") if families == ["*"] else families)


def noun(text: str, number: Number, families: tuple[str, ...]) -> str:
    """The family of the nearest noun: after the number where it goes on, else before it."""
    ahead = _until(text[number.end : number.end + _AHEAD].lstrip('“" '))
    if ahead and ahead[0] not in "的、了以)" and (found := _first(ahead, families)):
        return found
    back = text[max(0, number.start - _BACK) : number.start]
    stops = list(_STOP_BACK.finditer(back))
    return _last(back[stops[-1].end() :] if stops else back, families)


def _until(text: str) -> str:
    stop = _STOP.search(text)
    return text[: stop.start()] if stop else text


@cache
def _nouns(families: tuple[str, ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((family, re.compile("|".join(vocabulary.at("families", family)))) for family in families)


def _first(text: str, families: tuple[str, ...]) -> str:
    hits = [(found.start(), -found.end(), family) for family, shape in _nouns(families) if (found := shape.search(text))]
    return min(hits)[2] if hits else ""


def _last(text: str, families: tuple[str, ...]) -> str:
    hits = [(found.end(), -found.start(), family) for family, shape in _nouns(families) for found in shape.finditer(text)]
    return max(hits)[2] if hits else ""


def _bare(text: str, number: Number) -> str:
    """A number without classifier: money beside a word for money, else whom the words beside it name."""
    around = text[max(0, number.start - 12) : number.start] + _until(text[number.end : number.end + 12])
    if number.value >= 1000 and any(word in around for word in vocabulary.at("money", "words")):
        return MONEY
    return noun(text, number, ("person", "org", "facility", "position"))


def per(text: str, number: Number) -> str:
    """For each of what a rate is said: 每人发放3000元 → person; "" where it is no rate."""
    clause = text[_clause_start(text, number.start) : number.digits_at]
    units = "|".join(sorted(vocabulary.at("per"), key=len, reverse=True))
    found = list(re.finditer(rf"每一?({units})|人均|户均", clause))
    if not found:
        return ""
    named = []
    for one in found[-2:]:
        unit = vocabulary.at("per", one.group(1)) if one.group(1) else {"人": "person", "户": "household"}[one.group()[0]]
        named.append((_first(clause[one.end() : one.end() + _AHEAD], EACH) or "org") if unit == "*" else unit)
    return "/".join(named)


def _clause_start(text: str, position: int) -> int:
    for place in range(position - 1, max(-1, position - 60), -1):
        if text[place] in ",。;:!?\n":
            return place + 1
    return max(0, position - 60)
