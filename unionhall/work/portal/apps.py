"""Wiring of the front room of the hall: its ways and services, what it counts, what it allows."""

from django.apps import AppConfig

from unionhall.kernel.access.registry import Permission, register_permissions
from unionhall.kernel.audit.registry import register_verbs
from unionhall.kernel.ledger.registry import Dimension, register_dimensions, register_facts, register_indicators, register_recount
from unionhall.kernel.notices.registry import Kind, register_kinds
from unionhall.kernel.organizations.registry import register_path_column
from unionhall.kernel.people.registry import SealedField, register_fields, register_lead, register_words
from unionhall.kernel.policies.registry import Policy, register_policies
from unionhall.lib import masking
from unionhall.lib.later import Later
from unionhall.lib.text import Text
from unionhall.shell import hall, navigation, search
from unionhall.shell.hall import MatterSource, RatedKind, Service
from unionhall.shell.navigation import Item
from unionhall.work.portal import facts, registry

ROOM = "unionhall.work.portal"
WAYS = [
    Service("portal.home", Text("首页", "Home"), "portal:home", "home", 10),
    Service("portal.help", Text("一键通", "Help"), "portal:help", "phone", 20),
    Service("portal.matters", Text("我的办理", "My matters"), "portal:matters", "list-check", 30),
    Service("portal.me", Text("我的", "Me"), "portal:me", "user-circle", 40),
]
SERVICES = [
    Service("portal.my-matters", Text("我的办理", "My matters"), "portal:matters", "list-check", 10),
    Service("portal.unions", Text("找工会", "Unions"), "portal:unions", "building-community", 20),
    Service("portal.messages", Text("消息", "Messages"), "portal:messages", "bell", 200),
    Service("portal.looks", Text("谁看过我的信息", "Who saw my data"), "portal:looks", "eye", 210),
]
PERMISSIONS = [
    Permission("portal.see", Text("查看职工评价汇总", "See sums of workers' ratings")),
    Permission("portal.channels", Text("维护工会联系方式", "Keep how unions are reached")),
]
VERBS = {
    "portal.help_asked": Text("一键通求助", "Help asked for"),
    "portal.pressed": Text("职工催办", "Reminded by the worker"),
    "portal.rated": Text("服务评价", "Service rated"),
    "portal.correction_asked": Text("申请更正信息", "Correction asked for"),
    "portal.correction_decided": Text("答复更正申请", "Correction answered"),
    "portal.channel_set": Text("设置联系方式", "Channel set"),
    "portal.file_opened": Text("自助登记", "File opened by oneself"),
}
NOTICES = [
    Kind(
        "portal.received",
        Text("您的求助已收到：{reference}", "Your request is received: {reference}"),
        Text("{unit}已收到您的求助，办理进展可在“我的办理”查看。", "{unit} has your request; see “My matters” for how it stands."),
        fields=("reference", "unit"),
    ),
    Kind(
        "portal.rate",
        Text("{reference} 已办结，请评价", "{reference} is finished: how was it?"),
        Text("您的求助已办结，请点开评价服务，只需两步。", "Your request is finished. Open this to rate it, in two taps."),
        fields=("reference",),
    ),
    Kind(
        "portal.correction_asked",
        Text("有职工申请更正：{field}", "A worker asks for a correction: {field}"),
        Text("请在“更正申请”中核实并答复。", "Please look at it under “Corrections asked for”."),
        fields=("field",),
        audience="people.correct",
    ),
    Kind(
        "portal.consent_withdrawn",
        Text("有职工撤回同意", "A worker took a consent back"),
        Text(
            "职工撤回了对“{text}”的同意，请联系本人办理后续事项。",
            "The consent to “{text}” was taken back: please speak with the worker.",
        ),
        fields=("text",),
        audience="people.register",
    ),
    Kind(
        "portal.correction_decided",
        Text("更正申请已答复：{field}", "Your correction was answered: {field}"),
        Text("工会答复：{answer}", "The union says: {answer}"),
        fields=("field", "answer"),
    ),
]
HOUSE = Text("软件初始值，可由各级工会按制度调整", "initial value of the software; each federation sets its own")
ASVS = Text("OWASP ASVS 5.0 V6.5、V6.6：短时有效、限次", "OWASP ASVS 5.0 V6.5 and V6.6: short-lived and limited")
LINE = Text("全国统一职工维权热线", "the nation's hotline for workers' rights")
POLICIES = [
    Policy("portal.hotline", Text("职工热线号码", "Number of the workers' hotline"), "text", "12351", LINE),
    Policy("portal.code_minutes", Text("验证码有效时间", "How long a code lasts"), "minute", 5, ASVS, least=1, most=10),
    Policy("portal.code_tries", Text("每个验证码可试次数", "Tries for one code"), "item", 5, ASVS, least=3, most=10),
    Policy("portal.code_wait_minutes", Text("两次验证码间隔", "Wait between codes"), "minute", 1, HOUSE, least=0, most=10),
    Policy("portal.codes_per_phone", Text("每号每日验证码数", "Codes a day for a phone"), "item", 10, HOUSE, least=3, most=50),
    Policy(
        "portal.codes_per_device", Text("每设备每小时验证码数", "Codes an hour for a device"), "item", 10, HOUSE, least=3, most=100
    ),
    Policy(
        "portal.codes_per_address",
        Text("每地址每小时验证码数", "Codes an hour for an address"),
        "item",
        60,
        HOUSE,
        least=5,
        most=10_000,
    ),
]
DIMENSIONS = {
    "help_channel": Dimension(Text("求助方式", "Way of asking"), lambda: registry.CHANNELS),
    "satisfaction": Dimension(Text("满意度", "Satisfaction"), lambda: registry.LEVELS),
}
ITEMS = [
    Item(
        "portal.corrections",
        Text("更正申请", "Corrections asked for"),
        "portal:desk-corrections",
        "people",
        "people.correct",
        40,
        "edit",
    ),
    Item("portal.ratings", Text("职工评价", "Ratings by workers"), "portal:desk-ratings", "desk", "portal.see", 60, "star"),
    Item(
        "portal.channels",
        Text("工会联系方式", "How unions are reached"),
        "portal:desk-channels",
        "organizations",
        "portal.channels",
        40,
        "phone",
    ),
]


class PortalConfig(AppConfig):
    name = ROOM
    label = "portal"

    def ready(self) -> None:
        """Say to the kernel and the shell what this room brings."""
        register_permissions(PERMISSIONS)
        register_words(registry.WORDS)
        register_lead(Later("unionhall.work.portal.queries.me.matters_of"))
        register_verbs(VERBS)
        register_kinds(NOTICES)
        register_policies(POLICIES)
        register_fields(
            {
                registry.PROPOSED["id_number"]: SealedField(Text("申请更正的证件号码", "proposed document number"), masking.hidden),
                registry.PROPOSED["phone"]: SealedField(Text("申请更正的手机号码", "proposed phone"), masking.hidden),
            }
        )
        register_facts(facts.FACTS)
        register_dimensions(DIMENSIONS)
        register_indicators(facts.INDICATORS)
        register_recount(facts.HELP_ASKED, Later(f"{ROOM}.queries.recounts.help_asked"))
        register_recount(facts.RATED, Later(f"{ROOM}.queries.recounts.rated"))
        for model in ("HelpRequest", "Correction", "Rating", "Channel"):
            register_path_column(f"portal.{model}", unit="organization")
        for item in ITEMS:
            navigation.register(item)
        search.register_page("portal.helprequest", "portal:desk-of-request", name=Text("求助", "Help asked for"))
        search.register_page("portal.rating", "portal:desk-ratings", name=Text("评价", "Rating"), listed=True)
        self._open_hall()

    def _open_hall(self) -> None:
        for way in WAYS:
            hall.register_way(way)
        for service in SERVICES:
            hall.register_service(service)
        hall.register_entrance("portal:enter")
        hall.register_keeper(Later(f"{ROOM}.hall.me.keep_easy"))
        hall.register_matters(MatterSource("portal.requests", Later(f"{ROOM}.hall.help.matters")))
        hall.register_matters(MatterSource("portal.corrections-asked", Later(f"{ROOM}.hall.me.correction_matters")))
        hall.register_rated(
            RatedKind("portal.helprequest", Text("一键通求助", "Help asked for"), Later(f"{ROOM}.queries.help.finished"))
        )
