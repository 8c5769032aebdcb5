"""What an account says about somebody who is erased: its name, its addresses and what lay in its sessions go; nobody signs in."""

from collections.abc import Mapping, Sequence

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import F

from unionhall.kernel.access.models import Account, BrowserSession
from unionhall.kernel.people.models import Person
from unionhall.lib import clock


def forget(person: Person, _records: Mapping[str, Sequence[int]]) -> None:
    """Disable the account for good under a name that says nothing."""
    for account in Account.objects.select_for_update().filter(person=person):
        BrowserSession.objects.filter(account=account).delete()
        EmailAddress.objects.filter(user=account).delete()
        Authenticator.objects.filter(user=account).delete()
        account.set_unusable_password()
        Account.objects.filter(pk=account.pk).update(
            username=f"erased-{account.pk}",
            password=account.password,
            disabled_at=account.disabled_at or clock.now(),
            epoch=F("epoch") + 1,
        )
