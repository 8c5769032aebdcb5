"""Files that a door hands out: always as an attachment, never rendered by the browser (ASVS 5.0 V5.4, V3.2.1)."""

from typing import Any, TypeVar

from django.http import FileResponse, HttpResponse
from django.utils.http import content_disposition_header

Answer = TypeVar("Answer", HttpResponse, FileResponse)
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
}


def attachment(name: str, content: bytes) -> HttpResponse:
    """Bytes as a file with a name for people (any characters, RFC 6266)."""
    ending = name.rpartition(".")[2].lower()
    response = HttpResponse(content, content_type=TYPES.get(ending, "application/octet-stream"))
    return fence(response, name)


def fence(response: Answer, name: str) -> Answer:
    """Mark a response as a download that no page may run."""
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def stored(content: Any, *, name: str, content_type: str, size: int) -> FileResponse:
    """The response for a stored file. It closes `content`; the browser saves it and may run nothing of it."""
    response = FileResponse(content, content_type=content_type)
    response["Content-Length"] = str(size)
    return fence(response, name)
