"""The closing summary of a session: sentences whose every number comes from its records."""

from unionhall.lib import dates, money
from unionhall.lib.official_document import Letter, Paragraph, Run
from unionhall.work.campaigns import registry
from unionhall.work.campaigns.models import Session


def paragraphs(one: Session) -> list[str]:
    """The summary in Chinese, ready to be printed; parts without a number are left out."""
    day = dates.chinese(one.day)
    where = one.place or one.link or one.organization.name
    said = [f"{day}，{one.organization.name}在{where}举办“{one.name}”（{registry.MODES[one.mode].zh}）。"]
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
    given = one.given  # type: ignore[attr-defined]
    if given:
        copies, goods, cash = (sum(row[name] for row in given) for name in ("copies", "goods", "cash"))
        parts = [f"书籍资料 {copies:,} 册"] if copies else []
        parts += [f"物品价值 {money.yuan(goods)} 元"] if goods else []
        parts += [f"登记现金 {money.yuan(cash)} 元"] if cash else []
        said.append(f"发放{'，'.join(parts)}。")
    if one.shown:  # type: ignore[attr-defined]
        said.append(f"展出人物 {len(one.shown)} 名。")  # type: ignore[attr-defined]
    if one.summary:
        said.append(one.summary)
    return said


def letter(one: Session, url: str) -> Letter:
    """The summary as an official document; its first sentence leads to the session."""
    first, *rest = paragraphs(one)
    return Letter(
        title=f"关于“{one.name}”活动的总结",
        issuer=one.organization.name,
        paragraphs=[Paragraph([Run(first, url=url)]), *(Paragraph([line]) for line in rest)],
        day=dates.today(),
    )
