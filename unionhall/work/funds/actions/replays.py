"""The room's part of the replays: the money of five published years, booked by the room's own actions."""

from collections.abc import Sequence
from datetime import date

from unionhall.catalogue.stage import Stage
from unionhall.kernel.organizations.models import Organization
from unionhall.work.funds.actions import agreements, lines, movements
from unionhall.work.funds.actions.movements import NewMovement

YUAN = 100
WAN = 10_000 * YUAN


def s0(stage: Stage) -> None:
    """S0: 1.9 million sought and received from above, 1.5 million applied for, over 7 million raised, over 5.7 million won."""
    _line(stage, date(2023, 1, 4), 6_000_000 * YUAN)
    _book(stage, stage.root, date(2023, 3, 6), "special_fund_application", "applied", "upper_union", "strengthening", 190 * WAN)
    _book(stage, stage.root, date(2023, 4, 10), "special_fund_application", "received", "upper_union", "strengthening", 190 * WAN)
    _book(stage, stage.units[1], date(2023, 4, 18), "palace_subsidy", "applied", "upper_union", "palace", 150 * WAN)
    sources = ("local_fiscal", "own", "upper_union", "enterprise", "donated")
    for part, place in zip(_parts(7_043_200 * YUAN, 11), [stage.root, *stage.units], strict=True):
        _book(stage, place, date(2023, 1, 9), "warmth_sending", "raised", sources[part % 5], "warmth", part)
    for part, source in zip(_parts(5_738_600 * YUAN, 3), ("central", "local_fiscal", "upper_union"), strict=True):
        _book(stage, stage.root, date(2023, 5, 15), "hardship_relief_fund", "received", source, "relief", part)


def s1(stage: Stage) -> None:
    """S1: the three steps of bought services."""
    stage.on(date(2019, 5, 6), lambda: _service(stage))


def _service(stage: Stage) -> None:
    new = agreements.NewAgreement(
        kind="service", title="职工心理关爱服务合同", partner="桥屏社会工作服务中心", signed_on=date(2019, 4, 10),
        promised=12 * WAN, programme=stage.edition("service_purchase").programme,
    )  # fmt: skip
    signed = agreements.sign(organization=stage.root, new=new, by=stage.clerk)
    for step, text, amount in (("delivered", "完成讲座 6 场", 0), ("supervised", "中期监督检查", 0)):
        agreements.take_step(agreement_id=signed.pk, step=step, day=date(2019, 5, 6), text=text, amount=amount, by=stage.clerk)


def s2(stage: Stage) -> None:
    """S2: 900,000 from unions elsewhere, 1.1 million from the government's budget for three purposes, one agreement, a centre."""
    _line(stage, date(2023, 2, 1), 2_000_000 * YUAN)
    far = stage.units[3]
    _book(stage, far, date(2023, 3, 14), "external_fund_raising", "received", "partner_union", "site", 50 * WAN)
    _book(stage, far, date(2023, 4, 25), "external_fund_raising", "received", "partner_union", "site", 40 * WAN)
    _book(
        stage, stage.units[1], date(2023, 2, 20), "government_budget_union_fund", "received", "local_fiscal", "site", 110 * WAN,
        more=("recuperation", "training"),
    )  # fmt: skip
    stage.on(date(2023, 5, 18), lambda: _cooperation(stage))
    _book(stage, stage.units[5], date(2023, 3, 30), "startup_centre", "raised", "local_fiscal", "startup", 5_120_000 * YUAN)


def _cooperation(stage: Stage) -> None:
    new = agreements.NewAgreement(
        kind="cooperation", title="工会战略合作协议", partner="东岸市临江区总工会", signed_on=date(2023, 5, 18),
        programme=stage.edition("east_west_cooperation").programme, content="互派干部、疗休养互认、阵地共建。",
    )  # fmt: skip
    agreements.sign(organization=stage.units[2], new=new, by=stage.clerk)


def s3(stage: Stage) -> None:
    """S3: 51.15 million for pupils, 20 million set aside, 27 million for start-ups, 246 million for warmth."""
    _line(stage, date(2017, 2, 1), 60_000_000 * YUAN)
    places = [stage.root, *stage.units]
    for part, place in zip(_parts(51_153_000 * YUAN, len(places)), places, strict=True):
        _book(stage, place, date(2017, 8, 15), "autumn_aid", "raised", "own", "student_aid", part)
    _book(stage, stage.root, date(2017, 3, 10), "loan_interest_subsidy", "set_aside", "own", "startup", 2_000 * WAN)
    for part, place in zip(_parts(2_700 * WAN, len(places)), places, strict=True):
        _book(stage, place, date(2017, 6, 20), "startup_support", "raised", "own", "startup", part)
    for part, place in zip(_parts(24_600 * WAN, len(places)), places, strict=True):
        _book(stage, place, date(2017, 12, 11), "warmth_sending", "raised", "local_fiscal", "warmth", part)
    _book(stage, stage.root, date(2018, 1, 15), "provincial_finance_support", "committed", "local_fiscal", "relief", 3_000 * WAN)


def s4(stage: Stage) -> None:
    """S4: over 3 million raised and goods of about 12.75 million in the epidemic."""
    places = [stage.root, *stage.units]
    for part, place in zip(_parts(3_082_000 * YUAN, len(places)), places, strict=True):
        _book(stage, place, date(2022, 3, 10), "epidemic_relief", "raised", "own", "emergency", part)
    for part, place in zip(_parts(12_748_000 * YUAN, len(places)), places, strict=True):
        _book(stage, place, date(2022, 3, 12), "epidemic_relief", "raised", "donated", "emergency", part, goods=True)


def _line(stage: Stage, day: date, ceiling: int) -> None:
    """A budget line of the root out of which the grants of the year are paid."""

    def act() -> None:
        lines.open_line(
            organization=stage.root,
            year=day.year,
            name="救助和补助",
            source="own",
            purpose="relief",
            ceiling=ceiling,
            by=stage.clerk,
        )

    stage.on(day, act)


def _parts(whole: int, number: int) -> list[int]:
    """An amount in unlike parts that add up to it; whole yuan but for the last."""
    weights = range(number, 2 * number)
    parts = [whole * weight // sum(weights) // YUAN * YUAN for weight in weights]
    return [*parts[:-1], whole - sum(parts[:-1])]


def _book(
    stage: Stage, place: Organization, day: date, code: str, what: str, source: str, purpose: str, amount: int, *,
    more: Sequence[str] = (), goods: bool = False,
) -> None:  # fmt: skip
    def act() -> None:
        new = NewMovement(
            stage=what, source=source, purpose=purpose, amount=amount, more_purposes=more,
            form="goods" if goods else "money", valuation="按采购发票和市场价估值" if goods else "",
            programme=stage.edition(code).programme,
        )  # fmt: skip
        movements.book(organization=place, new=new, by=stage.clerk)

    stage.on(day, act)
