"""Doors: what stands between a request and a page.

Each view declares who may open it and by which methods:

    @doors.page(permission="issues.see")
    def issue_list(request): ...

    @doors.page(permission="issues.dispatch", methods=("GET", "POST"))
    def dispatch(request, id): ...

`public=True` opens a door to everybody and `signed_in=True` to each person with an account. A door without a
declaration cannot be written, and an architecture test walks the resolver for views that went around it.
"""

import logging
import secrets
import sys
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.db import InterfaceError, OperationalError
from django.forms import BaseForm
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from unionhall.lib.refusal import Conflict, Denied, NotVisible, Refused
from unionhall.shell import gate, hall, picking
from unionhall.shell.render import is_partial

logger = logging.getLogger("unionhall.doors")
Result = TypeVar("Result")
View = Callable[..., HttpResponse | FileResponse]


def page(
    *,
    permission: str | None = None,
    public: bool = False,
    signed_in: bool = False,
    methods: tuple[str, ...] = ("GET",),
) -> Callable[[View], View]:
    """Declare a door. HEAD goes wherever GET goes; any other method is answered with 405."""
    if [permission is not None, public, signed_in].count(True) != 1:
        raise ValueError("a door declares exactly one of permission, public and signed_in")
    allowed = tuple(dict.fromkeys([*methods, *(["HEAD"] if "GET" in methods else [])]))

    def declare(view: View) -> View:
        @wraps(view)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | FileResponse:
            if request.method not in allowed:
                return message_page(request, 405, headers={"Allow": ", ".join(allowed)})
            if not public:
                person = gate.current().person(request)
                if person is None:
                    return to_sign_in(request)
                if permission is not None and not gate.current().may(request, permission):
                    return message_page(request, 403)
                picking.translate(request)
            try:
                return view(request, *args, **kwargs)
            except Refused as refusal:
                return refused(request, refusal)

        door.permission = permission  # type: ignore[attr-defined]
        door.public = public  # type: ignore[attr-defined]
        door.signed_in = signed_in  # type: ignore[attr-defined]
        door.methods = allowed  # type: ignore[attr-defined]
        return door

    return declare


def fragment(
    *, permission: str | None = None, public: bool = False, signed_in: bool = False, methods: tuple[str, ...] = ("GET",)
) -> Callable[[View], View]:
    """A door that answers only pieces of pages or JSON for scripts; declared like `page`, never in a menu."""

    def declare(view: View) -> View:
        door = page(permission=permission, public=public, signed_in=signed_in, methods=methods)(view)
        door.fragment = True  # type: ignore[attr-defined]
        return door

    return declare


def attempt(form: BaseForm, act: Callable[[], Result]) -> Result | None:
    """Run one action for a valid form; what a rule refuses becomes an error of the form, beside its field.

    Absence and missing permission are not the form's matter and pass on to the door.
    """
    try:
        return act()
    except (NotVisible, Denied):
        raise
    except Refused as refusal:
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, str(refusal))
        form.refused_status = status_of(refusal)  # type: ignore[attr-defined]
        return None


def status(form: BaseForm, otherwise: int = 422) -> int:
    """The status of the answer that shows a form again: that of the refusal which `attempt` met, else the one given."""
    return int(getattr(form, "refused_status", otherwise))


def pass_on(refused: BaseForm, to: BaseForm) -> None:
    """Say on another form what `attempt` met on one: its sentences, and with them the status of the answer."""
    for said in refused.non_field_errors():
        to.add_error(None, said)
    to.refused_status = status(refused)  # type: ignore[attr-defined]


def told(request: HttpRequest, message: object, *, undo: str = "", level: int = messages.SUCCESS) -> None:
    """Say on the next page what was done; `undo` is the address that takes it back by POST."""
    messages.add_message(request, level, str(message), extra_tags=f"undo:{undo}" if undo else "")


def try_to(request: HttpRequest, act: Callable[[], object], said: object) -> None:
    """Act and say so; where that was done a little while ago, say that instead, on the page one stands on (reminding twice)."""
    try:
        act()
        told(request, said)
    except Conflict as refusal:
        told(request, refusal, level=messages.WARNING)


def go(request: HttpRequest, to: str, *args: Any, **kwargs: Any) -> HttpResponse:
    """Lead on after a write, so that reload and Back never send it twice (303, or HX-Redirect for htmx)."""
    url = _address(to, args, tuple(kwargs.items()))
    if is_partial(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url, status=303)


@lru_cache(maxsize=1024)
def _address(to: str, args: tuple[Any, ...], kwargs: tuple[tuple[str, Any], ...]) -> str:
    return str(resolve_url(to, *args, **dict(kwargs)))  # a crowd is led to one and the same place


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Lead to the sign-in page and back here afterwards."""
    back = request.get_full_path() if request.method in {"GET", "HEAD"} else request.headers.get("Referer", "/")
    url = f"{resolve_url(hall.entrance() if hall.is_hall(request) else settings.LOGIN_URL)}?{urlencode({'next': back})}"
    if is_partial(request):
        return HttpResponse(status=401, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def status_of(refusal: Refused) -> int:
    """The HTTP status that says what a refusal says."""
    for kind, status in ((NotVisible, 404), (Denied, 403), (Conflict, 409)):
        if isinstance(refusal, kind):
            return status
    return getattr(refusal, "status", 422)


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """The answer to a refusal that no form took up: absence tells nothing more, the others carry their sentence."""
    status = status_of(refusal)
    retry = {"Retry-After": str(getattr(refusal, "retry_after", 5))} if status in {429, 503} else {}
    return message_page(request, status, said="" if status == 404 else str(refusal), headers=retry)


def message_page(
    request: HttpRequest, status: int, *, said: str = "", number: str = "", headers: dict[str, str] | None = None
) -> HttpResponse:
    """An error page, or for htmx the same words as a notice at the top of the page that stays as it was.

    Rendered without the request, so that neither session nor database is needed.
    """
    of_hall = hall.is_hall(request)
    words = words_of(status, of_hall=of_hall)
    context = {"status": status, "said": said, "number": number, "path": request.path, "words": words}
    context["hall"] = hall.PREFIX if of_hall else ""
    partial = is_partial(request)
    body = render_to_string("shell/parts/_refused.html" if partial else "shell/error_page.html", context)
    response = HttpResponse(body, status=status, headers=headers)
    if partial:
        response["HX-Retarget"] = "#notices"
        response["HX-Reswap"] = "innerHTML"
    patch_vary_headers(response, ["HX-Request"])
    return response


def words_of(status: int, *, of_hall: bool = False) -> tuple[str, str]:
    """What an error page says: what is wrong, and what one can do now; workers have no units, no search box, no administrator."""
    workers = {
        403: (_("You may not do this"), _("Go back to the first page of the workers' home, or ask your union.")),
        404: (_("This page is not here"), _("Check the address, or go back to the first page of the workers' home.")),
    }
    if of_hall and status in workers:
        return workers[status]
    known = {
        400: (_("The request could not be read"), _("Go back, check the address or the form, and send it again.")),
        403: (_("You may not do this"), _("If your work needs it, ask your unit's administrator for the permission.")),
        404: (_("Not found, or not within your scope"), _("Check the address, or look for it with the search box.")),
        405: (_("This address does not take that kind of request"), _("Open the page again and use its buttons.")),
        409: (_("This was not done"), _("Nothing was overwritten. Look at the new state, then do it again.")),
        410: (_("This no longer serves"), _("Nothing was changed. What to do instead stands above.")),
        413: (_("What you sent is too large"), _("Nothing was saved. Send a smaller file or split it.")),
        422: (_("This cannot be done as asked"), _("Nothing was changed. Go back and change what is named above.")),
        429: (_("Too many attempts"), _("Wait a few minutes, then try again.")),
        503: (_("The service is busy or being looked after"), _("What you saved is safe. Try again in a moment.")),
    }
    fallback = (
        _("Something went wrong on our side"),
        _("Nothing half-done was saved. Give the number below to your administrator."),
    )
    return known.get(status, fallback)


def error_number() -> str:
    """A number that a person can read out on the phone and an administrator finds in the log: 7F3A-21C9."""
    drawn = secrets.token_hex(4).upper()
    return f"{drawn[:4]}-{drawn[4:]}"


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler400."""
    return message_page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler403."""
    return message_page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler404."""
    return message_page(request, 404)


def expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW: nearly always a page that lay open too long."""
    return message_page(
        request, 403, said=_("This page has expired. Go back, reload it and send it again; what you typed is still there.")
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: one number for the person and for the log. A database that is away is a 503."""
    failure = sys.exc_info()[1]
    number = error_number()
    logger.error("error %s at %s %s", number, request.method, request.path, exc_info=True)
    if isinstance(failure, (OperationalError, InterfaceError)):
        return message_page(request, 503, number=number, headers={"Retry-After": "5"})
    return message_page(request, 500, number=number)
