"""Lists of applications from a sheet: seen whole before, handed in by sets, taken back as far as nobody worked on them."""

import pytest

from unionhall.kernel.exchange.registry import Row, Unfit, import_kind
from unionhall.lib import dates
from unionhall.testing.cast import id_number
from unionhall.work.grants import registry
from unionhall.work.grants.actions import applications, imports
from unionhall.work.grants.models import Application
from unionhall.work.grants.tests.conftest import YUAN, assert_books_agree, figure, on_file


def row(number, person_number, **more):
    """A line of the sheet as the importer gives it."""
    values = {
        "name": "赵大勇", "id_number": id_number(person_number), "what": "autumn_aid/high", "amount": 3_000 * YUAN, "payee_id": "",
        "unit": None, "reason": "考入县一中", "exclusion": "none", "goods": "", "valuation": "", **more,
    }  # fmt: skip
    return Row(number, values)


def check(cast, *rows):
    found = imports.check(rows, at=cast.township, by=cast.township_clerk, options={})
    return [(one.row, one.column, one.level, str(one.message)) for one in found]


def write(cast, *rows):
    return imports.write(rows, at=cast.township, by=cast.township_clerk, options={}, source="exchange.import:1")


def pupils(office, count):
    """So many people on file, by the numbers of their documents."""
    return [(office.person(), office.number)[1] for _turn in range(count)]


def test_a_list_is_handed_in_and_counted_as_if_one_by_one(office, cast):
    first, second = pupils(office, 2)
    rows = [row(2, first), row(3, second, what="daily_student_relief/illness", amount=1_000 * YUAN, unit=cast.factory)]
    assert check(cast, *rows) == []
    assert [one.outcome for one in write(cast, *rows)] == ["made", "made"]
    one, other = Application.objects.order_by("pk")
    assert (one.state, one.organization, one.kind, one.asked) == ("submitted", cast.township, "high", 3_000 * YUAN)
    assert (other.organization, other.programme.code, other.submitted_on) == (cast.factory, "daily_student_relief", dates.today())
    assert figure("grants.applied", cast.city) == 4_000 * YUAN
    assert_books_agree()


def test_a_parent_is_paid_for_the_pupil(office, cast):
    head = office.person("钱二勇")
    parent = office.number
    pupil = office.person(file=False)
    on_file(cast, pupil, kind="hardship_member", head=head)
    line = row(2, office.number, payee_id=id_number(parent))
    assert check(cast, line) == []
    write(cast, line)
    assert Application.objects.get().payee == head


def test_what_is_wrong_is_said_by_row_and_column_and_level(office, cast):
    one, two, three = pupils(office, 3)
    aided = office.submit(office.person(), 100 * YUAN, code="daily_student_relief", kind="layoff")
    taken = office.number
    office.person(file=False)
    stranger = office.number
    found = check(
        cast,
        row(2, one),
        row(3, one, what="daily_student_relief/illness", amount=100 * YUAN),
        row(4, two, name="钱二勇"),
        row(5, 999),
        row(6, three, amount=9_000 * YUAN),
        row(7, taken),
        row(8, stranger),
    )
    assert found == [
        (4, "name", "error", "姓名与身份证号登记的不一致。"),
        (5, "id_number", "error", str(imports.UNKNOWN)),
        (6, "amount", "doubt", "金额9,000.00元，标准上限3,000.00元。"),
        (7, "id_number", "error", f"同期已有同类救助：{aided.reference}。"),
        (8, "id_number", "doubt", "不在困难职工档案内：先建档、后帮扶。"),
        (3, "id_number", "error", "与第2行为同期同类救助，只能保留一行。"),
    ]
    assert not any(id_number(999) in said for *_rest, said in found)
    assert Application.objects.count() == 1


@pytest.mark.parametrize(("amount", "said"), [(0, "请填写大于零的金额。"), (10**15, "金额过大，请按元填写并核对。")])
def test_an_amount_that_cannot_be_keeps_out_its_own_line_only(office, cast, amount, said):
    first, second = pupils(office, 2)
    assert check(cast, row(2, first, amount=amount), row(3, second)) == [(2, "amount", "error", said)]


def test_a_line_that_became_impossible_stays_out_alone(office, cast):
    first, second = pupils(office, 2)
    write(cast, row(2, first))
    with pytest.raises(Unfit, match="同期已有同类救助") as refused:
        write(cast, row(2, second), row(3, first))
    assert refused.value.finding.row == 3


def test_an_import_is_taken_back_as_far_as_nothing_was_done_since(office, cast):
    written = write(cast, *(row(number, person) for number, person in enumerate(pupils(office, 2), start=2)))
    first, second = Application.objects.order_by("pk")
    applications.review(application_id=second.pk, by=cast.county_clerk)
    stays = imports.undo(written, at=cast.township, by=cast.township_clerk, options={})
    assert [(one.row, str(one.message)) for one in stays] == [(3, "导入后已办理，保留。")]
    assert (Application.objects.get(pk=first.pk).state, first.entitlements.filter(released_on=None).count()) == ("withdrawn", 0)
    assert_books_agree()


def test_a_sheet_asks_no_more_with_more_rows(office, cast, django_assert_max_num_queries):
    rows = [row(number, person) for number, person in enumerate(pupils(office, 12), start=2)]
    with django_assert_max_num_queries(22):
        assert check(cast, *rows) == []


def test_every_word_of_the_sheet_is_a_kind_that_is_paid(office):
    kind = import_kind("grants.applications")
    assert [choice.code for choice in kind.column("what").choices] == list(registry.IMPORTED)
    for code in registry.IMPORTED:
        programme, _slash, one = code.partition("/")
        terms = registry.TERMS[programme][one]
        assert not (terms.matter or terms.share or terms.to_unit or terms.papers or terms.period == "month")
