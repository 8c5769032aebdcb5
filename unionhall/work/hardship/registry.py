"""The words of the room: codes with their names in both languages; and the sheets that leave it and come in."""

from collections.abc import Mapping
from dataclasses import replace

from unionhall.kernel.exchange.registry import Choice, Column, ImportKind, Table
from unionhall.lib.later import Later
from unionhall.lib.text import Text

ROOM = "unionhall.work.hardship"

COUNTED = {  # rows of a file that figures count, by the way from the file to them
    "span": (Text("在档", "Time on file"), "spans"),
    "help": (Text("帮扶", "Help"), "helps"),
    "yearline": (Text("年度名单", "Yearly list"), "year_lines"),
    "pairing": (Text("结对", "Pairing"), "pairings"),
    "contact": (Text("联系", "Contact"), "pairings__contacts"),
    "exit": (Text("退档", "Leaving"), "exits"),
    "visit": (Text("入户", "Home visit"), "visits"),
    "inquiry": (Text("核对", "Check with a register"), "inquiries"),
    "posting": (Text("公示", "Public notice"), "postings"),
    "objection": (Text("异议", "Objection"), "objections"),
    "watch": (Text("回访", "Look back"), "watches"),
}
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
DISEASES = {
    "cancer": Text("恶性肿瘤（重度）", "Malignant tumour, severe"),
    "infarction": Text("较重急性心肌梗死", "Acute myocardial infarction"),
    "stroke": Text("严重脑中风后遗症", "Severe effects of a stroke"),
    "transplant": Text("重大器官移植或造血干细胞移植", "Transplant of an organ or of stem cells"),
    "bypass": Text("冠状动脉搭桥术", "Coronary bypass"),
    "kidney": Text("严重慢性肾衰竭", "Severe chronic kidney failure"),
    "limbs": Text("多个肢体缺失", "Loss of several limbs"),
    "hepatitis": Text("急性重症或亚急性重症肝炎", "Acute severe hepatitis"),
    "brain_tumour": Text("严重非恶性颅内肿瘤", "Severe benign brain tumour"),
    "liver": Text("严重慢性肝衰竭", "Severe chronic liver failure"),
    "encephalitis": Text("严重脑炎或脑膜炎后遗症", "Severe effects of encephalitis or meningitis"),
    "coma": Text("深度昏迷", "Deep coma"),
    "deafness": Text("双耳失聪", "Deafness of both ears"),
    "blindness": Text("双目失明", "Blindness of both eyes"),
    "paralysis": Text("瘫痪", "Paralysis"),
    "valve": Text("心脏瓣膜手术", "Heart valve surgery"),
    "alzheimer": Text("严重阿尔茨海默病", "Severe Alzheimer's disease"),
    "brain_injury": Text("严重脑损伤", "Severe brain injury"),
    "parkinson": Text("严重原发性帕金森病", "Severe Parkinson's disease"),
    "burns": Text("严重Ⅲ度烧伤", "Severe third-degree burns"),
    "pulmonary_hypertension": Text("严重特发性肺动脉高压", "Severe pulmonary hypertension"),
    "motor_neurone": Text("严重运动神经元病", "Severe motor neurone disease"),
    "speech": Text("语言能力丧失", "Loss of speech"),
    "anaemia": Text("重型再生障碍性贫血", "Severe aplastic anaemia"),
    "aorta": Text("主动脉手术", "Surgery of the aorta"),
    "breathing": Text("严重慢性呼吸衰竭", "Severe chronic respiratory failure"),
    "crohn": Text("严重克罗恩病", "Severe Crohn's disease"),
    "colitis": Text("严重溃疡性结肠炎", "Severe ulcerative colitis"),
    "unlisted": Text("其他疾病", "Another illness"),
}
"""The 28 illnesses that the insurance industry defines (2020), and all others."""
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
PAPERS = {
    "application": Text("申请书", "Application"),
    "identity": Text("身份证、户口簿", "ID and household book"),
    "diagnosis": Text("诊断证明", "Diagnosis"),
    "invoice": Text("费用票据", "Invoices"),
    "tuition": Text("学费及在校证明", "Tuition and school"),
    "contract": Text("劳动合同", "Labour contract"),
    "authorisation": Text("经济状况核对授权书", "Authorisation"),
    "visit": Text("入户调查表", "Home-visit form"),
    "meeting": Text("工会会议记录", "Note of the union's meeting"),
    "paper": Text("其他材料", "Other paper"),
}
CONSENTS = {"paper": Text("纸质签署", "signed on paper"), "phone": Text("手机签署", "signed on the phone")}
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
    "objected": Text("异议待核实", "Objection open"),
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


COLUMNS = (
    Column("reference", Text("档案编号", "Reference"), width=20),
    Column("head", Text("户主", "Head"), width=12),
    Column("kind", Text("困难类别", "Kind"), width=10),
    Column("level", Text("档案级别", "Level"), width=10),
    Column("size", Text("共同生活人口", "Persons"), "number"),
    Column("worker", Text("职工类别", "Kind of worker"), width=12),
    Column("state", Text("状态", "State"), width=10),
    Column("organization", Text("建档单位", "Kept by"), width=28),
    Column("filed_on", Text("建档日期", "Filed on"), "date"),
    Column("verified_on", Text("核查日期", "Verified on"), "date"),
    Column("left_on", Text("退出日期", "Left on"), "date"),
)


NEAR = (
    *(one for one in COLUMNS if one.code not in {"kind", "left_on"}),
    Column("cause", Text("主要致困原因", "Main cause"), width=16),
    Column("second_cause", Text("次要致困原因", "Second cause"), width=16),
    Column("employer", Text("工作单位", "Employer"), width=24),
    Column("assessed_on", Text("核算日期", "Worked out on"), "date"),
    Column("note", Text("备注", "Note"), width=30),
)
YEAR = (
    Column("number", Text("序号", "No."), "number", 8),
    *(one for one in COLUMNS if one.code in {"reference", "head", "kind", "level", "size", "organization", "filed_on"}),
    Column("listed_on", Text("列入名单日期", "Listed on"), "date"),
    Column("verified_on", Text("本年核查日期", "Verified this year"), "date"),
    Column("outcome", Text("清理结果", "What came of it"), width=14),
    Column("why", Text("退出去向或原因", "Why it left"), width=18),
    Column("left_on", Text("退出日期", "Left on"), "date"),
    Column("spot", Text("是否抽查", "Spot check"), width=10),
    Column("spot_on", Text("抽查日期", "Checked on"), "date"),
    Column("correct", Text("抽查结果", "Finding"), width=10),
    Column("words", Text("问题说明", "What is wrong"), width=30),
    Column("spot_by", Text("抽查人", "Checked by"), width=12),
)
OUTCOMES = {
    "kept": Text("继续在档", "Stays on file"),
    "open": Text("待核查", "Not verified yet"),
    "exited": Text("脱困退出", "Out of hardship"),
    "withdrawn": Text("撤销退档", "Withdrawn"),
    "again": Text("恢复办理中", "Opened again"),
}
"""What the year's clean-up came to for a household."""


def _choices(words: Mapping[str, Text]) -> tuple[Choice, ...]:
    return tuple(Choice(code, name, (code,)) for code, name in words.items())


def _plain(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Columns as they leave the house, empty, to be filled in."""
    return tuple(replace(column, kind="text", choices=()) for column in columns)


SHEET = ImportKind(
    code="hardship.files",
    name=Text("困难职工档案", "Hardship files"),
    permission="hardship.register",
    columns=(
        Column(
            "name",
            Text("户主姓名", "Name of the head"),
            width=14,
            longest=100,
            required=True,
            example="张三",
            aliases=("姓名", "困难职工姓名"),
        ),
        Column(
            "id_number",
            Text("身份证号", "ID number"),
            "id_number",
            22,
            required=True,
            example="990000199001010017",
            aliases=("证件号码",),
        ),
        Column("phone", Text("手机号", "Mobile phone"), "phone", 16, aliases=("电话", "联系电话")),
        Column("unit", Text("建档单位", "Kept by"), "unit", 30, aliases=("单位", "所属工会")),
        Column("level", Text("档案级别", "Level"), "choice", 10, choices=_choices(LEVELS)),
        Column("worker", Text("职工类别", "Kind of worker"), "choice", 12, required=True, choices=_choices(WORKERS)),
        Column("employer", Text("工作单位", "Employer"), width=24, longest=120),
        Column("months", Text("本地就业月数", "Months of employment here"), "whole", 10, most=720),
        Column("cause", Text("主要致困原因", "Main cause"), "choice", 16, required=True, choices=_choices(CAUSES)),
        Column("size", Text("共同生活人口", "Persons living together"), "whole", 10, most=20, required=True, example="3"),
        Column(
            "members",
            Text("家庭成员", "Members"),
            width=48,
            note=Text("姓名/关系/证件号码，多人以；分隔。", "Name/relation/ID number, several parted by a semicolon."),
        ),
        Column("wage", Text("家庭年工资收入", "Wages of the year"), "money", 14, required=True, example="24000"),
        Column("other", Text("家庭年其他收入", "Other incomes of the year"), "money", 14),
        Column("medical", Text("年自负医疗费", "Own medical cost of the year"), "money", 14),
        Column("education", Text("年教育支出", "Schooling of the year"), "money", 14),
        Column("illness", Text("病情", "Illness"), width=24, note=Text("加密保存。", "Kept sealed.")),
        Column("filed_on", Text("建档日期", "Filed on"), "date", 14),
    ),
    check=Later(f"{ROOM}.actions.imports.check"),
    write=Later(f"{ROOM}.actions.imports.write"),
    undo=Later(f"{ROOM}.actions.imports.undo"),
    home="hardship:desk-list",
    notes=(
        Text(
            "一行一户，导入的是已在其他系统审批建档的家庭。", "One line a household; these are files that were approved elsewhere."
        ),
        Text(
            "每户按现行标准重新核算，不符合的不导入。",
            "Each is worked out anew by the rule of today; who is not eligible stays out.",
        ),
    ),
)
QUESTION = (
    Column("number", Text("编号", "Number"), "whole", 10, required=True, example="12"),
    Column("source", Text("核对部门", "Register"), width=22),
    Column("reference", Text("档案编号", "Reference"), width=22),
    Column("persons", Text("姓名/证件号码", "Name/ID number"), width=60),
    Column("asked_on", Text("发起日期", "Asked on"), "date", 14),
)
ANSWER = (
    Column("answer", Text("核对结果", "Result"), "choice", 12, required=True, choices=_choices(ANSWERS)),
    Column("words", Text("核对说明", "What it says"), width=40, note=Text("加密保存。", "Kept sealed.")),
    Column("signature", Text("签章或经办人", "Signed by"), width=30, longest=200, required=True, example="示范市民政局 核对专用章"),
)
QUESTIONS = Table(
    "hardship.questions",
    Text("待核对清单", "Questions to registers"),
    (*(replace(column, kind="number" if column.kind == "whole" else column.kind) for column in QUESTION), *_plain(ANSWER)),
    Later(f"{ROOM}.queries.questions.exported"),
    "hardship.check",
    plain=Later(f"{ROOM}.actions.inquiries.exported_plain"),
    plain_permission="people.reveal",
    count=Later(f"{ROOM}.queries.questions.counted"),
    filters=("source",),
)
ANSWERED = ImportKind(
    code="hardship.answers",
    name=Text("信息核对结果", "Answers of registers"),
    permission="hardship.check",
    columns=(QUESTION[0], *ANSWER),
    check=Later(f"{ROOM}.actions.inquiries.check_sheet"),
    write=Later(f"{ROOM}.actions.inquiries.write_sheet"),
    home="hardship:desk-answers",
    most=5_000,
    notes=(
        Text("由核对部门在“待核对清单”上填写后三列。", "The register fills in the last three columns of the sheet of questions."),
        Text("同一编号只收一个结果，收到时间和签章一并留存。", "One answer to a number, kept with its time and signature."),
    ),
)
