"""The programmes that this room carries, each travelled over HTTP by the people who do the work."""

import csv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from unionhall.kernel.people import actions as people
from unionhall.kernel.policies import actions as policies
from unionhall.lib import clock, dates
from unionhall.testing import cast as standard
from unionhall.work.grants import registry, rules
from unionhall.work.grants.actions import accounts, postings
from unionhall.work.grants.models import Application, Batch, Objection
from unionhall.work.grants.tests.conftest import SINCE, YUAN, assert_books_agree, colleagues, on_file


@dataclass(frozen=True, slots=True)
class Shape:
    """How one programme asks: the kind, what is asked, and what the region's rules and the person's standing must be for it."""

    kind: str
    yuan: str
    standing: str = ""
    rules: Mapping[str, int] = field(default_factory=dict)
    more: Mapping[str, object] = field(default_factory=dict)
    unit: bool = False  # the money goes to the unit's own account


class Way:
    """The browsers of one journey: the township registers, the county decides, two colleagues check and pay."""

    def __init__(self, journey: Any) -> None:
        self.journey, self.cast, self.browsers = journey, journey.cast, {}
        colleagues(self.cast)
        today = dates.today()
        fields = {"since": today.replace(month=1, day=1), "until": today.replace(month=12, day=31), "name": ""}
        answer = self.by("county_clerk").post(reverse("office:edition-open", args=[journey.code]), fields)
        assert answer.status_code == 303, answer.content.decode()[:3000]
        line = {"source": "own", "purpose": "relief", "year": today.year, "name": "困难帮扶", "ceiling": "50000"}
        assert self.by("county_clerk").post(reverse("funds:desk-lines"), line).status_code == 303

    def by(self, who: str) -> Any:
        if who not in self.browsers:
            self.browsers[who] = self.journey.client(who)
        return self.browsers[who]

    def post(self, who: str, door: str, /, *args: Any, expect: int = 303, **fields: Any) -> Any:
        answer = self.by(who).post(reverse(f"grants:{door}", args=args), fields)
        assert answer.status_code == expect, f"{door}: {answer.status_code} {answer.content.decode()[:3000]}"
        return answer

    def see(self, who: str, door: str, /, *args: Any) -> str:
        answer = self.by(who).get(reverse(f"grants:{door}", args=args))
        assert answer.status_code == 200
        return answer.content.decode()

    def rules(self, values: Mapping[str, int]) -> None:
        """What the region's document says."""
        for code, value in values.items():
            policies.set_value(
                f"grants.{code}", value, organization=self.cast.city, since=SINCE, source="市总办法", by=self.cast.city_clerk
            )

    def unit_account(self) -> None:
        """The county notes where the township's own money goes."""
        accounts.set_account(
            organization=self.cast.township, name="红旗街道总工会", bank="红旗信用社", number="62220212345679999",
            by=self.cast.county_clerk,
        )  # fmt: skip

    def person(self, number: int, name: str, head: Any = None, standing: str = "file") -> Any:
        one = people.register(
            by=None, name=name, home=self.cast.township, id_number=standard.id_number(number),
            sealed={"bank_account": f"62220212345678{number:05d}"},
        )  # fmt: skip
        if standing == "file":
            on_file(self.cast, one, kind="hardship_member" if head else "hardship_household", head=head)
        elif standing:
            on_file(self.cast, one, kind=standing)
        return one

    def apply(self, person: Any, kind: str, yuan: str, expect: int = 303, **more: Any) -> Application:
        what = f"{self.journey.code}/{kind}"
        if registry.TERMS[self.journey.code][kind].excludes:
            more = {"exclusion": rules.NOT_EXCLUDED, **more}
        self.post("township_clerk", "desk-apply", what=what, person=person.pk, amount=yuan, **more)
        one = Application.objects.latest("id")
        self.post("township_clerk", "desk-submit", one.pk, expect=expect)
        return one

    def apply_again(self, person: Any, kind: str, yuan: str, **more: Any) -> str:
        """What is said to a second application for the same."""
        what = f"{self.journey.code}/{kind}"
        self.post("township_clerk", "desk-apply", what=what, person=person.pk, amount=yuan, **more)
        answer = self.post("township_clerk", "desk-submit", Application.objects.latest("id").pk, expect=422)
        return str(answer.content.decode())

    def approve(self, one: Application, expect: int = 303) -> None:
        self.post("county_clerk", "desk-review", one.pk)
        page = self.see("county_clerk", "desk-application", one.pk)
        line = page.partition('name="line"')[2].partition("困难帮扶")[0].rpartition('value="')[2].partition('"')[0]
        amount = f"{one.asked // 100}"
        self.post("county_clerk", "desk-approve", one.pk, amount=amount, line=line, expect=expect)

    @contextmanager
    def noticed(self, *ones: Application) -> Iterator[None]:
        """The public notice of grants: posted masked, unpayable, objected to and decided by another person, over by the clock."""
        assert {Application.objects.get(pk=one.pk).state for one in ones} == {"noticed"}
        posted = Client().get(reverse("grants:public", args=[self.cast.county.pk])).content.decode()
        assert f"{ones[0].person.name[0]}*" in posted
        assert ones[0].person.name not in posted
        self.post("county_clerk", "desk-batches", application=[one.pk for one in ones], expect=422)
        self.post("county_clerk", "desk-object", ones[0].pk, way="phone", words="有经营收入")
        case = Objection.objects.latest("id").pk
        self.post("county_clerk", "desk-objection", case, upheld="no", words="自己查自己", expect=422)
        with clock.fixed(clock.now() + timedelta(days=20)):
            self.browsers = {}  # weeks later everybody signs in again
            assert postings.close_expired() == len(ones) - 1
            self.post("county_700", "desk-objection", case, upheld="no", words="入户核实，反映不实")
            assert postings.close_expired() == 1
            yield

    def pay(self, *ones: Application, rejected: int = 0) -> Batch:
        self.post("county_clerk", "desk-batches", application=[one.pk for one in ones])
        batch = Batch.objects.latest("id")
        digest = self.see("county_700", "desk-batch", batch.pk).partition('name="digest" value="')[2].partition('"')[0]
        seen = {
            "digest": digest,
            "total": f"{sum(one.approved or 0 for one in Application.objects.filter(payments__batch=batch)) / 100:.2f}",
        }
        self.post("county_clerk", "desk-check", batch.pk, expect=422, **seen)
        assert (
            "不符，未复核"
            in self.post("county_700", "desk-check", batch.pk, digest=digest, total="0.01", expect=422).content.decode()
        )
        self.post("county_700", "desk-check", batch.pk, **seen)
        self.post("county_700", "desk-release", batch.pk, expect=422)
        self.post("county_701", "desk-release", batch.pk)
        handed = self.post("county_701", "desk-bank-file", batch.pk, expect=200)
        self.answer(batch, b"".join(handed), rejected)
        return batch

    def answer(self, batch: Batch, file: bytes, rejected: int) -> None:
        rows = list(load_workbook(BytesIO(file), read_only=True).worksheets[0].iter_rows(values_only=True))[1:]
        assert all(str(row[2]).startswith("6222021234567") for row in rows)
        said = StringIO()
        sheet = csv.writer(said)
        sheet.writerow(["附言", "金额", "结果", "原因"])
        for number, _name, _account, amount, reference in rows:
            sheet.writerow([reference, amount, *(("退票", "户名不符") if int(number) == rejected else ("成功", ""))])
        right = said.getvalue()
        more = SimpleUploadedFile("回盘.csv", f"{right}FF-9999-1,1.00,成功,\n".encode())
        assert "整个文件未采用" in self.post("county_701", "desk-results", batch.pk, file=more, expect=422).content.decode()
        self.post("county_701", "desk-results", batch.pk, file=SimpleUploadedFile("回盘.csv", right.encode()))


@pytest.fixture
def way(journey) -> Way:
    return Way(journey)


def watch(journey, cast, *, unit=False):
    """Every figure that a grant moves on its way."""
    whom = [("distinct", "unit_paid")] if unit else [("sum", "person_paid"), ("distinct", "household_paid")]
    for formula, fact in (("amount", "applied"), ("amount", "approved"), ("amount", "paid"), *whom):
        journey.watch(f"{formula}(grants.{fact}; programme={journey.code})", at=cast.city)


@pytest.mark.journey("hardship_relief_fund")
def test_hardship_relief_fund(journey, way, cast):
    watch(journey, cast)
    journey.watch(f"sum(grants.objected; programme={journey.code}, against=objection)", at=cast.city)
    journey.watch(f"amount(grants.rejected; programme={journey.code})", at=cast.city)
    first, second = way.person(810, "赵大勇"), way.person(811, "钱二勇")
    ones = [way.apply(first, "medical", "8000"), way.apply(second, "accident", "3000")]
    way.apply(first, "medical", "100", expect=422)  # once a year
    for one in ones:
        way.approve(one)
    living = way.apply(first, "living", "600", months=[date(dates.today().year, 5, 1)])
    said = way.post("county_clerk", "desk-review", living.pk, expect=422).content.decode()
    assert "本地区尚未设定该项标准" in said
    with way.noticed(*ones):
        batch = way.pay(*ones, rejected=2)
        page = way.see("county_clerk", "desk-batch", batch.pk)
        assert "三数一致" in page
        assert "户名不符" in page
        assert "捌仟元整" in way.see("county_clerk", "desk-voucher", batch.payments.order_by("number")[0].pk)
        assert "壹万壹仟元整" in way.see("county_clerk", "desk-signed-list", batch.pk)
        again = way.pay(ones[1])
        assert "三数一致" in way.see("county_clerk", "desk-batch", again.pk)
    assert_books_agree()


@pytest.mark.journey("autumn_aid")
def test_autumn_aid(journey, way, cast):
    watch(journey, cast)
    parent = way.person(820, "赵大勇")
    pupils = [way.person(821 + place, f"赵{name}宝", head=parent) for place, name in enumerate("大小")]
    ones = [
        way.apply(pupil, stage, yuan, payee=parent.pk)
        for pupil, stage, yuan in zip(pupils, ("university", "high"), ("5000", "3000"), strict=True)
    ]
    way.apply(pupils[0], "high", "3000", payee=parent.pk, expect=422)  # one pupil, one aid a year
    abroad = way.person(823, "赵中宝", head=parent)
    way.apply(abroad, "university", "5000", payee=parent.pk, exclusion="abroad", expect=422)
    assert "自费出国留学，不予资助。" in way.see("township_clerk", "desk-application", Application.objects.latest("id").pk)
    for one in ones:
        way.approve(one)
    with way.noticed(*ones):
        batch = way.pay(*ones)
        assert "8,000.00" in way.see("county_clerk", "desk-batch", batch.pk)
        assert "捌仟元整" in way.see("county_clerk", "desk-signed-list", batch.pk)
    assert_books_agree()


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param(Shape("medical", "8000", "file"), id="illness", marks=pytest.mark.journey("serious_illness")),
        pytest.param(Shape("layoff", "3000", "file"), id="daily", marks=pytest.mark.journey("daily_student_relief")),
        pytest.param(
            Shape("festival", "3000", "model_worker", {"model_worker_festival": 3_000 * YUAN}),
            id="festival",
            marks=pytest.mark.journey("model_worker_benefit"),
        ),
        pytest.param(
            Shape("place", "1000", "", {"nursery_monthly": 500 * YUAN}, {"matter": "红旗托育园01号", "months": 2}),
            id="nursery",
            marks=pytest.mark.journey("nursery_subsidy"),
        ),
        pytest.param(
            Shape("interest", "600", "", {"interest_share": 50, "interest_cap": 5_000 * YUAN}, {"basis": "1200"}),
            id="interest",
            marks=pytest.mark.journey("loan_interest_subsidy"),
        ),
        pytest.param(
            Shape("support", "20000", "", {"startup_cap": 20_000 * YUAN}, {"matter": "返乡养殖项目"}),
            id="startup",
            marks=pytest.mark.journey("startup_support"),
        ),
        pytest.param(
            Shape("project", "20000", "studio", {"studio_project_cap": 20_000 * YUAN}, {"matter": "焊接机器人改造"}, unit=True),
            id="studio",
            marks=pytest.mark.journey("studio_funding"),
        ),
        pytest.param(
            Shape("base", "20000", "", {"palace_base": 30_000 * YUAN}, {"matter": "红旗工人文化宫"}, unit=True),
            id="palace",
            marks=pytest.mark.journey("palace_subsidy"),
        ),
        pytest.param(
            Shape("case_subsidy", "2000", "", {"case_subsidy": 2_000 * YUAN}, {"matter": "法援2026-001"}),
            id="case",
            marks=pytest.mark.journey("lottery_fund_legal_aid"),
        ),
        pytest.param(
            Shape("lodging", "1500", "model_worker", {"paid_leave_cap": 1_500 * YUAN}, {"basis": "1800"}),
            id="leave",
            marks=pytest.mark.journey("paid_leave"),
        ),
    ],
)
def test_a_programme_that_grants_by_rule(journey, way, cast, shape):
    watch(journey, cast, unit=shape.unit)
    if shape.unit:
        way.unit_account()
    if "matter" in shape.more:
        journey.watch(f"distinct(grants.matter_applied; programme={journey.code})", at=cast.city)
        journey.watch(f"distinct(grants.matter_paid; programme={journey.code})", at=cast.city)
    way.rules(shape.rules)
    person = way.person(830, "赵大勇", standing=shape.standing)
    year = dates.today().year
    more = {**shape.more, "months": [f"{year}-{month:02d}-01" for month in range(1, 1 + int(str(shape.more.get("months", 0))))]}
    if shape.standing:
        other = way.person(831, "钱二勇", standing="")
        bare = way.apply(other, shape.kind, shape.yuan, **more)
        said = way.post("county_clerk", "desk-review", bare.pk, expect=422).content.decode()
        assert "不具备所需身份" in said or "先建档、后帮扶" in said
        way.post("township_clerk", "desk-withdraw", bare.pk, words="不符合条件")
    one = way.apply(person, shape.kind, shape.yuan, **more)
    assert "同期已有同类救助" in way.apply_again(person, shape.kind, shape.yuan, **more)
    way.approve(one)
    batch = way.pay(one)
    assert "三数一致" in way.see("county_clerk", "desk-batch", batch.pk)
    assert_books_agree()


@pytest.mark.journey("medical_mutual_aid")
def test_medical_mutual_aid(journey, way, cast):
    watch(journey, cast)
    journey.watch(f"distinct(grants.joined; programme={journey.code})", at=cast.city)
    journey.watch(f"amount(grants.contributed; programme={journey.code})", at=cast.city)
    way.rules({
        "mutual_aid_fee": 80 * YUAN, "mutual_aid_cap": 5_000 * YUAN, "mutual_aid_share": 60, "mutual_aid_deductible": 1_000 * YUAN,
        "mutual_aid_wait_days": 0, "mutual_aid_illness_fee": 30 * YUAN, "mutual_aid_illness_wait_days": 0,
        "mutual_aid_illness_sum": 20_000 * YUAN,
    })  # fmt: skip
    person = way.person(840, "赵大勇", standing="")
    claim = {"matter": "2026年住院一次", "basis": "11000", "happened_on": dates.today()}
    early = way.apply(person, "claim", "5000", **claim)
    assert "不具备所需身份" in way.post("county_clerk", "desk-review", early.pk, expect=422).content.decode()
    way.post("township_clerk", "desk-withdraw", early.pk, words="先办理参加")
    joining = {"person": person.pk, "plan": "claim", "payer": "self"}
    way.post("township_clerk", "desk-covers", **joining)
    way.post("township_clerk", "desk-covers", **joining, expect=409)
    way.post("township_clerk", "desk-covers", **joining | {"plan": "accident"}, expect=422)  # the region has set no fee
    way.post("township_clerk", "desk-covers", **joining | {"plan": "illness", "payer": "union"})
    one = way.apply(person, "claim", "5000", **claim)
    page = way.see("county_clerk", "desk-application", one.pk)
    for said in ("扣除1,000.00元：起付线", "扣除4,000.00元：按60%支付", "扣除1,000.00元：超过上限", "可支付5,000.00元"):
        assert said in page
    other = way.apply(person, "illness", "20000", matter="2026年确诊", happened_on=dates.today())
    none = way.apply(person, "accident", "100", matter="2026年受伤", happened_on=dates.today())
    assert "不具备所需身份" in way.post("county_clerk", "desk-review", none.pk, expect=422).content.decode()
    way.approve(other)
    way.approve(one)
    batch = way.pay(one, other)
    assert "三数一致" in way.see("county_clerk", "desk-batch", batch.pk)
    assert_books_agree()
