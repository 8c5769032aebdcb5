"""Documents as people send them: the plain text of .docx, .pdf and .html."""

import json
import subprocess
import sys
from pathlib import Path

READER = Path(__file__).with_name("document_reader.py")
KINDS = ("docx", "pdf", "html")
MOST_MEGABYTES = 640
MOST_SECONDS = 20


class Unreadable(ValueError):
    """A document without readable text; the message says why: broken, encrypted, no_text, too_much."""


def plain_text(content: bytes, kind: str, *, most: int) -> str:
    """The text of a document, at most `most` characters, read in a process of its own that may use MOST_SECONDS and MOST_MEGABYTES.

    A page of .html comes in UTF-8. Raises Unreadable.
    """
    orders = {"kind": kind, "most": most, "megabytes": MOST_MEGABYTES, "seconds": MOST_SECONDS}
    command = [sys.executable, "-I", str(READER), json.dumps(orders)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=MOST_SECONDS * 2, check=False)
    except subprocess.TimeoutExpired as error:
        raise Unreadable("too_much") from error
    if done.returncode or not done.stdout:
        raise Unreadable("too_much")
    told = json.loads(done.stdout)
    if "refused" in told:
        raise Unreadable(told["refused"])
    text: str = told["text"]
    if len(text) > most:
        raise Unreadable("too_long")
    return text
