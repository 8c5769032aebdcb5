"""The words of the room: codes with their names in both languages."""

from unionhall.lib.text import Text

KINDS = {
    "deep": Text("深度困难", "Deep hardship"),
    "relative": Text("相对困难", "Relative hardship"),
    "accident": Text("意外致困", "Hardship by accident"),
    "near": Text("边缘困难", "Near miss"),
    "none": Text("不符合", "Not eligible"),
}
LEVELS = {
    "national": Text("全国级", "National"),
    "provincial": Text("省级", "Provincial"),
    "city": Text("地市级", "City"),
    "county": Text("区县级", "County"),
    "grassroots": Text("基层", "Grassroots"),
}
CAUSES = {
    "illness": Text("本人或家属患病", "Illness"),
    "disability": Text("残疾", "Disability"),
    "schooling": Text("子女上学", "Schooling"),
    "unemployment": Text("下岗失业", "Unemployment"),
    "low_wage": Text("收入低、企业欠薪停产", "Low or unpaid wages"),
    "accident": Text("意外灾害", "Accident or disaster"),
    "care": Text("长期照料", "Long-term care"),
    "other": Text("其他", "Other"),
}
WORKERS = {
    "employed": Text("在职职工", "Employed"),
    "unemployed": Text("下岗失业", "Unemployed"),
    "flexible": Text("灵活就业", "Flexible work"),
    "migrant": Text("外来务工", "Migrant worker"),
    "new_form": Text("新就业形态", "New form of employment"),
    "retired": Text("离退休", "Retired"),
}
HOUSING = {
    "own": Text("自有住房", "Own home"),
    "public": Text("公租房", "Public housing"),
    "rented": Text("租房", "Rented"),
    "unit": Text("单位宿舍", "Employer's housing"),
    "none": Text("借住或无房", "None"),
}
RELATIONS = {
    "self": Text("户主", "Head"),
    "spouse": Text("配偶", "Spouse"),
    "child": Text("子女", "Child"),
    "parent": Text("父母", "Parent"),
    "sibling": Text("兄弟姐妹", "Brother or sister"),
    "grandchild": Text("孙辈", "Grandchild"),
    "other": Text("其他亲属", "Other relative"),
}
SCHOOLS = {
    "primary": Text("小学", "Primary school"),
    "middle": Text("初中", "Middle school"),
    "high": Text("高中中职", "High or vocational school"),
    "university": Text("大学", "University"),
}
EXCLUSIONS = {
    "homes": Text("有两套及以上住房", "Two or more homes"),
    "business": Text("开店办厂或雇工经营", "A shop, or hiring others in business"),
    "private_school": Text("子女就读高收费民办学校或自费留学", "High-fee private school or self-funded study abroad"),
    "vehicle": Text("日常使用非营运机动车", "Regular use of a motor vehicle that is not for hire"),
}
ROUTES = {
    "employment": Text("就业创业", "Work or business"),
    "insurance": Text("社会保险", "Social insurance"),
    "illness": Text("大病保险", "Serious-illness cover"),
    "relief": Text("社会救助", "Social relief"),
}
WITHDRAWALS = {
    "death": Text("户主去世且无其他职工", "Death"),
    "duplicate": Text("重复建档", "Duplicate"),
    "error": Text("错录或不符合条件", "Error found"),
    "moved": Text("迁出本地", "Moved away"),
    "own_wish": Text("本人申请", "By own wish"),
}
SOURCES = {
    "civil_affairs": Text("民政家庭经济状况核对", "Civil affairs, economic-status check"),
    "social_security": Text("社会保险", "Social security"),
    "vehicles": Text("车辆登记", "Vehicle register"),
    "housing": Text("不动产登记", "Land and housing register"),
    "companies": Text("市场主体登记", "Company register"),
}
ANSWERS = {
    "agrees": Text("一致", "Agrees"),
    "differs": Text("不一致", "Differs"),
    "unknown": Text("查无记录", "No record"),
}
HELPS = {
    "living": Text("生活救助", "Living"),
    "medical": Text("医疗救助", "Medical"),
    "education": Text("助学救助", "Education"),
    "accident": Text("意外救助", "Accident"),
    "warmth": Text("送温暖慰问", "Warmth-sending"),
    "employment": Text("就业帮扶", "Help into work"),
    "other": Text("其他帮扶", "Other help"),
}
REASONS = {
    "below_line": Text("人均月净收入低于低保标准", "Below the line"),
    "below_relative": Text("人均月净收入低于相对困难线", "Below the line of relative hardship"),
    "accident_share": Text("意外支出占比超过规定", "Share of an accident's cost"),
    "below_near": Text("接近困难线", "Close to the lines"),
    "above_lines": Text("高于各档标准", "Above every line"),
    "excluded": Text("存在不予建档情形", "A ground for exclusion"),
    "migrant_months": Text("本地就业时间不足", "Too few months of employment here"),
}
INCOMES = {
    "wage": Text("工资性收入", "Wages"),
    "pension": Text("养老金", "Pensions"),
    "business": Text("经营收入", "Business"),
    "property": Text("财产收入", "Property"),
    "benefit": Text("低保及各类救助", "Benefits"),
    "other": Text("其他收入", "Other income"),
}
SPENDING = {
    "medical": Text("自负医疗费", "Own medical cost"),
    "education": Text("教育支出", "Schooling"),
    "care": Text("残疾及照料支出", "Disability and care"),
    "housing": Text("必要住房支出", "Necessary housing"),
}
STEPS = {
    "visit": Text("入户调查", "Home visit"),
    "check": Text("信息核对", "Cross-check"),
    "review": Text("复核", "Second review"),
    "notice": Text("公示", "Public notice"),
    "approve": Text("审批", "Approval"),
}
PROCEDURE = {
    "steps": Text("步骤", "Steps"),
    "levels": Text("承办层级", "Levels"),
    **STEPS,
    "grassroots": Text("基层", "Grassroots"),
    "township": Text("乡镇街道", "Township"),
    "county": Text("区县", "County"),
    "city": Text("地市", "City"),
    "province": Text("省", "Province"),
}
"""The words of the rule that says how a federation goes about a file."""
RESULTS = {"correct": Text("准确", "Correct"), "wrong": Text("有误", "Wrong")}
LISTS = {
    "stale": Text("一年未核查", "Not verified for a year"),
    "never_helped": Text("从未帮扶", "Never helped"),
    "unpaired": Text("未结对", "Not paired"),
    "uncontacted": Text("超期未联系", "Contact overdue"),
}

ON_THE_WAY = Text("办理中", "On their way")
OVERDUE = Text("超期", "Overdue")

JUDGED: dict[str, Text] = {
    "in_order": Text("审计：合规", "Audited: in order"),
    "out_of_order": Text("审计：不合规", "Audited: not in order"),
    "satisfied": Text("回访：满意", "Asked: satisfied"),
    "unsatisfied": Text("回访：不满意", "Asked: not satisfied"),
}
"""What may be entered about a help: an audit's finding, or what the household says."""


def judged(in_order: bool | None, satisfied: bool | None) -> list[Text]:
    """What was entered about a help, in words; nothing for what was not."""
    found = (
        {None: "", True: "in_order", False: "out_of_order"}[in_order],
        {None: "", True: "satisfied", False: "unsatisfied"}[satisfied],
    )
    return [JUDGED[code] for code in found if code]
