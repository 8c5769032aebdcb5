"""One object of every kind of this room in a unit, for the permission matrix."""

from unionhall.kernel.people import actions as people_actions
from unionhall.kernel.people import queries as people
from unionhall.kernel.programmes import actions as programmes
from unionhall.kernel.programmes import queries as programme_queries
from unionhall.lib import clock, dates
from unionhall.work.grants.actions import applications
from unionhall.work.grants.actions.applications import NewApplication
from unionhall.work.grants.models import Batch, Payment


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
    Payment.objects.create(
        batch=batch, number=1, application=one, payee=person, name=token, account="0" * 64, masked=token, amount=100_00
    )  # fmt: skip
    batched = {"id": batch.pk}
    return {
        "grants:desk-applications": {},
        "grants:desk-application": {"id": one.pk},
        "grants:desk-revise": {"id": one.pk},
        "grants:desk-print": {"id": one.pk},
        **{f"grants:desk-{code}": {"id": one.pk} for code in ("submit", "review", "approve", "send-back", "refuse", "withdraw")},
        "grants:desk-batch": batched,
        "grants:desk-check": batched,
        "grants:desk-bank-file": batched,
        "grants:desk-results": batched,
        "grants:desk-dissolve": batched,
        "grants:desk-signed-list": batched,
        "grants:desk-take-out": {**batched, "number": 1},
        "grants:desk-voucher": {**batched, "number": 1},
    }
