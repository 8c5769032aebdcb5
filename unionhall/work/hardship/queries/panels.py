"""What the room shows on others' pages: each number counted once and with the address of what it counts."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse

from unionhall.kernel.access import queries as permissions
from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger import registry as ledger_registry
from unionhall.kernel.ledger.facts import Fact, Figure, Indicator, Scope, Window
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.models import Programme
from unionhall.lib import dates
from unionhall.work.hardship import access, facts, registry
from unionhall.work.hardship.models.files import Household


@dataclass(frozen=True, slots=True)
class Number:
    """A number with its name and the address of what it counts; no address where the person may not open it."""

    label: object
    value: Figure | int
    url: str
    light: str = ""


def seen_at(by: Person, unit: Organization) -> bool:
    """Whether a person sees a unit's files at all."""
    return permissions.may(by, "hardship.see", at=unit)


def list_address(**asked: object) -> str:
    """The list of files, filtered."""
    return f"{reverse('hardship:desk-list')}?{urlencode({name: value for name, value in asked.items() if value})}"


def figure_address(by: Person, code: str, unit: Organization, window: Window, *, end: str = "") -> str:
    """Where a figure is opened, or one `end` of a rate ("above", "below"); empty for those who may not open figures there."""
    if not permissions.may(by, "ledger.see", at=unit):
        return ""
    asked = {"unit": unit.pk, "below": 1, "since": window.start, "until": window.end, **({"end": end} if end else {})}
    return f"{reverse('office:figure', args=[code])}?{urlencode(asked)}"


def this_year() -> Window:
    """From the first of January to today."""
    today = dates.today()
    return Window(today.replace(month=1, day=1), today)


def standing(by: Person, unit: Organization) -> list[Number]:
    """The files of a unit and everything below it by kind, those on their way, and those past their day; one statement."""
    inside = access.visible_to(by).filter(organizations.in_range(unit.path)).order_by()
    kinds = {kind: Count("pk", filter=Q(state="on_file", kind=kind)) for kind in registry.KINDS if kind != "none"}
    late = Count("pk", filter=Q(due_on__lt=dates.today(), paused_at=None) & ~Q(state__in=("refused", "exited", "withdrawn")))
    way = Count("pk", filter=~Q(state__in=("on_file", "refused", "exited", "withdrawn")))
    counts = inside.aggregate(way=way, late=late, **kinds)
    here = {"unit": unit.pk}
    found = [
        Number(registry.KINDS[kind], counts[kind], list_address(**here, state="on_file", kind=kind))
        for kind in kinds
        if counts[kind]
    ]
    found.append(Number(registry.ON_THE_WAY, counts["way"], list_address(**here, state="open")))
    found.append(Number(registry.OVERDUE, counts["late"], list_address(**here, light="late"), "late" if counts["late"] else ""))
    return found


def year(by: Person, unit: Organization, programme: Programme) -> list[Number]:
    """This year's acts of a programme."""
    window, scope = this_year(), Scope(unit)
    shown = (facts.FILED, facts.PAIRED, facts.CONTACTED, facts.EXITED, facts.HELPED)
    narrowed = {fact: _narrow(fact, programme.code) for fact in shown}
    counted = ledger.values(list(narrowed.values()), [scope], [window])
    return [
        Number(fact.name, counted[one.code, scope, window], figure_address(by, fact.code, unit, window))
        for fact, one in narrowed.items()
        if counted[one.code, scope, window].number
    ]


def _narrow(fact: Fact, programme: str) -> Indicator:
    plain = ledger_registry.indicator(fact.code)
    return Indicator(f"{plain.code}[{programme}]", plain.name, plain.formula, fact, {"programme": programme}, counts=plain.counts)


def of_person(by: Person, person: Person) -> list[Household]:
    """The files in sight in which somebody stands or stood."""
    found = access.visible_to(by).filter(members__person=person).select_related("organization").distinct()
    return list(found.order_by("-id")[:3])


def rates(unit: Organization, window: Window) -> list[tuple[Indicator, Figure]]:
    """The six rates of a unit with everything below it, each with its two ends."""
    scope = Scope(unit)
    counted = ledger.values(facts.SIX, [scope], [window])
    return [(one, counted[one.code, scope, window]) for one in facts.SIX]
