"""What the room counts. Status is part of the name: applied, approved, raised, received and spent are different facts,
and money and goods are never added.
"""

from unionhall.kernel.ledger.facts import Fact, Indicator, Unit, standard
from unionhall.lib.text import Text
from unionhall.work.funds import registry

DIMENSIONS = ("funding", "purpose", "programme")
SENTENCES = {
    "committed": (
        "财政或上级承诺安排的金额，按承诺日计；不等于到账。",
        "What public finance or an upper level committed; not yet received.",
    ),
    "applied": ("向上级或财政申报的金额，按申报日计；不等于批复。", "What was applied for; not yet approved."),
    "approved": ("批复同意的金额，按批复日计；不等于到账。", "What was approved; not yet received."),
    "raised": ("自行筹集的金额，按筹集日计；不等于发放。", "What was raised; not what was spent."),
    "received": ("实际到账的金额，按到账日计。", "What really came in, on the day it did."),
    "set_aside": ("设立的专项资金，按设立日计。", "What was set aside for one purpose."),
    "passed_down": ("下拨给下级的金额，按下拨日计，计在下拨单位。", "What was passed down, at the unit that passed it."),
    "spent": ("列支的金额，按支出日计。", "What was spent, on the day it was."),
    "returned": ("退回来源方的金额，按退回日计。", "What went back to where it came from."),
}
GOODS = ("按登记的估值计，不与资金相加。", "By its valuation, never added to money.")

MONEY = {
    stage: Fact(
        f"funds.{stage}",
        unit=Unit.CNY,
        name=Text(f"{name.zh}资金", f"Money {name.en.lower()}"),
        counts=Text(*SENTENCES[stage]),
        dimensions=DIMENSIONS,
    )
    for stage, name in registry.STAGES.items()
}
KIND = {
    stage: Fact(
        f"funds.goods_{stage}",
        unit=Unit.CNY,
        name=Text(f"{registry.STAGES[stage].zh}物资估值", f"Goods {registry.STAGES[stage].en.lower()}, valued"),
        counts=Text(*(f"{sentence}{more}" for sentence, more in zip(SENTENCES[stage], GOODS, strict=True))),
        dimensions=DIMENSIONS,
    )
    for stage in registry.IN_KIND
}
PURPOSE_NAMED = Fact(
    "funds.purpose_named",
    unit=Unit.KIND,
    name=Text("资金用途", "Purposes of money"),
    counts=Text(
        "每笔安排、批复或到账的资金按其每项用途记一次；用途数按去重计。",
        "Each purpose of money committed, approved or received; the number of purposes is the distinct count.",
    ),
    subject="kind",
    dimensions=("funding", "programme"),
)
AGREEMENT_SIGNED = Fact(
    "funds.agreement_signed",
    unit=Unit.ITEM,
    name=Text("签订协议", "Agreements signed"),
    counts=Text("每签订一份合作协议或服务合同计一份，按签订日。", "One for each cooperation agreement or contract, on its day."),
    subject="agreement",
    dimensions=("agreement_kind", "programme"),
)
STEP_TAKEN = Fact(
    "funds.step_taken",
    unit=Unit.KIND,
    name=Text("协议履行环节", "Steps of agreements"),
    counts=Text(
        "协议每登记一次签约、支持、交付、验收或监督记其环节；环节数按去重计。",
        "The step of each signing, support, delivery, acceptance or supervision; the number of steps is the distinct count.",
    ),
    subject="kind",
    dimensions=("agreement_kind", "programme"),
)
AUDITED = Fact(
    "funds.audited",
    unit=Unit.ORG_TIME,
    name=Text("经费审计", "Audits held"),
    counts=Text("每完成一次对一个单位的经费审计计一家次，计在审计单位。", "One for each audit held, at the unit that audits."),
    subject="organization",
    dimensions=("programme",),
)
FOUND = Fact(
    "funds.finding_found",
    unit=Unit.ISSUE,
    name=Text("审计发现问题", "Audit findings"),
    counts=Text("审计中每登记一个问题计一项。", "One for each finding of an audit."),
    subject="finding",
    dimensions=("programme",),
)
CORRECTED = Fact(
    "funds.finding_corrected",
    unit=Unit.ISSUE,
    name=Text("审计问题整改", "Audit findings corrected"),
    counts=Text("审计发现的问题经确认完成整改的计一项。", "One for each finding whose correction was confirmed."),
    subject="finding",
    dimensions=("programme",),
)
FACTS = [*MONEY.values(), *KIND.values(), PURPOSE_NAMED, AGREEMENT_SIGNED, STEP_TAKEN, AUDITED, FOUND, CORRECTED]


def _rate(code: str, name: Text, above: Fact, below: Fact) -> Indicator:
    ends = [standard(fact)[0] for fact in (above, below)]
    counts = Text(f"{above.name.zh}除以{below.name.zh}。", f"{above.name.en} over {below.name.en}.")
    return Indicator(f"funds.{code}", name, "ratio", numerator=ends[0], denominator=ends[1], counts=counts)


INDICATORS = [
    _rate("arrival_rate", Text("资金到账率", "Received of approved"), MONEY["received"], MONEY["approved"]),
    _rate("passing_rate", Text("资金下拨率", "Passed down of received"), MONEY["passed_down"], MONEY["received"]),
    _rate("spending_rate", Text("资金支出率", "Spent of received"), MONEY["spent"], MONEY["received"]),
    _rate("correction_rate", Text("审计整改率", "Findings corrected"), CORRECTED, FOUND),
]
