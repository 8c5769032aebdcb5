"""A file on its way out: always saved, never shown as a page of ours."""

from typing import Any

from django.http import FileResponse


def attachment(content: Any, *, name: str, content_type: str, size: int) -> FileResponse:
    """The response for a stored file. It closes `content`; the browser saves it and may run nothing of it."""
    response = FileResponse(content, as_attachment=True, filename=name, content_type=content_type)
    response["Content-Length"] = str(size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
