"""Big screens: a link is made at the desk, opens once, and stays with the device that opened it until it is taken down.

The house keeps only hashes: of the link's word, and of the long random word that the device was given in exchange.
"""

import secrets
from datetime import date, timedelta

from django.db import transaction

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import clock, dates
from unionhall.lib.refusal import Conflict, Refused, absent
from unionhall.lib.text import Text
from unionhall.work.reports import access
from unionhall.work.reports.models import Screen
from unionhall.work.reports.queries import screens

WORD_BYTES = 32
LONGEST = 366  # days
SEEN_EVERY = timedelta(minutes=5)


@transaction.atomic
def hang(*, organization: Organization, name: str, until: date, by: Person) -> tuple[Screen, str]:
    """A screen for a unit's figures, and the word of its link: told this once, never kept."""
    access.require(by, access.SHOW, organization)
    if not name.strip():
        raise Refused(Text("请填写大屏的位置。", "Say where it hangs."), field="name")
    today = dates.today()
    if not today <= until <= today + timedelta(days=LONGEST):
        raise Refused(Text("截止日须在今天之后一年以内。", "The last day lies within a year from today."), field="until")
    word = secrets.token_urlsafe(WORD_BYTES)
    made = Screen.objects.create(
        organization=organization,
        org_path=organization.path,
        name=name.strip()[:80],
        secret=screens.hashed(word),
        until=until,
        created_by=by,
        created_at=clock.now(),
    )
    audit.record(by, "reports.screen_hung", made, at=organization, until=until.isoformat())
    return made, word


@transaction.atomic
def bind(*, word: str) -> tuple[Screen, str]:
    """Give a screen to the device that opens its link, and the device a word of its own. A link opens once."""
    found = screens.live().select_for_update(of=("self",)).filter(secret=screens.hashed(word), device="").first()
    if found is None:
        raise absent()
    device = secrets.token_urlsafe(WORD_BYTES)
    found.device, found.seen_at = screens.hashed(device), clock.now()
    found.save(update_fields=["device", "seen_at"])
    audit.record(None, "reports.screen_bound", found, at=found.organization)
    return found, device


def seen(screen: Screen) -> None:
    """Note that a screen is still looked at, at most every few minutes."""
    now = clock.now()
    if screen.seen_at is None or screen.seen_at <= now - SEEN_EVERY:
        Screen.objects.filter(pk=screen.pk).update(seen_at=now)


@transaction.atomic
def take_down(*, screen_id: int, by: Person) -> Screen:
    """Take a screen down: its link and its device open nothing from now on."""
    found = access.one_for_change(access.screens_for(by), by, screen_id, to=access.SHOW)
    if found.revoked_at is not None:
        raise Conflict(Text("大屏已经停用。", "The screen is taken down already."))
    found.revoked_at = clock.now()
    found.save(update_fields=["revoked_at"])
    audit.record(by, "reports.screen_taken_down", found, at=found.organization)
    return found
