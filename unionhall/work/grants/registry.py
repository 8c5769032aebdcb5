"""The words of the room, and what each programme asks for, as data."""

from unionhall.lib.text import Text
from unionhall.work.grants.rules import ON_FILE, Terms

MEDICAL = Terms(standing=ON_FILE, subject="household", group="medical", most="grants.medical_cap")
SCHOOLING = {"standing": ON_FILE, "subject": "person", "group": "schooling"}
TERMS: dict[str, dict[str, Terms]] = {
    "hardship_relief_fund": {
        "living": Terms(standing=ON_FILE, subject="household", period="month", group="living", most="grants.living_monthly"),
        "medical": MEDICAL,
        "education": Terms(**SCHOOLING, most="grants.education_cap"),  # type: ignore[arg-type]
        "accident": Terms(standing=ON_FILE, subject="household", group="accident", most="grants.accident_cap"),
    },
    "serious_illness": {"medical": MEDICAL},
    "autumn_aid": {
        stage: Terms(**SCHOOLING, most="grants.autumn_aid_amount", by_kind=True)  # type: ignore[arg-type]
        for stage in ("primary", "middle", "high", "university")
    },
    "daily_student_relief": {
        cause: Terms(**SCHOOLING, most="grants.daily_student_cap")  # type: ignore[arg-type]
        for cause in ("layoff", "emergency", "illness", "disaster")
    },
    "warmth_sending": {"money": Terms(period="edition", group="warmth", most="grants.warmth_cap")},
}
"""By programme and kind. A pupil has one grant a year whichever programme gives it; a household one medical aid a year."""

BATCH_STATES = {
    "draft": Text("待复核", "To check"),
    "checked": Text("待发放", "To pay"),
    "exported": Text("待回盘", "Awaiting the bank"),
    "settled": Text("已结清", "Settled"),
    "dissolved": Text("已解散", "Dissolved"),
}
LINE_STATES = {
    "pending": Text("待发放", "To pay"),
    "paid": Text("成功", "Paid"),
    "rejected": Text("退票", "Rejected"),
    "dropped": Text("已移出", "Taken out"),
}
NO_ACCOUNT = Text("收款人没有登记银行账号。", "The payee has no bank account on record.")
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
