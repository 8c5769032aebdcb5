"""What people do on the pages of this room, one step a call, over HTTP; every step says what must come back."""

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from unionhall.lib import dates
from unionhall.testing.live import Journey
from unionhall.work.issues.models import Issue, IssueList


@dataclass
class Way:
    """The browsers of one journey, by person, and the programme that they work for."""

    journey: Journey
    browsers: dict[str, Any] = field(default_factory=dict)

    def by(self, who: str) -> Any:
        """A person's browser, signed in once."""
        if who not in self.browsers:
            self.browsers[who] = self.journey.client(who)
        return self.browsers[who]

    def post(self, who: str, door: str, /, *args: int, expect: int = 303, **fields: Any) -> Any:
        """Send a form of this room and see that it is answered as expected."""
        answer = self.by(who).post(reverse(f"issues:{door}", args=args), fields)
        assert answer.status_code == expect, f"{door}: {answer.status_code} {answer.content.decode()[:3000]}"
        return answer

    def see(self, who: str, door: str, /, *args: int, **query: Any) -> str:
        """Open a page of this room and give its words."""
        answer = self.by(who).get(reverse(f"issues:{door}", args=args), query)
        assert answer.status_code == 200
        return answer.content.decode()

    def edition(self, who: str = "county_clerk") -> None:
        """Open an edition of the programme for the year."""
        today = dates.today()
        fields = {"since": today.replace(month=1, day=1), "until": today.replace(month=12, day=31), "name": ""}
        answer = self.by(who).post(reverse("office:edition-open", args=[self.journey.code]), fields)
        assert answer.status_code == 303, answer.content.decode()[:3000]

    def list(self, name: str, source: str, who: str = "county_clerk", **more: Any) -> IssueList:
        """Open a list of the programme."""
        self.post(who, "desk-lists", name=name, source=source, programme=self.journey.code, **more)
        return IssueList.objects.get(name=name)

    def register(self, onto: IssueList, title: str, kind: str, who: str = "county_clerk", **more: Any) -> Issue:
        """Register an issue on a list."""
        self.post(who, "desk-register", title=title, kind=kind, found_on=dates.today(), list=onto.pk, **more)
        return Issue.objects.get(title=title)

    def dispatch(self, issue: Issue, to: Any, grade: str = "general", who: str = "county_clerk", **more: Any) -> None:
        """Dispatch an issue to a unit."""
        self.post(who, "desk-dispatch", issue.pk, to=0, other=to.pk, grade=grade, **more)

    def handle(self, issue: Issue, who: str = "township_clerk", words: str = "已整改到位") -> None:
        """Accept, report and submit."""
        self.post(who, "desk-accept", issue.pk)
        self.post(who, "desk-progress", issue.pk, **{"progress-words": "已核实情况并着手整改"})
        self.post(who, "desk-submit", issue.pk, **{"submit-words": words})

    def close(self, issue: Issue, checker: str = "county_clerk", who: str = "county_clerk") -> None:
        """A second person checks; then it is written off."""
        self.post(checker, "desk-pass-check", issue.pk)
        self.post(who, "desk-write-off", issue.pk)

    def state(self, issue: Issue) -> str:
        """Where the issue stands."""
        return Issue.objects.values_list("state", flat=True).get(pk=issue.pk)
