"""What the room counts: every fact with the sentence that says exactly what counts, and the indicators over them.

Members are counted at the union to which they belong. `members` is a stock without those whose membership is retained;
moving lowers it at one union and raises it at the other on the same day.
"""

from unionhall.kernel.ledger.facts import Fact, Indicator, Unit
from unionhall.lib.text import Text
from unionhall.work.membership import registry

WORKING = ("occupation", "hired", "programme")

CODE_OPEN = Fact(
    "membership.code_open",
    unit=Unit.ORG,
    name=Text("已开通扫码入会的工会", "Unions open to scan joining"),
    counts=Text(
        "工会有第一个有效二维码起计一家，最后一个二维码停用或过期后减去。",
        "One union from its first serving code on, taken off when the last one is withdrawn or has expired.",
    ),
    subject="organization",
    stock=True,
)
UNION_LISTED = Fact(
    "membership.union_listed",
    unit=Unit.ORG,
    name=Text("应开通扫码入会的工会", "Unions that should be open to scan joining"),
    counts=Text("上级列入扫码入会范围的每家工会计一家。", "One for each union that is asked to open joining by code."),
    subject="organization",
    stock=True,
)
APPLIED = Fact(
    "membership.applied",
    unit=Unit.PERSON_TIME,
    name=Text("入会申请", "Applications to join"),
    counts=Text("每收到一份入会申请计一次，计在收到申请的工会。", "One for each application, at the union that received it."),
    subject="person",
    dimensions=("channel", "programme"),
)
JOINED = Fact(
    "membership.joined",
    unit=Unit.PERSON_TIME,
    name=Text("新发展会员", "New members"),
    counts=Text(
        "每有一人入会计一次，计在入会的工会；转入不计。",
        "One for each person who joined, at the union joined; moving in from another union does not count.",
    ),
    subject="person",
    dimensions=(*WORKING, "channel"),
)
GROUP_JOINED = Fact(
    "membership.group_joined",
    unit=Unit.KIND,
    name=Text("入会的新就业形态群体", "Groups of new forms of employment that joined"),
    counts=Text(
        "新就业形态劳动者每有一人入会，记一次其群体；群体数按去重计。",
        "Each joining of a worker of a new form of employment names the group once; groups are counted when distinct.",
    ),
    subject="group",
    dimensions=("programme",),
)
MEMBERS = Fact(
    "membership.members",
    unit=Unit.PERSON,
    name=Text("在册会员", "Registered members"),
    counts=Text(
        "入会、转入、恢复会籍加一，转出、退会、开除、去世、保留会籍减一；保留会籍的不计。",
        "Up by joining, moving in or restoring, down by moving out, leaving, expulsion, death or retention; "
        "retained ones do not count.",
    ),
    subject="person",
    dimensions=WORKING,
    stock=True,
)
AUTHENTICATED = Fact(
    "membership.authenticated",
    unit=Unit.PERSON,
    name=Text("实名核验会员", "Authenticated members"),
    counts=Text(
        "在册会员中姓名和证件号已核验一致的，随会员增减。",
        "Registered members whose name and document number were checked to belong together.",
    ),
    subject="person",
    dimensions=WORKING,
    stock=True,
)
RETAINED = Fact(
    "membership.retained",
    unit=Unit.PERSON,
    name=Text("保留会籍人员", "Retained members"),
    counts=Text("保留会籍加一，恢复、转出或终止减一。", "Up by retention, down by restoring, moving out or ending."),
    subject="person",
    stock=True,
)
MOVED = Fact(
    "membership.moved",
    unit=Unit.PERSON_TIME,
    name=Text("转会", "Transfers"),
    counts=Text("每办结一次转会计一次，计在转入的工会。", "One for each transfer, at the union moved to."),
    subject="person",
    dimensions=("programme",),
)
ENDED = Fact(
    "membership.ended",
    unit=Unit.PERSON_TIME,
    name=Text("终止会籍", "Memberships ended"),
    counts=Text(
        "每有一人退会、开除或去世计一次；转出不计。", "One for each leaving, expulsion or death; moving out does not count."
    ),
    subject="person",
    dimensions=("ending",),
)
ACTIVE = Fact(
    "membership.active",
    unit=Unit.PERSON_TIME,
    name=Text("会员活跃", "Activity of members"),
    counts=Text(
        "会员每天第一次使用服务（领取福利、出示会员证、更正资料、年度核对等）计一次；活跃人数按去重计。",
        "One for the first use of a service by a member on a day; active members are counted when distinct.",
    ),
    subject="person",
)
PARTNER = Fact(
    "membership.partner",
    unit=Unit.ORG,
    name=Text("合作平台企业", "Platform partners"),
    counts=Text("与平台企业签订合作协议计一家，终止后减去。", "One for each platform with an agreement, taken off when it ends."),
    subject="employer",
    dimensions=("partner_kind", "programme"),
    stock=True,
)
BENEFIT_TAKEN = Fact(
    "membership.benefit_taken",
    unit=Unit.PERSON_TIME,
    name=Text("领取普惠福利", "Benefits taken"),
    counts=Text("每领取一份福利计一次，计在提供福利的工会。", "One for each benefit taken, at the union that offers it."),
    subject="person",
    dimensions=("benefit", "programme"),
)
BENEFIT_USED = Fact(
    "membership.benefit_used",
    unit=Unit.PERSON_TIME,
    name=Text("使用普惠福利", "Benefits used"),
    counts=Text("领取的福利在现场核销计一次。", "One for each benefit used at the place."),
    subject="person",
    dimensions=("benefit", "programme"),
)
FOUNDING = Fact(
    "membership.founding_proposed",
    unit=Unit.ORG_TIME,
    name=Text("建会提示", "Proposals to found a union"),
    counts=Text(
        "同一单位的会员达到规定人数、提示单独建会的，每单位计一次。",
        "One for each employer whose members are enough for a union of their own.",
    ),
    subject="employer",
)

FACTS = [
    CODE_OPEN, UNION_LISTED, APPLIED, JOINED, GROUP_JOINED, MEMBERS, AUTHENTICATED, RETAINED, MOVED, ENDED, ACTIVE, PARTNER,
    BENEFIT_TAKEN, BENEFIT_USED, FOUNDING,
]  # fmt: skip


def _plain(fact: Fact, formula: str = "sum") -> Indicator:
    return Indicator(fact.code, fact.name, formula, fact, counts=fact.counts)


def _rate(code: str, name: Text, numerator: Indicator, denominator: Indicator) -> Indicator:
    said = Text(f"{numerator.name.zh}除以{denominator.name.zh}。", f"{numerator.name.en} over {denominator.name.en}.")
    return Indicator(f"membership.{code}", name, "ratio", numerator=numerator, denominator=denominator, counts=said)


REGISTERED, CHECKED = _plain(MEMBERS, "balance"), _plain(AUTHENTICATED, "balance")
INDICATORS = [
    Indicator("membership.active_members", Text("活跃会员", "Active members"), "distinct", ACTIVE, counts=ACTIVE.counts),
    Indicator(
        "membership.groups", Text("新就业形态群体数", "Groups of new forms"), "distinct", GROUP_JOINED, counts=GROUP_JOINED.counts
    ),
    Indicator(
        "membership.new_form_members",
        Text("新就业形态会员", "Members in new forms of employment"),
        "balance",
        MEMBERS,
        {"occupation": registry.NEW_FORMS},
        counts=MEMBERS.counts,
    ),
    *(
        Indicator(
            f"membership.members.{code}",
            Text(f"在册会员：{name.zh}", f"Registered members: {name.en.lower()}"),
            "balance",
            MEMBERS,
            {"occupation": code},
            counts=MEMBERS.counts,
        )
        for code, name in registry.OCCUPATIONS.items()
    ),
    _rate("authenticated_rate", Text("实名核验率", "Authenticated share"), CHECKED, REGISTERED),
    _rate(
        "scan_join_rate",
        Text("扫码入会覆盖率", "Coverage of scan joining"),
        _plain(CODE_OPEN, "balance"),
        _plain(UNION_LISTED, "balance"),
    ),
    _rate("benefit_use_rate", Text("福利使用率", "Share of benefits used"), _plain(BENEFIT_USED), _plain(BENEFIT_TAKEN)),
]
