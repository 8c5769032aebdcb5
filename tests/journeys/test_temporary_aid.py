"""Two rooms together: temporary aid outside the files, and medical aid by the kind of hardship, from the record to the bank."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from unionhall.kernel.exchange.registry import import_kind
from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.people import queries as people
from unionhall.kernel.policies import actions as policies
from unionhall.lib import dates
from unionhall.lib.refusal import Conflict, Refused
from unionhall.testing.cast import id_number
from unionhall.work.grants.actions import applications, settling
from unionhall.work.grants.actions import imports as grant_sheets
from unionhall.work.grants.models import Application
from unionhall.work.grants.queries import asked, eligibility
from unionhall.work.grants.tests.conftest import YUAN, Office, answers
from unionhall.work.grants.tests.test_imports import row as grant_row
from unionhall.work.hardship.actions import imports, leave, procedure, temporary
from unionhall.work.hardship.models.temporary import Temporary
from unionhall.work.hardship.rules.household import TwoFiles
from unionhall.work.hardship.tests.conftest import MIDDLE, Desk, figure, fresh
from unionhall.work.hardship.tests.test_imports import row

START = date(2020, 1, 1)


@pytest.fixture
def desk(cast):
    found = Desk(cast)
    found.line()
    found.short()
    return found


@pytest.fixture
def office(cast):
    return Office(cast)


def agree():
    """Every fact of both rooms is counted again."""
    wrong = [one for one in ledger.reconcile() if one.fact.code.startswith(("hardship.", "grants."))]
    assert wrong == []


def keep(desk, person, by=None, **more):
    given = {"cause": "accident", "words": "家中失火", **more}
    return temporary.keep(organization=desk.cast.township, person=person, by=by or desk.cast.township_clerk, **given)


def findings(one):
    return {each["code"]: (each["ok"], each["zh"]) for each in one.findings}


def aid(office, person, yuan=3_000, kind="temporary", **more):
    return office.register(person, yuan * YUAN, kind=kind, **more)


def submit(office, one):
    return applications.submit(application_id=one.pk, by=office.cast.township_clerk)


def pay(office, one):
    applications.review(application_id=one.pk, by=office.cast.county_clerk)
    batch = office.exported(office.decide(one))
    settling.settle(batch_id=batch.pk, answers=answers(batch), by=office.payer)


def test_who_stands_in_no_file_is_helped_once_within_the_ceiling_and_counted_apart(desk, office, cast):
    person = office.person("钱桂英", file=False)
    bare = aid(office, person)
    assert findings(bare)["standing"] == (False, "不具备所需身份。")  # without a record nothing
    applications.withdraw(application_id=bare.pk, by=cast.township_clerk, words="先建临时档案")
    record = keep(desk, person)
    assert record.reference.startswith("LS-")
    over = aid(office, person, 3_001)
    assert findings(over)["amount"] == (False, "金额3,001.00元，标准上限3,000.00元。")
    one = submit(office, aid(office, person))
    assert findings(one)["outside"] == (True, "不在困难职工档案内，今年没有档内救助。")
    pay(office, one)
    again = aid(office, person, 100)
    with pytest.raises(Refused, match=f"同期已有同类救助：{one.reference}"):
        submit(office, again)
    assert [figure(code, cast.city) for code in ("hardship.temporary_kept", "hardship.on_file")] == [1, 0]
    assert figure("grants.temporary_paid", cast.city) == 3_000 * YUAN
    agree()


def test_a_record_becomes_a_file_and_ends_by_itself(desk, office, cast):
    person = desk.person("钱桂英")
    record = keep(desk, person)
    file = desk.draft(head=person)
    assert Temporary.objects.get().state == "kept"  # a draft is no file yet
    file = desk.filed(file)
    record.refresh_from_db()
    assert (record.state, record.household, record.closed_on) == ("converted", file, dates.today())
    kinds = set(people.standings_of(person, dates.today()).values_list("kind", flat=True))
    assert "hardship_household" in kinds
    assert [figure(f"hardship.temporary_{code}", cast.city) for code in ("kept", "converted", "cancelled")] == [1, 1, 0]
    with pytest.raises(TwoFiles):
        keep(desk, person)
    agree()


def test_a_sheet_that_puts_the_person_on_file_ends_the_record_too(desk, cast):
    person = desk.person("赵大勇")
    keep(desk, person)
    number = row(2).values["id_number"]
    imports.write([row(2)], at=cast.township, by=cast.county_clerk, options={}, source="exchange.import:1")
    assert Temporary.objects.get().state == "kept"  # another person of the same name
    assert number != id_number(desk.number)
    imports.write(
        [row(3, id_number=id_number(desk.number))], at=cast.township, by=cast.county_clerk, options={}, source="exchange.import:2"
    )
    assert Temporary.objects.get().state == "converted"
    agree()


def test_a_record_is_cancelled_with_a_reason_and_a_second_one_gives_no_second_aid(desk, office, cast):
    person = office.person("钱桂英", file=False)
    record = keep(desk, person)
    with pytest.raises(Conflict, match="钱桂英已有临时救助档案"):
        keep(desk, person)
    one = submit(office, aid(office, person))
    pay(office, one)
    with pytest.raises(Refused):
        temporary.cancel(temporary_id=record.pk, words=" ", by=cast.township_clerk)
    assert temporary.cancel(temporary_id=record.pk, words="已获赔偿", by=cast.township_clerk).state == "cancelled"
    with pytest.raises(Conflict):
        temporary.cancel(temporary_id=record.pk, words="再次", by=cast.township_clerk)
    keep(desk, person)
    with pytest.raises(Refused, match="同期已有同类救助"):
        submit(office, aid(office, person))
    with pytest.raises(IntegrityError), transaction.atomic():
        Temporary.objects.filter(pk=record.pk).update(state="kept")
    agree()


def test_nobody_keeps_their_own_record_and_nonsense_is_refused(desk, cast):
    with pytest.raises(Refused) as refused:
        keep(desk, cast.township_clerk)
    assert refused.value.code == "own_case"
    for wrong in ({"cause": "妖怪"}, {"words": "  "}):
        with pytest.raises(Refused):
            keep(desk, desk.person("孙志强"), **wrong)
    assert not Temporary.objects.exists()


def test_who_is_on_a_file_has_no_temporary_aid_and_relief_of_the_year_stands_against_it(desk, office, cast):
    file = desk.filed(head=office.person("钱桂英", file=False))
    assert findings(aid(office, file.head))["outside"] == (False, "已在困难职工档案内，请按档案申请救助，不享受档外临时救助。")
    relief = submit(office, aid(office, file.head, 1_000, kind="medical"))
    leave.leave(household_id=file.pk, route="employment", words="已就业", by=cast.county_clerk)
    keep(desk, file.head)
    late = aid(office, file.head)
    said = f"今年已有档内救助{relief.reference}，不再享受档外临时救助。"
    # the day on which a file is left still counts as on file where it was begun on the same day
    assert findings(late)["outside"][0] is False
    judged = {each.code: each for each in eligibility.judged(late, amount=late.asked)}
    assert judged["outside"].zh in {said, "已在困难职工档案内，请按档案申请救助，不享受档外临时救助。"}


def test_temporary_aid_of_the_year_stands_against_relief_on_a_file_unless_the_region_says_otherwise(desk, office, cast):
    person = office.person("钱桂英", file=False)
    keep(desk, person)
    first = submit(office, aid(office, person))
    pay(office, first)
    child = desk.child()
    file = desk.filed(head=person, members=[{"person": child, "relation": "child", "school": "middle"}])
    for whom, kind in ((person, "medical"), (child, "education")):  # the whole household
        one = aid(office, whom, 500, kind=kind, payee=person)
        assert findings(one)["outside"] == (False, f"今年已有档外临时救助{first.reference}，同一年内不再享受档内救助。")
        with pytest.raises(Refused, match="同一年内不再享受档内救助"):
            submit(office, one)
    policies.set_value("grants.temporary_bars", False, organization=cast.county, since=START, source="区总办法", by=cast.city_clerk)
    assert submit(office, one).state == "submitted"
    assert fresh(file).state == "on_file"
    agree()


def test_an_aid_not_yet_decided_falls_when_the_household_comes_on_file(desk, office, cast):
    person = office.person("钱桂英", file=False)
    keep(desk, person)
    one = submit(office, aid(office, person))
    desk.filed(head=person)
    with pytest.raises(Refused, match="已在困难职工档案内"):
        applications.review(application_id=one.pk, by=cast.county_clerk)


def relative_rule(cast, at=None, since=START):
    by = {"organization": at or cast.city, "since": since, "source": "省总办法〔2024〕8号", "by": cast.city_clerk}
    policies.set_value("grants.medical_share", {"deep": 100, "relative": 80, "accident": 100, "near": 100}, **by)
    policies.set_value("grants.medical_most", {"deep": 0, "relative": 1_600_000, "accident": 0, "near": 0}, **by)


def test_relative_hardship_has_80_percent_of_its_own_cost_up_to_16000_by_region_and_date(desk, office, cast):
    relative_rule(cast)
    file = desk.filed(head=office.person("钱桂英", file=False), book=MIDDLE)
    assert fresh(file).kind == "relative"
    one = aid(office, file.head, 13_000, kind="medical", basis=15_000 * YUAN)
    ok, said = findings(one)["amount"]
    assert not ok
    assert said.startswith("相对困难家庭的医疗救助按自付费用的80%计算、最多16,000.00元：自付15,000.00元，最多可救助12,000.00元，")
    kept = next(each for each in one.findings if each["code"] == "amount")
    assert (kept["source"], kept["version"] is not None) == ("省总办法〔2024〕8号", True)
    submit(office, one)
    with pytest.raises(Refused, match="最多可救助12,000"):
        applications.review(application_id=one.pk, by=cast.county_clerk)
    applications.send_back(application_id=one.pk, by=cast.county_clerk, words="超出")
    told = office.new(file.head, 12_000 * YUAN, kind="medical", basis=15_000 * YUAN)
    applications.revise(application_id=one.pk, new=told, by=cast.township_clerk)
    submit(office, one)
    applications.review(application_id=one.pk, by=cast.county_clerk)
    with pytest.raises(Refused, match="最多可救助12,000"):
        office.decide(one, 12_001 * YUAN)
    assert office.decide(one, 12_000 * YUAN).approved == 12_000 * YUAN
    bare = {each.code: each for each in eligibility.judged_many([_without_cost(one)])[0]}
    assert bare["basis"].ok is False


def test_a_sheet_of_medical_aids_says_the_own_cost(desk, office, cast):
    """A line without it is a doubt in its column, one that cannot be is left out, one within the share goes on."""
    relative_rule(cast)
    people = [office.person(name, file=False) for name in ("钱桂英", "孙志强", "周大海")]
    for one in people:
        desk.filed(head=one, book=MIDDLE)
    first = office.number - 2
    rows = [
        grant_row(
            2 + at, first + at, name=one.name, what="hardship_relief_fund/medical", amount=12_000 * YUAN, exclusion="", basis=cost
        )
        for at, (one, cost) in enumerate(zip(people, (15_000 * YUAN, None, -1), strict=True))
    ]
    by = {"at": cast.township, "by": cast.township_clerk, "options": {}}
    found = [(one.row, one.column, one.level, str(one.message)) for one in grant_sheets.check(rows, **by)]
    assert found == [
        (4, "basis", "error", "请填写大于零的金额。"),
        (3, "basis", "doubt", "相对困难家庭的医疗救助按自付费用的80%计算、最多16,000.00元，请填写个人自付费用。"),
    ]
    grant_sheets.write(rows[:1], source="exchange.import:1", **by)
    made = Application.objects.get()
    assert (made.person, made.basis, made.state) == (people[0], 15_000 * YUAN, "submitted")
    assert applications.review(application_id=made.pk, by=cast.county_clerk).state == "reviewed"


def test_the_template_of_the_sheet_has_the_column(cast):
    kind = import_kind("grants.applications")
    assert [one.label.zh for one in kind.columns if one.code == "basis"] == ["自付或凭据金额"]


def _without_cost(one):
    return asked.of(one, one.asked)._replace(basis=0)


def test_deep_hardship_and_other_regions_keep_the_plain_limit(desk, office, cast):
    relative_rule(cast, at=cast.neighbour_county)
    relative = desk.filed(head=office.person("钱桂英", file=False), book=MIDDLE)
    assert findings(aid(office, relative.head, 20_000, kind="medical"))["amount"] == (
        True,
        "金额20,000.00元，标准上限20,000.00元。",
    )
    relative_rule(cast)
    deep = desk.filed(head=office.person("孙志强", file=False))
    assert findings(aid(office, deep.head, 20_000, kind="medical"))["amount"][0] is True
    assert findings(aid(office, relative.head, 20_000, kind="medical"))["basis"][0] is False


def test_the_card_beside_the_form_says_what_such_a_household_is_paid(desk, office, cast):
    relative_rule(cast)
    file = desk.filed(head=office.person("钱桂英", file=False), book=MIDDLE)
    asked_for = {"what": "hardship_relief_fund/medical", "person": file.head_id}
    page = cast.client("township_clerk").get(reverse("grants:desk-apply"), asked_for).content.decode()
    for said in ("16,000.00", "相对困难：按自付费用的80%", "省总办法〔2024〕8号", "个人自付医疗费（元）"):
        assert said in page


def test_the_pages_of_temporary_records(desk, cast):
    clerk = cast.client("township_clerk")
    person = desk.person("钱桂英")
    url = reverse("hardship:desk-temporary-keep")
    assert clerk.post(url, {"person": "", "cause": "x", "words": ""}).status_code == 422
    assert clerk.post(url, {"person": person.pk, "cause": "accident", "words": "家中失火"}).status_code == 303
    record = Temporary.objects.get()
    here = reverse("hardship:desk-temporary", args=[record.pk])
    page = clerk.get(here).content.decode()
    assert "家中失火" not in page
    assert f"{reverse('hardship:desk-register')}?head={person.pk}" in page
    assert record.reference in clerk.get(reverse("hardship:desk-temporaries")).content.decode()
    assert cast.client("neighbour").get(here).status_code == 404
    assert clerk.post(reverse("hardship:desk-temporary-cancel", args=[record.pk]), {"words": ""}).status_code == 422
    assert clerk.post(reverse("hardship:desk-temporary-cancel", args=[record.pk]), {"words": "误建"}).status_code == 303
    assert "已取消" in clerk.get(here).content.decode()


def test_the_means_test_is_asked_when_a_record_becomes_a_file(desk, cast):
    """First the file: a record gives nobody a place on it."""
    person = desk.person("钱桂英")
    keep(desk, person)
    file = desk.draft(head=person, book=None)
    with pytest.raises(Refused, match="请先填写收入支出"):
        procedure.apply(household_id=file.pk, by=cast.township_clerk)
    assert Temporary.objects.get().state == "kept"
