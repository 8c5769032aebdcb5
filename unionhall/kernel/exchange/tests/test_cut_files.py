"""A text that was cut in half: certain cuts are refused with their row, likely ones are asked about; whole files come in."""

import io
import zipfile

import pytest
from django.utils.translation import override

from unionhall.kernel.exchange import queries
from unionhall.kernel.exchange.actions import bring, check
from unionhall.kernel.exchange.models import Import, ImportSlice
from unionhall.kernel.exchange.tests.conftest import book, counts
from unionhall.kernel.organizations.models import Employer

pytestmark = pytest.mark.django_db
TEXT = "企业名称,职工人数,成立日期\n甲厂,1,2025-03-05\n乙厂,2,2025-03-05\n"
SEEMS = "文件似乎在这一行中断：本行只有 2 格，其他各行至少 3 格，行末也没有换行，后面的行可能已丢失（共读到 2 行）。"
NOTHING = "未导入任何内容。"


def refused(way, content):
    with pytest.raises(bring.BadFile) as told:
        way.brought(content=content, name="企业.csv")
    assert not Import.objects.exists() and not ImportSlice.objects.exists()
    return told.value.code, str(told.value)


@pytest.mark.parametrize(
    ("encoding", "lost"), [("utf-8", 1), ("utf-8", 2), ("utf-8-sig", 1), ("gbk", 1), ("utf-16", 1), ("utf-16", 3)]
)
def test_half_a_character_is_refused_with_its_row(way, encoding, lost):
    code, said = refused(way, (TEXT + "丙厂,3,戊厂").encode(encoding)[:-lost])
    assert code == "file_cut_character"
    assert said == (
        f"文件在第 4 行中断，最后一个字不完整；连表头共 4 行，后面的内容已丢失。请重新导出或重新下载完整的文件。{NOTHING}"
    )


def test_a_quote_that_is_never_closed_is_refused_with_its_row(way):
    code, said = refused(way, TEXT.replace("乙厂", '"乙厂').encode())
    assert code == "file_cut_quote"
    assert said.startswith('第 3 行有一个双引号（"）没有配对，其后的内容都被读成同一格，文件可能在此中断；连表头共 3 行。')
    assert said.endswith(NOTHING)


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "utf-16"])
def test_a_short_last_row_without_an_end_is_asked_about(way, encoding):
    one = way.checked(content=TEXT[:-12].encode(encoding), name="企业.csv")
    assert (one.told["cut"], counts(one)) == ([3, 2, 3], {"made": 1, "doubtful": 1})
    (finding,) = queries.findings(one)
    assert (finding.row, finding.column, finding.level, str(finding.message)) == (3, "", "doubt", SEEMS)
    assert str(finding.mend).startswith("请与原表核对行数和末行")
    one = check.mend(import_id=one.pk, by=way.by, choices={3: True})
    assert counts(one) == {"made": 2}
    way.run(one)
    assert sorted(Employer.objects.values_list("name", flat=True)) == ["乙厂", "甲厂"]


def test_a_row_that_seems_cut_may_be_left_out(way):
    one = way.checked(content=TEXT[:-12].encode(), name="企业.csv")
    one = check.mend(import_id=one.pk, by=way.by, choices={3: False})
    assert counts(one) == {"made": 1, "skipped": 1}


@pytest.mark.parametrize("tail", ["", "合计,3", "制表人：张三", "说明：以上为全部企业"])
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_a_file_that_only_lacks_the_last_line_end_comes_in(way, tail, encoding):
    text = TEXT + tail if tail else TEXT.rstrip("\n")
    one = way.checked(content=text.encode(encoding), name="企业.csv")
    assert ("cut" in one.told, counts(one)) == (False, {"made": 2})


def test_what_is_no_text_keeps_its_own_answer(way):
    """A workbook is not tried once more without its last bytes: what it holds is what it is refused for."""
    whole = book(["企业名称", "职工人数"], ["甲厂", "1"])
    with zipfile.ZipFile(parts := io.BytesIO(whole), "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    asked = {
        "a.xlsx": parts.getvalue(),
        "b.xlsx": whole[: len(whole) // 2],
        "c.csv": whole,
        "d.csv": b"a,b\n\x00\x01",
        "e.csv": b"",
    }
    codes = {}
    for name, content in asked.items():
        with pytest.raises(bring.BadFile) as told:
            way.brought(content=content, name=name)
        codes[name] = told.value.code
    assert codes == {
        "a.xlsx": "file_active_content",
        "b.xlsx": "file_broken",
        "c.csv": "file_not_what_it_says",
        "d.csv": "file_not_what_it_says",
        "e.csv": "file_empty",
    }


def test_all_of_it_is_said_in_english(way):
    with override("en"):
        said = {refused(way, (TEXT + "丙厂,3,戊厂").encode()[:-1])[1], refused(way, TEXT.replace("乙厂", '"乙厂').encode())[1]}
        (finding,) = queries.findings(way.checked(content=TEXT[:-12].encode(), name="企业.csv"))
    assert said == {
        "This file breaks off within row 4, in the middle of a character; it holds 4 rows with the headings, and what followed is"
        " missing. Export or download it once more, whole. Nothing was imported.",
        'In row 3 a quotation mark (") is never closed, so everything after it reads as one cell; it may be that the file breaks'
        " off here. It holds 3 rows with the headings. Export or download it once more, whole, or close the mark."
        " Nothing was imported.",
    }
    assert str(finding.message) == (
        "The file seems to break off in this row: it has 2 cells where all others have at least 3, and no line end; rows after it"
        " may be missing (2 rows were read)."
    )
