"""The ground of the demo city: an invented city with its counties, streets and unions, its staff and its workers.

Everything is built by the house's own actions from a fixed seed. Nobody in it can be real: identity numbers carry the
area code 990000, phones begin with 100, and the root is marked as an invented world, which every page says.
"""

import random
from datetime import date, timedelta

from unionhall.kernel.access import actions as access
from unionhall.kernel.access.models import Account, Role
from unionhall.kernel.organizations import actions as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import actions as people
from unionhall.kernel.people.models import Person
from unionhall.kernel.people.rules import NewPerson
from unionhall.kernel.programmes import actions as programmes
from unionhall.lib import idnumber

FOUNDED = date(2015, 1, 1)
CODE = "990100"
WORKERS = 3_000
CITY = "云川市总工会"
DEPARTMENTS = ("办公室", "组织部", "权益保障部", "劳动和经济工作部", "宣传教育部")
COUNTIES = {
    "临江区": ("滨河街道", "望江街道", "柳林街道"),
    "东湖区": ("湖心街道", "松涛街道", "金桥街道"),
    "高新区": ("科苑街道", "创业街道", "云谷街道"),
    "北岭县": ("青石镇", "白鹿镇", "红旗镇"),
    "石桥县": ("古渡镇", "清泉镇", "枫林镇"),
    "南山县": ("茶亭镇", "梅园镇", "竹溪镇"),
}
FIRMS = ("机械厂", "纺织公司", "客运公司", "物流园", "电子公司", "食品公司", "建工公司", "商贸城", "医院", "中学")
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英建国文华志红玉兰春梅海燕晓东立新家辉宇航"
VISITORS = (  # user name, name, role, code of the unit, title
    ("city", "周文静", "city_clerk", CODE, "市总工会经办人 City clerk"),
    ("county", "李建华", "county_clerk", "990101", "临江区总工会经办人 County clerk"),
    ("street", "郑小梅", "township_clerk", "99010101", "滨河街道总工会经办人 Street clerk"),
    ("chair", "王建国", "grassroots_chair", "9901010101", "基层工会主席 Grassroots chair"),
    ("leader", "陈国栋", "leader", CODE, "市总工会领导 Leader, reads only"),
    ("system", "褚一鸣", "system_admin", CODE, "系统管理员 System administrator"),
    ("security", "卫明", "security_admin", CODE, "安全管理员 Security administrator"),
    ("auditor", "蒋正", "auditor", CODE, "审计员 Auditor"),
    ("maker", "沈雨晴", "payment_maker", "990101", "临江区总工会发放制单 Prepares payments"),
    ("checker", "韩正华", "payment_checker", "990101", "临江区总工会发放复核 Checks payments"),
    ("payer", "唐海燕", "payment_payer", "990101", "临江区总工会出纳 Releases payments"),
)
DESK = ("office.see", "organizations.see", "people.see", "programmes.see", "ledger.see", "grants.see", "funds.see")
PAYING = (  # the city's own roles: three persons release a batch, and none of them decides who is granted what
    ("payment_maker", "发放制单员", "Prepares payments", ("grants.prepare",)),
    ("payment_checker", "发放复核员", "Checks payments", ("grants.check",)),
    ("payment_payer", "出纳", "Releases payments", ("grants.pay", "people.reveal")),
)
WORKER_DOORS = (  # the first workers, whose phones are told: they sign in at /hall/ with a code that the demo shows on the page
    "职工，会员，有会员卡 Worker, a member with a card",
    "职工，尚未入会，可试扫码入会 Worker, who can join",
)
BY_CODE = "/hall/ 验证码 code"


def build() -> None:
    """Build the city, its staff and its workers; into an empty house, in the transaction of the caller."""
    root = _found(CITY, "市总", CODE, "city", "federation", None)
    programmes.mark_world(kind="demo", name="演示城市", root=root)
    for number, name in enumerate(DEPARTMENTS, start=1):
        _found(f"{CITY}{name}", name, f"{CODE}D{number}", "city", "department", root)
    unions = _counties(root)
    _staff()
    _workers(unions)


def _found(name: str, short: str, code: str, level: str, kind: str, above: Organization | None) -> Organization:
    return organizations.found(
        name=name, short_name=short, code=code, division_code="990000", level=level, kind=kind, parent=above, since=FOUNDED, by=None
    )


def _counties(root: Organization) -> list[Organization]:
    unions = []
    for county_number, (county, townships) in enumerate(COUNTIES.items(), start=1):
        code = f"9901{county_number:02d}"
        above = _found(
            f"{county}总工会", f"{county[:2]}{'区' if county.endswith('区') else '县'}总", code, "county", "federation", root
        )
        for number, township in enumerate(townships, start=1):
            street = _found(f"{township}总工会", township, f"{code}{number:02d}", "township", "federation", above)
            for place in range(1, 6):
                firm = f"{township[:2]}{FIRMS[(county_number * 7 + number * 3 + place) % len(FIRMS)]}"
                unions.append(_found(f"{firm}工会", firm, f"{street.code}{place:02d}", "grassroots", "grassroots", street))
    return unions


def _staff() -> None:
    roles = {role.code: role for role in Role.objects.all()}
    for number, (username, name, given, code, _title) in enumerate(VISITORS, start=1):
        unit = Organization.objects.get(code=code)
        if given not in roles:
            roles |= _own_roles(by=Account.objects.get(username="security").person)
        _employ(username, name, roles[given], unit, number)
    held = {code for *_rest, code, _title in VISITORS}
    rest = Organization.objects.filter(level__in=["county", "township"], kind="federation").exclude(code__in=held).order_by("code")
    source = random.Random(2)
    for number, unit in enumerate(rest, start=100):
        role = roles["county_clerk" if unit.level == "county" else "township_clerk"]
        _employ(f"clerk.{unit.code}", _name(source), role, unit, number)


def _own_roles(*, by: Person) -> dict[str, Role]:
    """The roles that the city made for itself, out of rights that its security administrator may hand on."""
    root = Organization.objects.get(code=CODE)
    return {
        code: access.make_role(code=code, zh=zh, en=en, permissions=[*DESK, *rights], at=root, by=by)
        for code, zh, en, rights in PAYING
    }


def _employ(username: str, name: str, role: Role, unit: Organization, number: int) -> Person:
    person = people.register(by=None, name=name, home=unit, id_number=_id_number(number), phone=f"100{number:08d}")
    access.open_account(person, username=username, by=None)
    access.grant(person, role=role, at=unit, by=None, since=FOUNDED)
    return person


def _workers(unions: list[Organization]) -> None:
    source = random.Random(1)
    wanted = [
        NewPerson(name=_name(source), home=source.choice(unions), id_number=_id_number(1_000 + number), phone=_phone(number))
        for number in range(WORKERS)
    ]
    people.register_many(wanted, by=None)


def _phone(worker: int) -> str:
    return f"100{1_000 + worker:08d}"


def _name(source: random.Random) -> str:
    return source.choice(SURNAMES) + "".join(source.choice(GIVEN) for _each in range(source.choice((1, 2, 2, 2))))


def _id_number(number: int) -> str:
    born = date(1962, 1, 1) + timedelta(days=number * 37 % 15_000)
    body = f"990000{born:%Y%m%d}{number % 1000:03d}"
    return body + idnumber.checksum(body)


def doors() -> list[tuple[str, str | None, str]]:
    """The accounts of the visitors; whoever has not chosen a password yet gets a new one-time password.

    A city that was loaded by an older version lacks the visitors that came since: they are left out.
    """
    known = {account.username: account for account in Account.objects.select_related("person").filter(username__in=_usernames())}
    if not known:
        return []
    by = known["security"].person
    found: list[tuple[str, str | None, str]] = []
    for username, *_rest, title in VISITORS:
        account = known.get(username)
        if account is None:
            continue
        password = access.reset_password(account, by=by) if account.must_change_password and account.is_active else None
        found.append((username, password, title))
    return found + [(_phone(number), BY_CODE, title) for number, title in enumerate(WORKER_DOORS)]


def _usernames() -> list[str]:
    return [username for username, *_rest in VISITORS]
