"""Wiring of the room `issues`: everything that others learn about it is said here."""

from django.apps import AppConfig

from unionhall.kernel.access.registry import Permission, register_permissions
from unionhall.kernel.audit.registry import register_verbs
from unionhall.kernel.exchange.registry import Column, Table, register_tables
from unionhall.kernel.files.registry import register_owner
from unionhall.kernel.flows.registry import Intake, register_flow, register_intake
from unionhall.kernel.ledger.registry import Dimension, register_dimensions, register_facts, register_indicators, register_recount
from unionhall.kernel.notices.registry import Kind, register_kinds
from unionhall.kernel.organizations.registry import register_path_column
from unionhall.kernel.people.registry import register_words
from unionhall.kernel.policies.registry import Policy, register_policies
from unionhall.kernel.programmes.registry import register_replay, register_room
from unionhall.lib.later import Later
from unionhall.lib.text import Text
from unionhall.shell import navigation, panels, search
from unionhall.shell.navigation import Item
from unionhall.shell.panels import Panel
from unionhall.shell.search import Source
from unionhall.work.issues import facts, flow, registry

PROGRAMMES = (
    "issue_list_closure",
    "graded_dispatch",
    "listing_writeoff",
    "self_inspection_issues",
    "personal_self_check",
    "shortcoming_rectification",
    "quality_review_notice",
    "discipline_inspection",
)
DIMENSIONS = {
    "source": Dimension(Text("来源", "Source"), lambda: registry.SOURCES),
    "kind": Dimension(Text("问题种类", "Kind of issue"), Later("unionhall.work.issues.queries.kinds.everything")),
    "grade": Dimension(Text("等级", "Grade"), lambda: registry.GRADES),
    "colour": Dimension(Text("旗色", "Colour of the flag"), lambda: registry.FLAGS),
    "decision": Dimension(Text("决定", "Decision"), lambda: registry.DECISIONS),
}
PERMISSIONS = [
    Permission("issues.see", Text("查看问题", "See issues")),
    Permission("issues.report", Text("登记问题", "Register issues")),
    Permission("issues.dispatch", Text("定级派单", "Grade and dispatch issues")),
    Permission("issues.accept", Text("签收与退回", "Accept and refuse issues")),
    Permission("issues.handle", Text("办理问题", "Handle issues")),
    Permission("issues.check", Text("核查问题", "Check issues")),
    Permission("issues.write_off", Text("销号", "Write issues off")),
    Permission("issues.supervise", Text("催办、督办与挂旗", "Chase, supervise and flag issues")),
    Permission("issues.route", Text("维护派单表", "Keep the routing table")),
    Permission("issues.review", Text("月梳理与季通报", "Monthly reviews and quarterly notices")),
    Permission("issues.decide", Text("决定问责建议", "Decide proposals to hold to account")),
]
VERBS = {
    "issues.list_opened": Text("建立清单", "List opened"),
    "issues.list_closed": Text("关闭清单", "List closed"),
    "issues.source_added": Text("增加来源", "Source added"),
    "issues.corrected": Text("更正问题", "Issue corrected"),
    "issues.merged": Text("合并问题", "Issues merged"),
    "issues.recurred": Text("登记复发", "Recurrence registered"),
    "issues.progress": Text("填写进展", "Progress reported"),
    "issues.measure_set": Text("制定措施", "Measure set"),
    "issues.measure_done": Text("完成措施", "Measure done"),
    "issues.supervised": Text("列入督办", "Put under supervision"),
    "issues.unsupervised": Text("取消督办", "Supervision ended"),
    "issues.flag_hung": Text("挂旗", "Flag hung"),
    "issues.flag_taken_down": Text("取旗", "Flag taken down"),
    "issues.route_set": Text("设置派单行", "Route set"),
    "issues.route_ended": Text("停用派单行", "Route ended"),
    "issues.kind_added": Text("增加类别", "Kind added"),
    "issues.review_opened": Text("开始月梳理", "Monthly review opened"),
    "issues.review_closed": Text("完成月梳理", "Monthly review closed"),
    "issues.notice_drafted": Text("起草季通报", "Quarterly notice drafted"),
    "issues.notice_issued": Text("印发季通报", "Quarterly notice issued"),
    "issues.accountability_proposed": Text("提出问责建议", "Accountability proposed"),
    "issues.accountability_decided": Text("决定问责建议", "Accountability decided"),
}
NOTICES = [
    Kind(
        "issues.supervised",
        Text("{reference} 已列入督办", "{reference} is under supervision"),
        Text("问题“{title}”已列入督办，请抓紧办理。", "The issue “{title}” is under supervision; please see to it."),
        fields=("reference", "title"),
        audience="issues.handle",
    ),
    Kind(
        "issues.noticed",
        Text("贵单位被列入{number}", "Your unit is named in {number}"),
        Text("季通报{number}列出了贵单位的问题，请查看并整改。", "The quarterly notice {number} names issues of your unit."),
        fields=("number",),
        audience="issues.handle",
    ),
]
HOUSE = Text("软件初始值，可由各级工会按制度调整", "initial value of the software; each federation sets its own")
S0 = Text(
    "2023 年公开总结：连续 2 次被通报的责任人视情节轻重予以处理",
    "a published report of 2023: two notices in a row are handled by severity",
)
POLICIES = [
    Policy("issues.dispatch_days", Text("派单时限", "Days to dispatch"), "working_day", 2, HOUSE, least=1, most=60),
    Policy("issues.accept_days", Text("签收时限", "Days to accept"), "working_day", 2, HOUSE, least=1, most=60),
    Policy(
        "issues.handle_days_major",
        Text("重大问题办理时限", "Days to handle a major issue"),
        "working_day",
        60,
        HOUSE,
        least=1,
        most=400,
    ),
    Policy(
        "issues.handle_days_serious",
        Text("较重问题办理时限", "Days to handle a serious issue"),
        "working_day",
        20,
        HOUSE,
        least=1,
        most=400,
    ),
    Policy(
        "issues.handle_days_general",
        Text("一般问题办理时限", "Days to handle a general issue"),
        "working_day",
        10,
        HOUSE,
        least=1,
        most=400,
    ),
    Policy("issues.check_days", Text("核查时限", "Days to check"), "working_day", 5, HOUSE, least=1, most=60),
    Policy("issues.write_off_days", Text("销号时限", "Days to write off"), "working_day", 5, HOUSE, least=1, most=60),
    Policy(
        "issues.undo_minutes",
        Text("派单可撤回时间", "Minutes in which a dispatch can be taken back"),
        "minute",
        2,
        HOUSE,
        least=0,
        most=60,
    ),
    Policy(
        "issues.recurrence_days",
        Text("复发认定期限", "Days in which an issue counts as come back"),
        "day",
        180,
        HOUSE,
        least=1,
        most=1000,
    ),
    Policy(
        "issues.accountability_notices",
        Text("触发问责建议的连续通报次数", "Notices in a row that raise a proposal"),
        "item",
        2,
        S0,
        least=2,
        most=8,
    ),
]

COLUMNS = (
    Column("reference", Text("编号", "Reference"), width=20),
    Column("title", Text("问题", "Issue"), width=48),
    Column("source", Text("来源", "Source")),
    Column("kind", Text("类别", "Kind"), width=20),
    Column("grade", Text("等级", "Grade"), width=8),
    Column("state", Text("状态", "State"), width=10),
    Column("organization", Text("清单单位", "Listed by"), width=28),
    Column("handler", Text("承办单位", "Handled by"), width=28),
    Column("found_on", Text("发现日期", "Found on"), "date"),
    Column("due_on", Text("期限", "Due"), "date"),
    Column("deadline", Text("办结期限", "Deadline"), "date"),
    Column("written_off_on", Text("销号日期", "Written off on"), "date"),
)


ROOM = "unionhall.work.issues"
# Each fact's name in facts.py and the function of queries/recounts.py that counts it again from the records.
RECOUNTS = {
    facts.IDENTIFIED: "identified",
    facts.LISTED: "listed",
    facts.KIND_LISTED: "listed",
    facts.TEAM_TARGETED: "targeted",
    facts.GRADED: "graded",
    facts.DISPATCHED: "dispatched",
    facts.RECEIVED: "received",
    facts.ACCEPTED: "accepted",
    facts.REFUSED: "refused",
    facts.RESOLVED: "resolved",
    facts.WRITTEN_OFF: "written_off",
    facts.CLEARED: "cleared",
    facts.LATE: "late",
    facts.WITHDRAWN: "withdrawn",
    facts.RECURRED: "recurred",
    facts.OPEN: "open_stock",
    facts.REVIEWED: "reviewed",
    facts.NOTICE_ISSUED: "notices",
    facts.NOTICED: "noticed",
    facts.ACCOUNTABILITY_PROPOSED: "proposed",
    facts.ACCOUNTABILITY_DECIDED: "decided",
    facts.FLAG_HUNG: "flags",
    facts.MEASURE_SET: "measures",
}
REPLAYS = {"S0": "s0", "S2": "s2", "S4": "s4"}
SEARCHED = [
    Source("issues.issues", Text("问题", "Issues"), Later(f"{ROOM}.desk.finding.issues"), "issues.see", 30),
    Source("issues.units", Text("单位", "Units"), Later(f"{ROOM}.desk.finding.units"), "issues.see", 31, pick_only=True),
    Source("issues.people", Text("人员", "People"), Later(f"{ROOM}.desk.finding.people"), "issues.see", 32, pick_only=True),
]
PANELS = {
    place: Panel(
        "issues.panel",
        Text("问题", "Issues"),
        f"issues/desk/_panel_{place}.html",
        Later(f"{ROOM}.desk.panels.{place}"),
        "issues.see",
        order=10,
    )
    for place in ("desk", "organization", "programme")
}
FILTERED = {"kind": registry.KINDS, "source": registry.SOURCES, "grade": registry.GRADES, "flag": registry.FLAGS}
TABLES = [
    Table(
        "issues.list",
        Text("问题清单", "Issues"),
        COLUMNS,
        Later(f"{ROOM}.queries.browse.exported"),
        "issues.see",
        values=FILTERED,
    )
]
PAGES = (
    ("issue", "desk-issue", None),
    ("review", "desk-review", Text("月度梳理", "Monthly sorting")),
    ("notice", "desk-notice", Text("季度通报", "Quarterly notice")),
    ("noticeitem", "desk-of-item", Text("通报事项", "Item of a notice")),
    ("proposal", "desk-proposal", Text("问责建议", "Proposal to hold to account")),
)


class IssuesConfig(AppConfig):
    name = ROOM
    label = "issues"

    def ready(self) -> None:
        """Say to the kernel and the shell what this room brings."""
        register_permissions(PERMISSIONS)
        register_words(registry.WORDS)
        register_verbs(VERBS)
        register_kinds(NOTICES)
        register_policies(POLICIES)
        register_facts(facts.FACTS)
        register_dimensions(DIMENSIONS)
        register_indicators(facts.INDICATORS)
        for fact, recount in RECOUNTS.items():
            register_recount(fact, Later(f"{ROOM}.queries.recounts.{recount}"))
        register_flow(flow.ISSUE, "issues.Issue", undone=Later(f"{ROOM}.actions.dispatch.taken_back"))
        register_intake(Intake("issues", Later(f"{ROOM}.actions.intake.take")))
        for model in ("Kind", "Issue", "IssueList", "Route", "Review", "Notice", "Proposal"):
            register_path_column(f"issues.{model}")
        register_path_column("issues.Issue", field="handler_path", unit="handler")
        register_owner("issues.Issue", Later(f"{ROOM}.access.visible_to"))
        register_tables(TABLES)
        register_room("issues", live_codes=PROGRAMMES)
        for name, part in REPLAYS.items():
            register_replay(name, "issues", Later(f"{ROOM}.actions.replays.{part}"))
        _hang_menu()
        for kind, url_name, words in PAGES:
            search.register_page(f"issues.{kind}", f"issues:{url_name}", name=words)
        for source in SEARCHED:
            search.register(source)
        for place, panel in PANELS.items():
            panels.register(place, panel)


def _hang_menu() -> None:
    for code, label, url_name, permission, order, icon in (
        ("issues.list", Text("问题清单", "Issues"), "issues:desk-list", "issues.see", 10, "list-check"),
        ("issues.register", Text("登记问题", "Register an issue"), "issues:desk-register", "issues.report", 11, "plus"),
        ("issues.lists", Text("清单来源", "Issue lists"), "issues:desk-lists", "issues.see", 12, "files"),
        ("issues.routing", Text("派单表", "Routing table"), "issues:desk-routing", "issues.see", 13, "arrow-right"),
        ("issues.reviews", Text("月梳理与季通报", "Reviews and notices"), "issues:desk-reviews", "issues.review", 14, "notes"),
        ("issues.proposals", Text("问责建议", "Proposals"), "issues:desk-proposals", "issues.review", 15, "gavel"),
        ("issues.closing", Text("销号报告", "Closing report"), "issues:desk-closing", "issues.see", 16, "file-text"),
    ):
        navigation.register(Item(code, label, url_name=url_name, domain="execution", permission=permission, order=order, icon=icon))
