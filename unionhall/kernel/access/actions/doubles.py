"""When two files become one: whoever has rights at the desk keeps the file; an account of the file that closes is shut."""

from collections.abc import Mapping
from typing import Any

from unionhall.kernel.access import queries
from unionhall.kernel.access.models import Account
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.people.models import Person
from unionhall.lib import clock
from unionhall.lib.text import Text

RIGHTS = Text(
    "要并掉的档案仍有岗位权限，请改选保留该档案，或先收回其权限。",
    "The file that is to be closed has rights at the desk: keep that one, or take the rights back first.",
)


def bar(person: Person) -> Text | None:
    """Why a file must stay open: rights are never merged."""
    return RIGHTS if queries.works(person) else None


def follow(kept: Person, gone: Person, *, by: Person | None, wishes: Mapping[str, str]) -> dict[str, Any]:
    """Shut the account of the file that closes, with all its sessions."""
    account = Account.objects.select_for_update().filter(person=gone, disabled_at=None).first()
    if account is None:
        return {}
    account.disabled_at = clock.now()
    account.epoch += 1
    account.save(update_fields=["disabled_at", "epoch"])
    audit.record(by, "access.account_disabled", account, at=gone.home, merged_into=kept.pk)
    return {"account": account.pk}


def unfollow(kept: Person, gone: Person, *, by: Person | None, noted: Mapping[str, Any]) -> None:
    """Let it sign in again."""
    if noted:
        Account.objects.filter(pk=noted["account"]).update(disabled_at=None)
        audit.record(by, "access.account_enabled", f"access.account:{noted['account']}", at=gone.home)
