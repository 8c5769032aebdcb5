"""A visitor of the demo city in a browser."""

from django.test import Client

from unionhall.kernel.access.models import Account


def enter(username: str) -> Client:
    """A client in which a visitor of the demo city is signed in, past the first change of the password."""
    account = Account.objects.get(username=username)
    account.must_change_password = False
    account.save(update_fields=["must_change_password"])
    client = Client()
    client.force_login(account)
    return client
