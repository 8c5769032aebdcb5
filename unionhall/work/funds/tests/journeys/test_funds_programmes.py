"""The eight programmes of this room, each travelled over HTTP by the people who do the work."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from unionhall.lib import dates
from unionhall.work.funds.models import Agreement, Audit, BudgetLine, Movement


class Way:
    """The browsers of one journey, and the programme that they work for."""

    def __init__(self, journey: Any) -> None:
        self.journey, self.browsers = journey, {}
        today = dates.today()
        fields = {"since": today.replace(month=1, day=1), "until": today.replace(month=12, day=31), "name": ""}
        answer = self.by("county_clerk").post(reverse("office:edition-open", args=[journey.code]), fields)
        assert answer.status_code == 303, answer.content.decode()[:3000]

    def by(self, who: str) -> Any:
        if who not in self.browsers:
            self.browsers[who] = self.journey.client(who)
        return self.browsers[who]

    def post(self, who: str, door: str, /, *args: int, expect: int = 303, **fields: Any) -> Any:
        answer = self.by(who).post(reverse(f"funds:{door}", args=args), fields)
        assert answer.status_code == expect, f"{door}: {answer.status_code} {answer.content.decode()[:3000]}"
        return answer

    def see(self, who: str, door: str, /, *args: int, **query: Any) -> str:
        answer = self.by(who).get(reverse(f"funds:{door}", args=args), query)
        assert answer.status_code == 200
        return answer.content.decode()

    def book(self, stage: str, yuan: str, who: str = "county_clerk", expect: int = 303, **more: Any) -> Movement:
        told = {"form": "money", "source": "upper_union", "purpose": "relief", "day": dates.today(), **more}
        self.post(who, "desk-book", stage=stage, amount=yuan, programme=self.journey.code, expect=expect, **told)
        return Movement.objects.order_by("id").last()

    def line(self, yuan: str, **more: Any) -> BudgetLine:
        told = {"source": "own", "purpose": "service", "year": dates.today().year, **more}
        self.post("county_clerk", "desk-lines", ceiling=yuan, **told)
        return BudgetLine.objects.latest("id")

    def agree(self, kind: str, title: str, **more: Any) -> Agreement:
        told = {"partner": "东岸市临江区总工会", "signed_on": dates.today(), "programme": self.journey.code, **more}
        self.post("county_clerk", "desk-agreements", kind=kind, title=title, **told)
        return Agreement.objects.latest("id")

    def step(self, one: Agreement, step: str, yuan: str = "", expect: int = 303) -> None:
        fields = {"step": step, "day": dates.today(), "text": "按合同完成", "amount": yuan}
        self.post("county_clerk", "desk-agreement", one.pk, expect=expect, **fields)


@pytest.fixture
def way(journey) -> Way:
    return Way(journey)


def watch(journey, cast, *expressions):
    for formula, fact in expressions:
        journey.watch(f"{formula}({fact}; programme={journey.code})", at=cast.city)


@pytest.mark.journey("special_fund_application")
def test_special_fund_application(journey, way, cast):
    watch(journey, cast, *(("amount", f"funds.{stage}") for stage in ("applied", "approved", "received", "passed_down")))
    applied = way.book("applied", "1,900,000")
    approved = way.book("approved", "1,800,000", answers=applied.pk)
    way.book("received", "1,900,000", answers=approved.pk, expect=422)  # more than was approved
    received = way.book("received", "1800000", answers=approved.pk, voucher="记-18")
    sent = way.book("passed_down", "600000", answers=received.pk, unit=cast.township.pk)
    way.post("township_clerk", "desk-confirm", sent.pk, day=dates.today(), voucher="记-3")
    page = way.see("county_clerk", "desk-movement", received.pk)
    assert "1,800,000.00" in page
    assert "600,000.00" in page
    assert "1,800,000.00" in way.see("county_clerk", "desk-overview")


@pytest.mark.journey("external_fund_raising")
def test_external_fund_raising(journey, way, cast):
    watch(journey, cast, ("amount", "funds.received"), ("amount", "funds.spent"))
    line = way.line("500000", name="外地支持阵地建设", source="partner_union", purpose="site")
    way.book("received", "500000", source="partner_union", purpose="site", counterpart="东岸市总工会")
    way.book("spent", "500000.01", source="partner_union", purpose="site", line=line.pk, expect=422)
    way.book("spent", "320000", source="partner_union", purpose="site", line=line.pk)
    assert "180,000.00" in way.see("county_clerk", "desk-line", line.pk)


@pytest.mark.journey("government_budget_union_fund")
def test_government_budget_union_fund(journey, way, cast):
    watch(journey, cast, ("amount", "funds.approved"), ("amount", "funds.received"), ("distinct", "funds.purpose_named"))
    approved = way.book("approved", "1100000", source="local_fiscal", purpose="site", more_purposes=["recuperation", "training"])
    paper = SimpleUploadedFile("拨款通知.txt", "预算拨款通知".encode())
    got = way.book("received", "1100000", source="local_fiscal", purpose="site", answers=approved.pk, paper=paper)
    assert "拨款通知.txt" in way.see("county_clerk", "desk-movement", got.pk)


@pytest.mark.journey("provincial_finance_support")
def test_provincial_finance_support(journey, way, cast):
    watch(journey, cast, *(("amount", f"funds.{stage}") for stage in ("committed", "received", "passed_down")))
    promised = way.book("committed", "30000000", source="local_fiscal")
    came = way.book("received", "10000000", source="local_fiscal", answers=promised.pk)
    way.book("passed_down", "2000000", source="local_fiscal", answers=came.pk, unit=cast.township.pk)


@pytest.mark.journey("fund_tilt")
def test_fund_tilt(journey, way, cast):
    watch(journey, cast, ("amount", "funds.passed_down"), ("amount", "funds.spent"))
    line = way.line("200000", name="本级活动", purpose="other")
    way.book("passed_down", "800000", source="own", purpose="strengthening", unit=cast.township.pk)
    way.book("spent", "100000", source="own", purpose="other", line=line.pk)
    listed = way.see("county_clerk", "desk-movements", stage="passed_down", purpose="strengthening")
    assert "800,000.00" in listed
    assert "100,000.00" not in listed


@pytest.mark.journey("service_purchase")
def test_service_purchase(journey, way, cast):
    watch(journey, cast, ("sum", "funds.agreement_signed"), ("distinct", "funds.step_taken"), ("amount", "funds.spent"))
    contract = way.agree("service", "职工心理关爱服务", promised="120000")
    line = way.line("120000", name="购买服务")
    way.step(contract, "accepted", "60000", expect=422)  # nothing was delivered yet
    way.step(contract, "delivered")
    way.step(contract, "accepted", "60000")
    way.step(contract, "supervised")
    told = {"source": "own", "purpose": "service", "line": line.pk, "agreement": contract.pk}
    way.book("spent", "60000.01", expect=422, **told)  # more than was accepted
    way.book("spent", "60000", **told)
    assert "60,000.00" in way.see("county_clerk", "desk-agreement", contract.pk)


@pytest.mark.journey("east_west_cooperation")
def test_east_west_cooperation(journey, way, cast):
    watch(journey, cast, ("sum", "funds.agreement_signed"), ("distinct", "funds.step_taken"), ("amount", "funds.received"))
    agreement = way.agree("cooperation", "工会战略合作协议", content="互派干部、疗休养互认")
    way.step(agreement, "support")
    way.book("received", "300000", source="partner_union", purpose="site", agreement=agreement.pk)
    page = way.see("county_clerk", "desk-agreement", agreement.pk)
    assert "按合同完成" in page
    assert "300,000.00" in page


@pytest.mark.journey("audit_committee")
def test_audit_committee(journey, way, cast):
    watch(journey, cast, *(("sum", f"funds.{fact}") for fact in ("audited", "finding_found", "finding_corrected")))
    today, planned = dates.today(), {"subject": "年度经费审计", "planned_on": dates.today(), "programme": journey.code}
    way.post("county_clerk", "desk-audits", unit=cast.township.pk, **planned)
    audit = Audit.objects.get()
    way.post("county_clerk", "desk-audit", audit.pk, what="held", day=today, report="", expect=422)
    way.post("county_clerk", "desk-audit", audit.pk, what="held", day=today, report="总体规范，一项问题。")
    way.post("county_clerk", "desk-audit", audit.pk, what="found", text="凭证附件不全", due_on=today)
    finding = audit.findings.get()
    way.post("county_clerk", "desk-correct", audit.pk, finding.pk, correction="已补齐")
    assert "已补齐" in way.see("county_clerk", "desk-audit", audit.pk)
