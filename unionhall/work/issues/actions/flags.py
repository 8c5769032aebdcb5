"""Target flags: hung on an issue by a person, one at a time, and taken down again."""

from django.db import transaction

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.people.models import Person
from unionhall.lib import dates
from unionhall.lib.refusal import Conflict
from unionhall.lib.text import Text
from unionhall.work.issues import access, facts, rules
from unionhall.work.issues.models import Flag, Issue


@transaction.atomic
def hang(*, issue_id: int, colour: str, by: Person, reason: str = "") -> Flag:
    """Hang a red, yellow or green flag; the one that hung before comes down."""
    issue = access.for_change(by, issue_id, to="issues.supervise")
    rules.check_flag(colour, reason)
    if issue.flag == colour:
        raise Conflict(Text("已挂同色旗。", "A flag of this colour hangs already."), field="colour")
    _take_down(issue)
    flag = Flag.objects.create(
        issue=issue, organization=issue.handler, colour=colour, reason=reason.strip(), hung_by=by, hung_on=dates.today()
    )
    issue.flag = colour
    issue.save(update_fields=["flag"])
    ledger.post(
        facts.FLAG_HUNG,
        at=issue.handler,
        day=dates.today(),
        source=issue,
        occurrence=flag.pk,
        subject=str(issue.pk),
        dimensions={"colour": colour},
    )
    audit.record(by, "issues.flag_hung", issue, at=issue.organization, colour=colour, reason=reason)
    return flag


@transaction.atomic
def take_down(*, issue_id: int, by: Person) -> Issue:
    """Take the flag of an issue down."""
    issue = access.for_change(by, issue_id, to="issues.supervise")
    if not issue.flag:
        raise Conflict(Text("没有挂旗。", "No flag hangs here."))
    _take_down(issue)
    issue.flag = ""
    issue.save(update_fields=["flag"])
    audit.record(by, "issues.flag_taken_down", issue, at=issue.organization)
    return issue


def _take_down(issue: Issue) -> None:
    issue.flags.filter(taken_down_on=None).update(taken_down_on=dates.today())
