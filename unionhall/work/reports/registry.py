"""The words of the room: kinds of report, formulas, comparisons."""

from unionhall.lib.text import Text

KINDS: dict[str, Text] = {
    "year": Text("年度总结", "Yearly summary"),
    "programme": Text("专项工作报告", "Programme report"),
    "review": Text("两年工作回顾", "Two-year review"),
    "capability": Text("半年能力建设报告", "Half-year capability report"),
    "plan": Text("工作计划与目标", "Plan with targets"),
    "notice": Text("问题季度通报", "Quarterly issue notice"),
    "closing": Text("专项结项报告", "Programme closing report"),
    "other": Text("其他报告", "Other report"),
}
FORMULAS: dict[str, Text] = {
    "sum": Text("数量合计", "Sum of quantities"),
    "count": Text("次数", "Count of occurrences"),
    "distinct": Text("去重主体数", "Distinct subjects"),
    "amount": Text("金额合计", "Sum of money"),
    "balance": Text("期末存量", "Balance at a day"),
    "ratio": Text("比率（两端指标相除）", "Ratio of two named ends"),
    "change": Text("比上年同期变化", "Change against the year before"),
    "growth": Text("比上期变化", "Change against the period before"),
    "floor": Text("未达下限的单位数", "Units below a floor"),
}
ON_ANOTHER = frozenset({"change", "growth", "floor"})  # asked of another indicator
ON_BOOKS = frozenset({"sum", "count", "distinct", "amount", "balance", "ratio"})
LEVELS: dict[str, Text] = {
    "city": Text("市", "City"),
    "county": Text("县（区）", "County"),
    "township": Text("乡镇（街道）", "Township"),
    "grassroots": Text("基层", "Grassroots"),
}
RULES: dict[str, Text] = {
    "part": Text("部分不大于整体", "A part is at most its whole"),
    "at_least": Text("左边不小于右边", "The left side is at least the right"),
    "adds_up": Text("下级之和等于本级汇总", "The units below add up to the whole"),
    "jump": Text("与上年同期相比变化过大", "A jump against the year before"),
}
CADENCES: dict[str, Text] = {
    "month": Text("月报", "Monthly"),
    "quarter": Text("季报", "Quarterly"),
    "year": Text("年报", "Yearly"),
}
FILING_STATES: dict[str, Text] = {
    "open": Text("待填", "To be filled in"),
    "submitted": Text("待审", "Submitted"),
    "returned": Text("退回", "Returned"),
    "accepted": Text("已报", "Accepted"),
}
EVERY: dict[str, Text] = {
    "never": Text("不发送", "Not sent"),
    "week": Text("每周", "Every week"),
    "month": Text("每月", "Every month"),
}
