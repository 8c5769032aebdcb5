"""Who may see and change what in the room: by the unit whose money it is; a receiving unit sees what was passed to it."""

from django.db.models import Q, QuerySet

from unionhall.kernel.access import queries as access
from unionhall.kernel.access.actions import one_for_change
from unionhall.kernel.people.models import Person
from unionhall.lib import scope
from unionhall.work.funds.models import Agreement, Audit, BudgetLine, Movement, Stock

SEE = "funds.see"


def visible_to(by: Person, permission: str = SEE) -> QuerySet[Movement]:
    """The movements that a person may see."""
    return access.visible(Movement.objects.all(), by, permission)


def lines_for(by: Person, permission: str = SEE) -> QuerySet[BudgetLine]:
    """The budget lines that a person may see."""
    return access.visible(BudgetLine.objects.all(), by, permission)


def agreements_for(by: Person, permission: str = SEE) -> QuerySet[Agreement]:
    """The agreements that a person may see."""
    return access.visible(Agreement.objects.all(), by, permission)


def audits_for(by: Person, permission: str = SEE) -> QuerySet[Audit]:
    """The audits that a person may see."""
    return access.visible(Audit.objects.all(), by, permission)


def stocks_for(by: Person, permission: str = SEE) -> QuerySet[Stock]:
    """The stocks of goods that a person may see."""
    return access.visible(Stock.objects.all(), by, permission)


def coming_to(by: Person, permission: str = "funds.book") -> QuerySet[Movement]:
    """What was passed down to units for which the person books, received by nobody yet."""
    inside = Q(pk__in=[])
    for low, high in access.ranges(by, permission):
        inside |= Q(unit__path__gte=low, unit__path__lt=high)
    waiting = Movement.objects.filter(inside, stage="passed_down", unit__isnull=False, withdrawn_on=None)
    confirmed = Movement.objects.filter(stage="received", withdrawn_on=None, answers__isnull=False, unit__isnull=False)
    return scope.mark(waiting.exclude(pk__in=confirmed.values("answers")))


def for_change(by: Person, id: int, *, to: str = "funds.book") -> Movement:
    """A movement, locked; NotVisible for one that is absent or out of sight."""
    return one_for_change(visible_to(by), by, id, to=to)
