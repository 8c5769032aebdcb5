"""Proving a phone by a code in a text message, and finding out whether its bearer is on the union's roster.

The codes are those of the house's sign-in (`kernel/access`): one store, one set of limits for phones, devices and addresses.
"""

import uuid
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from unionhall.kernel.access.actions import codes
from unionhall.kernel.access.rules import CodeLimits
from unionhall.kernel.notices import adapters
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text
from unionhall.work.membership.models import Membership
from unionhall.work.membership.queries import routing

KIND = "membership.code"
LIMITS = CodeLimits()


class NoWayOut(Refused):
    """The text message could not be sent; what was typed is kept, and trying again costs nothing."""

    code = "sms_down"
    status = 503

    def __init__(self) -> None:
        super().__init__(
            Text("短信平台暂不可用，请几分钟后再试。", "The text-message service is down; try again in a few minutes."),
            field="phone",
        )


@sensitive_variables()
def send_code(phone: str, *, device: str, address: str) -> str:
    """Send a code to a phone, known or not. Raises BadPhone, TooManyAttempts with the wait, NoWayOut."""
    code = codes.make_code(phone, device=device, address=address, limits=LIMITS)
    said = _("Your code for joining is %(code)s, good for %(minutes)d minutes.") % {"code": code, "minutes": LIMITS.minutes}
    message = adapters.Message(codes.mobile(phone), KIND, said, said, str(uuid.uuid4()), {"code": code})
    try:
        adapters.adapter("sms").send(message)
    except (adapters.Unreachable, adapters.Rejected) as failure:
        codes.take_back(phone, device=device)
        raise NoWayOut from failure
    return code


@sensitive_variables()
def prove(phone: str, code: str, *, device: str) -> list[Person]:
    """Take the code once; who bears the phone: nobody, one, or a family. Raises WrongCode, the same for every wrong one."""
    return codes.take_code(phone, code, device=device, limits=LIMITS)


def on_roster(people: Sequence[Person], union: Organization) -> Person | None:
    """The one bearer of the phone who stands on this union's roster and is no member yet; None for none or several."""
    found = [one for one in people if one.home_id == union.pk and one.id_blind]
    if len(found) != 1 or Membership.objects.filter(person=found[0], until=None).exists():
        return None
    return found[0]


def on_another_roster(people: Sequence[Person]) -> Person | None:
    """The one bearer of the phone, where a union that takes members has them on its roster and they are no member yet."""
    if len(people) != 1 or people[0].home is None or not routing.takes_members(people[0].home):
        return None
    return on_roster(people, people[0].home)


def known(person_id: int, union: Organization) -> Person | None:
    """The person of a signed proof, as long as they are still on the roster."""
    if not person_id:
        return None
    return Person.objects.filter(pk=person_id, home=union, erased_at=None).first()
