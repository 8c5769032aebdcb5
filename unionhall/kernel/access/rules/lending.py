"""What may be lent to a deputy, and when two hands are not apart.

Maker, checker and payer are three natural persons, so who acts for another counts as both; a delegation makes no loop and ends
by itself.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from unionhall.kernel.access.rules import WORK, WORKER
from unionhall.lib.text import Text


def doer(name: str, behalf: str) -> Text:
    """Who did something, as pages name it: "X", or "X for Y" where X did it as the deputy of Y."""
    return Text(f"{name}代{behalf}", f"{name} for {behalf}") if behalf else Text(name, name)


KEPT = frozenset({"access", "audit", "system"})


def may_be_lent(role: str, duty: str, permissions: Iterable[str]) -> bool:
    """Whether a role may be lent to a deputy: ordinary work only; a worker's own rights are nobody else's."""
    return duty == WORK and role != WORKER and not any(code == "*" or code.partition(".")[0] in KEPT for code in permissions)


def lending_fault(since: date, until: date, *, today: date, longest: int) -> str | None:
    """What is wrong with the days of a delegation: "past", "order", "long", or None. `until` is not included."""
    if since < today:
        return "past"
    if until <= since:
        return "order"
    return "long" if (until - since).days > longest else None


@dataclass(frozen=True, slots=True)
class Hand:
    """Who did something, and for whom where it was done for another: both count as having done it."""

    person: int
    behalf: int | None = None

    @property
    def counts_as(self) -> frozenset[int]:
        """The persons of whom none may do the other part."""
        return frozenset({self.person} if self.behalf is None else {self.person, self.behalf})


@dataclass(frozen=True, slots=True)
class Ties:
    """What makes others count as the one who acts, or as the one acted for.

    `loans`: the delegations that run, as (lender, deputy), whether or not the right used comes from one of them.
    `selves`: every file of the same human, these two included.
    """

    loans: Collection[tuple[int, int]] = frozenset()
    selves: Collection[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Meeting:
    """Why two hands are not apart: "same" (one person), "for" (done for the other), "file" (another file of one human), or
    "deputy" or "lender" (a delegation runs).

    `other` is the person of the earlier hand whom it is about.
    """

    how: str
    other: int


def meeting(now: Hand, earlier: Iterable[Hand], ties: Ties) -> Meeting | None:
    """Where the one who acts now counts as a person who acted before; None where all are others.

    The database says the same in `access_apart`.
    """
    for then in earlier:
        if now.person == then.person:
            return Meeting("same", then.person)
        if now.counts_as & then.counts_as:
            return Meeting("for", then.person)
        if then.counts_as.intersection(ties.selves):
            return Meeting("file", then.person)
        for mine in now.counts_as:
            for theirs in then.counts_as:
                if (theirs, mine) in ties.loans:
                    return Meeting("deputy", theirs)
                if (mine, theirs) in ties.loans:
                    return Meeting("lender", theirs)
    return None
