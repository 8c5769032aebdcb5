"""Lending one's work to a colleague for some days, and ending it, with a notice to both."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from unionhall.kernel.access.actions import delegations
from unionhall.kernel.access.models import Delegation
from unionhall.kernel.notices import actions as notices
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.policies import queries as policies
from unionhall.lib import dates

LENT, ENDED = "office.lent", "office.lent_back"
LONGEST = "office.deputy_days"


@transaction.atomic
def lend(
    *, deputy: Person, grants: Iterable[int], since: date, until: date, reason: str, at: Organization, by: Person
) -> Delegation:
    """Lend grants from a day to a day (not included), at most as long as the policy of the lender's unit allows; both are told."""
    longest = policies.value(LONGEST, at=at, on=dates.today()).whole
    made = delegations.lend(deputy=deputy, grants=grants, since=since, until=until, reason=reason, by=by, longest=longest)
    words = {"lender": by.name, "deputy": deputy.name, "since": since.isoformat(), "until": made.last_day.isoformat()}
    notices.tell([by, deputy], LENT, record=made, **words)
    return made


@transaction.atomic
def take_back(delegation_id: int, *, by: Person) -> Delegation:
    """End a delegation today; both are told, and what they were told of it before leaves."""
    ended = delegations.take_back(delegation_id, by=by)
    notices.clear(ended, [LENT])
    notices.tell([ended.lender, ended.deputy], ENDED, record=ended, lender=ended.lender.name, deputy=ended.deputy.name)
    return ended
