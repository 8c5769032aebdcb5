"""What goes wrong on the way of money, each case with the words that are said to people and the book as it must stand then."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from unionhall.kernel.people import actions as people
from unionhall.kernel.people import queries as people_queries
from unionhall.kernel.policies import actions as policies
from unionhall.lib import clock, dates
from unionhall.lib.refusal import Conflict, Refused
from unionhall.work.grants import registry, rules
from unionhall.work.grants.actions import applications, batches, covers, many, objections, results, settling
from unionhall.work.grants.models import Application, Batch
from unionhall.work.grants.tests.conftest import SINCE, YUAN, answers, assert_books_agree, figure, line_of, on_file

HEAD = "附言,金额,结果,原因\n"


def said(error, act, *args, **given):
    """The words of a refusal."""
    with pytest.raises(error) as refused:
        act(*args, **given)
    return str(refused.value)


def note_death(office, one, who="person"):
    covers.note_death(application_id=one.pk, who=who, day=dates.today(), by=office.cast.county_clerk)


def leave_the_file(one):
    for standing in people_queries.standings_of(one.person):
        type(standing).objects.filter(pk=standing.pk).update(since=SINCE, until=dates.today())


def checked(office, *ones):
    made = office.batch(*ones)
    return batches.check(batch_id=made.pk, digest=batches.content_digest(made), by=office.checker)


def sheet(*lines):
    return SimpleUploadedFile("回盘.csv", (HEAD + "\n".join(lines)).encode())


def test_a_pupil_asked_for_by_both_parents_is_aided_once(office, cast):
    father, pupil = office.person(), office.person("赵小宝", file=False)
    on_file(cast, pupil, kind="hardship_member", head=father)
    one = office.submit(pupil, 3_000 * YUAN, code="autumn_aid", kind="high", payee=father)
    again = office.register(pupil, 3_000 * YUAN, code="daily_student_relief", kind="illness", payee=father)
    words = said(Refused, applications.submit, application_id=again.pk, by=cast.township_clerk)
    assert words == f"同期已有同类救助：{one.reference}。"
    assert figure("grants.applied", cast.city) == 3_000 * YUAN
    assert_books_agree()


def test_in_a_list_the_second_line_for_a_pupil_is_told_so(office, cast):
    pupil = office.person()
    rows = [many.Wanted(person=pupil, kind="illness", amount=1_000 * YUAN) for _turn in range(2)]
    programme = office.new(pupil, code="daily_student_relief").programme
    outcome = many.apply(organization=cast.township, programme=programme, rows=rows, by=cast.township_clerk)
    assert ({place: str(one) for place, one in outcome.refused.items()}, len(outcome.done)) == ({1: "名单中重复。"}, 1)
    assert_books_agree()


def test_one_card_given_by_two_people_stops_the_file(office, cast):
    ones = [office.approve(office.person(name)) for name in ("赵大勇", "钱二勇", "孙三勇")]
    for one in ones[1:]:
        people.correct(by=None, person=one.person, sealed={"bank_account": "6222021234567899999"}, reason="本人来电")
    batch = office.exported(*ones)
    words = said(Conflict, batches.bank_rows_plain, office.payer, {"batch": str(batch.pk)}, "发放")
    assert words == (
        "第2、3笔的收款人不同而银行账号相同，其中有他人的卡，文件未生成。请核实账号，移出或更正后重新复核。"
    )  # fmt: skip
    assert "99999" not in words
    batch.refresh_from_db()
    assert (batch.state, batch.checker, batch.payer, batch.digest) == ("draft", None, None, "")
    for number in (2, 3):
        batches.take_out(batch_id=batch.pk, number=number, reason="核实账号", by=cast.county_clerk)
    batches.check(batch_id=batch.pk, digest=batches.content_digest(batch), by=office.checker)
    batches.export(batch_id=batch.pk, by=office.payer)
    assert len(batches.bank_rows_plain(office.payer, {"batch": str(batch.pk)}, "发放")) == 1
    assert office.left() == (3_000 * YUAN, 0)


def test_a_release_that_is_refused_says_so_on_the_batch_itself(office, cast):
    ones = [office.approve(office.person(name)) for name in ("赵大勇", "钱二勇")]
    for one in ones:
        people.correct(by=None, person=one.person, sealed={"bank_account": "6222021234567899999"}, reason="本人来电")
    batch = office.batch(*ones)
    batches.check(batch_id=batch.pk, digest=batches.content_digest(batch), by=office.checker)
    payer = cast.client("county_701")
    assert payer.post(reverse("grants:desk-release", args=[batch.pk]), {"format": "csv"}).status_code == 303
    answer = payer.post(reverse("grants:desk-bank-file", args=[batch.pk]), {"format": "csv"})
    page = answer.content.decode()
    assert (answer.status_code, "第1、2笔的收款人不同而银行账号相同" in page) == (409, True)
    assert (batch.reference in page, "移出批次" in page) == (True, True), "and it is mended there"
    assert Batch.objects.get(pk=batch.pk).state == "draft"


def test_a_card_of_another_is_turned_back_by_the_bank_and_paid_on_the_own_one(office, cast):
    one = office.approve()
    batch = office.exported(one)
    settling.settle(batch_id=batch.pk, answers=answers(batch, rejected=(1,)), by=office.payer)
    assert batch.payments.get().reason == "账号户名不符"
    assert (office.left(), figure("grants.paid", cast.city)) == ((1_000 * YUAN, 0), 0)
    people.correct(by=None, person=one.person, sealed={"bank_account": "6222021234567800001"}, reason="更正账号")
    again = office.exported(Application.objects.get(pk=one.pk))
    assert again.payments.get().account != batch.payments.get().account
    settling.settle(batch_id=again.pk, answers=answers(again), by=office.payer)
    assert (office.left(), figure("grants.paid", cast.city)) == ((0, 1_000 * YUAN), 1_000 * YUAN)
    assert_books_agree()


@pytest.mark.parametrize("who", ["person", "payee"])
def test_a_dead_payee_is_left_out_of_the_batch(office, cast, who):
    one = office.approve()
    note_death(office, one, who)
    made = batches.prepare(organization=cast.county, application_ids=[one.pk], by=cast.county_clerk)
    assert made.batch is None
    assert "受助人或收款人已去世，或其人员档案已注销。" in [str(reason) for reason in made.left_out[0].reasons]
    assert (office.left(), figure("grants.paid", cast.city)) == ((1_000 * YUAN, 0), 0)
    applications.withdraw(application_id=one.pk, by=cast.township_clerk, words="收款人去世")
    assert office.left() == (0, 0)
    assert_books_agree()


@pytest.mark.parametrize("when", ["prepared", "checked"])
@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("dies", "第2笔受助人或收款人已去世或已注销。请移出后重新复核。"),
        ("leaves", "第2笔受助人已不具备所需身份。请移出后重新复核。"),
    ],
)
def test_who_dies_or_leaves_while_the_batch_is_on_its_way_is_not_paid(office, cast, when, what, words):
    stays, goes = office.approve(), office.approve()
    batch = office.batch(stays, goes) if when == "prepared" else checked(office, stays, goes)
    if what == "dies":
        note_death(office, goes)
    else:
        leave_the_file(goes)
    if when == "prepared":
        told = said(Conflict, batches.check, batch_id=batch.pk, digest=batches.content_digest(batch), by=office.checker)
    else:
        told = said(Conflict, batches.export, batch_id=batch.pk, by=office.payer)
    assert told == words
    batches.take_out(batch_id=batch.pk, number=2, reason="不再符合条件", by=cast.county_clerk)
    batches.check(batch_id=batch.pk, digest=batches.content_digest(batch), by=office.checker)
    batches.export(batch_id=batch.pk, by=office.payer)
    settling.settle(batch_id=batch.pk, answers=answers(batch), by=office.payer)
    assert office.left() == (1_000 * YUAN, 1_000 * YUAN)
    assert Application.objects.get(pk=goes.pk).state == "approved"
    assert_books_agree()


def test_sabotage_without_asking_again_the_dead_would_be_paid(office, monkeypatch):
    batch = checked(office, office.approve())
    note_death(office, batch.payments.get().application)
    monkeypatch.setattr("unionhall.work.grants.queries.eligibility.lost", lambda ones: {})
    assert batches.export(batch_id=batch.pk, by=office.payer).state == "exported"


def test_a_rule_without_a_value_decides_nothing(office, cast):
    policies.set_value(
        "grants.living_monthly", 0, organization=cast.city, since=dates.today(), source="文件废止", by=cast.city_clerk
    )  # fmt: skip
    one = office.submit(kind="living", amount=600 * YUAN, months=[dates.today()])
    words = said(Refused, applications.review, application_id=one.pk, by=cast.county_clerk)
    assert words == "本地区尚未设定该项标准，不能决定金额。"
    assert (Application.objects.get(pk=one.pk).state, office.left()) == ("submitted", (0, 0))
    assert_books_agree()


def reviewed(office, count, code="daily_student_relief", kind="illness", amount=1_000 * YUAN):
    programme = office.new(office.person(), code=code).programme
    said = rules.NOT_EXCLUDED if registry.TERMS[code][kind].excludes else ""
    rows = [many.Wanted(person=office.person(), kind=kind, amount=amount, exclusion=said) for _turn in range(count)]
    taken = many.apply(organization=office.cast.township, programme=programme, rows=rows, by=office.cast.township_clerk)
    return many.review(taken.done, by=office.cast.county_clerk).done


def grant(office, ones, line):
    return many.approve(ones, funder=office.cast.county, line_id=line.pk, by=office.cast.county_clerk)


def test_a_budget_that_runs_dry_in_the_middle_of_many_grants_none(office, cast):
    ones, line = reviewed(office, 3), line_of(cast, 2_500 * YUAN, "小科目")
    assert said(Refused, grant, office, ones, line) == (
        "预算不足：上限2,500.00元，已支出0.00元，已占用0.00元，本次需要3,000.00元，尚缺500.00元。请调整上限或改用其他科目。"
    )
    line.refresh_from_db()
    assert (line.held, {one.state for one in Application.objects.all()}) == (0, {"reviewed"})
    assert len(grant(office, ones[:2], line).done) == 2
    assert figure("grants.approved", cast.city) == 2_000 * YUAN
    assert_books_agree()


def test_what_is_kept_for_daily_relief_is_kept_from_many_as_from_one(office, cast):
    policies.set_value(
        "grants.daily_student_share", 15, organization=cast.city, since=SINCE, source="市总办法", by=cast.city_clerk
    )  # fmt: skip
    ones, line = reviewed(office, 3, code="autumn_aid", kind="high", amount=3_000 * YUAN), line_of(cast, 10_000 * YUAN, "助学款")
    assert said(Refused, grant, office, ones, line) == (
        "助学款须留存15%用于日常助学：该科目最多可批8,500.00元，含本笔已批9,000.00元。"
    )
    line.refresh_from_db()
    assert (line.held, {one.state for one in Application.objects.all()}) == (0, {"reviewed"})
    assert len(grant(office, ones[:2], line).done) == 2
    assert "含本笔已批9,000.00元" in said(Refused, grant, office, ones[2:], line)
    daily = reviewed(office, 1)
    assert len(grant(office, daily, line).done) == 1
    assert_books_agree()


def test_of_two_clerks_on_one_application_the_second_is_told(office, cast):
    one = office.submit()
    seen = one.version
    applications.review(application_id=one.pk, by=cast.county_clerk, version=seen)
    words = said(
        Conflict, applications.send_back, application_id=one.pk, by=office.checker, words="缺发票", version=seen
    )  # fmt: skip
    assert words.endswith("变更该事项（审核通过: 待审核 → 待审批），请刷新后重试。")
    assert Application.objects.get(pk=one.pk).state == "reviewed"
    assert_books_agree()


def test_an_objection_after_the_payment_calls_the_money_back(office, cast):
    one = office.approve()
    batch = office.exported(one)
    settling.settle(batch_id=batch.pk, answers=answers(batch), by=office.payer)
    made = objections.take_objection(application_id=one.pk, words="家中有营运车辆", way="phone", by=cast.county_clerk)
    objections.decide(objection_id=made.pk, upheld=True, words="车管所核实属实", by=office.checker)
    assert Application.objects.get(pk=one.pk).state == "recovering"
    assert (figure("grants.paid", cast.city), figure("grants.returned", cast.city)) == (1_000 * YUAN, 0)
    applications.recover(application_id=one.pk, by=office.payer, words="已退回专户")
    assert (figure("grants.paid", cast.city), figure("grants.returned", cast.city)) == (1_000 * YUAN, 1_000 * YUAN)
    assert office.left() == (0, 0)
    assert_books_agree()


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["{0}-1,1000.00,成功,", "FF-9,1.00,成功,"], "回盘中的“FF-9”不在本批次。整个文件未采用，请核对银行和批次。"),
        (["{0}-1,1000.00,成功,", "{0}-1,1000.00,成功,"], "回盘中“{0}-1”出现两次。整个文件未采用，请核对银行和批次。"),
        (
            ["{0}-1,999.00,成功,"],
            "“{0}-1”的金额999.00元与发放金额1,000.00元不符。整个文件未采用，请核对银行和批次。",
        ),
        (["{0}-1,1000.00,失败,"], "“{0}-1”失败但没有原因。整个文件未采用，请核对银行和批次。"),
        ([], "回盘缺少1笔，如“{0}-1”。整个文件未采用，请核对银行和批次。"),
        (["{0}-1,1000.00,处理中,"], "第2行的结果“处理中”不认识。整个文件未采用。"),
        (["{0}-1,壹仟,成功,"], "第2行的金额“壹仟”不是金额。整个文件未采用。"),
        (
            ["{0}-1,#FORMULA!,成功,"],  # what the reader of sheets puts in the place of a formula without a result
            "第2行有公式，文件里没有存它的计算结果，请用 Excel 或 WPS 打开、保存后重新上传。整个文件未采用。",
        ),
    ],
)
def test_a_results_file_that_is_not_this_batch_s_is_refused_whole(office, cast, lines, words):
    batch = office.exported(office.approve())
    upload = sheet(*(line.format(batch.reference) for line in lines))

    def take():
        settling.settle(batch_id=batch.pk, answers=results.read(upload), by=office.payer)

    assert said(Refused, take) == words.format(batch.reference)
    assert (Batch.objects.get(pk=batch.pk).state, office.left()) == ("exported", (1_000 * YUAN, 0))
    assert figure("grants.paid", cast.city) == 0
    assert_books_agree()


def test_a_sheet_of_another_bank_without_the_columns_is_refused(office):
    upload = SimpleUploadedFile("流水.csv", "交易日,摘要号,借方\n2026-05-01,1,2\n".encode())
    assert said(Refused, results.read, upload) == (
        "没有找到表头：需要“附言”“金额”“结果”三列。整个文件未采用。"
    )  # fmt: skip


@pytest.mark.parametrize("step", ["check", "export", "settle"])
def test_a_clock_set_back_stops_the_step_and_changes_nothing(office, cast, step):
    one = office.approve()
    batch = {"check": office.batch, "export": lambda each: checked(office, each), "settle": office.exported}[step](one)
    before = batch.state
    acts = {
        "check": lambda: batches.check(batch_id=batch.pk, digest=batches.content_digest(batch), by=office.checker),
        "export": lambda: batches.export(batch_id=batch.pk, by=office.payer),
        "settle": lambda: settling.settle(batch_id=batch.pk, answers=answers(batch), by=office.payer),
    }
    with clock.fixed(clock.now() - timedelta(hours=2)):
        words = said(Conflict, acts[step])
    assert words == "系统时间早于上一步办理的时间，请系统管理员校准时钟后再办理。"
    assert (Batch.objects.get(pk=batch.pk).state, office.left()) == (before, (1_000 * YUAN, 0))
    assert_books_agree()


def test_a_death_is_told_on_the_application_at_once_and_its_day_is_no_day_of_receipt(office, cast):
    one = office.approve()
    with pytest.raises(Refused, match="去世日期须在今天以前一年内"):
        covers.note_death(application_id=one.pk, who="person", day=dates.today() + timedelta(days=1), by=cast.county_clerk)
    note_death(office, one)
    one.refresh_from_db()
    assert [each["zh"] for each in one.findings if not each["ok"]] == ["受助人或收款人已去世，或其人员档案已注销。"]


def test_what_changed_after_the_check_is_named_by_its_number_and_voids_it(office, cast):
    ones = [office.approve(office.person(name)) for name in ("赵大勇", "钱二勇", "孙三勇")]
    batch = office.batch(*ones)
    seen = batches.content_digest(batch)
    batches.check(batch_id=batch.pk, digest=seen, by=office.checker)
    people.correct(by=None, person=ones[1].payee, sealed={"bank_account": "6222021234567899999"}, reason="本人来电")
    words = r"^第2笔的收款人、账号、金额或审批已有变化，请移出、重新制单后再复核。$"
    with pytest.raises(Conflict, match=words):
        batches.export(batch_id=batch.pk, by=office.payer)
    batch.refresh_from_db()
    assert (batch.state, batch.checker, batch.digest) == ("draft", None, "")
    with pytest.raises(Conflict, match=words):
        batches.check(batch_id=batch.pk, digest=seen, by=office.checker)
    batches.take_out(batch_id=batch.pk, number=2, reason="账号已更换", by=cast.county_clerk)
    with pytest.raises(Conflict, match=r"^批次内容有变化，请按最新内容重新核对。$"):
        batches.check(batch_id=batch.pk, digest=seen, by=office.checker)
    batches.check(batch_id=batch.pk, digest=batches.content_digest(batch), by=office.checker)
    assert batches.export(batch_id=batch.pk, by=office.payer).state == "exported"
