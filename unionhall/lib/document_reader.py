"""Reads the plain text of one document in a process of its own, under limits of time and memory: a hostile file kills this
process and nothing else.

Started by `lib.documents` by its path, without the rest of the house. The content comes on stdin and never touches a disk.
"""

import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from xml.etree import ElementTree

from pypdf import PdfReader
from pypdf.errors import PyPdfError

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SKIPPED = frozenset({"script", "style", "head", "nav", "footer", "noscript", "template", "rt", "rp", "select", "button", "svg"})
BLOCKS = frozenset(
    {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "table", "ul", "ol", "td", "hr"}
)
MOST_PAGES = 500
FULL_LINE = 24
UNFINISHED = re.compile("[一-鿿⺀-⿟\\d,，、(（]$")  # with the radicals that some programs print for characters
LIST_MARK = re.compile("^[  ]*(?:[(（]?[一二三四五六七八九十]{1,3}[)）、]|\\d{1,2}[、.])")


class Refusal(Exception):
    """The document cannot be read; the code says why."""


def main() -> None:
    """Read by the orders in the first argument."""
    orders = json.loads(sys.argv[1])
    megabytes, seconds = orders["megabytes"] << 20, orders["seconds"]
    resource.setrlimit(resource.RLIMIT_AS, (megabytes, megabytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    content = sys.stdin.buffer.read()
    try:
        told = {"text": READERS[orders["kind"]](content)[: orders["most"] + 1]}
    except Refusal as refusal:
        told = {"refused": str(refusal)}
    except MemoryError:
        told = {"refused": "too_much"}
    except Exception:  # noqa: BLE001 (whatever a damaged file does to a parser, it is damaged)
        told = {"refused": "broken"}
    sys.stdout.write(json.dumps(told, ensure_ascii=True))


def of_docx(content: bytes) -> str:
    """The paragraphs and table cells of a .docx in their order, one a line; deleted words are left out."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open("word/document.xml") as part:
        root = ElementTree.parse(part).getroot()
    return "\n".join("".join(_words(paragraph)) for paragraph in root.iter(f"{WORD}p"))


def _words(paragraph: ElementTree.Element) -> Iterator[str]:
    for node in paragraph:
        if node.tag == f"{WORD}t":
            yield node.text or ""
        elif node.tag in (f"{WORD}br", f"{WORD}tab", f"{WORD}cr"):
            yield " "
        elif node.tag not in (f"{WORD}del", f"{WORD}instrText", f"{WORD}p"):
            yield from _words(node)


def of_pdf(content: bytes) -> str:
    """The text of a .pdf, lines that the page broke joined again. Raises Refusal for one that is locked or has no text."""
    try:
        document = PdfReader(io.BytesIO(content))
        if document.is_encrypted:
            raise Refusal("encrypted")
        if len(document.pages) > MOST_PAGES:
            raise Refusal("too_much")
        text = "\n".join(page.extract_text() for page in document.pages)
    except PyPdfError as error:
        raise Refusal("broken") from error
    if not text.strip():
        raise Refusal("no_text")
    return joined(text)


def joined(text: str) -> str:
    """Lines that end in the middle of a sentence, joined to what follows."""
    out: list[str] = []
    for line in text.splitlines():
        bare = line.strip()
        goes_on = out and len(out[-1]) >= FULL_LINE and UNFINISHED.search(out[-1]) and not LIST_MARK.match(bare)
        if goes_on and bare:
            out[-1] += bare
        else:
            out.append(bare)
    return "\n".join(out)


class _Page(HTMLParser):
    """The words of a page without scripts, menus, and notes over characters."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.skipped: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A block begins a line; what is skipped is skipped to its end."""
        if tag in SKIPPED:
            self.skipped.append(tag)
        elif tag in BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """The end of a block or of what is skipped."""
        if self.skipped and tag == self.skipped[-1]:
            self.skipped.pop()
        elif tag in BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Words between tags; their line breaks mean nothing."""
        if not self.skipped:
            self.parts.append(re.sub(r"\s*\n\s*", "", data))


def of_html(content: bytes) -> str:
    """The text of a page."""
    page = _Page()
    page.feed(content.decode("utf-8"))
    page.close()
    return re.sub("\n{2,}", "\n", "".join(page.parts)).strip()


READERS: dict[str, Callable[[bytes], str]] = {"docx": of_docx, "pdf": of_pdf, "html": of_html}

if __name__ == "__main__":
    main()
