"""Joining on the phone: three screens with five fields, and the page that finds the right union.

Nothing is kept between the screens but in the person's own page: what was typed goes along in the form, signed where it
was proven. So going back, reloading and an old tab never lose or double anything.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.http import HttpResponse
from django.utils.translation import gettext as _

from unionhall.kernel.organizations import queries as organizations
from unionhall.lib import dates, idnumber, masking, recall
from unionhall.lib.refusal import Refused, absent
from unionhall.shell import device, doors, kept
from unionhall.shell.forms import tidy
from unionhall.shell.render import render
from unionhall.shell.requests import Request, address_of
from unionhall.work.membership import forms, registry, rules
from unionhall.work.membership.actions import basis, joining, proofs
from unionhall.work.membership.queries import codes, routing

SALT, RECEIPT = "membership.phone", "membership.receipt"
PROVEN_FOR = 1800  # seconds in which the other screens are filled in
KEPT = ("name", "id_number", "occupation", "employer")  # what goes along from the second screen to the third and back


@dataclass(frozen=True, slots=True)
class Place:
    """Where one joins: the union, and the code by which one came."""

    union: Any
    code: Any = None
    by: str = ""  # how the union was found, one of registry.ROUTES
    employer: str = ""  # where they said that they work, when they looked for their union

    @property
    def home(self) -> bool:
        """Whether this is the home of a township, for those without a union at work."""
        return bool(self.union.level == routing.HOME)

    def form(self, known: Any, *data: Any, **more: Any) -> Any:
        """The form of the second screen, for somebody on the roster or not; only a home asks where they work."""
        kind = forms.KnownForm if known else forms.SelfForm
        return kind(*data, home=self.home, **more)


@doors.page(public=True, methods=("GET", "POST"))
def by_code(request: Request, token: str) -> HttpResponse:
    """Join by a union's code."""
    return recall.while_it_stands(lambda: _by_code(request, token))


def _by_code(request: Request, token: str) -> HttpResponse:
    try:
        code = codes.of_token(token)
    except (rules.NoCode, rules.Unready) as refusal:
        return _found(request, said=refusal)
    return _screens(request, Place(code.organization, code))


@doors.page(public=True, methods=("GET", "POST"))
def at_union(request: Request, id: int) -> HttpResponse:
    """Join without a code, at a union that was found."""
    by, employer = request.GET.get("by", ""), tidy(request.GET.get("employer", ""))[:60]
    known = by if by in registry.ROUTES else ""
    return recall.while_it_stands(lambda: _screens(request, Place(routing.union(id), by=known, employer=employer)))


@doors.page(public=True)
def find(request: Request) -> HttpResponse:
    """Find the union: by the employer, else the home for members online of the place."""
    return _found(request)


def _found(request: Request, *, said: Refused | None = None) -> HttpResponse:
    """The page that finds a union; `said` is why the code of a poster does not serve."""
    employer, place = tidy(request.GET.get("employer", ""))[:60], tidy(request.GET.get("place", ""))[:60]
    found = routing.suggest(employer, place)
    context = {"employer": employer, "place": place, "found": found, "asked": bool(employer or place), "said": said}
    return render(request, "membership/hall/find.html", context, status=doors.status_of(said) if said else 200)


def _screens(request: Request, place: Place) -> HttpResponse:
    step = request.POST.get("back") or request.POST.get("step", "")
    if request.method != "POST":
        return _phone(request, place)
    if "back" in request.POST:
        return _back(request, place, step)
    if step == "self":
        return _self_sent(request, place)
    if step == "send":
        return _send(request, place)
    return _phone_sent(request, place)


def _phone(request: Request, place: Place, form: Any = None, *, sent: bool = False, shown: str = "") -> HttpResponse:
    """The first screen: empty, or with what was typed in `form`."""
    if shown or (form is not None and (form.errors or form.data.get("code"))):
        return _show(request, place, "phone", {"form": form, "sent": sent, "shown": shown})
    words = {} if form is None else {"phone": form.data["phone"]}

    def context(word: kept.Word) -> dict[str, Any]:
        return {"form": forms.PhoneForm(initial={name: word(name) for name in words}), "sent": sent, "shown": ""}

    return _kept(request, place, "phone", (sent, *words), words, context)


def _phone_sent(request: Request, place: Place) -> HttpResponse:
    form = forms.PhoneForm(request.POST)
    if not form.is_valid():
        return _phone(request, place, form)
    data = form.cleaned_data
    word = device.of(request)
    if "ask" in request.POST:
        given = word or device.fresh()
        code = doors.attempt(form, lambda: proofs.send_code(data["phone"], device=given, address=address_of(request)))
        answer = _phone(request, place, form, sent=code is not None, shown=code if code and codes.shows() else "")
        if not word:
            device.keep(answer, given)
        return answer
    if not data["code"]:  # an empty field is no try
        form.add_error("code", _("Write the six digits of the text message."))
        return _phone(request, place, form)
    people = doors.attempt(form, lambda: proofs.prove(data["phone"], data["code"], device=word))
    if people is None:
        return _phone(request, place, form)
    known = proofs.on_roster(people, place.union)
    proof = _signed(data["phone"], known)
    elsewhere = proofs.on_another_roster(people) if place.home and known is None else None
    offer = {"union": elsewhere.home, "proof": _signed(data["phone"], elsewhere)} if elsewhere else None
    if offer or place.employer:
        return _self(request, place, proof, place.form(known, initial={"employer": place.employer}), known, offer=offer)
    return _self_empty(request, place, proof, known)


def _self_empty(request: Request, place: Place, proof: str, known: Any) -> HttpResponse:
    """The second screen before anything was typed."""
    seen = _seen(known) or {}
    above = _above(place.union)

    def context(word: kept.Word) -> dict[str, Any]:
        shown = {name: word(name) for name in seen}
        return {"form": place.form(known), "proof": word("proof"), "known": shown or None, "above": above, "offer": None}

    same = (place.home, bool(known), *(unit.name for unit in above))
    return _kept(request, place, "self", same, {"proof": proof, **seen}, context)


def _seen(known: Any) -> dict[str, str] | None:
    """What somebody on the roster is shown of themselves."""
    return {"name": masking.name(known.name), "tail": known.id_last4} if known else None


def _signed(phone: str, known: Any) -> str:
    return signing.dumps({"phone": phone, "known": known.pk if known else 0}, salt=SALT)


def _self(request: Request, place: Place, proof: str, form: Any, known: Any, *, offer: Any = None) -> HttpResponse:
    told = {"form": form, "proof": proof, "known": _seen(known), "above": _above(place.union), "offer": offer}
    return _show(request, place, "self", told)


def _above(union: Any) -> list[Any]:
    """Who else sees the application: the levels above, the nearest first."""
    above = recall.lately(("membership.above", union.path), lambda: organizations.above(union))
    return [unit for unit in reversed(above) if unit.level in {"township", "county"}]


def _proof(request: Request) -> dict[str, Any]:
    """What was proven on the first screen. Raises Refused where that is too long ago or was not signed here."""
    try:
        return dict(signing.loads(request.POST.get("proof", ""), salt=SALT, max_age=PROVEN_FOR))
    except signing.BadSignature:
        raise Refused(_("The phone was proven too long ago; start again."), code="proof") from None


def _self_sent(request: Request, place: Place) -> HttpResponse:
    try:
        proof = _proof(request)
    except Refused as refusal:
        return _start_again(request, place, refusal)
    known = proofs.known(proof["known"], place.union)
    form = place.form(known, request.POST)
    if form.is_valid() and (known or doors.attempt(form, lambda: _fits(form.cleaned_data, place)) is not None):
        return _check(request, place, form.cleaned_data, proof, known)
    return _self(request, place, request.POST["proof"], form, known)


def _fits(data: dict[str, Any], place: Place) -> bool:
    """The instant help of the second screen: the number itself and the age."""
    number = idnumber.check_typed(data["id_number"])
    least = basis.of(place.union).whole("membership.least_age", place.union)
    rules.check_age(number.birth, today=dates.today(), least=least)
    return True


def _check(
    request: Request, place: Place, data: dict[str, Any], proof: dict[str, Any], known: Any, form: Any = None
) -> HttpResponse:
    """The third screen: everything once more, each with a way back; `form` where something on it has to be mended."""
    typed = [name for name in KEPT if data.get(name)]
    words = {f"kept_{name}": data[name] for name in typed} | {
        "proof": request.POST.get("proof", ""),
        "phone": masking.phone(proof["phone"]),
        "name": masking.name(known.name) if known else data["name"],  # the phone's next owner must not read it
        "id_number": f"***{known.id_last4}" if known else masking.id_number(data["id_number"]),
    }
    rests_on = basis.of(place.union)
    shown = forms.shown_texts(rests_on.texts) if form is None else form.shown
    days = rests_on.whole("membership.answer_days", place.union)

    def context(word: kept.Word) -> dict[str, Any]:
        return {
            "form": form or forms.SendForm(shown=shown),
            "kept": [(name, word(f"kept_{name}")) for name in typed],
            "employer": word("kept_employer") if "employer" in typed else "",
            "occupation": registry.OCCUPATIONS[data["occupation"]],
            "texts": shown,
            "days": days,
            **{name: word(name) for name in ("proof", "phone", "name", "id_number")},
        }

    if form is not None:
        return _show(request, place, "check", context(words.__getitem__))
    same = (*typed, data["occupation"], days, *((text.version, text.words) for text in shown.values()))
    return _kept(request, place, "check", same, words, context)


def _send(request: Request, place: Place) -> HttpResponse:
    try:
        proof = _proof(request)
    except Refused as refusal:
        return _start_again(request, place, refusal)
    known = proofs.known(proof["known"], place.union)
    own = place.form(known, request.POST)
    if not own.is_valid():
        return _self(request, place, request.POST["proof"], own, known)
    data = own.cleaned_data
    rests_on = basis.of(place.union)
    way = joining.Way(
        union=place.union, channel="qr" if place.code else "home", code=place.code, routed_by=place.by, basis=rests_on
    )
    form = forms.SendForm(request.POST, shown=forms.shown_texts(rests_on.texts))
    if not form.is_valid():
        way.look_again()  # nobody is refused by what is a second old
        return _check(request, place, data, proof, known, form)
    given = joining.Applicant(
        name=data.get("name", ""),
        id_number=data.get("id_number", ""),
        phone=proof["phone"],
        occupation=data["occupation"],
        employer=data.get("employer", ""),
        known=known,
        proven=True,
        agreed=form.agreed(),
    )
    made = doors.attempt(own, lambda: joining.apply(way=way, given=given, willing=form.cleaned_data["willing"]))
    if made is not None:
        return doors.go(request, "membership:hall-joined", signing.dumps(made.pk, salt=RECEIPT))
    way.look_again()
    if set(own.errors) & set(own.fields):
        return _self(request, place, request.POST["proof"], own, known)
    doors.pass_on(own, form)
    return _check(request, place, data, proof, known, form)


def _start_again(request: Request, place: Place, refusal: Refused) -> HttpResponse:
    form = forms.PhoneForm(request.POST)
    form.is_valid()
    form.errors.clear()
    form.add_error(None, str(refusal))
    return _phone(request, place, form)


def _back(request: Request, place: Place, step: str) -> HttpResponse:
    """The way back from the third screen, with everything still typed."""
    if step != "self":
        return _phone(request, place)
    try:
        proof = _proof(request)
    except Refused as refusal:
        return _start_again(request, place, refusal)
    known = proofs.known(proof["known"], place.union)
    kept = {name: request.POST[name] for name in KEPT if name in request.POST}
    return _self(request, place, request.POST["proof"], place.form(known, initial=kept), known)


def _show(request: Request, place: Place, screen: str, context: dict[str, Any]) -> HttpResponse:
    form = context["form"]
    status = doors.status(form) if form.is_bound and form.errors else 200
    return render(request, _template(screen), _told(place, screen, context), status=status)


def _kept(
    request: Request, place: Place, screen: str, same: tuple[Any, ...], words: dict[str, str], context: Callable[[kept.Word], Any]
) -> HttpResponse:
    """A screen on which nothing has to be mended: alike for all who join here but for `words`."""
    return kept.page(
        request,
        _template(screen),
        same=(place.union.name, *same),
        words=words,
        context=lambda word: _told(place, screen, context(word)),
    )


def _template(screen: str) -> str:
    return f"membership/hall/{screen}.html"


def _told(place: Place, screen: str, context: dict[str, Any]) -> dict[str, Any]:
    return {"union": place.union, "number": {"phone": 1, "self": 2, "check": 3}[screen], **context}


@doors.page(public=True)
def joined(request: Request, receipt: str) -> HttpResponse:
    """The confirmation: reference, promised days, what comes next. May be kept as a bookmark for a month."""
    try:
        pk = signing.loads(receipt, salt=RECEIPT, max_age=31 * 24 * 3600)
    except signing.BadSignature:
        raise absent() from None
    one = joining.receipt(pk)
    return render(request, "membership/hall/joined.html", {"one": one, "state": one.stands, "union": one.organization})
