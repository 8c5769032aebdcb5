"""One object of every kind of this room in a unit, for the permission matrix."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from unionhall.kernel.files import actions as files
from unionhall.kernel.flows.actions import moves
from unionhall.kernel.people import actions as people_actions
from unionhall.kernel.people import queries as people
from unionhall.kernel.programmes import actions as programmes
from unionhall.kernel.programmes import queries as programme_queries
from unionhall.lib import clock, dates
from unionhall.work.grants.actions import applications
from unionhall.work.grants.actions.applications import NewApplication
from unionhall.work.grants.desk.applications import ACTS
from unionhall.work.grants.hall import SCREENS
from unionhall.work.grants.models import Batch, Cover, Objection, Payment, Posting, Roll, UnitAccount


def objects(cast, unit, token):
    house = people.house()
    programme = programme_queries.programme("warmth_sending")
    if programme_queries.running_edition(programme, unit) is None:
        programmes.open_edition(
            programme=programme,
            organization=cast.province,
            since=dates.today().replace(month=1, day=1),
            until=dates.today().replace(month=12, day=31),
            by=house,
        )
    person = people_actions.register(by=None, name=token, home=unit)
    new = NewApplication(programme=programme, kind="money", person=person, amount=100_00, reason=token)
    one = applications.register(organization=unit, new=new, by=house)
    batch = Batch.objects.create(
        organization=unit, org_path=unit.path, reference=f"FF-{token}", maker=house, made_at=clock.now()
    )  # fmt: skip
    payment = Payment.objects.create(
        batch=batch, number=1, application=one, payee=person, name=token, account="0" * 64, masked=token, amount=100_00
    )  # fmt: skip
    posting = Posting.objects.create(
        application=one, organization=unit, org_path=unit.path, name="赵**", unit=unit.name, amount=1, posted_on=dates.today(),
        until_on=dates.today(),
    )  # fmt: skip
    case = Objection(
        organization=unit, reference=f"YY-{token}", application=one, kind="objection", way="phone", words=token,
        received_on=dates.today(), programme=programme, edition=one.edition,
    )  # fmt: skip
    moves.start(case, by=house)
    upload = SimpleUploadedFile(f"{token}.txt", token.encode())
    paper = files.attach(one, upload, by=house, kind="paper")
    batched = {"id": batch.pk}
    today = dates.today()
    Cover.objects.create(
        organization=unit, org_path=unit.path, person=person, programme=programme, edition=one.edition, fee=60_00, joined_on=today,
        since=today, until=today + timedelta(days=1), created_by=house,
    )  # fmt: skip
    roll = Roll.objects.create(
        organization=unit, org_path=unit.path, person=person, kind="studio", paper=token, since=today, created_by=house
    )  # fmt: skip
    UnitAccount.objects.create(
        organization=unit, org_path=unit.path, name=token, bank=token, masked="****", created_by=house, created_at=clock.now()
    )
    return {
        "grants:desk-applications": {},
        "grants:desk-application": {"id": one.pk},
        "grants:desk-revise": {"id": one.pk},
        "grants:desk-paper-add": {"id": one.pk},
        "grants:desk-print": {"id": one.pk},
        "grants:desk-phone": {"id": one.pk},
        **{f"grants:desk-{code}": {"id": one.pk} for code in ACTS},
        "grants:desk-paper": {"id": one.pk, "file": paper.pk},
        "grants:desk-of-payment": {"id": payment.pk},
        "grants:desk-objections": {},
        "grants:desk-covers": {},
        "grants:desk-accounts": {},
        "grants:desk-rolls": {},
        "grants:desk-roll-end": {"id": roll.pk},
        "grants:desk-objection": {"id": case.pk},
        "grants:public": {"id": unit.pk},
        **{
            f"grants_hall:{page}": {"id": one.pk}
            for page in ("progress", "withdraw", "appeal", "add-paper", "give-account", "press", *SCREENS)
        },
        "grants_hall:object": {"id": posting.pk},
        "grants:desk-batch": batched,
        "grants:desk-check": batched,
        "grants:desk-release": batched,
        "grants:desk-bank-file": batched,
        "grants:desk-results": batched,
        "grants:desk-hand-out": batched,
        "grants:desk-signed": batched,
        "grants:desk-dissolve": batched,
        "grants:desk-signed-list": batched,
        "grants:desk-vouchers": batched,
        "grants:desk-take-out": {**batched, "number": 1},
        "grants:desk-voucher": {"id": payment.pk},
    }
