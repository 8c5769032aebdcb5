"""A visitor in a browser, signed in just now: of the demo city, or anybody who has an account."""

import time

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client

from unionhall.kernel.access.models import Account


def enter(username: str) -> Client:
    """A client in which a visitor of the demo city is signed in, past the first change of the password."""
    account = Account.objects.get(username=username)
    account.must_change_password = False
    account.save(update_fields=["must_change_password"])
    return signed_in(account)


def signed_in(account: Account) -> Client:
    """A client with a session whose password was given just now, as acts on money ask for."""
    client = Client()
    client.force_login(account)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(account.pk)
    session.save()
    return client
