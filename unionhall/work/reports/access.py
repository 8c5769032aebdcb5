"""Who may see and change what in the room.

Reports are seen in their unit's scope. Templates and definitions are also used below: those of a unit serve everybody under it.
"""

from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access import queries as access
from unionhall.kernel.access import rules as access_rules
from unionhall.kernel.access.models import fetched
from unionhall.kernel.organizations import rules as tree
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import scope
from unionhall.lib.refusal import Denied, absent
from unionhall.lib.text import Text
from unionhall.work.reports.models import Alias, Checked, Definition, Filing, OfficialTable, Report, Rule, Screen, Template, Total

Row = TypeVar("Row", bound=Model)
SEE, WRITE, ISSUE, DEFINE = "reports.see", "reports.write", "reports.issue", "reports.define"
FILL, SHOW = "reports.fill", "reports.show"


def visible_to(by: Person) -> QuerySet[Report]:
    """The reports that a person may read."""
    return access.visible(Report.objects.select_related("organization", "template", "programme"), by, SEE)


def templates_for(by: Person) -> QuerySet[Template]:
    """The templates in use of the units in a person's scope and of those above them."""
    return from_above(Template.objects.filter(retired_at=None).select_related("organization"), by)


def definitions_for(by: Person) -> QuerySet[Definition]:
    """The definitions, every version, of the units in a person's scope and of those above them."""
    return from_above(Definition.objects.select_related("organization"), by)


def rules_for(by: Person) -> QuerySet[Rule]:
    """The rules between indicators of the units in a person's scope and of those above them."""
    return from_above(Rule.objects.filter(retired_at=None).select_related("organization"), by)


def totals_for(by: Person) -> QuerySet[Total]:
    """The reported totals that a person may see."""
    return access.visible(Total.objects.select_related("organization", "entered_by"), by, SEE)


def tables_for(by: Person) -> QuerySet[OfficialTable]:
    """The official tables in use of the units in a person's scope and of those above them."""
    rows = OfficialTable.objects.filter(retired_at=None).select_related("organization").defer("workbook")
    return from_above(rows, by)


def filings_for(by: Person) -> QuerySet[Filing]:
    """The filled tables that a person may see."""
    rows = Filing.objects.select_related("organization", "table__organization", "submitted_by", "lies_with").defer(
        "table__workbook"
    )
    return access.visible(rows, by, SEE)


def own_units(by: Person) -> list[int]:
    """The units for which a person deals with tables: those on which the grant itself stands, not those below."""
    return [held.organization_id for held in access.holdings(by) if access_rules.holds(held.permissions, FILL)]


def screens_for(by: Person) -> QuerySet[Screen]:
    """The big screens that a person may manage."""
    return access.visible(Screen.objects.select_related("organization"), by, SHOW)


def checks_visible_to(by: Person) -> QuerySet[Checked]:
    """The texts handed in for checking that a person may read."""
    return access.visible(Checked.objects.select_related("organization", "created_by"), by, SEE)


def aliases_for(by: Person) -> QuerySet[Alias]:
    """The corrections that count for a person: those of the units in scope and of those above them."""
    return from_above(Alias.objects.select_related("organization"), by)


def from_above(rows: "QuerySet[Row]", by: Person) -> "QuerySet[Row]":
    """Rows of the units in scope and of the units above these, marked."""
    found = access.ranges(by, SEE)
    if not found:
        return scope.mark(rows.none())
    above = {path for low, _high in found for path in tree.ancestor_paths(low)}
    return scope.mark(rows.filter(access.in_ranges(found) | Q(org_path__in=sorted(above))))


def one(visible: "QuerySet[Row]", id: int) -> Row:
    """One row of what a person sees; NotVisible for any other."""
    found = visible.filter(pk=id).first()
    if found is None:
        raise absent()
    return found


def one_to_change(visible: "QuerySet[Row]", by: Person, id: int, *, to: str) -> Row:
    """One row for a page on which it is changed; who only sees it from below is denied."""
    found = one(visible, id)
    _may_change(found, by, to)
    return found


def one_for_change(visible: "QuerySet[Row]", by: Person, id: int, *, to: str) -> Row:
    """One row, locked, after asking for the permission at its unit; who only sees it from below is denied."""
    found = visible.select_for_update(of=("self",)).filter(pk=id).first()
    if found is None:
        raise absent()
    _may_change(found, by, to)
    return fetched(found)


def _may_change(found: Model, by: Person, to: str) -> None:
    at: Organization = found.organization  # type: ignore[attr-defined]
    if not access.may(by, to, at):
        raise Denied(Text("您没有这项权限，请联系本单位管理员。", "You do not have the right to do this here."))


def for_change(by: Person, report_id: int, *, to: str = WRITE) -> Report:
    """A report, locked."""
    return one_for_change(visible_to(by), by, report_id, to=to)


def unit(by: Person, id: int, permission: str = SEE) -> Organization:
    """A unit in the person's scope for a permission; NotVisible for any other."""
    return one(access.organizations_for(by, permission), id)


def require(by: Person, permission: str, at: Organization) -> None:
    """Go on only with the permission at the unit."""
    access_actions.require(by, permission, at=at)
