"""Indicators defined on screen: added, changed as a new version, retired."""

from dataclasses import dataclass, field

from django.db import transaction

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import clock
from unionhall.lib.refusal import Conflict, Refused
from unionhall.lib.text import Text
from unionhall.work.reports import access, registry
from unionhall.work.reports.models import Definition
from unionhall.work.reports.queries import indicators
from unionhall.work.reports.rules import defining


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks for on the form."""

    name_zh: str
    counts_zh: str
    formula: str
    facts: list[str] = field(default_factory=list)
    filters: dict[str, str | list[str]] = field(default_factory=dict)
    above: str = ""
    beneath: str = ""
    floor: int | None = None
    floor_level: str = ""
    own_level: bool = False
    name_en: str = ""
    counts_en: str = ""


@transaction.atomic
def define(*, organization: Organization, slug: str, wanted: Wanted, by: Person) -> Definition:
    """Add an indicator, or the next version of one that the same unit has."""
    access.require(by, access.DEFINE, organization)
    defining.check_slug(slug)
    check(wanted)
    latest = Definition.objects.select_for_update().filter(slug=slug).order_by("-version").first()
    if latest is not None and latest.organization_id != organization.pk:
        raise Conflict(Text("这个代码已被其他单位使用，请换一个。", "Another unit uses this code: choose another."), field="slug")
    made = Definition.objects.create(
        organization=organization,
        org_path=organization.path,
        slug=slug,
        version=latest.version + 1 if latest else 1,
        created_by=by,
        created_at=clock.now(),
        name_zh=wanted.name_zh,
        name_en=wanted.name_en,
        counts_zh=wanted.counts_zh,
        counts_en=wanted.counts_en,
        formula=wanted.formula,
        facts=wanted.facts,
        filters=wanted.filters,
        above=wanted.above,
        beneath=wanted.beneath,
        floor=wanted.floor,
        floor_level=wanted.floor_level,
        own_level=wanted.own_level,
    )
    audit.record(by, "reports.defined", made, at=organization, code=made.code, version=made.version, formula=made.formula)
    return made


def check(wanted: Wanted) -> None:
    """What the engine refuses: sums across units, averages of rates, ends that nobody counts."""
    if wanted.formula not in registry.FORMULAS:
        raise Refused(Text("没有这种公式。", "This formula is not known."), field="formula")
    defining.check_parts(wanted.formula, wanted.above, wanted.beneath, wanted.floor)
    name, counts = Text(wanted.name_zh, wanted.name_zh), Text(wanted.counts_zh, wanted.counts_zh)
    try:
        if wanted.formula in registry.ON_BOOKS:
            indicators.build(
                "own.draft", name, counts, formula=wanted.formula, facts=wanted.facts, filters=wanted.filters,
                above=wanted.above, beneath=wanted.beneath,
            )  # fmt: skip
        else:
            indicators.known(wanted.above)
    except KeyError as unknown:
        field_name = "facts" if wanted.facts else "above"
        code = unknown.args[0]
        raise Refused(Text(f"没有名为“{code}”的指标。", f"There is no indicator “{code}”."), field=field_name) from None


@transaction.atomic
def retire(*, definition_id: int, by: Person) -> Definition:
    """Offer an indicator no more; what was printed with it stays readable."""
    found = access.one_for_change(access.definitions_for(by), by, definition_id, to=access.DEFINE)
    Definition.objects.filter(slug=found.slug).update(retired_at=clock.now())
    audit.record(by, "reports.retired", found, at=found.organization, code=found.code)
    return found
