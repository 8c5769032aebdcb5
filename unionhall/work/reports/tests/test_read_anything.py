"""Whatever text somebody brings: the reader answers in its own terms, and a template is read or refused by its line."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from unionhall.lib.refusal import Refused
from unionhall.work.reports.rules import markup
from unionhall.work.reports.rules.reading import arithmetic, report

NUMERALS = "0123456789一二三四五六七八九十百千万亿零〇两壹贰叁点半"
WORDS = (
    "共",
    "余",
    "多",
    "近",
    "约",
    "达到",
    "其中",
    "分别",
    "人",
    "户",
    "人次",
    "万元",
    "亿元",
    "%",
    "成",
    "名",
    "个百分点",
    "同比",
    "增长",
)
FURNITURE = (
    "2025年",
    "上半年",
    "至今",
    "“十四五”",
    "、",
    "，",
    "。",
    "\n",
    "（",
    "）",
    "/",
    "-",
    "—",
    "×",
    "=",
    "\u200b",
    "\u202e",
    "㎡",
    "½",
    "😀",
)
pieces = st.one_of(st.text(NUMERALS, min_size=1, max_size=6), st.sampled_from(WORDS + FURNITURE))
texts = st.lists(pieces, max_size=40).map("".join)
marks = st.lists(
    st.one_of(
        st.sampled_from(
            ("{", "}", "|", "@each county", "@end", "@when ", "@table county x: ", "\n", "# ", "step=", "change", "a.b")
        ),
        st.text("ab.=|{}@ 数", max_size=5),
    ),
    max_size=20,
).map("".join)


@settings(max_examples=200, deadline=None)
@given(texts)
def test_any_text_is_read_and_each_figure_lies_where_it_is_said_to(text: str):
    reading = report.read(text, until=date(2025, 12, 31))
    for one in reading.mentions:
        assert 0 <= one.start < one.end <= len(text)
    for check in arithmetic.checks(reading):
        assert {check.result, *check.terms} <= set(range(len(reading.mentions)))


@settings(max_examples=200, deadline=None)
@given(marks)
def test_any_template_is_read_or_refused(text: str):
    try:
        markup.read(text)
    except Refused as refusal:
        assert "行" in refusal.message.zh
