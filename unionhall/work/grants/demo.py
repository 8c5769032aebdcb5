"""The room's part of the demo city: applications on every step, a batch that the bank answered, and one to be checked."""

from unionhall.kernel.access.models import Grant
from unionhall.kernel.organizations import rules as tree
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import actions as people_actions
from unionhall.kernel.people import queries as people
from unionhall.kernel.people.models import Person
from unionhall.kernel.policies import actions as policies
from unionhall.kernel.programmes import actions as programmes
from unionhall.kernel.programmes import queries as programme_queries
from unionhall.lib import dates
from unionhall.work.grants.actions import applications, batches, settling
from unionhall.work.grants.actions.applications import NewApplication
from unionhall.work.grants.registry import welfare
from unionhall.work.grants.rules.bank import Answer

YUAN = 100
AMOUNTS = (3_000, 4_500, 6_000, 8_000, 5_200, 2_600, 7_000, 3_300, 15_000, 26_000)
THREE = ("payment_maker", "payment_checker", "payment_payer")
LIMITS = (("festival_year", 1_500 * YUAN), ("birthday_gift", 300 * YUAN), ("hospital_gift", 1_000 * YUAN), ("prize", 500 * YUAN))
STEPS = ("draft", "submitted", "submitted", "reviewed", "reviewed", "approved", "approved", "approved", "reviewed", "reviewed")
LEVELS = {"county": 0, "city": 10_000 * YUAN, "province": 20_000 * YUAN, "nation": 50_000 * YUAN}


def load() -> None:
    """Medical aid and gifts in the first county whose files and budget lines the other rooms have filled."""
    clerks = Grant.objects.filter(role__code="county_clerk").select_related("person", "organization").order_by("organization__path")
    for grant in clerks:
        if _county(grant.organization, grant.person):
            return


def _county(county: Organization, by: Person) -> bool:
    heads = [
        standing.person
        for standing in people.standing_on(dates.today(), "hardship_household", within=county).select_related("person__home")
        if standing.person is not None and standing.person.home is not None
    ][: len(AMOUNTS)]
    line = next((one for one in applications.lines_of(county) if not one.programme and one.free > 100_000 * YUAN), None)
    if not heads or line is None:
        return False
    programme, house = programme_queries.programme("hardship_relief_fund"), people.house()
    year, city = dates.today().replace(month=1, day=1), county.parent or county
    for code, value in (("medical_cap", 60_000 * YUAN), ("medical_levels", LEVELS)):
        policies.set_value(f"grants.{code}", value, organization=city, since=year, source="示范省总工会实施办法", by=house)
    if programme_queries.running_edition(programme, county) is None:
        programmes.open_edition(programme=programme, organization=county, by=house)
    for place, (head, amount, step) in enumerate(zip(heads, AMOUNTS, STEPS, strict=False)):
        sealed = {"bank_account": f"99000000000{place:08d}"}
        people_actions.correct(by=None, person=head, sealed=sealed, reason="演示数据")
        new = NewApplication(programme=programme, kind="medical", person=head, amount=amount * YUAN, reason="住院自付费用较高")
        one = applications.register(organization=_unit(head, county), new=new, by=house)
        if step != "draft":
            applications.submit(application_id=one.pk, by=house)
        if step in ("reviewed", "approved"):
            applications.review(application_id=one.pk, by=by)
        if step == "approved":
            applications.approve(application_id=one.pk, amount=amount * YUAN, funder=county, line_id=line.id, by=by)
    _gifts(county, heads, line.id, by=by)
    _welfare(county.parent or county)
    return True


def _gifts(county: Organization, heads: list[Person], line_id: int, *, by: Person) -> None:
    """Money to warm some households, which no public notice holds up: a batch that the bank answered, one to check, grants to pay.

    The three who release a batch sign in as visitors; in a house without them it stops at what is granted.
    """
    programme, house = programme_queries.programme("warmth_sending"), people.house()
    if programme_queries.running_edition(programme, county) is None:
        programmes.open_edition(programme=programme, organization=county, by=house)
    ready = []
    for head in heads[:7]:
        new = NewApplication(programme=programme, kind="money", person=head, amount=2_000 * YUAN, reason="走访慰问")
        one = applications.register(organization=_unit(head, county), new=new, by=house)
        applications.submit(application_id=one.pk, by=house)
        applications.review(application_id=one.pk, by=by)
        applications.approve(application_id=one.pk, amount=2_000 * YUAN, funder=county, line_id=line_id, by=by)
        ready.append(one.pk)
    granted = Grant.objects.filter(role__code__in=THREE, organization=county).select_related("person", "role")
    hands = {grant.role.code: grant.person for grant in granted}
    if len(hands) < len(THREE):
        return
    maker, checker, payer = (hands[code] for code in THREE)
    paid = batches.prepare(organization=county, application_ids=ready[:3], by=maker).batch
    if paid is not None:
        batches.check(batch_id=paid.pk, digest=batches.content_digest(paid), by=checker)
        batches.export(batch_id=paid.pk, by=payer)
        answers = [Answer(one.reference, one.amount, one.number != 3, "户名不符" * (one.number == 3)) for one in batches.live(paid)]
        settling.settle(batch_id=paid.pk, answers=answers, by=payer)
    batches.prepare(organization=county, application_ids=ready[3:5], by=maker)


def _welfare(city: Organization) -> None:
    """What unions may spend on their members: limits that the city set, and an edition in which they do."""
    programme, house, first = programme_queries.programme("member_welfare"), people.house(), dates.today().replace(month=1, day=1)
    for code, value in (*LIMITS, ("festival_gift", dict.fromkeys(welfare.FESTIVALS, 600 * YUAN))):
        policies.set_value(f"grants.{code}", value, organization=city, since=first, source="示范省总工会实施办法", by=house)
    programmes.open_edition(programme=programme, organization=city, by=house, since=first, until=first.replace(month=12, day=31))


def _unit(head: Person, county: Organization) -> Organization:
    """The unit that takes the application up: the head's own where the county reaches it."""
    return head.home if head.home is not None and tree.contains(county.path, head.home.path) else county
