"""What an account says about somebody who is erased: its name, its addresses and what lay in its sessions go; nobody signs in."""

from collections.abc import Mapping, Sequence

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import F

from unionhall.kernel.access import queries
from unionhall.kernel.access.models import Account, BrowserSession
from unionhall.kernel.people.models import Person
from unionhall.lib import clock
from unionhall.lib.text import Text

RIGHTS = Text("仍有岗位权限，请先收回", "there are rights at the desk: take them back first")


def keep(person: Person) -> Text | None:
    """Why somebody cannot be erased yet: whose rights stand has work to do, and must be known to those who rely on it."""
    return RIGHTS if queries.works(person) else None


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
