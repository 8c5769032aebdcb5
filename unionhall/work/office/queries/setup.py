"""How far the first run has come: read from the data, never ticked by hand."""

from dataclasses import dataclass

from unionhall.kernel.access.models import Account
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.policies import queries as policies
from unionhall.kernel.policies.models import PolicyValue
from unionhall.kernel.programmes.models import World
from unionhall.lib import dates


@dataclass(frozen=True, slots=True)
class Standing:
    """What is there already."""

    accounts: int
    units: int
    calendar: bool
    values: int
    worlds: int


def standing() -> Standing:
    """Counts that tell which steps are done."""
    return Standing(
        accounts=Account.objects.filter(disabled_at=None).count(),
        units=Organization.objects.filter(until=None).count(),
        calendar=policies.has_calendar(dates.today().year),
        values=PolicyValue.objects.count(),
        worlds=World.objects.count(),
    )
