"""What people bring to the desk as sheets: units and people; and the words of the worklist, on its page and in its sheet."""

from unionhall.kernel.exchange.registry import Choice, Column, ImportKind
from unionhall.lib.later import Later
from unionhall.lib.text import Text

WRITES = "unionhall.work.office.actions"
FROM_NUMBER = Text("有身份证号时可不填。", "Not needed beside an ID number.")
ONE_PERSON = Text(
    "身份证号相同即为同一人：已登记的不会重复登记，电话不同的会更正。",
    "One ID number is one person: nobody is registered twice, and a different phone is corrected.",
)
TABS: dict[str, Text] = {
    "mine": Text("我的待办", "Mine"),
    "sent": Text("我派出的", "Sent by me"),
    "watched": Text("我关注的", "Watched"),
    "drafts": Text("草稿", "Drafts"),
    "scope": Text("辖区全部", "All in my scope"),
    "done": Text("已办", "Done"),
}
LIGHTS = {
    "late": Text("超期", "Overdue"),
    "soon": Text("临期", "Due soon"),
    "ok": Text("正常", "On time"),
    "paused": Text("暂停", "Paused"),
}
LEVELS = (
    Choice("nation", Text("全国", "Nation")),
    Choice("province", Text("省", "Province"), ("省级", "自治区", "直辖市")),
    Choice("city", Text("市", "City"), ("市级", "地市", "州", "盟")),
    Choice("county", Text("县（区）", "County"), ("县", "区", "县级", "县(区)", "区县", "旗")),
    Choice("township", Text("乡镇（街道）", "Township"), ("乡镇", "街道", "镇", "乡", "乡镇(街道)")),
    Choice("grassroots", Text("基层", "Grassroots"), ("基层工会", "企业")),
    Choice("group", Text("小组", "Group"), ("工会小组", "班组")),
)
KINDS = (
    Choice("federation", Text("总工会", "Federation"), ("地方总工会",)),
    Choice("industry", Text("产业工会", "Industrial union"), ("产业（行业）工会", "行业工会")),
    Choice("joint", Text("工会联合会", "Joint federation"), ("联合会", "联合基层工会")),
    Choice("grassroots", Text("基层工会", "Grassroots union"), ("基层工会委员会", "企业工会", "机关工会")),
    Choice("branch", Text("分会", "Branch union"), ("分工会",)),
    Choice("team", Text("工作组", "Working team")),
    Choice("department", Text("部门", "Department")),
    Choice("group", Text("工会小组", "Union group"), ("小组",)),
)
SEXES = (
    Choice("male", Text("男", "Male"), ("1", "男性", "m")),
    Choice("female", Text("女", "Female"), ("2", "女性", "f")),
)
UNITS = ImportKind(
    code="organizations.units",
    name=Text("组织机构", "Units"),
    permission="organizations.import",
    columns=(
        Column(
            "code",
            Text("单位编码", "Unit code"),
            width=16,
            longest=40,
            required=True,
            example="440000001",
            aliases=("组织编码", "机构编码"),
        ),
        Column(
            "name",
            Text("名称", "Name"),
            width=36,
            required=True,
            example="某某公司工会",
            aliases=("单位名称", "工会名称", "组织名称"),
        ),
        Column("short_name", Text("简称", "Short name"), width=18, longest=60, example="某某公司"),
        Column(
            "level",
            Text("层级", "Level"),
            "choice",
            14,
            required=True,
            choices=LEVELS,
            example="基层",
            aliases=("组织层级", "级别"),
        ),
        Column("kind", Text("类型", "Kind"), "choice", 14, required=True, choices=KINDS, example="基层工会", aliases=("组织类型",)),
        Column(
            "parent_code",
            Text("上级编码", "Code of the unit above"),
            width=16,
            example="440000",
            aliases=("上级单位编码", "上级组织编码"),
            note=Text("空着即为本单位的直属下级。", "Left empty, the unit stands directly below yours."),
        ),
        Column("division_code", Text("行政区划代码", "Division code"), width=14, example="440000", aliases=("区划代码",)),
        Column(
            "credit_code",
            Text("统一社会信用代码", "Unified credit code"),
            width=22,
            aliases=("信用代码", "社会信用代码"),
            note=Text("工会自己的法人代码，不是企业的。", "The union's own code, not the employer's."),
        ),
        Column("since", Text("成立日期", "Founded on"), "date", 14, example="2025-03-05", aliases=("建会日期", "成立时间")),
    ),
    check=Later(f"{WRITES}.import_units.check"),
    write=Later(f"{WRITES}.import_units.write"),
    undo=Later(f"{WRITES}.import_units.undo"),
    home="office:units",
    most=20_000,
    whole=True,
    notes=(
        Text(
            "编码已存在的行为更正；表中不移动组织，移动请在组织页面办理。",
            "Lines with a known code correct the unit; nothing is moved by a sheet.",
        ),
        Text("上下级可在同一张表内，顺序不限。", "Units above and below may stand in one sheet, in any order."),
    ),
)
PEOPLE = ImportKind(
    code="people.register",
    name=Text("人员", "People"),
    permission="people.register",
    columns=(
        Column(
            "name",
            Text("姓名", "Name"),
            width=14,
            longest=100,
            required=True,
            example="张三",
            aliases=("名字", "职工姓名", "会员姓名"),
        ),
        Column(
            "id_number",
            Text("身份证号", "ID number"),
            "id_number",
            22,
            example="990000199001010017",
            aliases=("证件号码", "身份证号码", "公民身份号码", "身份证", "证件号"),
            note=Text("用文本格式填写，最后一位可以是 X。", "As text; the last character may be X."),
        ),
        Column(
            "phone",
            Text("手机号", "Mobile phone"),
            "phone",
            16,
            example="10012345678",
            aliases=("电话", "联系电话", "手机", "手机号码", "联系方式"),
        ),
        Column("sex", Text("性别", "Sex"), "choice", 8, choices=SEXES, note=FROM_NUMBER),
        Column("birth", Text("出生日期", "Date of birth"), "date", 14, aliases=("出生年月日", "生日"), note=FROM_NUMBER),
        Column(
            "unit",
            Text("所属单位", "Unit"),
            "unit",
            30,
            aliases=("单位", "工会", "所属工会", "单位名称", "工作单位", "单位编码"),
            note=Text("单位编码、全称或简称；空着即为本单位。", "Its code, full or short name; left empty, your own unit."),
        ),
        Column("address", Text("住址", "Address"), width=36, aliases=("地址", "家庭住址", "联系地址", "居住地址")),
    ),
    check=Later(f"{WRITES}.import_people.check"),
    write=Later(f"{WRITES}.import_people.write"),
    undo=Later(f"{WRITES}.import_people.undo"),
    home="office:people",
    notes=(ONE_PERSON,),
)
IMPORTS = (UNITS, PEOPLE)
