"""How a union is reached, kept by the union."""

from django.db import transaction

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.people.models import Person
from unionhall.lib import clock, phone
from unionhall.work.portal import access
from unionhall.work.portal.models import Channel


@transaction.atomic
def set_channel(
    *, organization_id: int, by: Person, number: str = "", address: str = "", hours: str = "", words: str = ""
) -> Channel:
    """Write down how a union is reached."""
    unit = access.unit_for_change(by, organization_id)
    access_actions.require(by, "portal.channels", at=unit)
    values = {
        "org_path": unit.path,
        "phone": phone.normalise(number) if number.strip() else "",
        "address": address.strip(),
        "hours": hours.strip(),
        "words": words.strip(),
        "changed_at": clock.now(),
    }
    channel, _made = Channel.objects.update_or_create(organization=unit, defaults=values)
    audit.record(by, "portal.channel_set", channel, at=unit)
    return channel
