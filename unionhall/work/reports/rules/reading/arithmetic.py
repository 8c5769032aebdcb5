"""Sums inside a text: rates of two printed ends, products of a number and a rate, parts and their total, changes.

Everything is computed exactly from what is printed and compared by the printing rules; hedged ends are left alone
where no exact statement can be made.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from unionhall.catalogue import printing
from unionhall.work.reports.rules.reading import verdicts, vocabulary
from unionhall.work.reports.rules.reading.report import Mention, Reading

RATE, PRODUCT, SUM, CHANGE = "rate", "product", "sum", "change"
_NEAR = 220
_MOST_IN_A_SENTENCE, _MOST_ENDS = 100, 12
_APART = 40  # so many characters stand at most between the numbers of a computation
_SHARES = {"percent": 100, "permille": 1000}
_FAR_OFF = 30  # percentage points by which a misprint is not off: then the ends are those of something else


@dataclass(frozen=True, slots=True)
class Check:
    """One computation that the text invites: `result` was printed, `expected` follows from the `terms` (indices of mentions)."""

    kind: str
    result: int
    terms: tuple[int, ...]
    expected: Fraction
    verdict: str
    extra: int = 0


def checks(reading: Reading) -> list[Check]:
    """Every computation of a text, sentence by sentence, in the order of their results."""
    found = list(_equations(reading))
    written = {(one.kind, one.result) for one in found}
    for some in _by_sentence(reading):
        taken = set(written)
        for make in (_changes, _rates, _products, _sums):
            new = [one for one in make(reading, some) if (one.kind, one.result) not in taken]
            taken |= {(one.kind, one.result) for one in new}
            found += new
    return sorted(found, key=lambda one: (reading.mentions[one.result].at, one.kind))


def _by_sentence(reading: Reading) -> Iterator[list[int]]:
    """The mentions of each sentence; a semicolon does not part what a full stop holds together. A text without ends is cut."""
    text, last = reading.cleaned.text, 0
    group: list[int] = []
    for index, one in enumerate(reading.mentions):
        if len(group) == _MOST_IN_A_SENTENCE or (group and re.search("[。!?\n]", text[last : one.at])):
            yield group
            group = []
        group.append(index)
        last = one.at
    if group:
        yield group


def _exact(one: Mention) -> bool:
    return one.qualifier == printing.EXACT and one.kind not in ("rank", "duration")


def _prints(one: Mention, value: Fraction) -> bool:
    """Whether an exact value would be printed as a mention is."""
    return verdicts.prints(one.value, one.qualifier, one.step, value, passed=one.passed, rate=one.unit in verdicts.RATES)


def _rates(reading: Reading, some: list[int]) -> Iterable[Check]:
    text, mentions = reading.cleaned.text, reading.mentions
    rate_word = re.compile(vocabulary.at("sums", "rate"))
    for place, index in enumerate(some):
        rate = mentions[index]
        if rate.unit != "percent" or rate.qualifier not in (printing.EXACT, printing.AT_LEAST, printing.MORE_THAN, printing.NEARLY):
            continue
        if not rate_word.search(text, max(0, rate.at - 24), rate.at) or _is_change(text, rate):
            continue
        ends = [
            one for one in some[:place] if _exact(mentions[one]) and _counts(mentions[one]) and rate.at - mentions[one].at <= _NEAR
        ][-_MOST_ENDS:]
        if ends and (check := _rate(text, mentions, index, ends)):
            yield check


def _rate(text: str, mentions: tuple[Mention, ...], index: int, ends: list[int]) -> Check | None:
    rate = mentions[index]
    last = mentions[ends[-1]]
    excepted = _excepted(text, last)
    pairs = [
        (one, other)
        for position, one in enumerate(ends)
        for other in ends[position + 1 :]
        if _alike(mentions[one], mentions[other]) and not _per_rate(text, mentions, other, index)
    ]
    left = re.compile(vocabulary.at("sums", "left"))
    options = []
    for one, other in pairs:
        part, whole = sorted((mentions[one].value, mentions[other].value))
        options.append((one, other, part, whole))
    for one, other, part, whole in options:
        share = Fraction(part) / Fraction(whole) * 100 if whole else None
        if share is not None and _prints(rate, share):
            return Check(RATE, index, (one, other), share, verdicts.HOLDS)
        if share is not None and left.search(text, mentions[one].at, rate.at) and _prints(rate, 100 - share):
            return Check(RATE, index, (one, other), 100 - share, verdicts.HOLDS)
    if excepted:
        share = Fraction(last.value) / (Fraction(last.value) + excepted) * 100
        return Check(RATE, index, (ends[-1],), share, verdicts.HOLDS if _prints(rate, share) else verdicts.DIFFERS, excepted)
    if options and ends[-1] in options[-1][:2] and _no_full_stop_between(text, last, rate):
        one, other, part, whole = options[-1]
        share = Fraction(part) / Fraction(whole) * 100 if whole else None
        if share is not None and abs(share - Fraction(rate.value)) <= _FAR_OFF:
            return Check(RATE, index, (one, other), share, verdicts.DIFFERS)
    return None


def _no_full_stop_between(text: str, end: Mention, rate: Mention) -> bool:
    """Whether the rate follows its end at once: at most one comma between them."""
    return len(re.findall("[,。;]", text[end.at : rate.at])) <= 1


def _per_rate(text: str, mentions: tuple[Mention, ...], end: int, rate: int) -> bool:
    """Whether another rate already stands between an end and this rate: then the end belongs to that one."""
    return (
        any(mentions[one].unit == "percent" for one in range(end + 1, rate))
        and text[mentions[end].at : mentions[rate].at].count(",") > 2
    )


def _excepted(text: str, one: Mention) -> int:
    """How many are named as exceptions just before a number: 除甲、乙外, 8个."""
    named = list(re.finditer(vocabulary.at("sums", "except"), text[max(0, one.at - 48) : one.at]))
    if not named or re.search("[。;]", text[max(0, one.at - 48) + named[-1].end() : one.at]):
        return 0
    return len([name for name in re.split("[、和及与]", named[-1].group(1)) if name])


def _counts(one: Mention) -> bool:
    return one.unit not in ("percent", "permille", "point", "") and one.kind in ("count", "rule", "target") and not one.per


def _alike(one: Mention, other: Mention) -> bool:
    return one.unit == other.unit or (one.measure == other.measure and one.measure != "")


def _products(reading: Reading, some: list[int]) -> Iterable[Check]:
    """A number of receivers, an amount for each, and what it comes to."""
    text, mentions = reading.cleaned.text, reading.mentions
    for place, index in enumerate(some):
        each = mentions[index]
        if not each.per or each.unit != "CNY" or "/" in each.per or each.per in ("year", "month", "quarter", "week", "day"):
            continue
        numbers = [one for one in some[:place] if _exact(mentions[one]) and _counts(mentions[one]) and mentions[one].unit != "CNY"]
        totals = [
            one
            for one in some[place + 1 :]
            if mentions[one].unit == "CNY" and not mentions[one].per and _is_total(text, mentions[one])
        ]
        if numbers and totals and _exact(each):
            expected = Fraction(mentions[numbers[-1]].value) * Fraction(each.value)
            total = mentions[totals[0]]
            yield Check(
                PRODUCT, totals[0], (numbers[-1], index), expected, verdicts.HOLDS if _prints(total, expected) else verdicts.DIFFERS
            )


def _equations(reading: Reading) -> Iterator[Check]:
    """A computation that the text writes out: 47户 × 3000元 = 141000元, or 共计 for the sign; a share stays a share."""
    text, mentions = reading.cleaned.text, reading.mentions
    times, equals = (re.compile(rf"(?:{vocabulary.at('sums', sign)})\s*$") for sign in ("times", "equals"))
    factors: list[int] = []
    for index, one in enumerate(mentions):
        between = text[mentions[index - 1].at : one.at] if index and one.at - mentions[index - 1].at <= _APART else ""
        if factors and times.search(between):
            factors.append(index)
            continue
        said = {mentions[term].unit for term in factors}
        ends = equals.search(between) or (one.unit in said and _is_total(text, one) and not re.search("[。;\n]", between))
        if len(factors) > 1 and ends and all(mentions[term].qualifier == printing.EXACT for term in factors):
            expected = Fraction(1)
            for term in factors:
                expected *= Fraction(mentions[term].value) / _SHARES.get(mentions[term].unit, 1)
            yield Check(PRODUCT, index, tuple(factors), expected, verdicts.HOLDS if _prints(one, expected) else verdicts.DIFFERS)
        factors = [index]


def _is_total(text: str, one: Mention) -> bool:
    before = text[max(0, one.at - 14) : one.at]
    before = before[max(before.rfind(sign) for sign in ",。;\n") + 1 :]
    return any(word in before for word in vocabulary.at("sums", "total_before"))


def _sums(reading: Reading, some: list[int]) -> Iterable[Check]:
    """A total with its parts after it (其中, 包括), or parts in a row and then their total (共计)."""
    text, mentions = reading.cleaned.text, reading.mentions
    for place, index in enumerate(some):
        total = mentions[index]
        if not (_exact(total) and _counts(total)):
            continue
        if after := _parts_after(text, mentions, index, some[place + 1 :]):
            yield from _sum(text, mentions, index, after, closed=False)
        elif place >= 2 and _is_total(text, total):
            before = _parts_before(text, mentions, index, some[:place])
            if len(before) >= 2:
                yield from _sum(text, mentions, index, before, closed=True)


def _parts_after(text: str, mentions: tuple[Mention, ...], index: int, rest: list[int]) -> list[int]:
    total = mentions[index]
    found = vocabulary.any_of("sums", "parts").search(text, total.at, mentions[rest[0]].at) if rest else None
    if found is None or re.search("[。;\n]", text[total.at : found.start()]):
        return []
    parts: list[int] = []
    bracket = text.find(")", found.end()) if text[found.start() - 1 : found.start()] == "(" else -1
    for one in rest:
        part = mentions[one]
        if not _alike(total, part) or not _exact(part) or 0 <= bracket < part.at:
            break
        parts.append(one)
    return parts


def _parts_before(text: str, mentions: tuple[Mention, ...], index: int, before: list[int]) -> list[int]:
    parts: list[int] = []
    end = mentions[index].at
    for one in reversed(before):
        part = mentions[one]
        if not (_alike(mentions[index], part) and _exact(part)) or re.search("[。;\n]", text[part.at : end]) or part.per:
            break
        parts.insert(0, one)
        end = part.at
    return parts


def _sum(text: str, mentions: tuple[Mention, ...], total: int, parts: list[int], *, closed: bool) -> Iterable[Check]:
    """A single part only may not exceed its total; several are to add up, unless 等 leaves the list open."""
    whole = Fraction(mentions[total].value)
    added = sum((Fraction(mentions[one].value) for one in parts), Fraction(0))
    first, last = mentions[parts[0]], mentions[parts[-1]]
    said = text[min(first.at, mentions[total].at) : last.at + len(last.printed) + 2]
    is_open = any(word in said for word in vocabulary.at("sums", "open"))
    if _prints(mentions[total], added):
        if len(parts) > 1:
            yield Check(SUM, total, tuple(parts), added, verdicts.HOLDS)
    elif (added > whole and not closed) or (len(parts) > 1 and (closed or not is_open) and whole <= 2 * added <= 4 * whole):
        yield Check(SUM, total, tuple(parts), added, verdicts.DIFFERS)


def _is_change(text: str, rate: Mention) -> bool:
    return (
        re.search(rf"(?:{vocabulary.at('sums', 'change')})[了达为约近超过]{{0,3}}$", text[max(0, rate.at - 10) : rate.at])
        is not None
    )


def _changes(reading: Reading, some: list[int]) -> Iterable[Check]:
    """From a number to another, and the change in percent."""
    text, mentions = reading.cleaned.text, reading.mentions
    for place in range(2, len(some)):
        old, new, rate = (mentions[one] for one in some[place - 2 : place + 1])
        if rate.unit != "percent" or not _is_change(text, rate) or not old.value or not (_exact(old) and _exact(new)):
            continue
        from_to = re.search(vocabulary.at("sums", "from_to"), text[max(0, old.at - 18) : old.at])
        rose = re.search(vocabulary.at("sums", "rose_to"), text[max(0, new.at - 6) : new.at])
        if from_to and rose and _alike(old, new):
            fell = re.search(vocabulary.at("sums", "fell"), text[max(0, rate.at - 10) : rate.at])
            change = (Fraction(new.value) - Fraction(old.value)) / Fraction(old.value) * 100 * (-1 if fell else 1)
            yield Check(
                CHANGE,
                some[place],
                (some[place - 2], some[place - 1]),
                change,
                verdicts.HOLDS if _prints(rate, change) else verdicts.DIFFERS,
            )


def plain(value: Fraction) -> int | float:
    """An exact value as a number of JSON: whole, or to four places."""
    return int(value) if value.denominator == 1 else round(float(value), 4)


def number(value: Decimal) -> int | float:
    """A printed value as a number of JSON."""
    return int(value) if value == value.to_integral_value() else float(value)
