"""Payments that the bank turned back: who hears of it, and until when that is true."""

from collections.abc import Collection, Sequence

from django.db.models import Exists, OuterRef

from unionhall.kernel.notices import actions as notices
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import copying
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text
from unionhall.work.grants.models import Application, Batch, Payment

TURNED_BACK, TO_PRESENT = "grants.turned_back", "grants.rejects"


def tell(batch: Batch, turned: Sequence[Payment]) -> None:
    """The payee and the unit that took the application up hear why, who prepared the batch how many wait for another one.

    No account stands in the words of the bank: they were hidden as its answer was taken in.
    """
    if not turned:
        return
    told = []
    for one in turned:
        to, words = one.application, {"reference": one.application.reference, "reason": one.reason}
        if not to.to_unit and one.payee.erased_at is None:
            told.append(notices.Telling(one.payee, to, words))
        told.append(notices.Telling(to.organization, to, words, "grants.apply"))
    notices.tell_each(told, TURNED_BACK)
    notices.tell(batch.maker, TO_PRESENT, record=batch, reference=batch.reference, count=len(turned))


def check_other(mark: str, field: str) -> None:
    """Raise Refused where an account, known by its mark, is the very one that the bank turned back when it was last paid to."""
    last = Payment.objects.filter(account=mark, state__in=("paid", "rejected")).order_by("-pk").first() if mark else None
    if last is not None and last.state == "rejected":
        raise Refused(
            Text(
                f"银行退回的正是这个账号（{last.reason}），请换一个账号；"
                "如银行已恢复该账户，请把银行的书面说明交给经办单位，由其再次提交发放。",
                f"This is the very account that the bank turned back ({last.reason}): give another one. If the bank has reopened "
                "it, bring its written confirmation to the unit in charge, which presents the payment again.",
            ),
            field=field,
            code="turned_back",
        )


def account_given(to: Person | Organization) -> None:
    """Somebody, or a unit, has given another account: what was said of those turned back is no longer true."""
    whose = {"to_unit": True, "organization": to} if isinstance(to, Organization) else {"to_unit": False, "payee": to}
    found = Application.objects.filter(**whose, state="approved", payments__state="rejected").distinct()
    _drop(found.values_list("pk", flat=True))


def over(applications: Collection[int]) -> None:
    """These wait no longer: another batch carries them, or nobody will be paid. With the last of a batch its own notice goes."""
    if not applications:
        return
    _drop(applications)
    turned = Payment.objects.filter(state="rejected", application__in=copying.among(applications))
    carried = Payment.objects.filter(application=OuterRef("application"), state__in=("pending", "paid"))
    waiting = Payment.objects.filter(batch=OuterRef("pk"), state="rejected", application__state="approved").exclude(Exists(carried))
    done = Batch.objects.filter(pk__in=turned.order_by().values("batch")).exclude(Exists(waiting))
    if batches := list(done.only("pk")):
        notices.clear_each(batches, [TO_PRESENT])


def _drop(applications: Collection[int]) -> None:
    if rows := [Application(pk=key) for key in applications]:
        notices.clear_each(rows, [TURNED_BACK])
