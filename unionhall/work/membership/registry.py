"""The closed lists of the room: how members work, what state a membership is in, by which way it came and why it ended."""

from unionhall.kernel.exchange.registry import Choice, Column, ImportKind
from unionhall.kernel.people.registry import Purpose, Words
from unionhall.lib.later import Later
from unionhall.lib.text import Text

OCCUPATIONS: dict[str, Text] = {
    "regular": Text("在职职工", "Employed"),
    "truck_driver": Text("货运司机", "Truck driver"),
    "courier": Text("快递员", "Courier"),
    "rider": Text("网约送餐员", "Delivery rider"),
    "ride_hailing": Text("网约车司机", "Ride-hailing driver"),
    "new_other": Text("其他新就业形态", "Other new form of employment"),
    "flexible": Text("灵活就业", "Flexible employment"),
}
NEW_FORMS = ("truck_driver", "courier", "rider", "ride_hailing", "new_other")
GROUPS = ("truck_driver", "courier", "rider")  # the three groups that the published programmes name

HIRED: dict[str, Text] = {
    "direct": Text("直接用工", "Hired directly"),
    "dispatched": Text("劳务派遣", "Dispatched"),
    "platform": Text("平台用工", "Through a platform"),
    "self": Text("自由职业", "On one's own"),
}

STATES: dict[str, Text] = {
    "member": Text("在会", "Member"),
    "seconded": Text("借调", "Seconded"),
    "retained": Text("保留会籍", "Retained"),
    "moved": Text("已转出", "Moved"),
    "left": Text("已退会", "Left"),
    "expelled": Text("已开除", "Expelled"),
    "deceased": Text("已故", "Deceased"),
    "merged": Text("已并入", "Merged"),
}
ALIVE = ("member", "seconded", "retained")
COUNTED = ("member", "seconded")

GROUNDS: dict[str, Text] = {
    "retired": Text("退休", "Retirement"),
    "unemployed": Text("失业", "Unemployment"),
    "military": Text("服兵役", "Military service"),
    "dissolved": Text("单位解散", "Employer dissolved"),
    "abroad": Text("出国或长期离岗", "Abroad or long away"),
    "other": Text("其他", "Other"),
}

CHANGES: dict[str, Text] = {
    "join": Text("入会", "Joined"),
    "move_in": Text("转入", "Moved in"),
    "move_out": Text("转出", "Moved out"),
    "retain": Text("保留会籍", "Retained"),
    "restore": Text("恢复会籍", "Restored"),
    "second": Text("借调", "Seconded"),
    "return": Text("借调期满", "Back from secondment"),
    "leave": Text("退会", "Left"),
    "expel": Text("开除会籍", "Expelled"),
    "die": Text("去世", "Died"),
    "dissolve": Text("单位解散", "Employer dissolved"),
    "correct": Text("更正用工信息", "How they work corrected"),
    "merge": Text("重复合并", "Merged as a double"),
    "unmerge": Text("撤销合并", "Merge undone"),
}

WISHES: dict[str, Text] = {  # what a member asks for on the phone; each is a change of the same code
    "retain": Text("保留会籍", "Keep the membership"),
    "second": Text("登记借调", "Note a secondment"),
    "restore": Text("恢复会籍", "Restore the membership"),
    "return": Text("借调期满", "End a secondment"),
    "leave": Text("退会", "Leave the union"),
}
WISH_GROUNDS: dict[str, dict[str, Text]] = {
    "retain": {code: name for code, name in GROUNDS.items() if code != "dissolved"},  # that one is the union's act
    "leave": {
        "own": Text("个人意愿", "My own wish"),
        "wages": Text("不再以工资收入为主要生活来源", "I no longer live mainly on wages"),
        "abroad": Text("出国（境）定居", "Settling abroad"),
        "other": Text("其他", "Other"),
    },
}
WISH_MEANS: dict[str, Text] = {  # what a wish means for the member, by the rules of membership in force since 2016
    "retain": Text(
        "保留会籍期间不缴纳会费，会龄连续计算；不享有选举权、被选举权和表决权，也不计入会员统计。",
        "While it is kept you pay no fee and your years go on; you do not vote, are not elected, and are not counted as a member.",
    ),
    "second": Text(
        "借调期间会籍仍在原工会；借调超过六个月的，可以办理转会。请写明借调到哪个单位。",
        "Your membership stays with your union; after more than six months it may be moved. Write to which employer you go.",
    ),
    "restore": Text("恢复后重新缴纳会费，享有会员的各项权利。", "You pay the fee again and have all the rights of a member."),
    "return": Text("登记后，您在原工会的会籍照常。", "Your membership goes on as before the secondment."),
    "leave": Text(
        "入会自愿、退会自由。工会会先与您谈话，再由工会委员会办理；退会后不再享受会员服务，以后可以重新入会。"
        "换了单位请办理转会，不必退会。",
        "You are free to leave. The union speaks with you first, then its committee decides. You lose the services for members and"
        " may join again. After a change of work, ask for a transfer instead.",
    ),
}

TOLD: dict[str, tuple[Text, Text]] = {  # what a member is told of a change by the union; a death is told to nobody
    "retain": (
        Text("会籍已保留", "Your membership is kept"),
        Text(
            "您在{union}的会籍自{day}起保留，会龄连续计算；恢复工作后请联系工会恢复会籍。",
            "{union} keeps your membership from {day} on; your years go on. Tell the union when you work again.",
        ),
    ),
    "restore": (
        Text("会籍已恢复", "Your membership goes on"),
        Text("您在{union}的会籍自{day}起恢复。", "Your membership of {union} goes on from {day}."),
    ),
    "second": (
        Text("已登记借调", "Your secondment is noted"),
        Text(
            "{union}已登记您自{day}起借调，会籍仍在原工会。", "{union} has noted your secondment from {day}; your membership stays."
        ),
    ),
    "return": (
        Text("借调期满", "Your secondment is over"),
        Text("{union}已登记您自{day}起借调期满。", "{union} has noted that your secondment was over on {day}."),
    ),
    "leave": (
        Text("已退会", "You have left the union"),
        Text(
            "您自{day}起不再是{union}会员；如需重新入会，可随时申请。",
            "From {day} you are no member of {union}; you may join again.",
        ),
    ),
    "expel": (
        Text("会籍已终止", "Your membership has ended"),
        Text(
            "您在{union}的会籍自{day}起终止（开除会籍）；如有异议，请联系上级工会。",
            "Your membership of {union} ended on {day} by expulsion; if you object, ask the union above.",
        ),
    ),
}

BOTH = ("sms", "wechat")
ANSWERS: tuple[tuple[str, Text, Text, tuple[str, ...], tuple[str, ...]], ...] = (  # code, heading, words, fields, channels
    (
        "approved",
        Text("入会申请已通过", "You are a member now"),
        Text("您已加入{union}，会员编号 {number}。", "You have joined {union}; your number is {number}."),
        ("union", "number"),
        BOTH,
    ),
    (
        "send_back",
        Text("入会申请需要补正", "Your application needs a correction"),
        Text("申请 {reference} 需要补正：{reason}", "Application {reference} was sent back: {reason}"),
        ("reference", "reason"),
        BOTH,
    ),
    (
        "refuse",
        Text("入会申请未通过", "Your application was refused"),
        Text("申请 {reference} 未通过：{reason}", "Application {reference} was refused: {reason}"),
        ("reference", "reason"),
        BOTH,
    ),
    (
        "moved",
        Text("转会已办结", "Your transfer is done"),
        Text("您的会员关系已转入{union}。", "Your membership has moved to {union}."),
        ("union",),
        BOTH,
    ),
    (
        "dissolved",
        Text("会籍已由上级工会保留", "Your membership is kept by the union above"),
        Text("您所在单位已解散，会籍由{union}保留。", "Your employer is dissolved; {union} keeps your membership."),
        ("union",),
        BOTH,
    ),
    (
        "held",
        Text("转会未办成", "Your transfer was not made"),
        Text("{union}未同意转会：{reason}。您的会籍不变。", "{union} did not agree: {reason}. Your membership stays as it is."),
        ("union", "reason"),
        BOTH,
    ),
    (
        "wish_received",
        Text("会籍申请已收到", "Your wish has arrived"),
        Text("申请 {reference} 已送{union}，{due} 前答复。", "{union} has your wish {reference} and answers by {due}."),
        ("reference", "union", "due"),
        (),
    ),
    (
        "wish_refused",
        Text("会籍申请未获同意", "Your wish was not agreed to"),
        Text(
            "{union}未同意申请 {reference}：{reason}。您的会籍不变。",
            "{union} did not agree to your wish {reference}: {reason}. Your membership stays as it is.",
        ),
        ("reference", "union", "reason"),
        BOTH,
    ),
    (
        "wish_over",
        Text("会籍申请已终止", "Your wish is over"),
        Text(
            "您的会籍已有变动，申请 {reference} 不再办理。",
            "Your membership has changed meanwhile, so your wish {reference} is over.",
        ),
        ("reference",),
        BOTH,
    ),
)

CHANNELS: dict[str, Text] = {
    "qr": Text("扫码", "QR code"),
    "home": Text("网上会员之家", "Home for members online"),
    "hall": Text("职工端", "Worker's hall"),
    "desk": Text("窗口登记", "At the desk"),
    "import": Text("花名册导入", "Imported roster"),
}

ROUTES: dict[str, Text] = {  # how somebody without a code found their union
    "employer": Text("按工作单位", "By the employer"),
    "name": Text("按工会名称", "By the union's name"),
    "place": Text("按街道（乡镇）", "By the township"),
    "phone": Text("按花名册上的手机号", "By the phone on a roster"),
}

ON_ROSTER = Text("在工会花名册上", "on the roster")

PARTNER_KINDS: dict[str, Text] = {
    "courier": Text("快递平台", "Courier platform"),
    "delivery": Text("外卖平台", "Delivery platform"),
    "freight": Text("货运平台", "Freight platform"),
    "ride": Text("网约车平台", "Ride-hailing platform"),
}

BENEFIT_KINDS: dict[str, Text] = {
    "discount": Text("消费优惠", "Discount"),
    "ticket": Text("票券", "Ticket"),
    "service": Text("服务体验", "Service"),
}

FILTERS = (
    "q", "unit", "state", "occupation", "hired", "checked", "tag", "employer", "since", "until", "own", "migrant", "stale",
)  # fmt: skip

CONFIRMED = {  # what the yearly check compares, field by field
    "name": Text("姓名", "Name"),
    "id_number": Text("证件号码", "Document number"),
    "phone": Text("手机号", "Phone"),
    "employer": Text("工作单位", "Employer"),
}
CHECKED = {"yes": Text("已实名", "Authenticated"), "no": Text("未实名", "Not authenticated")}
FILTERED = {"state": STATES, "occupation": OCCUPATIONS, "hired": HIRED, "checked": CHECKED, "stale": CONFIRMED}
EMPLOYER = {"employer": Text("工作单位", "employer")}
PERSONAL, TEXTS = "membership.personal", "membership.texts"
PURPOSES: dict[str, Purpose] = {
    PERSONAL: Purpose(
        Text("个人信息处理告知书", "How the union handles your data"),
        Text(
            "为办理入会、转会、会籍核对和会员服务，您所在的工会及其上级工会处理您的姓名、证件号码（敏感个人信息）、手机号码、职业类别"
            "和工作单位。证件号码和手机号码加密保存；工会工作人员经授权并写明理由后才能查看，每次查看您都能在“谁看过我的信息”中查到。"
            "信息保存到会籍终止后法律规定的期限。您可以随时查看、申请更正，也可以撤回同意；撤回不影响此前的处理，"
            "工会会与您联系办理后续事项。",
            "To take you in, to move and check your membership and to serve you, your union and the unions above it handle your"
            " name, your document number (sensitive data), your phone, how you work and your employer. Numbers are kept encrypted;"
            " staff open them only by right and for a stated reason, and you see each time under “Who looked at my data”. The data"
            " are kept as long after the membership as the law says. You can look at them, ask for corrections and take this"
            " consent back at any time; what was done before stays lawful, and the union will speak with you about what follows.",
        ),
        needed=True,
    ),
    TEXTS: Purpose(
        Text("活动和福利短信", "Text messages about activities and benefits"),
        Text(
            "工会用短信或微信告诉您活动报名、福利领取等消息。不同意也可以入会，消息仍可在“消息”页面查看。",
            "The union tells you of activities and benefits by text message or WeChat. You can join without it; the messages are"
            " still on the page “Messages”.",
        ),
    ),
}

AUTO: dict[str, Text] = {
    "never": Text("全部人工审核", "Everything is checked by a person"),
    "roster": Text("花名册上的自动通过", "Whoever is on the roster passes"),
    "authenticated": Text("实名核验通过的自动通过", "Whoever is authenticated passes"),
}


def _offered(names: dict[str, Text], **aliases: tuple[str, ...]) -> tuple[Choice, ...]:
    return tuple(Choice(code, text, aliases.get(code, ())) for code, text in names.items())


ROSTERS = "unionhall.work.membership.actions.rosters"
ROSTER = ImportKind(
    code="membership.roster",
    name=Text("会员花名册", "Roster of members"),
    permission="membership.register",
    columns=(
        Column(
            "name",
            Text("姓名", "Name"),
            width=14,
            longest=100,
            required=True,
            example="张三",
            aliases=("名字", "职工姓名", "会员姓名"),
        ),
        Column(
            "id_number",
            Text("身份证号", "ID number"),
            "id_number",
            22,
            required=True,
            example="990000199001010017",
            aliases=("证件号码", "身份证号码", "公民身份号码", "身份证", "证件号"),
            note=Text("用文本格式填写，最后一位可以是 X。", "As text; the last character may be X."),
        ),
        Column(
            "phone",
            Text("手机号", "Mobile phone"),
            "phone",
            16,
            example="10012345678",
            aliases=("电话", "联系电话", "手机", "手机号码", "联系方式"),
        ),
        Column(
            "unit",
            Text("所在工会", "Union"),
            "unit",
            30,
            aliases=("工会", "所属工会", "工会名称", "基层工会", "单位编码"),
            note=Text("单位编码、全称或简称；空着即为本单位。", "Its code, full or short name; left empty, your own unit."),
        ),
        Column("joined_on", Text("入会日期", "Joined on"), "date", 14, aliases=("入会时间", "加入工会时间")),
        Column(
            "occupation",
            Text("职业类别", "Occupation"),
            "choice",
            14,
            choices=_offered(
                OCCUPATIONS, courier=("快递", "快递小哥"), rider=("外卖员", "骑手", "外卖"), truck_driver=("卡车司机",)
            ),
            aliases=("岗位类别", "职业", "人员类别"),
        ),
        Column(
            "hired", Text("用工方式", "Hired"), "choice", 12, choices=_offered(HIRED, dispatched=("派遣",)), aliases=("用工形式",)
        ),
        Column("employer", Text("工作单位", "Employer"), width=30, longest=120, aliases=("用人单位", "公司", "企业名称")),
        Column("platform", Text("所属平台", "Platform"), width=16, longest=60, aliases=("平台", "平台企业")),
        Column("migrant", Text("农民工", "Migrant worker"), "yes_no", 10, aliases=("是否农民工",)),
    ),
    check=Later(f"{ROSTERS}.check"),
    write=Later(f"{ROSTERS}.write"),
    undo=Later(f"{ROSTERS}.undo"),
    home="membership:desk-list",
    notes=(
        Text(
            "同一证件号码即同一人；已在其他工会的不会重复登记，请办理转会。",
            "One document number is one person; a member elsewhere moves by transfer.",
        ),
    ),
)
WORDS = (  # what is said about a member in free words, and goes with the person
    Words("membership.Application", "person", ("employer", "platform")),
    Words("membership.Membership", "person", ("employer", "platform", "tags")),
    Words("membership.Change", "membership__person", ("reason",)),
    Words("membership.Transfer", "membership__person", ("why",)),
    Words("membership.Wish", "person", ("words",)),
    Words("membership.Claim", "person"),
)
