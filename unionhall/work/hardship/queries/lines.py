"""The rule's values for a region on a day, read from the policies with their versions."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.policies import queries as policies
from unionhall.kernel.policies.models import PolicyValue
from unionhall.kernel.policies.queries import Table, Value
from unionhall.kernel.policies.registry import policy
from unionhall.lib import money
from unionhall.lib.text import Text
from unionhall.work.hardship.rules import means, procedure
from unionhall.work.hardship.rules.means import Lines
from unionhall.work.hardship.rules.procedure import Procedure

WHOLE = {
    "line": "hardship.income_line",
    "deep": "hardship.deep_percent",
    "relative": "hardship.relative_percent",
    "near": "hardship.near_percent",
    "accident": "hardship.accident_percent",
    "migrant_months": "hardship.migrant_months",
}
UNSET = Text("未设置", "not set")
SHARES = "hardship.counted_shares"
COST = "hardship.cost_months"


def tables(on: date) -> dict[str, Table]:
    """Every rule of the test with all its values of a day: for many regions at once."""
    return {code: Table.load(code, on=on) for code in (*WHOLE.values(), SHARES, COST)}


def lines(at: Organization, on: date, known: Mapping[str, Table] | None = None) -> Lines:
    """The lines of a unit's region on a day."""
    codes = (*WHOLE.values(), SHARES)
    if known is None:
        policies.expect(codes, at=at, on=on)
    found: dict[str, Value] = {
        code: known[code].value(at) if known is not None else policies.value(code, at=at, on=on) for code in codes
    }
    versions = {code: value.version_id for code, value in found.items()}
    numbers = {name: found[code].whole for name, code in WHOLE.items()}
    return Lines(shares=means.shares(found[SHARES].value), versions=MappingProxyType(versions), **numbers)


def changed(base: Lines, change: Mapping[str, Any]) -> Lines:
    """The same lines with some values replaced: what a trial or a what-if asks about."""
    named = {name: change.get(name, getattr(base, name)) for name in WHOLE}
    return Lines(shares=MappingProxyType({**base.shares, **change.get("shares", {})}), versions=base.versions, **named)


def as_kept(rule: Lines) -> dict[str, Any]:
    """The values of a rule as a decision keeps them beside its result."""
    return {**{name: getattr(rule, name) for name in WHOLE}, "shares": dict(rule.shares)}


def from_kept(kept: Mapping[str, Any], versions: Mapping[str, int | None]) -> Lines:
    """The rule that a decision was made by."""
    return Lines(shares=kept["shares"], versions=versions, **{name: kept[name] for name in WHOLE})


def told_sources(rule: Lines) -> list[tuple[str, str]]:
    """Each value of a rule with the document that it came from, as people read it; a line that nobody has set is no nought."""
    versions = PolicyValue.objects.in_bulk([pk for pk in rule.versions.values() if pk is not None])
    told = []
    for name, code in WHOLE.items():
        declared, version = policy(code), rule.versions.get(code)
        value = getattr(rule, name)
        said = (money.yuan(value) if value else str(UNSET)) if declared.unit == "fen" else str(value)
        source = versions[version].source if version in versions else str(declared.source)
        told.append((f"{declared.name} {said}", source))
    return told


def counts_as_blow(disease: str, at: Organization, on: date) -> bool:
    """Whether the cost of an illness counts as that of an accident in a region; injuries and disasters (no illness) always do."""
    return not disease or means.covered(policies.value("hardship.covered_illnesses", at=at, on=on).value).get(disease, False)


def cost_months(at: Organization, on: date) -> dict[str, int]:
    """For how many months of the line the living help of a year is reckoned, by kind."""
    value = policies.value(COST, at=at, on=on).value
    return {kind: int(months) for kind, months in value.items()} if isinstance(value, dict) else {}


def way(at: Organization, on: date) -> Procedure:
    """The procedure of a unit's region."""
    return procedure.read(policies.value("hardship.procedure", at=at, on=on).value)
