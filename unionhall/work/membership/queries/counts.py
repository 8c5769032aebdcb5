"""The four member counts side by side: reported, registered, authenticated, active within the policy's months."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger import registry as countable
from unionhall.kernel.ledger.facts import Scope, Window
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.policies import queries as policies
from unionhall.lib import dates
from unionhall.work.membership import facts
from unionhall.work.membership.models import Reported

ACTIVE = "membership.active_members"


@dataclass(frozen=True, slots=True)
class Four:
    """The four counts of one unit; `reported` is None where nothing was reported."""

    unit: Organization
    reported: int | None
    reported_on: date | None
    registered: int
    authenticated: int
    active: int

    @property
    def gap(self) -> int | None:
        """Reported less registered."""
        return None if self.reported is None else self.reported - self.registered

    @property
    def share(self) -> int | None:
        """Authenticated in percent of the registered."""
        return round(100 * self.authenticated / self.registered) if self.registered else None


def four(units: Sequence[Organization], *, at: Organization | None = None) -> list[Four]:
    """The four counts of each unit with everything below it."""
    if not units:
        return []
    today = dates.today()
    months = policies.value("membership.active_months", at=at or units[0], on=today).whole
    scopes = [Scope(unit) for unit in units]
    asked = [countable.indicator(code) for code in (facts.MEMBERS.code, facts.AUTHENTICATED.code, ACTIVE)]
    lately = Window(
        dates.months_later(today, -months), today
    )  # stocks are read at its end, activity within it: one reading for all
    held = ledger.values(asked, scopes, [lately])
    reported = _reported(units)
    return [
        Four(
            unit=unit,
            reported=said[0] if (said := reported.get(unit.pk)) else None,
            reported_on=said[1] if said else None,
            registered=int(held[facts.MEMBERS.code, scope, lately].number or 0),
            authenticated=int(held[facts.AUTHENTICATED.code, scope, lately].number or 0),
            active=int(held[ACTIVE, scope, lately].number or 0),
        )
        for unit, scope in zip(units, scopes, strict=True)
    ]


def _reported(units: Iterable[Organization]) -> dict[int, tuple[int, date]]:
    """The latest report of each unit itself."""
    rows = Reported.objects.filter(organization__in=list(units)).order_by("organization_id", "-day").distinct("organization_id")
    return {row.organization_id: (row.members, row.day) for row in rows}
