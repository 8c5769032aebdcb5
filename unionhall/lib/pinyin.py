"""Chinese names as people find them: cleaned, read aloud in every possible way, and by their initials.

Readings come from pypinyin; surnames that it reads as the common word (单 曾 仇 翟 …) from the table here.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from unionhall.lib.later import Later
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text

lazy_pinyin, _pinyin = Later("pypinyin.lazy_pinyin"), Later("pypinyin.pinyin")  # its tables cost every process a fifth of a second
NORMAL = 0  # pypinyin.Style.NORMAL: without tones
LONGEST = 100
MOST_READINGS = 16
MOST_INITIALS = 32
MOST_KEYS = 100
_INTERPUNCTS = str.maketrans(dict.fromkeys("・•．‧∙⋅･•᛫⸱ㆍ", "·"))
_DOT_IN_HANZI = re.compile(r"(?<=[^\x00-\x7f\s·])\s*[.·]\s*(?=[^\x00-\x7f\s·])")
_LATIN = re.compile("[A-Za-z ]+")
_IDEOGRAPH = "[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_COMMON = re.compile(f"[\u4e00-\u9fff]{{1,{LONGEST}}}")  # nothing to compose, hide or trim
_BLANK_IN_HANZI = re.compile(f"(?<={_IDEOGRAPH}) (?={_IDEOGRAPH})")
_SURNAMES = (
    "单shan 單shan 曾zeng 仇qiu 翟zhai 解xie 区ou 區ou 查zha 朴piao 盖ge 蓋ge 缪miao 繆miao 繁po 折she 召shao 种chong 员yun 員yun "
    "贠yun 乐yue 樂yue 黑he 佴nai 秘bi 冼xian 洗xian 宓mi 祭zhai 瞿qu 覃qin 隗wei 那na 能nai 尉wei 牟mu 谌chen 諶chen 郇xun 郗xi "
    "乜nie 万wan 過guo 过guo 句gou 任ren 华hua 華hua 纪ji 應ying 应ying 车che 都du 燕yan 於yu 莘shen 眭sui 訾zi 仉zhang 逄pang "
    "褚chu 晁chao 宁ning 甯ning 薛xue 叶ye 沈shen 石shi 相xiang 撒sa 葛ge 阚kan 炅gui 藏zang 长chang 卜bu 便pian 柏bo 费fei 賁ben "
    "贲ben 钭tou 洪hong 俞yu 余yu 干gan 殷yin 曲qu 臧zang 占zhan 盛sheng 令ling 哈ha 强qiang 强qiang 谷gu 行xing 无wu 角jue 适kuo"
)
_COMPOUND = (
    "尉迟yu,chi 尉遲yu,chi 万俟mo,qi 澹台tan,tai 单于chan,yu 长孙zhang,sun 長孫zhang,sun 令狐ling,hu 亓官qi,guan 乐正yue,zheng "
    "宰父zai,fu 鲜于xian,yu 夏侯xia,hou 钟离zhong,li 皇甫huang,fu 宿勤su,qin 赫连he,lian 呼延hu,yan 濮阳pu,yang 颛孙zhuan,sun"
)


def _table(words: str) -> dict[str, list[str]]:
    found = (re.fullmatch(r"(\W+|[^a-z]+)([a-z,]+)", word) for word in words.split())
    return {match.group(1): match.group(2).split(",") for match in found if match}


SURNAMES = _table(_SURNAMES)
COMPOUND_SURNAMES = _table(_COMPOUND)


class BadName(Refused):
    """Something that is no name."""

    code = "bad_name"

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(Text(zh=zh, en=en), field="name")


@lru_cache(maxsize=16_384)
def normalise(name: str) -> str:
    """A name as it is kept: NFC, one kind of interpunct (U+00B7), no invisible or control characters, single blanks.

    Any script is a name, rare characters outside the basic plane too. Raises BadName for an empty one and for more
    than 100 characters.
    """
    if _COMMON.fullmatch(name):
        return name
    composed = unicodedata.normalize("NFC", name).translate(_INTERPUNCTS)
    visible = "".join(" " if character.isspace() else character for character in composed if _shows(character))
    plain = _BLANK_IN_HANZI.sub("", _DOT_IN_HANZI.sub("·", " ".join(visible.split())))
    if all(_kind(character) == "between" for character in plain):
        raise BadName("请填写姓名。", "Enter a name.")
    if len(plain) > LONGEST:
        raise BadName(f"姓名不能超过{LONGEST}个字。", f"A name has at most {LONGEST} characters.")
    return plain


def _shows(character: str) -> bool:
    """Whether a character is to be seen: no controls, marks of direction, zero-width ones, variants or lone surrogates."""
    if "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef":
        return False
    if ord(character) & 0xFFFE == 0xFFFE or "\ufdd0" <= character <= "\ufdef":
        return False
    return character.isspace() or unicodedata.category(character) not in {"Cc", "Cf", "Cs"}


@lru_cache(maxsize=65536)
def _character(character: str) -> tuple[str, ...]:
    """All readings of one Hanzi, the commonest first; of anything else itself in lower case."""
    found = _pinyin(character, style=NORMAL, heteronym=True, errors="ignore")
    return tuple(dict.fromkeys(reading.lower() for reading in (found[0] if found else []) if reading))


def is_hanzi(character: str) -> bool:
    """Whether a character is an ideograph, of planes and versions too that this Python does not know by name yet."""
    return "\U00020000" <= character <= "\U0003ffff" or unicodedata.name(character, "").startswith(
        ("CJK UNI", "CJK COMPATIBILITY I", "IDEOGRAPHIC NUMBER")
    )


@lru_cache(maxsize=256)
def _syllables(name: str) -> tuple[tuple[str, ...], ...]:
    """For each part of a name its readings, the likeliest first; surnames as surnames are read."""
    parts: list[tuple[str, ...]] = []
    plain = name.strip()
    compound = COMPOUND_SURNAMES.get(plain[:2], []) if len(plain) > 2 else []
    surname = compound or SURNAMES.get(plain[:1], [])
    for place, (token, hanzi) in enumerate(_tokens(plain)):
        readings = _character(token) if hanzi else (token.lower(),)
        if place < len(surname):
            readings = tuple(dict.fromkeys([surname[place], *readings]))
        if readings:
            parts.append(readings)
    return tuple(parts)


def _tokens(name: str) -> Iterator[tuple[str, bool]]:
    """Each Hanzi alone, runs of other letters together, separators dropped."""
    for kind, group in itertools.groupby(name, key=_kind):
        if kind == "hanzi":
            yield from ((character, True) for character in group)
        elif kind == "letters":
            yield "".join(group), False


@lru_cache(maxsize=65536)
def _kind(character: str) -> str:
    if is_hanzi(character):
        return "hanzi"
    letters = character.isalnum() or unicodedata.combining(character) or unicodedata.category(character) == "Co"
    return "letters" if letters else "between"


def _spread(parts: Iterable[tuple[str, ...]], most: int) -> list[str]:
    """Every combination up to a number, the likeliest first; the surname varies fastest, so that none of its readings is lost."""
    found = [""]
    for part in parts:
        found = [head + tail for tail in part for head in found][:most]
    return list(dict.fromkeys(found))


def readings(name: str) -> list[str]:
    """How a name may be read, without blanks and tones, the likeliest first: 单雄信 -> shanxiongxin, danxiongxin, …"""
    return _spread(_syllables(name), MOST_READINGS)


def initials(name: str) -> list[str]:
    """The initials of every reading, the likeliest first: 曾国藩 -> zgf, cgf."""
    return list(_initials(name))


@lru_cache(maxsize=256)
def _initials(name: str) -> tuple[str, ...]:
    return tuple(_spread([_letters(part) for part in _syllables(name)], MOST_INITIALS))


@lru_cache(maxsize=4_096)
def _letters(part: tuple[str, ...]) -> tuple[str, ...]:
    """With what the readings of one part of a name begin."""
    return tuple(dict.fromkeys(reading[0] for reading in part))


def search_keys(name: str) -> list[str]:
    """What a person is found by besides the likeliest reading: beginnings of initials, and other readings by syllables."""
    parts = _syllables(name)
    keys: dict[str, None] = {}
    for letters in _initials(name):
        keys.update(dict.fromkeys([letters[:end] for end in range(1, len(letters) + 1)]))
    doubtful = next((place for place, part in enumerate(parts) if len(part) > 1), len(parts))
    for length in range(doubtful + 1, len(parts) + 1):
        keys.update(dict.fromkeys(_spread(parts[:length], MOST_READINGS)[1:]))
    return list(keys)[:MOST_KEYS]


def grams(name: str) -> list[str]:
    """The characters of a name and its pairs of neighbours, by which any part is found; plain Latin ones are found by sound."""
    parts = [name[place : place + length] for length in (1, 2) for place in range(len(name) + 1 - length)]
    return list(dict.fromkeys(part for part in parts if not (part.isascii() and _LATIN.fullmatch(part))))


def of_phrase(text: str) -> str:
    """The reading of ordinary words, names of units among them, by phrases: 重庆市 -> chongqingshi."""
    return "".join(lazy_pinyin(text, style=NORMAL)).lower()
