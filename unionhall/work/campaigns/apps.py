"""Wiring of the room `campaigns`: everything that others learn about it is said here."""

from django.apps import AppConfig

from unionhall.kernel.access.registry import Permission, register_permissions
from unionhall.kernel.audit.registry import register_verbs
from unionhall.kernel.exchange.registry import Choice, Column, ImportKind, Table, register_import, register_tables
from unionhall.kernel.files.registry import register_owner
from unionhall.kernel.ledger.registry import Dimension, register_dimensions, register_facts, register_indicators, register_recount
from unionhall.kernel.notices.registry import Kind, register_kinds
from unionhall.kernel.organizations.registry import register_path_column
from unionhall.kernel.people.registry import register_words
from unionhall.kernel.policies.registry import Policy, register_policies
from unionhall.kernel.programmes.registry import register_replay, register_room
from unionhall.lib.later import Later
from unionhall.lib.text import Text
from unionhall.shell import hall, navigation, panels, search
from unionhall.shell.navigation import Item
from unionhall.shell.panels import Panel
from unionhall.shell.search import Source
from unionhall.work.campaigns import facts, registry

ROOM = "unionhall.work.campaigns"
PROGRAMMES = (
    "aid_launch_ceremony",
    "award_gala",
    "cadre_grassroots_contact",
    "cloud_lecture",
    "commendation_meeting",
    "deed_exchange_meeting",
    "enterprise_relief",
    "epidemic_relief",
    "exemplar_site_meeting",
    "first_classroom",
    "four_gift_brand",
    "grand_education",
    "grand_publicity",
    "grand_study",
    "grassroots_lecture_drive",
    "hardship_enterprise_help",
    "household_visit_campaign",
    "huigongjia",
    "inclusive_service_action",
    "job_fair",
    "labour_health_protection",
    "labour_soul_action",
    "leader_visit_team",
    "leadership_research",
    "live_commerce",
    "migrant_law_service",
    "migrant_rights_month",
    "model_worker_aid_appeal",
    "model_worker_exhibition",
    "model_worker_lecture_team",
    "model_worker_recuperation",
    "model_worker_tour",
    "museum_memorial",
    "on_site_review",
    "organ_open_day",
    "performance_site_meeting",
    "pioneer_deed_lecture",
    "pocket_book",
    "private_enterprise_service_month",
    "safety_protection",
    "sector_research",
    "seven_ones",
    "squat_work",
    "theme_education",
    "three_ones",
    "tripartite_social_work",
    "venue_theme_board",
    "volunteer_dispatch",
    "volunteer_service",
    "warmth_sending",
    "women_worker_care",
    "worker_culture",
    "worker_recuperation",
    "worker_rule_of_law_education",
    "youth_forum",
    "youth_league_events",
)
DIMENSIONS = {
    "form": Dimension(Text("活动形式", "Form of the activity"), Later(f"{ROOM}.queries.places.form_names")),
    "recipient": Dimension(Text("走访对象", "Whom"), lambda: registry.RECIPIENTS),
    "mode": Dimension(Text("举办方式", "How it is held"), lambda: registry.MODES),
    "role": Dimension(Text("角色", "Role"), lambda: registry.ROLES),
    "area_kind": Dimension(Text("地区类别", "Kind of area"), lambda: registry.AREAS),
    "site_kind": Dimension(Text("地点类别", "Kind of place"), lambda: registry.SITES),
    "ownership": Dimension(Text("所有制", "Ownership"), lambda: registry.OWNERSHIPS),
    "award_level": Dimension(Text("荣誉层级", "Level of the award"), lambda: registry.AWARD_LEVELS),
}
PERMISSIONS = [
    Permission("campaigns.see", Text("查看活动与走访", "See campaigns and visits")),
    Permission("campaigns.visit", Text("登记走访", "Register visits")),
    Permission("campaigns.run", Text("组织活动", "Run sessions and teams")),
    Permission("campaigns.check_in", Text("办理签到", "Check people in")),
]
VERBS = {
    "campaigns.visit_registered": Text("登记走访", "Visit registered"),
    "campaigns.visit_withdrawn": Text("撤销走访", "Visit withdrawn"),
    "campaigns.team_formed": Text("组建工作组", "Team formed"),
    "campaigns.team_joined": Text("加入工作组", "Team joined"),
    "campaigns.team_ended": Text("结束工作组", "Team ended"),
    "campaigns.sent_out": Text("派出人员", "Sent out"),
    "campaigns.session_planned": Text("新建活动", "Session planned"),
    "campaigns.session_changed": Text("调整活动", "Session changed"),
    "campaigns.session_published": Text("发布活动", "Session published"),
    "campaigns.session_held": Text("登记举办", "Session held"),
    "campaigns.session_cancelled": Text("取消活动", "Session cancelled"),
    "campaigns.places_set": Text("设置名额", "Places set"),
    "campaigns.signed_up": Text("报名", "Signed up"),
    "campaigns.signup_withdrawn": Text("退出报名", "Sign-up withdrawn"),
    "campaigns.offer_accepted": Text("确认候补名额", "Offer accepted"),
    "campaigns.drawn": Text("抽签", "Drawn"),
    "campaigns.reviewed": Text("审核报名", "Sign-ups reviewed"),
    "campaigns.checked_in": Text("签到", "Checked in"),
    "campaigns.checked_out": Text("签退", "Checked out"),
    "campaigns.names_noted": Text("登记名单", "Names noted"),
    "campaigns.names_withdrawn": Text("撤销名单", "Names withdrawn"),
    "campaigns.heads_counted": Text("登记人数", "Heads counted"),
    "campaigns.heads_withdrawn": Text("撤销人数登记", "Head count withdrawn"),
    "campaigns.list_synced": Text("离线名单同步", "Offline list synced"),
    "campaigns.clash_settled": Text("处理签到冲突", "Check-in conflict settled"),
    "campaigns.handed_out": Text("登记发放", "Handed out"),
    "campaigns.exhibits_shown": Text("登记展出人物", "Exhibits shown"),
}
NOTICES = [
    Kind(
        "campaigns.session_cancelled",
        Text("活动“{name}”已取消", "“{name}” is cancelled"),
        Text("您报名的活动“{name}”已取消，原因：{reason}。", "The session “{name}” that you signed up for is cancelled: {reason}."),
        fields=("name", "reason"),
        channels=("sms", "wechat"),
    ),
    Kind(
        "campaigns.session_changed",
        Text("活动“{name}”有调整", "“{name}” has changed"),
        Text("您报名的活动“{name}”时间或地点有调整，请查看：{place}。", "Time or place of “{name}” has changed: {place}."),
        fields=("name", "place"),
        channels=("sms", "wechat"),
    ),
    Kind(
        "campaigns.place_offered",
        Text("活动“{name}”有空出名额", "A place in “{name}” is free"),
        Text(
            "活动“{name}”为您保留一个名额，请在 {until} 前确认，逾期自动转给下一位。",
            "A place in “{name}” is kept for you until {until}.",
        ),
        fields=("name", "until"),
        channels=("sms", "wechat"),
    ),
    Kind(
        "campaigns.drawn",
        Text("活动“{name}”已中签", "You won a place in “{name}”"),
        Text("您已中签，可参加活动“{name}”。", "You have a place in “{name}”."),
        fields=("name",),
        channels=("sms", "wechat"),
    ),
    Kind(
        "campaigns.not_drawn",
        Text("活动“{name}”未中签", "No place in “{name}” this time"),
        Text("活动“{name}”本次未中签，抽签种子已公布，可自行核对。", "You were not drawn for “{name}”; the seed is published."),
        fields=("name",),
    ),
]
NOTICES += [
    Kind(
        "campaigns.accepted",
        Text("活动“{name}”报名已通过", "You have a place in “{name}”"),
        Text("您报名的活动“{name}”已审核通过，可按时参加。", "Your sign-up for “{name}” was accepted; you have a place."),
        fields=("name",),
        channels=("sms", "wechat"),
    ),
    Kind(
        "campaigns.refused",
        Text("活动“{name}”报名未通过", "Your sign-up for “{name}” was not accepted"),
        Text("您报名的活动“{name}”未通过审核，原因：{reason}。", "Your sign-up for “{name}” was not accepted: {reason}."),
        fields=("name", "reason"),
        channels=("sms", "wechat"),
    ),
]
REPLAYS = ("S0", "S2", "S3", "S4")
HOUSE = Text("软件初始值，可由各级工会按制度调整", "initial value of the software; each federation sets its own")
POLICIES = [
    Policy("campaigns.offer_hours", Text("候补确认时限", "Hours to take an offered place"), "hour", 12, HOUSE, least=1, most=240),
    Policy(
        "campaigns.contact_visits",
        Text("干部联系基层年走访次数", "Contact visits of a cadre in a year"),
        "item",
        4,
        HOUSE,
        least=1,
        most=366,
    ),
]
COLUMNS = (
    Column("day", Text("日期", "Day"), "date"),
    Column("programme", Text("工作项目", "Programme"), width=24),
    Column("theme", Text("主题", "Theme"), width=24),
    Column("organization", Text("单位", "Unit"), width=28),
    Column("stops", Text("站数", "Stops"), "number"),
    Column("heads", Text("慰问人次", "People greeted"), "number"),
    Column("goods", Text("慰问品价值", "Value of goods"), "money"),
    Column("cash", Text("慰问金", "Cash"), "money"),
    Column("withdrawn", Text("撤销日期", "Withdrawn on"), "date"),
)
TABLES = [
    Table(
        "campaigns.visits",
        Text("走访清单", "Visits"),
        COLUMNS,
        Later(f"{ROOM}.queries.browse.exported"),
        "campaigns.see",
        values={"recipient": registry.RECIPIENTS},
    )
]
CHOICES = tuple(Choice(code, text) for code, text in registry.RECIPIENTS.items())
IMPORTS = (
    ImportKind(
        "campaigns.visits",
        Text("走访慰问", "Visits"),
        "campaigns.visit",
        (
            Column(
                "day", Text("日期", "Day"), "date", required=True, example="2026-01-20", aliases=("走访日期", "慰问日期", "时间")
            ),
            Column(
                "recipient",
                Text("走访对象类别", "Whom"),
                "choice",
                required=True,
                choices=CHOICES,
                example="困难职工",
                aliases=("对象", "类别"),
            ),
            Column("name", Text("名称", "Name"), longest=100, example="赵某某家", aliases=("姓名", "单位名称", "户主")),
            Column(
                "household",
                Text("家庭档案编号", "Household file number"),
                longest=40,
                example="DK-0001",
                aliases=("档案编号", "户编号"),
            ),
            Column("heads", Text("慰问人次", "People greeted"), "whole", example="1", aliases=("人数",)),
            Column("goods", Text("慰问品价值", "Value of goods"), "money", example="200.00", aliases=("慰问品", "物品价值")),
            Column("cash", Text("慰问金", "Cash"), "money", example="500.00", aliases=("现金", "金额")),
            Column("copies", Text("书籍资料册数", "Copies"), "whole", example="2", aliases=("册数",)),
            Column("theme", Text("主题", "Theme"), longest=60, example="迎新春", aliases=("活动主题",)),
            Column("visitors", Text("走访人员", "Who went"), longest=200, example="王某某", aliases=("慰问人",)),
        ),
        Later(f"{ROOM}.actions.imports.check_visits"),
        Later(f"{ROOM}.actions.imports.write_visits"),
        Later(f"{ROOM}.actions.imports.undo_visits"),
        options_form=Later(f"{ROOM}.forms.imports.visit_options"),
        home="campaigns:desk-visits",
    ),
    ImportKind(
        "campaigns.names",
        Text("活动到场名单", "Attendance by name"),
        "campaigns.check_in",
        (Column("name", Text("姓名", "Name"), longest=100, required=True, example="张三"),),
        Later(f"{ROOM}.actions.imports.check_names"),
        Later(f"{ROOM}.actions.imports.write_names"),
        Later(f"{ROOM}.actions.imports.undo_names"),
        options_form=Later(f"{ROOM}.forms.imports.names_options"),
        home="campaigns:desk-sessions",
    ),
)
RECOUNTS = {
    facts.VISIT_MADE: "visits",
    facts.UNIT_VISITED: "units",
    facts.HOUSEHOLD_VISITED: "households",
    facts.PERSON_VISITED: "persons",
    facts.GREETED: "greeted",
    facts.RECIPIENT_KIND: "kinds",
    facts.AREA_REACHED: "areas",
    facts.GOODS_GIVEN: "goods",
    facts.CASH_NOTED: "cash",
    facts.COPIES_GIVEN: "copies",
    facts.SERVED: "served",
    facts.THEME_RUN: "themes",
    facts.TEAM_FORMED: "teams",
    facts.MOBILISED: "members",
    facts.DISPATCHED: "dispatched",
    facts.SITE_SERVED: "dispatched",
    facts.SESSION_HELD: "sessions",
    facts.SESSION_CANCELLED: "cancelled",
    facts.AUDIENCE: "audience",
    facts.ATTENDED: "attended",
    facts.UNIT_TOOK_PART: "took_part",
    facts.SIGNED_UP: "signed_up",
    facts.VOLUNTEERED: "volunteered",
    facts.VOLUNTEER_MINUTES: "minutes",
    facts.EXHIBITED: "exhibited",
    facts.EXHIBIT_LEVEL: "exhibited",
}
SEARCHED = [
    Source("campaigns.units", Text("单位", "Units"), Later(f"{ROOM}.desk.finding.units"), "campaigns.see", 41, pick_only=True),
    Source("campaigns.people", Text("人员", "People"), Later(f"{ROOM}.desk.finding.people"), "campaigns.see", 42, pick_only=True),
]
PANELS = {
    place: Panel(
        "campaigns.panel", Text("活动与走访", "Campaigns and visits"), f"campaigns/desk/_panel_{place}.html",
        Later(f"{ROOM}.desk.panels.{place}"), "campaigns.see", order=20,
    )
    for place in ("programme",)
}  # fmt: skip


class CampaignsConfig(AppConfig):
    name = ROOM
    label = "campaigns"

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
        for model in ("Team", "Visit", "Dispatch", "Session"):
            register_path_column(f"campaigns.{model}")
        register_owner("campaigns.Visit", Later(f"{ROOM}.access.visible_to"))
        register_owner("campaigns.Session", Later(f"{ROOM}.access.sessions_for"))
        register_tables(TABLES)
        for sheet in IMPORTS:
            register_import(sheet)
        register_room("campaigns", live_codes=PROGRAMMES)
        for name in REPLAYS:
            register_replay(name, "campaigns", Later(f"{ROOM}.actions.replays.{name.lower()}"))
        _hang_menu()
        _open_the_hall()
        for kind, url_name, words in (
            ("visit", "desk-visit", Text("走访", "Visit")),
            ("session", "desk-session", Text("活动", "Session")),
            ("team", "desk-team", Text("小组", "Team")),
            ("attendance", "desk-of-attendance", Text("签到", "Check-in")),
            ("headcount", "desk-of-headcount", Text("登记人数", "Head count")),
            ("handout", "desk-of-handout", Text("发放", "Hand-out")),
            ("exhibit", "desk-of-exhibit", Text("展出", "Exhibit")),
            ("signup", "desk-of-signup", Text("报名", "Sign-up")),
        ):
            search.register_page(f"campaigns.{kind}", f"campaigns:{url_name}", name=words)
        search.register_page("campaigns.dispatch", "campaigns:desk-sent", name=Text("派出", "Sending out"), listed=True)
        for source in SEARCHED:
            search.register(source)
        for place, panel in PANELS.items():
            panels.register(place, panel)


def _hang_menu() -> None:
    for code, label, url_name, domain, permission, order, icon in (
        ("campaigns.visits", Text("走访慰问", "Visits"), "desk-visits", "assistance", "campaigns.see", 20, "list-check"),
        ("campaigns.register", Text("登记走访", "Register a visit"), "desk-register", "assistance", "campaigns.visit", 21, "plus"),
        ("campaigns.sessions", Text("活动管理", "Sessions"), "desk-sessions", "wellbeing", "campaigns.see", 20, "calendar"),
        ("campaigns.plan", Text("新建活动", "Plan a session"), "desk-plan", "wellbeing", "campaigns.run", 21, "plus"),
        ("campaigns.teams", Text("工作组", "Teams"), "desk-teams", "wellbeing", "campaigns.see", 22, "users"),
        ("campaigns.sent", Text("派出人员", "People sent out"), "desk-sent", "wellbeing", "campaigns.see", 23, "send"),
    ):
        item = Item(code, label, url_name=f"campaigns:{url_name}", domain=domain, permission=permission, order=order, icon=icon)
        navigation.register(item)


def _open_the_hall() -> None:
    events = Text("活动报名", "Events")
    hall.register_service(hall.Service("campaigns.events", events, "campaigns:hall-events", "calendar", 20))
    hall.register_events(hall.EventSource("campaigns.events", Later(f"{ROOM}.hall.coming")))
    hall.register_matters(hall.MatterSource("campaigns.signups", Later(f"{ROOM}.hall.matters")))
    hall.register_rated(hall.RatedKind("campaigns.attendance", Text("活动", "Event"), Later(f"{ROOM}.hall.rated")))
