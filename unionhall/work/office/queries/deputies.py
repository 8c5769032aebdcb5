"""What the page of one's deputies reads: what one may lend and to whom, what is lent and was."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from unionhall.kernel.access import queries as access
from unionhall.kernel.access.models import Delegation, Grant
from unionhall.kernel.people import queries as people
from unionhall.kernel.people.models import Person
from unionhall.lib import dates, scope
from unionhall.lib.text import Text

STATES = {
    "coming": Text("未开始", "Not begun"),
    "running": Text("代办中", "Running"),
    "over": Text("已到期", "Over"),
    "back": Text("已收回", "Taken back"),
}
MOST = 50


@dataclass(frozen=True, slots=True)
class Loan:
    """A delegation as one of its two persons sees it."""

    one: Delegation
    mine: bool
    state: str
    roles: list[Text]

    @property
    def word(self) -> Text:
        """Its state in words."""
        return STATES[self.state]

    @property
    def open(self) -> bool:
        """Whether it can still be ended."""
        return self.state in ("coming", "running")


def loans(by: Person) -> list[Loan]:
    """What a person lent and was lent, the latest fifty."""
    return [
        Loan(one, one.lender_id == by.pk, _state(one), [named(lent.grant) for lent in one.lent.all()])
        for one in access.delegations_of(by)[:MOST]
    ]


def _state(one: Delegation) -> str:
    today = dates.today()
    if one.taken_back_at is not None:
        return "back"
    if one.since > today:
        return "coming"
    ends = [lent.grant.until for lent in one.lent.all()]
    return "running" if one.until > today and any(end is None or end > today for end in ends) else "over"


def named(given: Grant) -> Text:
    """A grant in words: the role and the unit."""
    unit = given.organization.label
    return Text(f"{given.role.name.zh} · {unit}", f"{given.role.name.en} · {unit}")


def may_lend(by: Person) -> list[Grant]:
    """The grants that one may lend."""
    return access.may_lend(by)


def colleagues(by: Person) -> QuerySet[Person]:
    """Who can be one's deputy."""
    return access.colleagues_of(by)


def nobody() -> Any:
    """No person, until a form is told whose colleagues it offers."""
    return scope.mark(Person.objects.none())


def found(by: Person, text: str) -> QuerySet[Person]:
    """The colleagues whom a text means: name, pinyin, initials; numbers look nobody up here."""
    if any(char.isdigit() for char in text):
        return scope.mark(Person.objects.none())
    near = people.find(text, [access.EVERYTHING]).order_by().values("pk")
    return scope.mark(colleagues(by).filter(pk__in=near).select_related("home"))
