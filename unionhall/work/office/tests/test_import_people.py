"""People from a sheet: what is made, what is known, what is asked, what is refused; and taken back."""

import io
from concurrent.futures import ThreadPoolExecutor

import openpyxl
import pytest
from django.db import connection

from unionhall.kernel.access import actions as access
from unionhall.kernel.exchange.actions import check, run_job, write
from unionhall.kernel.exchange.models import Import
from unionhall.kernel.exchange.tests.conftest import book, upload
from unionhall.kernel.exchange.tests.conftest import counts as counted
from unionhall.kernel.people import actions as people
from unionhall.kernel.people.models import Person
from unionhall.lib import idnumber

pytestmark = pytest.mark.django_db
HEAD = ["姓名", "身份证号", "手机号", "所属单位"]


def number(n, day="19900101"):
    body = f"990000{day}{n:03d}"
    return body + idnumber.checksum(body)


def counts(one):
    one.refresh_from_db()
    return counted(one)


@pytest.fixture
def bring(post):
    """`bring("county_clerk", content)`: brought, columns as guessed, checked."""

    def brought(who, content, name="花名册.xlsx", kind="people.register"):
        answer = post(who, "import", kind, file=upload(content, name))
        assert answer.status_code == 303, answer.content.decode()
        one = Import.objects.order_by("-pk")[0]
        given = {f"column-{place}": code for place, code in one.mapping.items()}
        assert post(who, "import-assign", one.pk, **given).status_code in {303, 409}  # recognised and begun by itself
        one.refresh_from_db()
        return one

    return brought


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


def register(cast, name="张三丰", n=1, home="factory", phone="10011110001"):
    return people.register(by=None, name=name, home=cast.units[home], id_number=number(n), phone=phone)


def said(one):
    return {(finding.row, finding.column): (finding.level, finding.message) for finding in one.findings.all()}


def test_who_is_known_is_not_registered_again(cast, bring, post):
    register(cast)
    one = bring("county_clerk", book(HEAD, ["张三丰", number(1), "10011110001", ""], ["张三丰", number(1), "", ""]))
    assert counts(one) == {"refused": 2}  # the same person twice in the sheet
    one = bring("county_clerk", book(HEAD, ["张三丰", number(1), "10011110001", ""]))
    assert counts(one) == {"same": 1}
    post("county_clerk", "import-run", one.pk)
    assert counts(one) == {"same": 1}
    assert Person.objects.filter(name="张三丰").count() == 1


def test_another_phone_is_corrected_by_those_who_may(cast, bring, post):
    known = register(cast)
    one = bring("county_clerk", book(HEAD, ["张三丰", number(1), "10022220002", ""]))
    assert counts(one) == {"changed": 1}
    post("county_clerk", "import-run", one.pk)
    known.refresh_from_db()
    assert (known.phone_last4, counts(one)) == ("0002", {"changed": 1})
    assert counts(bring("chair", book(HEAD, ["张三丰", number(1), "10033330003", ""]))) == {"refused": 1}


def test_another_name_under_a_known_number_is_refused(cast, bring):
    register(cast)
    assert said(bring("county_clerk", book(HEAD, ["李四光", number(1), "", ""])))[2, "name"][0] == "error"


def test_somebody_of_another_unit_is_refused_without_naming_it(cast, bring, get):
    register(cast, home="mine")
    one = bring("county_clerk", book(HEAD, ["张三丰", number(1), "", ""]))
    assert counts(one) == {"refused": 1}
    page = get("county_clerk", "import-page", one.pk).content.decode()
    assert "其他单位" in page
    assert cast.mine.name not in page and cast.mine.short_name not in page


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (["李四", number(5), "", "", "男", "1991-01-01"], "birth"),
        (["李四", number(5), "", "", "女", ""], "sex"),
        (["", number(5), "", "", "", ""], "name"),
    ],
)
def test_what_contradicts_itself_is_named_by_column(bring, line, column):
    one = bring("county_clerk", book([*HEAD, "性别", "出生日期"], line))
    assert counts(one) == {"refused": 1}
    assert [key[1] for key in said(one)] == [column]


def test_likely_doubles_are_asked_about_and_decided(cast, bring, post):
    people.register(by=None, name="张三丰", home=cast.factory, phone="10011110001")
    one = bring("county_clerk", book(HEAD, ["张三丰", "", "10011110001", ""], ["李四", "", "", ""]))
    assert counts(one) == {"made": 1, "doubtful": 1}
    post("county_clerk", "import-mend", one.pk, **{"row-2": "take"})
    assert counts(one) == {"made": 2}
    post("county_clerk", "import-mend", one.pk, **{"row-2": "leave"})
    assert counts(one) == {"made": 1, "skipped": 1}
    post("county_clerk", "import-mend", one.pk, **{"row-2": ""})
    post("county_clerk", "import-mend", one.pk, all="leave")
    assert counts(one) == {"made": 1, "skipped": 1}


def test_a_wrong_cell_is_mended_on_the_page(bring, post, get):
    one = bring("county_clerk", book(HEAD, ["李四", "4.3E+17", "", ""]))
    assert 'name="cell-2-id_number" value="4.3E+17"' in get("county_clerk", "import-page", one.pk).content.decode()
    assert post("county_clerk", "import-mend", one.pk, **{"cell-2-id_number": number(9)}).status_code == 303
    assert counts(one) == {"made": 1}


def test_taken_back_people_are_erased_and_those_in_use_stay(cast, bring, post):
    one = bring("county_clerk", book(HEAD, ["张三丰", number(1), "", ""], ["李四", number(3), "", ""]))
    post("county_clerk", "import-run", one.pk)
    used = Person.objects.get(name="李四")
    access.open_account(used, username="lisi", by=None)
    assert post("county_clerk", "import-undo", one.pk).status_code == 303
    one.refresh_from_db()
    assert (one.state, one.told["taken_back"], one.told["stays"]) == ("undone", 1, 1)
    assert not Person.objects.filter(name="张三丰").exists()
    assert Person.objects.filter(name="李四", erased_at=None).exists()
    assert counts(bring("county_clerk", book(HEAD, ["张三丰", number(1), "", ""]))) == {"made": 1}


def test_their_own_file_comes_back_with_what_is_wrong(bring, get):
    text = "\n".join([",".join(HEAD), f"张三,{number(1)},,", "李四,999,,=1+1"])
    one = bring("county_clerk", text.encode(), "名单.csv")
    wrong = openpyxl.load_workbook(io.BytesIO(get("county_clerk", "import-file", one.pk).content)).active
    lines = [[cell.value for cell in row] for row in wrong.iter_rows()]
    assert lines[0] == ["错误说明", *HEAD]
    assert len(lines) == 2
    assert lines[1][1:] == ["李四", "999", "", "=1+1"]
    assert "位数" in lines[1][0]
    assert wrong["C2"].comment is not None and wrong["C2"].fill.fgColor.rgb == "FFFFF3B0"
    assert wrong["E2"].data_type == "s"
    whole = get("county_clerk", "import-file", one.pk, rows="all").content
    again = bring("county_clerk", whole)
    assert counts(again) == counts(one)
    assert "0" not in again.mapping


def test_the_template_comes_in_again_and_its_example_is_passed_over(bring, get):
    answer = get("county_clerk", "import-template", "people.register")
    made = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert made.sheetnames == ["人员", "填写说明", "选项"]
    assert made["选项"].sheet_state == "hidden"
    sheet = made["人员"]
    assert [cell.value for cell in sheet[1]][:2] == ["姓名 *", "身份证号"]
    assert len(sheet.data_validations.dataValidation) == 2
    assert sheet.column_dimensions["B"].width == pytest.approx(22, abs=1)
    sheet.append(["李四", number(3), "", "男", "", "红旗机械厂工会"])
    out = io.BytesIO()
    made.save(out)
    one = bring("county_clerk", out.getvalue())
    assert (counts(one), one.told["left_out"]) == ({"made": 1}, 1)


def test_a_gbk_sheet_is_read_and_says_so(bring, get):
    text = f"姓名\t身份证号\r\n李四\t{number(3)}\r\n"
    one = bring("county_clerk", text.encode("gbk"), "名单.csv")
    assert counts(one) == {"made": 1}
    assert "GBK" in get("county_clerk", "import-page", one.pk).content.decode()


def test_the_pages_are_for_their_owner_and_those_who_may(bring, get, post):
    one = bring("county_clerk", book(HEAD, ["李四", number(3), "", ""]))
    for who in ("city_clerk", "neighbour", "system_admin"):
        for page in ("import-page", "import-file", "import-undo"):
            assert get(who, page, one.pk).status_code == 404
        for act in ("import-run", "import-mend", "import-assign", "import-drop", "import-stop", "import-end"):
            assert post(who, act, one.pk).status_code == 404
    assert get("leader", "import", "people.register").status_code == 403
    assert get("county_clerk", "import", "nonsense").status_code == 404
    assert counts(one) == {"made": 1}


def test_a_file_is_thrown_away(bring, post):
    one = bring("county_clerk", book(HEAD, ["李四", number(3), "", ""]))
    assert post("county_clerk", "import-drop", one.pk).status_code == 303
    assert not Import.objects.exists()


@pytest.mark.parametrize("act", ["import-run", "import-stop", "import-end", "import-drop", "import-assign", "import-mend"])
def test_what_is_done_is_done_in_words(bring, post, act):
    one = bring("county_clerk", book(HEAD, ["李四", number(3), "", ""]))
    post("county_clerk", "import-run", one.pk)
    assert post("county_clerk", act, one.pk).status_code in {404, 409}
    assert counts(one) == {"made": 1}


def test_a_large_sheet_is_worked_on_while_one_is_away(bring, get, post, monkeypatch):
    monkeypatch.setattr(check, "AT_ONCE", 1)
    monkeypatch.setattr(write, "AT_ONCE", 1)
    one = bring("county_clerk", book(HEAD, ["李四", number(3), "", ""], ["王五", number(5), "", ""]))
    assert 'hx-trigger="every 2s"' in get("county_clerk", "import-page", one.pk).content.decode()
    run_job.run(one.job_id)
    post("county_clerk", "import-run", one.pk)
    one.refresh_from_db()
    assert one.state == "running"
    assert post("county_clerk", "import-stop", one.pk).status_code == 303
    one.refresh_from_db()
    assert get("county_clerk", "import-page", one.pk).status_code == 200


def test_two_imports_of_one_file_at_once_register_each_person_once(cast, bring, post):
    content = book(HEAD, *[[f"张{word}", number(2 * n + 1), "", ""] for n, word in enumerate("一二三四五")])
    first, second = bring("county_clerk", content), bring("city_clerk", content)
    assert (counts(first), counts(second)) == ({"made": 5}, {"made": 5})
    post("county_clerk", "import-run", first.pk)
    post("city_clerk", "import-run", second.pk)
    assert (counts(first), counts(second)) == ({"made": 5}, {"same": 5})
    assert Person.objects.filter(name__startswith="张", erased_at=None).count() == 5


@pytest.mark.django_db(transaction=True)
def test_two_runs_in_the_same_moment_register_each_person_once(cast, bring):
    content = book(HEAD, *[[f"张{word}", number(2 * n + 1), "", ""] for n, word in enumerate("一二三四五")])
    ones = [bring("county_clerk", content), bring("city_clerk", content)]
    for one in ones:
        write.begin(import_id=one.pk, by=one.started_by)

    def run(one):
        try:
            return write.run(one.pk, check.Silent())
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, ones))
    for one in ones:
        one.refresh_from_db()
    county, city = (counts(one) for one in ones)
    later = {"same": 5} if county == {"made": 5} else {"refused": 5}  # the city sees the county's people, not the other way round
    assert sorted([county, city], key=str) == sorted([{"made": 5}, later], key=str)
    assert Person.objects.filter(name__startswith="张", erased_at=None).count() == 5


TAKEN, SHARED = "这个手机号已登记在其他人名下。", "与本表第 {} 行不是同一人，手机号却相同。"


def phones_of(one):
    return [(each.row, str(each.message)) for each in one.findings.filter(column="phone").order_by("row", "id")]


def test_a_phone_of_somebody_else_is_asked_about_and_never_said_whose(cast, bring, post, get):
    known = register(cast, name="骆行舟", n=1, phone="10011110001")
    register(cast, name="贺兰山", n=2, home="mine", phone="10022220002")
    one = bring(
        "county_clerk",
        book(
            HEAD,
            ["高远航", number(3), "10022220002", ""],  # of somebody beyond this clerk's scope
            ["骆行舟", number(1), "10022220002", ""],  # known: the correction would put the phone of another on file
            ["穆长风", number(4), "10033330003", ""],
            ["施明远", number(5), "10033330003", ""],  # two of one phone within the sheet
            ["叶知秋", number(6), "10044440004", ""],
            ["岳临川", number(7), "", ""],
        ),
    )
    assert counts(one) == {"made": 2, "doubtful": 4}
    assert phones_of(one) == [
        (2, TAKEN),
        (2, SHARED.format(3)),
        (3, "已登记，手机号不同，将更正为本表所填。"),
        (3, TAKEN),
        (3, SHARED.format(2)),
        (4, SHARED.format(5)),
        (5, SHARED.format(4)),
    ]
    page = get("county_clerk", "import-page", one.pk).content.decode()
    assert ("贺兰山" in page, cast.mine.name in page) == (False, False)
    post("county_clerk", "import-mend", one.pk, **{"row-2": "take", "row-3": "take", "row-4": "take", "row-5": "skip"})
    post("county_clerk", "import-run", one.pk)
    known.refresh_from_db()
    assert known.phone_last4 == "0002"
    made = dict(Person.objects.filter(name__in=["高远航", "穆长风", "施明远", "叶知秋"]).values_list("name", "phone_last4"))
    assert made == {"高远航": "0002", "穆长风": "0003", "叶知秋": "0004"}


def test_without_the_question_the_phone_of_somebody_else_comes_in_silently(cast, bring, monkeypatch):
    """The sabotage twin."""
    register(cast, name="骆行舟", n=1, phone="10011110001")
    monkeypatch.setattr("unionhall.work.office.actions.import_people._phones_of_others", lambda _verdicts: [])
    assert counts(bring("county_clerk", book(HEAD, ["高远航", number(3), "10011110001", ""]))) == {"made": 1}
