"""Words about a person: sealed in the trail under a key of the person's own, let go everywhere else with the person."""

import base64
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from unionhall.kernel.audit.actions import Act
from unionhall.kernel.people import access, registry
from unionhall.kernel.people.models import Confirmation, Consent, Contact, DataKey, Person, Sealed
from unionhall.lib import clock, sm4
from unionhall.lib.keyring import Keyring
from unionhall.lib.refusal import NotVisible

PERSON = "people.person"


def subject_of(subject: models.Model | str) -> int | None:
    """Whom (by key) an act on a record is about, as its room has registered; None where it is about nobody."""
    label, _colon, key = subject.partition(":") if isinstance(subject, str) else (subject._meta.label_lower, "", "")
    if label == PERSON:
        return int(key) if isinstance(subject, str) else subject.pk
    known = registry.about(label)
    if known is None:
        return None
    if isinstance(subject, str):
        return known.model._base_manager.filter(pk=key).values_list(known.about, flat=True).first()
    found: Any = subject
    *way, last = known.about.split("__")
    for step in way:
        found = None if found is None else getattr(found, step)
    return None if found is None else getattr(found, f"{last}_id")


@sensitive_variables()
def seal_reasons(acts: Sequence[Act]) -> Sequence[Act]:
    """The acts with the reasons of those about a person sealed. What the house says by itself stays as it is, and what is said
    of somebody without a key: why somebody was erased is said of nobody any more."""
    told = {place: subject_of(act.subject) for place, act in enumerate(acts) if act.by and act.reason and not act.plain}
    whom = {person for person in told.values() if person}
    if not whom:
        return acts
    ring = access.keys()
    keys = _keys(whom, ring)
    sealed = list(acts)
    for place, person in told.items():
        if person in keys:
            act = sealed[place]
            words = _sealed(keys[person], person, act.reason)
            sealed[place] = act._replace(reason="", details={**act.details, registry.SEALED: {"of": person, "reason": words}})
    return sealed


def _sealed(bare: bytes, person: int, reason: str) -> str:
    return base64.b64encode(
        sm4.seal(bare, reason.strip().encode(errors="replace"), aad=access.trail_place(person), key_id=1)
    ).decode()


@sensitive_variables()
def _keys(persons: Iterable[int], ring: Keyring) -> dict[int, bytes]:
    """The bare keys of words of some persons, made where there was none; nobody whose keys are destroyed is among them."""
    with access.scope(access.EVERYWHERE):
        found = {key.person_id: key for key in DataKey.objects.filter(person__in=persons)}
        missing = {
            key.person_id: access.new_words_key(key.person_id, key.master, ring) for key in found.values() if key.words is None
        }
        if missing:
            DataKey.objects.begin_words(list(missing.items()))
            found |= {key.person_id: key for key in DataKey.objects.filter(person__in=missing)}
    return {person: access.words_key(person, bytes(key.words), ring) for person, key in found.items() if key.words is not None}


def blank(kept: Person, *, by: Person | None) -> None:
    """Destroy the keys of a locked person and let go everything that says who they are. Raises NotVisible outside the scope."""
    with access.fence(by, "people.erase"):
        if not access.in_scope(kept):
            raise NotVisible(_("There is no such person here."))
        DataKey.objects.filter(person=kept).delete()
        Sealed.objects.filter(person=kept).delete()
    Contact.objects.filter(person=kept).delete()
    Confirmation.objects.filter(person=kept).delete()
    Consent.objects.filter(person=kept, withdrawn_at=None).update(withdrawn_at=clock.now())
    kept.name = kept.name_pinyin = kept.name_initials = kept.sex = kept.id_last4 = kept.phone_last4 = ""
    kept.name_keys, kept.birth, kept.id_blind, kept.phone_blind = [], None, None, None
    kept.erased_at = clock.now()
    kept.save()
    forget(kept)


def forget(person: Person) -> None:
    """Let go every word that the rooms keep about a person, and what else packages keep in words of their own."""
    led = registry.led_to(person)
    records: dict[str, list[int]] = {}
    for one in registry.words():
        label = one.label.lower()
        found = one.model._base_manager.filter(models.Q(**{one.about: person}) | models.Q(pk__in=led.get(label, ())))
        numbers = sorted(set(found.values_list("pk", flat=True)))
        records[label] = [*records.get(label, []), *numbers]
        rows = one.model._base_manager.filter(pk__in=numbers)
        if numbers and one.columns:
            rows.update(**{column: _nothing(one.model, column) for column in one.columns})
        for column in one.named if numbers else ():
            rows.exclude(**{column: ""}).update(**{column: registry.GONE})
    for each in registry.forgetters():
        each(person, records)


def _nothing(model: type[models.Model], column: str) -> Any:
    field = model._meta.get_field(column)
    assert isinstance(field, models.Field)
    return field.get_default() if field.has_default() or not field.null else None
