"""Rules between indicators: set and taken away."""

from django.db import transaction

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import clock
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text
from unionhall.work.reports import access
from unionhall.work.reports.models import Rule
from unionhall.work.reports.queries import indicators

TWO_SIDED = frozenset({"part", "at_least"})


@transaction.atomic
def set_rule(
    *, organization: Organization, kind: str, left: str, by: Person, right: str = "", percent: int | None = None, why: str = ""
) -> Rule:
    """Set what must hold for a unit and those below it; both sides are counted in the same unit."""
    access.require(by, access.DEFINE, organization)
    if kind in TWO_SIDED and not right:
        raise Refused(Text("请选择右边的指标。", "Choose the right side."), field="right")
    units = [_unit(left, "left"), *([_unit(right, "right")] if kind in TWO_SIDED else [])]
    if len(set(units)) > 1:
        raise Refused(Text("两边的单位不同，不能相比。", "The two sides are counted in different units."), field="right")
    made = Rule.objects.create(
        organization=organization,
        org_path=organization.path,
        kind=kind,
        left=left,
        right=right if kind in TWO_SIDED else "",
        percent=percent if kind == "jump" else None,
        why=why.strip(),
        created_by=by,
    )
    audit.record(by, "reports.rule_set", made, at=organization, kind=kind, left=left, right=right)
    return made


def _unit(code: str, field: str) -> object:
    try:
        return indicators.known(code).unit
    except KeyError:
        raise Refused(Text(f"没有名为“{code}”的指标。", f"There is no indicator “{code}”."), field=field) from None


@transaction.atomic
def end_rule(*, rule_id: int, by: Person) -> Rule:
    """Look at a rule no more."""
    found = access.one_for_change(access.rules_for(by), by, rule_id, to=access.DEFINE)
    found.retired_at = clock.now()
    found.save(update_fields=["retired_at"])
    audit.record(by, "reports.rule_ended", found, at=found.organization)
    return found
