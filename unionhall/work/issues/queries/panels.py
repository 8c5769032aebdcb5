"""What the room shows on others' pages: each number counted once and with the address of what it counts."""

from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from django.db.models import Count, JSONField, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.urls import reverse

from unionhall.kernel.access import queries as permissions
from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger import registry as ledger_registry
from unionhall.kernel.ledger.facts import Figure, Indicator, Scope, Window
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.models import Programme
from unionhall.lib import dates
from unionhall.work.issues import access, facts, registry
from unionhall.work.issues.models import Issue, IssueList
from unionhall.work.issues.queries import browse
from unionhall.work.issues.queries.browse import Filters

LATEST = 5
LISTS = 5
LIGHTS = ("late", "soon", "ok", "paused")


@dataclass(frozen=True, slots=True)
class Number:
    """A number with its name and the address of what it counts; no address where the person may not open it."""

    label: object
    value: Figure | int
    url: str
    light: str = ""


def seen_at(by: Person, unit: Organization) -> bool:
    """Whether a person sees a unit's issues at all."""
    return permissions.may(by, "issues.see", at=unit)


def list_address(**asked: object) -> str:
    """The list of issues, filtered."""
    return f"{reverse('issues:desk-list')}?{urlencode({name: value for name, value in asked.items() if value})}"


def this_year() -> Window:
    """From the first of January to today."""
    today = dates.today()
    return Window(today.replace(month=1, day=1), today)


def year_figures(by: Person, unit: Organization) -> list[Number]:
    """This year's found, resolved, written off and late issues of a unit with everything below it, then its flags by colour."""
    plain = [ledger_registry.indicator(fact.code) for fact in (facts.IDENTIFIED, facts.RESOLVED, facts.WRITTEN_OFF, facts.LATE)]
    flag = ledger_registry.indicator(facts.FLAG_HUNG.code)
    hung = {
        colour: Indicator(f"{flag.code}[{colour}]", name, flag.formula, flag.fact, {"colour": colour}, counts=flag.counts)
        for colour, name in registry.FLAGS.items()
    }
    scope, window = Scope(unit), this_year()
    counted = ledger.values([*plain, *hung.values()], [scope], [window])
    found = [Number(one.name, counted[one.code, scope, window], figure_address(by, one.code, unit, window)) for one in plain]
    for colour, one in hung.items():
        figure = counted[one.code, scope, window]
        if figure.number:
            found.append(Number(one.name, figure, figure_address(by, flag.code, unit, window, **{"d.colour": colour})))
    return found


def figure_address(by: Person, code: str, unit: Organization, window: Window, **narrowed: str) -> str:
    """Where a figure is opened; empty for those who may not open figures there."""
    if not permissions.may(by, "ledger.see", at=unit):
        return ""
    asked = {"unit": unit.pk, "below": 1, "since": window.start, "until": window.end, **narrowed}
    return f"{reverse('office:figure', args=[code])}?{urlencode(asked)}"


def standing(by: Person, unit: Organization) -> list[Number]:
    """A unit's issues, listed there or below, that are open now, those of them past their day, and what this year closed."""
    listed = browse.of_unit(unit, own=False, side="listing")
    open_now = access.visible_to(by).filter(listed, state__in=browse.OPEN_STATES).order_by()
    counts = open_now.aggregate(open=Count("pk"), late=Count("pk", filter=Q(due_on__lt=dates.today(), paused_at=None)))
    done, scope, window = ledger_registry.indicator(facts.WRITTEN_OFF.code), Scope(unit), this_year()
    here = {"unit": unit.pk, "side": "listing", "state": "open"}
    return [
        Number(facts.OPEN.name, counts["open"], list_address(**here)),
        Number(registry.OVERDUE, counts["late"], list_address(**here, light="late"), "late" if counts["late"] else ""),
        Number(done.name, ledger.value(done, scope, window), figure_address(by, done.code, unit, window)),
    ]


def programme_now(by: Person, programme: Programme, unit: Organization) -> tuple[list[tuple[str, int, str]], list[Issue]]:
    """How many open issues of a programme stand at each light in a unit's scope, with the address of their list, and the newest
    issues there; one statement, because where there are open ones there are newest ones."""
    asked = Filters(state="open", programme=programme.code, unit=unit)
    rows = browse.issues(by, asked).select_related(None).order_by()
    lit = cast("QuerySet[Any]", rows).values("light").annotate(number=Count("pk"))
    sql, parameters = lit.query.sql_with_params()
    counts = RawSQL(f"(SELECT jsonb_object_agg(light, number) FROM ({sql}) AS counted)", parameters, output_field=JSONField())
    here = access.visible_to(by).filter(browse.of_unit(unit, own=False, side=""), programme=programme)
    newest: list[Any] = list(here.select_related("handler").annotate(lights=counts).order_by("-id")[:LATEST])
    found: dict[str, int] = (newest[0].lights if newest else None) or {}
    at = {"programme": programme.code, "unit": unit.pk, "state": "open"}
    return [(code, found[code], list_address(**at, light=code)) for code in LIGHTS if found.get(code)], newest


def open_lists(by: Person, programme: Programme, unit: Organization) -> QuerySet[IssueList]:
    """The programme's lists of a unit and those below it that are not closed, with how much stands on them."""
    found = access.lists_for(by).filter(organizations.in_range(unit.path), programme=programme, closed_on=None)
    counted = found.annotate(listed=Count("listings"), cleared=Count("listings", filter=Q(listings__cleared_on__isnull=False)))
    return counted.order_by("-opened_on", "-id")[:LISTS]
