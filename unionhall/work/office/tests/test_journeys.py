"""The desk in a real browser, at a desk and on a phone: each journey does its work, and every page on the way is clean."""

import csv
import io
from datetime import date

import pytest
from django.urls import reverse

from unionhall.kernel.access import actions as access
from unionhall.kernel.access.models import Role
from unionhall.kernel.audit import queries as audit
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.queries import words
from unionhall.kernel.policies import queries as policies
from unionhall.kernel.programmes import actions as programmes
from unionhall.kernel.programmes.models import Edition

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = pytest.mark.parametrize("width", [1440, 375])
NEW = "qiaoliang-zhufeng-2026-Lan"


@WIDTHS
def test_sign_in_with_a_one_time_password_and_change_it(window, live_server, cast, width):
    password = access.reset_password(cast.account("chair"), by=cast.security_admin)
    opened = window(width)
    opened.open(reverse("account_login"))
    opened.expect_clean()
    page = opened.page
    page.fill("input[name=login]", cast.account("chair").username)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_selector("input[name=oldpassword]")
    opened.expect_clean()
    opened.shot(f"office-password-{width}")
    page.fill("input[name=oldpassword]", password)
    page.fill("input[name=password1]", NEW)
    page.fill("input[name=password2]", NEW)
    page.press("input[name=password2]", "Enter")
    page.wait_for_selector("h1")
    opened.open("/")
    assert page.inner_text("h1") == "我的工作台"
    assert cast.account("chair").check_password(NEW)


@WIDTHS
def test_from_my_desk_to_a_task_and_back(window, live_server, cast, desk, width):
    for number in range(1, 4):
        desk.dispatched(desk.issue(f"第 {number} 个问题"))
    opened = window(width, person=cast.client("township_clerk"))
    opened.open("/")
    opened.expect_clean()
    opened.shot(f"office-home-{width}")
    opened.page.click("td.main a >> nth=0")
    opened.page.wait_for_url("**/issues/**")
    opened.expect_clean()
    opened.page.go_back()
    assert opened.page.inner_text("h1") == "我的工作台"
    opened.open(f"{reverse('office:worklist')}?tab=mine")
    opened.expect_clean()
    opened.shot(f"office-worklist-{width}")


@WIDTHS
def test_a_unit_is_founded(window, live_server, cast, width):
    opened = window(width, person=cast.client("county_clerk"))
    opened.open(reverse("office:unit", args=[cast.county.pk]))
    opened.expect_clean()
    opened.shot(f"office-unit-{width}")
    opened.page.click("text=新建下级组织")
    opened.page.fill("#id_name", "城关区快递行业工会联合会")
    opened.page.fill("#id_short_name", "快递联合会")
    opened.page.select_option("select[name=level]", "township")
    opened.page.select_option("select[name=kind]", "joint")
    opened.expect_clean()
    opened.shot(f"office-found-{width}")
    opened.page.click(".form-actions .btn-primary")
    opened.page.wait_for_selector("h1:has-text('快递')")
    assert Organization.objects.get(name="城关区快递行业工会联合会").parent_id == cast.county.pk


@WIDTHS
def test_a_value_is_revealed_with_a_reason(window, live_server, cast, width):
    opened = window(width, person=cast.client("county_clerk"))
    opened.open(reverse("office:person", args=[cast.worker.pk]))
    opened.expect_clean()
    opened.page.click("dl.facts details summary >> nth=0")
    opened.page.fill("dl.facts details[open] input[name=reason]", "核对困难帮扶申请")
    opened.shot(f"office-person-{width}")
    opened.page.click("dl.facts details[open] button")
    opened.page.wait_for_selector(".revealed")
    opened.expect_clean()
    opened.shot(f"office-revealed-{width}")
    assert words.reason(audit.reads(kind="people.person", subject_id=cast.worker.pk).get()) == "核对困难帮扶申请"


@WIDTHS
def test_an_edition_is_opened(window, live_server, cast, width):
    programmes.load_catalogue()
    opened = window(width, person=cast.client("city_clerk"))
    opened.open(reverse("office:programme", args=["issue_list_closure"]))
    opened.page.click("text=开展一期")
    opened.expect_clean()
    opened.shot(f"office-edition-{width}")
    opened.page.click(".form-actions .btn-primary")
    opened.page.wait_for_selector(".tabs, nav[aria-label='各期']")
    opened.expect_clean()
    opened.shot(f"office-programme-{width}")
    assert Edition.objects.get().organization_id == cast.city.pk


@WIDTHS
def test_a_figure_is_opened_down_to_a_record(window, live_server, cast, desk, width):
    research = desk.list()
    desk.checked(desk.issue("书屋陈旧", onto=research))
    desk.issue("缺人手", "few_hands", onto=research)
    desk.issue("街道问题", at=cast.township, by=cast.township_clerk)
    opened = window(width, person=cast.client("county_clerk"))
    opened.open(reverse("office:figure", args=["issues.identified"]))
    assert opened.page.inner_text(".figure-exact strong") == "3"
    opened.expect_clean()
    opened.shot(f"office-figure-{width}")
    opened.page.click("td.number a >> nth=0")
    opened.page.wait_for_load_state()
    opened.expect_clean()
    opened.page.click("#records ~ * a, section[aria-labelledby=records] tbody a >> nth=0")
    opened.page.wait_for_url("**/issues/**")
    opened.open(reverse("office:figure", args=["issues.resolution_rate"]))
    opened.expect_clean()
    opened.shot(f"office-rate-{width}")


@WIDTHS
def test_a_day_of_the_calendar_is_changed(window, live_server, cast, width):
    access.grant(cast.system_admin, role=Role.objects.get(code="system_admin"), at=cast.province, by=None)
    opened = window(width, person=cast.client("system_admin"))
    opened.open(f"{reverse('office:calendar')}?year=2026")
    opened.expect_clean()
    opened.page.fill("input[name=day]", "2026-11-04")
    opened.page.select_option("select[name=working]", "0")
    opened.page.fill("input[name=note]", "地方纪念日")
    opened.page.click(".form-actions .btn-primary")
    opened.page.wait_for_selector("td.free[title='地方纪念日']")
    opened.expect_clean()
    opened.shot(f"office-calendar-{width}")
    assert policies.working_calendar().is_working(date(2026, 11, 4)) is False


@WIDTHS
def test_units_come_in_after_two_faulty_rows_were_mended(window, live_server, cast, width, tmp_path):
    opened = window(width, person=cast.client("system_admin"))
    opened.open(reverse("office:setup"))
    opened.expect_clean()
    opened.shot(f"office-setup-{width}")
    before = Organization.objects.count()
    opened.open(reverse("office:import", args=["organizations.units"]))
    opened.expect_clean()
    opened.shot(f"office-import-bring-{width}")
    opened.page.set_input_files("input[type=file]", _sheet(tmp_path / "faulty.csv", name="", level="星球"))
    opened.page.click("form[enctype] .btn-primary")
    opened.page.wait_for_selector("input[name=cell-3-name]")
    opened.expect_clean()
    opened.shot(f"office-import-faulty-{width}")
    assert Organization.objects.count() == before
    opened.page.fill("input[name=cell-3-name]", "开发街道总工会")
    opened.page.fill("input[name=cell-4-level]", "基层")
    opened.page.click("form:has(input[name=cell-3-name]) .btn-primary")
    opened.page.wait_for_selector("text=没有需要处理的行")
    opened.expect_clean()
    opened.page.click("form[action$=run] .btn-primary")
    opened.page.wait_for_selector("#receipt")
    opened.expect_clean()
    opened.shot(f"office-import-receipt-{width}")
    assert Organization.objects.count() == before + 3


def _sheet(path, *, name, level):
    out = io.StringIO(newline="")
    csv.writer(out).writerows(
        [
            ["单位编码", "名称", "简称", "层级", "类型", "上级编码"],
            ["SF-0001", "开发区总工会", "开发区总", "县", "总工会", ""],
            ["SF-0002", name, "开发街道", "街道", "总工会", "SF-0001"],
            ["SF-0003", "新能源公司工会", "新能源", level, "基层工会", "SF-0002"],
        ]
    )
    path.write_bytes(out.getvalue().encode("utf-8-sig"))
    return str(path)
