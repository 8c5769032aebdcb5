"""Wiring of the room `reports`: everything that others learn about it is said here."""

from django.apps import AppConfig

from unionhall.kernel.access.registry import Permission, register_permissions
from unionhall.kernel.audit.registry import register_verbs
from unionhall.kernel.exchange.registry import Column, ImportKind, register_import
from unionhall.kernel.files.registry import register_owner
from unionhall.kernel.ledger.registry import register_definitions
from unionhall.kernel.notices.registry import Kind, register_kinds
from unionhall.kernel.organizations.registry import register_path_column
from unionhall.kernel.policies.registry import Policy, register_policies
from unionhall.kernel.programmes.registry import register_room
from unionhall.lib.later import Later
from unionhall.lib.text import Text
from unionhall.shell import navigation, panels, search
from unionhall.shell.navigation import Item
from unionhall.shell.panels import Panel
from unionhall.shell.search import Source

ROOM = "unionhall.work.reports"
PERMISSIONS = [
    Permission("reports.see", Text("查看统计与报告", "See figures and reports")),
    Permission("reports.write", Text("撰写报告", "Write reports")),
    Permission("reports.issue", Text("印发报告", "Issue reports")),
    Permission("reports.fill", Text("填报报表与报送数", "Fill in tables and reported totals")),
    Permission("reports.show", Text("设置大屏", "Set up big screens")),
    Permission("reports.define", Text("定义指标与报告模板", "Define indicators and templates")),
]
VERBS = {
    "reports.defined": Text("定义指标", "Indicator defined"),
    "reports.retired": Text("停用指标", "Indicator retired"),
    "reports.template_saved": Text("保存报告模板", "Template saved"),
    "reports.template_retired": Text("停用报告模板", "Template retired"),
    "reports.drafted": Text("生成报告", "Report generated"),
    "reports.edited": Text("手改报告段落", "Paragraph changed by hand"),
    "reports.subscribed": Text("选定我的数字", "Own figures chosen"),
    "reports.total_entered": Text("填入报送数", "Reported total entered"),
    "reports.total_taken_back": Text("撤回报送数", "Reported total taken back"),
    "reports.rule_set": Text("设置校验规则", "Rule set"),
    "reports.rule_ended": Text("停用校验规则", "Rule ended"),
    "reports.table_added": Text("导入报表", "Table imported"),
    "reports.table_tied": Text("设置报表取数", "Cells tied"),
    "reports.table_opened": Text("下发报表", "Units asked for a table"),
    "reports.table_urged": Text("催报", "Units reminded of a table"),
    "reports.filing_filled": Text("报表取数", "Table counted again"),
    "reports.filing_cell": Text("手填报表单元格", "Cell written by hand"),
    "reports.filing_submitted": Text("提交报表", "Table handed in"),
    "reports.filing_passed": Text("报表转报上级", "Table passed up"),
    "reports.filing_accepted": Text("报表通过", "Table accepted"),
    "reports.filing_returned": Text("退回报表", "Table returned"),
    "reports.leave_given": Text("准许补报", "Leave to be late given"),
    "reports.issued": Text("印发报告", "Report issued"),
    "reports.screen_hung": Text("设置大屏", "Big screen hung"),
    "reports.screen_bound": Text("大屏绑定设备", "Big screen given to its device"),
    "reports.screen_taken_down": Text("停用大屏", "Big screen taken down"),
    "reports.checked": Text("核对文稿", "Text checked"),
    "reports.match_corrected": Text("更正数字与指标的对应", "Match of a figure corrected"),
}
POLICIES = [
    Policy(
        "reports.jump_percent",
        Text("与上年同期相比提示的变化幅度", "Change against the year before that is pointed out"),
        "percent",
        50,
        Text("软件初始值，可由各级工会调整", "initial value of the software; each federation sets its own"),
        least=1,
        most=1000,
    ),
]
PICKERS = (
    Source(
        "reports.indicators", Text("指标", "Indicators"), Later(f"{ROOM}.desk.finding.figures"), "reports.see", 60, pick_only=True
    ),
    Source("reports.facts", Text("计量项", "Facts"), Later(f"{ROOM}.desk.finding.facts"), "reports.fill", 62, pick_only=True),
    Source(
        "reports.programmes",
        Text("工作项目", "Programmes"),
        Later(f"{ROOM}.desk.finding.programmes_here"),
        "reports.write",
        63,
        pick_only=True,
    ),
    Source("reports.units", Text("单位", "Units"), Later(f"{ROOM}.desk.finding.units"), "reports.see", 61, pick_only=True),
)
NOTICES = [
    Kind(
        "reports.figures",
        Text("{unit}数据（截至{until}）", "Figures of {unit} up to {until}"),
        Text("今年以来：{lines}。", "This year: {lines}."),
        fields=("unit", "until", "lines"),
        channels=("email",),
    ),
    Kind(
        "reports.asked",
        Text("请填报{name}", "{name} is to be filled in"),
        Text("请填报{name}，期间截至{until}。", "Please fill in {name} for the period up to {until}."),
        fields=("name", "until"),
        audience="reports.fill",
    ),
    Kind(
        "reports.leave",
        Text("{name}准许补报", "{name} may be handed in late"),
        Text("{name}准许补报至{until}：{reason}", "{name} may be handed in until {until}: {reason}"),
        fields=("name", "until", "reason"),
        audience="reports.fill",
    ),
    Kind(
        "reports.waiting",
        Text("{unit}的{name}待审", "{name} of {unit} waits for you"),
        Text(
            "{unit}提交的{name}（期间截至{until}）现由本级审核。",
            "{name} of {unit} for the period up to {until} lies with you now.",
        ),
        fields=("unit", "name", "until"),
        audience="reports.fill",
    ),
    Kind(
        "reports.returned",
        Text("{name}被退回", "{name} was returned"),
        Text("{name}被退回：{reason}", "{name} was returned: {reason}"),
        fields=("name", "reason"),
        audience="reports.fill",
    ),
]
MENU = (
    ("reports.dashboard", Text("分析看板", "Dashboard"), "reports:desk-dashboard", "reports.see", 58, "chart-bar"),
    ("reports.mine", Text("我的数字", "My figures"), "reports:desk-mine", "reports.see", 59, "list-check"),
    ("reports.tables", Text("报表上报", "Reporting desk"), "reports:desk-tables", "reports.see", 63, "clipboard-list"),
    ("reports.totals", Text("报送数", "Reported totals"), "reports:desk-totals", "reports.fill", 64, "clipboard-list"),
    ("reports.rules", Text("校验规则", "Rules between figures"), "reports:desk-rules", "reports.see", 65, "scale"),
    ("reports.screens", Text("大屏", "Big screens"), "reports:desk-screens", "reports.show", 66, "layout-dashboard"),
    ("reports.written", Text("报告", "Reports"), "reports:desk-list", "reports.see", 60, "file-text"),
    ("reports.check", Text("核对文稿", "Check a text"), "reports:desk-check", "reports.write", 61, "search"),
    ("reports.templates", Text("报告模板", "Report templates"), "reports:desk-templates", "reports.see", 61, "files"),
    ("reports.indicators", Text("指标", "Indicators"), "reports:desk-indicators", "reports.see", 62, "list-details"),
)
TOTALS = ImportKind(
    "reports.totals",
    Text("报送数", "Reported totals"),
    "reports.fill",
    (
        Column("fact", Text("计量项", "What was counted"), required=True, example="发现问题", aliases=("指标", "项目")),
        Column("unit", Text("单位", "Unit"), "unit", required=True, aliases=("报送单位", "填报单位")),
        Column("since", Text("起始日期", "From day"), "date", required=True, example="2025-01-01", aliases=("开始日期",)),
        Column("until", Text("截止日期", "To day"), "date", required=True, example="2025-03-31", aliases=("结束日期",)),
        Column(
            "number", Text("数值（金额以元计）", "Number (money in yuan)"), required=True, example="120", aliases=("数", "数量")
        ),
        Column(
            "evidence", Text("佐证", "Evidence"), longest=200, required=True, example="来函〔2025〕3号", aliases=("依据", "文号")
        ),
    ),
    Later(f"{ROOM}.actions.imports.check_totals"),
    Later(f"{ROOM}.actions.imports.write_totals"),
    Later(f"{ROOM}.actions.imports.undo_totals"),
    home="reports:desk-totals",
    most=2_000,
)
PANELS = {
    place: Panel(
        f"reports.{place}",
        name,
        f"reports/desk/_panel_{place}.html",
        Later(f"{ROOM}.desk.oneclick.{place}"),
        "reports.write",
        order=90,
    )
    for place, name in (("desk", Text("年度总结", "Yearly report")), ("programme", Text("结项报告", "Closing report")))
}


class ReportsConfig(AppConfig):
    name = ROOM
    label = "reports"

    def ready(self) -> None:
        """Say to the kernel and the shell what this room brings."""
        register_permissions(PERMISSIONS)
        register_verbs(VERBS)
        register_definitions(Later(f"{ROOM}.queries.indicators.find"))
        for model in ("Definition", "Template", "Report", "Rule", "Total", "OfficialTable", "Filing", "Screen", "Subscription"):
            register_path_column(f"reports.{model}")
        for model in ("Checked", "Alias"):
            register_path_column(f"reports.{model}")
        register_policies(POLICIES)
        register_kinds(NOTICES)
        register_import(TOTALS)
        for place, panel in PANELS.items():
            panels.register(place, panel)
        register_owner("reports.Total", Later(f"{ROOM}.access.totals_for"))
        register_room("reports")
        for code, label, url_name, permission, order, icon in MENU:
            navigation.register(Item(code, label, url_name=url_name, domain="desk", permission=permission, order=order, icon=icon))
        search.register_page("reports.report", "reports:desk-report", name=Text("报告", "Report"))
        search.register_page("ledger.report", "reports:desk-totals", name=Text("报送数", "Reported total"), listed=True)
        search.register_page("reports.subscription", "reports:desk-mine", name=Text("我的数字", "My figures"), listed=True)
        for source in PICKERS:
            search.register(source)
