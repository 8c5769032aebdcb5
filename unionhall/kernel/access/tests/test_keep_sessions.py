"""A session is read with its account, person, home and rights by one statement; what ends it, ends it at the next request."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import login
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from unionhall.kernel.access import actions, adapters, queries
from unionhall.kernel.access.adapters import SessionStore
from unionhall.kernel.access.middleware import AccessMiddleware, SignedIn
from unionhall.kernel.access.models import BrowserSession
from unionhall.lib import clock

PAST = datetime(2020, 1, 1, tzinfo=UTC)


def seen(client: Client):
    """Who the page for signed-in people was shown to; None where it was not shown."""
    answer = client.get(reverse("mfa_index"))
    return answer.wsgi_request.person if answer.status_code == 200 else None


def test_session_account_and_rights_are_read_by_one_statement(cast, django_assert_num_queries):
    cast.client("county_clerk")
    row = BrowserSession.objects.get()
    assert row.account == cast.account("county_clerk")
    with django_assert_num_queries(1):
        kept, account = queries.session(row.session_key)
        assert SessionStore(row.session_key).decode(kept)["_auth_user_id"] == str(account.pk) == str(row.account_id)
        assert (account.person, account.person.home) == (cast.county_clerk, cast.county)
        with queries.remembering(account):
            assert queries.may(account.person, "organizations.see", cast.county)
            assert not queries.may(account.person, "organizations.see", cast.city)


def test_a_request_reads_the_account_nowhere_else(cast):
    client = cast.steady("county_clerk")
    with CaptureQueriesContext(connection) as asked:
        assert seen(client) == cast.county_clerk
    (told,) = [each["sql"] for each in asked if "access_account" in each["sql"] or "access_browsersession" in each["sql"]]
    assert [table for table in ("account", "browsersession", "grant") if f"access_{table} " not in told] == []


def test_the_account_is_handed_over_once_and_read_anew_afterwards(cast, django_assert_num_queries):
    cast.client("county_clerk")
    store, account = SessionStore(BrowserSession.objects.get().session_key), cast.account("county_clerk")
    with django_assert_num_queries(1):
        assert store.account() == account
        assert store.account() is None
    with queries.read_already(account), django_assert_num_queries(0):
        assert queries.account_of_session(account.pk) is account
    with django_assert_num_queries(1):
        assert queries.account_of_session(account.pk) is not account


def passed(rf, session, view):
    """An answer that has gone through both layers, and its request."""
    request = rf.get("/")
    request.session = session
    return SignedIn(AccessMiddleware(view))(request), request


def test_nothing_is_read_for_a_visitor_and_the_answer_hangs_on_the_cookie(db, rf, django_assert_num_queries):
    with django_assert_num_queries(0):
        _answer, request = passed(rf, SessionStore(None), lambda request: HttpResponse(str(request.user)))
    assert (request.person, request.unit, request.user.is_anonymous) == (None, None, True)
    assert (request.session.accessed, request.session.modified) == (True, False)


def test_a_visitor_who_signs_in_is_known_at_once(cast, rf):
    account = cast.account("county_clerk")

    def view(request):
        login(request, account, backend=adapters.PASSWORD_BACKEND)
        return HttpResponse(str(request.user.pk))

    answer, _request = passed(rf, SessionStore(None), view)
    assert answer.content == str(account.pk).encode()


def test_a_session_without_a_key_is_asked_who_it_belongs_to(cast, rf):
    cast.client("county_clerk")
    kept, _account = queries.session(BrowserSession.objects.get().session_key)
    begun = SessionStore(None)
    begun.update(json.loads(kept.partition(":")[2]))
    assert passed(rf, begun, lambda request: HttpResponse())[1].person == cast.county_clerk


@pytest.mark.parametrize("named", ["stranger", None])
def test_who_is_signed_in_is_said_by_the_signed_data_and_not_beside_it(cast, named):
    client = cast.client("county_clerk")
    BrowserSession.objects.update(account=cast.account(named) if named else None)
    assert seen(client) == cast.county_clerk
    actions.disable_account(cast.account("county_clerk"), by=cast.security_admin, reason="离职")
    assert seen(client) is None


def test_an_account_beside_data_that_are_not_signed_is_nobody(cast):
    client = cast.client("county_clerk")
    BrowserSession.objects.update(session_data="forged:{}")
    assert seen(client) is None


@pytest.mark.parametrize("sabotage", [False, True])
def test_only_the_key_keeps_a_copied_row_from_signing_in(cast, monkeypatch, sabotage):
    if sabotage:
        whole = adapters._seal
        monkeypatch.setattr(adapters, "_seal", lambda secret, _key, told: whole(secret, "", told))
    cast.client("county_clerk")
    (signed,) = BrowserSession.objects.values_list("session_data", flat=True)
    other = SessionStore()
    other.create()
    BrowserSession.objects.filter(pk=other.session_key).update(session_data=signed, account=cast.account("county_clerk"))
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = other.session_key
    assert seen(client) == (cast.county_clerk if sabotage else None)


def test_a_session_outlives_a_change_of_the_secret_that_names_the_old_one(db, settings):
    store = SessionStore()
    store["mine"] = "工会"
    store.create()
    old, settings.SECRET_KEY = settings.SECRET_KEY, "x" * 60
    assert SessionStore(store.session_key).load() == {}
    settings.SECRET_KEY_FALLBACKS = [old]
    assert SessionStore(store.session_key).load() == {"mine": "工会"}


def test_an_account_brought_along_is_held_against_the_fingerprint(cast):
    client = cast.client("county_clerk")
    account = cast.account("county_clerk")
    account.epoch += 1
    account.save(update_fields=["epoch"])
    assert seen(client) is None


def test_a_session_without_an_account_costs_one_statement_and_no_session_none(cast):
    client = Client()
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("account_login"))
    assert [each["sql"] for each in asked if "access_" in each["sql"]] == []
    store = SessionStore()
    store["device"] = "x"
    store.create()
    assert BrowserSession.objects.get().account_id is None
    client.cookies[settings.SESSION_COOKIE_NAME] = store.session_key
    with CaptureQueriesContext(connection) as asked:
        assert client.get(reverse("account_login")).wsgi_request.session["device"] == "x"
    assert len([each for each in asked if "access_" in each["sql"]]) == 1


def test_a_session_is_written_by_one_statement(db, django_assert_num_queries):
    store = SessionStore()
    store["device"] = "x"
    with django_assert_num_queries(1):
        store.create()
    begun = BrowserSession.objects.get()
    assert (begun.pk, begun.get_decoded(), begun.account_id) == (store.session_key, {"device": "x"}, None)
    assert timedelta(hours=12) - (begun.expire_date - timezone.now()) < timedelta(minutes=5)
    again = SessionStore(store.session_key)
    again["device"] = "y"
    with django_assert_num_queries(1):
        again.save()
    assert BrowserSession.objects.get().get_decoded() == SessionStore(store.session_key).load() == {"device": "y"}


def test_a_key_is_never_given_twice(db, monkeypatch):
    keys = iter(["a" * 32, "a" * 32, "b" * 32])
    monkeypatch.setattr(SessionStore, "_get_new_session_key", lambda self: next(keys))
    first, second = SessionStore(), SessionStore()
    first["mine"] = 1
    first.create()
    second["mine"] = 2
    second.create()
    assert (first.session_key, second.session_key) == ("a" * 32, "b" * 32)
    assert SessionStore("a" * 32).load() == {"mine": 1}


def test_an_answer_on_its_way_does_not_bring_back_a_session_that_was_ended(cast):
    client = cast.client("county_clerk")
    late = SessionStore(client.cookies[settings.SESSION_COOKIE_NAME].value)
    late["seen_at"] = 1
    client.post(reverse("account_logout"))
    with pytest.raises(UpdateError):
        late.save()
    assert not BrowserSession.objects.exists()


def test_signing_out_leaves_nothing_behind(cast):
    client = cast.client("county_clerk")
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post(reverse("account_logout"))
    assert not BrowserSession.objects.exists()
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    assert seen(client) is None


def test_an_expired_session_is_none_and_is_removed_by_the_clock(cast):
    gone, stays = cast.client("county_clerk"), cast.client("city_clerk")
    BrowserSession.objects.filter(account=cast.account("county_clerk")).update(expire_date=PAST)
    assert (seen(gone), seen(stays)) == (None, cast.city_clerk)
    assert actions.forget_sessions() == 1
    assert seen(stays) == cast.city_clerk
    with clock.fixed(clock.now() + timedelta(hours=13)):
        assert (actions.forget_sessions(), actions.forget_sessions()) == (1, 0)


def test_sabotage_whoever_is_named_beside_the_data_would_be_taken(cast, monkeypatch):
    client = cast.client("county_clerk")
    monkeypatch.setattr(queries, "account_of_session", lambda _account_id: queries._with_session.get())
    monkeypatch.setattr(type(cast.account("stranger")), "get_session_auth_hash", lambda self: client.session["_auth_user_hash"])
    BrowserSession.objects.update(account=cast.account("stranger"))
    assert seen(client) == cast.stranger


def forge(client: Client) -> None:
    """What the session holds, written down by somebody who has no key to sign it with."""
    BrowserSession.objects.update(session_data=f"{'0' * 64}:{json.dumps(dict(client.session.items()))}")


def unsigned(_self: SessionStore, data: str) -> dict[str, Any]:
    return dict(json.loads(data.partition(":")[2]))


@pytest.mark.parametrize("sabotage", [False, True])
def test_only_the_signature_keeps_forged_data_from_signing_in(cast, monkeypatch, sabotage):
    client = cast.client("county_clerk")
    forge(client)
    if sabotage:
        monkeypatch.setattr(SessionStore, "decode", unsigned)
    assert seen(client) == (cast.county_clerk if sabotage else None)


def test_sabotage_without_a_fingerprint_an_old_session_would_serve(cast, monkeypatch):
    account = cast.account("county_clerk")
    monkeypatch.setattr(type(account), "get_session_auth_hash", lambda self: "always the same")
    client = cast.client("county_clerk")
    account.epoch += 1
    account.save(update_fields=["epoch"])
    assert seen(client) == cast.county_clerk


def test_sabotage_a_key_that_may_stand_already_would_give_one_session_to_two(db, monkeypatch):
    monkeypatch.setattr(
        adapters, "BEGUN", adapters.BEGUN.replace("DO NOTHING", "DO UPDATE SET session_data = EXCLUDED.session_data")
    )
    monkeypatch.setattr(SessionStore, "_get_new_session_key", lambda self: "a" * 32)
    first, second = SessionStore(), SessionStore()
    first["mine"] = 1
    first.create()
    second["mine"] = 2
    second.create()
    assert SessionStore("a" * 32).load() == {"mine": 2}


def test_sabotage_a_session_written_whether_it_stands_or_not_would_come_back(cast, monkeypatch):
    client = cast.client("county_clerk")
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    late = SessionStore(key)
    late["seen_at"] = clock.now().timestamp()
    client.post(reverse("account_logout"))
    monkeypatch.setattr(adapters, "GONE_ON", adapters.BEGUN)
    late.save()
    assert (BrowserSession.objects.get().pk, BrowserSession.objects.get().account) == (key, cast.account("county_clerk"))


def test_sabotage_a_row_that_stays_would_still_be_signed_in(cast, monkeypatch):
    client = cast.client("county_clerk")
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    monkeypatch.setattr(SessionStore, "delete", lambda self, session_key=None: None)
    client.post(reverse("account_logout"))
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    assert seen(client) == cast.county_clerk


def test_sabotage_without_its_end_an_expired_session_would_serve(cast, monkeypatch):
    client = cast.client("county_clerk")
    BrowserSession.objects.update(expire_date=PAST)
    endless = queries._session_statement().replace(" AND s.expire_date > now()", "")
    monkeypatch.setattr(queries, "_session_statement", lambda: endless)
    assert seen(client) == cast.county_clerk


def blind_to_disabling(monkeypatch):
    """Take away that a disabled account is not looked up for a session."""
    for name in ("_session_statement", "_account_statement"):
        blind = getattr(queries, name)().replace(" AND a.disabled_at IS NULL", "")
        monkeypatch.setattr(queries, name, lambda kept=blind: kept)


def keep_fingerprints(monkeypatch, cast):
    """Take away that the fingerprint of an account changes when its sessions are ended."""
    monkeypatch.setattr(type(cast.account("county_clerk")), "get_session_auth_hash", lambda self: "always the same")


@pytest.mark.parametrize("kept", ["both", "look-up", "fingerprint", "none"])
def test_disabling_ends_a_live_session_by_either_of_two_guards(cast, monkeypatch, kept):
    """The twin is the last case: with neither the look-up nor the fingerprint a disabled account would stay signed in."""
    if kept in ("fingerprint", "none"):
        blind_to_disabling(monkeypatch)
    if kept in ("look-up", "none"):
        keep_fingerprints(monkeypatch, cast)
    client = cast.client("county_clerk")
    assert seen(client) == cast.county_clerk
    actions.disable_account(cast.account("county_clerk"), by=cast.security_admin, reason="离职")
    assert seen(client) == (cast.county_clerk if kept == "none" else None)
    assert cast.account("county_clerk").disabled_at is not None
