"""One object of every kind of this room in a unit, for the permission matrix."""

from unionhall.kernel.people import actions as people
from unionhall.kernel.people import queries
from unionhall.lib import dates
from unionhall.work.portal.actions import channels, corrections
from unionhall.work.portal.models import HelpRequest


def objects(cast, unit, token):
    person = people.register(by=None, name="金甲", home=unit)
    asked = corrections.ask_correction(by=person, field="other", note=token)
    channels.set_channel(organization_id=unit.pk, by=queries.house(), words=token)
    request = HelpRequest.objects.create(
        person=person, organization=unit, org_path=unit.path, area=unit, channel="call", text=token,
        record_kind="organizations.organization", record_id=unit.pk, reference=token, asked_on=dates.today(),
    )  # fmt: skip
    return {
        "portal:desk-of-request": {"id": request.pk},
        "portal:desk-corrections": {},
        "portal:desk-answer": {"id": asked.pk},
        "portal:desk-channels": {},
        "portal:desk-channel": {"id": unit.pk},
    }
