"""The words of the room, and what each programme asks for, as data."""

from dataclasses import dataclass
from typing import Any

from unionhall.kernel.people.registry import Words
from unionhall.lib.text import Text
from unionhall.work.grants.registry import relief, welfare
from unionhall.work.grants.rules import ON_FILE, Terms

STANDINGS = {
    "model_worker": Text("劳动模范", "model worker"),
    "studio": Text("创新工作室领衔人", "head of an innovation studio"),
    "mutual_aid_member": Text("医疗互助参加人", "in the medical mutual aid"),
    "mutual_aid_illness": Text("重大疾病互助参加人", "in the mutual aid for critical illness"),
    "mutual_aid_accident": Text("意外伤害互助参加人", "in the mutual aid for accidents"),
    "deceased": Text("已去世", "deceased"),
}
"""What people are for this room; the rooms that decide it set it, joining the mutual aid and a death are noted here."""
WHO = {
    "hardship_household": Text("在档困难职工家庭", "Households on a hardship file"),
    "hardship_member": Text("在档困难职工家庭", "Households on a hardship file"),
    "model_worker": Text("劳动模范", "Model workers"),
    "studio": Text("创新工作室领衔人", "Heads of innovation studios"),
    "mutual_aid_member": Text("医疗互助参加人", "Those in the medical mutual aid"),
    "mutual_aid_illness": Text("重大疾病互助参加人", "Those in the mutual aid for critical illness"),
    "mutual_aid_accident": Text("意外伤害互助参加人", "Those in the mutual aid for accidents"),
    "member": Text("工会会员", "Union members"),
    "hardship_temporary": Text("持有临时救助档案的人员", "Those on a temporary record"),
}
"""Who can ask, in a worker's words, by the first standing that a kind asks for."""
ANYBODY = Text("有困难的职工", "Workers in need")
ROLLS = {code: STANDINGS[code] for code in ("model_worker", "studio")}
"""Rolls that this room keeps by hand, as long as no other does."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan of the mutual aid: its name, what its members are, and the rules with its fee and its waiting days."""

    name: Text
    standing: str
    fee: str
    wait: str


PLANS = {
    "claim": Plan(
        Text("住院医疗互助", "Hospital costs"), "mutual_aid_member", "grants.mutual_aid_fee", "grants.mutual_aid_wait_days"
    ),
    "illness": Plan(
        Text("重大疾病互助", "Critical illness"),
        "mutual_aid_illness",
        "grants.mutual_aid_illness_fee",
        "grants.mutual_aid_illness_wait_days",
    ),
    "accident": Plan(
        Text("意外伤害互助", "Accidents"),
        "mutual_aid_accident",
        "grants.mutual_aid_accident_fee",
        "grants.mutual_aid_accident_wait_days",
    ),
}
"""By the kind of claim that each pays; a region offers those for which it has set a fee."""
BASIS = ("个人自付医疗费", "自付医疗费", "个人自付", "自付费用", "自付金额", "凭据金额", "票据金额")
"""Headings under which sheets bring the household's own cost, or what the papers come to."""
PAYERS = {
    "self": Text("本人", "the member"),
    "union": Text("工会", "the union"),
    "employer": Text("单位", "the employer"),
}
"""Who paid the fee of a part in the mutual aid."""
STAGES = {
    "primary": Text("小学", "Primary school"),
    "middle": Text("初中", "Middle school"),
    "high": Text("高中中职", "High or vocational school"),
    "university": Text("大学", "University"),
}
MEDICAL = Terms(
    standing=ON_FILE, subject="household", group="medical", most="grants.medical_cap", tiers=relief.TIERS, levels=relief.LEVELS
)
SCHOOLING: dict[str, Any] = {"standing": ON_FILE, "subject": "person", "group": "schooling"}
WARMTH: dict[str, Any] = {"period": "edition", "most_year": "grants.warmth_year_cap"}
TERMS: dict[str, dict[str, Terms]] = {
    "hardship_relief_fund": {
        "living": Terms(standing=ON_FILE, subject="household", period="month", group="living", most="grants.living_monthly"),
        "medical": MEDICAL,
        "education": Terms(**SCHOOLING, most="grants.education_cap"),
        "accident": Terms(standing=ON_FILE, subject="household", group="accident", most="grants.accident_cap"),
        "temporary": relief.TEMPORARY,
    },
    "serious_illness": {"medical": MEDICAL},
    "autumn_aid": {
        stage: Terms(
            **SCHOOLING, most="grants.autumn_aid_amount", by_kind=True, keep_back="grants.daily_student_share", excludes=True
        )
        for stage in STAGES
    },
    "daily_student_relief": {
        cause: Terms(**SCHOOLING, most="grants.daily_student_cap") for cause in ("layoff", "emergency", "illness", "disaster")
    },
    "aid_launch_ceremony": {"on_the_spot": Terms(**SCHOOLING, most="grants.on_the_spot_cap", excludes=True)},
    "model_worker_benefit": {
        "festival": Terms(
            standing=("model_worker",), period="edition", group="festival", most="grants.model_worker_festival", by_clerk=True
        )
    },
    "nursery_subsidy": {
        "place": Terms(
            period="month",
            group="nursery",
            most="grants.nursery_monthly",
            most_months="grants.nursery_cap_months",
            by_clerk=True,
            matter=True,
        )
    },
    "medical_mutual_aid": {
        "claim": Terms(
            standing=("mutual_aid_member",),
            period="own_matter",
            group="mutual_aid",
            most="grants.mutual_aid_cap",
            matter=True,
            share="grants.mutual_aid_share",
            deductible="grants.mutual_aid_deductible",
            most_year="grants.mutual_aid_year_cap",
            claim_days="grants.mutual_aid_claim_days",
        ),
        **{
            plan: Terms(
                standing=(PLANS[plan].standing,),
                period="own_matter",
                group=f"mutual_aid_{plan}",
                most=f"grants.mutual_aid_{plan}_sum",
                matter=True,
                most_year=f"grants.mutual_aid_{plan}_year_cap",
                claim_days="grants.mutual_aid_claim_days",
            )
            for plan in ("illness", "accident")
        },
    },
    "loan_interest_subsidy": {"interest": Terms(group="interest", most="grants.interest_cap", share="grants.interest_share")},
    "startup_support": {
        "support": Terms(period="own_matter", group="startup", most="grants.startup_cap", by_clerk=True, matter=True)
    },
    "studio_funding": {
        "work_fund": Terms(standing=("studio",), group="studio_fund", most="grants.studio_work_fund", by_clerk=True, to_unit=True),
        "project": Terms(
            standing=("studio",),
            period="matter",
            group="studio_project",
            most="grants.studio_project_cap",
            by_clerk=True,
            matter=True,
            to_unit=True,
        ),
    },
    "lottery_fund_legal_aid": {
        "case_subsidy": Terms(period="matter", group="legal_aid", most="grants.case_subsidy", by_clerk=True, matter=True)
    },
    "paid_leave": {
        kind: Terms(
            standing=("model_worker",), group=f"leave_{kind}", most="grants.paid_leave_cap", share="grants.paid_leave_share"
        )
        for kind in ("lodging", "travel")
    },
    "warmth_sending": {
        "money": Terms(**WARMTH, group="warmth", most="grants.warmth_cap"),
        "goods": Terms(
            **WARMTH,
            group="warmth_goods",
            most="grants.warmth_goods_cap",
            by_clerk=True,
            goods=True,
        ),
    },
    "four_gift_brand": {
        "money": Terms(period="edition", group="four_gifts", most="grants.four_gift_cap"),
        "goods": Terms(period="edition", group="four_gifts_goods", most="grants.four_gift_goods_cap", by_clerk=True, goods=True),
    },
    "inclusive_service_action": {
        "subsidy": Terms(
            standing=("member",),
            period="own_matter",
            group="service_subsidy",
            most="grants.service_subsidy_cap",
            by_clerk=True,
            matter=True,
        )
    },
    "member_welfare": welfare.TERMS,
    "palace_subsidy": {
        "base": Terms(
            subject="unit",
            period="matter_year",
            group="palace_base",
            most="grants.palace_base",
            by_clerk=True,
            matter=True,
            to_unit=True,
        ),
        "project": Terms(
            subject="unit",
            period="matter",
            group="palace_project",
            most="grants.palace_project_cap",
            by_clerk=True,
            matter=True,
            to_unit=True,
        ),
    },
    "special_fund_application": {
        "special": Terms(
            subject="unit",
            period="own_matter",
            group="special_fund",
            most="grants.special_fund_cap",
            by_clerk=True,
            matter=True,
            to_unit=True,
        )
    },
    "volunteer_service": {
        "costs": Terms(
            period="own_matter",
            group="volunteer_costs",
            most="grants.volunteer_cap",
            share="grants.volunteer_share",
            by_clerk=True,
            matter=True,
        )
    },
}
"""By programme and kind. A pupil has one grant a year whichever programme gives it; a household one medical aid a year."""
FORMS = {"money": Text("资金", "Money"), "goods": Text("物资", "Goods")}

IMPORTED = {
    "autumn_aid/primary": Text("金秋助学·小学", "Autumn aid, primary school"),
    "autumn_aid/middle": Text("金秋助学·初中", "Autumn aid, middle school"),
    "autumn_aid/high": Text("金秋助学·高中中职", "Autumn aid, high or vocational school"),
    "autumn_aid/university": Text("金秋助学·大学", "Autumn aid, university"),
    "daily_student_relief/layoff": Text("日常助学·下岗失业", "Daily student relief, layoff"),
    "daily_student_relief/emergency": Text("日常助学·突发事件", "Daily student relief, emergency"),
    "daily_student_relief/illness": Text("日常助学·重大疾病", "Daily student relief, illness"),
    "daily_student_relief/disaster": Text("日常助学·自然灾害", "Daily student relief, disaster"),
    "hardship_relief_fund/medical": Text("困难帮扶·医疗救助", "Hardship relief, medical"),
    "hardship_relief_fund/education": Text("困难帮扶·助学救助", "Hardship relief, education"),
    "hardship_relief_fund/accident": Text("困难帮扶·意外救助", "Hardship relief, accident"),
    "warmth_sending/money": Text("送温暖·慰问金", "Warmth-sending, money"),
    "four_gift_brand/money": Text("工会四送·慰问金", "Four-gift brand, money"),
    **welfare.IMPORTED,
}
"""What comes as a list: programme and kind in one word of the sheet."""
PERIODS = {
    "year": Text("每年一次", "Once a year"),
    "month": Text("按月，每月一次", "By the month, each month once"),
    "edition": Text("每期一次", "Once in an edition"),
    "ever": Text("每人一次", "Once"),
    "matter": Text("每个托位、项目或案件一次", "Once for each place, project or case"),
    "matter_year": Text("每个项目每年一次", "Once a year for each project"),
    "own_matter": Text("每人每个事项一次", "Once for each matter of one's own"),
}
CASES = {"objection": Text("异议", "Objection"), "appeal": Text("申诉", "Appeal")}
WAYS = {
    "visit": Text("来访", "In person"),
    "letter": Text("来信", "By letter"),
    "phone": Text("来电", "By phone"),
    "online": Text("网上", "Online"),
}
BATCH_STATES = {
    "draft": Text("待复核", "To check"),
    "checked": Text("待发放", "To pay"),
    "exported": Text("待回盘", "Awaiting the bank"),
    "settled": Text("已结清", "Settled"),
    "dissolved": Text("已解散", "Dissolved"),
}
GOODS_STATES = {
    **BATCH_STATES,
    "checked": Text("待分发", "To hand out"),
    "exported": Text("待签收", "To be signed for"),
}
"""The states of a batch of goods: nobody's bank answers, the list comes back signed."""
LINE_STATES = {
    "pending": Text("待发放", "To pay"),
    "paid": Text("成功", "Paid"),
    "rejected": Text("退票", "Rejected"),
    "dropped": Text("已移出", "Taken out"),
}
GOODS_LINES = {
    **LINE_STATES,
    "pending": Text("待签收", "To be signed for"),
    "paid": Text("已签收", "Signed for"),
    "rejected": Text("未签收", "Not signed for"),
}
"""The same of a batch of goods."""
NO_ACCOUNT = Text("收款人没有登记银行账号。", "The payee has no bank account on record.")
ELSEWHERE = Text(
    "收款人的档案已转到本单位范围以外，看不到其账号；请撤回，由所在单位办理，或请上级单位发放。",
    "The payee, and so the account, is on file outside your reach by now: withdraw it for the unit there, or let one above pay.",
)
NO_UNIT_ACCOUNT = Text("申请单位没有登记收款账户。", "The unit has no account on record.")
MEANINGS = {
    "paid": frozenset({"成功", "已付", "交易成功", "paid", "ok"}),
    "rejected": frozenset({"失败", "退票", "退汇", "rejected", "failed"}),
}
HEADS = {
    "reference": frozenset({"附言", "摘要", "附言（请勿改动）", "reference"}),
    "amount": frozenset({"金额", "金额(元)", "金额（元）", "amount"}),
    "result": frozenset({"结果", "状态", "处理结果", "交易状态", "result"}),
    "reason": frozenset({"原因", "失败原因", "退票原因", "reason"}),
}
"""How banks head the columns of a results file; compared in lower case."""
WORDS = (  # a payment is a voucher and keeps the name that the bank was given; the named matter is what is counted
    Words("grants.Application", "person", ("reason",)),
    Words("grants.Objection", "application__person", named=("words", "decision")),
    Words("grants.Roll", "person", named=("paper", "reason")),
    Words("grants.Payment", "payee", named=("reason",)),
)
