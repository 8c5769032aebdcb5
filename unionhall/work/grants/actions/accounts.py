"""The accounts to which units are paid: one in force for each, another one in its place with the older on record."""

from collections.abc import Iterable

from django.db import transaction

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import access as identity
from unionhall.kernel.people.models import Person
from unionhall.lib import clock, constraints, masking
from unionhall.lib.refusal import Conflict, filled
from unionhall.lib.text import Text
from unionhall.work.grants import access
from unionhall.work.grants.actions import rejects
from unionhall.work.grants.models import UnitAccount
from unionhall.work.grants.rules import bank as bank_rules


@transaction.atomic
def set_account(*, organization: Organization, name: str, bank: str, number: str, by: Person) -> UnitAccount:
    """Note the account of a unit. A batch that was checked with another one must be checked anew. Raises Refused, Denied."""
    access_actions.require(by, "grants.prepare", at=organization)
    digits = bank_rules.account_number(number)
    name = filled(name, "name", "请填写账户名称。", "Give the name of the account.")[:120]
    ring = identity.keys()
    made = UnitAccount(
        organization=organization, org_path=organization.path, created_by=by, created_at=clock.now(), name=name,
        bank=filled(bank, "bank", "请填写开户银行。", "Give the bank and branch.")[:120],
        sealed=access.seal_account(organization.pk, digits, ring), masked=masking.account(digits),
        mark=access.mark_of_account(organization.pk, name, digits, ring),
    )  # fmt: skip
    before = UnitAccount.objects.select_for_update().filter(organization=organization, replaced_at=None).first()
    if before is not None:
        if (before.mark, before.bank) == (made.mark, made.bank):
            rejects.check_other(before.mark, "number")
            return before
        before.replaced_at = clock.now()
        before.save(update_fields=["replaced_at"])
    overtaken = Conflict(Text("同时有人登记了该单位的账户，请刷新。", "Somebody has just set this account: reload."))
    with constraints.said("grants_account_once", overtaken):
        made.save(force_insert=True)
    rejects.account_given(organization)
    audit.record(by, "grants.unit_account_set", made, at=organization, account=made.masked, replaced=before.pk if before else None)
    return made


def current(units: Iterable[int]) -> dict[int, UnitAccount]:
    """The account in force of each of some units; those without one are not in it."""
    return {one.organization_id: one for one in UnitAccount.objects.filter(organization__in=set(units), replaced_at=None)}
