"""The closing summary of a session: sentences whose every number comes from its records and leads to them."""

import re
from itertools import pairwise

from unionhall.lib import dates, money
from unionhall.lib.official_document import Letter, Paragraph, Run
from unionhall.work.campaigns import registry
from unionhall.work.campaigns.models import Session

_NUMBER = re.compile(r"\d[\d,.]*")


def paragraphs(one: Session, url: str) -> list[Paragraph]:
    """The summary in Chinese, ready to be printed; parts without a number are left out. `url` is the session's page."""
    where = one.place or one.link or one.organization.name
    first = f"{dates.chinese(one.day)}，{one.organization.name}在{where}举办“{one.name}”（{registry.MODES[one.mode].zh}）。"
    told = [Paragraph(_linked(line, url)) for line in _counted(one)]
    return [Paragraph([Run(first, url)]), *told, *([Paragraph([Run(one.summary)])] if one.summary else [])]


def _linked(line: str, url: str) -> list[Run]:
    """A sentence whose numbers are links."""
    edges = [0, *(edge for found in _NUMBER.finditer(line) for edge in found.span()), len(line)]
    parts = [Run(line[start:end], url if number % 2 else "") for number, (start, end) in enumerate(pairwise(edges))]
    return [part for part in parts if part.text]


def _counted(one: Session) -> list[str]:
    said = []
    if one.pool_rows:  # type: ignore[attr-defined]
        said.append(f"本次活动设名额 {one.places} 个，已占用 {one.taken} 个，候补 {one.waiting} 人。")  # type: ignore[attr-defined]
    by_mode: dict[str, int] = {}
    for row in one.head_rows:  # type: ignore[attr-defined]
        if row["withdrawn"] is None:
            by_mode[row["mode"]] = by_mode.get(row["mode"], 0) + row["heads"]
    came = one.came  # type: ignore[attr-defined]
    heads = "、".join(f"{registry.MODES[mode].zh} {number:,} 人次" for mode, number in by_mode.items())
    if came or heads:
        named = f"实名签到 {came:,} 人" if came else ""
        counted = f"人数登记 {heads}" if heads else ""
        said.append(f"参加情况：{'；'.join(part for part in (named, counted) if part)}。线上与线下人次分别统计，不相加。")
    if one.volunteers:  # type: ignore[attr-defined]
        said.append(_volunteers(one.volunteers, one.minutes, one.staying))  # type: ignore[attr-defined]
    given = one.given  # type: ignore[attr-defined]
    if given:
        copies, goods, cash = (sum(row[name] for row in given) for name in ("copies", "goods", "cash"))
        parts = [f"书籍资料 {copies:,} 册"] if copies else []
        parts += [f"物品价值 {money.yuan(goods)} 元"] if goods else []
        parts += [f"登记现金 {money.yuan(cash)} 元"] if cash else []
        said.append(f"发放{'，'.join(parts)}。")
    if one.shown:  # type: ignore[attr-defined]
        said.append(f"展出人物 {len(one.shown)} 名。")  # type: ignore[attr-defined]
    return said


def _volunteers(people: int, minutes: int, staying: int) -> str:
    """Volunteers and their time from check-in to check-out; whoever has not checked out is named, and counts no time."""
    hours, rest = divmod(minutes, 60)
    parts = ([f"{hours:,} 小时"] if hours else []) + ([f"{rest} 分钟"] if rest else [])
    served = f"，服务时长 {' '.join(parts)}（按签到、签退计）" if minutes else ""
    missing = f"；另有 {staying:,} 人未签退，不计时长" if staying else ""
    return f"志愿者 {people:,} 人次{served}{missing}。"


def letter(one: Session, url: str) -> Letter:
    """The summary as an official document; its first sentence and each number lead to the session."""
    return Letter(
        title=f"关于“{one.name}”活动的总结",
        issuer=one.organization.name,
        paragraphs=paragraphs(one, url),
        day=dates.today(),
    )
