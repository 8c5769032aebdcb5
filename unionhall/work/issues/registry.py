"""The closed lists of the room: where issues come from, what kinds and grades they have, how lists are made."""

from unionhall.kernel.people.registry import Words
from unionhall.lib.text import Text

SOURCES: dict[str, Text] = {
    "self_inspection": Text("自查查摆", "Self-inspection"),
    "research": Text("调研走访", "Research"),
    "squat": Text("蹲点", "Squat work"),
    "inspection": Text("巡察督查", "Inspection"),
    "hotline": Text("热线来电", "Hotline"),
    "shortcoming": Text("短板自查", "Shortcoming review"),
    "personal": Text("个人查摆", "Personal self-check"),
    "quality": Text("质效梳理", "Quality review"),
    "listing": Text("挂牌事项", "Listed item"),
    "worker": Text("职工求助", "Workers' requests"),
    "other": Text("其他", "Other"),
}

# The kinds that ship. Those of the published reports come first; a federation adds its own (model Kind).
KINDS: dict[str, Text] = {
    "capability": Text("能力不足", "Lack of capability"),
    "conduct": Text("作风不优", "Poor conduct"),
    "weak_grassroots": Text("基层工会建设薄弱", "Weak grassroots unions"),
    "short_staffed": Text("工会力量不足", "Union short of hands"),
    "weak_rules": Text("制度机制不健全", "Incomplete rules"),
    "poor_sites": Text("阵地建设需完善", "Service sites wanting"),
    "loose_procedure": Text("议事规则不规范", "Loose rules of procedure"),
    "few_hands": Text("缺人手", "Too few hands"),
    "few_funds": Text("缺经费", "Too little money"),
    "low_vigour": Text("活力不足", "Lack of vigour"),
    "backward_sites": Text("阵地落后", "Backward sites"),
    "process": Text("流程不畅", "Blocked process"),
    "service": Text("服务质量不高", "Poor service"),
    "rights": Text("职工权益", "Workers' rights"),
    "strict": Text("严（要求不严）", "Strictness"),
    "true": Text("真（不够真实）", "Truthfulness"),
    "fine": Text("细（不够细致）", "Care"),
    "solid": Text("实（不够扎实）", "Solidity"),
    "quick": Text("快（不够迅速）", "Speed"),
    "other": Text("其他", "Other"),
}

GRADES: dict[str, Text] = {
    "major": Text("重大", "Major"),
    "serious": Text("较重", "Serious"),
    "general": Text("一般", "General"),
}

FLAGS: dict[str, Text] = {
    "red": Text("红旗", "Red flag"),
    "yellow": Text("黄旗", "Yellow flag"),
    "green": Text("绿旗", "Green flag"),
}

OVERDUE = Text("超期未销号", "Open and overdue")

MANNERS: dict[str, Text] = {
    "": Text("--", "--"),
    "inspection": Text("内部巡察", "Internal inspection"),
    "supervision": Text("专项督查", "Supervision"),
    "survey": Text("满意度调查", "Satisfaction survey"),
    "open_visit": Text("明察", "Announced visit"),
    "covert_visit": Text("暗访", "Unannounced visit"),
}

DECISIONS: dict[str, Text] = {
    "accepted": Text("采纳", "Accepted"),
    "declined": Text("不采纳", "Declined"),
}

SEVERITIES: dict[str, Text] = {
    "talk": Text("约谈提醒", "Reminder talk"),
    "criticism": Text("通报批评", "Criticism in a circular"),
    "appraisal": Text("影响年度考核", "Counts in the yearly appraisal"),
    "discipline": Text("移送纪检监察", "Handed to discipline inspection"),
}
WORDS = (  # of an issue that concerns somebody; a quarterly notice that was issued stays as it went out
    Words("issues.Issue", "concerns", ("grams", "details", "example", "requirement", "solution", "custom"), ("title",)),
    Words("issues.Progress", "issue__concerns", named=("text",)),
    Words("issues.Measure", "issue__concerns", named=("text",)),
    Words("issues.Flag", "issue__concerns", named=("reason",)),
    Words("issues.ReviewItem", "issue__concerns", ("remark",)),
)
