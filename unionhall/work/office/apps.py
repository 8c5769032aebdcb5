"""Wiring of the front room of the desk: navigation, permissions, search, tables."""

from django.apps import AppConfig

from unionhall.kernel.access.registry import Permission, register_permissions
from unionhall.kernel.exchange.registry import Column, JobKind, Table, register_import, register_jobs, register_tables
from unionhall.kernel.notices.registry import Kind, register_kinds, register_pages
from unionhall.kernel.policies.registry import Policy, register_policies
from unionhall.lib.later import Later
from unionhall.lib.text import Text
from unionhall.shell import frame, navigation, panels, search
from unionhall.shell.navigation import Item
from unionhall.shell.search import Source
from unionhall.work.office.registry import IMPORTS, LIGHTS, TABS

PERMISSIONS = [
    Permission("office.see", Text("使用工作台", "Use the desk")),
    Permission("ledger.see", Text("查看数字及其来源", "See figures and what is behind them")),
]
FETCHES = {
    "organization": Later("unionhall.work.office.desk.units.fetched"),
    "person": Later("unionhall.work.office.desk.people.fetched"),
}
ITEMS = [
    Item("office.home", Text("我的工作台", "My desk"), "office:home", "desk", "office.see", 10, "home"),
    Item("office.worklist", Text("待办清单", "Worklist"), "office:worklist", "desk", "office.see", 20, "list-check"),
    Item("office.programmes", Text("工作项目", "Programmes"), "office:programmes", "desk", "programmes.see", 30, "folder"),
    Item("office.people", Text("人员", "People"), "office:people", "people", "people.see", 10, "users"),
    Item("office.inbox", Text("消息", "Messages"), "office:inbox", "person", None, 10, "bell"),
    Item("office.jobs", Text("任务中心", "Task centre"), "office:jobs", "person", None, 20, "clock"),
    Item("office.deputies", Text("授权代办", "My deputies"), "office:deputies", "person", "office.see", 30, "users"),
    Item("office.accounts", Text("账号与授权", "Accounts"), "office:accounts", "settings", "access.see", 10, "key"),
    Item("office.trail", Text("审计记录", "Audit trail"), "office:trail", "settings", "audit.see", 20, "history"),
    Item("office.rules", Text("规则值", "Rule values"), "office:rules", "settings", "policies.see", 30, "adjustments"),
    Item("office.calendar", Text("工作日历", "Working calendar"), "office:calendar", "settings", "policies.see", 40, "calendar"),
    Item("office.setup", Text("初始化向导", "Setting up"), "office:setup", "settings", "system.settings", 50, "settings"),
    Item(
        "office.undelivered",
        Text("未送达消息", "Messages that did not arrive"),
        "office:dead-letters",
        "settings",
        "notices.manage",
        60,
        "mail",
    ),
    Item("office.units", Text("组织机构", "Units"), "office:units", "organizations", "organizations.see", 10, "sitemap"),
]
SIGNATURES = panels.Panel(
    "office.signatures",
    Text("加签", "Signatures"),
    template="office/desk/_panel_signatures.html",
    fill=Later("unionhall.work.office.desk.signatures.panel"),
)
TOOLS = [
    Item(
        "office.tasks",
        Text("待办", "Tasks"),
        "office:worklist",
        "desk",
        "office.see",
        10,
        "list-check",
        Later("unionhall.work.office.desk.home.open_tasks"),
    ),
]

FINDERS = "unionhall.work.office.desk.search"
SOURCES = [
    Source("office.people", Text("人员", "People"), Later(f"{FINDERS}.find_people"), "people.see", 10),
    Source("office.units", Text("单位", "Units"), Later(f"{FINDERS}.find_units"), "organizations.see", 20),
    Source("office.programmes", Text("工作项目", "Programmes"), Later(f"{FINDERS}.find_programmes"), "programmes.see", 30),
    Source("office.colleagues", Text("同事", "Colleagues"), Later(f"{FINDERS}.find_colleagues"), "office.see", 40, pick_only=True),
]
POLICIES = [
    Policy(
        "office.deputy_days",
        Text("授权代办最长天数", "Longest delegation to a deputy"),
        "day",
        92,
        Text("系统默认，可由本级工会调整", "Default of the house; a federation may set its own"),
        least=1,
        most=366,
    ),
]
NOTICES = [
    Kind(
        "office.lent",
        Text("{deputy}代{lender}办理工作", "{deputy} acts for {lender}"),
        Text(
            "{since}至{until}，{deputy}代{lender}办理工作；每一步都会记明代办人。",
            "From {since} to {until} {deputy} acts for {lender}; each step says so.",
        ),
        fields=("lender", "deputy", "since", "until"),
    ),
    Kind(
        "office.lent_back",
        Text("{deputy}不再代{lender}办理", "{deputy} no longer acts for {lender}"),
        Text("{lender}授权{deputy}的代办已结束。", "The delegation from {lender} to {deputy} has ended."),
        fields=("lender", "deputy"),
    ),
]
UNITS = Table(
    code="office.units",
    name=Text("组织机构", "Units"),
    columns=(
        Column("name", Text("名称", "Name"), width=36),
        Column("short_name", Text("简称", "Short name")),
        Column("level", Text("层级", "Level"), width=12),
        Column("kind", Text("类型", "Kind"), width=14),
        Column("code", Text("单位编码", "Unit code")),
        Column("credit_code", Text("统一社会信用代码", "Unified credit code"), width=22),
        Column("division_code", Text("行政区划代码", "Division code"), width=14),
        Column("above", Text("上级组织", "Unit above"), width=30),
        Column("since", Text("成立日期", "Founded on"), "date", 12),
        Column("until", Text("撤销日期", "Closed on"), "date", 12),
        Column("initials", Text("拼音首字母", "Initials"), extra=True),
        Column("depth", Text("层数", "Depth"), "number", 8, extra=True),
        Column("below", Text("下级组织数", "Units below"), "number", 12),
    ),
    rows=Later("unionhall.work.office.queries.exports.unit_rows"),
    permission="organizations.export",
    count=Later("unionhall.work.office.queries.exports.unit_count"),
)
PEOPLE = Table(
    code="office.people",
    name=Text("人员", "People"),
    columns=(
        Column("name", Text("姓名", "Name"), width=14),
        Column("sex", Text("性别", "Sex"), width=8),
        Column("id_number", Text("身份证号", "ID number"), width=22),
        Column("phone", Text("手机号", "Mobile phone"), width=16),
        Column("unit", Text("所属单位", "Unit"), width=32),
        Column("unit_code", Text("单位编码", "Unit code"), extra=True),
        Column("birth_year", Text("出生年份", "Year of birth"), extra=True, width=10),
        Column("registered", Text("登记日期", "Registered on"), "date", 12, extra=True),
    ),
    rows=Later("unionhall.work.office.queries.exports.people_rows"),
    permission="people.export",
    plain=Later("unionhall.work.office.queries.exports.people_plainly"),
    plain_permission="people.reveal",
    count=Later("unionhall.work.office.queries.exports.people_count"),
)
WORKLIST = Table(
    code="office.worklist",
    name=Text("待办清单", "Worklist"),
    columns=(
        Column("reference", Text("编号", "Number"), width=22),
        Column("title", Text("事项", "Matter"), width=44),
        Column("unit", Text("单位", "Unit"), width=30),
        Column("sender", Text("来自", "From"), width=12),
        Column("opened", Text("收到时间", "Received"), "moment", 18),
        Column("due", Text("期限", "Due"), "date", 12),
        Column("light", Text("状态", "State"), width=10),
        Column("left", Text("剩余工作日", "Working days left"), "number", 12),
        Column("awaits", Text("下一步", "Next step"), width=14),
    ),
    rows=Later("unionhall.work.office.desk.worklist.sheet_rows"),
    permission="office.see",
    masking=Text("申请人姓名与页面一致，已脱敏", "Names of applicants are masked as on the page"),
    values={"tab": TABS, "light": LIGHTS},
    named={"kind": Later("unionhall.work.office.queries.tasks.kind_named")},
)
EXPORT = JobKind("office.export", Text("导出表格", "Export a table"), Later("unionhall.work.office.jobs.export"))


class OfficeConfig(AppConfig):
    name = "unionhall.work.office"
    label = "office"

    def ready(self) -> None:
        register_permissions(PERMISSIONS)
        register_policies(POLICIES)
        register_kinds(NOTICES)
        register_pages(Later("unionhall.work.office.desk.jobs.told_on"))
        for item in ITEMS:
            navigation.register(item)
        for source in SOURCES:
            search.register(source)
        search.register_page("organizations.organization", "office:unit", name=Text("单位", "Unit"))
        register_tables([UNITS, PEOPLE, WORKLIST])
        for place, fetch in FETCHES.items():
            panels.take_in_later(place, fetch)
        panels.register("record", SIGNATURES)
        register_jobs([EXPORT])
        for kind in IMPORTS:
            register_import(kind)
        for tool in TOOLS:
            navigation.register_tool(tool)
        frame.register_identity(Later("unionhall.work.office.desk.home.identity"))
