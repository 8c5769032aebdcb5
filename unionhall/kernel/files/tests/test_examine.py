import io
import subprocess
import sys

import openpyxl
import pytest
from docx import Document
from PIL import Image

from unionhall.kernel.files import rules
from unionhall.kernel.files.tests import corpus

MOST = 20 * rules.MEGABYTE
MALFORMED = corpus.malformed()


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in range(20_000):
        book.active.append(["张三", "440100199001011234", row])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def letter() -> bytes:
    document = Document()
    document.add_paragraph("关于困难职工帮扶工作的通知")
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


GOOD = [
    ("a.jpg", corpus.picture("JPEG")),
    ("A.JPEG", corpus.picture("JPEG")),
    ("a.png", corpus.picture("PNG")),
    ("a.webp", corpus.picture("WEBP")),
    ("通知.pdf", corpus.PDF),
    ("名单.xlsx", workbook()),
    ("通知.docx", letter()),
    ("a.csv", "姓名,工会\n张三,某厂工会\n".encode("gb18030")),
    ("a.csv", "姓名\n张三\n".encode("utf-8-sig")),
    ("a.csv", "姓名\n张三\n".encode("utf-16")),
    ("说明.txt", "一段文字".encode()),
]


@pytest.mark.parametrize(("name", "content"), GOOD, ids=[f"{index}-{name}" for index, (name, _) in enumerate(GOOD)])
def test_what_offices_send_comes_in(name, content):
    fit = rules.examine(name, content, most_bytes=MOST)
    assert fit.content_type == rules.TYPES[rules.extension_of(name)]
    assert fit.content


def test_the_corpus_is_large_enough():
    assert len(MALFORMED) >= 40
    assert {code for *_rest, code in MALFORMED} == {
        "empty", "not_allowed", "not_what_it_says", "broken", "too_many_pixels", "encrypted", "active_content", "bomb",
    }  # fmt: skip


@pytest.mark.parametrize(("what", "name", "content", "code"), MALFORMED, ids=[what for what, *_rest in MALFORMED])
def test_what_is_malformed_stays_out(what, name, content, code):
    with pytest.raises(rules.Unfit) as refusal:
        rules.examine(name, content, most_bytes=MOST)
    assert refusal.value.code == code


LIMITED = """
import resource
resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))
resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
from unionhall.kernel.files import rules
from unionhall.kernel.files.tests import corpus
refused = 0
for _what, name, content, code in corpus.malformed():
    try:
        rules.examine(name, content, most_bytes=20 << 20)
    except rules.Unfit as unfit:
        refused += unfit.code == code
print(refused)
"""


def test_the_whole_corpus_fits_into_half_a_gigabyte_and_ten_seconds():
    answer = subprocess.run([sys.executable, "-c", LIMITED], capture_output=True, text=True, check=True)
    assert int(answer.stdout) == len(MALFORMED)


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    def never(*_):
        raise AssertionError("it was unpacked")

    monkeypatch.setattr(rules, "_check_entry", never)
    with pytest.raises(rules.Unfit, match="bomb"):
        rules.examine("a.xlsx", corpus.office(extra={"xl/worksheets/sheet1.xml": corpus.BOMB}), most_bytes=MOST)


def test_without_the_look_at_the_contents_the_bomb_would_come_in(monkeypatch):
    """The control: what keeps the bomb out is the table of contents, nothing else."""
    monkeypatch.setattr(rules, "check_contents", lambda *_, **__: None)
    bomb = corpus.office(extra={"xl/worksheets/sheet1.xml": corpus.BOMB})
    assert rules.examine("a.xlsx", bomb, most_bytes=MOST).extension == "xlsx"


def test_a_file_above_the_limit_is_too_large():
    with pytest.raises(rules.Unfit) as refusal:
        rules.examine("a.txt", b"a" * (rules.MEGABYTE + 1), most_bytes=rules.MEGABYTE)
    assert (refusal.value.code, refusal.value.figures) == ("too_large", {"megabytes": 1})


def test_a_picture_loses_where_it_was_taken_and_stands_upright():
    content = corpus.picture_with_place()
    assert Image.open(io.BytesIO(content)).getexif().get_ifd(0x8825), "the control: the place is in the upload"
    kept = rules.examine("a.jpg", content, most_bytes=MOST).content
    with Image.open(io.BytesIO(kept)) as picture:
        assert picture.size == (20, 60)
        assert dict(picture.getexif()) == {}
    assert b"MakerOfCameras" not in kept
    assert b"taken at home" not in kept


def test_what_is_appended_to_a_picture_is_gone():
    hidden = corpus.archive({"hidden.html": b"<script>"})
    kept = rules.examine("a.jpg", corpus.picture() + hidden, most_bytes=MOST).content
    assert b"hidden.html" not in kept


@pytest.mark.parametrize("extension", ["png", "webp"])
def test_transparency_survives(extension):
    kept = io.BytesIO()
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(kept, rules.IMAGES[extension])
    fit = rules.examine(f"a.{extension}", kept.getvalue(), most_bytes=MOST)
    assert Image.open(io.BytesIO(fit.content)).convert("RGBA").getpixel((1, 1))[3] == 0


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\x\\照片.jpg", "照片.jpg"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("a\x00\n.txt", "a.txt"),
        ("", "file"),
        ("...", "file"),
        ("好" * 300 + ".docx", "好" * 115 + ".docx"),
    ],
)
def test_names_are_cleaned(given, kept):
    assert rules.clean_name(given) == kept


def test_a_scanner_would_be_asked_about_the_well_known_test_text():
    assert rules.examine("a.txt", corpus.EICAR, most_bytes=MOST).content == corpus.EICAR


SOUNDS = {
    "a.m4a": b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00" + bytes(64),
    "a.mp3": b"ID3\x04" + bytes(64),
    "b.mp3": b"\xff\xfb\x90\x00" + bytes(64),
    "a.aac": b"\xff\xf1\x50\x80" + bytes(64),
    "a.amr": b"#!AMR\n" + bytes(64),
    "a.wav": b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(64),
    "a.opus": b"OggS" + bytes(64),
    "a.webm": b"\x1a\x45\xdf\xa3" + bytes(64),
}


@pytest.mark.parametrize("name", SOUNDS)
def test_a_recording_of_a_phone_comes_in(name):
    fit = rules.examine(name, SOUNDS[name], most_bytes=20 * rules.MEGABYTE)
    assert (fit.extension, fit.content) == (rules.extension_of(name), SOUNDS[name])
    assert fit.content_type.startswith("audio/")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.mp3", SOUNDS["a.m4a"], "not_what_it_says"),
        ("a.m4a", SOUNDS["a.m4a"] + b"hdlrvide", "not_what_it_says"),
        ("a.webm", SOUNDS["a.webm"] + b"V_VP9", "not_what_it_says"),
        ("a.jpg", SOUNDS["a.wav"], "not_what_it_says"),
        ("a.amr", SOUNDS["a.amr"] + bytes(rules.HEARD), "too_large"),
        ("a.mkv", SOUNDS["a.webm"], "not_allowed"),
    ],
)
def test_films_and_long_recordings_stay_out(name, content, code):
    with pytest.raises(rules.Unfit) as unfit:
        rules.examine(name, content, most_bytes=20 * rules.MEGABYTE)
    assert unfit.value.code == code


@pytest.mark.parametrize("quality", [95, 60, 50])
def test_a_squeezed_photo_does_not_grow_when_it_is_drawn_anew(quality):
    came = io.BytesIO()
    Image.effect_noise((400, 300), 40).convert("RGB").save(came, "JPEG", quality=quality)
    drawn = rules.redrawn(came.getvalue(), "jpg")
    assert len(drawn) <= len(came.getvalue())
    assert Image.open(io.BytesIO(drawn)).size == (400, 300)
