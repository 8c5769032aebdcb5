"""Wiring of the room `funds`: everything that others learn about it is said here."""

from functools import partial

from django.apps import AppConfig

from unionhall.kernel.access.registry import Permission, register_permissions
from unionhall.kernel.audit.registry import register_verbs
from unionhall.kernel.exchange.registry import Column, Table, register_tables
from unionhall.kernel.files.registry import register_owner
from unionhall.kernel.ledger.registry import Dimension, register_dimensions, register_facts, register_indicators, register_recount
from unionhall.kernel.notices.registry import Kind, register_kinds
from unionhall.kernel.organizations.registry import register_path_column
from unionhall.kernel.policies.registry import Policy, register_policies
from unionhall.kernel.programmes.registry import (
    Purse,
    Storehouse,
    register_purse,
    register_replay,
    register_room,
    register_storehouse,
)
from unionhall.lib.later import Later
from unionhall.lib.text import Text
from unionhall.shell import navigation, panels, search
from unionhall.shell.navigation import Item
from unionhall.shell.panels import Panel
from unionhall.shell.search import Source
from unionhall.work.funds import facts, registry

ROOM = "unionhall.work.funds"
PROGRAMMES = (
    "audit_committee", "special_fund_application", "fund_tilt", "service_purchase", "external_fund_raising",
    "government_budget_union_fund", "east_west_cooperation", "provincial_finance_support",
)  # fmt: skip
PERMISSIONS = [
    Permission("funds.see", Text("查看经费", "See funds")),
    Permission("funds.book", Text("登记经费收支", "Book money and goods")),
    Permission("funds.budget", Text("编制和调整预算", "Open and change budget lines")),
    Permission("funds.agree", Text("登记协议和履行", "Register agreements and their steps")),
    Permission("funds.audit", Text("开展经费审计", "Audit funds")),
]
POLICIES = [
    Policy(
        "funds.grassroots_share",
        Text("经费留基层比例", "Share of union funds kept at the grassroots"),
        "percent",
        60,
        Text(
            "工会经费留成：基层留 60%（通行做法，各级可按文件调整）",
            "the grassroots keeps 60 % of the fee; each federation sets its own",
        ),
        least=0,
        most=100,
    ),
]
VERBS = {
    "funds.booked": Text("登记款项", "Movement booked"),
    "funds.withdrawn": Text("撤销款项", "Movement withdrawn"),
    "funds.line_opened": Text("新建预算科目", "Budget line opened"),
    "funds.ceiling_set": Text("调整预算上限", "Ceiling changed"),
    "funds.stock_opened": Text("新建物资库存", "Stock of goods opened"),
    "funds.stock_moved": Text("登记物资收发", "Goods came or were handed out"),
    "funds.agreement_signed": Text("登记协议", "Agreement registered"),
    "funds.step_taken": Text("登记协议履行", "Step of an agreement noted"),
    "funds.audit_planned": Text("安排审计", "Audit planned"),
    "funds.audit_held": Text("完成审计", "Audit held"),
    "funds.finding_found": Text("登记审计问题", "Finding noted"),
    "funds.finding_corrected": Text("确认审计整改", "Correction confirmed"),
}
NOTICES = [
    Kind(
        "funds.passed_down",
        Text("{giver}下拨一笔{purpose}款项", "{giver} passed money down: {purpose}"),
        Text("{giver}下拨的{purpose}款项请在到账后确认。", "Please confirm the money for {purpose} from {giver} when it has come."),
        fields=("giver", "purpose"),
        audience="funds.book",
    ),
    Kind(
        "funds.finding_found",
        Text("审计发现问题需整改", "An audit found something to correct"),
        Text("“{subject}”审计发现问题，请于{due}前整改。", "The audit “{subject}” found something; correct it by {due}."),
        fields=("subject", "due"),
        audience="funds.book",
    ),
]
DIMENSIONS = {
    "funding": Dimension(Text("资金来源", "Source of the money"), lambda: registry.SOURCES),
    "agreement_kind": Dimension(Text("协议种类", "Kind of agreement"), lambda: registry.AGREEMENTS),
    "purpose": Dimension(Text("资金用途", "Purpose"), lambda: registry.PURPOSES),
}
COLUMNS = (
    Column("day", Text("日期", "Day"), "date"),
    Column("organization", Text("单位", "Unit"), width=28),
    Column("stage", Text("环节", "Stage")),
    Column("form", Text("资金或物资", "Money or goods")),
    Column("source", Text("来源", "Source")),
    Column("purpose", Text("用途", "Purpose"), width=20),
    Column("amount", Text("金额", "Amount"), "money"),
    Column("counterpart", Text("对方", "Other side"), width=28),
    Column("voucher", Text("凭证号", "Voucher")),
    Column("proved", Text("有附件", "Has papers"), "yes_no"),
    Column("valuation", Text("估值说明", "Valuation"), width=24),
    Column("withdrawn", Text("撤销日期", "Withdrawn on"), "date"),
)
FILTERED = {"stage": registry.STAGES, "source": registry.SOURCES, "purpose": registry.PURPOSES, "form": registry.FORMS}
TABLES = [
    Table(
        "funds.movements",
        Text("经费台账", "Funds"),
        COLUMNS,
        Later(f"{ROOM}.queries.browse.exported"),
        "funds.see",
        values=FILTERED,
    )
]
RECOUNT = Later(f"{ROOM}.queries.recounts.moved")
OTHERS = {
    facts.PURPOSE_NAMED: "purposes",
    facts.AGREEMENT_SIGNED: "agreements",
    facts.STEP_TAKEN: "steps",
    facts.AUDITED: "audited",
    facts.FOUND: "findings",
    facts.CORRECTED: "corrected",
}
PURSE = Purse(
    lines=Later(f"{ROOM}.queries.browse.purse_lines"),
    hold=Later(f"{ROOM}.actions.lines.hold"),
    spend=Later(f"{ROOM}.actions.lines.spend"),
    free=Later(f"{ROOM}.actions.lines.free"),
    give_back=Later(f"{ROOM}.actions.lines.give_back"),
    hold_many=Later(f"{ROOM}.actions.lines.hold_many"),
    spend_many=Later(f"{ROOM}.actions.lines.spend_many"),
)
STOREHOUSE = Storehouse(
    goods=Later(f"{ROOM}.queries.stocks.goods"),
    hand_out=Later(f"{ROOM}.actions.stocks.hand_out"),
    stay_out=Later(f"{ROOM}.actions.stocks.stay_out"),
)
PANEL = Panel(
    "funds.panel", Text("经费", "Funds"), "funds/desk/_panel_programme.html", Later(f"{ROOM}.desk.panels.programme"),
    "funds.see", order=30,
)  # fmt: skip
MENU = (
    ("funds.overview", Text("经费总览", "Funds of the year"), "funds:desk-overview", "funds.see", 10, "chart-bar"),
    ("funds.movements", Text("经费台账", "Movements"), "funds:desk-movements", "funds.see", 11, "list-check"),
    ("funds.lines", Text("预算科目", "Budget lines"), "funds:desk-lines", "funds.see", 12, "adjustments"),
    ("funds.stocks", Text("物资库存", "Goods in stock"), "funds:desk-stocks", "funds.see", 15, "archive"),
    ("funds.agreements", Text("协议与合同", "Agreements"), "funds:desk-agreements", "funds.see", 13, "file-text"),
    ("funds.audits", Text("经费审计", "Audits"), "funds:desk-audits", "funds.see", 14, "clipboard-list"),
)


class FundsConfig(AppConfig):
    name = ROOM
    label = "funds"

    def ready(self) -> None:
        """Say to the kernel and the shell what this room brings."""
        register_permissions(PERMISSIONS)
        register_verbs(VERBS)
        register_kinds(NOTICES)
        register_policies(POLICIES)
        register_facts(facts.FACTS)
        register_dimensions(DIMENSIONS)
        register_indicators(facts.INDICATORS)
        for stage, fact in facts.MONEY.items():
            register_recount(fact, partial(RECOUNT, stage, "money"))
        for stage, fact in facts.KIND.items():
            register_recount(fact, partial(RECOUNT, stage, "goods"))
        for other, recount in OTHERS.items():
            register_recount(other, Later(f"{ROOM}.queries.recounts.{recount}"))
        for model in ("Movement", "BudgetLine", "Stock", "Agreement", "Audit"):
            register_path_column(f"funds.{model}")
        register_owner("funds.Movement", Later(f"{ROOM}.access.visible_to"))
        register_tables(TABLES)
        register_room("funds", live_codes=PROGRAMMES)
        register_purse(PURSE)
        register_storehouse(STOREHOUSE)
        for name in ("S0", "S1", "S2", "S3", "S4"):
            register_replay(name, "funds", Later(f"{ROOM}.actions.replays.{name.lower()}"))
        for code, label, url_name, permission, order, icon in MENU:
            navigation.register(Item(code, label, url_name=url_name, domain="funds", permission=permission, order=order, icon=icon))
        for kind, url_name, words in (
            ("movement", "desk-movement", Text("收支", "Movement")),
            ("agreement", "desk-agreement", Text("协议", "Agreement")),
            ("audit", "desk-audit", Text("审计", "Audit")),
            ("finding", "desk-of-finding", Text("审计发现", "Finding of an audit")),
        ):
            search.register_page(f"funds.{kind}", f"funds:{url_name}", name=words)
        search.register(
            Source("funds.units", Text("单位", "Units"), Later(f"{ROOM}.desk.finding.units"), "funds.see", 61, pick_only=True)
        )
        panels.register("programme", PANEL)
