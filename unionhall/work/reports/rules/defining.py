"""What an indicator defined on screen must look like; what it may count the ledger decides."""

import re

from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text

SLUG = re.compile(r"[a-z][a-z0-9_]{1,38}")
MOST_FILTERS = 10


def check_slug(slug: str) -> None:
    """A code is small letters, digits and low lines."""
    if not SLUG.fullmatch(slug):
        raise Refused(
            Text(
                "代码用小写字母开头，可含数字和下划线，2 至 39 个字符。", "A code has small letters, digits and low lines, 2 to 39."
            ),
            field="slug",
        )


def read_filters(text: str) -> dict[str, str | list[str]]:
    """Filters from a line such as "source=research|squat, kind=rights". Raises Refused for anything else."""
    found: dict[str, str | list[str]] = {}
    for part in re.split(r"[,，;；]", text):
        if not part.strip():
            continue
        name, equals, values = part.partition("=")
        chosen = [value.strip() for value in values.split("|") if value.strip()]
        if not equals or not name.strip() or not chosen or len(found) >= MOST_FILTERS:
            raise Refused(
                Text("筛选写作 来源=值 的形式，如 source=research。", "Write a filter as name=value, such as source=research."),
                field="filters",
            )
        found[name.strip()] = chosen[0] if len(chosen) == 1 else chosen
    return found


def written_filters(filters: dict[str, str | list[str]]) -> str:
    """The line from which the filters were read."""
    return ", ".join(f"{name}={value if isinstance(value, str) else '|'.join(value)}" for name, value in sorted(filters.items()))


def check_parts(formula: str, above: str, beneath: str, floor: int | None) -> None:
    """A ratio has two ends; a change and a floor are asked of another indicator; a floor has a number."""
    if formula == "ratio" and not (above and beneath):
        raise Refused(Text("请选择比率的两端。", "Choose both ends of the ratio."), field="beneath" if above else "above")
    if formula in ("change", "growth", "floor") and not above:
        raise Refused(Text("请选择所依据的指标。", "Choose the indicator that is asked."), field="above")
    if formula == "floor" and not floor:
        raise Refused(Text("请填写下限。", "Give the floor."), field="floor")
