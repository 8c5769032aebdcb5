"""The closed lists of the room: who is visited, in what role people come, how a session is held and how places are given out."""

from unionhall.kernel.people.registry import Words
from unionhall.lib.text import Text

RECIPIENTS: dict[str, Text] = {
    "hardship": Text("困难职工", "Worker in hardship"),
    "frontline": Text("一线苦脏累险职工", "Frontline worker"),
    "model_worker": Text("劳模", "Model worker"),
    "migrant": Text("农民工", "Migrant worker"),
    "new_form": Text("新就业形态劳动者", "Worker in a new form of work"),
    "household": Text("职工家庭", "Household"),
    "enterprise": Text("困难企业", "Enterprise in hardship"),
    "firm": Text("企业", "Enterprise"),
    "county_union": Text("区市（县）总工会", "County union"),
    "city_union": Text("市直（产业）工会", "City or industry union"),
    "town_union": Text("镇街工会", "Township union"),
    "enterprise_union": Text("企业工会", "Enterprise union"),
    "institution": Text("直属事业单位", "Institution"),
    "site": Text("工会服务阵地", "Service site"),
    "resident": Text("社区居民", "Resident"),
    "other": Text("其他", "Other"),
}
HOUSEHOLDS = frozenset({"hardship", "frontline", "model_worker", "migrant", "new_form", "household"})

ROLES: dict[str, Text] = {
    "leader": Text("领导班子成员", "Leader"),
    "cadre": Text("工会干部", "Cadre"),
    "lecturer": Text("宣讲员", "Lecturer"),
    "official": Text("下沉干部", "Official sent down"),
    "medic": Text("医护人员", "Medic"),
    "volunteer": Text("志愿者", "Volunteer"),
    "other": Text("其他", "Other"),
}
DISPATCHED = ("official", "medic", "volunteer")

MODES: dict[str, Text] = {
    "on_site": Text("线下", "On site"),
    "online": Text("线上", "Online"),
    "live": Text("直播", "Live"),
}
METHODS: dict[str, Text] = {
    "open": Text("无需报名", "No sign-up"),
    "first": Text("先到先得", "First come, first served"),
    "draw": Text("抽签", "Draw"),
    "review": Text("审核报名", "By review"),
}
SESSION_STATES: dict[str, Text] = {
    "draft": Text("草稿", "Draft"),
    "published": Text("已发布", "Published"),
    "held": Text("已举办", "Held"),
    "cancelled": Text("已取消", "Cancelled"),
}
SIGNUP_STATES: dict[str, Text] = {
    "seated": Text("已报上", "Has a place"),
    "entered": Text("待抽签", "In the draw"),
    "asked": Text("待审核", "Waits for a review"),
    "waiting": Text("候补", "Waiting"),
    "offered": Text("待确认候补名额", "Offered a place"),
    "lost": Text("未中签", "Not drawn"),
    "refused": Text("未通过", "Not accepted"),
    "expired": Text("逾期未确认", "Offer expired"),
    "withdrawn": Text("已退出", "Withdrawn"),
    "cancelled": Text("活动取消", "Session cancelled"),
}
WAYS: dict[str, Text] = {
    "qr": Text("扫码", "QR code"),
    "desk": Text("现场登记", "At the desk"),
    "offline": Text("离线补录", "Offline list"),
    "list": Text("名单导入", "Imported list"),
}
AREAS: dict[str, Text] = {
    "city": Text("市（地）", "City"),
    "county": Text("县（区）", "County"),
    "industry": Text("产业", "Industry"),
}
SITES: dict[str, Text] = {
    "community": Text("街道社区", "Street or community"),
    "school": Text("学校", "School"),
    "police": Text("派出所", "Police station"),
    "hospital": Text("医院", "Hospital"),
    "enterprise": Text("企业", "Enterprise"),
    "other": Text("其他", "Other"),
}
OWNERSHIPS: dict[str, Text] = {
    "": Text("未注明", "Not stated"),
    "public": Text("公有制", "Public"),
    "non_public": Text("非公有制", "Non-public"),
}
AWARD_LEVELS: dict[str, Text] = {
    "national": Text("全国", "National"),
    "province": Text("省级", "Provincial"),
    "city": Text("市级", "City"),
    "": Text("未注明", "Not stated"),
}
WORDS = (  # names written beside the person, and what was said about one
    *(Words(f"campaigns.{model}", "person", named=("name",)) for model in ("Attendance", "Member", "Dispatch", "Stop")),
    Words("campaigns.SignUp", "person", named=("reason",)),
    Words("campaigns.Clash", "person", named=("line",)),
)
