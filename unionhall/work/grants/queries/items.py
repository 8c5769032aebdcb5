"""How many kinds of aid a household on file has in a year, where its region bounds them."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import connection

from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.policies import queries as policies
from unionhall.kernel.programmes import registry as programmes
from unionhall.lib import copying
from unionhall.lib.text import Text
from unionhall.work.grants import registry
from unionhall.work.grants.models import Application
from unionhall.work.grants.queries.asked import Asked
from unionhall.work.grants.queries.yearly import COUNTED
from unionhall.work.grants.registry import relief
from unionhall.work.grants.rules import items as rules

POLICY = "grants.items_a_year"


def _bounded(group: str, household: str) -> bool:
    return group in relief.ITEMS and ":" in household


class Items:
    """What the households of some grants have had in the year, read in two statements; none where no region bounds it."""

    def __init__(self, ones: Sequence[Asked], today: date) -> None:
        self.today = today
        self.tables: dict[int, rules.Items] = {}
        self.kinds: dict[str, str] = {}
        self.had: dict[tuple[str, int], list[tuple[int, str]]] = {}
        wanted = {one.household for one in ones if _bounded(one.terms.group, one.household) and self.table(one.organization).bounds}
        if not wanted:
            return
        self.kinds = programmes.household_kinds(wanted)
        rows = Application.objects.filter(household__in=copying.among_texts(wanted), state__in=COUNTED).exclude(submitted_on=None)
        for pk, household, programme, kind, day in rows.values_list("pk", "household", "programme__code", "kind", "submitted_on"):
            terms = registry.TERMS.get(programme, {}).get(kind)
            if terms is not None and terms.group in relief.ITEMS and day is not None:
                self.had.setdefault((household, day.year), []).append((pk, terms.group))

    def table(self, at: Organization) -> rules.Items:
        """The rule of a unit's region."""
        if at.pk not in self.tables:
            value = policies.value(POLICY, at=at, on=self.today)
            self.tables[at.pk] = rules.Items(rules.items_a_year(value.value), value.version_id, value.source)
        return self.tables[at.pk]

    def of(self, one: Asked) -> rules.Bound | None:
        """What bounds a grant: the kind of the household, how many items it may have, and those that it has beside this one."""
        if not _bounded(one.terms.group, one.household):
            return None
        table, kind = self.table(one.organization), self.kinds.get(one.household, "")
        if not table.most.get(kind):
            return None
        year = (one.submitted_on or self.today).year
        others = {group for pk, group in self.had.get((one.household, year), ()) if pk != one.pk} - {one.terms.group}
        return rules.Bound(kind, table.most[kind], tuple(sorted(others)), table.version, table.source)


def named(bound: rules.Bound | None) -> tuple[Text, ...]:
    """In words: the kind of the household, then the items that it has."""
    if bound is None:
        return ()
    return (relief.HOUSEHOLDS[bound.kind], *(relief.ITEMS[each] for each in bound.others))


def await_others(ones: Iterable[Application], today: date) -> None:
    """Of two that decide at once about one bounded household the second waits. For the rest of the transaction, in one order."""
    known = Items((), today)
    bounded = (one for one in ones if _bounded(one.terms.group, one.household) and known.table(one.organization).bounds)
    households = sorted({one.household for one in bounded})
    if households:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended('grants.items ' || key, 0)) FROM unnest(%s::text[]) AS key",
                [households],
            )
