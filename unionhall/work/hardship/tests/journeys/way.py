"""What people do on the pages of this room, one step a call, over HTTP; every step says what must come back."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse

from unionhall.kernel.policies import actions as policies
from unionhall.lib import dates
from unionhall.testing.cast import id_number
from unionhall.testing.live import Journey
from unionhall.work.hardship.models.files import Household


@dataclass
class Way:
    """The browsers of one journey, by person, and the programme that they work for."""

    journey: Journey
    browsers: dict[str, Any] = field(default_factory=dict)
    number: int = 400

    def by(self, who: str) -> Any:
        """A person's browser, signed in once."""
        if who not in self.browsers:
            self.browsers[who] = self.journey.client(who)
        return self.browsers[who]

    def post(self, who: str, door: str, /, *args: int, expect: int = 303, **fields: Any) -> Any:
        """Send a form of this room and see that it is answered as expected; fields of an act's form get its prefix."""
        given = {f"{door}-{name}": value for name, value in fields.items()} if args and door not in {"watch", "spot"} else fields
        answer = self.by(who).post(reverse(f"hardship:desk-{door}", args=args), given)
        assert answer.status_code == expect, f"{door}: {answer.status_code} {answer.content.decode()[:3000]}"
        return answer

    def see(self, who: str, door: str, /, *args: int, **query: Any) -> str:
        """Open a page of this room and give its words."""
        answer = self.by(who).get(reverse(f"hardship:desk-{door}", args=args), query)
        assert answer.status_code == 200
        return answer.content.decode()

    def edition(self, who: str = "county_clerk") -> None:
        """Open an edition of the programme for the year, in a region that has its line."""
        cast = self.journey.cast
        policies.set_value(
            "hardship.income_line", 106_200, organization=cast.city, since=date(2020, 1, 1), source="市民政局", by=cast.city_clerk
        )
        today = dates.today()
        fields = {"since": today.replace(month=1, day=1), "until": today.replace(month=12, day=31), "name": ""}
        answer = self.by(who).post(reverse("office:edition-open", args=[self.journey.code]), fields)
        assert answer.status_code == 303, answer.content.decode()[:3000]

    def register(self, name: str, **more: Any) -> Household:
        """The township's clerk takes up a household of this programme."""
        self.number += 2
        rows = {"m-TOTAL_FORMS": "1", "m-INITIAL_FORMS": "0", "m-MIN_NUM_FORMS": "0", "m-MAX_NUM_FORMS": "20"}
        child = {
            "m-0-name": f"{name[0]}小宝",
            "m-0-relation": "child",
            "m-0-id_number": id_number(self.number + 1),
            "m-0-school": "high",
        }
        given = {
            "name": name,
            "id_number": id_number(self.number),
            "worker": "employed",
            "size": "2",
            "level": "county",
            "housing": "rented",
            "cause": "illness",
            "wage": "24000",
            "medical": "18000",
            "consent": "on",
            "programme": self.journey.code,
        }
        self.post("township_clerk", "register", **{**rows, **child, **given, **more})
        return Household.objects.get(head__name=name)

    def filed(self, name: str, **more: Any) -> Household:
        """A household taken all the way: applied, visited, cross-checked, on public notice is left to the caller's clock."""
        file = self.register(name, **more)
        self.post("township_clerk", "apply", file.pk)
        self.post("county_clerk", "go-on", file.pk)
        self.post("county_clerk", "approve", file.pk)
        return file

    def state(self, file: Household) -> str:
        """Where the file stands."""
        return Household.objects.values_list("state", flat=True).get(pk=file.pk)
