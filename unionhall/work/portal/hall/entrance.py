"""The worker's entrance: phone, code, in. The answers are the same for known and unknown phones until the phone is proven."""

from django.contrib.auth import logout
from django.core import signing
from django.http import HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from unionhall.kernel.access import adapters
from unionhall.kernel.access.actions import codes
from unionhall.lib.refusal import Refused
from unionhall.shell import device, doors, hall
from unionhall.shell.forms import offer
from unionhall.shell.render import render
from unionhall.shell.requests import Request, address_of
from unionhall.work.portal.actions import entrance as actions
from unionhall.work.portal.forms import CodeForm, FileForm, PhoneForm, WhichForm
from unionhall.work.portal.queries import entrance as queries
from unionhall.work.portal.queries import unions

PROOF, PROOF_LASTS = "portal.proof", 15 * 60
TRIES = 3


@sensitive_post_parameters("phone", "code")
@doors.page(public=True, methods=("GET", "POST"))
def enter(request: Request) -> HttpResponse:
    """One page: the phone, then the code sent to it. Two buttons, so that it works without scripts."""
    if request.person is not None and request.method == "GET":
        return doors.go(request, _onward(request))
    act = request.POST.get("act", "")
    if request.method == "POST" and act == "enter":
        return _take(request)
    form = PhoneForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _entrance(request, form)
    phone = form.cleaned_data["phone"]
    code = doors.attempt(form, lambda: _send(request, phone))
    if code is None:
        return _entrance(request, _with_code(request, form, phone))
    return _entrance(request, CodeForm(initial={"phone": phone}), sent=True, shown=code if queries.shows_codes() else "")


def _with_code(request: Request, refused: PhoneForm, phone: str) -> PhoneForm | CodeForm:
    """The form of a code that was not sent again; where the one before still serves, with the field to type it into."""
    if doors.status(refused) != 429 or not codes.waits(phone, device=device.of(request)):
        return refused
    form = CodeForm({"phone": phone})
    form.errors.clear()
    doors.pass_on(refused, form)
    return form


def _entrance(request: Request, form: PhoneForm | CodeForm, *, sent: bool = False, shown: str = "") -> HttpResponse:
    context = {"form": form, "sent": sent, "shown": shown, "next": _asked(request), "minutes": actions.limits().minutes}
    context["coded"] = isinstance(form, CodeForm)
    context["again"] = context["coded"] and doors.status(form) == 429
    response = render(request, "portal/hall/entrance.html", context)
    if not device.of(request):
        device.keep(response, device.fresh())
    return response


def _send(request: Request, phone: str) -> str:
    word = device.of(request)
    if not word:
        raise Refused(_("Your browser does not keep cookies: allow them for this site, then try again."))
    return actions.send_code(phone, device=word, address=address_of(request))


def _take(request: Request) -> HttpResponse:
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _entrance(request, form)
    phone, code = form.cleaned_data["phone"], form.cleaned_data["code"]
    bearers = doors.attempt(form, lambda: actions.take_code(phone, code, device=device.of(request)))
    if bearers is None:
        return _entrance(request, form)
    if not bearers:
        return _unknown(request, FileForm(initial={"proof": signing.dumps(codes.mobile(phone), salt=PROOF)}))
    if len(bearers) > 1:
        request.session["bearers"] = {"ids": [one.pk for one in bearers], "tries": 0}
        request.session["onward"] = _asked(request)
        return doors.go(request, "portal:which")
    return _sign_in(request, bearers[0].pk, _onward(request))


def _sign_in(request: Request, person_id: int, onward: str) -> HttpResponse:
    account = codes.account_for(queries.bearer(person_id))
    if account is None:
        raise Refused(_("This account is stopped. Ask your union, or call 12351."))
    adapters.sign_in_by_phone(request, account)
    actions.note_phone(account.person)
    request.person = account.person
    return doors.go(request, onward)


@doors.page(public=True, methods=("GET", "POST"))
def which(request: Request) -> HttpResponse:
    """Several people share the phone: the last four of the ID number say who it is. Three tries, then a new code."""
    waiting = request.session.get("bearers")
    if not waiting:
        return doors.go(request, "portal:enter")
    form = WhichForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        found = queries.bearer_by_tail(waiting["ids"], form.cleaned_data["last_four"])
        if found is not None:
            onward = request.session.pop("onward", "") or hall.home()
            del request.session["bearers"]
            return _sign_in(request, found, onward)
        waiting["tries"] += 1
        request.session["bearers"] = waiting
        if waiting["tries"] >= TRIES:
            del request.session["bearers"]
            return doors.go(request, "portal:enter")
        form.add_error("last_four", _("That fits nobody with this phone."))
    return render(request, "portal/hall/which.html", {"form": form})


@doors.page(public=True, methods=("POST",))
def newcomer(request: Request) -> HttpResponse:
    """Somebody proved a phone that nobody bears: name and place open a file, so that help can be asked for."""
    form = FileForm(request.POST)
    offer(form, "union", _unions())
    if not form.is_valid():
        return _unknown(request, form)
    try:
        phone = signing.loads(form.cleaned_data["proof"], salt=PROOF, max_age=PROOF_LASTS)
    except signing.BadSignature:
        return doors.go(request, "portal:enter")
    values = {"name": form.cleaned_data["name"], "phone": phone, "union_id": form.cleaned_data["union"]}
    person = doors.attempt(form, lambda: actions.open_file(**values))
    if person is None:
        return _unknown(request, form)
    return _sign_in(request, person.pk, _onward(request))


def _unknown(request: Request, form: FileForm) -> HttpResponse:
    offer(form, "union", _unions())
    context = {"form": form, "next": _asked(request), "steps": hall.newcomer_steps(request)}
    return render(request, "portal/hall/unknown.html", context)


def _unions() -> list[tuple[int, str]]:
    return [(unit.pk, unit.name) for unit in unions.entrances()]


@doors.page(signed_in=True, methods=("POST",))
def leave(request: Request) -> HttpResponse:
    """Sign out; what the browser kept of the pages goes too."""
    logout(request)
    response = doors.go(request, "portal:home")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _asked(request: Request) -> str:
    wanted = request.POST.get("next", "") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return wanted if safe and wanted.startswith(hall.PREFIX) else ""


def _onward(request: Request) -> str:
    return _asked(request) or hall.home()
