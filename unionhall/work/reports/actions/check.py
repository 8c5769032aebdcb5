"""Taking in a text to be checked, and remembering what a person has corrected."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.files import rules as files
from unionhall.kernel.ledger import registry
from unionhall.kernel.ledger.facts import Window
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import clock, documents
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text
from unionhall.work.reports import access
from unionhall.work.reports.models import Alias, Checked
from unionhall.work.reports.rules.reading import matching, report

MEGABYTE = 1 << 20
MOST_BYTES = 20 * MEGABYTE
MOST_CHARACTERS = 200_000
PAGES = ("html", "htm")
READ = ("txt", "docx", "pdf", *PAGES)
LONGEST_TITLE = 120
WHY = {
    "broken": Text(
        "文件已损坏，无法打开。请重新导出后再试。", "The file is damaged and cannot be opened. Export it again and try once more."
    ),
    "encrypted": Text("文件有密码。请去掉密码后再试。", "The file has a password. Remove it and try again."),
    "bomb": Text(
        "文件展开后过大，已拒绝。请另存为普通的 .docx 后再试。",
        "Unpacked, the file is far too large. Save it as an ordinary .docx and try again.",
    ),
    "active_content": Text(
        "文件含有可执行的内容，已拒绝。请另存为不含宏和脚本的文件。",
        "The file carries programs. Save it without macros and scripts.",
    ),
    "not_what_it_says": Text(
        "文件内容与扩展名不符。请检查后重新上传。", "The file is not what its name says. Check it and try again."
    ),
    "no_text": Text(
        "文件里没有文字，可能是扫描件。请粘贴文字，或上传 .docx。",
        "There is no text in the file; perhaps it was scanned. Paste the text, or upload a .docx.",
    ),
    "too_much": Text(
        "文件读取超时或占用过大，已停止。请另存为 .txt 或粘贴文字。",
        "Reading the file takes too much. Save it as .txt or paste the text.",
    ),
    "binary": Text(
        "这不是文字文件。可核对 .txt、.docx、.pdf、.html，或直接粘贴文字。",
        "This is no text. Give a .txt, .docx, .pdf or .html, or paste the text.",
    ),
    "empty": Text("文件是空的，没有可核对的文字。", "The file is empty; there is nothing to check."),
}


class Unfit(Refused):
    """A text or file that cannot be checked; the sentence says why and what to do."""

    code = "text_unfit"


@dataclass(frozen=True, slots=True)
class Given:
    """A text as it was handed in. Positions count its characters, line ends as one."""

    title: str
    text: str
    plain: bool


def too_large(size: int) -> Unfit:
    """The refusal of a file by its size alone, before it is read."""
    words = {"size": f"{size / MEGABYTE:.0f}", "most": MOST_BYTES // MEGABYTE}
    zh, en = (
        "文件有 %(size)s MB，最多 %(most)s MB。请只取正文，或粘贴文字。",
        "The file has %(size)s MB; the most is %(most)s MB. Take the text alone, or paste it.",
    )
    return Unfit(Text(zh % words, en % words), field="file")


def read_file(name: str, content: bytes) -> Given:
    """The text of a file by its name and bytes: .txt in UTF-8, UTF-16 or GBK, .docx, .pdf, .html. Raises Unfit."""
    if not content.strip(b"\x00 \r\n\t"):
        raise Unfit(WHY["empty"], field="file")
    if len(content) > MOST_BYTES:
        raise too_large(len(content))
    extension = files.extension_of(name)
    if extension in ("doc", "wps", "rtf", "odt"):
        zh, en = f"暂不支持 .{extension}。请另存为 .docx 后再试。", f".{extension} is not read. Save it as .docx and try again."
        raise Unfit(Text(zh, en), field="file")
    if extension not in READ:
        raise Unfit(WHY["binary"], field="file")
    text = decoded(content) if extension == "txt" else _text_of(name, content, extension)
    return Given(files.clean_name(name)[:LONGEST_TITLE], check_text(text), extension == "txt")


def _text_of(name: str, content: bytes, extension: str) -> str:
    try:
        if extension in PAGES:
            return documents.plain_text(decoded(content).encode(), "html", most=MOST_CHARACTERS)
        files.examine(name, content, most_bytes=MOST_BYTES)
        return documents.plain_text(content, extension, most=MOST_CHARACTERS)
    except (files.Unfit, documents.Unreadable) as error:
        if str(error) == "too_long":
            raise _too_long() from error
        raise Unfit(WHY.get(str(error), WHY["broken"]), field="file") from error


def decoded(content: bytes) -> str:
    """The characters of a text file, line ends as one character; a byte order mark stays a character. Raises Unfit."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if files.ILLEGAL_CONTROLS.search(text):
            break
        return text.replace("\r\n", "\n").replace("\r", "\n")
    raise Unfit(WHY["binary"], field="file")


def check_text(text: str) -> str:
    """A text that may be checked. Raises Unfit for one that is empty or longer than any report."""
    if not text.strip():
        raise Unfit(Text("没有可核对的文字。", "There is no text to check."), field="text")
    if len(text) > MOST_CHARACTERS:
        raise _too_long()
    return text


def _too_long() -> Unfit:
    most = f"{MOST_CHARACTERS:,}"
    return Unfit(
        Text(f"文字超过 {most} 字。请分成几份核对。", f"The text has more than {most} characters. Check it in parts."), field="text"
    )


def window_of(since: date, until: date) -> Window:
    """The period of a report. Raises Refused for one that ends before it starts."""
    return Window(since, until)


@transaction.atomic
def hand_in(*, given: Given, unit: Organization, since: date, until: date, by: Person) -> Checked:
    """Keep a text for checking, as a record of the unit."""
    access.require(by, access.WRITE, unit)
    window_of(since, until)
    text = check_text(given.text.replace("\r\n", "\n"))
    checked = Checked.objects.create(
        organization=unit,
        org_path=unit.path,
        title=given.title or _first_line(text),
        text=text,
        since=since,
        until=until,
        created_by=by,
        created_at=clock.now(),
    )
    audit.record(by, "reports.checked", checked, at=unit, characters=len(text))
    return checked


def _first_line(text: str) -> str:
    return next(line.strip() for line in text.splitlines() if line.strip())[:LONGEST_TITLE]


@transaction.atomic
def correct(*, checked_id: int, number: int, code: str, by: Person) -> Alias:
    """Say what a figure of a checked text is: an indicator's code, or "" for none; kept as an alias for later checks of the unit.

    `number` is the figure's place in the text, from 0. Raises NotVisible, Denied, or Refused where there is no such figure or
    indicator.
    """
    checked = access.one_for_change(access.checks_visible_to(by), by, checked_id, to=access.WRITE)
    mentions = report.read(checked.text, until=checked.until).mentions
    if not 0 <= number < len(mentions):
        raise Refused(Text("文中没有这个数字。", "There is no such figure in the text."), field="number")
    _check_code(code)
    mention = mentions[number]
    words = matching.phrase(mention)[:200]
    if not words:
        raise Refused(Text("数字旁没有可记住的文字。", "There are no words beside the figure to remember."), field="number")
    alias, _new = Alias.objects.update_or_create(
        organization=checked.organization,
        words=words,
        unit=mention.full_unit,
        defaults={"org_path": checked.organization.path, "code": code, "created_by": by, "created_at": clock.now()},
    )
    audit.record(by, "reports.match_corrected", checked, at=checked.organization, words=words, code=code)
    return alias


def _check_code(code: str) -> None:
    """An indicator's code, or none. Raises Refused."""
    try:
        if code:
            registry.indicator(code)
    except KeyError as error:
        raise Refused(Text("没有这个指标。", "There is no such indicator."), field="code") from error
