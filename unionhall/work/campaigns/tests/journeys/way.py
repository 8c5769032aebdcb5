"""What people do on the pages of this room, one step a call, over HTTP; every step says what must come back."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.urls import reverse

from unionhall.lib import clock, dates
from unionhall.testing.live import Journey
from unionhall.work.campaigns.models import Session, Visit


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

    def session(self, who: str = "county_clerk", **fields: Any) -> Session:
        """Plan a session of the programme that began an hour ago, and publish it."""
        now = clock.now().astimezone(dates.SHANGHAI)
        told = {
            "programme": self.journey.code,
            "name": "主题活动",
            "mode": "on_site",
            "method": "open",
            "place": "工人文化宫",
            "starts_at": (now - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M"),
            "ends_at": (now + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M"),
            **fields,
        }
        self.post(who, "desk-plan", **told)
        made = Session.objects.latest("id")
        self.post(who, "desk-session-publish", made.pk)
        return made

    def places(self, name: str, form: str, method: str, who: str = "county_clerk") -> Session:
        """A session of the programme with two places, tomorrow; sign-up runs now."""
        now = clock.now().astimezone(dates.SHANGHAI)

        def at(hours: int) -> str:
            return (now + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")

        told = {"starts_at": at(24), "ends_at": at(27), "opens_at": at(-1), "closes_at": at(20), "places": 2}
        return self.session(who, name=name, form=form, method=method, **told)

    def visit(self, who: str = "chair", **fields: Any) -> Visit:
        """Register a visit of the programme."""
        told = {"programme": self.journey.code, "day": dates.today(), "heads": 1, **fields}
        self.post(who, "desk-register", **told)
        return Visit.objects.latest("id")
