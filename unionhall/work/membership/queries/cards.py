"""The member card: the code that it shows, and what a code proves."""

from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from unionhall.kernel.people import access as people_access
from unionhall.kernel.policies import queries as policies
from unionhall.lib import card, clock, dates
from unionhall.work.membership.models import Membership


def _key() -> Ed25519PrivateKey:
    """The house's signing key, drawn from its blinding key, so that no further key file has to be kept."""
    blinder = people_access.keys().blinder
    return card.key_of(blinder.blind("membership.card", "seed:1") + blinder.blind("membership.card", "seed:2"))


def public_key() -> str:
    """What a partner keeps in order to check cards offline."""
    return card.public_text(_key())


def code_of(membership: Membership) -> str:
    """A fresh code for a member who counts; its bearer number changes every day."""
    today = dates.today()
    hours = policies.value("membership.card_hours", at=membership.organization, on=today).whole
    bearer = people_access.keys().blinder.blind("membership.bearer", f"{membership.person_id}:{today.isoformat()}")[:8]
    return card.write(_key(), bearer=bearer, now=clock.now(), serves=timedelta(hours=hours))


def check(code: str) -> card.Card:
    """What a code proves now. Raises card.BadCard."""
    return card.read(code, public_key(), now=clock.now())
