"""The outermost layer: headers on every answer, the exact host, and no method that nobody asked for."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port

from unionhall.shell import doors, hardening

HEADERS = {name.lower(): (name, value) for name, value in hardening.HEADERS.items()}
NOT_KEPT = ("cache-control", ("Cache-Control", "no-store"))
Answer = Callable[[HttpRequest], HttpResponse]


class SecurityHeaders:
    """Stands first in MIDDLEWARE, so that error pages, redirects and static files pass it too."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        # hosts that Django takes as they stand; any other it looks at itself
        self.hosts = frozenset(host for host in settings.ALLOWED_HOSTS if split_domain_port(host) == (host, ""))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or refuse a wrong host, a NUL in the address (400) or a method (405) before anything else runs."""
        return self._harden(request, self._refusal(request) or self.get_response(request))

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], _args: list[Any], _kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Views that are no doors (sign-in) take GET and POST only; doors and the API answer for themselves."""
        declared = hasattr(view, "methods") or request.path.startswith("/api/")
        if not declared and request.method not in hardening.PAGE_METHODS:
            return _not_allowed(request, hardening.PAGE_METHODS)
        return None

    def _refusal(self, request: HttpRequest) -> HttpResponse | None:
        if request.META.get("HTTP_HOST") not in self.hosts:
            try:
                request.get_host()
            except DisallowedHost:
                return doors.message_page(request, 400)
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return doors.message_page(request, 400)  # no text of ours holds a NUL, and PostgreSQL takes none
        if request.method not in hardening.METHODS:
            return _not_allowed(request, hardening.METHODS)
        return None

    def _harden(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        # as `setdefault` for each of them, whose values need no second look: a tenth of its time
        laid = response.headers._store = HEADERS | response.headers._store
        laid.setdefault(*NOT_KEPT)
        if request.is_secure():
            response["Strict-Transport-Security"] = hardening.HSTS
        match = request.resolver_match
        if match is not None and match.url_name == "account_logout" and request.method == "POST":
            response["Clear-Site-Data"] = hardening.CLEAR_SITE_DATA
        return response


def _not_allowed(request: HttpRequest, allowed: frozenset[str]) -> HttpResponse:
    return doors.message_page(request, 405, headers={"Allow": ", ".join(sorted(allowed))})
