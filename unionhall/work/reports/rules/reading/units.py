"""What a number counts: its classifier, and the noun beside it that makes 个 or 项 a site, an issue or a measure."""

import re
from functools import cache

from unionhall.lib.later import Later
from unionhall.work.reports.rules.reading import vocabulary
from unionhall.work.reports.rules.reading.finding import Number

_cut = Later("rjieba.cut")
_STOP = re.compile(r"[,。;:!?\n\d”\"]")
_STOP_BACK = re.compile(r"(?<!\d),|,(?!\d{3})|[。;:!?\n]")
_GOES_ON = re.compile("[的、了以)及与并]|和(?!谐)")  # behind a number: its noun stands before it
_ASIDE = re.compile(r"(?<=[一-鿿])\([一-鿿]{1,6}\)(?=[一-鿿])")  # 活动(服务)场所
_QUOTED = re.compile(r"(?<![为叫是称])“([^“”\n]{1,14})”")  # a noun goes on after a name: 省级“关爱室”示范点
_SENTENCE = re.compile(r"[。;!?\n]")
_FIRST_WORDS = 5
_AHEAD, _BACK, _FAR_BACK = 20, 22, 60
MONEY = "CNY"
EACH = ("branch", "place", "facility", "org", "team")
RATES = ("percent", "permille", "point")
SHARES = ("%", "‰", "个百分点", "百分点")  # of what grows for each head by so much it is no rate for each


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
    """The family of the nearest noun: after the number where it goes on, else before it; known by its word or by its head."""
    rest = text[number.end : number.end + _AHEAD]
    quoted = rest[:1] in '“"'
    ahead = _until(_attribute().sub("", _QUOTED.sub(r"\1", _ASIDE.sub("", rest)).lstrip('“" '), count=1).lstrip('“" '))
    if ahead and not _GOES_ON.match(ahead) and (found := _first(ahead, families, quoted=quoted)):
        return found
    back = text[max(0, number.start - _BACK) : number.start]
    stops = list(_STOP_BACK.finditer(back))
    return _last(back[stops[-1].end() :] if stops else back, families)


@cache
def _attribute() -> re.Pattern[str]:
    """A clause that tells more of a noun and stands before it, at the start of what follows a number."""
    return re.compile("^" + vocabulary.at("attributes", "clause"))


def noun_before(text: str, number: Number) -> str:
    """The family of the last noun of the clauses before a number's own, in its sentence: 建成小屋, 总数达到203个."""
    families = _families(number)
    back = text[max(0, number.start - _FAR_BACK) : number.start]
    stops = list(_SENTENCE.finditer(back))
    return _last(back[stops[-1].end() :] if stops else back, families) if families else ""


def _until(text: str) -> str:
    stop = _STOP.search(text)
    return text[: stop.start()] if stop else text


@cache
def _nouns(families: tuple[str, ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((family, re.compile("|".join(vocabulary.at("families", family)))) for family in families)


def _first(text: str, families: tuple[str, ...], *, quoted: bool = False) -> str:
    """The first noun or head: 2个派出所; the last of nouns that stand together: 28个比武项目; of a quoted name its last word."""
    hits = [(hit.start(), 0, -hit.end(), family) for family, shape in _nouns(families) for hit in shape.finditer(text)]
    heads = [(start, 1, -end, family) for start, end, family in _heads_of(text, families, quoted=quoted)]
    if not hits and not heads:
        return ""
    found = min([*hits, *heads])
    while joined := [one for one in hits if one[0] == -found[2]]:
        found = min(joined)
    return _unit(found[3])


def _last(text: str, families: tuple[str, ...]) -> str:
    """The last noun or head."""
    hits = [(found.end(), 1, -found.start(), family) for family, shape in _nouns(families) for found in shape.finditer(text)]
    heads = [(end, 0, -start, family) for start, end, family in _heads_of(text, families)]
    return _unit(max([*hits, *heads])[3] if hits or heads else "")


def _unit(family: str) -> str:
    return family.partition(".")[0]


def _heads_of(text: str, families: tuple[str, ...], *, quoted: bool | None = None) -> list[tuple[int, int, str]]:
    """Words whose last characters are a head, with their ends: all; after a number those of the first words, quoted the last."""
    found: list[tuple[int, int, str]] = []
    end = 0
    before = 0
    for place, word in enumerate(_cut(text)):
        start, end = end, end + len(word)
        if quoted is False and place >= _FIRST_WORDS:
            break
        if len(word) > 1 or before > 1:
            first = start if len(word) > 1 else start - before
            found += [(first, end, family) for family, shape in _heads(families) if shape.search(text, 0, end)]
        before = len(word)
    return found[-1:] if quoted else found


@cache
def _heads(families: tuple[str, ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    known = vocabulary.at("heads")
    return tuple((family, re.compile(f"(?:{known[family]})$")) for family in families if family in known)


def _bare(text: str, number: Number) -> str:
    """A number without classifier: people that follow at once, money beside a word for money, else whom the words name."""
    if re.match("|".join(vocabulary.at("families", "person")), text[number.end : number.end + _AHEAD]):
        return "person"
    if counted := re.search(vocabulary.at("attributes", "counted_in"), text[max(0, number.start - _BACK) : number.start]):
        return str(vocabulary.at("measures", counted.group(1))["unit"])
    around = text[max(0, number.start - 12) : number.start] + _until(text[number.end : number.end + 12])
    if number.value >= 1000 and any(word in around for word in vocabulary.at("money", "words")):
        return MONEY
    return noun(text, number, ("person", "org", "facility", "position"))


def per(text: str, number: Number) -> str:
    """For each of what a rate is said: 每人发放3000元 → person; "" where it is no rate."""
    clause = text[_clause_start(text, number.start) : number.digits_at]
    units = "|".join(sorted(vocabulary.at("per"), key=len, reverse=True))
    if behind := re.match(rf"/(?:{units})(?:/(?:{units}))?(?![一-鿿]*次)", text[number.end : number.end + 10]):
        return "/".join(vocabulary.at("per", one) for one in behind.group()[1:].split("/") if vocabulary.at("per", one) != "*")
    averages = "" if number.measure in SHARES else "|人均|户均"
    found = list(re.finditer(rf"每一?({units}){averages}", clause))
    if not found:
        return ""
    if len(found) > 1 and re.search(r"\d", clause[found[-2].end() : found[-1].start()]):
        found = found[-1:]  # a number stands between them: the first belongs to that one
    if re.search(vocabulary.at("attributes", "once"), clause[found[-1].end() :]):
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
