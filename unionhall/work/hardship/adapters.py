"""Lines to outside registers. Without one, questions and answers go by file; nothing in the room needs a line.

A line is told by the environment: `UNIONHALL_CHECK_LINES="civil_affairs=https://…;vehicles=https://…"`. By POST it gets a question
as JSON, `{"number": 12, "source": "civil_affairs", "persons": [{"name": "…", "id_number": "…"}]}`, and it answers
`{"answer": "agrees|differs|unknown", "words": "…", "signature": "…"}`.
"""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

SECONDS = 10
MOST_BYTES = 100_000


class LineDown(Exception):
    """The register does not answer now, or not in the agreed words; the question stays open."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a register said."""

    answer: str
    words: str
    signature: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line to one register."""

    address: str

    def ask(self, *, number: int, source: str, persons: Sequence[tuple[str, str]]) -> Told:
        """Ask about a household by name and document number of its members. Raises LineDown."""
        named = [{"name": name, "id_number": id_number} for name, id_number in persons]
        question = json.dumps({"number": number, "source": source, "persons": named}).encode()
        request = urllib.request.Request(self.address, data=question, headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as reply:
                answer: dict[str, Any] = json.loads(reply.read(MOST_BYTES))
                return Told(str(answer["answer"]), str(answer.get("words", "")), str(answer["signature"]))
        except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError) as error:
            raise LineDown(source) from error


def line_for(source: str) -> Line | None:
    """The line to a register, None where questions go by file."""
    told = getattr(settings, "CHECK_LINES", "") or ""
    pairs = (pair.partition("=") for pair in told.split(";") if "=" in pair)
    address = {name.strip(): url.strip() for name, _equals, url in pairs}.get(source, "")
    return Line(address) if address.startswith(("https://", "http://127.0.0.1")) else None
