"""The page of a batch: its lines, payees named twice, the bank's own workbook, and what accountants take along."""

import time
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from unionhall.kernel.audit import queries as audit
from unionhall.kernel.exchange.actions import export_table, fill_template
from unionhall.work.grants.actions import batches, settling
from unionhall.work.grants.queries import paying
from unionhall.work.grants.tests.conftest import YUAN, answers

pytestmark = pytest.mark.django_db


def bank_workbook():
    """A bank's form: its own title, order of columns and words; marks say what goes where."""
    book = Workbook()
    sheet = book.active
    sheet.append(["代发工资文件"])
    sheet.append(["户名", "卡号", "实发金额", "附言"])
    sheet.append(["{{收款人}}", "{{账号}}", "{{金额}}", "{{附言}}"])
    out = BytesIO()
    book.save(out)
    return SimpleUploadedFile("农商行代发.xlsx", out.getvalue())


def cells(content):
    return [[cell for cell in row if cell is not None] for row in load_workbook(BytesIO(content)).worksheets[0].values]


def test_the_banks_own_workbook_is_filled_with_whole_accounts_and_numbers(office, cast):
    one = office.approve(amount=1_234_56)
    batch = office.batch(one)
    batches.check(batch_id=batch.pk, digest=batches.content_digest(batch), by=office.checker)
    kept = fill_template.keep_template(table="grants.bank", upload=bank_workbook(), by=office.payer, at=cast.county)
    payer = cast.client("county_701")
    page = payer.get(reverse("grants:desk-batch", args=[batch.pk])).content.decode()
    assert "农商行代发" in page
    release, file = (reverse(f"grants:desk-{name}", args=[batch.pk]) for name in ("release", "bank-file"))
    assert payer.post(release, {"format": "99999"}).status_code == 422
    assert payer.post(file, {"format": kept.pk}).status_code == 409, "nothing leaves before the release"
    batch.refresh_from_db()
    assert batch.state == "checked"  # a form that nobody knows releases nothing
    released = payer.post(release, {"format": kept.pk})
    assert (released.status_code, released["Location"]) == (303, f"{reverse('grants:desk-batch', args=[batch.pk])}?file={kept.pk}")
    page = payer.get(released["Location"]).content.decode()
    assert ("data-press" in page, f'value="{kept.pk}" selected' in page, "批次已放行" in page) == (True, True, True)
    assert "data-press" not in payer.get(f"{reverse('grants:desk-batch', args=[batch.pk])}?file=99999").content.decode()
    assert "data-press" not in cast.client("county_700").get(released["Location"]).content.decode(), "the payer alone takes it"
    answer = payer.post(file, {"format": kept.pk})
    rows = cells(b"".join(answer))
    assert rows[:2] == [["代发工资文件"], ["户名", "卡号", "实发金额", "附言"]]
    assert rows[2] == [one.payee.name, f"62220212345678{office.number:05d}", 1234.56, batch.payments.get().reference]


def test_sums_leave_as_numbers_for_banks_in_either_form(office, cast):
    batch = office.exported(office.approve(amount=1_234_56))
    asked = {"code": "grants.bank", "at": cast.county, "filters": {"batch": str(batch.pk)}, "by": office.payer}
    text = export_table.export_table(**asked, form="csv").content.decode("utf-8-sig")
    assert ",1234.56," in text
    assert cells(export_table.export_table(**asked).content)[1][3] == 1234.56


def test_the_lines_that_pay_are_named_by_source_purpose_and_year(office):
    batch = office.batch(office.approve(amount=1_000 * YUAN), office.approve(amount=500 * YUAN))
    [line] = paying.lines(batch)
    assert (line.name, line.amount, line.free) == ("困难帮扶", 1_500 * YUAN, 98_500 * YUAN)
    assert (str(line.funding), str(line.purpose), line.year) == ("工会经费", "困难职工帮扶", office.line.year)


def test_who_is_paid_twice_is_named_with_the_numbers(office):
    person = office.person()
    ones = [office.approve(person), office.approve(), office.approve(person, code="warmth_sending", kind="money")]
    assert paying.repeated(office.batch(*ones)) == (1, [(person.name, [1, 3])])
    assert paying.repeated(office.batch(office.approve())) == (0, [])


def test_accountants_get_every_voucher_with_its_year_and_three_persons(office, cast):
    batch = office.exported(office.approve(), office.approve())
    settling.settle(batch_id=batch.pk, answers=answers(batch, rejected=(2,)), by=office.payer)
    told = list(paying.rows(cast.county_clerk, {"batch": str(batch.pk)}))
    assert [(one["voucher"], one["amount"], one["reason"]) for one in told] == [
        (f"{batch.reference}-1", 1_000 * YUAN, ""),
        (f"{batch.reference}-2", 1_000 * YUAN, "账号户名不符"),
    ]
    assert (told[0]["maker"], told[0]["checker"], told[0]["payer"]) == (
        cast.county_clerk.name, office.checker.name, office.payer.name,
    )  # fmt: skip
    assert told[0]["payee"].endswith("*")
    assert (told[0]["funding"], told[0]["year"]) == ("工会经费", str(office.line.year))
    assert paying.count(cast.county_clerk, {"year": "1999"}) == 0
    assert [paying.count(cast.county_clerk, {"year": other}) for other in ("0000", "９９９９", "20260")] == [2, 2, 2]  # no year
    assert paying.count(cast.county_clerk, {"unit": str(cast.county.pk)}) == 2
    assert list(paying.rows(cast.stranger, {})) == []


def test_all_vouchers_of_a_batch_print_together_with_capitals(office, cast):
    batch = office.batch(office.approve(), office.approve(amount=2_000 * YUAN))
    page = cast.client("county_clerk").get(reverse("grants:desk-vouchers", args=[batch.pk])).content.decode()
    assert page.count('class="voucher"') == 2
    for said in ("壹仟元整", "贰仟元整", "工会经费"):
        assert said in page


def test_a_batch_that_lies_here_is_not_called_sent(office, cast):
    batch = office.batch(office.approve())
    clerk = cast.client("county_clerk")
    url = reverse("grants:desk-batch", args=[batch.pk])
    assert "已送银行" not in clerk.get(url).content.decode()
    batches.check(batch_id=batch.pk, digest=batches.content_digest(batch), by=office.checker)
    batches.export(batch_id=batch.pk, by=office.payer)
    assert "已送银行" in clerk.get(url).content.decode()


def test_a_file_asked_for_with_a_stale_sign_in_is_taken_from_the_batch_page(office, cast):
    batch = office.exported(office.approve())
    payer, file = cast.client("county_701"), reverse("grants:desk-bank-file", args=[batch.pk])
    account = cast.account("county_701")
    account.set_password("Brücke-liegt-am-Fluss-77")
    account.save()
    payer.force_login(account)
    session = payer.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - 3600}]
    session.save()
    again = payer.post(file, {"format": "csv"})
    assert (again.status_code, again["Location"].partition("?")[0]) == (302, reverse("account_reauthenticate"))
    back = payer.post(again["Location"], {"password": "Brücke-liegt-am-Fluss-77", "next": file})
    assert (back.status_code, back["Location"]) == (303, f"{reverse('grants:desk-batch', args=[batch.pk])}?file=csv")
    assert not audit.rows().filter(verb="exchange.exported_plain").exists(), "nobody has read an account yet"
    assert payer.post(file, {"format": "csv"})["Content-Disposition"].startswith("attachment")


def test_the_file_of_a_batch_says_its_number_and_not_that_of_a_row(office, cast):
    batch = office.exported(office.approve())
    for code in ("grants.bank", "grants.payments"):
        asked = {"code": code, "at": cast.county, "filters": {"batch": str(batch.pk)}, "by": office.payer}
        about = load_workbook(BytesIO(export_table.export_table(**asked).content)).worksheets[1]
        said = {row[0].value: row[1].value for row in about.iter_rows()}
        assert {name: value for name, value in said.items() if name.startswith("筛选")} == {"筛选：批次": batch.reference}
    page = cast.client("county_701").get(reverse("office:export", args=["grants.payments"]), {"batch": batch.pk, "year": "2026"})
    assert f"· 批次 {batch.reference} · 年度 2026" in page.content.decode()
