"""What people write into cells, and what it means: exact values for good cells, a sentence for bad ones."""

from datetime import date

import pytest

from unionhall.kernel.exchange import queries
from unionhall.kernel.exchange.registry import Choice, Column
from unionhall.kernel.exchange.rules import values
from unionhall.lib import idnumber
from unionhall.lib.text import Text

LABEL = Text("列", "Column")
SEX = Column(
    "sex", LABEL, "choice", choices=(Choice("male", Text("男", "Male"), ("1", "M")), Choice("female", Text("女", "Female"), ("2",)))
)


def column(kind, **more):
    return SEX if kind == "choice" else Column("one", LABEL, kind, **more)


@pytest.mark.parametrize(
    "text",
    [
        *("2025-03-05", "2025-3-5", "2025/3/5", "2025.3.5", "2025.03.05", "2025年3月5日", "2025 年 3 月 5 日", "2025年03月05号"),
        *(
            "20250305",
            "45721",
            "45721.0",
            "2025-03-05 00:00:00",
            "2025-03-05T08:30:00Z",
            "2025/3/5 8:30",
            "5-Mar-2025",
            "5 March 2025",
        ),
        *(
            "２０２５－０３－０５",
            "２０２５年３月５日",
            "二〇二五年三月五日",
            "二零二五年三月五日",
            "2025、3、5",
            "2025 3 5",
            "\u200b2025-3-5\ufeff",
        ),
    ],
)
def test_a_day_in_any_shape(text):
    assert values.parse(column("date"), text) == date(2025, 3, 5)


@pytest.mark.parametrize(
    ("text", "day"), [("2025-03", 1), ("2025年3月", 1), ("2025.3", 1), ("202503", 1), ("二〇二五年三月", 1), ("2025-3-5", 5)]
)
def test_a_month_or_a_day_in_it(text, day):
    assert values.parse(column("day_month"), text) == date(2025, 3, day)


@pytest.mark.parametrize(
    "text",
    [
        "2025-02-29",
        "2025-13-01",
        "3/5/25",
        "2025",
        "去年三月",
        "0001-01-01",
        "9999-12-31",
        "12345",
        "99999",
        "1e5",
        "二〇二五年十十月",
    ],
)
def test_what_is_no_day_is_told(text):
    with pytest.raises(values.BadCell):
        values.parse(column("date"), text)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("money", "１２３．４５", 12345),
        ("money", "1,000", 100000),
        ("money", "¥8.5元", 850),
        ("money", "人民币100元整", 10000),
        ("money", "0", 0),
        ("whole", "1,234", 1234),
        ("whole", "12.0", 12),
        ("whole", "３０人次", 30),
        ("whole", "5 户", 5),
        ("yes_no", "√", True),
        ("yes_no", "是", True),
        ("yes_no", "Ｎ", False),
        ("yes_no", "无", False),
        ("choice", "男", "male"),
        ("choice", " 1 ", "male"),
        ("choice", "FEMALE", "female"),
        ("phone", "１００ 1234 5678", "10012345678"),
        ("phone", "+86-100-1234-5678", "10012345678"),
        ("phone", "'10012345678", "10012345678"),
        ("id_number", "９９００００１９９００１０１００１７", "990000199001010017"),
        ("id_number", "990000 19900101 0017", "990000199001010017"),
        ("id_number", "'990000199001010017", "990000199001010017"),
        ("text", "　张　三 ", "张 三"),
        ("text", "零\u200b宽\u202e\ufeff", "零宽"),
        ("text", "第一行\n第二行", "第一行 第二行"),
        ("text", "ＡＢＣ－１２，是的", "ABC-12，是的"),
        ("text", "=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("text", "无", "无"),
        ("unit", " 红旗机械 ", "红旗机械"),
    ],
)
def test_a_cell_means(kind, text, value):
    assert values.parse(column(kind), text) == value


@pytest.mark.parametrize("kind", ["text", "id_number", "phone", "choice"])
def test_absent_texts_are_empty(kind):
    assert values.parse(column(kind), " ") == ""


@pytest.mark.parametrize("kind", ["date", "day_month", "money", "whole", "unit", "yes_no"])
def test_what_else_is_absent_is_none(kind):
    assert values.parse(column(kind), "") is None


@pytest.mark.parametrize("text", ["--", "/", "无", "——"])
def test_a_stroke_is_nothing(text):
    assert values.parse(column("date"), text) is None
    assert values.parse(column("phone"), text) == ""


@pytest.mark.parametrize("kind", ["text", "id_number", "phone"])
@pytest.mark.parametrize("text", ["4.30104199001011E+17", "4.3E17", "4.30104E+17", "１．５Ｅ＋１１", "6.22848E+18"])
def test_scientific_notation_is_refused_with_the_cure(kind, text):
    with pytest.raises(values.BadCell) as told:
        values.parse(column(kind), text)
    assert "科学计数" in told.value.message.zh
    assert "文本格式" in told.value.mend.zh


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        *(("money", text) for text in ("-5", "1e9", "1.234", "1.5万", "abc", "=1+1", "NaN", "1e400")),
        *(("whole", text) for text in ("-1", "1.5", "1e3", "三", "１２３４５６７８９０１２３", "∞")),
        *(("yes_no", text) for text in ("也许", "2")),
        *(("choice", text) for text in ("3", "男女", "unknown")),
        *(("phone", text) for text in ("12345", "999", "10012345678,10012345679")),
        *(("id_number", text) for text in ("990000199001010011", "99000019900230001X", "123")),
        *(("text", text) for text in ("#N/A", "#REF!", "长" * 2_001)),
    ],
)
def test_a_cell_that_cannot_be_taken_says_why_and_never_repeats_itself(kind, text):
    with pytest.raises(values.BadCell) as told:
        values.parse(column(kind), text)
    assert str(told.value.message)
    assert text not in f"{told.value.message}{told.value.mend}" or len(text) < 4


@pytest.mark.parametrize("kind", ["text", "date", "choice", "unit"])
def test_a_required_cell_may_not_be_empty(kind):
    wanted = Column("one", LABEL, kind, required=True, choices=SEX.choices if kind == "choice" else ())
    with pytest.raises(values.BadCell, match="必填"):
        values.parse(wanted, "　")


def test_clean_text_is_left_alone():
    for text in ("plain", "𠮷野家", "阿依·古丽", "a-b", "👩‍👩‍👧"[:1]):
        assert values.clean(text) == text
    assert values.clean("a\x00b") == "ab"
    assert values.clean("e\u0301") == "é"


def test_a_text_that_stood_in_a_column_before_is_not_read_again(monkeypatch):
    reader, read = values.Reader(column("date"), 1), []
    parse = values.parse
    monkeypatch.setattr(values, "parse", lambda of, text: (read.append(text), parse(of, text))[1])
    assert [reader.read(["甲", "2025年3月5日"]) for _row in range(3)] == [date(2025, 3, 5)] * 3
    assert reader.read(["甲"]) is None
    assert read == ["2025年3月5日", ""]


def test_a_column_is_read_as_its_cells_are_one_by_one():
    lines = [["2025-03-05"], ["三月初"], [], ["2025年3月5日"], ["三月初"]]
    meant = values.Reader(column("date"), 0).read_all(lines)
    assert [meant[0], meant[2], meant[3]] == [date(2025, 3, 5), None, date(2025, 3, 5)]
    assert [type(meant[place]) for place in (1, 4)] == [values.BadCell] * 2
    assert (str(meant[1]), meant[1].__traceback__) == (str(meant[4]), None)
    assert values.Reader(column("whole"), None).read_all(lines) == [None] * 5
    assert values.Reader(column("date"), 0).read_all([]) == []


def test_a_row_is_kept_out_with_each_of_its_bad_cells_and_the_others_go_on():
    by = {
        "day": values.Reader(column("date"), 0),
        "heads": values.Reader(column("whole"), 1),
        "note": values.Reader(column("text"), None),
    }
    rows, found = queries.read_rows(by, [(3, ["2025-03-05", "2"]), (4, ["x", "y"]), (7, ["", "many"]), (9, [])])
    assert [tuple(row) for row in rows] == [
        (3, {"day": date(2025, 3, 5), "heads": 2, "note": ""}),
        (9, {"day": None, "heads": None, "note": ""}),
    ]
    assert [(one.row, one.column) for one in found] == [(4, "day"), (4, "heads"), (7, "heads")]
    assert queries.read_rows(by, []) == ([], [])


def test_a_cell_that_cannot_be_read_is_refused_each_time():
    reader = values.Reader(column("date"), 0)
    for _row in range(2):
        with pytest.raises(values.BadCell):
            reader.read(["三月初"])


BODY = "99000019900307001"


@pytest.mark.parametrize(("kind", "text"), [("phone", "10000000001"), ("id_number", BODY + idnumber.checksum(BODY))])
def test_numbers_of_people_are_not_held_beyond_their_row(kind, text):
    reader = values.Reader(column(kind), 0)
    assert reader.read([text]) == text
    assert reader.known == {}


def test_a_column_that_the_sheet_lacks_is_read_as_empty():
    assert values.Reader(column("text"), None).read(["甲"]) == ""
    assert values.Reader(column("whole"), 7).read(["甲"]) is None


@pytest.mark.parametrize(
    ("one", "text", "said"),
    [
        (column("text", longest=3), "四个字了", "超过 3 字。"),
        (column("text"), "长" * 2_001, "超过 2,000 字。"),
        (column("whole", most=720), "721", "不能大于 720。"),
        (column("whole", most=20), "99999999", "不能大于 20。"),
    ],
)
def test_a_cell_that_would_not_fit_is_refused_by_itself(one, text, said):
    with pytest.raises(values.BadCell, match=said):
        values.parse(one, text)


@pytest.mark.parametrize(
    ("one", "text", "value"),
    [
        (column("text", longest=3), "三个字", "三个字"),
        (column("whole", most=720), "720", 720),
    ],
)
def test_the_bounds_of_a_cell_fit(one, text, value):
    assert values.parse(one, text) == value
