"""Every pair of tokens that meets on a page reads well (WCAG 2.2 AA), computed from the stylesheet itself."""

import re
from pathlib import Path

import pytest

SHEET = (Path(__file__).resolve().parents[1] / "static" / "shell" / "unionhall.css").read_text(encoding="utf-8")
TOKENS = dict(re.findall(r"--([a-z0-9-]+): (#[0-9A-F]{6});", SHEET))


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [
        ("ink", "card", 7),
        ("ink", "page", 7),
        ("ink-2", "card", 5.5),
        ("ink-2", "page", 5.5),
        ("ink-3", "card", 5.5),
        ("link", "card", 5.5),
        ("link", "page", 5.5),
        ("link", "hover", 5.5),
        ("brand", "card", 5.5),
        ("brand", "brand-tint", 4.5),
        ("gold", "brand", 4.5),
        ("late-ink", "late-tint", 5.5),
        ("soon-ink", "soon-tint", 5.5),
        ("ok-ink", "ok-tint", 5.5),
        ("info", "info-tint", 5.5),
        ("ink-2", "brand-tint", 4.5),
        ("late", "card", 3),
        ("soon", "card", 3),
        ("ok", "card", 3),
        ("line-strong", "card", 3),
        ("line-strong", "page", 3),
        ("focus", "ink", 3),
    ],
)
def test_a_pair_reads_well(ink, ground, least):
    assert contrast(TOKENS[ink], TOKENS[ground]) >= least


def test_white_on_red():
    assert round(contrast("#FFFFFF", TOKENS["brand"]), 2) == 6.46
    assert contrast("#FFFFFF", TOKENS["brand-dark"]) >= 7


def test_the_measure_knows_a_bad_pair():
    assert round(contrast("#07C160", "#FFFFFF"), 2) == 2.38  # a popular green that many suites print on white
