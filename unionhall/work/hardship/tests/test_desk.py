"""The pages of the desk: registering on one page, the means test on the screen, every act from the file's own page."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from unionhall.kernel.audit import queries as audit
from unionhall.kernel.files.models import File
from unionhall.kernel.people import actions as people
from unionhall.kernel.people.models import Standing
from unionhall.kernel.policies import actions as policies
from unionhall.kernel.policies.models import PolicyValue
from unionhall.lib import dates, idnumber
from unionhall.testing.cast import id_number
from unionhall.work.hardship.actions import helps, leave, pairing, register
from unionhall.work.hardship.actions.helps import NewHelp
from unionhall.work.hardship.models.files import Household
from unionhall.work.hardship.models.rounds import YearLine
from unionhall.work.hardship.queries import papers
from unionhall.work.hardship.tests.conftest import fresh


@pytest.fixture
def clerk(cast):
    return cast.client("township_clerk")


@pytest.fixture
def county(cast):
    return cast.client("county_clerk")


def filled(**more):
    """What a clerk types for a household of two."""
    rows = {"m-TOTAL_FORMS": "2", "m-INITIAL_FORMS": "0", "m-MIN_NUM_FORMS": "0", "m-MAX_NUM_FORMS": "20"}
    member = {"m-0-name": "赵小宝", "m-0-relation": "child", "m-0-id_number": id_number(777), "m-0-school": "middle"}
    given = {
        "name": "赵大勇",
        "id_number": id_number(776),
        "worker": "employed",
        "size": "2",
        "level": "county",
        "housing": "rented",
        "cause": "illness",
        "wage": "24,000",
        "medical": "１８０００",
        "illness": "慢性肾衰竭",
        "consent": "on",
    }
    return {**rows, **member, **given, **more}


def post(client, door, *args, expect=303, **fields):
    answer = client.post(reverse(f"hardship:desk-{door}", args=args), fields)
    assert answer.status_code == expect, answer.content.decode()[:4000]
    return answer


def test_a_household_is_registered_on_one_page_and_worked_out_at_once(desk, clerk):
    pupil = "99000020150506123"
    post(clerk, "register", **filled(**{"m-0-id_number": pupil + idnumber.checksum(pupil)}))
    file = Household.objects.get()
    assert (file.kind, file.size, file.head.name, file.members.count()) == ("deep", 2, "赵大勇", 2)
    assert [one.person for one in file.consents.all()] == [file.head]  # the pupil signs nothing
    page = clerk.get(reverse("hardship:desk-file", args=[file.pk])).content.decode()
    assert "深度困难" in page
    assert "人均月净收入低于低保标准" in page
    for secret in ("24,000", "18,000", "肾衰竭", id_number(776)):
        assert secret not in page


def test_a_double_click_registers_once(desk, clerk):
    for _ in range(2):
        post(clerk, "register", **filled(once="7d0f"))
    assert Household.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"income_total": "30000"}, "各项相加为 24,000.00 元"),
        ({"wage": "1e9"}, "最多两位小数"),
        ({"size": "1"}, "少于所列的 2 名成员"),
        ({"exclusions": "homes"}, "请写明核实依据"),
        ({"name": "", "id_number": ""}, "填写姓名和证件号码"),
        ({"m-0-id_number": ""}, "以免一人列入两份档案"),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field_and_nothing_is_kept(desk, clerk, change, said):
    page = post(clerk, "register", expect=422, **filled(**change))
    assert said in page.content.decode()
    assert not Household.objects.exists()


def test_the_means_test_answers_while_one_types_and_keeps_nothing(desk, clerk):
    page = post(clerk, "what-if", expect=200, **filled()).content.decode()
    assert "人均月净收入 250.00 元，当地低保标准 1,062.00 元：低于低保标准的 100%，属深度困难" in page
    assert "不符合建档条件" in post(clerk, "what-if", expect=200, **filled(wage="200000")).content.decode()
    assert not Household.objects.exists()


def test_the_what_if_of_a_kept_file_tells_the_kind_and_no_figure(desk, clerk):
    file = desk.draft()
    url = f"{reverse('hardship:desk-what-if')}?file={file.pk}"
    empty = filled(head=str(file.head_id), size="1", wage="", medical="", illness="")
    page = clerk.post(url, empty).content.decode()
    assert "按已保存的收支核算：深度困难（人均月净收入低于低保标准）。" in page
    assert "24,000" not in page
    assert "按已保存的收支核算：不符合（存在不予建档情形）。" in clerk.post(url, {**empty, "exclusions": "homes"}).content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"wage": "-5"}, "工资性收入："),
        ({"wage": "abc"}, "工资性收入："),
        ({"size": "0"}, "共同生活人口："),
        ({"size": "0", "wage": "20000"}, "共同生活人口："),
    ],
)
def test_the_what_if_names_a_figure_that_it_cannot_read_and_gives_no_result(desk, clerk, change, said):
    file = desk.draft()
    empty = filled(head=str(file.head_id), size="1", wage="", medical="", illness="")
    page = clerk.post(f"{reverse('hardship:desk-what-if')}?file={file.pk}", {**empty, **change}).content.decode()
    assert said in page
    assert "按已保存的收支核算" not in page
    assert "人均月净收入" not in page


def test_where_no_line_is_set_the_card_says_so_and_nothing_is_kept(desk, clerk):
    PolicyValue.objects.filter(policy="hardship.income_line").delete()
    page = clerk.get(reverse("hardship:desk-register")).content.decode()
    assert ("城乡低保标准(每人每月) 未设置" in page, "城乡低保标准(每人每月) 0.00" in page) == (True, False)
    assert "本地区尚未设置最低生活保障标准" in post(clerk, "register", expect=422, **filled()).content.decode()
    assert not Household.objects.exists()


def test_the_card_beside_the_form_knows_files_and_help(desk, clerk, cast):
    page = post(clerk, "known", expect=200, **filled()).content.decode()
    assert "选择申请人或填写证件号码" in page
    file = desk.filed()
    new = NewHelp(item="medical", source="凭证 7", approved=50_000, approved_on=dates.today(), paid=50_000, paid_on=dates.today())
    helps.note(household_id=file.pk, new=new, by=cast.county_clerk)
    page = post(clerk, "known", expect=200, **filled(head=str(file.head_id))).content.decode()
    for said in (file.reference, "在档", "医疗救助 500.00", "凭证 7"):
        assert said in page


def test_each_ground_that_bars_a_file_names_its_own_proof(desk, clerk):
    post(clerk, "register", expect=422, **filled(exclusions=["homes", "vehicle"], proof_homes="不动产登记 2 套"))
    post(clerk, "register", **filled(exclusions=["homes", "vehicle"], proof_homes="不动产登记 2 套", proof_vehicle="车管所查询"))
    file = Household.objects.get()
    assert {one.code: one.proof for one in file.exclusions.filter(holds=True)} == {
        "homes": "不动产登记 2 套",
        "vehicle": "车管所查询",
    }
    assert file.kind == "none"
    answered = {"homes": False, "vehicle": True}
    new = desk.new(head=file.head, cause="illness", exclusions=answered, proofs={"vehicle": "车管所查询"})
    register.revise(household_id=file.pk, new=new, by=desk.cast.county_clerk)
    last = audit.rows(verb="hardship.revised").first()
    assert last.details["grounds"] == {"homes": False}  # whose answer changed, and to what


def test_a_paper_is_hung_on_the_file_and_opened_by_those_who_may_see_illnesses(desk, clerk, cast):
    file = desk.draft()
    photo = SimpleUploadedFile("诊断.txt", "慢性肾衰竭".encode())
    post(clerk, "paper", file.pk, **{"paper-kind": "diagnosis", "paper-photo": photo})
    page = clerk.get(reverse("hardship:desk-file", args=[file.pk])).content.decode()
    assert "诊断证明" in page
    paper = File.objects.get()
    url = reverse("hardship:desk-evidence", args=[file.pk, paper.pk])
    assert b"".join(clerk.get(url).streaming_content).decode() == "慢性肾衰竭"
    assert [row.details["via"] for row in audit.reads()] == ["download"]
    assert cast.client("leader").get(url).status_code in {403, 404}


def test_the_public_notice_is_a_letter_with_masked_names(desk, county, cast):
    file = desk.applied()
    assert county.get(reverse("hardship:desk-notice", args=[file.pk])).status_code == 409
    policies.set_value(
        "hardship.procedure",
        {"steps": ["notice", "approve"], "levels": {"notice": "county"}},
        organization=cast.county,
        since=dates.today(),
        source="办法",
        by=cast.city_clerk,
    )
    desk.on(file)
    letter = papers.notice(cast.county_clerk, file.pk)
    assert letter.tables[0].rows[0][:4] == ["1", "赵**", "红旗街道总工会", "深度困难"]
    assert letter.issuer == cast.county.name
    answer = county.get(reverse("hardship:desk-notice", args=[file.pk]))
    assert answer.content[:2] == b"PK"
    page = county.get(reverse("hardship:desk-file", args=[file.pk])).content.decode()
    assert 'aria-current="step"' in page


def test_done_then_the_next_opens_the_next_file_of_the_same_state(desk, county):
    first, second = desk.applied(), desk.applied()
    answer = county.post(reverse("hardship:desk-go-on", args=[first.pk]), {"go-on-version": first.version, "next": "1"})
    assert answer.headers["Location"] == reverse("hardship:desk-file", args=[second.pk])


def test_contacts_and_looks_back_stand_on_the_file(desk, county, cast):
    file = desk.filed()
    pairing.pair(household_id=file.pk, cadre=cast.township_clerk, by=cast.county_clerk)
    pairing.contact(household_id=file.pk, by=cast.township_clerk, need="药费负担较重", done="已办慢病门诊")
    leave.leave(household_id=file.pk, route="employment", words="已就业", by=cast.county_clerk)
    page = county.get(reverse("hardship:desk-file", args=[file.pk])).content.decode()
    for said in ("药费负担较重", "已办慢病门诊", "6 个月", "12 个月"):
        assert said in page


def test_both_ends_of_each_rate_open(desk, county, cast):
    desk.filed()
    page = county.get(reverse("hardship:desk-rates")).content.decode()
    assert page.count("end=above") == page.count("end=below") == 6


def test_incomes_are_shown_for_a_reason_and_the_reading_is_on_record(desk, clerk):
    file = desk.draft()
    url = reverse("hardship:desk-book", args=[file.pk])
    assert "24,000" not in clerk.get(url).content.decode()
    assert "24,000" not in clerk.post(url, {"words": ""}).content.decode()
    page = clerk.post(url, {"words": "核对工资流水"}).content.decode()
    assert "24,000.00" in page
    assert "慢性肾衰竭" in page
    assert "示范市民政局 2025 年第 8 号" in page
    reads = [row for row in audit.reads() if row.subject_kind == "hardship.household"]
    assert len(reads) == 1


def test_those_without_the_right_never_see_incomes(desk, cast):
    file = desk.draft(at=cast.factory, by=cast.county_clerk)
    assert cast.client("chair").get(reverse("hardship:desk-book", args=[file.pk])).status_code == 403
    assert cast.client("leader").post(reverse("hardship:desk-book", args=[file.pk]), {"words": "x"}).status_code == 403
    assert cast.client("neighbour").post(reverse("hardship:desk-book", args=[file.pk]), {"words": "看"}).status_code == 404


def test_a_file_is_corrected_and_a_stale_screen_is_refused(desk, clerk):
    file = desk.draft()
    page = clerk.get(reverse("hardship:desk-revise", args=[file.pk]))
    assert "24000" not in page.content.decode()
    given = filled(
        head=str(file.head_id), name="", id_number="", version=str(file.version), cause="schooling", wage="", medical="", illness=""
    )
    post(clerk, "revise", file.pk, **given)
    mended = fresh(file)
    assert (mended.cause, mended.kind, mended.size) == ("schooling", "deep", 2)
    assert "刚被他人改动" in post(clerk, "revise", file.pk, expect=409, **given).content.decode()


def test_the_whole_way_over_the_pages(desk, clerk, county):
    post(clerk, "register", **filled())
    file = Household.objects.get()
    post(clerk, "apply", file.pk)
    post(county, "go-on", file.pk, **{"go-on-words": "材料齐全"})
    post(clerk, "approve", file.pk, expect=403)
    post(county, "approve", file.pk)
    post(county, "pair", file.pk, **{"pair-cadre": desk.cast.county_clerk.pk})
    post(county, "contact", file.pk, **{"contact-on": dates.today(), "contact-need": "希望子女就近入学"})
    given = {
        "item": "living",
        "source": "城工发〔2026〕3 号",
        "approved_on": dates.today(),
        "approved": "3000",
        "paid_on": dates.today(),
        "paid": "3000",
    }
    post(county, "help", file.pk, **{f"help-{name}": value for name, value in given.items()})
    again = post(county, "help", file.pk, expect=409, **{f"help-{name}": value for name, value in given.items()})
    assert "不能重复计算" in again.content.decode()
    post(county, "exit", file.pk, **{"exit-reason": "employment", "exit-words": ""}, expect=422)
    post(county, "exit", file.pk, **{"exit-reason": "employment", "exit-words": "已就业，月工资 3,800 元"})
    assert fresh(file).state == "exited"
    watch = file.watches.get(months=6)
    assert "最早" in post(county, "watch", watch.pk, expect=422, back="yes", words="再次失业").content.decode()
    file.watches.filter(months=6).update(due_on=dates.today())
    post(county, "watch", watch.pk, back="yes", words="再次失业")
    post(clerk, "reopen", file.pk, **{"reopen-words": "返困"})
    assert (fresh(file).state, fresh(file).reference) == ("applied", file.reference)


def test_the_list_is_narrowed_and_exported_without_sealed_values(desk, clerk, county):
    file = desk.filed(note="家住三楼")
    other = desk.draft()
    for query, expected in (
        ("", {file.pk, other.pk}),
        ("?state=on_file", {file.pk}),
        ("?listed=unpaired", {file.pk}),
        ("?q=KN-1999", set()),
    ):
        page = county.get(reverse("hardship:desk-list") + query)
        assert {row["file"].pk for row in page.context["rows"]} == expected
    by_name = county.get(reverse("hardship:desk-list"), {"q": "zdy"})
    assert {row["file"].pk for row in by_name.context["rows"]} == {file.pk, other.pk}
    text = county.get(reverse("hardship:desk-export"), {"format": "csv"}).content.decode("utf-8-sig")
    assert file.reference in text
    assert "肾" not in text
    assert "24,000" not in text


def test_the_public_page_shows_the_least_and_nobody_has_to_sign_in(desk, cast, client):
    desk.filed()
    page = client.get(reverse("hardship:public", args=[cast.county.pk]))
    assert page.status_code == 200
    assert "今日没有公示" in page.content.decode()
    assert client.get(reverse("hardship:public", args=[999_999])).status_code == 404


def test_the_yearly_list_is_drawn_and_its_spot_check_entered(desk, county):
    for _ in range(4):
        desk.filed()
    post(county, "draw")
    post(county, "draw", expect=409)
    lines = YearLine.objects.filter(spot=True)
    assert lines.count() == 2  # 30 % of four, rounded up
    page = county.get(reverse("hardship:desk-year", args=[lines[0].list_id]))
    assert "重新抽取结果一致" in page.content.decode()
    refused = post(county, "spot", lines[0].pk, expect=422, correct="no", words="")
    assert "认定有误的，请写明问题" in refused.content.decode() and 'value="no" selected' in refused.content.decode()
    assert "请选择：" in post(county, "spot", lines[0].pk, expect=422, correct="", words="x").content.decode()
    post(desk.cast.client("neighbour"), "spot", lines[0].pk, expect=404)
    post(county, "spot", lines[0].pk, correct="yes", words="")


def test_the_six_rates_show_both_their_ends(desk, county, cast):
    file = desk.filed()
    new = NewHelp(
        item="living",
        source="凭证 1",
        approved=300_000,
        approved_on=dates.today(),
        paid=300_000,
        paid_on=dates.today(),
        due_on=dates.today(),
    )
    made = helps.note(household_id=file.pk, new=new, by=cast.county_clerk)
    helps.audit_many([made], in_order=True, by=cast.county_clerk)
    helps.ask_many([made], satisfied=False, by=cast.county_clerk)
    page = county.get(reverse("hardship:desk-rates"))
    shown = {line["rate"].code.partition(".")[2]: str(line["figure"]) for line in page.context["lines"]}
    assert shown == {
        "reach_rate": "100%",
        "accuracy_rate": "--",
        "timeliness_rate": "100%",
        "payment_rate": "100%",
        "compliance_rate": "100%",
        "satisfaction_rate": "0%",
    }


def test_answers_come_by_file_all_or_none(desk, county):
    assert "四列" in post(county, "answers", expect=422, rows="一行不对").content.decode()


def test_a_trial_shows_who_gains_and_loses_by_county(desk, county):
    desk.draft()
    page = county.post(reverse("hardship:desk-trials"), {"line": "400"})
    outcome = page.context["outcome"].total
    assert (outcome.files, outcome.gain, outcome.lose) == (1, 0, 1)
    assert county.post(reverse("hardship:desk-trials"), {}).status_code == 422


def test_a_left_file_can_be_withdrawn_only_by_those_who_may(desk, clerk, cast):
    file = desk.filed()
    post(clerk, "withdraw", file.pk, expect=403, **{"withdraw-reason": "death", "withdraw-words": "死亡证明"})
    leave.withdraw(household_id=file.pk, reason="death", words="死亡证明", by=cast.county_clerk)
    assert fresh(file).leaving == "death"


def test_a_second_draw_is_refused_on_the_page_of_lists(desk, county, cast):
    desk.filed()
    post(cast.client("city_clerk"), "draw")
    refused = post(county, "draw", expect=409).content.decode()
    assert "已生成" in refused and "同一档案不能列入两份名单" in refused and reverse("hardship:desk-yearly") in refused


def test_a_death_in_the_household_is_said_on_its_file_until_another_head_is_named(desk, county, cast):
    child = desk.child()
    file = desk.filed(members=[{"person": child, "relation": "child"}])
    url = reverse("hardship:desk-file", args=[file.pk])
    said = "户主已去世"
    assert said not in county.get(url).content.decode()
    people.set_standing(by=None, subject=file.head, kind="deceased", organization=cast.county, since=dates.today(), source=file)
    page = county.get(url).content.decode()
    assert said in page and "已去世" in page
    register.revise(household_id=file.pk, new=desk.new(head=child), by=cast.county_clerk)
    assert said not in county.get(url).content.decode()
    heads = Standing.objects.filter(kind="hardship_household", source_id=str(file.pk), until=None)
    assert [one.person for one in heads] == [child]
