"""A template is read into headings, paragraphs, figures and blocks; every mistake names its line."""

import pytest

from unionhall.work.reports.rules.markup import (
    Block,
    Clause,
    Line,
    Table,
    Token,
    Unreadable,
    codes,
    key_of,
    line_of,
    lines,
    read,
    token_of,
)

WHOLE = """# 基本情况
{unit}共发现问题{issues.identified}，同比{issues.identified|change}。

@each county
## {unit}
解决{issues.resolved|step=100}。
@end
@when campaigns.visited
走访{campaigns.visited}。
@end
@table county 各县情况: issues.identified, {issues.resolved|prev}
"""


def test_the_parts_of_a_template():
    heading, paragraph, each, when, table = read(WHOLE)
    assert (heading.level, heading.parts) == (1, ("基本情况",))
    assert paragraph.parts == (
        Token("unit"),
        "共发现问题",
        Token("issues.identified"),
        "，同比",
        Token("issues.identified", ("change",)),
        "。",
    )
    assert isinstance(each, Block) and (each.kind, each.argument, len(each.inside)) == ("each", "county", 2)
    assert each.inside[1].parts[1].step == 100
    assert (when.kind, when.argument) == ("when", "campaigns.visited")
    assert isinstance(table, Table)
    assert (table.title, [token.options for token in table.tokens]) == ("各县情况", [(), ("prev",)])


def test_which_indicators_must_exist():
    assert codes(read(WHOLE)) == [
        ("issues.identified", 2),
        ("issues.identified", 2),
        ("issues.resolved", 6),
        ("issues.identified", 11),
        ("issues.resolved", 11),
    ]
    assert len(list(lines(read(WHOLE)))) == 6


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("一\n{issues.listed", 2, "大括号"),
        ("}", 1, "大括号"),
        ("{}", 1, "不是指标"),
        ("{nonsense}", 1, "不是指标"),
        ("{issues.listed|often}", 1, "选项"),
        ("{issues.listed|step=0}", 1, "选项"),
        ("\n\n@end", 3, "@end"),
        ("@each county\n文字", 1, "@end"),
        ("@each street\n@end", 1, "@ 行"),
        ("@each county\n@each room\n@end\n@end", 2, "@each"),
        ("@when nothing\n@end", 1, "@ 行"),
        ("@table county 标题", 1, "表格"),
        ("@table county 标题: unit", 1, "列"),
        ("##### 五级", 1, "四级"),
        ("长" * 5001, 1, "最多"),
        ("一\n" * 2001, 2000, "最多"),
    ],
)
def test_each_mistake_names_its_line(text, line, word):
    with pytest.raises(Unreadable) as refused:
        read(text)
    assert refused.value.line == line
    assert word in str(refused.value)
    assert refused.value.field == "body"


def test_a_token_with_everything():
    assert token_of("issues.listed｜floor=3@township|own|exact") == Token("issues.listed", ("own", "exact"), 1, (3, "township"))
    assert token_of("own.visits@2").code == "own.visits@2"
    assert not token_of("unit").is_figure


def test_a_clause_has_a_figure_and_other_brackets_are_words():
    found = line_of("全年[走访{campaigns.visit_made}，][慰问{campaigns.greeted}]。见附件[2025]3号。")
    visited, greeted = Token("campaigns.visit_made"), Token("campaigns.greeted")
    assert found.parts == ("全年", Clause(("走访", visited, "，")), Clause(("慰问", greeted)), "。见附件[2025]3号。")
    assert found.tokens == [visited, greeted]
    assert codes(read("[走访{campaigns.visit_made}]")) == [("campaigns.visit_made", 1)]


def test_plain_text_stays_plain():
    assert line_of("没有数字。") == Line("没有数字。", 0, ("没有数字。",), 1)
    assert read("\n \n") == []
    assert read("全文\r\n第二行")[1].parts == ("第二行",)


def test_a_paragraph_is_found_again_by_its_own_words():
    seen: dict[str, int] = {}
    first, again, other = key_of("甲", seen), key_of("甲", seen), key_of("甲", seen, "unit7")
    assert (again, other) == (f"{first}~2", f"{first}@unit7")
    assert key_of("甲", {}) == first
    assert key_of("乙", {}) != first
