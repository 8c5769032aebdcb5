"""What the pages read: applications by any filter, what can be paid, batches with their payments and their tie."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Sum, When

from unionhall.kernel.access.queries import ranges
from unionhall.kernel.files import queries as file_queries
from unionhall.kernel.files.models import File
from unionhall.kernel.flows import queries as flows
from unionhall.kernel.flows.queries.signatures import was_asked
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import queries as people_queries
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.models import Programme
from unionhall.lib import dates, masking
from unionhall.lib.refusal import absent
from unionhall.lib.text import Text
from unionhall.work.grants import access, registry
from unionhall.work.grants.flow import GRANT
from unionhall.work.grants.models import Application, Batch, Cover, Objection, Payment, Posting, Roll, UnitAccount
from unionhall.work.grants.queries import eligibility, tiers, yearly
from unionhall.work.grants.rules import Terms, bank
from unionhall.work.grants.rules.tiers import WHOLE, Tier

MOST_TO_PAY = 500  # listed on the page at once; the rest follow in the next batch


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; empty means everything in scope."""

    text: str = ""
    state: str = ""
    programme: str = ""
    unit: Organization | None = None


def applications(by: Person, filters: Filters) -> "QuerySet[Application]":
    """The applications that match, in the person's scope."""
    found = access.visible_to(by)
    if filters.state:
        found = found.filter(state=filters.state)
    if filters.programme:
        found = found.filter(programme__code=filters.programme)
    if filters.unit is not None:
        found = organizations.within(found, filters.unit)
    if filters.text:
        named = Q(reference__startswith=filters.text) | Q(person__name__startswith=filters.text)
        found = found.filter(named | Q(person__name_initials__istartswith=filters.text))
    return found.select_related("organization", "programme", "person")


def application(by: Person, application_id: int) -> Application:
    """One application in sight; NotVisible when absent or out of sight."""
    related = ("organization", "programme", "edition", "person", "payee", "created_by", "approved_by", "funder")
    seen = flows.with_light(access.visible_to(by), dates.today()).annotate(signatures_asked=was_asked("grants.application"))
    found = seen.select_related(*related).filter(pk=application_id).first()
    if found is None:
        raise absent()
    return found


def next_waiting(by: Person, one: Application) -> int | None:
    """The next application in the state in which this one was, the most urgent first; none where nothing waits."""
    return flows.next_waiting(access.visible_to(by), one)


def payments_of(one: Application) -> list[Payment]:
    """Every payment that carried an application, the newest first."""
    return list(one.payments.select_related("batch").order_by("-id"))


def namable(by: Person) -> "QuerySet[Person]":
    """The people whom a person may name: those in scope."""
    return people_queries.people(ranges(by, "people.see"))


def programmes_of() -> "QuerySet[Programme]":
    """The programmes that this room pays for."""
    return Programme.objects.filter(code__in=list(registry.TERMS)).order_by("pk")


def kinds() -> dict[str, Text]:
    """What the kinds of grants are called; where programmes call one kind differently, by all its names."""
    names: dict[str, dict[Text, None]] = {}
    for options in programmes_of().values_list("options", flat=True):
        for one in options.get("grants", {}).get("kinds", []):
            names.setdefault(one["code"], {})[Text(one["zh"], one["en"])] = None
    return {code: Text(" / ".join(one.zh for one in told), " / ".join(one.en for one in told)) for code, told in names.items()}


def to_pay(by: Person, funder: Organization) -> "QuerySet[Application]":
    """Approved applications that a unit pays and no batch carries."""
    carried = Payment.objects.filter(application=OuterRef("pk"), state__in=("pending", "paid"))
    turned = Payment.objects.filter(application=OuterRef("pk"), state="rejected")
    found = access.visible_to(by).filter(~Exists(carried), funder=funder, state="approved").annotate(turned_back=Exists(turned))
    return found.select_related("organization", "programme", "person", "payee").order_by("pk")


def batches(by: Person, unit: Organization) -> "QuerySet[Batch]":
    """The batches of a unit and those below, with count and sum."""
    live = Q(payments__state__in=("pending", "paid", "rejected"))
    found = organizations.within(access.batches_for(by), unit)
    totals = found.annotate(count=Count("payments", filter=live), total=Sum("payments__amount", filter=live))
    return totals.select_related("organization", "maker").order_by("-id")


def batch(by: Person, batch_id: int) -> Batch:
    """One batch in sight; NotVisible when absent or out of sight."""
    hands = ("maker", "maker_for", "checker", "checker_for", "payer", "payer_for")
    found = access.batches_for(by).select_related("organization", *hands).filter(pk=batch_id).first()
    if found is None:
        raise absent()
    return found


def payments(one: Batch) -> "QuerySet[Payment]":
    """The payments of a batch in order."""
    related = ("application__programme", "application__organization", "application__person", "payee", "batch")
    return one.payments.select_related(*related).order_by("number")


def payment(by: Person, payment_id: int) -> Payment:
    """One payment with its batch, where the batch is in sight; NotVisible when absent or out of sight."""
    key = Payment.objects.filter(pk=payment_id).values_list("batch", flat=True).first()
    whole = batch(by, key or 0)
    found = payments(whole).get(pk=payment_id)
    found.batch = whole
    return found


def tie(one: Batch) -> bank.Tie:
    """The three sums of a batch: approved, sent, acknowledged."""
    live = one.payments.exclude(state="dropped")
    sums = live.aggregate(
        approved=Sum("application__approved"), sent=Sum("amount"), paid=Sum("amount", filter=Q(state="paid")),
        rejected=Sum("amount", filter=Q(state="rejected")),
    )  # fmt: skip
    return bank.Tie(**{name: value or 0 for name, value in sums.items()})


def papers(one: Application) -> list[File]:
    """The papers and photos of an application."""
    return list(file_queries.files_of(one))


def objections_to(one: Application) -> list[Objection]:
    """Everything that was said against a grant or its refusal."""
    return list(access.said_against(one))


def objections(by: Person) -> "QuerySet[Objection]":
    """The objections and appeals in scope, open ones first."""
    found = access.objections_for(by).annotate(open=Case(When(state="taken", then=0), default=1))
    return found.select_related("organization", "application", "programme").order_by("open", "-id")


def objection(by: Person, objection_id: int) -> Objection:
    """One objection in sight; NotVisible when absent or out of sight."""
    related = ("organization", "application__programme", "application__person", "programme", "decided_by")
    seen = flows.with_light(access.objections_for(by), dates.today())
    found = seen.select_related(*related).filter(pk=objection_id).first()
    if found is None:
        raise absent()
    return found


def sees(by: Person, one: Application) -> bool:
    """Whether an application is in a person's scope."""
    return access.visible_to(by).filter(pk=one.pk).exists()


def posted(unit_id: int, today: date) -> tuple[Organization, list[Posting]]:
    """A unit and what it has on public notice today; gone after the last day, whatever a job did or did not."""
    unit = Organization.objects.filter(pk=unit_id, until=None).first()
    if unit is None:
        raise absent()
    standing = Posting.objects.filter(organization=unit, taken_down_on=None, until_on__gte=today)
    return unit, list(standing.select_related("application__programme").order_by("until_on", "id")[:MOST_TO_PAY])


def covers(by: Person) -> "QuerySet[Cover]":
    """The parts in the mutual aid in scope, the newest first."""
    return access.covers_for(by).select_related("organization", "person", "edition").order_by("-id")


def rolls(by: Person) -> "QuerySet[Roll]":
    """Who stands on the rolls in scope: those in force first, then those taken off."""
    found = access.rolls_for(by).select_related("organization", "person")
    return found.order_by(F("ended_on").desc(nulls_first=True), "kind", "-id")


@dataclass(frozen=True, slots=True)
class Card:
    """What a clerk reads beside the form: the region's limit, how often, and what the person has had."""

    most: int | None
    source: str
    often: Text
    share: int
    before: list[Application]
    year: int = 0
    had: int = 0
    tier: Tier | None = None  # what the region pays such a household of its own cost


def card(by: Person, unit: Organization, terms: Terms, kind: str, person_id: int | None) -> Card:
    """The rule of a kind at a unit today, and the person's newest applications in sight."""
    today = dates.today()
    most = eligibility.limit(terms, kind, at=unit, on=today)
    share = eligibility.number(terms.share, at=unit, on=today).value if terms.share else 0
    before = access.visible_to(by).filter(person=person_id).exclude(state__in=("draft", "withdrawn")).order_by("-id")
    listed = list(before.select_related("programme")[:5]) if person_id else []
    year = eligibility.number(terms.most_year, at=unit, on=today).value if terms.most_year else 0
    had = yearly.had(person_id, terms.most_year, today.year) if year and person_id else 0
    told, source = (most.value, most.source) if most else (None, "")
    named = people_queries.people(ranges(by, "people.see")).filter(pk=person_id).first() if terms.tiers and person_id else None
    tier = tiers.tier_for(named, at=unit, on=today) if named is not None else None
    if tier is not None and told and (tier.most or tier.share < WHOLE):
        told, source = min(told, tier.most or told), tier.source
    return Card(told, source, registry.PERIODS[terms.period], share, listed, year, had, tier)


def accounts(by: Person) -> "QuerySet[UnitAccount]":
    """The accounts of units in scope: those in force first, then what they replaced."""
    found = access.accounts_for(by).select_related("organization", "created_by")
    return found.order_by(F("replaced_at").desc(nulls_first=True), "org_path", "-id")


def exported(by: Person, given: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The rows of the list for a spreadsheet, already scoped, names masked."""
    filters = Filters(text=given.get("q", ""), state=given.get("state", ""), programme=given.get("programme", ""))
    for one in applications(by, filters).order_by("-id").iterator(chunk_size=2000):
        yield {
            "reference": one.reference,
            "programme": str(one.programme),
            "kind": str(one.kind_name),
            "person": masking.name(one.person.name),
            "organization": one.organization.name,
            "state": str(GRANT.state(one.state).name),
            "asked": one.asked,
            "approved": one.approved,
            "submitted": one.submitted_on,
            "paid": one.paid_on,
        }


def latest(by: Person, programme: Programme, unit: Organization) -> list[Application]:
    """The newest applications of a programme in a unit's scope."""
    here = organizations.within(access.visible_to(by), unit).filter(programme=programme)
    return list(here.select_related("organization", "programme").order_by("-id")[:5])
