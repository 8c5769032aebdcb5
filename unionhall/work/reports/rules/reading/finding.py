"""Every number of a cleaned text that says how many or how much: its value, hedge, step and classifier.

What a number is not is decided first (dates, ordinals, document numbers, list marks, names); then digits count with any
classifier, and numbers in characters only with a strict one and outside names of frameworks.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from unionhall.catalogue import printing
from unionhall.lib import hanzi_numbers
from unionhall.work.reports.rules.reading import vocabulary
from unionhall.work.reports.rules.reading.blocking import Blocked

AT_MOST = "at_most"
_BACK = 16  # so many characters before a number may tell what it is
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?"
_SCALE = {"": 1, "百": 100, "千": 1000} | {
    few + many: fold * 10**zeros
    for few, fold in (("", 1), ("十", 10), ("百", 100), ("千", 1000))
    for many, zeros in (("万", 4), ("亿", 8))
}
_ROUND = re.compile("[十百千万亿]+")
_LOW, _ANY = "一二三四五六七八九", "零一二三四五六七八九十百千万亿点"
_HANZI = rf"[二两{_LOW[2:]}][两{_ANY}]*|十[{_LOW}]?[万亿]?|[十百千]?[万亿]|[百千]|一[百千万][{_ANY}]*"


@dataclass(frozen=True, slots=True)
class Number:
    """One number as printed: `start` and `end` in the cleaned text, value exact, step of its print."""

    start: int
    end: int
    digits_at: int
    after: int
    value: Decimal
    qualifier: str
    step: Decimal
    measure: str
    kind: str = "count"
    unit: str = ""
    passed: bool = False
    written: bool = False


def numbers(text: str) -> list[Number]:
    """All counting numbers of a cleaned text, in their order."""
    blocked = Blocked(text)
    found = [
        *_claims(text, blocked),
        *_ranges(text, blocked),
        *_of_two_scales(text, blocked),
        *_digits(text, blocked),
        *_percents(text, blocked),
        *_characters(text, blocked),
    ]
    kept: list[Number] = []
    for one in sorted(found, key=lambda number: (number.digits_at, -number.end)):
        if not kept or one.digits_at >= kept[-1].after:
            kept.append(one)
    return kept


@cache
def _hedge(place: str) -> tuple[str, dict[str, str]]:
    """The hedges of a place as one alternation, and the qualifier of each."""
    words = {
        word: qualifier for qualifier, some in vocabulary.at("hedges", place).items() if isinstance(some, list) for word in some
    }
    return "|".join(sorted(words, key=len, reverse=True)), words


def _meaning(place: str, word: str) -> str:
    return next((qualifier for shape, qualifier in _hedge(place)[1].items() if re.fullmatch(shape, word)), printing.EXACT)


@cache
def _tail() -> str:
    inside, after = _hedge("inside")[0], _hedge("after")[0]
    return (
        rf"(?P<mid>{inside})?(?P<scale>[十百千]?[万亿]|[百千])?(?P<late>{inside})?(?P<more>(?<=[百千](?:{inside}))[万亿])? ?"
        rf"(?P<measure>{vocabulary.longest_first('measures')})?(?P<post>{after})?"
    )


@cache
def _arabic() -> re.Pattern[str]:
    return re.compile(rf"(?<![\dA-Za-z.\-/])(?P<number>{_DIGITS})(?![A-Za-z\d]) ?{_tail()}")


@cache
def _end_of_range() -> re.Pattern[str]:
    return re.compile(rf"(?P<number>{_DIGITS})(?![A-Za-z\d]) ?{_tail()}")


@cache
def _before() -> re.Pattern[str]:
    floors = "|".join(word for name in ("at_least", "at_most") for word in vocabulary.at("hedges", "before", name))
    joined, led_in = vocabulary.at("hedges", "joined"), vocabulary.at("hedges", "led_in")
    return re.compile(rf"(?:(?P<word>{_hedge('before')[0]}){joined}|(?P<floor>{floors}){led_in}) ?$")


def hedge_before(text: str, position: int) -> tuple[str, int]:
    """The hedge that stands before a number and where it starts; ("", position) without one."""
    found = _before().search(text, max(0, position - 8), position)
    if found is None:
        return "", position
    word = found.group("word") or found.group("floor")
    unless = vocabulary.at("hedges", "unless_after").get(word)
    if unless and found.start() and re.match(unless, text[found.start() - 1]):
        return "", position
    return word, found.start()


def _digits(text: str, blocked: Blocked) -> list[Number]:
    found = []
    for match in _arabic().finditer(text):
        if blocked.at(match.start("number")):
            continue
        if one := _number(text, match, Decimal(match.group("number").replace(",", ""))):
            found.append(one)
    return found


@cache
def _two_scales() -> re.Pattern[str]:
    return re.compile(rf"(?<![\dA-Za-z.\-/])(?P<high>\d+)(?P<upper>[万亿])(?P<number>\d{{1,4}})(?![\dA-Za-z]) ?{_tail()}")


def _of_two_scales(text: str, blocked: Blocked) -> list[Number]:
    """Numbers of two scales: 2万2千余人次, 3亿5000万元."""
    found = []
    for match in _two_scales().finditer(text):
        low = None if blocked.at(match.start("high")) else _number(text, match, Decimal(match.group("number")))
        upper = _SCALE[match.group("upper")]
        if low is None or low.value >= upper:
            continue
        word, start = hedge_before(text, match.start("high"))
        hedge = _meaning("before", word) if word else low.qualifier
        value = Decimal(match.group("high")) * upper + low.value
        found.append(replace(low, start=start, digits_at=match.start("high"), value=value, qualifier=hedge))
    return found


def _number(text: str, match: re.Match[str], digits: Decimal, *, written: bool = False) -> Number | None:
    measure, end = _measure(text, match)
    scale = Decimal(_SCALE[(match.group("scale") or "") + (match.group("more") or "")])
    inside = match.group("mid") or match.group("late") or ""
    if not measure and not inside and not match.group("scale") and not _introduced(text, match):
        return None
    word, start = hedge_before(text, match.start("number"))
    post = (match.group("post") or "") if end == match.end() else ""
    qualifier = vocabulary.at("measures", measure).get("hedge", "") if measure else ""
    qualifier = qualifier or _qualifier(word, inside, post)
    if qualifier == printing.EXACT and _within(text, measure, end):
        qualifier, end = AT_MOST, end + 1
    value = digits * scale
    step = step_of(digits, qualifier) * scale
    return Number(
        start=start,
        end=end,
        digits_at=match.start("number"),
        after=end,
        value=value,
        qualifier=qualifier,
        step=step,
        measure=measure,
        passed=bool(word) and qualifier == printing.MORE_THAN,
        written=written,
    )


def _measure(text: str, match: re.Match[str]) -> tuple[str, int]:
    """The classifier after a number, unless the word goes on (项目, 户外); and where the number ends with it."""
    measure = match.group("measure")
    bare = match.start("measure") if measure else match.end("post") if match.group("post") else match.end()
    if measure:
        unless = vocabulary.at("measures", measure).get("unless")
        if not (unless and re.match(unless, text[match.end("measure") : match.end("measure") + 2] or "\n")):
            return measure, match.end()
        shorter = [word for word in vocabulary.at("measures") if measure.startswith(word) and word != measure]
        return ("", bare) if not shorter else (shorter[0], bare + len(shorter[0]))
    return "", len(match.group()[: bare - match.start()].rstrip()) + match.start()


def _within(text: str, measure: str, end: int) -> bool:
    """Whether a length of time is a limit: 15个工作日内."""
    return measure in vocabulary.at("hedges", "within", "measures") and text.startswith(
        vocabulary.at("hedges", "within", "word"), end
    )


@cache
def _people() -> re.Pattern[str]:
    people = "|".join(one for one in vocabulary.at("families", "person") if not one.startswith("人"))
    return re.compile(f"(?:{vocabulary.at('attributes', 'of_people')})?(?:{people})")


def _introduced(text: str, match: re.Match[str]) -> bool:
    """Whether a number without classifier is led in as a value, 会员总数达到230456, or stands in a computation, 47×3000=."""
    before, start = text[max(0, match.start() - 3) : match.start()], match.start("number")
    follows = text[match.end() : match.end() + 1]
    if any(one.start() <= start < one.end() for one in _equation().finditer(text, max(0, start - 2 * _BACK), start + 3 * _BACK)):
        return True
    digits = match.group("number").replace(",", "").partition(".")[0]
    if digits.isdecimal() and len(digits) > 1 and _people().match(text, match.end()):
        return not 1900 <= int(digits) < 2100 or bool(hedge_before(text, start)[0])  # else a year: 2024职工文化节
    return bool(re.search("(?:达|达到|增至|升至|降至|共计|总数|合计|[:]|为)$", before)) and (not follows or follows in ",。;、)\n")


@cache
def _equation() -> re.Pattern[str]:
    times, equals = vocabulary.at("sums", "times"), vocabulary.at("sums", "equals")
    factor = r"\d[\d,.]*[^\d\s=]{0,6}?"
    return re.compile(rf"{factor} ?(?:(?:{times}) ?{factor} ?){{1,3}}(?:{equals}) ?\d")


def _qualifier(before: str, inside: str, after: str) -> str:
    if after and (meaning := _meaning("after", after)) not in (printing.EXACT, printing.MORE_THAN):
        return meaning
    if before and (meaning := _meaning("before", before)) != printing.EXACT:
        return meaning
    return printing.MORE_THAN if inside or after else printing.EXACT


def value_of(words: str) -> Decimal | None:
    """The value of a number in characters, 百 alone being a hundred; None where they are none (三四十, 千百)."""
    try:
        return hanzi_numbers.parse(f"一{words}" if words in _SCALE else words)
    except ValueError:
        return None


def step_of(digits: Decimal, qualifier: str) -> Decimal:
    """The step of printed digits: their last place; of a hedged one the place of its last digit that is not 0 (700余: 100).

    近 speaks of the last tenth before the number (近3000: from 2900).
    """
    exponent = digits.as_tuple().exponent
    last = Decimal(10) ** min(int(exponent), 0)
    if qualifier in (printing.EXACT, printing.AT_LEAST, AT_MOST) or not digits:
        return last
    place = last
    while digits % (place * 10) == 0:
        place *= 10
    leading = digits / place
    return place / 10 if qualifier == printing.NEARLY and leading < 10 and place > last else place


@cache
def _range() -> re.Pattern[str]:
    of = f"(?:{vocabulary.longest_first('measures')})"
    return re.compile(
        rf"(?<![\dA-Za-z.\-/])(?P<low>{_DIGITS})(?P<own>[十百千]?[万亿]?{of}|[十百千]?[万亿])?"
        rf"(?:{vocabulary.at('hedges', 'between', 'dash')})(?={_DIGITS})"
    )


def _ranges(text: str, blocked: Blocked) -> list[Number]:
    """Both ends of a range: 2—3名 is at least 2 and at most 3. What changes from one to the other is no range."""
    change = re.compile(vocabulary.at("hedges", "between", "not_after"))
    found = []
    for match in _range().finditer(text):
        last = _end_of_range().match(text, match.end())
        if (
            last is None
            or blocked.at(match.start("low"))
            or blocked.at(match.end())
            or change.search(text, max(0, match.start() - _BACK), match.start())
        ):
            continue
        high = _number(text, last, Decimal(last.group("number").replace(",", "")))
        if high is None or not high.measure or (match.group("own") and not match.group("own").endswith(high.measure)):
            continue
        own = re.match("[十百千]?[万亿]", match.group("own") or "")
        scale = Decimal(_SCALE[(own.group() if own else "" if match.group("own") else last.group("scale")) or ""])
        digits = Decimal(match.group("low").replace(",", ""))
        if digits * scale >= high.value:
            continue
        low = replace(high, start=match.start(), end=high.end, digits_at=match.start(), after=match.end(), value=digits * scale)
        steps = (step_of(digits, printing.EXACT) * scale, high.step)
        found.append(replace(low, qualifier=printing.AT_LEAST, step=steps[0]))
        found.append(replace(high, qualifier=AT_MOST, step=steps[1], start=match.end()))
    return found


def _percents(text: str, blocked: Blocked) -> list[Number]:
    """百分之九十五, 近九成."""
    found = []
    shapes = (
        rf"百分之(?P<number>{_DIGITS}|{_HANZI}|一百?)(?P<post>以上|左右)?",
        r"(?P<number>[一二三四五六七八九\d])成(?P<rest>[一二三四五六七八九半])?(?P<post>以上|多|左右)?(?![立功果为本长熟型])",
    )
    led = re.compile(f"(?:{vocabulary.at('hedges', 'led', 'words')})了?$")
    for index, shape in enumerate(shapes):
        for match in re.finditer(shape, text):
            word, start = hedge_before(text, match.start())
            rest = match.groupdict().get("rest") or ""
            if blocked.at(match.start()) or (index and not (word or match.group("post") or rest or _is_led(text, match, led))):
                continue
            share = value_of(match.group("number"))
            if share is None:
                continue
            value = share * (10 if index else 1)
            value += {"": Decimal(0), "半": Decimal(5)}.get(rest) or hanzi_numbers.parse(rest or "零")
            qualifier = _qualifier(word, "", match.group("post") or "")
            step = Decimal(1 if rest else 10) if index else step_of(value, printing.EXACT)
            found.append(
                Number(start, match.end(), match.start(), match.end(), value, qualifier, step, "%", kind="rate", written=True)
            )
    return found


def _is_led(text: str, match: re.Match[str], led: re.Pattern[str]) -> bool:
    """Whether tenths without a hedge are a share: a word for a share or a change before them, and nothing that goes on."""
    return (
        re.match("[,。;、)的]|$", text[match.end() :]) is not None
        and led.search(text, max(0, match.start() - _BACK), match.start()) is not None
    )


@cache
def _in_characters() -> re.Pattern[str]:
    measures = "|".join(sorted(vocabulary.at("frameworks", "measures"), key=len, reverse=True))
    inside = _hedge("inside")[0]
    return re.compile(
        rf"(?<![第十百千万亿零〇一二三四五六七八九数几每各逐单同统双多之年])(?P<number>{_HANZI})(?P<mid>{inside})?(?P<scale>)(?P<late>)(?P<more>)"
        rf"(?P<measure>{measures})(?P<post>以上|左右)?"
    )


def _characters(text: str, blocked: Blocked) -> list[Number]:
    """Counts in characters: 四个议题, 两场, 百名; an article (一个) or a framework (四个方面) is none."""
    after = re.compile(vocabulary.at("frameworks", "after"))
    found = []
    for match in _in_characters().finditer(text):
        follows = text[match.end() : match.end() + 8]
        framed = match.group("measure") not in vocabulary.at("frameworks", "people") and after.match(follows)
        if framed or blocked.at(match.start("number")):
            continue
        value = value_of(match.group("number"))
        if value is not None and (one := _number(text, match, value, written=True)) and one.measure:
            around = _ROUND.fullmatch(match.group("number")) is not None and one.qualifier == printing.EXACT
            if around and match.group("number") != "十":
                reaching = _reaching(text, match.start())
                one = replace(
                    one, qualifier=printing.AT_LEAST if reaching else printing.APPROX, step=value, start=one.start - reaching
                )
            found.append(one)
    for match in re.finditer(vocabulary.at("frameworks", "duration"), text):
        value = value_of(match.group(1))
        if value is not None and not blocked.at(match.start()):
            found.append(
                Number(*match.span(), *match.span(), value, printing.EXACT, Decimal(1), "年", kind="duration", written=True)
            )
    return found


def _reaching(text: str, position: int) -> int:
    """The length of the word that makes a round number a floor: 上百万元; not 线上, 网上."""
    word = vocabulary.at("frameworks", "reaching")
    unless = vocabulary.at("hedges", "unless_after")[word]
    reaching = text.endswith(word, 0, position) and not re.match(unless, text[position - len(word) - 1 : position] or " ")
    return len(word) if reaching else 0


def _claims(text: str, blocked: Blocked) -> list[Number]:
    """Ranks and wholes that are claimed in words: 全省第一, 全覆盖."""
    found = []
    for claim in vocabulary.at("claims"):
        for match in re.finditer(claim["pattern"], text):
            if blocked.silent[match.start()] and claim["kind"] != "rank":
                continue
            if blocked.quoted[match.start()] and claim.get("value") != 0:
                continue
            named = match.groupdict().get("value")
            value = value_of(named) if named else Decimal(claim["value"])
            if value is None:
                continue
            span, kind = (*match.span(), *match.span()), claim["kind"]
            found.append(Number(*span, value, printing.EXACT, Decimal(1), "", kind=kind, unit=claim["unit"], written=True))
    return found
