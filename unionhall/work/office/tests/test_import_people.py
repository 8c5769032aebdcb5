"""People from a sheet: what is made, what is known, what is asked, what is refused; and taken back."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from unionhall.kernel.exchange.models import Import
from unionhall.kernel.people.models import Person
from unionhall.lib import idnumber

pytestmark = pytest.mark.django_db
HEAD = ["姓名", "身份证号", "手机号", "所属单位"]


def number(n, day="19900101"):
    body = f"990000{day}{n:03d}"
    return body + idnumber.checksum(body)


def book(*lines):
    out = io.BytesIO()
    made = openpyxl.Workbook()
    for line in lines:
        made.active.append(line)
    made.save(out)
    return out.getvalue()


def upload(content, name="花名册.xlsx"):
    return SimpleUploadedFile(name, content)


@pytest.fixture
def bring(post):
    """`bring("county_clerk", content)`: brought, columns as guessed, checked."""

    def brought(who, content, name="花名册.xlsx", kind="people.register"):
        answer = post(who, "import", kind, file=upload(content, name))
        assert answer.status_code == 303, answer.content.decode()
        one = Import.objects.order_by("-pk")[0]
        given = {f"column-{place}": code for place, code in one.mapping.items()}
        assert post(who, "import-assign", one.pk, **given).status_code == 303
        one.refresh_from_db()
        return one

    return brought


def counts(one):
    one.refresh_from_db()
    return {name: count for name in ("made", "changed", "same", "doubtful", "refused", "skipped") if (count := getattr(one, name))}


def test_a_sheet_comes_in_and_the_receipt_balances(cast, bring, post, get):
    one = bring(
        "county_clerk",
        book(
            ["2025年职工花名册"],
            HEAD,
            ["示例：张三", "1", "2", ""],
            ["张三丰", number(1), "10011110001", "红旗机械"],
            [" 李　四 ", number(3), "１００ 1111 0002", ""],
            ["王五", "4.30104E+17", "", ""],
            ["合计", "3", "", ""],
        ),
    )
    assert one.state == "checked"
    assert counts(one) == {"made": 2, "refused": 1}
    page = get("county_clerk", "import-page", one.pk).content.decode()
    assert "科学计数" in page
    assert post("county_clerk", "import-run", one.pk).status_code == 303
    assert counts(one) == {"made": 2, "refused": 1}
    assert one.state == "done"
    made = {person.name: person for person in Person.objects.filter(name__in=["张三丰", "李四"])}
    assert made["张三丰"].home == cast.factory
    assert made["李四"].home == cast.county
    assert made["李四"].phone_last4 == "0002"
