"""Proving a phone by a code in a text message, and finding out whether its bearer is on the union's roster."""

from collections.abc import Sequence

from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import phone as phones
from unionhall.work.membership.models import Membership


def send_code(phone: str, *, device: str, address: str) -> bool:
    """Send a code to a phone."""
    phones.normalise(phone)
    return True


def prove(phone: str, code: str, *, device: str) -> list[Person]:
    """Take the code once; who bears the phone."""
    phones.normalise(phone)
    return []


def on_roster(people: Sequence[Person], union: Organization) -> Person | None:
    """The one bearer of the phone who stands on this union's roster and is no member yet; None for none or several."""
    found = [one for one in people if one.home_id == union.pk and one.id_blind]
    if len(found) != 1 or Membership.objects.filter(person=found[0], until=None).exists():
        return None
    return found[0]


def known(person_id: int, union: Organization) -> Person | None:
    """The person of a signed proof, as long as they are still on the roster."""
    if not person_id:
        return None
    return Person.objects.filter(pk=person_id, home=union, erased_at=None).first()
