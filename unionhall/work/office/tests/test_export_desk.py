"""The export page: as the list is filtered, in its columns or all, masked unless somebody may and says why."""

import io
import time
from dataclasses import replace

import openpyxl
import pytest
from django.urls import reverse

from unionhall.kernel.access import actions as access
from unionhall.kernel.access.models import Role
from unionhall.kernel.audit import queries as trail
from unionhall.kernel.exchange import registry
from unionhall.kernel.exchange.models import Job, SheetTemplate
from unionhall.kernel.exchange.tests.conftest import book, upload
from unionhall.kernel.people import actions as people
from unionhall.kernel.people.queries import words
from unionhall.lib import idnumber
from unionhall.work.office.desk import exports

pytestmark = pytest.mark.django_db
NUMBER = "99000019900101001" + idnumber.checksum("99000019900101001")


@pytest.fixture
def exporter(cast):
    """The clerk of the county, who may take people along and reveal them."""
    role = Role.objects.create(code="exporter", zh="导出", permissions=["people.export", "people.reveal", "people.see"])
    access.grant(cast.county_clerk, role=role, at=cast.county, by=None)
    people.register(by=None, name="张三丰", home=cast.factory, id_number=NUMBER, phone="10011110001", sealed={})
    return "county_clerk"


def rows_of(answer):
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    made = openpyxl.load_workbook(io.BytesIO(content))
    return [[[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in made.worksheets]


def test_units_leave_as_the_list_is_filtered_in_its_columns_or_all(cast, get, post):
    page = get("city_clerk", "export", "office.units", level="grassroots").content.decode()
    assert "3 行" in page
    answer = cast.client("city_clerk").post("/export/office.units/?level=grassroots", {"form": "xlsx"})
    first, about = rows_of(answer)
    assert len(first) == 1 + 3
    assert "层数" not in first[0]
    assert ["筛选：层级", "基层"] in about and "层级 基层" in page
    everything, _about = rows_of(cast.client("city_clerk").post("/export/office.units/", {"shape": "all"}))
    assert set(everything[0]) - set(first[0]) == {"拼音首字母", "层数"}


def test_people_leave_masked(cast, exporter, post):
    first, about = rows_of(post(exporter, "export", "office.people", form="xlsx"))
    line = next(line for line in first if line[0].startswith("张"))
    assert NUMBER not in str(first)
    assert "10011110001" not in str(first)
    assert line[2].endswith(NUMBER[-4:])
    assert any("脱敏" in str(line) for line in about)
    assert trail.rows(verb="exchange.exported_plain").count() == 0


@pytest.mark.django_db(transaction=True)
def test_people_leave_in_the_clear_for_a_reason_and_each_reading_is_on_record(cast, exporter, post):
    first, about = rows_of(post(exporter, "export", "office.people", form="xlsx", reason="核对社保名单"))
    line = next(line for line in first if line[0] == "张三丰")
    assert line[2:4] == [NUMBER, "10011110001"]
    assert any("未脱敏" in str(line) for line in about)
    asked = trail.rows(verb="exchange.exported_plain").get()
    assert (asked.actor, asked.reason) == (cast.county_clerk.pk, "核对社保名单")
    person = people.Person.objects.get(name="张三丰")
    assert {words.reason(row) for row in trail.reads(kind="people.person", subject_id=person.pk)} == {"核对社保名单"}


@pytest.mark.django_db(transaction=True)
def test_after_the_password_the_page_stands_again_and_takes_the_file(cast, exporter):
    page, wanted = "/export/office.people/?q=%E5%BC%A0", {"form": "csv", "shape": "all", "reason": "核对社保名单"}
    account, client = cast.account(exporter), cast.client(exporter)
    account.set_password("Brücke-liegt-am-Fluss-77")
    account.save()
    client.force_login(account)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - 3600}]
    session.save()
    again = client.post(page, wanted)
    assert again["Location"] == f"{reverse('account_reauthenticate')}?next=%2Fexport%2Foffice.people%2F"
    back = client.post(again["Location"], {"password": "Brücke-liegt-am-Fluss-77", "next": "/export/office.people/"})
    drawn = back.content.decode()
    assert (back.status_code, back["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert f'action="{page}" data-press="{page}"' in drawn
    assert 'value="核对社保名单"' in drawn and '<option value="csv" selected>' in drawn and '<option value="all" selected>' in drawn
    assert trail.rows(verb="exchange.exported_plain").count() == 0, "nobody has read anything yet"
    assert client.post(page, wanted)["Content-Disposition"].startswith("attachment")
    assert "data-press" not in client.get(page).content.decode()


def test_without_the_right_a_reason_changes_nothing(cast, exporter, get, post, monkeypatch):
    beyond = replace(registry.table("office.people"), plain_permission="access.accounts")
    monkeypatch.setitem(registry._tables, "office.people", beyond)
    assert 'name="reason"' not in get(exporter, "export", "office.people").content.decode()
    first, _about = rows_of(post(exporter, "export", "office.people", form="xlsx", reason="想看"))
    assert NUMBER not in str(first)


@pytest.mark.parametrize(("who", "status"), [("chair", 403), ("worker", 403), ("security_admin", 403)])
def test_those_who_may_not_export_get_nothing(get, post, who, status):
    assert get(who, "export", "office.people").status_code == status
    assert post(who, "export", "office.people").status_code == status
    assert post(who, "export-keep", "office.people").status_code == status


@pytest.mark.parametrize("code", ["nonsense", "office.worklist", "issues.list"])
def test_a_table_without_a_page_is_not_found(get, code):
    assert get("city_clerk", "export", code).status_code == 404


def test_an_own_template_is_kept_used_and_taken_away(cast, get, post):
    content = book(["单位一览"], ["{{名称}}", "{{层级}}"])
    assert post("city_clerk", "export-keep", "office.units", file=upload(content, "上报.xlsx")).status_code == 303
    one = SheetTemplate.objects.get()
    assert "上报.xlsx" in get("city_clerk", "export", "office.units").content.decode()
    first = rows_of(post("city_clerk", "export", "office.units", shape=f"template-{one.pk}"))[0]
    assert first[0][0] == "单位一览"
    assert cast.county.name in [line[0] for line in first]
    assert post("stranger", "export", "office.units", shape=f"template-{one.pk}").status_code == 422
    assert post("stranger", "export-drop", "office.units", template=one.pk).status_code == 404
    assert post("city_clerk", "export-drop", "office.units", template=one.pk).status_code == 303
    assert not SheetTemplate.objects.exists()


def test_a_wrong_template_is_refused_beside_the_field(post):
    answer = post("city_clerk", "export-keep", "office.units", file=upload(b"PK\x03\x04 broken", "a.xlsx"))
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()


def test_a_large_table_becomes_a_task_that_keeps_the_wish(cast, post, monkeypatch):
    monkeypatch.setattr(exports, "LARGE", 1)
    assert post("city_clerk", "export", "office.units", shape="all", form="csv").status_code == 303
    assert Job.objects.get().params["wish"] == {"form": "csv", "every_column": True, "template": None, "reason": ""}


def test_every_table_with_a_page_counts_as_it_lists(cast):
    for code, table in registry.tables().items():
        if table.count is not None:
            filters = {"unit": str(cast.city.pk)}
            by = cast.city_clerk
            assert (code, table.count(by, filters)) == (code, len(list(table.rows(by, filters))))
