"""Files as they should not be, made here byte by byte: what each is called, its bytes, and the code of its refusal."""

import io
import random
import struct
import zipfile
import zlib

from PIL import Image

from unionhall.kernel.files.rules import CONTAINER, LOCKED

TYPES_PART = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    """A small true picture."""
    kept = io.BytesIO()
    Image.effect_noise(size, 40).convert("RGB").save(kept, kind, **options)
    return kept.getvalue()


def picture_with_place() -> bytes:
    """A JPEG that says where it was taken, turned by 90 degrees."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "MakerOfCameras"
    exif.get_ifd(0x8825).update({1: "N", 2: (23.0, 7.0, 30.0), 3: "E", 4: (113.0, 15.0, 0.0)})
    return picture(size=(60, 20), exif=exif, comment=b"taken at home")


def archive(entries: dict[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of entries."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", compression) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return kept.getvalue()


def office(kind: str = "xlsx", extra: dict[str, bytes] | None = None, **changed: bytes) -> bytes:
    """A bare Office file with more entries."""
    main = "xl/workbook.xml" if kind == "xlsx" else "word/document.xml"
    return archive({"[Content_Types].xml": TYPES_PART, main: b"<x/>", **(extra or {}), **changed})


PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def huge_png(width: int, height: int) -> bytes:
    """A PNG whose header claims a size, with almost nothing behind it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def flagged(content: bytes, *, bit: int = 1) -> bytes:
    """An archive whose entries claim to be encrypted."""
    changed = bytearray(content)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(mark)
        while at >= 0:
            changed[at + place] |= bit
            at = changed.find(mark, at + 4)
    return bytes(changed)


def lying(content: bytes, *, claimed: int) -> bytes:
    """An archive whose table of contents claims another unpacked size for its last entry."""
    changed = bytearray(content)
    at = changed.rfind(b"PK\x01\x02")
    changed[at + 24 : at + 28] = struct.pack("<I", claimed)
    return bytes(changed)


def linked() -> bytes:
    """An Office file with a symbolic link inside."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as made:
        made.writestr("[Content_Types].xml", TYPES_PART)
        made.writestr("xl/workbook.xml", b"<x/>")
        link = zipfile.ZipInfo("xl/link")
        link.external_attr = 0o120777 << 16
        made.writestr(link, "/etc/passwd")
    return kept.getvalue()


def doubled() -> bytes:
    """An Office file with one name twice."""
    content = office(extra={"xl/one.xml": b"<a/>", "xl/two.xml": b"<b/>"})
    return content.replace(b"xl/two.xml", b"xl/one.xml")


def noise(size: int, seed: int = 7) -> bytes:
    """Bytes without meaning, the same each time."""
    return random.Random(seed).randbytes(size)


BOMB = b"0" * (60 << 20)
XXE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>'
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def malformed() -> list[tuple[str, str, bytes, str]]:
    """(what it is, file name, bytes, code of the refusal); more than forty of them."""
    jpeg, png, webp = picture("JPEG"), picture("PNG"), picture("WEBP")
    xlsx, docx = office("xlsx"), office("docx")
    return [
        ("nothing", "a.jpg", b"", "empty"),
        ("no extension", "evidence", jpeg, "not_allowed"),
        ("a vector picture", "a.svg", b"<svg onload='x()'/>", "not_allowed"),
        ("a page", "a.html", b"<html></html>", "not_allowed"),
        ("a program", "a.exe", b"MZ" + noise(100), "not_allowed"),
        ("an old workbook", "a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + noise(100), "not_allowed"),
        ("a workbook with macros", "a.xlsm", xlsx, "not_allowed"),
        ("a zip", "a.zip", archive({"a": b"b"}), "not_allowed"),
        ("two extensions", "a.jpg.exe", jpeg, "not_allowed"),
        ("a page called picture", "a.jpg", b"<html><script>x()</script></html>", "not_what_it_says"),
        ("a vector called png", "a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_what_it_says"),
        ("a png called jpg", "a.jpg", png, "not_what_it_says"),
        ("a jpg called webp", "a.webp", jpeg, "not_what_it_says"),
        ("a program called pdf", "a.pdf", b"MZ" + noise(300), "not_what_it_says"),
        ("a pdf called docx", "a.docx", PDF, "not_what_it_says"),
        ("a text called xlsx", "a.xlsx", b"a,b\n1,2\n", "not_what_it_says"),
        ("a workbook called docx", "a.docx", xlsx, "not_what_it_says"),
        ("a letter called xlsx", "a.xlsx", docx, "not_what_it_says"),
        ("a plain zip called xlsx", "a.xlsx", archive({"readme": b"x"}), "not_what_it_says"),
        ("a page called txt", "a.txt", b"<!DOCTYPE html><script>x()</script>", "not_what_it_says"),
        ("a script called csv", "a.csv", b"<script>alert(1)</script>", "not_what_it_says"),
        ("zeros called csv", "a.csv", b"a,b\0c\n", "not_what_it_says"),
        ("noise called txt", "a.txt", b"\x00\x01" + noise(200), "not_what_it_says"),
        ("noise called jpg", "a.jpg", noise(500), "not_what_it_says"),
        ("an old workbook called xlsx", "a.xlsx", b"\xd0\xcf\x11\xe0" + noise(400), "not_what_it_says"),
        ("half a jpg", "a.jpg", jpeg[: len(jpeg) // 2], "broken"),
        ("the head of a jpg", "a.jpg", jpeg[:20], "broken"),
        ("half a png", "a.png", png[: len(png) // 2], "broken"),
        ("a png with a wrong checksum", "a.png", png[:40] + b"\xff\xff" + png[42:], "broken"),
        ("half a webp", "a.webp", webp[: len(webp) // 2], "broken"),
        ("a webp that claims more", "a.webp", b"RIFF\xff\xff\xff\x7fWEBPVP8 " + noise(60), "broken"),
        ("a huge picture", "a.png", huge_png(40_000, 40_000), "too_many_pixels"),
        ("a long thin picture", "a.png", huge_png(1, 2_000_000_000), "too_many_pixels"),
        ("half a pdf", "a.pdf", PDF[:30], "broken"),
        ("a locked pdf", "a.pdf", PDF.replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt 5 0 R"), "encrypted"),
        ("a pdf with script", "a.pdf", PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(x)>>"), "active_content"),
        ("a pdf that starts programs", "a.pdf", PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/Launch>>"), "active_content"),
        ("a pdf with a file inside", "a.pdf", PDF.replace(b"/Catalog", b"/Catalog/Names<</EmbeddedFile 3 0 R>>"), "active_content"),
        ("half a workbook", "a.xlsx", xlsx[: len(xlsx) // 2], "broken"),
        ("a workbook without its end", "a.xlsx", xlsx[:-10], "broken"),
        (
            "a workbook with a wrong checksum",
            "a.xlsx",
            xlsx.replace(b"PK\x03\x04" + xlsx[4:14], b"PK\x03\x04" + xlsx[4:14], 1)[:60] + b"\xff\xff\xff" + xlsx[63:],
            "broken",
        ),
        ("a locked workbook", "a.xlsx", flagged(xlsx), "encrypted"),
        ("a workbook with a password", "a.xlsx", CONTAINER + noise(500) + LOCKED + noise(500), "encrypted"),
        ("a workbook with macros inside", "a.xlsx", office(extra={"xl/vbaProject.bin": b"x"}), "active_content"),
        ("a workbook with a control", "a.xlsx", office(extra={"xl/activeX/activeX1.xml": b"<x/>"}), "active_content"),
        ("a letter that reads files", "a.docx", office("docx", extra={"word/settings.xml": XXE}), "active_content"),
        ("a workbook that laughs", "a.xlsx", office(extra={"xl/sharedStrings.xml": LAUGHS}), "active_content"),
        ("a bomb by ratio", "a.xlsx", office(extra={"xl/worksheets/sheet1.xml": BOMB}), "bomb"),
        ("a bomb by number", "a.xlsx", office(extra={f"xl/{n}": b"" for n in range(5_001)}), "bomb"),
        ("a bomb that claims little", "a.xlsx", lying(office(extra={"xl/s.xml": b"<a>" + b"0" * 9_000}), claimed=10), "broken"),
        ("a bomb that claims much", "a.xlsx", lying(office(extra={"xl/s.xml": b"<a/>"}), claimed=1 << 31), "bomb"),
        ("a way out", "a.xlsx", office(extra={"../../etc/cron.d/x": b"x"}), "broken"),
        ("an absolute way out", "a.xlsx", office(extra={"/etc/passwd": b"x"}), "broken"),
        ("a way out of another system", "a.docx", office("docx", extra={"C:evil": b"x"}), "broken"),
        ("a link", "a.xlsx", linked(), "broken"),
        ("one name twice", "a.xlsx", doubled(), "broken"),
        (
            "an unusual packing",
            "a.xlsx",
            archive({"[Content_Types].xml": TYPES_PART, "xl/workbook.xml": b"<x/>"}, compression=zipfile.ZIP_LZMA),
            "broken",
        ),
        ("a workbook without a table of types", "a.xlsx", archive({"xl/workbook.xml": b"<x/>"}), "broken"),
    ]
