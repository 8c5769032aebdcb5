"""Changing the keys of all persons while the house works."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q
from django.views.decorators.debug import sensitive_variables

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.people import access, registry
from unionhall.kernel.people.models import DataKey, Person, Sealed
from unionhall.kernel.people.rules import Rotated
from unionhall.lib import sm4
from unionhall.lib.keyring import Keyring


def rotate_keys(*, by: Person | None, reseal: bool = False, batch: int = 500) -> Rotated:
    """Bring every person's key under the current master, batch by batch while the house works.

    First `keyring.add_master`, then this, then `keyring.drop_masters`. With `reseal` every person gets a fresh key and
    every value is sealed anew: after a suspicion that persons' keys leaked. What the trail has sealed cannot be written anew and
    keeps its key. Can be stopped and started again.
    """
    ring, wrapped, resealed, last = access.keys(), 0, 0, 0
    while True:
        with transaction.atomic(), access.scope(access.EVERYWHERE):
            outdated = Q(person_id__gt=last) if reseal else ~Q(master=ring.current)
            chosen = list(DataKey.objects.select_for_update().filter(outdated).order_by("person_id")[:batch])
            if chosen:
                fresh = {key.person_id: _fresh(key, ring, reseal) for key in chosen}
                resealed += _reseal(chosen, fresh, ring) if reseal else 0
                words = {key.person_id: access.rewrap_words(key, ring) for key in chosen}
                wraps = [(person, access.wrap(bare, person, ring), words[person]) for person, bare in fresh.items()]
                DataKey.objects.rewrap(wraps, ring.current, fresh_keys=reseal)
                wrapped, last = wrapped + len(chosen), chosen[-1].person_id
        if not chosen:
            break
    with transaction.atomic():
        audit.record(by, "people.keys_rotated", f"people.master:{ring.current}", wrapped=wrapped, resealed=resealed)
    return Rotated(wrapped + registry.rewrap_rooms(ring), resealed)


def _fresh(key: DataKey, ring: Keyring, reseal: bool) -> bytes:
    return sm4.new_key() if reseal else access.unwrap(key, ring)


@sensitive_variables()
def _reseal(keys: list[DataKey], fresh: Mapping[int, bytes], ring: Keyring) -> int:
    """Seal every value of these persons under their fresh keys; returns how many persons."""
    old = {key.person_id: (access.unwrap(key, ring), key.generation) for key in keys}
    ids, values = [], []
    for one in Sealed.objects.filter(person__in=old):
        bare, generation = old[one.person_id]
        text = access.unseal(bare, one.person_id, one.field, bytes(one.value))
        ids.append(one.pk)
        values.append(access.seal(fresh[one.person_id], one.person_id, one.field, text, generation + 1))
    Sealed.objects.replace(list(zip(ids, values, strict=True)))
    return len(old)
