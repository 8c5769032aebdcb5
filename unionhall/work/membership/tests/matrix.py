"""One object of every kind of this room in a unit, for the permission matrix."""

from datetime import timedelta
from decimal import Decimal

from unionhall.kernel.organizations import actions as organizations
from unionhall.kernel.people import actions as persons
from unionhall.kernel.people import queries as people
from unionhall.kernel.people.actions import merging
from unionhall.kernel.people.models import Pair
from unionhall.lib import dates
from unionhall.testing.matrix import Anywhere
from unionhall.work.membership import registry
from unionhall.work.membership.actions import benefits, codes, joining, partners, transfers, wishes
from unionhall.work.membership.models import Active, Change, Founding, Membership


def _member(unit, token, by):
    person = persons.register(by=by, name=token, home=unit)
    given = joining.Applicant(name="", id_number="", known=person, employer=token, platform=token)
    application = joining.apply(way=joining.Way(union=unit), given=given)
    return application, joining.approve(application_id=application.pk, by=by)


def objects(cast, unit, token):
    house, today = people.house(), dates.today()
    code = codes.issue(organization=unit, by=house, label=token[:40])
    _application, membership = _member(unit, token, house)
    Membership.objects.filter(pk=membership.pk).update(checked_on=today - timedelta(days=800))  # due on the yearly list
    waiting = joining.apply(
        way=joining.Way(union=unit),
        given=joining.Applicant(name="", id_number="", known=persons.register(by=house, name=token, home=unit), employer=token),
    )
    to = unit.parent  # whoever sees it sees the unit below as well
    moving = _member(unit, token, house)[1]
    transfer = transfers.ask(membership_id=moving.pk, to=to, by=house, why=token)
    partner = partners.agree(
        organization=unit, name=token, kind="courier", agreement=token, agreed_on=today, by=house, contact=token
    )
    benefit = benefits.open_benefit(
        organization=unit,
        title=token,
        kind="ticket",
        quota=1,
        opens_on=today,
        closes_on=today + timedelta(days=1),
        by=house,
        what=token,
    )
    founding = Founding.objects.create(
        organization=unit, org_path=unit.path, level_unit=unit, employer=token, members=25, raised_on=today
    )
    wish = wishes.ask(membership_id=moving.pk, what="leave", ground="other", words=token, on=today, by=moving.person)
    member = {"id": membership.pk}
    active = Active.objects.create(person=membership.person, organization=unit, day=today, what="card")
    alike = [persons.register(by=house, name=token, home=unit) for _each in range(4)]
    pair = {"id": Pair.objects.create(first=alike[0], second=alike[1], probability=Decimal("0.99"), found_on=today).pk}
    merged = merging.merge(by=house, kept=alike[2], gone=alike[3], reason=token)
    dying = organizations.found(name=f"{token}厂工会", short_name=token, level="group", kind="team", parent=unit, by=None)
    return {
        "membership:desk-applications": {},
        "membership:desk-application": {"id": waiting.pk},
        "membership:desk-application-act": {"id": waiting.pk, "what": "approve"},
        "membership:desk-transfer": {"id": transfer.pk},
        "membership:desk-transfer-act": {"id": transfer.pk, "what": "withdraw"},
        "membership:desk-wish": {"id": wish.pk},
        "membership:desk-wish-act": {"id": wish.pk, "what": "refuse"},
        "membership:desk-poster": {"id": code.pk},
        "membership:desk-code-revoke": {"id": code.pk},
        "membership:desk-partners": {},
        "membership:desk-partner-end": {"id": partner.pk},
        "membership:desk-foundings": {},
        "membership:desk-founding": {"id": founding.pk},
        "membership:desk-benefits": {},
        "membership:desk-benefit-withdraw": {"id": benefit.pk},
        "membership:desk-yearly": {},
        "membership:desk-dissolve": {"id": dying.pk},
        "membership:desk-doubles": {},
        "membership:desk-double": pair,
        "membership:desk-double-merge": pair,
        "membership:desk-double-different": pair,
        "membership:desk-double-undo": {"id": merged.pk},
        "membership:desk-member": member,
        "membership:desk-of-change": {"id": Change.objects.filter(membership=membership).earliest("pk").pk},
        "membership:desk-of-active": {"id": active.pk},
        "membership:desk-of-opening": {"id": codes.enlisted(unit).pk},
        "membership:desk-consent": member,
        "membership:desk-consent-issue": Anywhere(purpose=registry.PERSONAL),
        "membership:desk-move": member,
        "membership:desk-work": member,
        "membership:desk-change": {**member, "what": "retain"},
    }
