"""What may come in: a file is what its bytes are, never what its name says.

Everything is decided on the compressed bytes first, so that a bomb costs nothing; only then is anything unpacked,
and never more than was declared and allowed.
"""

import io
import re
import struct
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass

from PIL import Image, ImageOps

MEGABYTE = 1 << 20
MOST_PIXELS = 40_000_000
QUALITIES = (88, 75, 60, 45)
MOST_UNPACKED = 200 * MEGABYTE
MOST_ENTRIES = 5_000
MOST_RATIO = 200  # a sheet of equal rows reaches 60; a bomb has 1,000 and more
SLACK = MEGABYTE  # small entries may have any ratio
LONGEST_NAME = 120
UNSEEN = {"Cc", "Cf", "Cs", "Co"}
PROGRAMS = ("vbaproject.bin", ".exe", ".dll", ".js", ".vbs")
BLOCK = 1 << 16
# What Python's own readers of archives raise on damaged ones
UNREADABLE: tuple[type[Exception], ...] = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, UnicodeDecodeError),
    *(NotImplementedError, RuntimeError, OSError, EOFError, IndexError),
)

IMAGES = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}
TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "txt": "text/plain",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "aac": "audio/aac",
    "amr": "audio/amr",
    "wav": "audio/wav",
    "ogg": "audio/ogg",
    "webm": "audio/webm",
}
AUDIO = ("mp3", "m4a", "aac", "amr", "wav", "ogg", "webm")
HEARD = 4 * MEGABYTE  # a minute of speech, with room: recordings are for the ear, not for films
BRANDS = {b"M4A ", b"M4B ", b"mp41", b"mp42", b"isom", b"iso2", b"iso5", b"iso6", b"3gp4", b"3gp5", b"3gp6", b"dash"}
FILM = {"m4a": (b"vide", b"avc1", b"hvc1"), "webm": (b"V_VP8", b"V_VP9", b"V_AV1", b"V_MPEG4"), "ogg": (b"\x80theora",)}
MAIN_PART = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
ALIASES = {"oga": "ogg", "opus": "ogg", "jpeg": "jpg", "jpe": "jpg"}
CONTAINER, LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "EncryptedPackage".encode("utf-16-le")
ACTIVE_PDF = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA)\b")
BAD_XML = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
ILLEGAL_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
MARKUP = re.compile(r"^\s*<(!doctype|html|script|svg|\?xml)", re.IGNORECASE)


class Unfit(ValueError):
    """A file that may not come in. `code` says why; the door of the package has the sentence."""

    def __init__(self, code: str, **figures: object) -> None:
        super().__init__(code)
        self.code = code
        self.figures = figures


@dataclass(frozen=True, slots=True)
class Fit:
    """A file that may come in: its kind by content, and the bytes to keep (images are drawn anew)."""

    extension: str
    content_type: str
    content: bytes


def examine(name: str, content: bytes, *, most_bytes: int) -> Fit:
    """Decide on an upload. Raises Unfit with a code."""
    if not content:
        raise Unfit("empty")
    if len(content) > most_bytes:
        raise Unfit("too_large", megabytes=most_bytes // MEGABYTE)
    extension = extension_of(name)
    if extension not in TYPES:
        raise Unfit("not_allowed", allowed=", ".join(TYPES))
    found = sniff(content)
    if found != extension and not (found == "text" and extension in {"csv", "txt"}):
        raise Unfit("encrypted" if _is_locked(content) else "not_what_it_says", extension=extension)
    if extension in IMAGES:
        content = redrawn(content, extension)
    elif extension == "pdf":
        _check_pdf(content)
    elif extension in AUDIO:
        _check_sound(content, extension)
    elif extension in MAIN_PART:
        check_archive(content, main_part=MAIN_PART[extension])
    else:
        _check_text(content)
    return Fit(extension=extension, content_type=TYPES[extension], content=content)


def extension_of(name: str) -> str:
    """The last extension of a name in lower case, jpeg as jpg; "" without one."""
    last = clean_name(name).rpartition(".")[2].lower() if "." in name else ""
    return ALIASES.get(last, last)


def clean_name(name: str) -> str:
    """A name that can be shown and offered for saving: no folders, no control or direction characters, not too long."""
    base = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(
        char for char in unicodedata.normalize("NFC", base) if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co"}
    )
    kept = kept.strip(" .") or "file"
    stem, dot, extension = kept.rpartition(".")
    if not dot:
        return kept[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(extension) - 1]}.{extension}" if len(extension) < 10 else kept[:LONGEST_NAME]


def sniff(content: bytes) -> str:
    """What the bytes are: an extension of TYPES, "text", or "unknown"."""
    head = content[:16]
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head.startswith(b"%PDF-"):
        return "pdf"
    if sound := _kind_of_sound(head):
        return sound
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_archive(content)
    return "text" if _is_text(content) else "unknown"


def _is_locked(content: bytes) -> bool:
    """Whether this is an Office file with a password: a container of the old kind, which holds the encrypted one."""
    return content.startswith(CONTAINER) and LOCKED in content


def _kind_of_sound(head: bytes) -> str:
    """The extension of a recording by its first bytes, "" for anything else."""
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "wav"
    if head[4:8] == b"ftyp" and head[8:12] in BRANDS:
        return "m4a"
    marks = {b"#!AMR": "amr", b"OggS": "ogg", b"\x1a\x45\xdf\xa3": "webm", b"ID3": "mp3", b"\xff\xf1": "aac", b"\xff\xf9": "aac"}
    marks |= {b"\xff" + bytes([second]): "mp3" for second in (0xFB, 0xFA, 0xF3, 0xF2, 0xE3, 0xE2)}
    return next((kind for mark, kind in marks.items() if head.startswith(mark)), "")


def _check_sound(content: bytes, extension: str) -> None:
    """A recording is short and holds no film."""
    if len(content) > HEARD:
        raise Unfit("too_large", megabytes=HEARD // MEGABYTE)
    if any(mark in content for mark in FILM.get(extension, ())):
        raise Unfit("not_what_it_says", extension=extension)


def _kind_of_archive(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except UNREADABLE as error:
        raise Unfit("broken") from error
    return next((kind for kind, part in MAIN_PART.items() if part in names), "unknown")


def decoded(content: bytes) -> str | None:
    """Text in UTF-8, UTF-16 with a mark, or GB18030; None for anything else."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _is_text(content: bytes) -> bool:
    text = decoded(content)
    return text is not None and not ILLEGAL_CONTROLS.search(text)


def _check_text(content: bytes) -> None:
    if MARKUP.match(decoded(content) or ""):
        raise Unfit("not_what_it_says", extension="txt")


def _check_pdf(content: bytes) -> None:
    if b"%%EOF" not in content[-2048:]:
        raise Unfit("broken")
    if b"/Encrypt" in content:
        raise Unfit("encrypted")
    if ACTIVE_PDF.search(content):
        raise Unfit("active_content")


def redrawn(content: bytes, extension: str) -> bytes:
    """A picture drawn anew: turned as the camera meant it, without place, camera, thumbnail or anything appended.

    Raises Unfit for one that is too large (by its header, before it is unpacked) or broken.
    """
    try:
        with Image.open(io.BytesIO(content), formats=[IMAGES[extension]]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Unfit("too_many_pixels", millions=MOST_PIXELS // 1_000_000)
            upright = ImageOps.exif_transpose(picture)
            plain = upright.convert("RGB" if extension == "jpg" or upright.mode in {"RGB", "CMYK", "YCbCr", "L"} else "RGBA")
            bare = Image.frombytes(plain.mode, plain.size, plain.tobytes())
    except Unfit:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unfit("too_many_pixels", millions=MOST_PIXELS // 1_000_000) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise Unfit("broken") from error
    drawn = b""
    for quality in (None,) if extension == "png" else QUALITIES:
        kept = io.BytesIO()
        bare.save(kept, IMAGES[extension], **({} if quality is None else {"quality": quality}))
        drawn = kept.getvalue()
        if len(drawn) <= len(content):  # what a phone has squeezed does not grow again
            break
    return drawn


def check_archive(content: bytes, *, main_part: str) -> None:
    """Check an Office file by its table of contents, then by unpacking no more than declared. Raises Unfit."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            check_contents(entries, size=len(content), main_part=main_part)
            for entry in entries:
                _check_entry(archive, entry)
    except UNREADABLE as error:
        raise Unfit("broken") from error


def check_contents(entries: list[zipfile.ZipInfo], *, size: int, main_part: str) -> None:
    """Decide on an archive's table of contents alone. Raises Unfit."""
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_ENTRIES:
        raise Unfit("bomb", megabytes=MOST_UNPACKED // MEGABYTE)
    unpacked, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if unpacked > MOST_UNPACKED or packed > size:
        raise Unfit("bomb", megabytes=MOST_UNPACKED // MEGABYTE)
    if any(entry.file_size > SLACK and entry.file_size > MOST_RATIO * max(1, entry.compress_size) for entry in entries):
        raise Unfit("bomb", megabytes=MOST_UNPACKED // MEGABYTE)
    if len(set(names)) != len(names) or any(_leads_out(name) for name in names):
        raise Unfit("broken")
    if any(entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for entry in entries):
        raise Unfit("broken")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Unfit("encrypted")
    if any((entry.external_attr >> 16) & 0o170000 == 0o120000 for entry in entries):
        raise Unfit("broken")
    if any(name.lower().endswith(PROGRAMS) or "/activex/" in name.lower() for name in names):
        raise Unfit("active_content")
    if "[Content_Types].xml" not in names or main_part not in names:
        raise Unfit("broken")


def _leads_out(name: str) -> bool:
    return (
        name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or "\\" in name or ":" in name or "\x00" in name
    )


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    is_xml = entry.filename.endswith((".xml", ".rels", ".vml"))
    total, tail = 0, b""
    with archive.open(entry) as stream:
        while block := stream.read(BLOCK):
            total += len(block)
            if total > entry.file_size:
                raise Unfit("bomb", megabytes=MOST_UNPACKED // MEGABYTE)
            if is_xml and BAD_XML.search(tail + block.replace(b"\x00", b"")):
                raise Unfit("active_content")
            tail = block[-32:]
