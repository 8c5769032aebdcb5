"""What a cell means: lenient about how people write, strict about what it says."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Protocol

from unionhall.lib import hanzi_numbers, idnumber, money, phone
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text

LONGEST, MOST = 2_000, 10**12  # characters of a text, and the greatest number, where a column says no less
SCIENTIFIC = re.compile(r"[+-]?\d(\.\d+)?E\+?\d{1,3}", re.IGNORECASE)
NO_RESULT = "#FORMULA!"  # what `lib.sheet_reader` puts in the place of a formula that nobody has calculated
FAULTS = {  # what stands in a cell instead of a value
    "#N/A": Text("公式没有找到对应的值", "the formula found no value"),
    "#REF!": Text("公式引用的单元格或工作表已不存在", "the cells or the sheet that the formula names are gone"),
    "#NAME?": Text("公式里有不认识的名称或函数", "the formula holds an unknown name or function"),
    "#VALUE!": Text("公式用错了数据类型", "the formula was given the wrong kind of value"),
    "#DIV/0!": Text("公式的除数是 0", "the formula divides by 0"),
    "#NUM!": Text("公式算不出有效的数", "the formula comes to no valid number"),
    "#NULL!": Text("公式引用的区域没有交集", "the ranges that the formula names do not meet"),
    "#SPILL!": Text("公式结果没有地方展开", "the formula has no room for its results"),
    "#CALC!": Text("公式无法计算", "the formula cannot be calculated"),
}
_FAULT = re.compile(r"#[A-Z][A-Z0-9/_]{1,19}[!?]")
_MEND_FAULT = Text("请在原表中改正公式，或改填实际内容。", "Mend the formula in the sheet, or write the value itself.")
YES = frozenset(["是", "有", "对", "真", "√", "✓", "✔", "1", "y", "yes", "true", "t", "已"])
NO = frozenset(["否", "无", "不", "没有", "假", "×", "✗", "x", "0", "n", "no", "false", "f", "未"])
UNSEEN = {"Cf", "Cc", "Co", "Cs"}
FIRST_DAY, LAST_DAY = date(1880, 1, 1), date(2199, 12, 31)
EXCEL_EPOCH = date(1899, 12, 30)
_DAY = re.compile(
    r"(\d{4})\s*[-/.年、\s]\s*(\d{1,2})\s*[-/.月、\s]\s*(\d{1,2})\s*[日号]?(?:[T\s]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?"
)
_MONTH = re.compile(r"(\d{4})\s*[-/.年、\s]\s*(\d{1,2})\s*月?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_COMPACT_MONTH = re.compile(r"((?:19|20|21)\d{2})(\d{2})")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_WORDED = re.compile(r"(\d{1,2})[-\s/]([A-Za-z]{3})[A-Za-z]*[-\s/,]+(\d{4})")
_HANZI_DAY = re.compile(r"([零〇一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月(?:([一二三四五六七八九十]{1,3})[日号])?")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_ORDINARY = re.compile(
    r"[ -~\u4e00-\u9fff\u3001\u3002\u300a\u300b\u201c\u201d\u2018\u2019\u00b7，；：（）！？]*"
)  # nothing to narrow, hide or compose
_WHOLE = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.0+)?\s*(?:人次|人|次|户|家|个|件|名|项|场|份|册|本)?")


class Choice(Protocol):
    """One value that a column offers."""

    @property
    def code(self) -> str:
        """What is kept."""

    @property
    def label(self) -> Text:
        """What is written."""

    @property
    def aliases(self) -> tuple[str, ...]:
        """What people write instead."""


class Column(Protocol):
    """What a column must tell so that its cells can be read."""

    @property
    def kind(self) -> str:
        """How a cell is read: a key of the readers below."""

    @property
    def required(self) -> bool:
        """Whether it may be empty."""

    @property
    def choices(self) -> tuple[Any, ...]:
        """What a column of the kind "choice" offers: Choice."""

    @property
    def most(self) -> int:
        """The greatest whole number that it takes."""

    @property
    def longest(self) -> int:
        """The most characters that a text may have."""


class BadCell(Exception):
    """A cell that cannot be taken: what is wrong, and how to mend it. Never repeats the value."""

    def __init__(self, message: Text | str, mend: Text | str = "") -> None:
        super().__init__(str(message))
        self.message, self.mend = message, mend


def clean(text: str) -> str:
    """Text as it was meant: full-width letters and digits narrowed, unseen characters out, blanks trimmed and made one."""
    if (text.isascii() and text.isprintable()) or _ORDINARY.fullmatch(text):
        return text.strip() if "  " not in text else " ".join(text.split())
    narrow = "".join(
        unicodedata.normalize("NFKC", char) if "！" <= char <= "～" and char not in "，；：（）！？" else char for char in text
    )
    kept = "".join(char for char in narrow if char.isspace() or unicodedata.category(char) not in UNSEEN)
    return unicodedata.normalize("NFC", " ".join(kept.split()))


SELDOM_TWICE = frozenset({"id_number", "phone"})
MOST_REMEMBERED = 10_000


class Reader:
    """Reads the cells of one column. What a text meant once it means again: days, choices and amounts are read once a sheet.

    Numbers of documents and telephones hardly ever come twice, and are not held any longer than their row.
    """

    __slots__ = ("column", "known", "place")

    def __init__(self, column: Column, place: int | None) -> None:
        self.column, self.place = column, place
        self.known: dict[str, Any] = {}

    def read(self, cells: Sequence[str]) -> Any:
        """What the column's cell of a line means. Raises BadCell."""
        [meant] = self.read_all([cells])
        if isinstance(meant, BadCell):
            raise meant
        return meant

    def read_all(self, lines: Sequence[Sequence[str]]) -> list[Any]:
        """What the column's cell of each line means, BadCell in the place of one that cannot be taken."""
        place, known = self.place, self.known
        if place is None:
            return [self._meant("")] * len(lines)
        texts = [cells[place] if place < len(cells) else "" for cells in lines]
        return [known[text] if text in known else self._meant(text) for text in texts]

    def _meant(self, text: str) -> Any:
        try:
            meant = parse(self.column, text)
        except BadCell as bad:
            return bad.with_traceback(None)
        if len(self.known) < MOST_REMEMBERED and (not text or self.column.kind not in SELDOM_TWICE):
            self.known[text] = meant
        return meant


def parse(column: Column, raw: str) -> Any:
    """The value of a cell. Raises BadCell. Units stay text here: they are looked up together."""
    text = clean(raw)
    if not text or (text in {"-", "--", "——", "/", "无"} and column.kind not in {"text", "yes_no", "choice"}):
        if column.required:
            raise BadCell(Text("必填项为空。", "This must be filled in."), Text("请补填。", "Fill it in."))
        return "" if column.kind in _TEXTS else None
    if text.startswith("#"):
        _check_fault(text)
    if column.kind in _TEXTS and SCIENTIFIC.fullmatch(text):
        raise BadCell(
            Text(
                "此列被 Excel 转成了科学计数，末几位已丢失。",
                "Excel turned this number into scientific notation; its last digits are lost.",
            ),
            Text(
                "请在模板（文本格式）中重新填写，不要从科学计数的单元格复制。",
                "Write it anew into the template, whose cells are text; do not copy it from such a cell.",
            ),
        )
    return _READERS[column.kind](column, text)


def _check_fault(text: str) -> None:
    """Raise BadCell for what a spreadsheet shows instead of a value."""
    if text == NO_RESULT:
        raise BadCell(
            Text(
                "这一格是公式，文件里没有存它的计算结果（由程序生成、没有用表格软件打开过的文件常是这样）。",
                "This cell is a formula whose result the file does not carry (as in files that a program made and nobody opened).",
            ),
            Text(
                "请用 Excel 或 WPS 打开文件、保存后重新上传；或把这些格复制后“选择性粘贴为数值”；或在此直接填写。",
                "Open the file in Excel or WPS, save and bring it again; or paste these cells as values; or write the value here.",
            ),
        )
    if len(text) > 2 and not text.strip("#"):
        raise BadCell(
            Text(
                "这一格只有“#”号：列太窄，数字没有显示出来。", "This cell shows only “#”: its column was too narrow for the number."
            ),
            Text(
                "请在原表中加宽这一列后重新导出，或改填实际内容。",
                "Widen the column and export once more, or write the value itself.",
            ),
        )
    if text in FAULTS or _FAULT.fullmatch(text):
        why = FAULTS.get(text, Text("公式出错", "the formula failed"))
        raise BadCell(Text(f"单元格是公式错误值：{why.zh}。", f"The cell holds the error of a formula: {why.en}."), _MEND_FAULT)


_TEXTS = frozenset({"text", "id_number", "phone", "choice"})


def _text(column: Column, text: str) -> str:
    if len(text) > column.longest:
        most = f"{column.longest:,}"
        raise BadCell(Text(f"超过 {most} 字。", f"This is longer than {most} characters."), Text("请缩短。", "Shorten it."))
    return text


def _said(column: Column, text: str, read: Callable[[str], str]) -> str:
    try:
        return read(text)
    except Refused as refusal:
        message = refusal.message
        raise BadCell(
            message if isinstance(message, Text) else str(message), Text("请核对原件。", "Compare the document.")
        ) from None


def _id_number(column: Column, text: str) -> str:
    return _said(column, text.lstrip("'‘’`"), lambda given: idnumber.check_typed(given).text)


def _phone(column: Column, text: str) -> str:
    return _said(column, text.lstrip("'‘’`"), phone.normalise)


def _money(column: Column, text: str) -> int:
    try:
        return money.parse(text.removeprefix("人民币").removesuffix("整"))
    except ValueError:
        raise BadCell(
            Text("不是金额。", "This is no amount."),
            Text("只填数字，单位为元，最多两位小数，不能为负。", "Write yuan in digits, at most two decimals, not negative."),
        ) from None


def _whole(column: Column, text: str) -> int:
    found = _WHOLE.fullmatch(text)
    if found is None:
        raise BadCell(Text("不是整数。", "This is no whole number."), Text("只填 0 或正整数。", "Write digits only: 0 or more."))
    number = int(found.group(1).replace(",", ""))
    if number > column.most:
        most = f"{column.most:,}"
        raise BadCell(Text(f"不能大于 {most}。", f"This cannot be more than {most}."), Text("请核对数字。", "Check the number."))
    return number


def _yes_no(column: Column, text: str) -> bool:
    folded = text.casefold()
    if folded in YES:
        return True
    if folded in NO:
        return False
    raise BadCell(Text("只能填“是”或“否”。", "Write yes or no."), Text("请填“是”或“否”。", "Write yes or no."))


def _choice(column: Column, text: str) -> str:
    code = _codes(column.choices).get(text.casefold().replace(" ", ""))
    if code is None:
        zh = "、".join(choice.label.zh for choice in column.choices[:12])
        en = ", ".join(choice.label.en for choice in column.choices[:12])
        raise BadCell(Text("不在可选项内。", "This is not one of the choices."), Text(f"请填：{zh}。", f"Write one of: {en}."))
    return code


_known: dict[int, tuple[tuple[Choice, ...], dict[str, str]]] = {}  # by identity, which is cheaper than to hash; held, so it stays


def _codes(choices: tuple[Choice, ...]) -> Mapping[str, str]:
    if id(choices) not in _known:
        words = [
            (word, choice.code) for choice in choices for word in (choice.code, choice.label.zh, choice.label.en, *choice.aliases)
        ]
        _known[id(choices)] = choices, {word.casefold().replace(" ", ""): code for word, code in reversed(words)}
    return _known[id(choices)][1]


def _date(column: Column, text: str) -> date:
    return _checked(_day_in(text))


def _day_month(column: Column, text: str) -> date:
    for shape in (_MONTH, _COMPACT_MONTH):
        if found := shape.fullmatch(text):
            return _checked((int(found.group(1)), int(found.group(2)), 1))
    return _checked(_day_in(text))


def _day_in(text: str) -> tuple[int, int, int] | None:
    """Year, month and day as they are written, whatever the shape; None for what is no date."""
    for shape in (_DAY, _COMPACT):
        if found := shape.fullmatch(text):
            return int(found.group(1)), int(found.group(2)), int(found.group(3))
    if (found := _SERIAL.fullmatch(text)) and 20_000 <= int(found.group(1)) <= 80_000:
        day = EXCEL_EPOCH + timedelta(days=int(found.group(1)))
        return day.year, day.month, day.day
    if (found := _WORDED.fullmatch(text)) and found.group(2).lower() in _MONTHS:
        return int(found.group(3)), _MONTHS.index(found.group(2).lower()) + 1, int(found.group(1))
    if found := _HANZI_DAY.fullmatch(text):
        try:
            year, month, day_of_month = (int(hanzi_numbers.parse(part or "一")) for part in found.groups())
        except ValueError:  # 十十月
            return None
        return year, month, day_of_month
    return None


def _checked(parts: tuple[int, int, int] | None) -> date:
    mend = Text("请写成 2025-03-05。", "Write it as 2025-03-05.")
    if parts is None:
        raise BadCell(Text("看不出是哪一天。", "This is no date."), mend)
    try:
        day = date(*parts)
    except ValueError:
        raise BadCell(Text("日期不存在。", "That day does not exist."), mend) from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise BadCell(Text("日期超出合理范围。", "That day is out of any reasonable range."), mend)
    return day


_READERS: dict[str, Callable[[Column, str], Any]] = {
    "text": _text,
    "unit": _text,
    "id_number": _id_number,
    "phone": _phone,
    "money": _money,
    "whole": _whole,
    "number": _whole,
    "yes_no": _yes_no,
    "choice": _choice,
    "date": _date,
    "moment": _date,
    "day_month": _day_month,
}
