"""Who has had temporary aid outside the files in a year, and who relief on a file: read from what was asked, in few statements."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import queries as people
from unionhall.kernel.policies import queries as policies
from unionhall.kernel.policies.queries import Value
from unionhall.lib import copying
from unionhall.work.grants import registry, rules
from unionhall.work.grants.models import Application
from unionhall.work.grants.queries.asked import Asked
from unionhall.work.grants.queries.yearly import COUNTED
from unionhall.work.grants.registry import relief
from unionhall.work.grants.rules.outside import Apart

POLICY = "grants.temporary_bars"
Told = dict[tuple[int | str, int], list[tuple[int, str]]]
"""Key and reference of applications, by person or household and year."""


def _on_a_file(one: Asked) -> bool:
    return one.terms.group in relief.ITEMS


class Outside:
    """What stands against temporary aid, or against relief on a file, of some grants."""

    def __init__(self, ones: Sequence[Asked], today: date) -> None:
        self.today = today
        self.bars: dict[int, Value] = {}
        self.relief: Told = {}
        self.temporary: Told = {}
        if persons := {one.person for one in ones if one.terms.off_file}:
            self._read_relief(persons)
        if any(_on_a_file(one) for one in ones):
            self._read_temporary()

    def _read_relief(self, persons: set[int]) -> None:
        rows = Application.objects.filter(Q(person__in=copying.among(persons)) | Q(payee__in=copying.among(persons)))
        asked = rows.filter(state__in=COUNTED).exclude(submitted_on=None).order_by("pk")
        columns = ("pk", "reference", "person_id", "payee_id", "programme__code", "kind", "submitted_on")
        for pk, reference, person, payee, programme, kind, day in asked.values_list(*columns):
            terms = registry.TERMS.get(programme, {}).get(kind)
            if terms is not None and terms.group in relief.ITEMS and day is not None:
                for key in {person, payee}:
                    self.relief.setdefault((key, day.year), []).append((pk, reference))

    def _read_temporary(self) -> None:
        """All temporary aid of this year and the last: it is rare, and an index of its own finds it."""
        rows = Application.objects.filter(kind=relief.KIND, programme__code=relief.PROGRAMME, state__in=COUNTED)
        recent = rows.filter(submitted_on__gte=self.today.replace(year=self.today.year - 1, month=1, day=1))
        found = list(recent.order_by("pk").values_list("pk", "reference", "person_id", "submitted_on"))
        if not found:
            return
        homes: dict[int, set[str]] = {}
        for person, kind, source_kind, source_id in people.standings_of_many({row[2] for row in found}, self.today):
            if kind in rules.ON_FILE and source_id:
                homes.setdefault(person, set()).add(f"{source_kind}:{source_id}")
        for pk, reference, person, day in found:
            if day is not None:
                for key in {person, *homes.get(person, ())}:
                    self.temporary.setdefault((key, day.year), []).append((pk, reference))

    def bar(self, at: Organization) -> Value:
        """Whether the region of a unit lets the two exclude each other."""
        if at.pk not in self.bars:
            self.bars[at.pk] = policies.value(POLICY, at=at, on=self.today)
        return self.bars[at.pk]

    def of(self, one: Asked, standings: set[str] | frozenset[str]) -> Apart | None:
        """What stands against a grant; None for one that is neither of the two."""
        year = (one.submitted_on or self.today).year
        if one.terms.off_file:
            told = self.bar(one.organization)
            others = _besides(self.relief.get((one.person, year), []), one.pk) if told.value else ()
            return Apart(True, not standings.isdisjoint(rules.ON_FILE), others, told.version_id, told.source)
        if not self.temporary or not _on_a_file(one):
            return None
        told = self.bar(one.organization)
        had = [each for key in (one.person, one.payee, one.household) for each in self.temporary.get((key, year), [])]
        return Apart(False, True, _besides(had, one.pk) if told.value else (), told.version_id, told.source)


def _besides(found: Sequence[tuple[int, str]], own: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reference for pk, reference in found if pk != own))
