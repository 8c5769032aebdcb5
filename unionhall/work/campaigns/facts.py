"""What the room counts: every fact with the sentence that says exactly what counts.

What must not be mixed is kept apart by facts, not by care: persons and person-times, households, persons and visits,
visits and the units they covered, on site and online, copies and readers, goods and cash.
"""

from unionhall.kernel.ledger.facts import Fact, Indicator, Unit
from unionhall.lib.text import Text

P = "programme"


def _fact(code: str, unit: Unit, name: tuple[str, str], counts: tuple[str, str], subject: str | None, *dimensions: str) -> Fact:
    return Fact(f"campaigns.{code}", unit, Text(*name), Text(*counts), subject, (P, *dimensions))


VISIT_MADE = _fact(
    "visit_made",
    Unit.VISIT,
    ("走访", "Visits"),
    ("每登记一次走访计一次，不论到了几站。", "One for each visit, however many stops it had."),
    "visit",
    "form",
)
UNIT_VISITED = _fact(
    "unit_visited",
    Unit.ORG_TIME,
    ("走访单位", "Units visited"),
    ("走访的每一站是单位的计一家次；同一单位去重计一家。", "One for each stop at a unit; a unit counts once when distinct."),
    "organization",
    "form",
    "recipient",
)
HOUSEHOLD_VISITED = _fact(
    "household_visited",
    Unit.HOUSEHOLD_TIME,
    ("走访家庭", "Households visited"),
    (
        "走访的每一站是家庭的计一户次；同一户去重计一户。",
        "One for each stop at a household; a household counts once when distinct.",
    ),
    "household",
    "form",
    "recipient",
)
PERSON_VISITED = _fact(
    "person_visited",
    Unit.PERSON_TIME,
    ("走访职工（实名）", "Workers visited, by name"),
    (
        "走访到系统内登记的职工本人，每次计一人次；去重计人数。",
        "One for each stop at a registered person; distinct counts persons.",
    ),
    "person",
    "form",
    "recipient",
)
GREETED = _fact(
    "greeted",
    Unit.PERSON_TIME,
    ("慰问人次", "People greeted"),
    (
        "走访每一站慰问的人数之和，同一人被慰问两次计两人次。",
        "The people greeted at each stop; somebody greeted twice counts twice.",
    ),
    None,
    "form",
    "recipient",
)
RECIPIENT_KIND = _fact(
    "recipient_kind",
    Unit.KIND,
    ("走访对象类别", "Kinds of people visited"),
    (
        "每次走访涉及的每类对象计一次；类别数按去重计。",
        "Each kind of recipient of a visit; the number of kinds is the distinct count.",
    ),
    "kind",
)
AREA_REACHED = _fact(
    "area_reached",
    Unit.ORG_TIME,
    ("到达地区和产业", "Areas and industries reached"),
    (
        "走访或活动到达的市、县、产业每次计一家次；去重计个数。",
        "One for each city, county or industry that a visit or session reached.",
    ),
    "organization",
    "area_kind",
)
GOODS_GIVEN = _fact(
    "goods_given",
    Unit.CNY,
    ("发放慰问品价值", "Value of goods given"),
    ("走访和活动中发放物品的价值，以登记的估值计；不含现金。", "The value of goods handed over, as noted; cash is apart."),
    None,
    "form",
)
CASH_NOTED = _fact(
    "cash_noted",
    Unit.CNY,
    ("走访登记的慰问金", "Cash noted at visits"),
    (
        "走访和活动中登记交付的现金；发放流程另行记账，二者不相加。",
        "Cash noted at visits and sessions; payments are booked elsewhere.",
    ),
    None,
    "form",
)
COPIES_GIVEN = _fact(
    "copies_given",
    Unit.COPY,
    ("发放书籍资料", "Books and leaflets given"),
    ("走访和活动中发放的册数；册数不等于读者数。", "Copies given out at visits and sessions; a copy is not a reader."),
    None,
    "form",
)
SERVED = _fact(
    "served",
    Unit.PERSON_TIME,
    ("服务群众人次", "People served"),
    ("走访各站和派出人员服务的人次之和。", "The people served at stops and by those sent out."),
    None,
    "form",
)
TEAM_FORMED = _fact(
    "team_formed",
    Unit.PLACE,
    ("组建工作组", "Teams formed"),
    ("每组建一个工作组计一个。", "One for each team formed."),
    "team",
)
MOBILISED = _fact(
    "mobilised",
    Unit.PERSON_TIME,
    ("参加工作组", "People in teams"),
    ("每人加入一个工作组计一人次；去重计人数。", "One for each person who joins a team; distinct counts persons."),
    "person",
    "role",
)
DISPATCHED = _fact(
    "dispatched",
    Unit.PERSON_TIME,
    ("派出人员", "People sent out"),
    ("每派出一人一次计一人次；去重计人数。", "One for each time that somebody is sent out; distinct counts persons."),
    "person",
    "role",
)
SITE_SERVED = _fact(
    "site_served",
    Unit.ORG_TIME,
    ("派往地点", "Places sent to"),
    ("每派出一人一次，其地点计一家次；去重计个数。", "The place of each dispatch; distinct counts places."),
    "organization",
    "site_kind",
)
SESSION_HELD = _fact(
    "session_held",
    Unit.EVENT,
    ("举办活动", "Sessions held"),
    (
        "每举办一场计一场；分会场与主会场去重计一场。",
        "One for each session held; a branch venue and its main venue are one when distinct.",
    ),
    "event",
    "form",
    "mode",
)
SESSION_CANCELLED = _fact(
    "session_cancelled",
    Unit.EVENT,
    ("取消活动", "Sessions cancelled"),
    ("每取消一场已发布的活动计一场。", "One for each published session that was cancelled."),
    "event",
    "form",
    "mode",
)
THEME_RUN = _fact(
    "theme_run",
    Unit.KIND,
    ("活动主题（形式）", "Themes and forms run"),
    (
        "每次走访或活动记一次其主题，无主题记形式；个数按去重计。",
        "The theme, else the form, of each visit and session; read distinct.",
    ),
    "kind",
)
AUDIENCE = _fact(
    "audience",
    Unit.PERSON_TIME,
    ("参加人次", "Attendance"),
    (
        "实名签到每人每场计一人次，人数登记按登记数计；线上线下分开。",
        "Each check-in by name and each head count; on site and online apart.",
    ),
    None,
    "form",
    "mode",
    "ownership",
)
ATTENDED = _fact(
    "attended",
    Unit.PERSON_TIME,
    ("实名参加", "Attendance by name"),
    ("每人每场实名签到计一人次；去重计人数。", "One for each person at each session, by name; distinct counts persons."),
    "person",
    "form",
    "mode",
)
UNIT_TOOK_PART = _fact(
    "unit_took_part",
    Unit.ORG_TIME,
    ("参加单位", "Units that took part"),
    ("每个单位每场计一家次；去重计单位数。", "One for each unit at each session; distinct counts units."),
    "organization",
    "form",
    "ownership",
)
SIGNED_UP = _fact(
    "signed_up",
    Unit.PERSON_TIME,
    ("报名", "Sign-ups"),
    ("每人每场报上名额计一人次，退出的冲回。", "One for each place taken; a withdrawal takes it back."),
    "person",
    "form",
)
VOLUNTEERED = _fact(
    "volunteered",
    Unit.PERSON_TIME,
    ("志愿服务", "Volunteer shifts"),
    ("志愿者每人每场签到计一人次；去重计人数。", "One for each volunteer at each session; distinct counts persons."),
    "person",
    "form",
)
VOLUNTEER_MINUTES = _fact(
    "volunteer_minutes",
    Unit.MINUTE,
    ("志愿服务时长", "Volunteers' time"),
    ("由志愿者签到和签退算出的分钟数，不另填报。", "Minutes from check-in to check-out; never typed."),
    None,
    "form",
)
EXHIBITED = _fact(
    "exhibited",
    Unit.PERSON_TIME,
    ("展出人物", "People shown"),
    ("每场展览展出一人计一人次；巡展多站去重计一人。", "Somebody shown at a station; a tour shows a person once when distinct."),
    "person",
    "award_level",
)
EXHIBIT_LEVEL = _fact(
    "exhibit_level",
    Unit.KIND,
    ("展出层级", "Levels shown"),
    ("每个展出人物记一次其荣誉层级；层级数按去重计。", "The level of each person shown; read distinct."),
    "kind",
)
VISITS = (
    VISIT_MADE,
    UNIT_VISITED,
    HOUSEHOLD_VISITED,
    PERSON_VISITED,
    GREETED,
    RECIPIENT_KIND,
    AREA_REACHED,
    GOODS_GIVEN,
    CASH_NOTED,
    COPIES_GIVEN,
    SERVED,
    THEME_RUN,
)
FACTS = [
    *VISITS,
    TEAM_FORMED,
    MOBILISED,
    DISPATCHED,
    SITE_SERVED,
    SESSION_HELD,
    SESSION_CANCELLED,
    AUDIENCE,
    ATTENDED,
    UNIT_TOOK_PART,
    SIGNED_UP,
    VOLUNTEERED,
    VOLUNTEER_MINUTES,
    EXHIBITED,
    EXHIBIT_LEVEL,
]


def _part(code: str, name: Text, fact: Fact, counts: Text, **filters: str | tuple[str, ...]) -> Indicator:
    return Indicator(f"campaigns.{code}", name, "sum", fact, filters, counts=counts)


INDICATORS = [
    _part(
        "on_site_audience",
        Text("线下参加人次", "Attendance on site"),
        AUDIENCE,
        Text("线下活动的参加人次。", "Attendance of sessions on site."),
        mode="on_site",
    ),
    _part(
        "online_audience",
        Text("线上参加人次", "Attendance online"),
        AUDIENCE,
        Text("线上和直播活动的参加人次，不与线下相加。", "Attendance online and live; never added to that on site."),
        mode=("online", "live"),
    ),
]
