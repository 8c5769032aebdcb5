"""The first run: steps that are read from the data, and units that come in from a sheet, all rows or none."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from unionhall.kernel.organizations.models import Organization

pytestmark = pytest.mark.django_db
HEADINGS = ["单位编码", "名称", "简称", "层级", "类型", "上级编码"]
GOOD = [
    ["SF-0001", "开发区总工会", "开发区总", "县", "总工会", ""],
    ["SF-0002", "开发区街道总工会", "开发街道", "街道", "总工会", "SF-0001"],
    ["SF-0003", "新能源公司工会", "新能源", "基层", "基层工会", "SF-0002"],
]
FAULTY = [
    GOOD[0],
    ["SF-0002", "", "开发街道", "街道", "总工会", "SF-0001"],
    ["SF-0003", "新能源公司工会", "", "星球", "基层工会", "SF-0002"],
]


def sheet(rows, name="units.csv", headings=HEADINGS):
    out = io.StringIO(newline="")
    csv.writer(out).writerows([headings, *rows])
    return SimpleUploadedFile(name, out.getvalue().encode("utf-8-sig"), content_type="text/csv")


def checked_of(answer):
    return answer.content.decode().partition('name="checked" value="')[2].partition('"')[0]


def test_the_steps_follow_what_is_there(cast, get):
    body = get("system_admin", "setup").content.decode()
    assert reverse("office:calendar") in body
    assert f"{Organization.objects.filter(until=None).count()}" in body


@pytest.mark.parametrize("who", ["city_clerk", "security_admin", "auditor", "chair"])
def test_setting_up_is_for_the_system_administrator(get, who):
    assert get(who, "setup").status_code == 403


def test_a_sheet_is_shown_before_it_comes_in(cast, post):
    before = Organization.objects.count()
    answer = post("system_admin", "setup-units", file=sheet(GOOD))
    assert (answer.status_code, Organization.objects.count()) == (200, before)
    done = post("system_admin", "setup-units", checked=checked_of(answer))
    assert (done.status_code, done.url) == (303, reverse("office:units"))
    assert Organization.objects.get(code="SF-0003").parent.code == "SF-0002"
    assert Organization.objects.get(code="SF-0001").parent_id == cast.city.pk


def test_two_faulty_rows_are_named_and_nothing_comes_in(cast, post):
    before = Organization.objects.count()
    body = post("system_admin", "setup-units", file=sheet(FAULTY)).content.decode()
    assert Organization.objects.count() == before
    assert 'name="checked"' not in body
    assert "星球" in body
    assert {row for row in ("3", "4") if f'data-label="行">{row}</td>' in body} == {"3", "4"}


def test_the_mended_sheet_comes_in_and_twice_changes_nothing(cast, post):
    post("system_admin", "setup-units", file=sheet(FAULTY))
    post("system_admin", "setup-units", checked=checked_of(post("system_admin", "setup-units", file=sheet(GOOD))))
    after = Organization.objects.count()
    again = post("system_admin", "setup-units", file=sheet(GOOD))
    post("system_admin", "setup-units", checked=checked_of(again))
    assert Organization.objects.count() == after


def test_an_altered_receipt_is_refused(cast, post):
    before = Organization.objects.count()
    receipt = checked_of(post("system_admin", "setup-units", file=sheet(GOOD)))
    assert post("system_admin", "setup-units", checked=receipt[:-2] + "xx").status_code == 422
    assert Organization.objects.count() == before


@pytest.mark.parametrize(
    "file",
    [
        SimpleUploadedFile("units.xlsx", b"PK\x03\x04 broken"),
        SimpleUploadedFile("units.exe", b"MZ..."),
        SimpleUploadedFile("units.csv", b""),
    ],
)
def test_what_is_no_sheet_is_refused_beside_the_field(post, file):
    answer = post("system_admin", "setup-units", file=file)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()


def test_a_sheet_without_its_columns_names_them(post):
    body = post("system_admin", "setup-units", file=sheet([["x"]], headings=["别的"])).content.decode()
    assert "单位编码" in body
    assert "名称" in body


@pytest.mark.parametrize("who", ["leader", "chair", "security_admin"])
def test_others_import_nothing(post, who):
    before = Organization.objects.count()
    assert post(who, "setup-units", file=sheet(GOOD)).status_code == 403
    assert Organization.objects.count() == before


def test_the_template_has_the_headings(get):
    answer = get("system_admin", "units-template")
    assert answer.content.decode("utf-8-sig").splitlines()[0].split(",")[:6] == HEADINGS
