"""The front room's part of the demo city: how its unions are reached, and workers who asked for help and for corrections."""

import random
from datetime import timedelta

from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import queries as people
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.models import World
from unionhall.lib import clock
from unionhall.work.portal.actions import channels, corrections, help

REQUESTS = (
    ("write", "厂里拖欠三个月加班费，多次找车间没有答复，怎么办？", False),
    ("call", "想问工伤认定需要哪些材料，下午五点后方便接听", False),
    ("write", "宿舍区热水器坏了两周，报修没有人来", True),
    ("write", "孩子今年考上大学，想了解金秋助学怎么申请", False),
    ("call", "", False),
    ("write", "夜班补贴从上个月起没有发，想请工会问一问", False),
)


def load() -> None:
    """Channels of every county and street, a handful of requests of the last days, and corrections that wait."""
    root = World.objects.get(kind="demo").root
    house, chance = people.house(), random.Random(30)
    for number, unit in enumerate(
        Organization.objects.filter(level__in=["city", "county", "township"], kind="federation"), start=1
    ):
        channels.set_channel(
            organization_id=unit.pk,
            by=house,
            number=f"0999-5550{number:03d}",
            address=f"{unit.short_name or unit.name}职工服务中心一楼",
            hours="工作日 8:30–12:00，14:00–17:30",
            words="有困难找工会，热线 12351 全天有人接听。" if unit == root else "",
        )
    workers = list(Person.objects.filter(kind="person", account=None, org_path__startswith=root.path).order_by("pk")[:40])
    now = clock.now()
    for number, (channel, text, confidential) in enumerate(REQUESTS):
        with clock.fixed(now - timedelta(days=len(REQUESTS) - number, hours=chance.randrange(5))):
            help.ask_for_help(by=workers[number], channel=channel, text=text, confidential=confidential)
    corrections.ask_correction(by=workers[7], field="phone", proposed="10000000999", note="换了手机号")
    corrections.ask_correction(by=workers[8], field="home", note="上月已调到纺织公司")
