"""The room's part of the demo city: members, codes, applications, transfers, benefits, partners, by its own actions."""

import random
from datetime import date, timedelta

from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import queries as people
from unionhall.kernel.people.actions import consents
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes import queries as programmes
from unionhall.kernel.programmes.models import World
from unionhall.lib import clock, dates, idnumber
from unionhall.work.membership import registry
from unionhall.work.membership.actions import benefits, codes, joining, partners, standing, transfers, wishes
from unionhall.work.membership.flow import OPEN_JOINING
from unionhall.work.membership.models import Membership

FAMILY, GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英"
AT_GRASSROOTS, AT_STREET, WAITING = 36, 26, 9
SINCE_JOINING = 100  # days
PLATFORMS = (("顺途速运", "courier", 420), ("美味外送", "delivery", 860), ("货满满", "freight", 310))
OFFERS = (("电影观影券", "ticket", 60), ("体检优惠", "service", 40), ("公园年卡", "discount", 80))


def load() -> None:
    """About sixty members in a dozen unions, and something at every station of its way."""
    root = World.objects.select_related("root").get(kind=World.DEMO).root
    chance = random.Random(5)
    house = people.house()
    grassroots = list(organizations.subtree(root).filter(level="grassroots")[:10])
    streets = list(organizations.subtree(root).filter(level="township")[:3])
    if not grassroots or not streets:
        return
    _members(chance, grassroots, streets, house)
    _on_their_way(chance, grassroots, streets[0], house)
    _with_card(root, house)
    _offers(root, grassroots, house)


def _applicant(chance: random.Random, number: int, **more: object) -> joining.Applicant:
    born = date(1970, 1, 1) + timedelta(days=chance.randrange(12000))
    body = f"990055{born:%Y%m%d}{100 + number:03d}"
    name = chance.choice(FAMILY) + "".join(chance.sample(GIVEN, chance.choice((1, 2, 2))))
    return joining.Applicant(
        name=name,
        id_number=body + idnumber.checksum(body),
        phone=f"10055{number:06d}",
        **more,  # type: ignore[arg-type]
    )


def _members(chance: random.Random, grassroots: list[Organization], streets: list[Organization], house: Person) -> None:
    today, served = dates.today(), programmes.programme("real_name_membership")
    for number in range(AT_GRASSROOTS):
        union = grassroots[number % len(grassroots)]
        day = today - timedelta(days=chance.randrange(20, 1500))
        joining.register(
            union=union,
            given=_applicant(chance, number, employer=union.label.removesuffix("工会")),
            by=house,
            on=day,
            programme=served,
        )
    new_forms = programmes.programme("new_form_joining")
    for number in range(AT_STREET):
        work = {"occupation": registry.NEW_FORMS[number % 4], "hired": "platform", "migrant": number % 3 == 0}
        given = _applicant(chance, 200 + number, employer="捷达同城配送站", platform=PLATFORMS[number % 3][0], **work)
        day = today - timedelta(days=chance.randrange(5, 300))
        joining.register(union=streets[0], given=given, by=house, on=day, programme=new_forms)


def _on_their_way(chance: random.Random, grassroots: list[Organization], street: Organization, house: Person) -> None:
    for number in range(WAITING):
        at = clock.now() - timedelta(days=chance.randrange(0, 6))
        with clock.fixed(at):
            union = grassroots[number % 3]
            joining.apply(way=joining.Way(union=union), given=_applicant(chance, 300 + number))
    alive = list(Membership.objects.filter(organization__in=grassroots, until=None).order_by("id")[:12])
    for one, to in zip(alive[:3], grassroots[3:6], strict=False):
        transfers.ask(membership_id=one.pk, to=to, by=house, why="调动工作")
    for one, ground in zip(alive[4:7], ("retired", "military", "unemployed"), strict=True):
        standing.change(membership_id=one.pk, what="retain", ground=ground, by=house)
    standing.change(membership_id=alive[8].pk, what="leave", reason="本人申请退会", by=house)
    for one, what, ground in zip(alive[9:11], ("retain", "leave"), ("military", "own"), strict=True):
        wishes.ask(membership_id=one.pk, what=what, ground=ground, on=dates.today(), by=one.person)
    for one in Membership.objects.filter(until=None, state="member").select_related("organization", "person").order_by("id")[:30]:
        standing.mark_authenticated(one, by=house)
        if one.pk % 2:
            standing.seen_active(one.person, "card")
    partners.propose_foundings()


def _offers(root: Organization, grassroots: list[Organization], house: Person) -> None:
    today = dates.today()
    welfare, platform = programmes.programme("member_welfare"), programmes.programme("platform_partner")
    for title, kind, quota in OFFERS:
        benefits.open_benefit(
            organization=root, title=title, kind=kind, quota=quota, opens_on=today - timedelta(days=5),
            closes_on=today + timedelta(days=25), place="市工人文化宫", by=house, programme=welfare,
        )  # fmt: skip
    for name, kind, workers in PLATFORMS:
        partners.agree(
            organization=root, name=name, kind=kind, agreement="关爱新就业形态劳动者合作协议", agreed_on=today - timedelta(days=90),
            workers=workers, contact="公共事务部", by=house, programme=platform,
        )  # fmt: skip
    codes.issue_below(organization=root, by=house, programme=programmes.programme("scan_join"))
    for union in [root, *grassroots[:4]]:
        counted = Membership.objects.filter(org_path__startswith=union.path, until=None).count()
        partners.report(organization=union, members=counted + 7, day=today, evidence="年度统计报表", by=house)


def _with_card(root: Organization, house: Person) -> None:
    """The city's first worker, whose phone the demo tells, joined by the code of their union and has a card to show.

    The second one, told as well, is on the roster of their union only, so that joining can be tried.
    """
    workers = Person.objects.filter(kind="person", account=None, org_path__startswith=root.path)
    worker = workers.select_related("home").order_by("pk").first()
    if worker is None or worker.home is None or Membership.objects.filter(person=worker).exists():
        return
    with clock.fixed(clock.now() - timedelta(days=SINCE_JOINING)):
        agreed = (consents.texts()[registry.PERSONAL].pk,)
        given = joining.Applicant(name=worker.name, id_number="", known=worker, proven=True, agreed=agreed)
        code = codes.issue(organization=worker.home, by=house, programme=programmes.programme("scan_join"))
        application = joining.apply(way=joining.Way(union=worker.home, code=code), given=given)
        if application.state in OPEN_JOINING:
            joining.approve(application_id=application.pk, by=house)
        standing.mark_authenticated(Membership.objects.get(person=worker, until=None), by=house)
