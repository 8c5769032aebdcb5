"""Sums inside a text: rates, products, parts of a total, changes; hedged ends are left alone."""

from datetime import date

import pytest

from unionhall.work.reports.rules.reading import arithmetic, report


def found(text: str) -> list[tuple[str, str, str, int | float]]:
    reading = report.read(text, until=date(2023, 12, 31))
    return [
        (one.kind, reading.mentions[one.result].printed, one.verdict, arithmetic.plain(one.expected))
        for one in arithmetic.checks(reading)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("全县10个乡镇工会中,9个已换届,完成率90%。", [("rate", "90%", "holds", 90)]),
        ("全县10个乡镇工会中,9个已换届,完成率95%。", [("rate", "95%", "differs", 90)]),
        ("除东岗、西岗外,8个县区已完成,完成率达80%。", [("rate", "80%", "holds", 80)]),
        ("除东岗外,9个县区已完成,完成率达80%。", [("rate", "80%", "differs", 90)]),
        ("收到提案120件,立案96件,立案率80%。", [("rate", "80%", "holds", 80)]),
        ("发现问题173项,已解决140项,解决率80.9%。", [("rate", "80.9%", "holds", 80.9249)]),
        ("困难职工由1260户减至388户,清零率达69.2%。", [("rate", "69.2%", "holds", 69.2063)]),
        ("为47名劳模每人发放3000元,共计14.1万元。", [("product", "14.1万元", "holds", 141000)]),
        ("为47名劳模每人发放3000元,共计15.1万元。", [("product", "15.1万元", "differs", 141000)]),
        ("资助学子200名,每人2000元,合计40万元。", [("product", "40万元", "holds", 400000)]),
        ("共表彰100人,其中劳模60人、工匠40人。", [("sum", "100人", "holds", 100)]),
        ("共表彰100人,其中劳模60人、工匠30人。", [("sum", "100人", "differs", 90)]),
        ("共表彰100人,其中劳模60人、工匠30人等。", []),
        ("培训职工200人,其中女职工250人。", [("sum", "200人", "differs", 250)]),
        ("培训职工200人,其中女职工50人。", []),
        ("慰问男职工120人、女职工70人,共计200人。", [("sum", "200人", "differs", 190)]),
        ("慰问男职工120人、女职工70人,共计190人。", [("sum", "190人", "holds", 190)]),
        ("会员由1200人增长到1500人,增长25%。", [("change", "25%", "holds", 25)]),
        ("会员从1200人增加到1500人,增幅30%。", [("change", "30%", "differs", 25)]),
        ("档案由1000户减少到600户,下降40%。", [("change", "40%", "holds", 40)]),
        ("救助800余人,其中重病300余人、伤残200余人。", []),
        ("建会率达到95%。", []),
        ("47户 × 3000元 = 141000元", [("product", "141000元", "holds", 141000)]),
        ("救助标准:47户×3000元＝14.2万元", [("product", "14.2万元", "differs", 141000)]),
        ("补助47户×3000元/户×2次=28.2万元。", [("product", "28.2万元", "holds", 282000)]),
        ("47 × 3,000 = 141,000", [("product", "141,000", "holds", 141000)]),
        ("提取100万元×60%=60万元。", [("product", "60万元", "holds", 600000)]),
        ("为47户×3000元,共计14.1万元。", [("product", "14.1万元", "holds", 141000)]),
        ("为47户×3000元,走访企业共计14家。", []),
        ("慰问47余户×3000元=14.1万元。", []),
        ("举办3×3篮球赛4场,实行7×24小时值守。", []),
    ],
)
def test_computations(text, expected):
    assert found(text) == expected


def test_a_written_computation_is_judged_once():
    assert found("为20人×2000元/人,共计4万元。") == [("product", "4万元", "holds", 40000)]


def test_a_rate_is_not_computed_from_other_units():
    assert found("走访企业50家,慰问职工200人,满意率98%。") == []


@pytest.mark.parametrize(
    "text",
    [
        "共有基层工会5548个(其中新建210个),涵盖单位9700个。",  # what stands behind the bracket is no part
        "吸收会员1410人,其中农民工会员175人,职工入会率达94%。",  # a rate of something else
        "组建志愿大队8支、分队23支,下辖服务队共697支。",  # no sum of what stands before it
    ],
)
def test_what_only_stands_beside_a_total_is_no_sum(text):
    assert [one.verdict for one in arithmetic.checks(report.read(text, until=date(2025, 12, 31)))] == []
