"""Doubles across a whole registry: recall and precision on seeded errors of clerks, seconds and memory.

`python bench/doubles.py [how many files]` (default 200,000); needs the extra `scale` (ends with 3 without it) and no database.
One file in thirty is entered a second time with an error of the kinds that clerks make. Strangers who look alike are
seeded too: couples and parents on one phone, twins, namesakes of one employer, people with a recycled number.
"""

import argparse
import os
import random
import resource
import sys
import time
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from harness import SEED, need_extra

need_extra("scale", "duckdb", "splink")

from unionhall.kernel.people import adapters  # noqa: E402
from unionhall.lib import idnumber, likeness, pinyin  # noqa: E402
from unionhall.lib.refusal import Refused  # noqa: E402

SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢"
GIVEN = (
    "伟维威芳方娜敏民静敬丽利力强蔷磊雷军君洋扬勇永艳燕杰洁娟涛滔明鸣超朝秀霞侠平萍刚岗桂英莹华桦建健国文雯斌彬辉晖波博红宏鸿志智"
)
MINORITY = ("阿卜杜·热合曼", "买买提·艾力", "古丽娜尔·吐尔逊", "扎西·多吉", "阿依古丽·买买提", "巴特尔·孟和")
HOMOPHONES: dict[str, list[str]] = {}
KINDS = ("homophone", "swapped digits", "interpunct", "other number", "employer", "retyped", "mistyped twice", "of the spouse")


@dataclass(frozen=True, slots=True)
class One:
    """An invented person with everything that a file says."""

    name: str
    number: str
    phone: str
    employer: str
    home: int


def _homophones() -> None:
    by_sound: dict[str, list[str]] = {}
    for character in dict.fromkeys(GIVEN):
        by_sound.setdefault(pinyin.readings("王" + character)[0], []).append(character)
    for characters in by_sound.values():
        for character in characters:
            HOMOPHONES[character] = [other for other in characters if other != character]


def somebody(dice: random.Random, unions: int) -> One:
    """A person who cannot exist: area 99, phones that begin with 100; surnames and employers as unequal as in life."""
    surname = SURNAMES[min(int(dice.expovariate(1 / 9)), len(SURNAMES) - 1)]
    given = "".join(dice.choices(GIVEN, k=1 if dice.random() < 0.15 else 2))
    name = dice.choice(MINORITY) if dice.random() < 0.02 else surname + given
    born = date(1960, 1, 1) + timedelta(days=dice.randrange(45 * 365))
    home = int(unions * dice.random() ** 2)
    return One(name, _number(dice, born), f"100{dice.randrange(10**8):08d}", f"第{home}实业有限公司", home)


def _number(dice: random.Random, born: date) -> str:
    body = f"99{dice.randrange(10_000):04d}{born:%Y%m%d}{dice.randrange(1_000):03d}"
    return body + idnumber.checksum(body)


def swapped(text: str, place: int) -> str:
    """Two neighbouring characters changed over."""
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def mistyped(number: str, dice: random.Random) -> str:
    """A number with two wrong digits, one of them in the serial number, that passes every check."""
    while True:
        digits = list(number)
        for place in (dice.randrange(17), dice.randrange(14, 17)):
            digits[place] = dice.choice("0123456789")
        try:
            text = idnumber.check("".join(digits)).text
        except Refused:
            continue
        if text != number:
            return text


def of_spouse(number: str, dice: random.Random) -> str:
    """The number of somebody of the other sex who is a few years older or younger."""
    born = min(date(int(number[6:10]), int(number[10:12]), 15) + timedelta(days=dice.randrange(-1800, 1800)), date(2005, 1, 1))
    serial = dice.randrange(100) * 10 + (int(number[16]) + 1) % 2
    body = f"{number[:6]}{born:%Y%m%d}{serial:03d}"
    return body + idnumber.checksum(body)


def erred(one: One, kind: str, dice: random.Random, unions: int) -> One:
    """The same person as a clerk entered them again; None as number where the clerk had none."""
    if kind == "homophone":
        places = [place for place, character in enumerate(one.name) if place and HOMOPHONES.get(character)]
        if places:
            place = dice.choice(places)
            return replace(one, name=one.name[:place] + dice.choice(HOMOPHONES[one.name[place]]) + one.name[place + 1 :], number="")
        return replace(one, number="")
    if kind == "swapped digits":
        if dice.random() < 0.5:
            return replace(one, phone=swapped(one.phone, dice.randrange(3, 10)), number="")
        body = swapped(one.number[:17], dice.choice([2, 3, 4, 14, 15]))
        return replace(one, number=body + idnumber.checksum(body))
    if kind == "mistyped twice":  # two digits of the number wrong, so that the check character fits
        return replace(one, number=mistyped(one.number, dice))
    if kind == "of the spouse":  # the valid number of somebody else
        return replace(one, number=of_spouse(one.number, dice))
    if kind == "interpunct":
        return replace(one, name=one.name.replace("·", ""), number="")
    if kind == "other number":
        return replace(one, number=f"E{dice.randrange(10**8):08d}")
    if kind == "employer":
        home = int(unions * dice.random() ** 2)
        return replace(one, number="", employer=f"第{home}实业有限公司", home=home)
    return replace(one, number="")


def alike(one: One, dice: random.Random, unions: int) -> One:
    """A stranger who looks like somebody: of the family, a twin, a namesake among colleagues, the next owner of the number."""
    other = somebody(dice, unions)
    way = dice.randrange(4)
    if way == 0:
        return replace(other, phone=one.phone)
    if way == 1:
        born = one.number[6:14]
        body = f"{one.number[:6]}{born}{dice.randrange(1_000):03d}"
        name = one.name[0] + "".join(dice.choices(GIVEN, k=max(1, len(one.name) - 1)))
        return replace(other, name=name, number=body + idnumber.checksum(body), employer=one.employer, home=one.home)
    if way == 2:
        return replace(other, name=one.name, employer=one.employer, home=one.home)
    return replace(other, name=one.name[0] + other.name[1:], phone=one.phone)


def file_of(number: int, one: One) -> likeness.File:
    """As the registry keeps the person."""
    told = idnumber.check(one.number) if one.number else None
    return likeness.File(
        number,
        one.name,
        (pinyin.readings(one.name) or [""])[0],
        told.birth if told else None,
        told.sex if told else "",
        one.number[-4:],
        one.phone[-4:],
        one.phone.encode(),
        one.employer,
        one.home,
    )


def registry(count: int, dice: random.Random) -> tuple[list[likeness.File], dict[tuple[int, int], str]]:
    """Files, and the pairs among them that are one person, each with its kind of error."""
    _homophones()
    unions = max(20, count // 70)
    files: list[likeness.File] = []
    truth: dict[tuple[int, int], str] = {}
    while len(files) < count:
        one = somebody(dice, unions)
        files.append(file_of(len(files), one))
        drawn = dice.random()
        if drawn < 1 / 30:
            kind = dice.choice([each for each in KINDS if each != "interpunct" or "·" in one.name])
            truth[len(files) - 1, len(files)] = kind
            files.append(file_of(len(files), erred(one, kind, dice, unions)))
        elif drawn < 2 / 30:
            files.append(file_of(len(files), alike(one, dice, unions)))
        elif "·" in one.name and drawn < 0.3:
            truth[len(files) - 1, len(files)] = "interpunct"
            files.append(file_of(len(files), erred(one, "interpunct", dice, unions)))
    return files, truth


def main() -> None:
    """Seed, search, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", nargs="?", type=lambda text: int(text.replace("_", "")), default=200_000)
    count = parser.parse_args().count
    files, truth = registry(count, random.Random(SEED))
    begun, worked = time.perf_counter(), time.process_time()
    found = {(one.first, one.second) for one in adapters.search(files)}
    taken, cpu = time.perf_counter() - begun, time.process_time() - worked
    right = found & truth.keys()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(files):,} files, {len(truth):,} doubles seeded, {len(found):,} pairs found, load {os.getloadavg()[0]:.1f}")
    print(f"recall {len(right) / len(truth):.4f}  precision {len(right) / max(len(found), 1):.4f}  (goals 0.95, 0.99)")
    kinds, held = Counter(truth.values()), Counter(truth[pair] for pair in right)
    print("recall by kind: " + ", ".join(f"{kind} {held[kind] / kinds[kind]:.3f} of {kinds[kind]:,}" for kind in sorted(kinds)))
    print(f"search {taken:.1f} s ({cpu:.1f} s of processor), {memory:,.0f} MiB in all with the files in memory")


if __name__ == "__main__":
    main()
