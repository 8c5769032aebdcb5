"""The room's part of the demo city: households on file in every county, paired and helped, some on their way, some out again."""

import random
from datetime import timedelta

from unionhall.kernel.access.models import Grant
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import queries as people
from unionhall.kernel.people.models import Person
from unionhall.kernel.policies import actions as policies
from unionhall.kernel.programmes import actions as programmes
from unionhall.kernel.programmes import queries as programme_queries
from unionhall.kernel.programmes.models import World
from unionhall.lib import dates
from unionhall.work.hardship.actions import helps, intake, leave, pairing, procedure, register, yearly
from unionhall.work.hardship.actions.helps import NewHelp
from unionhall.work.hardship.actions.replays import household
from unionhall.work.hardship.models.files import Household

LINE = 92_000
ON_FILE, WAITING = 12, 6  # households of each county's first street; applications on their way
CLERKS = ("city_clerk", "county_clerk", "township_clerk")
NEEDS = ("希望了解大病救助政策", "子女秋季入学费用有困难", "想参加技能培训再就业", "药费负担较重")


def load() -> None:
    """Households of the streets, by the room's own actions."""
    root = World.objects.select_related("root").get(kind=World.DEMO).root
    chance = random.Random(7)
    hands = {
        grant.organization_id: grant.person
        for grant in Grant.objects.filter(role__code__in=CLERKS).select_related("person").order_by("-id")
    }
    today = dates.today()
    policies.set_value(
        "hardship.income_line",
        LINE,
        organization=root,
        since=today.replace(month=1, day=1),
        source="示范市民政局公布的低保标准",
        by=people.house(),
    )
    edition = programmes.open_edition(
        by=hands[root.pk],
        programme=programme_queries.programme("hardship_file"),
        organization=root,
        since=today.replace(month=1, day=1),
        until=today.replace(month=12, day=31),
    )
    for county in Organization.objects.filter(parent=root, kind="federation").order_by("code"):
        street = Organization.objects.filter(parent=county).order_by("code").first()
        if street is None or street.pk not in hands or county.pk not in hands:
            continue
        rows = [household(chance, street, today) for _ in range(ON_FILE)]
        made = intake.take_many(organization=street, rows=rows, by=hands[street.pk], programme=edition.programme, edition=edition)
        _live(made, hands[street.pk], hands[county.pk])
    first = Organization.objects.filter(parent__parent=root, pk__in=hands).order_by("code").first()
    if first is not None:
        _apply(first, hands[first.pk], chance)
    yearly.draw(organization=root, by=hands[root.pk], seed="demo")


def _live(made: list[Household], clerk: Person, county: Person) -> None:
    today = dates.today()
    pairs = pairing.pair_many([(one, clerk) for one in made[:9]], by=county)
    for number, pair in enumerate(pairs[:6]):
        pairing.contact(household_id=pair.household_id, by=clerk, need=NEEDS[number % len(NEEDS)])
    rows = [
        (
            one,
            NewHelp(
                item="living",
                source=f"演示救助 {one.reference}",
                approved=300_000,
                approved_on=today,
                paid=300_000,
                paid_on=today,
                due_on=today + timedelta(days=10),
            ),
        )
        for one in made[:8]
    ]
    helps.note_many(rows, by=county)
    leave.leave(household_id=made[-1].pk, route="employment", words="户主已稳定就业", by=county)
    leave.withdraw(household_id=made[-2].pk, reason="moved", words="已迁往外地", by=county)


def _apply(street: Organization, clerk: Person, chance: random.Random) -> None:
    for number in range(WAITING):
        told = household(chance, street, dates.today())
        head = told.people[0][1]
        person = register.known_person(name=head.name, id_number="", home=street, by=clerk)
        new = register.NewFile(head=person, cause=told.cause, worker=told.worker, size=told.size)
        made = register.register(organization=street, new=new, by=clerk, book=told.book)
        if number > 1:
            procedure.sign_all(household_id=made.pk, by=clerk)
            procedure.apply(household_id=made.pk, by=clerk)
