"""Joining on the phone: three screens with five fields, and the page that finds the right union.

Nothing is kept between the screens but in the person's own page: what was typed goes along in the form, signed where it
was proven. So going back, reloading and an old tab never lose or double anything. The third screen comes along with the
second one: where everything is typed rightly the phone draws it by itself, and else, or without scripts, it is asked for.
To reload one that the phone drew is to reload the second screen.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
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


@dataclass(frozen=True, slots=True, repr=False)
class Proven:
    """A phone proven on the first screen, who bears it on the roster, and the signed word of both; has no repr."""

    phone: str
    known: Any
    word: str

    @classmethod
    def of(cls, phone: str, known: Any) -> "Proven":
        """What has been proven just now."""
        return cls(phone, known, signing.dumps({"phone": phone, "known": known.pk if known else 0}, salt=SALT))

    @classmethod
    def told(cls, request: Request, union: Any) -> "Proven":
        """What a later screen brings along. Raises Refused where that is too long ago or was not signed here."""
        word = request.POST.get("proof", "")
        try:
            told = signing.loads(word, salt=SALT, max_age=PROVEN_FOR)
        except signing.BadSignature:
            raise Refused(_("The phone was proven too long ago; start again."), code="proof") from None
        return cls(told["phone"], proofs.known(told["known"], union), word)

    def words(self) -> dict[str, str]:
        """What the screens show of it; of somebody on the roster masked, for the phone may have a new owner."""
        words = {"proof": self.word, "phone": masking.phone(self.phone)}
        if self.known:
            tail = self.known.id_last4
            words |= {"name": masking.name(self.known.name), "tail": tail, "id_number": f"***{tail}"}
        return words


@dataclass(frozen=True, slots=True)
class Terms:
    """What the screens say of joining a union: from which age, the answer within so many working days, the texts agreed to."""

    least_age: int
    days: int
    texts: Mapping[str, Any]

    @classmethod
    def of(cls, union: Any) -> "Terms":
        """As they stand, or stood a second ago."""
        rests_on = basis.of(union)
        least, days = (rests_on.whole(f"membership.{name}", union) for name in ("least_age", "answer_days"))
        return cls(least, days, forms.shown_texts(rests_on.texts))

    @property
    def born_by(self) -> date:
        """The last day of birth with which one is old enough today."""
        return dates.months_later(dates.today(), -12 * self.least_age)

    def same(self) -> tuple[Any, ...]:
        """What a page that shows them is kept by."""
        return (self.days, self.born_by, *((text.version, text.words) for text in self.texts.values()))

    def told(self, form: Any = None) -> dict[str, Any]:
        """Their part of the third screen, with its form; one that has to be mended keeps the texts that stood beside it."""
        form = form or forms.SendForm(shown=self.texts)
        return {"form": form, "texts": form.shown, "days": self.days}


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
    proven = Proven.of(data["phone"], proofs.on_roster(people, place.union))
    elsewhere = proofs.on_another_roster(people) if place.home and proven.known is None else None
    offer = {"union": elsewhere.home, "proof": Proven.of(data["phone"], elsewhere).word} if elsewhere else None
    if offer or place.employer:
        return _self(request, place, proven, place.form(proven.known, initial={"employer": place.employer}), offer=offer)
    return _self_empty(request, place, proven)


def _self_empty(request: Request, place: Place, proven: Proven) -> HttpResponse:
    """The second screen before anything was typed."""
    terms, words = Terms.of(place.union), proven.words()

    def context(word: kept.Word) -> dict[str, Any]:
        return _second(place, proven, place.form(proven.known), terms, {name: word(name) for name in words})

    same = (place.home, proven.known is not None, *(unit.name for unit in _above(place.union)), *terms.same())
    return _kept(request, place, "self", same, words, context)


def _self(request: Request, place: Place, proven: Proven, form: Any, *, offer: Any = None) -> HttpResponse:
    told = _second(place, proven, form, Terms.of(place.union), proven.words())
    return _show(request, place, "self", told | {"offer": offer})


def _second(place: Place, proven: Proven, form: Any, terms: Terms, words: dict[str, str]) -> dict[str, Any]:
    """The second screen with its form, and the third one that comes along, which the phone fills in from it."""
    screen = {
        **terms.told(),
        "kept": [(name, "") for name in KEPT if name in form.fields],
        "employer": "" if "employer" in form.fields else None,
        **words,
    }
    told = {"known": proven.known is not None, "above": _above(place.union), "latest": f"{terms.born_by:%Y%m%d}"}
    return {"form": form, "screen": screen, **told}


def _above(union: Any) -> list[Any]:
    """Who else sees the application: the levels above, the nearest first."""
    above = recall.lately(("membership.above", union.path), lambda: organizations.above(union))
    return [unit for unit in reversed(above) if unit.level in {"township", "county"}]


def _self_sent(request: Request, place: Place) -> HttpResponse:
    try:
        proven = Proven.told(request, place.union)
    except Refused as refusal:
        return _start_again(request, place, refusal)
    form = place.form(proven.known, request.POST)
    if form.is_valid() and (proven.known or doors.attempt(form, lambda: _fits(form.cleaned_data, place)) is not None):
        return _check(request, place, form.cleaned_data, proven)
    return _self(request, place, proven, form)


def _fits(data: dict[str, Any], place: Place) -> bool:
    """The instant help of the second screen: the number itself and the age."""
    number = idnumber.check_typed(data["id_number"])
    rules.check_age(number.birth, today=dates.today(), least=Terms.of(place.union).least_age)
    return True


def _check(request: Request, place: Place, data: dict[str, Any], proven: Proven, form: Any = None) -> HttpResponse:
    """The third screen: everything once more, each with a way back; `form` where something on it has to be mended."""
    typed = [name for name in KEPT if data.get(name)]
    words = {f"kept_{name}": data[name] for name in typed} | proven.words()
    if not proven.known:
        words |= {"name": data["name"], "id_number": masking.id_number(data["id_number"])}
    terms = Terms.of(place.union)

    def context(word: kept.Word) -> dict[str, Any]:
        screen = {
            **terms.told(form),
            "kept": [(name, word(f"kept_{name}")) for name in typed],
            "employer": word("kept_employer") if "employer" in typed else None,
            "occupation": registry.OCCUPATIONS[data["occupation"]],
            **{name: word(name) for name in ("proof", "phone", "name", "id_number")},
        }
        return {"form": screen["form"], "screen": screen}

    if form is not None:
        return _show(request, place, "check", context(words.__getitem__))
    return _kept(request, place, "check", (*typed, data["occupation"], *terms.same()), words, context)


def _send(request: Request, place: Place) -> HttpResponse:
    try:
        proven = Proven.told(request, place.union)
    except Refused as refusal:
        return _start_again(request, place, refusal)
    own = place.form(proven.known, request.POST)
    if not own.is_valid():
        return _self(request, place, proven, own)
    data = own.cleaned_data
    rests_on = basis.of(place.union)
    way = joining.Way(
        union=place.union, channel="qr" if place.code else "home", code=place.code, routed_by=place.by, basis=rests_on
    )
    form = forms.SendForm(request.POST, shown=forms.shown_texts(rests_on.texts))
    if not form.is_valid():
        way.look_again()  # nobody is refused by what is a second old
        return _check(request, place, data, proven, form)
    given = joining.Applicant(
        name=data.get("name", ""),
        id_number=data.get("id_number", ""),
        phone=proven.phone,
        occupation=data["occupation"],
        employer=data.get("employer", ""),
        known=proven.known,
        proven=True,
        agreed=form.agreed(),
    )
    made = doors.attempt(own, lambda: joining.apply(way=way, given=given, willing=form.cleaned_data["willing"]))
    if made is not None:
        return doors.go(request, "membership:hall-joined", signing.dumps(made.pk, salt=RECEIPT))
    way.look_again()
    if set(own.errors) & set(own.fields):
        return _self(request, place, proven, own)
    doors.pass_on(own, form)
    return _check(request, place, data, proven, form)


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
        proven = Proven.told(request, place.union)
    except Refused as refusal:
        return _start_again(request, place, refusal)
    kept = {name: request.POST[name] for name in KEPT if name in request.POST}
    return _self(request, place, proven, place.form(proven.known, initial=kept))


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
