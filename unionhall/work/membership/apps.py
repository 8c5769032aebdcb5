"""Wiring of the room `membership`: everything that others learn about it is said here."""

from django.apps import AppConfig

from unionhall.kernel.access.registry import Permission, register_permissions
from unionhall.kernel.audit.registry import register_verbs
from unionhall.kernel.exchange.registry import Column, JobKind, Table, register_import, register_jobs, register_tables
from unionhall.kernel.flows.registry import register_flow
from unionhall.kernel.ledger.registry import Dimension, register_dimensions, register_facts, register_indicators, register_recount
from unionhall.kernel.notices.registry import Kind, register_kinds
from unionhall.kernel.organizations.registry import register_path_column
from unionhall.kernel.people.registry import (
    Follower,
    register_follower,
    register_hold,
    register_lines,
    register_purposes,
    register_standings,
    register_words,
)
from unionhall.kernel.policies.registry import Policy, register_policies
from unionhall.kernel.programmes.registry import register_replay, register_room
from unionhall.lib.later import Later
from unionhall.lib.text import Text
from unionhall.shell import hall, navigation, panels, search
from unionhall.shell.hall import MatterSource, RatedKind, Service
from unionhall.shell.navigation import Item
from unionhall.shell.panels import Panel
from unionhall.shell.search import Source
from unionhall.work.membership import facts, flow, registry

ROOM = "unionhall.work.membership"
PROGRAMMES = ("new_form_joining", "real_name_membership", "scan_join", "member_welfare", "platform_partner")
PERMISSIONS = [
    Permission("membership.see", Text("查看会员", "See members")),
    Permission("membership.register", Text("登记会员", "Register members")),
    Permission("membership.approve", Text("审核入会", "Check applications to join")),
    Permission("membership.move", Text("转会与会籍变更", "Move and change memberships")),
    Permission("membership.codes", Text("管理入会二维码", "Keep the codes for joining")),
    Permission("membership.benefits", Text("管理普惠福利", "Keep the benefits")),
    Permission("membership.consents", Text("发布告知书", "Issue the texts that members agree to")),
    Permission("membership.report", Text("填报会员数", "State the members reported")),
]
VERBS = {
    **{f"membership.{code}": Text(f"会籍：{name.zh}", f"Membership: {name.en.lower()}") for code, name in registry.CHANGES.items()},
    "membership.wish_withdrawn": Text("撤回会籍申请", "Wish about the membership withdrawn"),
    "membership.applied": Text("申请入会", "Applied to join"),
    "membership.code_issued": Text("制作入会二维码", "Code for joining issued"),
    "membership.code_revoked": Text("停用入会二维码", "Code for joining withdrawn"),
    "membership.authenticated": Text("实名核验", "Authenticated"),
    "membership.corrected": Text("更正会员资料", "Member's data corrected"),
    "membership.checked": Text("核对会员资料", "Member's data confirmed"),
    "membership.printed": Text("打印会员证明或花名册", "Certificates or a roster printed"),
    "membership.import_undone": Text("撤回导入的会籍", "Imported membership taken back"),
    "membership.tagged": Text("批量打标签", "Members tagged"),
    "membership.messaged": Text("群发消息", "Message sent to members"),
    "membership.reported": Text("填报会员数", "Members reported"),
    "membership.partner_agreed": Text("签订平台合作", "Platform partner agreed"),
    "membership.partner_ended": Text("终止平台合作", "Platform partner ended"),
    "membership.founding_raised": Text("提示建会", "Founding proposed"),
    "membership.founding_decided": Text("办理建会提示", "Founding proposal decided"),
    "membership.benefit_opened": Text("发布福利", "Benefit opened"),
    "membership.benefit_withdrawn": Text("下架福利", "Benefit withdrawn"),
    "membership.benefit_taken": Text("领取福利", "Benefit taken"),
    "membership.benefit_used": Text("核销福利", "Benefit used"),
}
MESSAGE = (Text("{unit}的消息", "A message from {unit}"), Text("{text}", "{text}"))
TEXTED = Text("{unit}：{text}", "{unit}: {text}")  # a text message has no heading
NOTICES = [
    *(
        Kind(f"membership.{code}", heading, words, fields=fields, channels=channels)
        for code, heading, words, fields, channels in registry.ANSWERS
    ),
    *(
        Kind(f"membership.told_{what}", *words, fields=("union", "day"), channels=("sms", "wechat"))
        for what, words in registry.TOLD.items()
    ),
    Kind("membership.message", *MESSAGE, fields=("unit", "text")),
    Kind("membership.message_texted", MESSAGE[0], TEXTED, fields=("unit", "text"), channels=("sms", "wechat")),
    Kind(
        "membership.please_confirm",
        Text("请核对您的会员资料", "Please look whether your data are right"),
        Text(
            "{unit}请您打开“会员证”页面，核对姓名、证件、手机和单位，无误请点“资料无误”。",
            "{unit} asks you to open your member card and look at name, document, phone and employer; say there if all is right.",
        ),
        fields=("unit",),
        channels=("sms", "wechat"),
    ),
    Kind(
        "membership.founding",
        Text("{employer} 可以单独建会", "{employer} can have a union of its own"),
        Text("该单位会员已有 {members} 人，请指导建会。", "It has {members} members now; please help to found a union."),
        fields=("employer", "members"),
        audience="membership.approve",
    ),
]
HOUSE = Text("软件初始值，可由各级工会按制度调整", "initial value of the software; each federation sets its own")
LAW = Text("《中华人民共和国工会法》第十一条", "Trade Union Law, article 11")
LABOUR = Text("《中华人民共和国劳动法》第十五条", "Labour Law, article 15")
POLICIES = [
    Policy(
        "membership.answer_days", Text("入会审核时限", "Days to answer an application"), "working_day", 3, HOUSE, least=1, most=60
    ),
    Policy("membership.verify_days", Text("实名核验时限", "Days to authenticate"), "working_day", 10, HOUSE, least=1, most=200),
    Policy(
        "membership.release_days",
        Text("转出时限（到期自动转出，0 为即时）", "Days to release a transfer (then released by itself; 0: at once)"),
        "working_day",
        5,
        HOUSE,
        least=0,
        most=60,
    ),
    Policy("membership.accept_alone", Text("转入自动接收", "Transfers are accepted by themselves"), "yes_no", True, HOUSE),
    Policy("membership.wish_days", Text("会籍申请办理时限", "Days to answer a wish"), "working_day", 10, HOUSE, least=1, most=60),
    Policy(
        "membership.wish_ahead_days",
        Text("会籍申请可提前的天数", "Days ahead for which a wish can be asked"),
        "day",
        90,
        HOUSE,
        least=0,
        most=365,
    ),
    Policy(
        "membership.auto_approve",
        Text("入会自动审核", "Which applications pass by themselves"),
        "text",
        "never",
        HOUSE,
        words=registry.AUTO,
    ),
    Policy("membership.code_days", Text("二维码有效天数", "Days for which a code serves"), "day", 365, HOUSE, least=1, most=3650),
    Policy("membership.least_age", Text("入会最低年龄", "Least age for joining"), "item", 16, LABOUR, least=14, most=30),
    Policy(
        "membership.founding_floor",
        Text("提示单独建会的人数", "Members for a union of their own"),
        "person",
        25,
        LAW,
        least=3,
        most=1000,
    ),
    Policy(
        "membership.founding_growth",
        Text("搁置后会员再增加多少人重新提示建会", "Members more after which a proposal set aside is made again"),
        "person",
        25,
        HOUSE,
        least=1,
        most=10_000,
    ),
    Policy(
        "membership.founding_months",
        Text("搁置后多少个月重新提示建会", "Months after which a proposal set aside is made again"),
        "month",
        12,
        HOUSE,
        least=1,
        most=120,
    ),
    Policy(
        "membership.check_months",
        Text("会员资料核对周期（月）", "Months after which a member's data are checked again"),
        "month",
        12,
        HOUSE,
        least=1,
        most=60,
    ),
    Policy(
        "membership.active_months",
        Text("活跃会员统计月数", "Months for which activity counts"),
        "month",
        12,
        HOUSE,
        least=1,
        most=60,
    ),
    Policy(
        "membership.card_hours",
        Text("会员码离线有效小时", "Hours for which a card's code serves"),
        "hour",
        24,
        HOUSE,
        least=1,
        most=72,
    ),
]
COLUMNS = (
    Column("number", Text("会员编号", "Member number"), width=22),
    Column("name", Text("姓名", "Name")),
    Column("sex", Text("性别", "Sex"), width=6),
    Column("id_number", Text("身份证号", "ID number"), width=22),
    Column("phone", Text("手机号", "Mobile phone"), width=16),
    Column("age", Text("年龄", "Age"), "number", width=6),
    Column("organization", Text("所在工会", "Union"), width=28),
    Column("employer", Text("工作单位", "Employer"), width=28),
    Column("occupation", Text("职业类别", "Occupation")),
    Column("hired", Text("用工方式", "Hired"), width=10),
    Column("state", Text("会籍状态", "State"), width=10),
    Column("joined_on", Text("入会日期", "Joined on"), "date"),
    Column("since", Text("转入日期", "In this union since"), "date"),
    Column("authenticated_on", Text("实名核验日期", "Authenticated on"), "date"),
    Column("tags", Text("标签", "Tags")),
    Column("unit_code", Text("工会编码", "Code of the union"), extra=True),
    Column("migrant", Text("农民工", "Migrant worker"), width=8, extra=True),
    Column("platform", Text("所属平台", "Platform"), extra=True),
    Column("checked_on", Text("资料核对日期", "Data confirmed on"), "date", extra=True),
)
CONSENTS = (
    Column("number", Text("会员编号", "Member number"), width=22),
    Column("name", Text("姓名", "Name")),
    Column("organization", Text("所在工会", "Union"), width=28),
    Column("purpose", Text("告知书", "Text"), width=28),
    Column("version", Text("版本", "Version"), "number", width=6),
    Column("given_on", Text("同意日期", "Agreed on"), "date"),
    Column("way", Text("方式", "Way"), width=14),
    Column("withdrawn_on", Text("撤回日期", "Taken back on"), "date"),
)
TABLES = [
    Table(
        "membership.list",
        Text("会员台账", "Members"),
        COLUMNS,
        Later(f"{ROOM}.queries.exports.masked"),
        "membership.see",
        plain=Later(f"{ROOM}.queries.exports.plainly"),
        plain_permission="people.reveal",
        count=Later(f"{ROOM}.queries.exports.counted"),
        filters=registry.FILTERS,
        values=registry.FILTERED,
    ),
    Table(
        "membership.consents",
        Text("同意记录", "Consents"),
        CONSENTS,
        Later(f"{ROOM}.queries.consents.exported"),
        "membership.register",
        count=Later(f"{ROOM}.queries.consents.counted"),
        filters=("unit", "purpose"),
        values={"purpose": {code: one.name for code, one in registry.PURPOSES.items()}},
    ),
]
DIMENSIONS = {
    "occupation": Dimension(Text("职业类别", "Occupation"), lambda: registry.OCCUPATIONS),
    "hired": Dimension(Text("用工方式", "Hired"), lambda: registry.HIRED),
    "channel": Dimension(Text("入会渠道", "Way of joining"), lambda: registry.CHANNELS),
    "ending": Dimension(Text("终止原因", "Ending"), lambda: registry.STATES),
    "partner_kind": Dimension(Text("平台类型", "Kind of platform"), lambda: registry.PARTNER_KINDS),
    "benefit": Dimension(Text("福利类型", "Kind of benefit"), lambda: registry.BENEFIT_KINDS),
}
RECOUNTS = {
    facts.CODE_OPEN: "code_open",
    facts.UNION_LISTED: "listed",
    facts.APPLIED: "applied",
    facts.JOINED: "joined",
    facts.GROUP_JOINED: "groups",
    facts.MEMBERS: "members",
    facts.AUTHENTICATED: "authenticated",
    facts.RETAINED: "retained",
    facts.MOVED: "moved",
    facts.ENDED: "ended",
    facts.ACTIVE: "active",
    facts.PARTNER: "partners",
    facts.BENEFIT_TAKEN: "taken",
    facts.BENEFIT_USED: "used",
    facts.FOUNDING: "foundings",
}
MENU = (
    ("membership.list", Text("会员台账", "Members"), "membership:desk-list", "membership.see", 10, "users"),
    (
        "membership.applications",
        Text("入会审核", "Applications"),
        "membership:desk-applications",
        "membership.see",
        11,
        "checklist",
    ),
    ("membership.transfers", Text("转会", "Transfers"), "membership:desk-transfers", "membership.see", 12, "arrows-exchange"),
    ("membership.wishes", Text("会籍申请", "Wishes"), "membership:desk-wishes", "membership.see", 12, "signature"),
    ("membership.codes", Text("入会二维码", "Codes for joining"), "membership:desk-codes", "membership.see", 13, "id"),
    ("membership.counts", Text("四个会员数", "Four counts"), "membership:desk-counts", "membership.see", 14, "chart-bar"),
    ("membership.yearly", Text("年度核对", "Yearly check"), "membership:desk-yearly", "membership.see", 18, "checklist"),
    ("membership.consents", Text("同意记录", "Consents"), "membership:desk-consents", "membership.register", 20, "signature"),
    ("membership.doubles", Text("查重合并", "Doubles"), "membership:desk-doubles", "membership.move", 19, "users"),
    ("membership.partners", Text("平台合作", "Platform partners"), "membership:desk-partners", "membership.see", 15, "briefcase"),
    ("membership.foundings", Text("建会提示", "Unions to found"), "membership:desk-foundings", "membership.see", 16, "flag"),
    ("membership.benefits", Text("普惠福利", "Benefits"), "membership:desk-benefits", "membership.see", 17, "certificate"),
)
SERVICES = [
    Service("membership.join", Text("入会", "Join"), "membership:hall-find", "users", 10),
    Service("membership.card", Text("会员证", "Member card"), "membership:hall-mine", "id", 12),
    Service("membership.benefits", Text("福利", "Benefits"), "membership:hall-benefits", "certificate", 14),
]
PATHS = (
    "JoinCode", "Opening", "Application", "Membership", "Change", "Transfer", "Wish", "Reported", "Partner", "Founding", "Benefit",
)  # fmt: skip
PAGES = {
    "application": ("desk-application", None),
    "transfer": ("desk-transfer", None),
    "wish": ("desk-wish", None),
    "membership": ("desk-member", Text("会籍", "Membership")),
    "change": ("desk-of-change", Text("会籍变动", "Change of membership")),
    "active": ("desk-of-active", Text("使用服务", "Use of a service")),
    "opening": ("desk-of-opening", Text("应开通工会", "Union to be opened")),
    "founding": ("desk-founding", Text("建会建议", "Proposal to found a union")),
    "partner": ("desk-partners", Text("平台伙伴", "Platform partner")),
    "claim": ("desk-benefits", Text("领取福利", "Benefit taken")),
}
LISTED = frozenset({"partner", "claim"})


class MembershipConfig(AppConfig):
    name = ROOM
    label = "membership"

    def ready(self) -> None:
        """Say to the kernel and the shell what this room brings."""
        register_permissions(PERMISSIONS)
        register_verbs(VERBS)
        register_kinds(NOTICES)
        register_policies(POLICIES)
        register_standings({"member": Text("工会会员", "union member")})
        register_lines(registry.EMPLOYER)
        register_words(registry.WORDS)
        register_hold(Later(f"{ROOM}.queries.browse.keep"))
        register_purposes(registry.PURPOSES)
        register_facts(facts.FACTS)
        register_dimensions(DIMENSIONS)
        register_indicators(facts.INDICATORS)
        for fact, recount in RECOUNTS.items():
            register_recount(fact, Later(f"{ROOM}.queries.recounts.{recount}"))
        for table, model in ((flow.JOINING, "Application"), (flow.TRANSFER, "Transfer"), (flow.WISH, "Wish")):
            register_flow(table, f"membership.{model}", own=Later(f"{ROOM}.access.concerned"))
        for model in PATHS:
            register_path_column(f"membership.{model}")
        register_path_column("membership.Transfer", field="to_path", unit="to")
        register_tables(TABLES)
        register_import(registry.ROSTER)
        doubles = f"{ROOM}.actions.doubles"
        register_jobs([JobKind("membership.doubles", Text("全库查重", "Search for doubles"), Later(f"{doubles}.search"))])
        register_follower("membership", Follower(Later(f"{doubles}.follow"), Later(f"{doubles}.unfollow")))
        register_room("membership", live_codes=PROGRAMMES)
        for name in ("S1", "S2", "S4"):
            register_replay(name, "membership", Later(f"{ROOM}.actions.replays.{name.lower()}"))
        for code, label, url_name, permission, order, icon in MENU:
            navigation.register(
                Item(code, label, url_name=url_name, domain="membership", permission=permission, order=order, icon=icon)
            )
        for kind, (url_name, words) in PAGES.items():
            search.register_page(f"membership.{kind}", f"membership:{url_name}", name=words, listed=kind in LISTED)
        search.register_matter("membership.application", Later(f"{ROOM}.desk.finding.applications"))
        search.register_matter("membership.wish", Later(f"{ROOM}.desk.finding.wishes"))
        search.register(
            Source("membership.members", Text("会员", "Members"), Later(f"{ROOM}.desk.finding.members"), "membership.see", 20)
        )
        search.register(
            Source(
                "membership.unions",
                Text("工会", "Unions"),
                Later(f"{ROOM}.desk.finding.unions"),
                "membership.see",
                21,
                pick_only=True,
            )
        )
        for place in ("organization", "person"):
            template = f"membership/desk/_panel_{place}.html"
            panels.register(
                place,
                Panel(
                    "membership.panel", Text("会员", "Members"), template, Later(f"{ROOM}.desk.panels.{place}"), "membership.see", 5
                ),
            )
        for service in SERVICES:
            hall.register_service(service)
        hall.register_matters(MatterSource("membership.mine", Later(f"{ROOM}.hall.matters.mine")))
        hall.register_rated(RatedKind("membership.claim", Text("福利", "Benefit"), Later(f"{ROOM}.hall.benefits.rated")))
