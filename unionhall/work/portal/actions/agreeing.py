"""What workers agree to on the phone, and take back; the union hears when it is something that nothing goes without."""

from django.db import transaction

from unionhall.kernel.notices import actions as notices
from unionhall.kernel.people import registry
from unionhall.kernel.people.actions import consents
from unionhall.kernel.people.models import ConsentText, Person
from unionhall.lib.refusal import absent


def texts() -> dict[str, ConsentText]:
    """The text in force of each purpose."""
    return consents.texts()


@transaction.atomic
def decide(*, by: Person, purpose: str, version: int, agree: bool) -> bool:
    """Agree to the version that was read, or take back whatever was agreed to. Raises Conflict for an older text, NotVisible."""
    if purpose not in registry.purposes():
        raise absent()
    if agree:
        shown = ConsentText.objects.filter(purpose=purpose, version=version).first()
        if shown is None:
            raise absent()
        consents.give(person=by, text_id=shown.pk, way="hall", by=by)
        return True
    consents.withdraw(person=by, purpose=purpose, by=by)
    told = registry.purpose(purpose)
    if told.needed and by.home is not None:
        notices.tell(by.home, "portal.consent_withdrawn", record=by, text=told.name.zh)
    return True
