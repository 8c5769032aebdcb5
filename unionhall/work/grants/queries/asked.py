"""What of a grant the rules look at, as plain values: a batch judges a hundred thousand of them at once."""

from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet

from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.models import Edition, Programme
from unionhall.lib import copying
from unionhall.work.grants import registry, rules
from unionhall.work.grants.models import Application
from unionhall.work.grants.rules import once

COLUMNS = (
    "pk", "programme_id", "edition_id", "organization_id", "kind", "person_id", "payee_id", "household", "approved", "months",
    "matter", "basis", "goods", "valuation", "submitted_on", "to_unit", "exclusion", "happened_on", "entrants",
)  # fmt: skip


class Asked(NamedTuple):
    """A grant as it is judged; `gone` where the person or the payee was erased, `amount` what is asked now."""

    pk: int  # 0 while it is not saved
    terms: rules.Terms
    edition: Edition | None
    organization: Organization
    kind: str
    person: int
    payee: int
    payee_name: str
    gone: bool
    household: str
    amount: int
    months: tuple[date, ...]
    matter: str
    basis: int
    goods: str
    valuation: str
    submitted_on: date | None
    to_unit: bool
    exclusion: str
    happened_on: date | None
    entrants: int | None

    @property
    def subject(self) -> str:
        """Who holds what it uses up: a household, a unit, or a person."""
        if self.terms.subject == "unit":
            return f"unit-{self.organization.pk}"
        return self.household if self.terms.subject == "household" else f"person-{self.person}"

    def keys(self, today: date) -> list[str]:
        """The entitlements that it uses up."""
        day = self.submitted_on or today
        year = self.months[0].year if self.months else day.year
        return once.keys(
            self.terms, subject=self.subject, year=year, edition=self.edition.pk if self.edition else 0, months=self.months,
            matter=self.matter,
        )  # fmt: skip


def of(one: Application, amount: int) -> Asked:
    """An application as it is judged for an amount."""
    return Asked(
        one.pk or 0, one.terms, one.edition, one.organization, one.kind, one.person_id, one.payee_id, one.payee.name,
        one.person.erased_at is not None or one.payee.erased_at is not None, one.household, amount, tuple(one.months),
        one.matter, one.basis, one.goods, one.valuation, one.submitted_on, one.to_unit,
        one.exclusion, one.happened_on, one.entrants,
    )  # fmt: skip


def read(found: "QuerySet[Application]") -> list[Asked]:
    """Many applications as they are judged for what was approved, in five statements; the caller narrows, orders and locks."""
    rows = list(found.values_list(*COLUMNS))
    programmes = Programme.objects.in_bulk({row[1] for row in rows})
    editions = Edition.objects.in_bulk({row[2] for row in rows if row[2] is not None})
    units = Organization.objects.in_bulk({row[3] for row in rows})
    persons = Person.objects.filter(pk__in=copying.among({key for row in rows for key in row[5:7]}))
    known = {pk: (name, erased is not None) for pk, name, erased in persons.values_list("pk", "name", "erased_at")}
    made = []
    for pk, programme, edition, unit, kind, person, payee, household, approved, months, *rest in rows:
        terms, (name, gone) = registry.TERMS[programmes[programme].code][kind], known[payee]
        made.append(
            Asked(
                pk, terms, editions.get(edition), units[unit], kind, person, payee, name, gone or known[person][1], household,
                approved or 0, tuple(months), *rest,
            )
        )  # fmt: skip
    return made
