"""What joining at a union rests on: its rules, the texts, the desk and the code by which one came.

A crowd that scans one poster is shown it as of the last second; the act that takes an application asks by its own statement
whether all of it still stands.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from unionhall.kernel.flows.actions import desks
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.actions import consents
from unionhall.kernel.people.models import ConsentText
from unionhall.kernel.people.queries import TEXTS_MARK
from unionhall.kernel.policies import queries as policies
from unionhall.lib import dates, recall, statement
from unionhall.work.membership.flow import JOINING
from unionhall.work.membership.models import JoinCode

RULES = ("membership.least_age", "membership.answer_days", "membership.auto_approve")  # asked of every application
DESK = JOINING.move("approve").permission
MARKS = f"SELECT {policies.MARK}, {TEXTS_MARK}"
STANDS = f"""
SELECT {policies.MARK} IS NOT DISTINCT FROM %(rules)s AND {TEXTS_MARK} IS NOT DISTINCT FROM %(texts)s
   AND EXISTS (SELECT FROM organizations_organization WHERE id = %(union)s AND until IS NULL AND path = %(path)s)
   AND (%(code)s::bigint IS NULL OR EXISTS (
       SELECT FROM membership_joincode
        WHERE id = %(code)s AND revoked_at IS NULL AND expires_on IS NOT DISTINCT FROM %(expires)s::date)) AS stands
"""


@dataclass(frozen=True, slots=True)
class Basis:
    """What was read of a union, and the marks by which one sees whether it is still so."""

    rules: policies.Held
    texts: Mapping[str, ConsentText]
    desk: dict[str, int | None]
    marks: tuple[str, int | None]

    def suppose(self) -> None:
        """Let the rest of this request go by it."""
        policies.suppose(self.rules)
        desks.suppose(DESK, self.desk)

    def whole(self, rule: str, union: Organization) -> int:
        """One of the union's rules that is a whole number."""
        return self.rules.tables[rule].value(union).whole

    def asking(self, union: Organization, code: JoinCode | None) -> statement.Asked:
        """The question whether it still stands, and the union and its code with it."""
        rules, texts = self.marks
        told = {"rules": rules, "texts": texts, "union": union.pk, "path": union.path}
        return statement.Asked(STANDS, {**told, "code": code and code.pk, "expires": code and code.expires_on}, 1)

    def look_again(self, union: Organization, code: JoinCode | None) -> None:
        """Raises recall.Stale where something of it has changed."""
        asked = self.asking(union, code)
        if statement.one(asked.sql, asked.params) != (True,):
            raise recall.Stale


def of(union: Organization) -> Basis:
    """What joining at a union rests on, as of the last second."""
    return recall.recall(("membership.basis", union.path, dates.today()), partial(_of, union))


def _of(union: Organization) -> Basis:
    today = dates.today()
    marks = recall.lately("membership.marks", _marks)
    rules = recall.marked(marks, ("membership.rules", union.path, today), lambda: policies.hold(RULES, at=union, on=today))
    texts = recall.marked(marks, "membership.texts", consents.texts)
    desk = recall.lately(("membership.desk", union.path, today), lambda: desks.hold(DESK, union.path))
    return Basis(rules, texts, desk, marks)


def _marks() -> tuple[str, int | None]:
    row = statement.one(MARKS, [])
    assert row is not None
    return row[0], row[1]
