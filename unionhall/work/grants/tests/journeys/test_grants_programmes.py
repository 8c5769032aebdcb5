"""The programmes that this room carries, each travelled over HTTP by the people who do the work."""

import csv
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from unionhall.kernel.people import actions as people
from unionhall.lib import dates
from unionhall.testing import cast as standing
from unionhall.work.grants.models import Application, Batch
from unionhall.work.grants.tests.conftest import assert_books_agree, colleagues, on_file


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

    def person(self, number: int, name: str, head: Any = None) -> Any:
        one = people.register(
            by=None, name=name, home=self.cast.township, id_number=standing.id_number(number),
            sealed={"bank_account": f"62220212345678{number:05d}"},
        )  # fmt: skip
        on_file(self.cast, one, kind="hardship_member" if head else "hardship_household", head=head)
        return one

    def apply(self, person: Any, kind: str, yuan: str, expect: int = 303, **more: Any) -> Application:
        what = f"{self.journey.code}/{kind}"
        self.post("township_clerk", "desk-apply", what=what, person=person.pk, amount=yuan, **more)
        one = Application.objects.latest("id")
        self.post("township_clerk", "desk-submit", one.pk, expect=expect)
        return one

    def approve(self, one: Application, expect: int = 303) -> None:
        self.post("county_clerk", "desk-review", one.pk)
        page = self.see("county_clerk", "desk-application", one.pk)
        line = page.partition('name="line"')[2].partition("困难帮扶")[0].rpartition('value="')[2].partition('"')[0]
        amount = f"{one.asked // 100}"
        self.post("county_clerk", "desk-approve", one.pk, amount=amount, line=line, expect=expect)

    def pay(self, *ones: Application, rejected: int = 0) -> Batch:
        self.post("county_clerk", "desk-batches", application=[one.pk for one in ones])
        batch = Batch.objects.latest("id")
        digest = self.see("county_700", "desk-batch", batch.pk).partition('name="digest" value="')[2].partition('"')[0]
        self.post("county_clerk", "desk-check", batch.pk, digest=digest, expect=422)
        self.post("county_700", "desk-check", batch.pk, digest=digest)
        self.post("county_700", "desk-bank-file", batch.pk, expect=422)
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


def watch(journey, cast):
    for formula, fact in (
        ("amount", "applied"), ("amount", "approved"), ("amount", "paid"), ("sum", "person_paid"), ("distinct", "household_paid"),
    ):  # fmt: skip
        journey.watch(f"{formula}(grants.{fact}; programme={journey.code})", at=cast.city)


@pytest.mark.journey("hardship_relief_fund")
def test_hardship_relief_fund(journey, way, cast):
    watch(journey, cast)
    journey.watch(f"amount(grants.rejected; programme={journey.code})", at=cast.city)
    first, second = way.person(810, "赵大勇"), way.person(811, "钱二勇")
    ones = [way.apply(first, "medical", "8000"), way.apply(second, "accident", "3000")]
    way.apply(first, "medical", "100", expect=422)  # once a year
    for one in ones:
        way.approve(one)
    living = way.apply(first, "living", "600", months=[date(dates.today().year, 5, 1)])
    said = way.post("county_clerk", "desk-review", living.pk, expect=422).content.decode()
    assert "本地区尚未设定该项标准" in said
    batch = way.pay(*ones, rejected=2)
    page = way.see("county_clerk", "desk-batch", batch.pk)
    assert "三数一致" in page
    assert "户名不符" in page
    assert "捌仟元整" in way.see("county_clerk", "desk-voucher", batch.pk, 1)
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
    for one in ones:
        way.approve(one)
    batch = way.pay(*ones)
    assert "8,000.00" in way.see("county_clerk", "desk-batch", batch.pk)
    assert "捌仟元整" in way.see("county_clerk", "desk-signed-list", batch.pk)
    assert_books_agree()
