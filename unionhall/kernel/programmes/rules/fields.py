"""Fields that staff add to a programme: what each kind accepts and how it is kept."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from unionhall.lib import money
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text

KINDS: dict[str, Text] = {
    "text": Text("单行文字", "one line of text"),
    "long_text": Text("多行文字", "several lines of text"),
    "number": Text("数字", "number"),
    "money": Text("金额（元）", "amount (yuan)"),
    "date": Text("日期", "day"),
    "choice": Text("单选", "one choice"),
    "choices": Text("多选", "several choices"),
    "yes_no": Text("是否", "yes or no"),
}
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_FIELDS = 30
LONGEST = {"text": 200, "long_text": 4000}
DIGITS = 15  # before the point
_NUMBER = re.compile(r"[+-]?(\d+)(?:\.\d{1,10})?", re.ASCII)


class FieldRefused(Refused):
    """A definition or a value of an own field that cannot be kept."""

    code = "field_refused"


@dataclass(frozen=True, slots=True)
class Field:
    """One own field as the rules see it."""

    code: str
    kind: str
    label: Text
    required: bool = False
    options: tuple[str, ...] = ()


def check_definition(field: Field, taken: Sequence[str]) -> None:
    """A new field has a plain code, a known kind, a label, and options exactly where it is a choice."""
    if not CODE.fullmatch(field.code):
        raise FieldRefused(
            Text(
                "字段代码须以小写字母开头，只含小写字母、数字和下划线，最长40个字符。",
                "A field code starts with a small letter and has only small letters, digits and underscores, 40 at most.",
            ),
            field="code",
        )
    if field.code in taken:
        raise FieldRefused(
            Text(
                f"本项目已有字段“{field.code}”，请换一个代码。",
                f"This programme already has a field “{field.code}”. Choose another code.",
            ),
            field="code",
        )
    if len(taken) >= MOST_FIELDS:
        raise FieldRefused(
            Text(
                f"一个项目最多{MOST_FIELDS}个自定义字段，请先停用不再需要的字段。",
                f"A programme has {MOST_FIELDS} own fields at most. Retire those no longer needed first.",
            )
        )
    if field.kind not in KINDS:
        raise FieldRefused(Text("请选择字段类型。", "Choose the kind of the field."), field="kind")
    if not field.label.zh.strip():
        raise FieldRefused(Text("请填写字段名称。", "Give the field a name."), field="label_zh")
    _check_options(field)


def _check_options(field: Field) -> None:
    choosing = field.kind in {"choice", "choices"}
    if choosing and len(set(field.options)) < 2:
        raise FieldRefused(Text("选项至少两个，且不能重复。", "Give at least two different options."), field="options")
    if choosing and len(set(field.options)) != len(field.options):
        raise FieldRefused(Text("选项不能重复。", "Each option may stand only once."), field="options")
    if not choosing and field.options:
        raise FieldRefused(Text("只有单选和多选字段才有选项。", "Only choices have options."), field="options")


def check_values(fields: Sequence[Field], given: Mapping[str, Any]) -> dict[str, Any]:
    """The values as a room stores them in `custom` (JSON-ready): unknown codes refused, each value typed.

    Money is kept in fen, days as ISO dates, numbers as decimal strings, so that nothing passes through a float. What was
    kept may be given again and stays as it is.
    """
    known = {field.code: field for field in fields}
    for code in given:
        if code not in known:
            raise FieldRefused(Text(f"本项目没有字段“{code}”。", f"This programme has no field “{code}”."), field=code)
    kept: dict[str, Any] = {}
    for field in fields:
        value = _typed(field, given.get(field.code))
        if value is None:
            if field.required:
                raise FieldRefused(Text(f"请填写“{field.label.zh}”。", f"Fill in “{field.label.en}”."), field=field.code)
            continue
        kept[field.code] = value
    return kept


def _typed(field: Field, raw: Any) -> Any:
    if raw is None or raw == "" or raw == []:
        return None
    if isinstance(raw, str) and not raw.strip():
        return None
    return _READERS[field.kind](field, raw)


def _refuse(field: Field, zh: str, en: str) -> FieldRefused:
    return FieldRefused(Text(f"“{field.label.zh}”{zh}", f"“{field.label.en}” {en}"), field=field.code)


def _text(field: Field, raw: Any) -> str:
    text = str(raw).strip()
    limit = LONGEST[field.kind]
    if len(text) > limit:
        raise _refuse(field, f"最多{limit}字，现有{len(text)}字。", f"takes {limit} characters at most; there are {len(text)}.")
    return text


def _number(field: Field, raw: Any) -> str:
    found = _NUMBER.fullmatch(unicodedata.normalize("NFKC", str(raw)).strip().replace(",", ""))
    if found is None:
        raise _refuse(field, "须填数字，例如 12 或 3.5。", "takes a number, such as 12 or 3.5.")
    if len(found.group(1).lstrip("0")) > DIGITS:
        raise _refuse(field, "数字过大。", "is too large a number.")
    return format(Decimal(found.group()).normalize(), "f")


def _money(field: Field, raw: Any) -> int:
    """Text is yuan as people type it; a whole number is fen, as everywhere in the house, so that kept values stay as they are."""
    if isinstance(raw, int) and not isinstance(raw, bool) and raw >= 0:
        return raw
    try:
        return money.parse(str(raw))
    except ValueError:
        raise _refuse(field, "须填金额，例如 1200.50。", "takes an amount in yuan, such as 1200.50.") from None


def _date(field: Field, raw: Any) -> str:
    if isinstance(raw, date):
        return date(raw.year, raw.month, raw.day).isoformat()
    found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", unicodedata.normalize("NFKC", str(raw)).strip())
    if found:
        try:
            return date(*(int(part) for part in found.groups())).isoformat()
        except ValueError:
            pass
    raise _refuse(field, "须填日期，例如 2025-03-05。", "takes a day, such as 2025-03-05.")


def _choice(field: Field, raw: Any) -> str:
    if str(raw) not in field.options:
        raise _refuse(field, f"没有选项“{raw}”，请从列表中选择。", f"has no option “{raw}”. Choose from the list.")
    return str(raw)


def _choices(field: Field, raw: Any) -> list[str]:
    chosen = [raw] if isinstance(raw, str) else list(raw)
    wanted = {_choice(field, one) for one in chosen}
    return [option for option in field.options if option in wanted]


def _yes_no(field: Field, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    word = str(raw).strip().lower()
    if word in {"yes", "true", "1", "on", "是"}:
        return True
    if word in {"no", "false", "0", "否"}:
        return False
    raise _refuse(field, "须填是或否。", "takes yes or no.")


_READERS = {
    "text": _text,
    "long_text": _text,
    "number": _number,
    "money": _money,
    "date": _date,
    "choice": _choice,
    "choices": _choices,
    "yes_no": _yes_no,
}
