"""The five programmes of this room, each travelled over HTTP by the people who do the work."""

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from unionhall.lib import dates
from unionhall.work.membership.actions import joining
from unionhall.work.membership.models import Application, Benefit, JoinCode, Membership, Partner
from unionhall.work.membership.tests.conftest import number_of


@dataclass
class Way:
    """The browsers of one journey, and the programme that they work for."""

    journey: Any
    texts: list[str] = field(default_factory=list)
    browsers: dict[str, Any] = field(default_factory=dict)

    def by(self, who: str) -> Any:
        """A person's browser, signed in once."""
        if who not in self.browsers:
            self.browsers[who] = self.journey.client(who)
        return self.browsers[who]

    def post(self, who: str, door: str, /, *args: Any, expect: int = 303, **fields: Any) -> Any:
        """Send a form of this room and see that it is answered as expected."""
        answer = self.by(who).post(reverse(f"membership:{door}", args=args), fields)
        assert answer.status_code == expect, f"{door}: {answer.status_code} {answer.content.decode()[:3000]}"
        return answer

    def see(self, who: str, door: str, /, *args: Any, **query: Any) -> str:
        """Open a page of this room and give its words."""
        answer = self.by(who).get(reverse(f"membership:{door}", args=args), query)
        assert answer.status_code == 200, answer.content.decode()[:3000]
        return answer.content.decode()

    def edition(self, who: str = "county_clerk") -> None:
        """Open an edition of the programme for the year."""
        today = dates.today()
        fields = {"since": today.replace(month=1, day=1), "until": today.replace(month=12, day=31), "name": ""}
        answer = self.by(who).post(reverse("office:edition-open", args=[self.journey.code]), fields)
        assert answer.status_code == 303, answer.content.decode()[:3000]

    def code(self, unit: Any, who: str = "county_clerk") -> JoinCode:
        """Make a code for the programme at the chosen unit."""
        self.post(who, "desk-codes", programme=self.journey.code, label="厂门口")
        return JoinCode.objects.get()

    def join(self, code: JoinCode, n: int, name: str = "高远航", occupation: str = "regular") -> Application:
        """A worker's own phone, not signed in: three screens, five fields."""
        browser, url, phone = Client(), reverse("membership:hall-join", args=[code.token]), f"100990{n:05d}"
        first = browser.get(url)
        assert code.organization.name in first.content.decode()
        sent = browser.post(url, {"step": "phone", "phone": phone, "ask": "1"})
        assert "验证码已发送" in sent.content.decode()
        wrong = browser.post(url, {"step": "phone", "phone": phone, "code": "x"})
        assert wrong.status_code == 422
        second = browser.post(url, {"step": "phone", "phone": phone, "code": self.texts[-1]}).content.decode()
        proof = re.search(r'name="proof" value="([^"]+)"', second)
        assert proof, second[:3000]
        told = {"proof": proof[1], "name": name, "id_number": number_of(n), "occupation": occupation}
        third = browser.post(url, {"step": "self", **told}).content.decode()
        assert "核对提交" in third
        assert number_of(n)[-4:] in third
        sent = browser.post(url, {"step": "send", **told, "willing": "on", "personal": "1"})
        assert sent.status_code == 303, sent.content.decode()[:3000]
        receipt = browser.get(sent.headers["Location"]).content.decode()
        application = Application.objects.latest("pk")
        assert application.reference in receipt
        return application


@pytest.fixture
def way(journey, texts) -> Way:
    found = Way(journey, texts)
    found.edition()
    return found


def watch(journey, cast, *facts):
    for fact in facts:
        journey.watch(f"sum({fact}; programme={journey.code})", at=cast.city)


@pytest.mark.journey("scan_join")
def test_scan_join(journey, way, cast):
    watch(journey, cast, "membership.applied", "membership.joined")
    journey.watch("balance(membership.code_open)", at=cast.city)
    code = way.code(cast.county)
    assert "扫一扫" in way.see("county_clerk", "desk-poster", code.pk)
    application = way.join(code, 1)
    assert application.programme.code == "scan_join"
    assert application.reference in way.see("county_clerk", "desk-applications")
    way.post("county_clerk", "desk-application-act", application.pk, "send_back", **{"send_back-reason": ""}, expect=422)
    way.post("county_clerk", "desk-application-act", application.pk, "approve", version=application.version)
    member = Membership.objects.get()
    assert member.number in way.see("county_clerk", "desk-list")
    assert "高远航" in way.see("county_clerk", "desk-member", member.pk)
    way.post("county_clerk", "desk-codes-below", programme=journey.code)
    way.post("county_clerk", "desk-code-revoke", code.pk)
    assert Client().get(reverse("membership:hall-join", args=[code.token])).status_code == 410


@pytest.mark.journey("new_form_joining")
def test_new_form_joining(journey, way, cast):
    watch(journey, cast, "membership.joined")
    journey.watch("distinct(membership.group_joined; programme=new_form_joining)", at=cast.city)
    journey.watch("balance(membership.members; occupation=rider)", at=cast.city)
    code = way.code(cast.county)
    applications = [way.join(code, 1, "高远航", "rider"), way.join(code, 2, "骆行舟", "courier")]
    picked = {"pick": [one.pk for one in applications]}
    assert "2" in way.post("county_clerk", "desk-bulk-approve", expect=200, **picked).content.decode()
    way.post("county_clerk", "desk-bulk-approve", expect=200, confirmed=1, **picked)
    assert Membership.objects.filter(occupation__in=("rider", "courier"), until=None).count() == 2
    assert "新就业" in way.see("county_clerk", "desk-list", occupation="rider")


@pytest.mark.journey("real_name_membership")
def test_real_name_membership(journey, way, cast):
    watch(journey, cast, "membership.joined", "membership.moved")
    journey.watch("balance(membership.members)", at=cast.city)
    journey.watch("sum(membership.ended)", at=cast.city)
    other = {"name": "高远航", "id_number": number_of(4), "on": dates.today(), "programme": journey.code}
    way.post("county_clerk", "desk-register", occupation="regular", hired="direct", **other)
    fields = {"name": "穆长风", "id_number": number_of(3), "phone": "10099000003", "on": dates.today(), "programme": journey.code}
    bad = {**fields, "id_number": number_of(3)[:-1] + "*"}
    way.post("county_clerk", "desk-register", occupation="regular", hired="direct", expect=422, **bad)
    way.post("county_clerk", "desk-register", occupation="regular", hired="direct", **fields)
    first = Membership.objects.get(person__name="穆长风")
    way.post("county_clerk", "desk-move", first.pk, to=cast.factory.pk, why="调入机械厂")
    transfer = first.transfers.get()
    way.post("county_clerk", "desk-transfer-act", transfer.pk, "release", **{"release-version": 1})
    now = Membership.objects.get(person=first.person, until=None)
    assert [now.organization_id, now.joined_on, now.previous_id] == [cast.factory.pk, first.joined_on, first.pk]
    way.post("chair", "desk-change", now.pk, "retain", **{"retain-on": dates.today(), "retain-ground": "retired"})
    way.post("chair", "desk-change", now.pk, "restore", **{"restore-on": dates.today()})
    way.post("chair", "desk-change", now.pk, "leave", **{"leave-on": dates.today(), "leave-reason": ""}, expect=422)
    way.post("chair", "desk-change", now.pk, "leave", **{"leave-on": dates.today(), "leave-reason": "本人申请退会"})
    assert Membership.objects.filter(until=None).count() == 1
    assert "已退会" in way.see("chair", "desk-member", now.pk)


@pytest.mark.journey("member_welfare")
def test_member_welfare(journey, way, cast):
    watch(journey, cast, "membership.benefit_taken", "membership.benefit_used")
    journey.watch("distinct(membership.active)", at=cast.city)
    today = dates.today()
    way.post(
        "county_clerk", "desk-benefits", title="观影券", kind="ticket", quota=1, opens_on=today, closes_on=today, place="区文化宫"
    )
    offer = Benefit.objects.get()
    given = joining.Applicant(name="", id_number="", known=cast.worker)
    joining.approve(application_id=joining.apply(way=joining.Way(union=cast.factory), given=given).pk, by=cast.chair)
    assert "观影券" in way.see("worker", "hall-benefits")
    way.post("worker", "hall-benefit", offer.pk)
    again = way.post("worker", "hall-benefit", offer.pk, expect=409)
    assert "每人一份" in again.content.decode()
    claim = offer.claims.get()
    assert claim.code in way.see("worker", "hall-claim", claim.pk)
    assert "有效" in way.post("county_clerk", "desk-benefit-use", code=claim.code, expect=200).content.decode()
    assert "已于" in way.post("county_clerk", "desk-benefit-use", code=claim.code, expect=409).content.decode()


@pytest.mark.journey("platform_partner")
def test_platform_partner(journey, way, cast):
    journey.watch("balance(membership.partner; programme=platform_partner)", at=cast.city)
    today = dates.today()
    for kind, name in (("courier", "顺途速运"), ("delivery", "美味外送")):
        way.post(
            "county_clerk",
            "desk-partners",
            name=name,
            kind=kind,
            agreement="战略合作协议",
            agreed_on=today,
            workers=300,
            contact="行政部",
        )
    way.post(
        "county_clerk", "desk-partners", name="顺途速运", kind="courier", agreement="重复", agreed_on=today, workers=1, expect=409
    )
    way.post("county_clerk", "desk-partner-end", Partner.objects.get(name="美味外送").pk)
    assert "顺途速运" in way.see("county_clerk", "desk-partners")
