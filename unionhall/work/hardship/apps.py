"""Wiring of the room `hardship`: everything that others learn about it is said here."""

from django.apps import AppConfig

from unionhall.kernel.access.registry import Permission, register_permissions
from unionhall.kernel.audit.registry import register_verbs
from unionhall.kernel.exchange.registry import JobKind, Table, register_import, register_jobs, register_tables
from unionhall.kernel.files.registry import register_owner, register_phone
from unionhall.kernel.flows.registry import register_flow
from unionhall.kernel.ledger.registry import Dimension, register_dimensions, register_facts, register_indicators, register_recount
from unionhall.kernel.notices.registry import Kind, register_kinds
from unionhall.kernel.organizations.registry import register_path_column
from unionhall.kernel.people.registry import Words, register_hold, register_rewrap, register_standings, register_words
from unionhall.kernel.policies.registry import Policy, register_policies
from unionhall.kernel.programmes.registry import register_household_kinds, register_replay, register_room
from unionhall.lib.later import Later
from unionhall.lib.text import Text
from unionhall.shell import hall, navigation, panels, search
from unionhall.shell.hall import MatterSource, Service
from unionhall.shell.navigation import Item
from unionhall.shell.panels import Panel
from unionhall.shell.search import Source
from unionhall.work.hardship import facts, flow, registry
from unionhall.work.hardship.rules import means, procedure

ROOM = "unionhall.work.hardship"
PROGRAMMES = (
    "hardship_file",
    "cadre_pairing",
    "four_exit_routes",
    "poverty_exit_target",
    "relief_kpi",
)
PERMISSIONS = [
    Permission("hardship.see", Text("查看困难职工档案", "See hardship files")),
    Permission("hardship.money", Text("查看家庭收支与病情", "See incomes and illnesses")),
    Permission("hardship.register", Text("登记与修改档案", "Take up and correct files")),
    Permission("hardship.apply", Text("提交建档申请", "Hand in applications")),
    Permission("hardship.visit", Text("入户调查与年度核查", "Visit homes and verify")),
    Permission("hardship.review", Text("初审、公示与异议处理", "Review, public notice and objections")),
    Permission("hardship.check", Text("信息核对", "Ask outside registers")),
    Permission("hardship.approve", Text("审批建档", "Approve files")),
    Permission("hardship.exit", Text("脱困与撤销", "Out of hardship and withdrawal")),
    Permission("hardship.pair", Text("结对包联", "Pair cadres with households")),
    Permission("hardship.help", Text("登记帮扶与回访", "Note help and what households say")),
    Permission("hardship.yearly", Text("年度清查与抽查", "Yearly clean-up and spot check")),
    Permission("hardship.simulate", Text("标准调整试算", "Try rule changes")),
]
VERBS = {
    "hardship.assessed": Text("核算困难类别", "Means tested"),
    "hardship.revised": Text("修改档案", "File corrected"),
    "hardship.account_given": Text("提供收款账户", "Account given"),
    "hardship.pressed": Text("职工催办", "Asked for by the worker"),
    "hardship.consented": Text("签署授权", "Authorisation signed"),
    "hardship.posted": Text("发布公示", "Public notice put up"),
    "hardship.visited": Text("登记入户调查", "Home visit entered"),
    "hardship.asked": Text("发起信息核对", "Registers asked"),
    "hardship.answered": Text("收到核对结果", "Answer of a register taken"),
    "hardship.difference_resolved": Text("处理核对差异", "Difference of a register dealt with"),
    "hardship.objected": Text("受理异议", "Objection taken"),
    "hardship.objection_decided": Text("处理异议", "Objection decided"),
    "hardship.looked_back": Text("登记脱困回访", "Look back entered"),
    "hardship.paired": Text("结对包联", "Household paired"),
    "hardship.contacted": Text("登记联系", "Contact entered"),
    "hardship.helped": Text("登记帮扶", "Help noted"),
    "hardship.help_judged": Text("登记审计或回访结果", "Finding or answer about help entered"),
    "hardship.year_drawn": Text("生成年度清查名单", "Year's list drawn"),
    "hardship.spot_checked": Text("登记抽查结果", "Spot check entered"),
    "hardship.tried": Text("试算标准调整", "Rule change tried"),
    "hardship.recomputed": Text("批量重新核算", "All files worked out again"),
    "hardship.imported": Text("导入档案", "Files imported"),
    "hardship.handed_over": Text("接收移交档案", "File taken over"),
    "hardship.temporary_converted": Text("临时档案转困难职工档案", "Temporary record made into a file"),
    "hardship.temporary_cancelled": Text("取消临时救助档案", "Temporary record cancelled"),
    "hardship.called_back": Text("撤回移交", "Handing over called back"),
}


def _notice(code: str, subject: Text, body: Text, fields: tuple[str, ...] = ("reference",), audience: str = "") -> Kind:
    return Kind(f"hardship.{code}", subject, body, fields=fields, audience=audience)


NOTICES = [
    _notice(
        "approved",
        Text("困难职工档案已建立", "Your household is on file"),
        Text("您的申请 {reference} 已审批通过，家庭已建档。", "Your application {reference} was approved."),
    ),
    _notice(
        "refused",
        Text("困难职工建档申请未通过", "Your application was not granted"),
        Text(
            "您的申请 {reference} 未通过，原因和其他帮扶渠道请见办理详情。",
            "{reference} was not granted; see the reasons and other help.",
        ),
    ),
    _notice(
        "left",
        Text("困难职工档案已退出", "Your file was closed"),
        Text(
            "您的档案 {reference} 已退出，如家庭再遇困难可申请恢复。", "Your file {reference} was closed; it can be opened again."
        ),
    ),
    _notice(
        "objected",
        Text("{reference} 收到公示异议", "An objection to {reference}"),
        Text(
            "档案 {reference} 收到异议，办理已暂停，请核实处理。", "There is an objection to {reference}; it is held until decided."
        ),
        audience="hardship.review",
    ),
    _notice(
        "paired",
        Text("您与困难职工家庭结对", "You are paired with a household"),
        Text("请按规定联系结对家庭，档案编号 {reference}。", "Please keep contact with the household {reference}."),
    ),
    _notice(
        "offered",
        Text("有困难职工档案待接收：{reference}", "A hardship file waits to be taken: {reference}"),
        Text(
            "档案 {reference} 移交到本单位，请核实后接收或说明不予接收的原因。",
            "{reference} is handed over to you: take it, or say why not.",
        ),
        audience="hardship.register",
    ),
    _notice(
        "taken",
        Text("移交的档案已被接收：{reference}", "Taken over: {reference}"),
        Text("档案 {reference} 已由对方单位接收。", "{reference} is kept by the other unit now."),
        audience="hardship.register",
    ),
    _notice(
        "declined",
        Text("移交的档案未被接收：{reference}", "Not taken over: {reference}"),
        Text(
            "档案 {reference} 未被接收，原因见移交记录，仍由本单位保管。", "{reference} was not taken, see why; it stays with you."
        ),
        audience="hardship.register",
    ),
    _notice(
        "moved",
        Text("您的困难职工档案已转到新单位", "Your file has moved"),
        Text(
            "您的档案 {reference} 已转由 {unit} 办理，编号和帮扶记录不变。",
            "{reference} is kept by {unit} now; number and history stay.",
        ),
        fields=("reference", "unit"),
    ),
    _notice(
        "contact_due",
        Text("结对家庭待联系", "Contacts are due"),
        Text("您有 {count} 户结对家庭已到联系时间。", "{count} of your paired households wait for a contact."),
        fields=("count",),
    ),
]
HOUSE = Text("软件初始值，可由各级工会按制度调整", "initial value of the software; each federation sets its own")
LOCAL = Text("须由各地按民政部门公布的标准设定", "each region sets the line that its civil affairs office publishes")
USUAL = Text("各地困难职工建档办法通行口径", "as usual in local rules on hardship files")
CLEANING = Text("全国工会帮扶工作档案管理规定及各地细则", "national and local rules on keeping hardship files")
NUMBERS = (  # code, name, unit, default, source, least, most
    ("income_line", Text("城乡低保标准(每人每月)", "Minimum-living line, a person and month"), "fen", 0, LOCAL, 0, 1_000_000),
    ("deep_percent", Text("深度困难线(低保标准的百分比)", "Deep hardship, percent of the line"), "percent", 100, USUAL, 50, 400),
    (
        "relative_percent",
        Text("相对困难线(低保标准的百分比)", "Relative hardship, percent of the line"),
        "percent",
        200,
        USUAL,
        50,
        600,
    ),
    ("near_percent", Text("边缘困难线(低保标准的百分比)", "Near miss, percent of the line"), "percent", 250, HOUSE, 50, 800),
    (
        "accident_percent",
        Text("意外支出占家庭年收入比例", "Accident cost, percent of the year's income"),
        "percent",
        80,
        USUAL,
        10,
        400,
    ),
    ("migrant_months", Text("外来务工人员本地就业月数", "Months of employment of migrant workers"), "month", 12, USUAL, 0, 120),
    ("review_days", Text("初审、复核时限", "Days to review"), "working_day", 5, USUAL, 1, 60),
    ("visit_days", Text("入户调查时限", "Days to visit the home"), "working_day", 10, HOUSE, 1, 60),
    ("check_days", Text("信息核对时限", "Days to cross-check"), "working_day", 15, HOUSE, 1, 90),
    ("public_notice_days", Text("公示时间", "Days of public notice"), "working_day", 5, USUAL, 1, 30),
    ("approve_days", Text("审批时限", "Days to approve"), "working_day", 5, HOUSE, 1, 60),
    ("mend_days", Text("补正时限", "Days to mend"), "working_day", 10, HOUSE, 1, 60),
    ("verify_days", Text("年度核查周期", "Days until the next verification"), "day", 365, CLEANING, 30, 800),
    ("contact_months", Text("结对干部联系周期", "Months between contacts of the paired cadre"), "month", 3, HOUSE, 1, 12),
    ("spot_percent", Text("年度抽查比例", "Share of the yearly spot check"), "percent", 30, CLEANING, 1, 100),
    ("temporary_days", Text("临时救助档案转档期限", "Days until a temporary record is made into a file"), "day", 90, HOUSE, 1, 400),
    ("handover_days", Text("移交接收时限", "Days to take a file that is handed over"), "working_day", 10, HOUSE, 1, 60),
    ("keep_years", Text("退出后档案保存年限", "Years a file is kept after it was left"), "item", 10, CLEANING, 1, 100),
)
POLICIES = [
    *(
        Policy(f"hardship.{code}", name, unit, default, source, least=least, most=most)
        for code, name, unit, default, source, least, most in NUMBERS
    ),
    Policy(
        "hardship.watch_months", Text("脱困后回访月数", "Months after which one looks back"), "whole_list", [6, 12], HOUSE, least=1
    ),
    Policy(
        "hardship.counted_shares",
        Text("收支计入比例", "Shares of incomes and spending that count"),
        "table",
        dict(means.WHOLE),
        USUAL,
        words=registry.INCOMES | registry.SPENDING,
        further=means.shares,
    ),
    Policy(
        "hardship.covered_illnesses",
        Text("意外致困认可病种（1为认可）", "Illnesses that count as a blow (1: counted)"),
        "table",
        {code: int(code != "unlisted") for code in registry.DISEASES},
        Text("重大疾病保险的疾病定义使用规范（2020年修订版）28种", "the insurance industry's 28 illnesses, edition of 2020"),
        words=registry.DISEASES,
        further=means.covered,
    ),
    Policy(
        "hardship.procedure",
        Text("建档程序", "Procedure"),
        "table",
        procedure.STANDARD,
        USUAL,
        words=registry.PROCEDURE,
        further=procedure.read,
    ),
    Policy(
        "hardship.cost_months",
        Text("试算用生活救助月数", "Months of living aid, for trying a rule"),
        "table",
        {"deep": 12, "relative": 10, "accident": 10, "near": 0},
        Text(
            "有省份 2024 年标准：深度不超过 12 个月低保，其他不超过 10 个月",
            "a province's values of 2024: at most 12 and 10 months of the line",
        ),
        words=registry.KINDS,
    ),
]
DIMENSIONS = {
    "hardship_kind": Dimension(Text("困难类别", "Kind of hardship"), lambda: registry.KINDS),
    "route": Dimension(Text("脱困路径", "Route out of hardship"), lambda: registry.ROUTES),
    "withdrawal": Dimension(Text("撤销原因", "Reason of withdrawal"), lambda: registry.WITHDRAWALS),
    "answer": Dimension(Text("核对结果", "Answer of the register"), lambda: registry.ANSWERS),
    "item": Dimension(Text("帮扶项目", "Kind of help"), lambda: registry.HELPS),
}
STANDINGS = {
    "hardship_household": Text("困难职工家庭（户主）", "Head of a household on file"),
    "hardship_member": Text("困难职工家庭成员", "Member of a household on file"),
    "hardship_temporary": Text("持有临时救助档案", "On a temporary record"),
    "hardship_helped": Text("接受帮扶", "Helped"),
    "hardship_held": Text("困难职工档案异议核实中", "An objection to the household's file is open"),
}
RECOUNTS = {fact: fact.code.partition(".")[2] for fact in facts.FACTS}
SEARCHED = [
    Source("hardship.files", Text("困难职工档案", "Hardship files"), Later(f"{ROOM}.desk.finding.files"), "hardship.see", 40),
    Source("hardship.people", Text("人员", "People"), Later(f"{ROOM}.desk.finding.people"), "hardship.see", 41, pick_only=True),
    Source("hardship.units", Text("单位", "Units"), Later(f"{ROOM}.desk.finding.units"), "hardship.register", 42, pick_only=True),
]
PANELS = {
    place: Panel(
        "hardship.panel",
        Text("困难职工帮扶", "Hardship"),
        "hardship/desk/_panel.html",
        Later(f"{ROOM}.desk.panels.{place}"),
        "hardship.see",
        order=20,
    )
    for place in ("desk", "organization", "person", "programme")
}
MENU = (
    ("hardship.list", Text("困难职工档案", "Hardship files"), "hardship:desk-list", "hardship.see", 10, "users"),
    ("hardship.register", Text("登记困难家庭", "Register a household"), "hardship:desk-register", "hardship.register", 11, "plus"),
    ("hardship.watches", Text("脱困回访", "Looks back"), "hardship:desk-watches", "hardship.see", 12, "eye"),
    ("hardship.yearly", Text("年度清查与抽查", "Yearly clean-up"), "hardship:desk-yearly", "hardship.see", 13, "list-check"),
    ("hardship.answers", Text("信息核对", "Cross-check"), "hardship:desk-answers", "hardship.check", 14, "files"),
    ("hardship.temporary", Text("临时救助档案", "Temporary records"), "hardship:desk-temporaries", "hardship.see", 18, "users"),
    ("hardship.handovers", Text("档案移交", "Handing over"), "hardship:desk-handovers", "hardship.see", 17, "arrow-right"),
    ("hardship.trials", Text("标准调整试算", "Try a rule change"), "hardship:desk-trials", "hardship.simulate", 15, "chart-bar"),
    ("hardship.rates", Text("帮扶六率", "The six rates"), "hardship:desk-rates", "hardship.see", 16, "file-text"),
)


APPLY = Service("hardship.apply", Text("困难帮扶", "Aid in hardship"), "hardship_hall:start", "heart-handshake", 20)


OF_FILE = "household__head"
WORDS = (  # once a file may be let go: what was said in it, its book and its sealed answers
    Words("hardship.Household", "head", ("employer", "note", "book")),
    Words("hardship.Temporary", "person", ("sealed",)),
    Words("hardship.Inquiry", OF_FILE, ("words", "signature", "resolved")),
    Words("hardship.Exclusion", OF_FILE, ("proof",)),
    Words("hardship.Contact", "pairing__household__head", ("done",), ("need",)),
    *(Words(f"hardship.{model}", OF_FILE, named=("words",)) for model in ("Exit", "Handover", "Watch", "YearLine")),
    Words("hardship.Objection", OF_FILE, named=("words", "decision")),
    Words("hardship.Visit", OF_FILE, named=("finding",)),
)


class HardshipConfig(AppConfig):
    name = ROOM
    label = "hardship"

    def ready(self) -> None:
        """Say to the kernel and the shell what this room brings."""
        register_permissions(PERMISSIONS)
        register_verbs(VERBS)
        register_kinds(NOTICES)
        register_policies(POLICIES)
        register_standings(STANDINGS)
        register_words(WORDS)
        register_hold(Later(f"{ROOM}.queries.browse.keep_for_law"))
        register_rewrap(Later(f"{ROOM}.access.rewrap"))
        register_facts(facts.FACTS)
        register_dimensions(DIMENSIONS)
        register_indicators(facts.INDICATORS)
        for fact, recount in RECOUNTS.items():
            register_recount(fact, Later(f"{ROOM}.queries.recounts.{recount}"))
        register_flow(flow.HARDSHIP, "hardship.Household", own=Later(f"{ROOM}.access.concerned"))
        register_flow(flow.HANDOVER, "hardship.Handover")
        register_flow(flow.TEMPORARY, "hardship.Temporary")
        for model in ("Household", "Handover", "Temporary", "Posting", "Watch", "YearList", "Sheet", "Trial"):
            register_path_column(f"hardship.{model}")
        register_owner("hardship.Household", Later(f"{ROOM}.access.papers_visible_to"))
        register_phone("hardship.Household", Later(f"{ROOM}.actions.procedure.paper_by_phone"))
        register_tables(
            [
                Table(
                    "hardship.list",
                    Text("困难职工档案", "Hardship files"),
                    registry.COLUMNS,
                    Later(f"{ROOM}.queries.browse.exported"),
                    "hardship.see",
                ),
                Table(
                    "hardship.near",
                    Text("边缘困难职工家庭登记表", "Families just above the lines"),
                    registry.NEAR,
                    Later(f"{ROOM}.queries.browse.near_rows"),
                    "hardship.see",
                ),
                Table(
                    "hardship.year",
                    Text("年度清理名单", "The year's clean-up list"),
                    registry.YEAR,
                    Later(f"{ROOM}.queries.years.year_rows"),
                    "hardship.see",
                    filters=("list", "part"),
                ),
                registry.QUESTIONS,
            ]
        )
        register_import(registry.SHEET)
        register_import(registry.ANSWERED)
        register_jobs(
            [
                JobKind(
                    "hardship.recompute",
                    Text("全部档案重新核算", "All files worked out anew"),
                    Later(f"{ROOM}.actions.trials.run_recompute"),
                )
            ]
        )
        register_room("hardship", live_codes=PROGRAMMES)
        register_household_kinds(Later(f"{ROOM}.queries.membership.kinds"))
        register_replay("S0", "hardship", Later(f"{ROOM}.actions.replays.s0"))
        register_replay("S1", "hardship", Later(f"{ROOM}.actions.replays.s1"))
        hall.register_service(APPLY)
        hall.register_matters(MatterSource("hardship.files", Later(f"{ROOM}.hall.matters")))
        search.register_page("hardship.household", "hardship:desk-file")
        search.register_page("hardship.temporary", "hardship:desk-temporary", name=Text("临时救助档案", "Temporary record"))
        search.register_page("hardship.handover", "hardship:desk-handover", name=Text("档案移交", "Handing over"))
        for kind, (name, _way) in registry.COUNTED.items():
            search.register_page(f"hardship.{kind}", "hardship:desk-of", kind, name=name)
        search.register_page("flows.step", "hardship:desk-of", "step", name=Text("办理环节", "Step"))  # no other room counts steps
        for source in SEARCHED:
            search.register(source)
        for place, panel in PANELS.items():
            panels.register(place, panel)
        for code, label, url_name, permission, order, icon in MENU:
            navigation.register(
                Item(code, label, url_name=url_name, domain="assistance", permission=permission, order=order, icon=icon)
            )
