"""Issues of the standing cast at every station of their way, made by the room's own actions."""

from dataclasses import dataclass

import pytest

from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger import registry as ledger_registry
from unionhall.kernel.ledger.facts import Scope, Window
from unionhall.work.issues.actions import bulk, dispatch, handle, lists, register
from unionhall.work.issues.actions.register import NewIssue
from unionhall.work.issues.models import Issue, IssueList


@dataclass
class Desk:
    """The county's desk: its clerk, the township that handles, the city clerk who checks."""

    cast: object

    def list(self, name="调研清单", source="research", by=None, at=None, **more) -> IssueList:
        at = at or self.cast.county
        return lists.open_list(organization=at, name=name, source=source, by=by or self.cast.county_clerk, **more)

    def issue(self, title="书屋图书陈旧", kind="poor_sites", *, onto=None, by=None, at=None, **more) -> Issue:
        new = NewIssue(title=title, kind=kind, **more)
        return register.register(organization=at or self.cast.county, new=new, onto=onto, by=by or self.cast.county_clerk)

    def dispatched(self, issue=None, *, to=None, **more) -> Issue:
        issue = issue or self.issue()
        dispatch.dispatch(issue_id=issue.pk, to=to or self.cast.township, by=self.cast.county_clerk, grade="general", **more)
        return fresh(issue)

    def handling(self, issue=None, **more) -> Issue:
        issue = self.dispatched(issue, **more)
        handle.accept(issue_id=issue.pk, by=self.cast.township_clerk)
        return fresh(issue)

    def submitted(self, issue=None, **more) -> Issue:
        issue = self.handling(issue, **more)
        handle.report_progress(issue_id=issue.pk, text="已更新图书 300 册", by=self.cast.township_clerk)
        handle.submit(issue_id=issue.pk, solution="书屋已更新", by=self.cast.township_clerk)
        return fresh(issue)

    def checked(self, issue=None, **more) -> Issue:
        issue = self.submitted(issue, **more)
        handle.pass_check(issue_id=issue.pk, by=self.cast.county_clerk)
        return fresh(issue)

    def written_off(self, issue=None, **more) -> Issue:
        issue = self.checked(issue, **more)
        handle.write_off(issue_id=issue.pk, by=self.cast.county_clerk)
        return fresh(issue)


def fresh(issue: Issue) -> Issue:
    """The issue as the database has it."""
    return Issue.objects.get(pk=issue.pk)


def figure(code: str, at, *, below=True, window=None):
    """A registered indicator's number for a unit, up to today."""
    found = ledger.value(ledger_registry.indicator(code), Scope(at, below=below), window or Window.until())
    return found.number


def assert_books_agree() -> None:
    """The room's records and the ledger say the same about every fact."""
    differences = [each for each in ledger.reconcile() if each.fact.code.startswith("issues.")]
    assert differences == []


@pytest.fixture
def desk(cast) -> Desk:
    return Desk(cast)


__all__ = ["Desk", "assert_books_agree", "bulk", "figure", "fresh"]
