"""How sensitive values look to those who may not read them. Lengths never show more than the format itself tells.

Strengths follow common practice of Chinese public notices: an ID as 3 + 11 stars + 4, a mobile as 3 + 4 stars + 4, an
account by its last four digits, an address down to the district, a name by its surname and always two stars.
"""

import re

_COMPOUND = (
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 "
    "澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 "
    "司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 "
    "夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 公户 公玉 公仪 梁丘 公仲 "
    "公上 公门 公山 公坚 左丘 公伯 西门 公祖 第五 公乘 贯丘 公皙 南荣 东里 东宫 "
    "仲长 子书 子桑 即墨 达奚 褚师 纳兰 完颜 耶律 叶赫 那拉 爱新觉罗 "
)
COMPOUND_SURNAMES = frozenset(_COMPOUND.split())


def surname(name: str) -> str:
    """The surname of a Chinese name, compound ones whole; the first part of a name with interpuncts; "" of nothing."""
    if "·" in name:
        return name.partition("·")[0]
    for length in (4, 2):
        if len(name) > length and name[:length] in COMPOUND_SURNAMES:
            return name[:length]
    return name[:1]


def name(name: str) -> str:
    """张三 and 张三丰 both become 张**, 欧阳修 becomes 欧阳**; of a name with interpuncts the first character stays."""
    if not name:
        return ""
    return (name[:1] if "·" in name else surname(name)) + "**"


def id_number(number: str) -> str:
    """230***********1234; a shorter document keeps its first character and its last two."""
    if len(number) >= 15:
        return f"{number[:3]}***********{number[-4:]}"
    return f"{number[:1]}*****{number[-2:]}" if len(number) >= 7 else "*****"


def phone(number: str) -> str:
    """138****1234; anything that is not a mobile keeps its last two digits."""
    digits = re.sub(r"\D", "", number)
    if len(digits) >= 11:
        return f"{digits[-11:][:3]}****{digits[-4:]}"
    return f"****{digits[-2:]}" if len(digits) >= 5 else "****"


def account(number: str) -> str:
    """**** 1234: the last four characters of a bank account."""
    kept = re.sub(r"\s", "", number)
    return f"**** {kept[-4:]}" if len(kept) >= 8 else "****"


def address(text: str) -> str:
    """An address down to its district or county: 四川省成都市武侯区****; without one nothing is shown."""
    found = re.match(r"(.*?省|.*?自治区)?(.*?(?:自治州|地区|盟|市))?(.*?(?:自治县|自治旗|林区|特区|区|县|市|旗))?", text)
    shown = found.group(0) if found else ""
    return f"{shown}****"


def email(address: str) -> str:
    """z***@example.cn."""
    local, at, domain = address.partition("@")
    return f"{local[:1]}***@{domain}" if at else "***"


def hidden(_value: str) -> str:
    """A value of which nothing may show."""
    return "****"
