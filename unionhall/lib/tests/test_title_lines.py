"""Where titles turn into their next line: exact lines, whole words, no hourglass."""

from itertools import pairwise

import pytest

from unionhall.lib.title_lines import broken, width

UNIT = "示范市总工会"
LINES = {
    "示范市总工会2025年工作总结": ["示范市总工会2025年工作总结"],
    "关于对困难职工家庭给予生活救助的决定": ["关于对困难职工家庭给予生活救助的决定"],
    "示范市总工会关于对城关区困难职工家庭给予生活救助的决定": ["示范市总工会关于", "对城关区困难职工家庭给予生活救助的决定"],
    "示范市总工会2025年第四季度问题办理情况的通报": ["示范市总工会", "2025年第四季度问题办理情况的通报"],
    "示范市总工会关于2025年发现问题清单办理情况的通报": ["示范市总工会关于", "2025年发现问题清单办理情况的通报"],
    "示范市总工会走访慰问活动2025年1月1日至2025年11月21日工作报告": [
        "示范市总工会走访慰问活动",
        "2025年1月1日至2025年11月21日工作报告",
    ],
    "关于印发《示范市总工会困难职工档案管理办法（试行）》的通知": [
        "关于印发《示范市总工会",
        "困难职工档案管理办法（试行）》的通知",
    ],
    "示范市总工会关于深入开展全市职工劳动和技能竞赛推动经济社会高质量发展的实施意见": [
        "示范市总工会关于",
        "深入开展全市职工劳动和技能",
        "竞赛推动经济社会高质量发展的实施意见",
    ],
    "示范市总工会关于表彰2025年度五一劳动奖状和五一劳动奖章获得者的决定": [
        "示范市总工会关于表彰2025年度",
        "五一劳动奖状和五一劳动奖章获得者的决定",
    ],
    "Report on the year 2025 of the Federation of Trade Unions": [
        "Report on the year 2025 of",
        "the Federation of Trade Unions",
    ],
}


@pytest.mark.parametrize("title", LINES)
def test_a_title_breaks_between_words_in_the_shape_of_a_trapezoid(title):
    assert broken(title, wide=20, issuer=UNIT) == LINES[title]


def test_nothing_is_lost_and_no_line_is_too_wide():
    for title in LINES:
        lines = broken(title, wide=20, issuer=UNIT)
        assert "".join(lines).replace(" ", "") == title.replace(" ", "")
        assert [line for line in lines if width(line) > 20] == []


def test_a_title_of_four_lines_is_no_hourglass():
    title = "示范市高新技术产业开发区总工会关于在全区各级工会组织中开展困难职工精准帮扶解困脱困工作专项监督检查和问题整改情况的报告"
    lines = broken(title, wide=20, issuer="示范市高新技术产业开发区总工会")
    assert lines == [
        "示范市高新技术产业开发区总工会",
        "关于在全区各级工会组织中开展困难职工",
        "精准帮扶解困脱困工作专项监督",
        "检查和问题整改情况的报告",
    ]
    steps = [after - before for before, after in pairwise(width(line) for line in lines)]
    assert steps == [3.0, -4.0, -2.0]  # a rhombus: longer, then shorter, never longer again


def test_an_issuer_is_not_cut_where_it_fits_a_line():
    title = "示范市新区城东街道办事处总工会工作总结和今后打算"
    assert broken(title, wide=20, issuer="示范市新区城东街道办事处总工会") == [
        "示范市新区城东街道办事处总工会",
        "工作总结和今后打算",
    ]
    assert broken(title, wide=20)[0] != "示范市新区城东街道办事处总工会"  # the control: without the name another border is taken


def test_what_is_longer_than_four_lines_is_filled_line_by_line():
    lines = broken("工会工作" * 30, wide=20)
    assert [width(line) for line in lines] == [20.0] * 6
    assert "".join(lines) == "工会工作" * 30


def test_a_word_wider_than_a_line_leaves_the_title_as_it_is():
    word = "x" * 50
    assert broken(word, wide=20) == [word]
    assert broken("", wide=20) == [""]
    assert broken("  一  二  ", wide=20) == ["一 二"]


def test_figures_and_small_letters_are_half_as_wide():
    assert [width(text) for text in ("工会", "2025", "ab", "AB", "（一）", "")] == [2.0, 2.0, 1.0, 1.5, 3.0, 0]
