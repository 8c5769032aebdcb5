"""A text is held against the ledger: proposed, judged, corrected once, and refused where it cannot be read."""

import io
import zipfile
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from unionhall.kernel.audit import queries as trail
from unionhall.kernel.ledger.facts import Window
from unionhall.kernel.programmes import actions as programmes
from unionhall.lib.refusal import Denied, NotVisible, Refused
from unionhall.work.reports.actions import check
from unionhall.work.reports.models import Alias, Checked
from unionhall.work.reports.queries import matching
from unionhall.work.reports.rules.reading import report, verdicts
from unionhall.work.reports.tests.conftest import YEAR

HOLDS, DIFFERS, NOT_COUNTED, UNKNOWABLE = verdicts.HOLDS, verdicts.DIFFERS, verdicts.NOT_COUNTED, verdicts.UNKNOWABLE
TEXT = "全年调研走访发现问题10项,已解决5项,解决率40%。表彰劳模12名,数量全省第一。确保明年发现问题20项。"


@pytest.mark.parametrize(
    ("value", "qualifier", "step", "counted", "passed", "holds"),
    [
        (15_000, "more_than", 1_000, 15_001, False, True),
        (15_000, "more_than", 1_000, 15_999, False, True),
        (15_000, "more_than", 1_000, 15_000, False, False),
        (15_000, "more_than", 1_000, 16_000, False, False),
        (300, "more_than", 100, 400, True, True),
        (300, "more_than", 100, 401, True, False),
        (3_000, "nearly", 100, 2_900, False, True),
        (3_000, "nearly", 100, 3_000, False, False),
        (96_000, "exact", 1_000, 95_500, False, True),
        (96_000, "exact", 1_000, 95_499, False, False),
        (512, "exact", 1, 512, False, True),
        (512, "exact", 1, 513, False, False),
        (95, "at_least", 1, 95, False, True),
        (8, "at_most", 1, 8, False, True),
        (8, "at_most", 1, 9, False, False),
    ],
)
def test_hedges_decide_what_a_counted_value_prints(value, qualifier, step, counted, passed, holds):
    found = verdicts.prints(Decimal(value), qualifier, Decimal(step), Fraction(counted), passed=passed, rate=False)
    assert found is holds


def test_a_rate_is_rounded_to_its_last_place():
    rate = Fraction(140, 173) * 100
    assert verdicts.prints(Decimal("80.9"), "exact", Decimal("0.1"), rate, passed=False, rate=True)
    assert not verdicts.prints(Decimal("80.8"), "exact", Decimal("0.1"), rate, passed=False, rate=True)


@dataclass
class Held:
    """Holds a text against the books of the city."""

    unit: object

    def __call__(self, text=TEXT, window=YEAR, unit=None):
        return matching.held(report.read(text, until=window.end), unit=unit or self.unit, window=window)


@pytest.fixture
def held(cast, books):
    programmes.load_catalogue()
    return Held(cast.city)


def test_each_figure_gets_its_verdict(held):
    found = held()
    assert [(one.mention.printed, one.indicator and one.indicator.code, one.verdict, one.ledger) for one in found] == [
        ("10项", "issues.identified.research", HOLDS, 10),
        ("5项", "issues.resolved.research", DIFFERS, 4),
        ("40%", "issues.resolution_rate.research", HOLDS, 40),
        ("12名", None, NOT_COUNTED, None),
        ("数量全省第一", None, UNKNOWABLE, None),
        ("20项", None, NOT_COUNTED, None),
    ]
    assert all(one.reason for one in found)
    assert "台账为 4。" in found[1].reason and "台账为 40.00%，" in found[2].reason
    assert "劳动模范" in found[3].reason
    assert "目标" in found[5].reason


def test_a_changed_digit_is_seen(held):
    assert [one.verdict for one in held("全年发现问题10项。")] == [HOLDS]
    assert [one.verdict for one in held("全年发现问题11项。")] == [DIFFERS]
    assert [one.verdict for one in held("全年发现问题近20项。")] == [DIFFERS]
    assert [one.verdict for one in held("全年发现问题10余项。")] == [DIFFERS]
    assert [one.verdict for one in held("全年发现问题10项以上。")] == [HOLDS]


def test_the_time_of_the_text_goes_before_that_of_the_report(held):
    (one,) = held("2024年发现问题5项。")
    assert (one.verdict, one.window) == (HOLDS, Window(date(2024, 1, 1), date(2024, 12, 31)))
    (one,) = held("一季度发现问题7项。")
    assert (one.verdict, one.window) == (HOLDS, Window(date(2025, 1, 1), date(2025, 3, 31)))


def test_a_county_counts_its_own(cast, held):
    assert [one.ledger for one in held("发现问题7项。", unit=cast.county)] == [7]


def test_a_correction_is_kept_and_used_next_time(cast, held):
    text = "攻坚克难,清理积案4件。"
    assert [one.indicator for one in held(text)] == [None]
    kept = check.hand_in(
        given=check.Given("", text, plain=True), unit=cast.city, since=YEAR.start, until=YEAR.end, by=cast.city_clerk
    )
    check.correct(checked_id=kept.pk, number=0, code="issues.resolved", by=cast.city_clerk)
    (again,) = held("今年清理积案4件。")
    assert (again.opened_by, again.verdict, again.learned) == ("issues.resolved", HOLDS, True)
    (below,) = held("清理积案9件。", unit=cast.county)
    assert (below.opened_by, below.learned) == ("issues.resolved", True)
    (elsewhere,) = held("清理积案9件。", unit=cast.province)
    assert (elsewhere.indicator, elsewhere.learned) == (None, False)
    check.correct(checked_id=kept.pk, number=0, code="", by=cast.city_clerk)
    assert Alias.objects.count() == 1
    assert [one.indicator for one in held(text)] == [None]
    assert [row.verb for row in trail.trail("reports.checked", kept.pk)].count("reports.match_corrected") == 2


def test_who_may_not_write_corrects_nothing(cast, held):
    given = check.Given("", TEXT, plain=True)
    kept = check.hand_in(given=given, unit=cast.city, since=YEAR.start, until=YEAR.end, by=cast.city_clerk)
    with pytest.raises((Denied, NotVisible)):
        check.correct(checked_id=kept.pk, number=0, code="", by=cast.worker)
    with pytest.raises((Denied, NotVisible)):
        check.hand_in(given=given, unit=cast.city, since=YEAR.start, until=YEAR.end, by=cast.worker)
    assert (Alias.objects.count(), Checked.objects.count()) == (0, 1)


@pytest.mark.parametrize(("number", "code"), [(99, ""), (-1, ""), (0, "issues.nothing")])
def test_only_what_is_there_is_corrected(cast, held, number, code):
    kept = check.hand_in(
        given=check.Given("", TEXT, plain=True), unit=cast.city, since=YEAR.start, until=YEAR.end, by=cast.city_clerk
    )
    with pytest.raises(Refused):
        check.correct(checked_id=kept.pk, number=number, code=code, by=cast.city_clerk)


def test_text_files_in_the_usual_encodings():
    for encoding in ("utf-8", "utf-8-sig", "gbk", "utf-16"):
        assert check.read_file("总结.txt", "走访困难职工４０户".encode(encoding)).text.lstrip("\ufeff") == "走访困难职工４０户"


def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"<w:p/>" * 5_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("空.txt", b"", "空的"),
        ("空.txt", b" \n\n", "空的"),
        ("图.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x01\x02", "不是文字文件"),
        ("图.png", b"\x89PNG\r\n\x1a\n", "不是文字文件"),
        ("旧.doc", b"\xd0\xcf\x11\xe0", "另存为 .docx"),
        ("大.txt", b"a" * (50 << 20), "50 MB"),
        ("长.txt", "字".encode() * 200_001, "200,000"),
        ("弹.docx", _bomb(), "过大"),
        ("坏.docx", b"PK\x03\x04", "损坏"),
        ("坏.pdf", b"%PDF-1.7 nothing", "损坏"),
        ("空.html", b"<html><script>1</script></html>", "没有"),
    ],
)
def test_what_cannot_be_checked_is_told_in_a_sentence(name, content, said):
    with pytest.raises(Refused, match=said):
        check.read_file(name, content)


def test_a_period_that_ends_before_it_starts(cast, held):
    given = check.Given("", TEXT, plain=True)
    with pytest.raises(Refused):
        check.hand_in(given=given, unit=cast.city, since=YEAR.end, until=YEAR.start, by=cast.city_clerk)
    assert not Checked.objects.exists()


@pytest.fixture
def desk(cast, held):
    return cast.client("city_clerk")


def test_on_the_desk_from_paste_to_correction(desk, cast):
    answer = desk.post("/reports/check/", {"text": f"总结\n{TEXT}\n清理积案4件。", "since": "2025-01-01", "until": "2025-12-31"})
    assert answer.status_code == 303
    kept = Checked.objects.get()
    page = desk.get(f"/reports/check/{kept.pk}/").content.decode()
    assert (kept.title, page.count('id="t')) == ("总结", 7)
    assert "台账为 4" in page and "有出入 1" in page and "相符 2" in page
    opened = page.split('data-label="指标"><a href="')[1].split('"')[0].replace("&amp;", "&")
    assert desk.get(opened).status_code == 200
    form = desk.get(f"/reports/check/{kept.pk}/figures/6/").content.decode()
    assert "清理积案4件" in form
    assert desk.post(f"/reports/check/{kept.pk}/figures/6/", {"offered": "", "other": "issues.resolved"}).status_code == 303
    assert "人工更正" in desk.get(f"/reports/check/{kept.pk}/").content.decode()
    assert desk.get(f"/reports/check/{kept.pk}/figures/7/").status_code == 404


def test_a_file_on_the_desk(desk):
    days = {"since": "2025-01-01", "until": "2025-12-31"}
    assert desk.post("/reports/check/", {"file": SimpleUploadedFile("总结.txt", TEXT.encode("gbk")), **days}).status_code == 303
    assert Checked.objects.get().title == "总结.txt"
    for upload in (SimpleUploadedFile("空.txt", b""), SimpleUploadedFile("坏.docx", b"PK\x03\x04")):
        answer = desk.post("/reports/check/", {"file": upload, **days})
        assert answer.status_code == 422
    assert desk.post("/reports/check/", {"text": "  ", **days}).status_code == 422
    assert desk.post("/reports/check/", {"text": TEXT, "since": "2025-12-31", "until": "2025-01-01"}).status_code == 422
    assert Checked.objects.count() == 1
