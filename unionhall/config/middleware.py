"""Each request gets a number that stands in the answer, in every log line of it, and in every audit row it writes."""

import logging
import re
import secrets
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.request import HttpHeaders

from unionhall.config import journal
from unionhall.kernel.audit import actions as audit

Answer = Callable[[HttpRequest], HttpResponse]
HEADER = "X-Request-ID"
GIVEN = str(HttpHeaders.to_wsgi_name(HEADER))
WELL_FORMED = re.compile(r"[0-9A-Za-z-]{8,64}")

log = logging.getLogger("unionhall.requests")


class RequestNumber:
    """Number a request (a proxy may have done so already) and write one line about it, without its query or body."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer inside the number."""
        given = request.META.get(GIVEN, "")
        number = given if WELL_FORMED.fullmatch(given) else secrets.token_hex(8)
        start = time.perf_counter()
        with journal.about(request_id=number), audit.circumstances(request_id=number):
            response = self.get_response(request)
            match = request.resolver_match
            fields = {
                "method": request.method,
                "route": match.route if match else "",
                "status": response.status_code,
                "milliseconds": round((time.perf_counter() - start) * 1000, 1),
            }
            if not (match and match.url_name == "healthz"):
                log.info("request", extra=fields)
        response.headers[HEADER] = number
        return response
