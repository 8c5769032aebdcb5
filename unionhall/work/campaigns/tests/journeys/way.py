"""What people do on the pages of this room, one step a call, over HTTP; every step says what must come back."""

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from unionhall.lib import dates
from unionhall.testing.live import Journey
from unionhall.work.campaigns.models import Visit


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

    def post(self, who: str, door: str, /, *args: Any, expect: int = 303, **fields: Any) -> Any:
        """Send a form of this room and see that it is answered as expected."""
        answer = self.by(who).post(reverse(f"campaigns:{door}", args=args), fields)
        assert answer.status_code == expect, f"{door}: {answer.status_code} {answer.content.decode()[:3000]}"
        return answer

    def see(self, who: str, door: str, /, *args: Any, **query: Any) -> str:
        """Open a page of this room and give its words."""
        answer = self.by(who).get(reverse(f"campaigns:{door}", args=args), query)
        assert answer.status_code == 200
        return answer.content.decode()

    def home(self, who: str) -> str:
        """The programme's page as somebody sees it."""
        answer = self.by(who).get(reverse("office:programme", args=[self.journey.code]))
        assert answer.status_code == 200
        return answer.content.decode()

    def edition(self, who: str = "county_clerk") -> None:
        """Open an edition of the programme for the year."""
        today = dates.today()
        fields = {"since": today.replace(month=1, day=1), "until": today.replace(month=12, day=31), "name": ""}
        answer = self.by(who).post(reverse("office:edition-open", args=[self.journey.code]), fields)
        assert answer.status_code == 303, answer.content.decode()[:3000]

    def visit(self, who: str = "chair", **fields: Any) -> Visit:
        """Register a visit of the programme."""
        told = {"programme": self.journey.code, "day": dates.today(), "heads": 1, **fields}
        self.post(who, "desk-register", **told)
        return Visit.objects.latest("id")
