"""What the room counts: every fact with the sentence that says exactly what counts, and the indicators over them.

Everything counts at the unit that keeps the file. Households are counted by file, so that a distinct count counts a
household once however often something happened to it.
"""

from unionhall.kernel.ledger.facts import Fact, Indicator, Unit
from unionhall.lib.text import Text
from unionhall.work.hardship import registry

KIND = ("hardship_kind", "programme")


def _fact(code: str, zh: str, en: str, counts: Text, *, unit: Unit = Unit.HOUSEHOLD_TIME, more: tuple[str, ...] = ()) -> Fact:
    return Fact(f"hardship.{code}", unit, Text(zh, en), counts, subject="household", dimensions=(*KIND, *more))


APPLIED = _fact(
    "applied",
    "提交建档申请",
    "Applications",
    Text("每提交一次申请计一户次，退回后再次提交另计。", "One for each application handed in; one handed in again counts again."),
)
VISITED = _fact(
    "visited", "入户调查", "Home visits", Text("每登记一次入户调查计一户次。", "One for each home visit that is entered.")
)
CHECKED = _fact(
    "checked",
    "信息核对",
    "Cross-checks",
    Text("每收到一个部门的核对答复计一户次。", "One for each answer of an outside register."),
    more=("answer",),
)
NOTICED = _fact("noticed", "公示", "Public notices", Text("每公示一次计一户次。", "One for each public notice that is put up."))
OBJECTED = _fact(
    "objected",
    "公示异议",
    "Objections",
    Text("每受理一件异议计一户次。", "One for each objection that is taken."),
)
REFUSED = _fact(
    "refused",
    "不予建档",
    "Refusals",
    Text("每作出一次不予建档决定计一户次。", "One for each application that is refused."),
)
FILED = _fact(
    "filed",
    "建档立卡",
    "Households filed",
    Text(
        "每户首次审批建档计一户；恢复档案不计。",
        "One for each household when its file is first approved; an old file opened again does not count.",
    ),
    unit=Unit.HOUSEHOLD,
)
REOPENED = _fact(
    "reopened",
    "恢复档案",
    "Files opened again",
    Text(
        "退出后以原编号恢复并重新审批在档的计一户次。",
        "One for each file approved again under its old number after it had been left.",
    ),
)
TAKEN_OVER = _fact(
    "taken_over",
    "接收移交档案",
    "Files taken over",
    Text(
        "从其他单位接收一份移交的在档档案计一户次；在档户数由移出单位减一、接收单位加一，移交前的各项仍计在原单位。",
        "One for each file on record that is taken from another unit; the stock moves along, what was counted before stays there.",
    ),
)
ON_FILE = Fact(
    "hardship.on_file",
    Unit.HOUSEHOLD,
    Text("在档困难职工家庭", "Households on file"),
    Text(
        "审批在档加一，退出减一；困难类别变化时旧类别减一、新类别加一；某日余额即当日在档户数。",
        "Plus one on approval, minus one on leaving, both on a change of kind; the balance of a day is the stock.",
    ),
    subject="household",
    dimensions=KIND,
    stock=True,
)
PERSONS = Fact(
    "hardship.persons_on_file",
    Unit.PERSON,
    Text("在档家庭人口", "Persons of households on file"),
    Text("随在档户数增减，数量为共同生活人口。", "Moves with the households on file, by the persons who live together."),
    dimensions=KIND,
    stock=True,
)
IN_YEAR = _fact(
    "in_year",
    "年度在册户",
    "Households of the year",
    Text(
        "年度清查名单上的每户计一户，当年新建档或恢复在档的每户计一户；每户每年一次。",
        "One for each household on the year's clean-up list or filed within the year; once a household and year.",
    ),
    unit=Unit.HOUSEHOLD,
)
VERIFIED = _fact(
    "verified", "年度核查", "Verifications", Text("每完成一次年度核查计一户次。", "One for each verification of a file.")
)
SPOT_CHECKED = _fact(
    "spot_checked",
    "抽查",
    "Spot checks",
    Text("年度随机抽查每查一户计一户。", "One for each household drawn for the spot check and looked at."),
    unit=Unit.HOUSEHOLD,
)
SPOT_CORRECT = _fact(
    "spot_correct",
    "抽查准确",
    "Spot checks found correct",
    Text("抽查认定准确的计一户。", "One for each household that the spot check found correct."),
    unit=Unit.HOUSEHOLD,
)
EXITED = _fact(
    "exited",
    "脱困",
    "Households out of hardship",
    Text("按四条路径之一脱困退出的计一户次。", "One for each household that leaves hardship by one of the four routes."),
    more=("route",),
)
ROUTE_USED = Fact(
    "hardship.route_used",
    Unit.KIND,
    Text("脱困路径", "Routes out of hardship"),
    Text(
        "每户脱困记一次其路径；路径数按去重计。",
        "The route of each household that leaves hardship; the number of routes is the distinct count.",
    ),
    subject="route",
    dimensions=("programme",),
)
WITHDRAWN = _fact(
    "withdrawn",
    "撤销档案",
    "Files withdrawn",
    Text(
        "在档后因去世、重复、错录等原因撤销的计一户次。",
        "One for each file on record that is withdrawn for death, duplicate, error or another named reason.",
    ),
    more=("withdrawal",),
)
WATCHED = _fact(
    "watched",
    "脱困回访",
    "Looks back",
    Text("脱困后每完成一次返困监测回访计一户次。", "One for each look back at a household that had left hardship."),
)
RETURNED = _fact(
    "returned",
    "返困",
    "Households back in hardship",
    Text("监测回访认定返困的计一户次。", "One for each look back that finds the household in hardship again."),
)
PAIRED = _fact(
    "paired",
    "包联",
    "Households paired",
    Text(
        "每户与一名工会干部结对计一户次；户数按去重计。",
        "One for each pairing of a household with a cadre; households are the distinct count.",
    ),
)
CONTACTED = _fact(
    "contacted",
    "包联对接",
    "Contacts with paired households",
    Text(
        "结对干部每联系一次计一户次；户数按去重计。", "One for each contact of the paired cadre; households are the distinct count."
    ),
)
HELPED = _fact(
    "helped",
    "帮扶救助",
    "Households helped",
    Text(
        "每登记一笔已发放的帮扶计一户次；户数按去重计。",
        "One for each help that has reached the household; households are the distinct count.",
    ),
    more=("item",),
)
IN_TIME = _fact(
    "helped_in_time",
    "及时发放",
    "Help in time",
    Text(
        "不晚于应发日期发放的帮扶计一户次；没有应发日期的不计。",
        "One for each help that came by its due day; help without one does not count.",
    ),
    more=("item",),
)
DUE = _fact(
    "help_due",
    "应发帮扶",
    "Help with a due day",
    Text("登记了应发日期且已发放的帮扶计一户次。", "One for each help that has a due day and has been paid."),
    more=("item",),
)
APPROVED = Fact(
    "hardship.help_approved",
    Unit.CNY,
    Text("审批帮扶金额", "Help approved"),
    Text("每笔帮扶的审批金额。", "The amount approved of each help."),
    subject="household",
    dimensions=(*KIND, "item"),
)
PAID = Fact(
    "hardship.help_paid",
    Unit.CNY,
    Text("拨付帮扶金额", "Help paid"),
    Text("每笔帮扶的实际发放金额。", "The amount paid of each help."),
    subject="household",
    dimensions=(*KIND, "item"),
)
AUDITED = _fact(
    "help_audited",
    "帮扶审计",
    "Help audited",
    Text("每审计一笔帮扶计一户次。", "One for each help that an audit looked at."),
)
COMPLIANT = _fact(
    "help_compliant",
    "合规帮扶",
    "Help found in order",
    Text("审计认定合规的帮扶计一户次。", "One for each help that the audit found in order."),
)
ASKED = _fact(
    "asked",
    "满意度回访",
    "Households asked",
    Text("每回访一笔帮扶计一户次。", "One for each help about which the household was asked."),
)
SATISFIED = _fact(
    "satisfied",
    "回访满意",
    "Households satisfied",
    Text("回访表示满意的计一户次。", "One for each answer that says satisfied."),
)


def _temporary(code: str, zh: str, en: str, counts: Text) -> Fact:
    name = Text(zh, en)
    return Fact(f"hardship.temporary_{code}", Unit.PERSON_TIME, name, counts, subject="person", dimensions=("programme",))


TEMPORARY_KEPT = _temporary(
    "kept",
    "建立临时救助档案",
    "Temporary records opened",
    Text(
        "每为档外人员建立一份临时救助档案计一人次；人数按去重计。",
        "One for each temporary record that is opened; persons are the distinct count.",
    ),
)
TEMPORARY_CONVERTED = _temporary(
    "converted",
    "临时档案转困难职工档案",
    "Temporary records made into files",
    Text(
        "临时救助档案因家庭建档在档而结束的计一人次。",
        "One for each temporary record that ends because the household is put on file.",
    ),
)
TEMPORARY_CANCELLED = _temporary(
    "cancelled",
    "取消临时救助档案",
    "Temporary records cancelled",
    Text("临时救助档案写明原因取消的计一人次。", "One for each temporary record that is cancelled, with the reason."),
)

FACTS = [
    APPLIED, VISITED, CHECKED, NOTICED, OBJECTED, REFUSED, FILED, REOPENED, TAKEN_OVER, ON_FILE, PERSONS, IN_YEAR, VERIFIED,
    SPOT_CHECKED, SPOT_CORRECT, EXITED, ROUTE_USED, WITHDRAWN, WATCHED, RETURNED, PAIRED, CONTACTED, HELPED, IN_TIME, DUE, APPROVED,
    PAID, AUDITED, COMPLIANT, ASKED, SATISFIED, TEMPORARY_KEPT, TEMPORARY_CONVERTED, TEMPORARY_CANCELLED,
]  # fmt: skip


def _of(fact: Fact, formula: str) -> Indicator:
    return Indicator(f"{fact.code}.{formula}", fact.name, formula, fact, counts=fact.counts)


def _rate(code: str, name: Text, above: Fact, below: Fact, formula: str = "distinct") -> Indicator:
    return Indicator(
        f"hardship.{code}",
        name,
        "ratio",
        numerator=_of(above, formula),
        denominator=_of(below, formula),
        counts=Text(f"{above.name.zh}除以{below.name.zh}。", f"{above.name.en} over {below.name.en}."),
    )


SIX = [
    _rate("reach_rate", Text("救助率", "Reach"), HELPED, IN_YEAR),
    _rate("accuracy_rate", Text("准确率", "Accuracy"), SPOT_CORRECT, SPOT_CHECKED),
    _rate("timeliness_rate", Text("及时率", "Timeliness"), IN_TIME, DUE, "sum"),
    _rate("payment_rate", Text("拨付率", "Appropriation"), PAID, APPROVED, "amount"),
    _rate("compliance_rate", Text("合规率", "Compliance"), COMPLIANT, AUDITED, "sum"),
    _rate("satisfaction_rate", Text("满意率", "Satisfaction"), SATISFIED, ASKED, "sum"),
]
INDICATORS = [
    *SIX,
    _rate("exit_rate", Text("脱困率", "Exit rate"), EXITED, IN_YEAR),
    _rate("contact_rate", Text("包联对接率", "Contact rate"), CONTACTED, PAIRED),
    _rate("verified_rate", Text("年度核查率", "Verification rate"), VERIFIED, IN_YEAR),
    _rate("return_rate", Text("返困率", "Return rate"), RETURNED, WATCHED),
    Indicator("hardship.routes", Text("脱困路径数", "Routes used"), "distinct", ROUTE_USED, counts=ROUTE_USED.counts),
    *(
        Indicator(
            f"hardship.on_file.{kind}",
            Text(f"在档：{name.zh}", f"On file: {name.en.lower()}"),
            "balance",
            ON_FILE,
            {"hardship_kind": kind},
            counts=ON_FILE.counts,
        )
        for kind, name in registry.KINDS.items()
        if kind != "none"
    ),
    *(
        Indicator(
            f"hardship.exited.{route}",
            Text(f"脱困：{name.zh}", f"Out of hardship: {name.en.lower()}"),
            "sum",
            EXITED,
            {"route": route},
            counts=EXITED.counts,
        )
        for route, name in registry.ROUTES.items()
    ),
]
