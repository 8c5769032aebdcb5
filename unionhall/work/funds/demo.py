"""The room's part of the demo city: a year of money, booked by the room's own actions."""

from datetime import timedelta

from unionhall.kernel.access.models import Grant
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes import queries as programmes
from unionhall.kernel.programmes.models import Programme
from unionhall.lib import dates
from unionhall.work.funds.actions import agreements, audits, lines, movements, stocks
from unionhall.work.funds.actions.movements import NewMovement

WAN = 10_000 * 100
CLERKS = ("city_clerk", "county_clerk")
BOOKED = (
    # days ago, stage, source, purpose, amount in 万元
    (300, "applied", "upper_union", "relief", 260),
    (270, "approved", "upper_union", "relief", 220),
    (240, "received", "upper_union", "relief", 220),
    (330, "raised", "own", "warmth", 86),
    (325, "raised", "enterprise", "warmth", 42),
    (200, "received", "local_fiscal", "site", 110),
    (120, "set_aside", "own", "startup", 60),
)


def load() -> None:
    """Money from above and around, budget lines, what was passed down, an agreement and an audit."""
    hands = {
        grant.organization_id: grant.person
        for grant in Grant.objects.filter(role__code__in=CLERKS).select_related("person").order_by("-id")
    }
    for unit in Organization.objects.filter(pk__in=hands, level__in=("city", "county"), until=None).order_by("path")[:4]:
        _year(unit, hands[unit.pk])


def _year(unit: Organization, by: Person) -> None:
    today = dates.today()
    for ago, stage, source, purpose, amount in BOOKED:
        share = amount if unit.level == "city" else max(amount // 6, 1)
        new = NewMovement(
            stage=stage, source=source, purpose=purpose, amount=share * WAN, day=today - timedelta(days=ago),
            voucher="" if stage == "applied" else f"记-{ago}", programme=_programme(purpose),
        )  # fmt: skip
        movements.book(organization=unit, new=new, by=by)
    line = lines.open_line(
        organization=unit, year=today.year, name="困难职工帮扶", source="upper_union", purpose="relief", ceiling=90 * WAN, by=by
    )
    spent = NewMovement(stage="spent", source="upper_union", purpose="relief", amount=12 * WAN, line=line, voucher="记-66")
    movements.book(organization=unit, new=spent, by=by)
    below = Organization.objects.filter(parent=unit, until=None, level__in=("county", "township")).order_by("path").first()
    if below is not None:
        down = NewMovement(stage="passed_down", source="upper_union", purpose="relief", amount=8 * WAN, unit=below, voucher="记-70")
        movements.book(organization=unit, new=down, by=by)
        plan = audits.plan(
            organization=unit, unit=below, subject=f"{today.year}年度经费审计", planned_on=today - timedelta(days=20), by=by
        )
        audits.find(audit_id=plan.pk, text="个别凭证附件不全", due_on=today + timedelta(days=20), by=by)
    rice = stocks.NewStock(
        name="大米 10千克", measure="袋", price=6800, valuation="采购发票，每袋68元", source="own", purpose="warmth",
        programme=programmes.programme("warmth_sending"),
    )  # fmt: skip
    kept = stocks.open_stock(organization=unit, new=rice, by=by)
    for way, pieces, ago, other in (("came", 400, 60, "市供销社"), ("given", 260, 12, "困难职工家庭")):
        told = stocks.Moved(kind=way, pieces=pieces, day=today - timedelta(days=ago), other=other, voucher=f"记-{ago}")
        stocks.move(stock_id=kept.pk, key=f"demo:{unit.pk}:{way}", new=told, by=by)
    if unit.level == "city":
        agreed = agreements.NewAgreement(
            kind="service", title="职工心理关爱服务", partner="晨光社会工作服务中心", signed_on=today - timedelta(days=90),
            promised=12 * WAN, programme=programmes.programme("service_purchase"),
        )  # fmt: skip
        contract = agreements.sign(organization=unit, new=agreed, by=by)
        for step, amount in (("delivered", 0), ("accepted", 4 * WAN)):
            agreements.take_step(
                agreement_id=contract.pk,
                step=step,
                day=today - timedelta(days=30),
                text="讲座六场、咨询四十人次",
                amount=amount,
                by=by,
            )


def _programme(purpose: str) -> Programme | None:
    code = {"relief": "special_fund_application", "warmth": "warmth_sending", "site": "government_budget_union_fund"}.get(purpose)
    return programmes.programme(code) if code else None
