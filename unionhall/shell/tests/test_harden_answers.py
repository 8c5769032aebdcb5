"""Headers on 100 % of the routes, the exact host, no unused method; and proof that the walk would notice a gap."""

import os
import subprocess
import sys

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, path, reverse

from unionhall.shell import hardening
from unionhall.shell.middleware import SecurityHeaders

pytestmark = pytest.mark.django_db

SAMPLES = {"int": "1", "str": "x", "slug": "x", "uuid": "00000000-0000-4000-8000-000000000000", "path": "x"}
SANDBOX = "default-src 'none'; sandbox"
DIRECTIVES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
}


def routes(patterns, prefix="/"):
    """Every address of a resolver with a sample for each converter."""
    for entry in patterns:
        text = str(entry.pattern)
        for name, converter in getattr(entry.pattern, "converters", {}).items():
            kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
            text = text.replace(f"<{kind}:{name}>", SAMPLES.get(kind, "x")).replace(f"<{name}>", "x")
        if isinstance(entry, URLResolver):
            yield from routes(entry.url_patterns, prefix + text)
        elif isinstance(entry, URLPattern):
            yield prefix + text


def gaps(answer) -> list[str]:
    """What an answer fails to tell the browser."""
    expected = dict(hardening.HEADERS)
    if answer.headers.get("Content-Security-Policy") == SANDBOX and "attachment" in answer.headers.get("Content-Disposition", ""):
        del expected["Content-Security-Policy"]  # a file that no page may run: stricter still
    if answer.status_code == 200 and answer.request["PATH_INFO"] == reverse(
        "portal:speak"
    ):  # this page alone asks for a microphone
        expected["Permissions-Policy"] = expected["Permissions-Policy"].replace("microphone=()", "microphone=(self)")
    missing = [name for name, value in expected.items() if answer.headers.get(name) != value]
    if "no-store" not in answer.headers.get("Cache-Control", "") and "immutable" not in answer.headers.get("Cache-Control", ""):
        missing.append("Cache-Control")
    return missing


def test_every_route_is_hardened():
    client = Client(raise_request_exception=False)
    walked = list(routes(get_resolver().url_patterns))
    assert len(walked) >= 7
    found = {address: gaps(client.get(address)) for address in walked}
    assert {address: missing for address, missing in found.items() if missing} == {}


@pytest.mark.parametrize("who", ["city_clerk", "system_admin"])
def test_every_route_is_hardened_for_the_signed_in_and_none_breaks(cast, who):
    client = cast.client(who)
    client.raise_request_exception = False
    leaving = reverse("account_logout")
    found, broken = {}, []
    for address in routes(get_resolver().url_patterns):
        if address == leaving:
            continue
        answer = client.get(address)
        found[address] = gaps(answer)
        if answer.status_code >= 500:
            broken.append(address)
    assert {address: missing for address, missing in found.items() if missing} == {}
    assert broken == []


def test_every_route_refuses_trace_and_options():
    client = Client(raise_request_exception=False)
    for address in routes(get_resolver().url_patterns):
        assert {client.generic(method, address).status_code for method in ("TRACE", "OPTIONS", "CONNECT", "FOO")} == {405}


def test_sabotage_a_route_past_the_middleware_is_noticed(settings):
    settings.MIDDLEWARE = [entry for entry in settings.MIDDLEWARE if "SecurityHeaders" not in entry]
    client = Client(raise_request_exception=False)
    assert "Content-Security-Policy" in gaps(client.get("/healthz"))


def test_the_policy_says_what_was_decided():
    stated = dict(part.split(" ", 1) for part in hardening.CONTENT_SECURITY_POLICY.split("; "))
    assert {name: stated.get(name) for name in DIRECTIVES} == DIRECTIVES
    assert "unsafe" not in hardening.CONTENT_SECURITY_POLICY


@pytest.mark.parametrize("address", ["/healthz?q=a%00b", "/people/%00", "/?%00"])
def test_a_nul_in_an_address_is_refused_before_anything_reads_it(client, address):
    answer = client.get(address)
    assert answer.status_code == 400
    assert gaps(answer) == []


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.2", "localhost:80@evil.example"])
def test_a_wrong_host_is_refused_everywhere(client, host):
    for address in ("/healthz", "/static/shell/unionhall.css", "/nowhere"):
        answer = client.get(address, headers={"Host": host})
        assert answer.status_code == 400
        assert gaps(answer) == []


def test_forged_forwarding_headers_are_ignored(rf, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    answer = SecurityHeaders(lambda request: HttpResponse(request.build_absolute_uri("/")))(
        rf.get("/", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"})
    )
    assert answer.content == b"http://testserver/"
    assert "Strict-Transport-Security" not in answer


def test_transport_security_when_encrypted(rf, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    answer = SecurityHeaders(lambda request: HttpResponse())(rf.get("/", secure=True))
    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize("name", ["session", "csrf", "language"])
def test_cookies_are_closed(settings, name):
    prefix = name.upper()
    assert getattr(settings, f"{prefix}_COOKIE_HTTPONLY") is True
    assert getattr(settings, f"{prefix}_COOKIE_SAMESITE") in {"Lax", "Strict"}
    assert getattr(settings, f"{prefix}_COOKIE_NAME") == name  # with an https ORIGIN the name begins with __Host-


def leave(request):
    return HttpResponse()


def test_signing_out_clears_the_browser(client, settings):
    settings.ROOT_URLCONF = type("Urls", (), {"urlpatterns": [path("out/", leave, name="account_logout")]})
    assert client.post("/out/")["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert "Clear-Site-Data" not in client.get("/out/")


def test_a_view_that_is_no_door_takes_get_and_post_only(client, settings):
    settings.ROOT_URLCONF = type("Urls", (), {"urlpatterns": [path("out/", leave)]})
    assert [getattr(client, method)("/out/").status_code for method in ("get", "post", "put", "patch", "delete")] == [
        200,
        200,
        405,
        405,
        405,
    ]


DEPLOYED = """
import django; django.setup()
from django.conf import settings
print(settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME)
print(settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.LANGUAGE_COOKIE_SECURE, settings.SECURE_SSL_REDIRECT)
from django.core.checks import run_checks, WARNING
print([str(found) for found in run_checks(include_deployment_checks=True) if found.level >= WARNING and not found.is_silenced()])
"""


def test_behind_https_cookies_are_bound_and_nothing_is_warned_of():
    strong = {"UNIONHALL_ORIGIN": "https://hall.example.cn", "UNIONHALL_SECRET_KEY": "k7" * 40 + "!x-zQ9", "UNIONHALL_DEBUG": ""}
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", DEPLOYED], env={**os.environ, **strong}, capture_output=True, text=True, check=True
    )
    assert found.stdout.splitlines() == [
        "__Host-session __Host-csrf __Host-language",
        "True True True True",
        "[]",
    ]
