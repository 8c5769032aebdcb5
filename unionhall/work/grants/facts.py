"""What the room counts: applied, approved, paid and turned back apart; persons, households and yuan are never added."""

from unionhall.kernel.ledger.facts import Fact, Indicator, Unit, standard
from unionhall.lib.text import Text

DIMENSIONS = ("programme", "aid")
DRAWN = (*DIMENSIONS, "funding")
"""What leaves a budget line is counted by the line's source as well; what is only asked for has none yet."""


def _money(code: str, name: Text, counts: Text, dimensions: tuple[str, ...] = DRAWN) -> Fact:
    return Fact(f"grants.{code}", unit=Unit.CNY, name=name, counts=counts, subject="person", dimensions=dimensions)


APPLIED = _money(
    "applied",
    Text("申请金额", "Applied for"),
    Text(
        "每提交一份申请按申请金额计一笔，按提交日；退回后重新提交不重复计。",
        "Each application once, by what it asks, on the day it was submitted.",
    ),
    DIMENSIONS,
)
APPROVED = _money(
    "approved",
    Text("审批金额", "Approved"),
    Text(
        "每批准一份申请按批准金额计一笔，按批准日；撤回的不计。",
        "Each approval by its amount, on its day; withdrawn ones do not count.",
    ),
)
PAID = _money(
    "paid",
    Text("发放金额", "Paid"),
    Text("银行回盘确认成功的每笔发放，按确认日。", "Each payment that the bank acknowledged, on the day of its answer."),
)
PERSON_PAID = Fact(
    "grants.person_paid",
    unit=Unit.PERSON_TIME,
    name=Text("发放人次", "Persons paid"),
    counts=Text(
        "每笔发放成功计一人次；人数按受助人去重。", "One for each payment that succeeded; persons are those helped, each once."
    ),
    subject="person",
    dimensions=DIMENSIONS,
)
HOUSEHOLD_PAID = Fact(
    "grants.household_paid",
    unit=Unit.HOUSEHOLD_TIME,
    name=Text("发放户次", "Households paid"),
    counts=Text("每笔发放成功计一户次；户数按家庭去重。", "One for each payment that succeeded; households each once."),
    subject="household",
    dimensions=DIMENSIONS,
)
TEMPORARY_PAID = _money(
    "temporary_paid",
    Text("档外临时救助金额", "Temporary aid paid"),
    Text(
        "发放成功的每笔档外临时救助，按确认日；同时计入发放金额。",
        "Each payment of temporary aid outside the files, on the day it was acknowledged; it counts as paid as well.",
    ),
    DIMENSIONS,
)
REJECTED = _money(
    "rejected",
    Text("退票金额", "Turned back"),
    Text(
        "银行退票的每笔发放，按回盘日；再次发放成功的另计发放。",
        "Each payment that the bank turned back, on the day of its answer.",
    ),
)
MATTER_PAID = Fact(
    "grants.matter_paid",
    unit=Unit.PLACE,
    name=Text("补助到位的托位、项目和案件", "Places, projects and cases paid for"),
    counts=Text(
        "每笔发放成功且注明了托位、项目或案件的计一个，按名称去重后为个数。",
        "Each payment for a named place, project or case; the number of them counts each once.",
    ),
    subject="matter",
    dimensions=DIMENSIONS,
)
UNIT_PAID = Fact(
    "grants.unit_paid",
    unit=Unit.ORG_TIME,
    name=Text("发放单位次", "Units paid"),
    counts=Text("每笔付给单位账户的发放计一家次；家数按单位去重。", "One for each payment to a unit's account; units each once."),
    subject="organization",
    dimensions=DIMENSIONS,
)
GOODS_APPROVED = _money(
    "goods_approved",
    Text("审批物资价值", "Goods approved, by value"),
    Text("每批准一份物资申请按估值计一笔，不计入审批金额。", "Each approval of goods by their value; never added to money."),
)
GOODS_GIVEN = _money(
    "goods_given",
    Text("发放物资价值", "Goods given, by value"),
    Text("每份签收的物资按估值计一笔，不计入发放金额。", "Goods signed for, by their value; never added to money."),
)
MATTER_APPLIED = Fact(
    "grants.matter_applied",
    unit=Unit.PLACE,
    name=Text("申报的托位、项目和案件", "Places, projects and cases applied for"),
    counts=Text(
        "每提交一份注明托位、项目或案件的申请计一个，按名称去重后为个数。",
        "Each application for a named place, project or case; the number of them counts each once.",
    ),
    subject="matter",
    dimensions=DIMENSIONS,
)
JOINED = Fact(
    "grants.joined",
    unit=Unit.PERSON_TIME,
    name=Text("参加医疗互助", "Joined the mutual aid"),
    counts=Text("每人每期参加一次计一人次，按参加日。", "Each person once in an edition, on the day of joining."),
    subject="person",
    dimensions=("programme",),
)
CONTRIBUTED = Fact(
    "grants.contributed",
    unit=Unit.CNY,
    name=Text("互助会费", "Fees of the mutual aid"),
    counts=Text("每人参加时缴纳的费用，按参加日。", "What each person paid on joining, on that day."),
    subject="person",
    dimensions=("programme",),
)
RETURNED = _money(
    "returned",
    Text("追回金额", "Recovered"),
    Text(
        "发放后因异议成立退回的每笔款项，按退回日；不冲减发放金额。",
        "Each payment that came back after an objection was upheld, on that day; paid stays paid.",
    ),
)
OBJECTED = Fact(
    "grants.objected",
    unit=Unit.CASE,
    name=Text("异议和申诉", "Objections and appeals"),
    counts=Text("每件异议或申诉计一件，按收到日。", "Each objection or appeal once, on the day it was received."),
    dimensions=(*DIMENSIONS, "against"),
)
FACTS = [
    APPLIED, APPROVED, PAID, PERSON_PAID, HOUSEHOLD_PAID, UNIT_PAID, REJECTED, RETURNED, GOODS_APPROVED, GOODS_GIVEN, OBJECTED,
    MATTER_APPLIED, MATTER_PAID, JOINED, CONTRIBUTED, TEMPORARY_PAID,
]  # fmt: skip


INDICATORS = [
    Indicator(
        "grants.payment_rate",
        Text("资金发放率", "Paid of approved"),
        "ratio",
        numerator=standard(PAID)[0],
        denominator=standard(APPROVED)[0],
        counts=Text("发放金额除以审批金额。", "Amounts paid over amounts approved."),
    ),
]
