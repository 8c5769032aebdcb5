"""What a grassroots union may spend on its own members, as data: items, limits for a person and year, and their rules.

The national rule on grassroots union spending (2017) names the items; provinces set the amounts, so each is a rule value with a
region, a day and a source, and without a value nothing is decided.
"""

from typing import Any

from unionhall.kernel.policies.registry import Policy
from unionhall.lib.text import Text
from unionhall.work.grants.rules import Terms, spending

SOURCE = Text(
    "基层工会经费收支管理办法（2017年）只定项目，标准由省级工会规定：请按本地文件设定",
    "The national rule of 2017 names the items, provinces set the amounts: set what your own document says",
)
NO_MORE: dict[str, Any] = {}
SPENT: dict[str, Any] = {"standing": ("member",), "by_clerk": True, "spending": True}
FESTIVALS = {
    "new_year": Text("元旦", "New Year"),
    "spring": Text("春节", "Spring Festival"),
    "qingming": Text("清明节", "Qingming"),
    "labour_day": Text("劳动节", "Labour Day"),
    "dragon_boat": Text("端午节", "Dragon Boat"),
    "mid_autumn": Text("中秋节", "Mid-Autumn"),
    "national_day": Text("国庆节", "National Day"),
}
"""The seven statutory festivals on which a union may give its members goods."""
EVENTS = ("marriage", "birth", "hospital", "surgery", "death", "kin_death")
TERMS: dict[str, Terms] = {
    **{
        festival: Terms(
            **SPENT,
            in_kind=True,
            group=f"welfare_{festival}",
            most="grants.festival_gift",
            by_kind=True,
            goods=True,
            most_year="grants.festival_year",
        )
        for festival in FESTIVALS
    },
    "birthday": Terms(**SPENT, in_kind=True, group="welfare_birthday", most="grants.birthday_gift", goods=True),
    **{
        event: Terms(
            **SPENT,
            period="own_matter",
            group=f"welfare_{event}",
            most=f"grants.{event}_gift",
            matter=True,
            papers=True,
            claim_days="grants.welfare_claim_days",
            bereaved=event == "death",
        )
        for event in EVENTS
    },
    "retirement": Terms(
        **SPENT,
        period="ever",
        group="welfare_retirement",
        most="grants.retirement_gift",
        papers=True,
        claim_days="grants.welfare_claim_days",
    ),
    "hardship": Terms(**SPENT, group="welfare_hardship", most="grants.hardship_gift", papers=True),
    "outing": Terms(
        **SPENT, period="own_matter", group="welfare_outing", most="grants.outing_day", matter=True, goods=True, in_kind=True
    ),
    "cinema": Terms(
        **SPENT,
        period="own_matter",
        group="welfare_cinema",
        most="grants.cinema_year",
        matter=True,
        goods=True,
        in_kind=True,
        most_year="grants.cinema_year",
    ),
    "prize": Terms(
        **SPENT,
        period="own_matter",
        group="welfare_prize",
        most="grants.prize",
        matter=True,
        papers=True,
        winners="grants.prize_winners",
    ),
    **{
        clothing: Terms(
            **SPENT,
            period="own_matter",
            group="welfare_clothing",
            most=f"grants.{clothing}",
            matter=True,
            goods=True,
            in_kind=True,
        )
        for clothing in ("clothing", "clothing_upper")
    },
}
IMPORTED = {
    **{
        f"member_welfare/{code}": Text(f"会员福利·{name.zh}慰问品", f"Member welfare, {name.en}")
        for code, name in FESTIVALS.items()
    },
    "member_welfare/birthday": Text("会员福利·生日慰问", "Member welfare, birthday"),
}
"""What a union brings as a list."""
LIMITS: dict[str, Text] = {
    "festival_year": Text("节日慰问每人全年上限（0为不限）", "Most of festival goods for a person in a year (0: none)"),
    "birthday_gift": Text("生日慰问上限（0为未设定）", "Most of a birthday gift (0: not set)"),
    "marriage_gift": Text("结婚慰问上限（0为未设定）", "Most of a gift at a marriage (0: not set)"),
    "birth_gift": Text("生育慰问上限（0为未设定）", "Most of a gift at a birth (0: not set)"),
    "hospital_gift": Text("住院慰问上限（0为未设定）", "Most of a gift in hospital (0: not set)"),
    "surgery_gift": Text("手术住院慰问上限（0为未设定）", "Most of a gift after surgery (0: not set)"),
    "death_gift": Text("会员去世慰问上限（0为未设定）", "Most of a gift at a member's death (0: not set)"),
    "kin_death_gift": Text("会员直系亲属去世慰问上限（0为未设定）", "Most of a gift at the death of close kin (0: not set)"),
    "retirement_gift": Text("退休离岗纪念上限（0为未设定）", "Most of a retirement keepsake (0: not set)"),
    "hardship_gift": Text("会员困难慰问上限（0为未设定）", "Most of a gift to a member in hardship (0: not set)"),
    "outing_day": Text("春秋游每人每天上限（0为未设定）", "Most of an outing for a person and day (0: not set)"),
    "cinema_year": Text("观影每人全年上限（0为未设定）", "Most of cinema for a person in a year (0: not set)"),
    "prize": Text("文体比赛个人奖励上限（0为未设定）", "Most of a prize in a contest (0: not set)"),
    "clothing": Text("活动服装每人上限（0为未设定）", "Most of clothing for an activity (0: not set)"),
    "clothing_upper": Text("参加上级活动服装每人上限（0为未设定）", "Most of clothing for an upper level's activity (0: not set)"),
}
"""What a grassroots union may spend on a member, in fen: the national rule names the items, provinces set the amounts."""
POLICIES = [Policy(f"grants.{code}", name, "fen", 0, SOURCE) for code, name in LIMITS.items()]
POLICIES += [
    Policy(f"grants.{code}", name, unit, value, SOURCE, **more)
    for code, name, unit, value, more in (
        (
            "festival_gift",
            Text("节日慰问品分节日上限", "Most of festival goods, by festival"),
            "fen_table",
            dict.fromkeys(FESTIVALS, 0),
            {"words": FESTIVALS},
        ),
        (
            "prize_winners",
            Text("文体比赛获奖人数占参赛人数上限", "Most winners of those who take part"),
            "text",
            "2/3",
            {"further": spending.share},
        ),
        ("welfare_claim_days", Text("会员福利申请期限（0为不限）", "Days to ask after an event (0: none)"), "day", 0, NO_MORE),
        (
            "welfare_warn",
            Text("会员福利接近全年上限时提醒（0为不提醒）", "Warn from this part of a year's limit on (0: never)"),
            "percent",
            80,
            NO_MORE,
        ),
        ("welfare_blocks", Text("会员福利超过上限不予通过", "Past a welfare limit nothing goes on"), "yes_no", True, NO_MORE),
        ("welfare_vouchers", Text("会员福利可发一次性券", "Vouchers for one use count as goods"), "yes_no", False, NO_MORE),
    )
]
