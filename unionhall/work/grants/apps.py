"""Wiring of the room `grants`: everything that others learn about it is said here."""

from functools import partial

from django.apps import AppConfig

from unionhall.kernel.access.registry import Permission, register_permissions
from unionhall.kernel.audit.registry import register_verbs
from unionhall.kernel.exchange.registry import Choice, Column, ImportKind, Table, register_import, register_tables
from unionhall.kernel.files.registry import register_owner, register_phone
from unionhall.kernel.flows.registry import register_flow
from unionhall.kernel.ledger.registry import Dimension, register_dimensions, register_facts, register_indicators, register_recount
from unionhall.kernel.notices.registry import register_kinds
from unionhall.kernel.organizations.registry import register_path_column
from unionhall.kernel.people.registry import register_rewrap, register_standings, register_words
from unionhall.kernel.policies.registry import Policy, register_policies
from unionhall.kernel.programmes.registry import register_replay, register_room
from unionhall.lib.later import Later
from unionhall.lib.text import Text
from unionhall.shell import hall, navigation, panels, search
from unionhall.shell.hall import MatterSource, RatedKind, Service
from unionhall.shell.navigation import Item
from unionhall.shell.panels import Panel
from unionhall.shell.search import Source
from unionhall.work.grants import facts, registry, rules
from unionhall.work.grants.flow import GRANT, OBJECTION
from unionhall.work.grants.registry import notices, relief, welfare

ROOM = "unionhall.work.grants"
YUAN = 100
PERMISSIONS = [
    Permission("grants.see", Text("查看申请和发放", "See grants and payments")),
    Permission("grants.apply", Text("登记申请", "Register applications")),
    Permission("grants.request", Text("提交和撤回申请", "Hand in and withdraw applications")),
    Permission("grants.review", Text("审核申请", "Review applications")),
    Permission("grants.approve", Text("审批申请", "Approve applications")),
    Permission("grants.prepare", Text("编制发放批次", "Prepare batches of payments")),
    Permission("grants.check", Text("复核发放批次", "Check batches of payments"), sensitive=True),
    Permission("grants.pay", Text("发放和回盘", "Release payments and take in the bank's answer"), sensitive=True),
]
VERBS = {
    "grants.revised": Text("修改申请", "Application corrected"),
    "grants.batch_prepared": Text("编制发放批次", "Batch prepared"),
    "grants.batch_checked": Text("复核发放批次", "Batch checked"),
    "grants.check_voided": Text("复核失效", "Check void"),
    "grants.batch_exported": Text("发放批次导出", "Batch released to the bank"),
    "grants.batch_settled": Text("银行回盘", "Bank's answer taken in"),
    "grants.batch_dissolved": Text("解散发放批次", "Batch given up"),
    "grants.payment_taken_out": Text("移出付款", "Payment taken out"),
    "grants.account_given": Text("填写收款账号", "Account given"),
    "grants.joined": Text("参加医疗互助", "Joined the mutual aid"),
    "grants.pressed": Text("职工催办", "Reminded by the worker"),
    "grants.rolled": Text("列入享受对象名册", "Put on a roll"),
    "grants.unrolled": Text("移出享受对象名册", "Taken off a roll"),
    "grants.unit_account_set": Text("登记单位收款账户", "Account of a unit set"),
    "grants.death_noted": Text("登记去世", "Death noted"),
    "grants.posted": Text("公示", "Put on public notice"),
    "grants.objected": Text("受理异议或申诉", "Objection or appeal taken"),
    "grants.objection_decided": Text("处理异议或申诉", "Objection or appeal decided"),
}
USUAL = Text("各地办法不一，请按本地文件设定", "Regions differ: set what your own document says")
PUBLISHED = Text("有地方 2024 年公布的标准，请按本地文件设定", "As some regions published in 2024: set what your own document says")
STAGES = {"primary": 3_000 * YUAN, "middle": 3_000 * YUAN, "high": 3_000 * YUAN, "university": 5_000 * YUAN}
POLICIES = [
    Policy("grants.review_days", Text("申请审核期限", "Days to review an application"), "working_day", 5, USUAL, least=1, most=60),
    Policy(
        "grants.approve_days", Text("申请审批期限", "Days to approve an application"), "working_day", 5, USUAL, least=1, most=60
    ),
    Policy("grants.public_notice_days", Text("救助公示天数", "Days of public notice of a grant"), "working_day", 5, USUAL, most=60),
    Policy(
        "grants.objection_days", Text("异议核实期限", "Days to look into an objection"), "working_day", 10, USUAL, least=1, most=90
    ),
    Policy("grants.appeal_days", Text("申诉期限", "Days to appeal"), "day", 30, USUAL, least=1, most=366),
    Policy("grants.recover_days", Text("款项追回期限", "Days to recover money"), "working_day", 30, USUAL, least=1, most=250),
    Policy("grants.pay_days", Text("审批后发放期限", "Days to pay after approval"), "working_day", 10, USUAL, least=1, most=90),
    Policy("grants.living_monthly", Text("生活救助月标准（0为未设定）", "Living aid a month (0: not set)"), "fen", 0, USUAL),
    Policy(
        "grants.living_cap_months", Text("生活救助全年月数上限", "Months of living aid in a year"), "month", 12, PUBLISHED, most=12
    ),
    Policy("grants.medical_cap", Text("医疗救助上限", "Most of a medical aid"), "fen", 20_000 * YUAN, PUBLISHED),
    Policy("grants.education_cap", Text("助学救助上限", "Most of an aid to education"), "fen", 5_000 * YUAN, PUBLISHED),
    Policy("grants.accident_cap", Text("意外救助上限", "Most of an aid after an accident"), "fen", 10_000 * YUAN, PUBLISHED),
    Policy(
        "grants.autumn_aid_amount",
        Text("金秋助学分学段标准", "Autumn aid by stage of school"),
        "fen_table",
        STAGES,
        PUBLISHED,
        words=registry.STAGES,
    ),
    Policy("grants.daily_student_cap", Text("日常助学上限", "Most of a daily student relief"), "fen", 3_000 * YUAN, PUBLISHED),
    Policy("grants.warmth_cap", Text("送温暖慰问金单次上限", "Most of one warmth-sending"), "fen", 3_000 * YUAN, PUBLISHED),
    Policy(
        "grants.warmth_year_cap",
        Text("送温暖每人全年上限（0为不限）", "Most of warmth-sending for a person in a year (0: none)"),
        "fen",
        6_000 * YUAN,
        PUBLISHED,
    ),
]
POLICIES += [
    Policy(f"grants.{code}", name, unit, value, USUAL, most=most)
    for code, name, unit, value, most in (
        ("on_the_spot_cap", Text("现场助学上限", "Most of an aid paid on the spot"), "fen", 10_000 * YUAN, None),
        ("daily_student_share", Text("日常助学留存比例（0为不留）", "Share kept for daily student relief"), "percent", 0, 100),
        ("studio_work_fund", Text("工作室工作经费", "Work fund of a studio"), "fen", 0, None),
        ("studio_project_cap", Text("创新项目补助上限", "Most of a studio's project"), "fen", 0, None),
        ("startup_cap", Text("创业扶持上限", "Most of a start-up grant"), "fen", 0, None),
        ("interest_share", Text("贷款贴息比例", "Share of loan interest"), "percent", 0, 100),
        ("interest_cap", Text("贷款贴息上限", "Most of a loan's interest"), "fen", 0, None),
        ("model_worker_festival", Text("劳模节日慰问金", "Festival money of a model worker"), "fen", 0, None),
        ("case_subsidy", Text("办案补贴", "Subsidy of a case"), "fen", 0, None),
        ("mutual_aid_cap", Text("医疗互助单次上限", "Most of a medical mutual aid"), "fen", 0, None),
        ("mutual_aid_share", Text("医疗互助支付比例", "Share paid by the mutual aid"), "percent", 0, 100),
        ("mutual_aid_deductible", Text("医疗互助起付线", "Deductible of the mutual aid"), "fen", 0, None),
        (
            "mutual_aid_year_cap",
            Text("医疗互助每人全年上限（0为不限）", "Most of the mutual aid for a person in a year (0: none)"),
            "fen",
            0,
            None,
        ),
        ("mutual_aid_claim_days", Text("医疗互助申请期限（0为不限）", "Days to claim the mutual aid (0: none)"), "day", 0, 1_100),
        ("mutual_aid_fee", Text("医疗互助会费", "Fee of the mutual aid"), "fen", 0, None),
        ("mutual_aid_wait_days", Text("医疗互助等待期", "Days until the mutual aid holds"), "day", 30, 366),
        ("nursery_monthly", Text("托位月补助", "Nursery place a month"), "fen", 0, None),
        ("nursery_cap_months", Text("托位补助全年月数上限", "Months of a nursery place in a year"), "month", 12, 12),
        ("warmth_goods_cap", Text("慰问品单次估值上限", "Most of one gift in kind, by its value"), "fen", 500 * YUAN, None),
        ("four_gift_cap", Text("四送慰问金单次上限", "Most of one gift of money, four-gift brand"), "fen", 0, None),
        ("four_gift_goods_cap", Text("四送慰问品单次估值上限", "Most of one gift in kind, four-gift brand"), "fen", 0, None),
        ("service_subsidy_cap", Text("惠工服务补贴单次上限", "Most of one subsidy of the service action"), "fen", 0, None),
        ("palace_base", Text("工人文化宫基础补贴", "Base subsidy of a workers' palace"), "fen", 0, None),
        ("palace_project_cap", Text("工人文化宫项目经费上限", "Most of a palace's project"), "fen", 0, None),
        ("special_fund_cap", Text("专项补助上限", "Most of an earmarked grant"), "fen", 0, None),
        ("volunteer_cap", Text("志愿者费用单次上限", "Most of a volunteer's costs"), "fen", 0, None),
        ("volunteer_share", Text("志愿者费用报销比例", "Share of a volunteer's costs"), "percent", 100, 100),
        ("paid_leave_cap", Text("疗休养费用上限", "Most of the cost of a paid leave"), "fen", 0, None),
        ("paid_leave_share", Text("疗休养费用支付比例", "Share of a paid leave that is paid"), "percent", 100, 100),
    )
]
POLICIES += [
    Policy(f"grants.mutual_aid_{plan}_{code}", Text(f"{name}{zh}", f"{en} ({english})"), unit, value, USUAL, most=most)
    for plan, name, english in (("illness", "重大疾病互助", "critical illness"), ("accident", "意外伤害互助", "accidents"))
    for code, zh, en, unit, value, most in (
        ("fee", "会费", "Fee of the mutual aid", "fen", 0, None),
        ("sum", "单次上限", "Most of one mutual aid", "fen", 0, None),
        ("year_cap", "每人全年上限（0为不限）", "Most of the mutual aid for a person in a year (0: none)", "fen", 0, None),
        ("wait_days", "等待期", "Days until the mutual aid holds", "day", 30, 366),
    )
]
POLICIES += [*welfare.POLICIES, *relief.POLICIES]
DIMENSIONS = {
    "aid": Dimension(Text("救助类别", "Kind of grant"), Later(f"{ROOM}.queries.browse.kinds")),
    "against": Dimension(Text("异议或申诉", "Objection or appeal"), lambda: registry.CASES),
}


LIST = (
    Column("reference", Text("申请编号", "Reference"), width=24),
    Column("programme", Text("项目", "Programme"), width=24),
    Column("kind", Text("类别", "Kind")),
    Column("person", Text("受助人", "For whom"), width=12),
    Column("organization", Text("单位", "Unit"), width=28),
    Column("state", Text("状态", "State"), width=10),
    Column("asked", Text("申请金额", "Asked"), "money"),
    Column("approved", Text("审批金额", "Approved"), "money"),
    Column("submitted", Text("提交日期", "Submitted on"), "date"),
    Column("paid", Text("发放日期", "Paid on"), "date"),
)
BANK = (
    Column("number", Text("序号", "No."), "number", 8),
    Column("name", Text("收款人", "Payee"), width=14),
    Column("account", Text("账号", "Account"), width=28),
    Column("amount", Text("金额", "Amount"), "sum"),
    Column("reference", Text("附言", "Reference"), width=30),
)
VOUCHERS = (
    Column("voucher", Text("凭证号", "Voucher"), width=30),
    Column("day", Text("到账日期", "Paid on"), "date"),
    Column("organization", Text("付款单位", "Paid by"), width=28),
    Column("line", Text("预算科目", "Budget line"), width=20),
    Column("funding", Text("资金来源", "Source")),
    Column("purpose", Text("用途", "Purpose"), width=20),
    Column("year", Text("预算年度", "Budget year"), width=10),
    Column("programme", Text("项目", "Programme"), width=24),
    Column("kind", Text("类别", "Kind")),
    Column("payee", Text("收款人", "Payee"), width=14),
    Column("account", Text("账号", "Account"), width=24),
    Column("amount", Text("金额", "Amount"), "sum"),
    Column("state", Text("状态", "State"), width=10),
    Column("reason", Text("退票原因", "Why turned back"), width=20),
    Column("application", Text("申请编号", "Application"), width=24),
    Column("maker", Text("制单", "Prepared by"), width=10),
    Column("checker", Text("复核", "Checked by"), width=10),
    Column("payer", Text("发放", "Released by"), width=10),
)
TABLES = [
    Table(
        "grants.applications",
        Text("帮扶申请", "Applications for grants"),
        LIST,
        Later(f"{ROOM}.queries.browse.exported"),
        "grants.see",
    ),
    Table(
        "grants.bank",
        Text("银行发放文件", "Payment file for the bank"),
        BANK,
        Later(f"{ROOM}.actions.batches.bank_rows"),
        "grants.see",
        plain=Later(f"{ROOM}.actions.batches.bank_rows_plain"),
        plain_permission="grants.pay",
        count=Later(f"{ROOM}.queries.paying.bank_count"),
        filters=("batch",),
        named={"batch": Later(f"{ROOM}.queries.paying.batch_named")},
    ),
    Table(
        "grants.payments",
        Text("发放凭证清单（会计用）", "Payments for the accountants"),
        VOUCHERS,
        Later(f"{ROOM}.queries.paying.rows"),
        "grants.see",
        count=Later(f"{ROOM}.queries.paying.count"),
        filters=("batch", "year"),
        named={"batch": Later(f"{ROOM}.queries.paying.batch_named")},
    ),
]
SHEET = ImportKind(
    code="grants.applications",
    name=Text("帮扶申请名单", "List of applications"),
    permission="grants.apply",
    columns=(
        Column("name", Text("受助人姓名", "For whom"), width=14, required=True, example="赵小宝", aliases=("姓名", "学生姓名")),
        Column(
            "id_number", Text("身份证号", "ID number"), "id_number", 22, required=True, example="990000201001010011",
            aliases=("证件号码", "学生身份证号"),
        ),
        Column(
            "what", Text("项目和类别", "Programme and kind"), "choice", 22, required=True, aliases=("学段", "救助类别"),
            choices=tuple(Choice(code, name, (name.zh.partition("·")[2],)) for code, name in registry.IMPORTED.items()
                          if code.startswith("autumn_aid/"))
            + tuple(Choice(code, name) for code, name in registry.IMPORTED.items() if not code.startswith("autumn_aid/")),
        ),
        Column(
            "amount", Text("申请金额", "Amount asked"), "money", 14, required=True, example="3000", aliases=("金额", "助学金额")
        ),
        Column("basis", Text("自付或凭据金额", "Own cost, or sum of the papers"), "money", 16, aliases=registry.BASIS),
        Column(
            "payee_id", Text("收款人身份证号", "Payee's ID number"), "id_number", 22, aliases=("家长身份证号", "监护人身份证号")
        ),
        Column(
            "exclusion", Text("不予资助情形", "Not aided because"), "choice", 18, example="均不属于",
            aliases=("是否属于不予资助情形",),
            choices=tuple(Choice(code, name, ("否", "无") if code == rules.NOT_EXCLUDED else ()) for code, name in
                          rules.EXCLUSIONS.items()),
        ),
        Column("goods", Text("物品和数量", "Goods and quantity"), width=24, aliases=("慰问品",)),
        Column("valuation", Text("估值依据", "Valued by whom, by what"), width=24),
        Column("unit", Text("登记单位", "Registered by"), "unit", 30, aliases=("单位", "所属工会")),
        Column("reason", Text("申请事由", "Circumstances"), width=40, longest=1_000),
    ),
    check=Later(f"{ROOM}.actions.imports.check"),
    write=Later(f"{ROOM}.actions.imports.write"),
    undo=Later(f"{ROOM}.actions.imports.undo"),
    home="grants:desk-applications",
    notes=(
        Text(
            "一行一份申请，受助人须已登记并在困难职工档案内。",
            "One line an application; the person is on record and on a hardship file.",
        ),
        Text(
            "导入即提交，审核审批照常办理；留空收款人为本人。",
            "Imported is handed in, review and approval follow; no payee: the person.",
        ),
    ),
)  # fmt: skip
ASK = Service("grants.apply", Text("申请救助", "Apply for a grant"), "grants_hall:start", "coin", 21)
RECOUNT = f"{ROOM}.queries.recounts"
MENU = (
    (
        "grants.applications",
        Text("帮扶申请", "Applications for grants"),
        "grants:desk-applications",
        "grants.see",
        20,
        "heart-handshake",
    ),
    ("grants.apply", Text("登记申请", "Register an application"), "grants:desk-apply", "grants.apply", 21, "plus"),
    ("grants.objections", Text("异议和申诉", "Objections"), "grants:desk-objections", "grants.see", 23, "message"),
    ("grants.covers", Text("医疗互助", "Medical mutual aid"), "grants:desk-covers", "grants.see", 24, "users"),
    ("grants.rolls", Text("享受对象名册", "Rolls"), "grants:desk-rolls", "grants.see", 26, "users"),
    ("grants.accounts", Text("单位收款账户", "Accounts of units"), "grants:desk-accounts", "grants.see", 25, "building"),
    ("grants.batches", Text("资金发放", "Payments"), "grants:desk-batches", "grants.see", 22, "coin"),
)
SEARCHED = [
    Source(
        "grants.applications",
        Text("帮扶申请", "Applications for grants"),
        Later(f"{ROOM}.desk.finding.applications"),
        "grants.see",
        62,
    ),
    Source("grants.units", Text("单位", "Units"), Later(f"{ROOM}.desk.finding.units"), "grants.see", 64, pick_only=True),
    Source("grants.people", Text("人员", "People"), Later(f"{ROOM}.desk.finding.people"), "grants.see", 63, pick_only=True),
]
PANEL = Panel(
    "grants.panel", Text("申请与发放", "Grants"), "grants/desk/_panel_programme.html", Later(f"{ROOM}.desk.panels.programme"),
    "grants.see", order=25,
)  # fmt: skip


class GrantsConfig(AppConfig):
    name = ROOM
    label = "grants"

    def ready(self) -> None:
        """Say to the kernel and the shell what this room brings."""
        register_permissions(PERMISSIONS)
        register_words(registry.WORDS)
        register_verbs(VERBS)
        register_policies(POLICIES)
        register_kinds(notices.NOTICES)
        register_flow(GRANT, "grants.Application", own=Later(f"{ROOM}.access.concerned"))
        register_flow(OBJECTION, "grants.Objection")
        register_facts(facts.FACTS)
        register_dimensions(DIMENSIONS)
        register_indicators(facts.INDICATORS)
        register_recount(facts.APPLIED, Later(f"{RECOUNT}.applied"))
        register_recount(facts.APPROVED, Later(f"{RECOUNT}.approved"), by="funding")
        for state, fact in (("paid", facts.PAID), ("rejected", facts.REJECTED)):
            register_recount(fact, partial(Later(f"{RECOUNT}.settled"), state), by="funding")
        for fact in (facts.PERSON_PAID, facts.HOUSEHOLD_PAID):
            register_recount(fact, Later(f"{RECOUNT}.times"))
        register_recount(facts.TEMPORARY_PAID, Later(f"{RECOUNT}.temporary_paid"))
        register_recount(facts.UNIT_PAID, Later(f"{RECOUNT}.units"))
        register_recount(facts.GOODS_APPROVED, Later(f"{RECOUNT}.goods_approved"), by="funding")
        register_recount(facts.GOODS_GIVEN, Later(f"{RECOUNT}.goods_given"), by="funding")
        register_recount(facts.MATTER_APPLIED, Later(f"{RECOUNT}.matters_applied"))
        register_recount(facts.MATTER_PAID, Later(f"{RECOUNT}.matters"))
        register_recount(facts.JOINED, Later(f"{RECOUNT}.joined"))
        register_recount(facts.CONTRIBUTED, Later(f"{RECOUNT}.contributed"))
        register_standings(registry.STANDINGS)
        register_rewrap(Later(f"{ROOM}.access.rewrap"))
        register_recount(facts.RETURNED, Later(f"{RECOUNT}.returned"), by="funding")
        register_recount(facts.OBJECTED, Later(f"{RECOUNT}.objected"))
        for model in ("Application", "Batch", "Cover", "Posting", "Objection", "Roll", "UnitAccount"):
            register_path_column(f"grants.{model}")
        register_tables(TABLES)
        register_import(SHEET)
        register_room("grants", live_codes=tuple(registry.TERMS))
        for name in ("S0", "S2", "S3"):
            register_replay(name, "grants", Later(f"{ROOM}.actions.replays.{name.lower()}"))
        for code, label, url_name, permission, order, icon in MENU:
            navigation.register(
                Item(code, label, url_name=url_name, domain="assistance", permission=permission, order=order, icon=icon)
            )
        register_owner("grants.Application", Later(f"{ROOM}.access.papers_visible_to"))
        register_phone("grants.Application", Later(f"{ROOM}.actions.applications.paper_by_phone"))
        hall.register_service(ASK)
        for kind in ("approved", "refused", "decided", "turned_back"):
            hall.register_message(f"grants.{kind}", "grants_hall:progress")
        hall.register_rated(RatedKind("grants.application", Text("救助", "Grant"), Later(f"{ROOM}.hall.rated")))
        hall.register_matters(MatterSource("grants.applications", Later(f"{ROOM}.hall.matters")))
        search.register_page("grants.objection", "grants:desk-objection")
        search.register_page("grants.application", "grants:desk-application")
        search.register_page("grants.batch", "grants:desk-batch", name=Text("发放批次", "Batch"))
        search.register_page("grants.payment", "grants:desk-of-payment", name=Text("发放", "Payment"))
        search.register_page("grants.cover", "grants:desk-covers", name=Text("互助保障", "Mutual aid"), listed=True)
        for source in SEARCHED:
            search.register(source)
        panels.register("programme", PANEL)
