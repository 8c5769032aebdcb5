"""The house's layers answer as Django's do, letter for letter, and their tokens are Django's tokens."""

import re
from collections import Counter

import pytest
from django.conf import settings as house
from django.contrib import messages
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse, HttpResponseRedirect
from django.middleware import csrf
from django.template import context_processors, engines
from django.test import Client, RequestFactory
from django.urls import Resolver404, path
from django.utils.module_loading import import_string
from django.utils.translation import gettext

from unionhall.shell import layers, tokens

pytestmark = pytest.mark.django_db

MIDDLEWARE = list(house.MIDDLEWARE)
SECRET, OTHER = "aZ09" * 8, "b" * 32
STANDS_FOR = {
    "unionhall.shell.layers.Encryption": "django.middleware.security.SecurityMiddleware",
    "unionhall.shell.layers.Sessions": "django.contrib.sessions.middleware.SessionMiddleware",
    "unionhall.shell.layers.Languages": "django.middleware.locale.LocaleMiddleware",
    "unionhall.shell.layers.Lengths": "django.middleware.common.CommonMiddleware",
    "unionhall.shell.layers.Forgery": "django.middleware.csrf.CsrfViewMiddleware",
    "unionhall.shell.layers.Messages": "django.contrib.messages.middleware.MessageMiddleware",
}
SIGNED = r":\w{6}:[\w-]{43}"  # at a moment, with it
CHANCE = re.compile(SIGNED + r"|[0-9a-f]{40}|[0-9A-Za-z]{64}|[0-9A-Za-z]{32}|[0-9A-F]{4}-[0-9A-F]{4}|\d\d:\d\d:\d\d")


def show(request):
    token = csrf.get_token(request) if "token" in request.GET else ""
    left = [f"{one.level} {one}" for one in messages.get_messages(request)] if "read" in request.GET else []
    told = [
        token,
        request.LANGUAGE_CODE,
        gettext("You may not do this"),
        *left,
        str(request.user),
        str(sorted(request.session.keys())),
    ]
    return HttpResponse("\n".join(told))


def count(request):
    return HttpResponse(str(len(messages.get_messages(request))))


def say(request):
    for number in range(int(request.GET.get("times", "1"))):
        messages.success(request, f"{number}" + "说" * 300)
    return HttpResponseRedirect("/show/?read")


def begin(request):
    request.session["kept"] = "yes"
    return HttpResponse("begun")


def end(request):
    request.session.flush()
    return HttpResponse("over")


def fail(request):
    request.session["kept"] = "yes"
    raise ValueError


def rotate(request):
    csrf.rotate_token(request)
    return HttpResponse(headers={"Vary": "*"} if "star" in request.GET else None)


urlpatterns = [path(f"{view.__name__}/", view) for view in (show, count, say, begin, end, fail, rotate)]
handler404, handler500 = "unionhall.shell.doors.not_found", "unionhall.shell.doors.server_error"

WALKS = [
    ["/show/"],
    ["/show"],  # the slash that lacks
    ["/nowhere", "/nowhere/"],
    [
        "/show/?token",
        "/show/?token",
        "POST /show/",
        "POST /show/ right",
        "POST /show/ header",
        "POST /show/ wrong",
        "POST /show/ odd",
    ],
    ["/begin/", "/show/", "/end/", "/show/"],
    ["/end/"],
    ["/fail/", "/show/"],
    ["/say/", "/count/", "/show/", "/count/", "/show/?read", "/show/?read"],
    ["/say/?times=9", "/count/", "/begin/", "/show/?read", "/count/", "/show/?read"],  # more than a cookie holds
    ["/say/?times=9", "/say/", "/say/", "/show/?read"],
    ["/rotate/", "/rotate/?star", "/show/?token"],
    ["HEAD /show/", "PUT /show/", "TRACE /show/"],
]
BROWSERS = [
    {},
    {"headers": {"Accept-Language": "en-GB,en;q=0.8"}},
    {"headers": {"Accept-Language": "fr, *"}, "cookies": {"language": "en"}},
    {"cookies": {"language": "tlh", "session": "0" * 40, "messages": "forged", "csrf": "short"}},
    {"cookies": {"csrf": SECRET, "messages": "", "session": "short"}},
    {"cookies": {"csrf": csrf._mask_cipher_secret(SECRET)}},
    {"secure": True, "headers": {"Origin": "https://testserver"}},
    {"secure": True, "headers": {"Referer": "https://evil.example/"}},
    {"headers": {"Origin": "http://evil.example"}},
]


class Browser:
    """Walks through the small house above and notes what each answer said, but for what chance drew."""

    def __init__(self, cookies=None, secure=False, headers=None):
        self.client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        self.client.cookies.load(cookies or {})
        self.more = {"secure": secure, "headers": headers or {}}
        self.heard = []

    def walk(self, steps):
        for step in steps:
            method, address, how = f"GET {step} ".split(" ", 2) if step.startswith("/") else f"{step} ".split(" ", 2)
            self.hear(self.client.generic(method, address, **self.told(method, how)))
        return self.heard

    def told(self, method, how):
        known = self.client.cookies.get("csrf")
        secret = known.value if known and tokens.SECRET.fullmatch(known.value) else SECRET
        sent = {"right": tokens.masked(secret), "wrong": tokens.masked(OTHER), "odd": "+" * 64}.get(how.strip(), "")
        body = {"data": f"csrfmiddlewaretoken={sent}", "content_type": "application/x-www-form-urlencoded"} if sent else {}
        more = self.more["headers"] | ({"X-CSRFToken": secret} if how.strip() == "header" else {})
        return {"secure": self.more["secure"], "headers": more, **body}

    def hear(self, answer):
        said = {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}
        cookies = sorted(cookie.OutputString() for cookie in answer.cookies.values())
        parts = [answer.status_code, sorted(said.items()), cookies, answer.content.decode()]
        self.heard.append([CHANCE.sub("…", str(part)) for part in parts])


def heard(settings, stack, browser, steps):
    settings.ROOT_URLCONF, settings.MIDDLEWARE = __name__, stack
    return Browser(**browser).walk(steps)


def djangos(settings):
    settings.MESSAGE_STORAGE = "django.contrib.messages.storage.fallback.FallbackStorage"
    return [STANDS_FOR.get(layer, layer) for layer in MIDDLEWARE]


@pytest.mark.parametrize("browser", BROWSERS)
@pytest.mark.parametrize("encrypted", [False, True])
def test_every_answer_is_the_one_that_djangos_layers_give(settings, browser, encrypted):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = encrypted, 31_536_000 * encrypted
    ours = [heard(settings, MIDDLEWARE, browser, steps) for steps in WALKS]
    stack = djangos(settings)
    assert ours == [heard(settings, stack, browser, steps) for steps in WALKS]


@pytest.mark.parametrize("lost", sorted(STANDS_FOR))
def test_sabotage_a_layer_that_is_lost_is_heard(settings, lost):
    settings.SECURE_SSL_REDIRECT = lost.endswith("Encryption")
    ours = [heard(settings, [layer for layer in MIDDLEWARE if layer != lost], {}, steps) for steps in WALKS]
    stack = djangos(settings)
    assert ours != [heard(settings, stack, {}, steps) for steps in WALKS]


def test_what_the_walks_reach(settings):
    found = [[step[0] for step in heard(settings, MIDDLEWARE, {}, steps)] for steps in WALKS]
    assert found[:4] == [["200"], ["301"], ["404", "404"], ["200", "200", "403", "200", "200", "403", "403"]]
    assert found[6] == ["500", "200"]


def test_each_of_djangos_layers_is_there():
    """What Django's checks W001 and W003 would say, for layers that bear other names."""
    for ours, theirs in STANDS_FOR.items():
        assert MIDDLEWARE.count(ours) == 1
        assert issubclass(import_string(ours), import_string(theirs))


def test_a_token_of_ours_is_one_of_djangos():
    drawn = [tokens.masked(SECRET) for _ in range(50)]
    assert len({token[:32] for token in drawn}) == len({token[32:] for token in drawn}) == 50
    for token in drawn:
        csrf._check_token_format(token)
        assert csrf._unmask_cipher_token(token) == tokens.unmasked(token) == SECRET
        assert csrf._does_token_match(token, SECRET)
        assert not csrf._does_token_match(token, OTHER)
    assert tokens.unmasked(csrf._mask_cipher_secret(SECRET)) == SECRET


def test_every_letter_is_moved_to_every_letter():
    for letter in csrf.CSRF_ALLOWED_CHARS:
        secret = letter * 32
        assert {tokens.unmasked(csrf._mask_cipher_secret(secret)), csrf._unmask_cipher_token(tokens.masked(secret))} == {secret}
    ends = csrf.CSRF_ALLOWED_CHARS[0] * 32, csrf.CSRF_ALLOWED_CHARS[-1] * 32
    for mask in ends:
        for moved in ends:
            assert tokens.unmasked(mask + moved) == csrf._unmask_cipher_token(mask + moved)


def letters(*refused) -> set[int]:
    return set(Counter(bytes(range(256)).translate(tokens._LETTER, *refused)).values())


def test_each_letter_of_a_mask_is_as_likely_as_any_other():
    assert letters(tokens._UNEVEN) == {4}


def test_sabotage_uneven_bytes_are_noticed():
    assert letters() == {4, 5}


@pytest.mark.parametrize("known", [{"CSRF_COOKIE": SECRET}, {}])
def test_a_token_leaves_on_the_request_what_djangos_leaves(known):
    left = []
    for give in (tokens.of, csrf.get_token):
        request = RequestFactory().get("/")
        request.META |= known
        assert csrf._does_token_match(give(request), request.META["CSRF_COOKIE"])
        left.append(CHANCE.sub("…", str({name: value for name, value in request.META.items() if name.startswith("CSRF")})))
    assert left[0] == left[1]


def test_templates_ask_for_a_token_of_ours_when_they_need_one():
    request = RequestFactory().get("/")
    request.META["CSRF_COOKIE"], request.user, request._messages = SECRET, None, []
    templates = engines["django"]
    drawn = {templates.from_string("{{ csrf_token }}").render({}, request) for _ in range(3)}
    assert {csrf._unmask_cipher_token(token) for token in drawn} == {SECRET}
    assert len(drawn) == 3
    assert 'value="' in templates.from_string("{% csrf_token %}").render({}, request)
    asked = [*templates.engine.template_context_processors]
    assert asked.index(context_processors.csrf) < asked.index(tokens.for_templates)
    quiet = RequestFactory().get("/")
    quiet.user, quiet._messages = None, []
    assert templates.from_string("nothing").render({}, quiet) == "nothing"
    assert "CSRF_COOKIE" not in quiet.META


MASK = "m" * 32
CHECKED = [
    ({}, {}, {}, csrf.REASON_NO_CSRF_COOKIE),
    ({"csrf": SECRET}, {}, {}, csrf.REASON_CSRF_TOKEN_MISSING),
    ({"csrf": SECRET}, {"csrfmiddlewaretoken": SECRET}, {}, None),
    ({"csrf": SECRET}, {"csrfmiddlewaretoken": csrf._mask_cipher_secret(SECRET)}, {}, None),
    ({"csrf": csrf._mask_cipher_secret(SECRET)}, {"csrfmiddlewaretoken": tokens.masked(SECRET)}, {}, None),
    ({"csrf": SECRET}, {}, {"X-CSRFToken": SECRET}, None),
    ({"csrf": SECRET}, {}, {"X-CSRFToken": tokens.masked(SECRET)}, None),
    ({"csrf": SECRET}, {"csrfmiddlewaretoken": OTHER}, {"X-CSRFToken": SECRET}, "CSRF token from POST incorrect."),
    ({"csrf": SECRET}, {"csrfmiddlewaretoken": MASK + SECRET}, {}, "CSRF token from POST incorrect."),
    ({"csrf": SECRET}, {"csrfmiddlewaretoken": SECRET + "\n"}, {}, "CSRF token from POST has incorrect length."),
    ({"csrf": SECRET}, {"csrfmiddlewaretoken": "ä" * 32}, {}, "CSRF token from POST has invalid characters."),
    ({"csrf": SECRET}, {}, {"X-CSRFToken": "x"}, "CSRF token from the 'X-Csrftoken' HTTP header has incorrect length."),
    ({"csrf": "x"}, {"csrfmiddlewaretoken": "x"}, {}, "CSRF cookie has incorrect length."),
    ({"csrf": "+" * 32}, {"csrfmiddlewaretoken": "+" * 32}, {}, "CSRF cookie has invalid characters."),
    ({"csrf": ""}, {"csrfmiddlewaretoken": ""}, {}, "CSRF cookie has incorrect length."),
]


@pytest.mark.parametrize(("cookies", "form", "headers", "reason"), CHECKED)
@pytest.mark.parametrize("layer", [layers.Forgery, csrf.CsrfViewMiddleware])
def test_a_token_is_taken_and_refused_as_by_django(layer, cookies, form, headers, reason):
    request = RequestFactory().post("/", form, headers=headers)
    request.COOKIES |= cookies
    found = None
    try:
        layer(HttpResponse)._check_token(request)
    except csrf.RejectRequest as refused:
        found = refused.reason
    assert found == reason


def test_two_browsers_of_one_second_get_their_own_cookies():
    layer = layers.Forgery(lambda request: tokens.of(request) and HttpResponse())
    first, second = (layer(RequestFactory().get("/")).cookies["csrf"] for _ in range(2))
    assert len({first.value, first.coded_value, second.value, second.coded_value}) == 2
    assert (first["path"], first["samesite"], first["httponly"], first["max-age"]) == ("/", "Lax", True, 31_449_600)
    first["path"] = "/elsewhere"
    assert layer(RequestFactory().get("/")).cookies["csrf"]["path"] == "/"


ADDRESSES = (
    "/hall/",
    "/hall/join/k7m2/",
    "/hall/join/at/7/",
    "/hall/join/at/7/",
    "/issues/41/",
    "/healthz",
    "/nowhere/",
    "/nowhere/",
)


def found_by(handler, **more):
    """What a handler makes of addresses, one after the other."""
    found = []
    for address in ADDRESSES:
        request = RequestFactory().get(address)
        for name, value in more.items():
            setattr(request, name, value)
        try:
            match = handler.resolve_request(request)
        except Resolver404:
            found.append(None)
        else:
            assert request.resolver_match is match
            found.append((match.func, match.args, match.kwargs, match.route, match.view_name, match.namespaces))
    return found


def test_an_address_is_found_as_django_finds_it():
    ours = layers.Handler()
    assert found_by(ours) == found_by(WSGIHandler())
    assert [each is None for each in found_by(ours)] == [False] * 6 + [True] * 2
    assert (ours._found.cache_info().hits, ours._found.cache_info().currsize) == (7, 5)


def test_a_request_with_addresses_of_its_own_is_not_led_to_those_of_the_house():
    ours = layers.Handler()
    assert found_by(ours)[0] is not None
    assert found_by(ours, urlconf="unionhall.shell.urls") == found_by(WSGIHandler(), urlconf="unionhall.shell.urls") == [None] * 8
