"""The lists that issues stand on, and the books that a listing keeps."""

from datetime import date

from django.db import transaction

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access.actions import one_for_change
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes import queries as programmes
from unionhall.kernel.programmes.models import Edition, Programme
from unionhall.lib import dates
from unionhall.lib.refusal import Conflict, Refused
from unionhall.lib.text import Text
from unionhall.work.issues import access, facts, registry, rules
from unionhall.work.issues.models import Issue, IssueList, Listing


@transaction.atomic
def open_list(
    *,
    organization: Organization,
    name: str,
    source: str,
    by: Person,
    opened_on: date | None = None,
    programme: Programme | None = None,
    edition: Edition | None = None,
    team: str = "",
    manner: str = "",
    target: Organization | None = None,
) -> IssueList:
    """Open a list of issues: of a research team, an inspection, a squat, a self-check."""
    access_actions.require(by, "issues.report", at=organization)
    rules.check_list(name=name, source=source, team=team)
    rules.check_known(source, registry.SOURCES, field="source")
    rules.check_known(manner, registry.MANNERS, field="manner")
    if IssueList.objects.filter(organization=organization, name=name.strip()).exists():
        raise Conflict(Text(f"已有名为“{name}”的清单。", f"There is already a list named “{name}”."), field="name")
    opened = IssueList.objects.create(
        organization=organization,
        org_path=organization.path,
        name=name.strip(),
        source=source,
        team=team.strip(),
        manner=manner,
        target=target,
        programme=programme,
        edition=edition or (programmes.running_edition(programme, organization) if programme else None),
        opened_on=opened_on or dates.today(),
        created_by=by,
    )
    audit.record(by, "issues.list_opened", opened, at=organization, source=source, name=name)
    return opened


@transaction.atomic
def close_list(*, list_id: int, by: Person) -> IssueList:
    """Close a list: nothing more is registered on it; what stands on it goes on."""
    found = one_for_change(access.lists_for(by), by, list_id, to="issues.dispatch")
    if found.closed_on is not None:
        raise Conflict(Text("这张清单已经关闭。", "This list is closed already."))
    found.closed_on = dates.today()
    found.save(update_fields=["closed_on"])
    audit.record(by, "issues.list_closed", found, at=found.organization)
    return found


@transaction.atomic
def add_source(*, issue_id: int, list_id: int, by: Person, number: str = "", listed_on: date | None = None) -> Listing:
    """Put an issue on one more list: it stays one issue and has two sources."""
    issue = access.for_change(by, issue_id, to="issues.report")
    onto = one_for_change(access.lists_for(by), by, list_id, to="issues.report")
    if issue.state in {"written_off", "withdrawn"}:
        raise Refused(
            Text(
                "已销号或已撤销的问题不能再列入清单，再次发现请登记为复发。",
                "A closed issue is not listed again; register its return.",
            )
        )
    if issue.listings.filter(list=onto).exists():
        raise Conflict(Text("该问题已在这张清单上。", "The issue is on this list already."), field="list")
    listing = put_on(issue, onto, by=by, number=number, listed_on=listed_on or dates.today())
    audit.record(by, "issues.source_added", issue, at=issue.organization, list=onto.pk)
    return listing


def put_on(issue: Issue, onto: IssueList, *, by: Person, number: str, listed_on: date) -> Listing:
    """Write the listing and count it: one for the list, one for its kind, one for its research team."""
    check_open(onto)
    listing = Listing.objects.create(issue=issue, list=onto, number=number, listed_on=listed_on, listed_by=by)
    for fact, subject in counted(issue.pk, issue.kind, onto):
        ledger.post(
            fact,
            at=onto.organization,
            day=listed_on,
            source=issue,
            occurrence=onto.pk,
            subject=subject,
            dimensions=issue.dimensions(onto.source),
        )
    return listing


def check_open(onto: IssueList) -> None:
    """Nothing is put on a closed list."""
    if onto.closed_on is not None:
        raise Refused(Text("这张清单已经关闭。", "This list is closed."), field="list")


def counted(issue_id: int, kind: str, onto: IssueList) -> list[tuple[facts.Fact, str]]:
    """The facts that one listing makes true, each with its subject."""
    found = [(facts.LISTED, str(issue_id)), (facts.KIND_LISTED, kind)]
    return [*found, (facts.TEAM_TARGETED, f"{onto.organization_id}/{onto.team}")] if onto.team else found
