"""The QR codes of unions: issued, withdrawn, and opened for every union below at once."""

import secrets
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access.actions import one_for_change
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.policies import queries as policies
from unionhall.kernel.programmes.models import Edition, Programme
from unionhall.lib import clock, dates
from unionhall.lib.refusal import Conflict, Refused
from unionhall.lib.text import Text
from unionhall.work.membership import access, facts
from unionhall.work.membership.models import JoinCode, Opening

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that looks alike
PARTS = ("team", "department")  # parts of a union, not unions
LENGTH = 16  # 31^16: more than 79 bits, not to be guessed


def new_token() -> str:
    """A token that nobody guesses and that can be read aloud."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


@transaction.atomic
def issue(
    *,
    organization: Organization,
    by: Person,
    label: str = "",
    last_day: date | None = None,
    programme: Programme | None = None,
    edition: Edition | None = None,
) -> JoinCode:
    """Issue a code of a union that serves until the end of `last_day`; without one, for the days of the policy."""
    access_actions.require(by, "membership.codes", at=organization)
    today = dates.today()
    if organization.until is not None:
        raise Refused(Text("工会已撤销，不能制作二维码。", "The union is closed and gets no code."))
    if last_day is not None and last_day < today:
        raise Refused(Text("最后有效日不能早于今天。", "The last day of use cannot lie in the past."), field="last_day")
    if Opening.objects.filter(organization=organization, opened_on__isnull=False).exists():
        opened(organization)  # an expired code that nobody noticed yet ends before the new one begins
    days = policies.value("membership.code_days", at=organization, on=today).whole
    code = JoinCode.objects.create(
        organization=organization,
        org_path=organization.path,
        token=new_token(),
        label=label.strip(),
        issued_on=today,
        expires_on=(last_day + timedelta(days=1)) if last_day else today + timedelta(days=days),
        issued_by=by,
        programme=programme,
        edition=edition,
    )
    audit.record(by, "membership.code_issued", code, at=organization, expires=code.expires_on)
    opened(organization)
    return code


def enlisted(organization: Organization) -> Opening:
    """The row of a union among those that should be open, made and counted at the first call."""
    row, made = Opening.objects.get_or_create(
        organization=organization, defaults={"org_path": organization.path, "listed_on": dates.today()}
    )
    if made:
        ledger.post(facts.UNION_LISTED, at=organization, day=row.listed_on, source=row, subject=organization.pk)
    return row


def opened(organization: Organization) -> None:
    """Bring the count of open unions to whether a code of this union serves today."""
    row = Opening.objects.select_for_update().get(pk=enlisted(organization).pk)
    serves = serving(organization).exists()
    if serves == (row.opened_on is not None):
        return
    today = dates.today()
    if serves:
        row.opened_on = today
        ledger.post(facts.CODE_OPEN, at=organization, day=today, source=row, subject=organization.pk)
    else:
        row.opened_on = None
        ledger.reverse(row, fact=facts.CODE_OPEN, day=_last_end(organization) or today)
    row.save(update_fields=["opened_on"])


def _last_end(organization: Organization) -> date | None:
    """The day on which the last code of a union ended: however late it is noticed, the books say that day."""
    return max((end for code in JoinCode.objects.filter(organization=organization) if (end := code.ended_on)), default=None)


def serving(organization: Organization) -> QuerySet[JoinCode]:
    """The codes of a union that serve today."""
    return JoinCode.objects.filter(_serves_today(), organization=organization)


def _serves_today() -> Q:
    return (Q(expires_on=None) | Q(expires_on__gt=dates.today())) & Q(revoked_at=None)


@transaction.atomic
def revoke(*, code_id: int, by: Person) -> JoinCode:
    """Withdraw a code: from this moment nobody joins by it."""
    code = one_for_change(access.scoped(JoinCode.objects.select_related("organization"), by), by, code_id, to="membership.codes")
    if code.revoked_at is not None:
        raise Conflict(Text("这个二维码已停用。", "This code was withdrawn already."))
    code.revoked_at = clock.now()
    code.save(update_fields=["revoked_at"])
    audit.record(by, "membership.code_revoked", code, at=code.organization)
    opened(code.organization)
    return code


@transaction.atomic
def issue_below(
    *, organization: Organization, by: Person, programme: Programme | None = None, edition: Edition | None = None
) -> int:
    """Ask every union of the subtree to be open, and give a code to each that has none. Returns how many got one."""
    access_actions.require(by, "membership.codes", at=organization)
    made = 0
    for unit in organizations.subtree(organization).exclude(pk=organization.pk).exclude(kind__in=PARTS):
        enlisted(unit)
        if not serving(unit).exists():
            issue(organization=unit, by=by, programme=programme, edition=edition)
            made += 1
    return made


def close_expired() -> int:
    """The morning's job: unions whose last code has expired are no longer open. Returns how many."""
    serving_here = JoinCode.objects.filter(_serves_today(), organization=OuterRef("organization"))
    over = Opening.objects.filter(~Exists(serving_here), opened_on__isnull=False).select_related("organization")
    closed = 0
    for row in list(over):
        with transaction.atomic():
            opened(row.organization)
        closed += 1
    return closed
