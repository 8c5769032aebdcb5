"""What the regions pay of medical cost, by the kind of hardship of the households that ask."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.policies import queries as policies
from unionhall.kernel.programmes import registry as programmes
from unionhall.work.grants import access
from unionhall.work.grants.queries.asked import Asked
from unionhall.work.grants.registry import relief
from unionhall.work.grants.rules import tiers as rules


class Table(NamedTuple):
    """A region's shares and ceilings by kind of household; `version` and `source` of the share where that binds."""

    shares: dict[str, int]
    most: dict[str, int]
    share_from: tuple[int | None, str]
    most_from: tuple[int | None, str]

    def tier(self, kind: str) -> rules.Tier:
        """The rule for one kind; an unknown kind has the plain limit."""
        share, most = self.shares.get(kind, rules.WHOLE), self.most.get(kind, 0)
        sources = [self.share_from] * (share < rules.WHOLE) + [self.most_from] * (most > 0) or [self.share_from]
        told = "；".join(dict.fromkeys(source for _version, source in sources))
        return rules.Tier(relief.HOUSEHOLDS.get(kind, relief.UNKNOWN), share, most, sources[0][0], told)


def table(at: Organization, on: date) -> Table:
    """The rule of a unit's region on a day."""
    share, most = (policies.value(code, at=at, on=on) for code in relief.TIERS)
    return Table(
        dict(rules.shares(share.value)), dict(most.value) if isinstance(most.value, dict) else {},
        (share.version_id, share.source), (most.version_id, most.source),
    )  # fmt: skip


def tier_for(person: Person, *, at: Organization, on: date) -> rules.Tier | None:
    """What binds the household of somebody on file, for the card beside the form; None for who stands in no file."""
    household = access.household_of(person, on)
    kinds = programmes.household_kinds([household]) if ":" in household else {}
    return table(at, on).tier(kinds[household]) if household in kinds else None


class Tiers:
    """The rules of the households of some grants: their kinds read in one statement."""

    def __init__(self, ones: Sequence[Asked], today: date) -> None:
        self.today = today
        self.tables: dict[int, Table] = {}
        wanted = {one.household for one in ones if one.terms.tiers and ":" in one.household}
        self.kinds = programmes.household_kinds(wanted) if wanted else {}

    def of(self, one: Asked) -> rules.Tier | None:
        """What binds a grant; None for kinds of grant that know no own cost."""
        if not one.terms.tiers:
            return None
        if one.organization.pk not in self.tables:
            self.tables[one.organization.pk] = table(one.organization, self.today)
        return self.tables[one.organization.pk].tier(self.kinds.get(one.household, ""))
