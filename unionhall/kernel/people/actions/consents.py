"""What people agreed to: which version of which text, when, by which way, and when they took it back."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.people import queries, registry
from unionhall.kernel.people.models import Consent, ConsentText, Person
from unionhall.lib import clock, constraints, copying, dates, statement
from unionhall.lib.refusal import Conflict, NotVisible, filled

EMPTY = ("请填写告知书全文。", "Write out the whole text.")
# Only what is in force now is agreed to; who has agreed to it already keeps the older day.
NOTE = """
INSERT INTO people_consent (person_id, text_id, given_at, way, by_id)
SELECT %(person)s::bigint, t.id, %(now)s::timestamptz, %(way)s, %(by)s::bigint FROM people_consenttext t
 WHERE t.id = ANY(%(texts)s::bigint[])
   AND NOT EXISTS (SELECT FROM people_consenttext n WHERE n.purpose = t.purpose AND n.version > t.version)
    ON CONFLICT (person_id, text_id) WHERE withdrawn_at IS NULL DO NOTHING
"""


def texts() -> dict[str, ConsentText]:
    """The text in force of each purpose; the first version is written down when it is first asked for."""
    found = queries.consent_texts()
    missing = [code for code in registry.purposes() if code not in found]
    if missing:
        first = {code: registry.purpose(code).words for code in missing}
        ConsentText.objects.bulk_create(
            [ConsentText(purpose=code, version=1, zh=one.zh, en=one.en, since=dates.today()) for code, one in first.items()],
            ignore_conflicts=True,
        )
        found = queries.consent_texts()
    return {code: found[code] for code in registry.purposes()}


def note(person: Person, agreed: Collection[int], *, way: str, by: Person | None) -> None:
    """Write down what somebody agreed to, by the keys of the texts that they read; the caller puts the act on record.

    Raises LookupError for an unknown way.
    """
    if way not in registry.WAYS:
        raise LookupError(f"unknown way {way!r}")
    if not agreed:
        return
    said: dict[str, Any] = {"person": person.pk, "texts": copying.numbers(agreed), "now": clock.now()}
    statement.later(NOTE, {**said, "way": way, "by": by.pk if by else None})


@transaction.atomic
def give(*, person: Person, text_id: int, way: str, by: Person | None) -> Consent:
    """Agree to the text in force. Raises Conflict where a newer version stands by now: nobody agrees to what they did not read."""
    note(person, [text_id], way=way, by=by)
    made = Consent.objects.select_related("text").filter(person=person, text=text_id, withdrawn_at=None).first()
    if made is None:
        raise Conflict(_("The text was changed meanwhile: please read the new one."))
    audit.record(by, "people.consented", person, purpose=made.text.purpose, version=made.text.version, way=way)
    return made


@transaction.atomic
def withdraw(*, person: Person, purpose: str, by: Person | None) -> int:
    """Take back whatever versions of a text somebody agreed to; returns how many. Raises NotVisible where there is none."""
    registry.purpose(purpose)
    found = Consent.objects.filter(person=person, text__purpose=purpose, withdrawn_at=None)
    gone = Consent.objects.filter(pk__in=found.values("pk")).update(withdrawn_at=clock.now())
    if not gone:
        raise NotVisible(_("There is nothing here to take back."))
    audit.record(by, "people.consent_withdrawn", person, purpose=purpose)
    return gone


@transaction.atomic
def issue_text(*, purpose: str, zh: str, en: str, by: Person) -> ConsentText:
    """Put the next version of a text in force from today. Who agreed to an older one is asked again.

    Raises Refused for missing words, Conflict where they are the same or somebody else is issuing one just now.
    """
    now = texts()[purpose]
    words = {code: filled(text, code, *EMPTY) for code, text in (("zh", zh), ("en", en))}
    if words == {"zh": now.zh, "en": now.en}:
        raise Conflict(_("These are the words in force already."))
    overtaken = Conflict(_("Somebody else issued a version just now. Reload the page."))
    with constraints.said("people_consenttext_once", overtaken):
        made = ConsentText.objects.create(purpose=purpose, version=now.version + 1, since=dates.today(), **words)
    audit.record(by, "people.consent_text_issued", made, purpose=purpose, version=made.version)
    return made
