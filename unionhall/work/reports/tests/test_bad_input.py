"""What cannot be taken in: each case has its one sentence, in both languages, and leaves everything as it was."""

import io
import zipfile
from datetime import date

import pytest
from django.utils import translation

from unionhall.kernel.audit import queries as trail
from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger import registry
from unionhall.kernel.ledger.facts import Scope, Window
from unionhall.lib.refusal import Conflict, Refused
from unionhall.work.reports.actions import check, templates, writing
from unionhall.work.reports.models import Report, Template
from unionhall.work.reports.tests.conftest import BODY, YEAR
from unionhall.work.reports.tests.test_write_reports import key, text

ISSUED = "报告已经印发，不能再改。", "The report is issued and can no longer be changed."


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"<w:p/>" * 5_000_000)
    return out.getvalue()


def said(refused):
    """The sentence in both languages."""
    found = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            found.append(str(refused.value))
    return tuple(found)


@pytest.mark.parametrize(
    ("name", "content", "sentences"),
    [
        ("空.txt", b"", ("文件是空的，没有可核对的文字。", "The file is empty; there is nothing to check.")),
        (
            "图.txt",
            b"\x89PNG\r\n\x1a\n\x00\x00\x01\x02",
            (
                "这不是文字文件。可核对 .txt、.docx、.pdf、.html，或直接粘贴文字。",
                "This is no text. Give a .txt, .docx, .pdf or .html, or paste the text.",
            ),
        ),
        (
            "大.txt",
            b"a" * (50 << 20),
            (
                "文件有 50 MB，最多 20 MB。请只取正文，或粘贴文字。",
                "The file has 50 MB; the most is 20 MB. Take the text alone, or paste it.",
            ),
        ),
        (
            "弹.docx",
            bomb(),
            (
                "文件展开后过大，已拒绝。请另存为普通的 .docx 后再试。",
                "Unpacked, the file is far too large. Save it as an ordinary .docx and try again.",
            ),
        ),
        (
            "坏.pdf",
            b"%PDF-1.7 nothing",
            (
                "文件已损坏，无法打开。请重新导出后再试。",
                "The file is damaged and cannot be opened. Export it again and try once more.",
            ),
        ),
        (
            "长.txt",
            "字".encode() * 200_001,
            ("文字超过 200,000 字。请分成几份核对。", "The text has more than 200,000 characters. Check it in parts."),
        ),
    ],
    ids=["empty", "binary", "50 MB", "zip bomb", "broken pdf", "endless"],
)
def test_a_file_that_cannot_be_checked(name, content, sentences):
    with pytest.raises(check.Unfit) as refused:
        check.read_file(name, content)
    assert said(refused) == sentences


def test_a_period_that_ends_before_it_starts():
    with translation.override("zh-hans"), pytest.raises(Refused) as refused:
        Window(date(2025, 2, 1), date(2025, 1, 1))
    assert (str(refused.value), refused.value.field) == ("期间的结束日早于开始日。", "end")


@pytest.mark.django_db
def test_a_template_that_names_an_unknown_indicator(cast):
    with pytest.raises(Refused) as refused:
        templates.add(organization=cast.city, name="错", kind="other", body="一。\n{issues.nothing}", by=cast.city_clerk)
    assert said(refused) == ("第 2 行：没有名为“issues.nothing”的指标。", "Line 2: there is no indicator “issues.nothing”.")
    assert refused.value.field == "body"
    assert not Template.objects.exists()


@pytest.mark.django_db
def test_a_rate_over_nothing_has_no_value_and_prints_two_dashes(cast, books):
    window = Window(date(2020, 1, 1), date(2020, 1, 2))
    figure = ledger.value(registry.indicator("issues.resolution_rate"), Scope(cast.city), window)
    assert (figure.number, str(figure)) == (None, "--")
    made = templates.add(organization=cast.city, name="空", kind="other", body="率{issues.resolution_rate}。", by=cast.city_clerk)
    assert text(writing.draft(organization=cast.city, window=window, template=made, by=cast.city_clerk)) == ["率--。"]


@pytest.fixture
def report(cast, books):
    made = templates.add(organization=cast.city, name="年度", kind="year", body=BODY, by=cast.city_clerk)
    return writing.draft(organization=cast.city, window=YEAR, template=made, by=cast.city_clerk)


@pytest.mark.django_db
def test_an_edition_issued_twice(cast, report):
    first = writing.issue(report_id=report.pk, by=cast.city_clerk, remark="已核对。")
    with pytest.raises(Conflict) as refused:
        writing.issue(report_id=report.pk, by=cast.city_clerk, remark="再次。")
    assert said(refused) == ISSUED
    kept = Report.objects.get(pk=report.pk)
    assert (kept.digest, kept.issued_at, kept.remark) == (first.digest, first.issued_at, "已核对。")
    assert [row.verb for row in trail.trail("reports.report", report.pk)].count("reports.issued") == 1


@pytest.mark.django_db
def test_two_editors_and_nothing_is_lost(cast, report):
    place = key(report, "共发现问题")
    writing.edit(report_id=report.pk, key=place, text="先到。", by=cast.city_clerk, version=1)
    with pytest.raises(Conflict) as refused:
        writing.edit(report_id=report.pk, key=place, text="后到。", by=cast.city_clerk, version=1)
    assert said(refused) == (
        "别人刚改过这份报告，请看过新的内容后再改。",
        "Somebody changed the report meanwhile: look at it again.",
    )
    page = cast.client("city_clerk").post(f"/reports/{report.pk}/edit/{place}/", {"text": "后到的一段文字。", "version": "1"})
    assert page.status_code == 409
    assert "别人刚改过这份报告" in page.content.decode() and "后到的一段文字。" in page.content.decode()
    assert "先到。" in text(Report.objects.get(pk=report.pk))
    shown = page.content.decode()
    assert "别人刚保存的内容" in shown and "<p>先到。</p>" in shown and '<input type="hidden" name="version" value="2"' in shown
    again = cast.client("city_clerk").post(f"/reports/{report.pk}/edit/{place}/", {"text": "后到的一段文字。", "version": "2"})
    assert again.status_code == 303 and "后到的一段文字。" in text(Report.objects.get(pk=report.pk))
