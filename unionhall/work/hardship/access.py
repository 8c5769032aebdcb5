"""Who may see and change what in the room, and the key to what lies sealed in it."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import orjson
from django.db.models import Q, QuerySet

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access import queries as access
from unionhall.kernel.access.models import fetched
from unionhall.kernel.people import access as identity
from unionhall.kernel.people.models import Person
from unionhall.lib import copying, scope, sm4
from unionhall.lib.keyring import Keyring
from unionhall.lib.refusal import absent
from unionhall.work.hardship.models.files import Household, Member, Vault
from unionhall.work.hardship.models.rounds import Handover, Trial, Watch, YearLine, YearList
from unionhall.work.hardship.models.temporary import Temporary
from unionhall.work.hardship.rules import household as rules

KIND = "hardship.household"


def visible_to(by: Person, permission: str = "hardship.see") -> "QuerySet[Household]":
    """The files that a person may see: those kept in units within reach."""
    return access.visible(Household.objects.all(), by, permission)


def visible_to_worker(person: Person) -> "QuerySet[Household]":
    """The files of the household that a worker belongs to, whoever keeps them."""
    own = Q(head=person) | Q(members__person=person, members__until=None)
    return scope.mark(Household.objects.filter(own).distinct())


def papers_visible_to(by: Person) -> "QuerySet[Household]":
    """The files whose papers a person may open: those in reach, and one's own."""
    own = Q(pk__in=visible_to_worker(by).values("pk"))
    return scope.mark(Household.objects.filter(Q(pk__in=visible_to(by).values("pk")) | own))


def for_change(by: Person, household_id: int, *, to: str = "hardship.see") -> Household:
    """The file, locked; NotVisible for one that is absent or out of sight, Refused for one's own.

    `to` is asked at the unit that keeps it.
    """
    found = visible_to(by).select_for_update(of=("self",)).select_related("head", "organization", "programme")
    household = found.filter(pk=household_id).first()
    if household is None:
        raise absent()
    if to != "hardship.see":
        access_actions.require(by, to, at=household.organization)
    hand = access.own_files(by)
    here = household.members.filter(until=None, person__in=hand).values_list("person_id", flat=True)
    rules.check_not_own([household.head_id, *here], hand)
    return fetched(household)


def own_of(by: Person, households: Iterable[int]) -> dict[int, str]:
    """Those of some files (by key) that are of the household of who acts now, or of the one acted for, with their numbers."""
    hand = access.own_files(by)
    own = Q(head__in=hand) | Q(pk__in=Member.objects.filter(person__in=hand, until=None).values("household"))
    found = Household.objects.filter(own, pk__in=copying.among(households)).order_by("pk")
    return dict(found.values_list("pk", "reference"))


def check_none_own(by: Person, households: Iterable[int]) -> None:
    """Nobody handles their own household's file among many, in sheets and sets alike. Raises Refused naming the first."""
    for reference in own_of(by, households).values():
        raise rules.own_case(reference)


def concerned(household: Household, persons: Collection[int]) -> set[int]:
    """Those of some persons (by key) who belong to the household: it is their own case."""
    here = household.members.filter(until=None, person__in=persons).values_list("person_id", flat=True)
    return {household.head_id, *here} & set(persons)


def own_for_change(person: Person, household_id: int) -> Household:
    """A worker's own file, locked."""
    if not visible_to_worker(person).filter(pk=household_id).exists():
        raise absent()
    found = Household.objects.select_for_update(of=("self",)).select_related("head", "organization", "programme")
    return fetched(found.get(pk=household_id))


def lists_for(by: Person) -> "QuerySet[YearList]":
    """The yearly clean-up lists that a person may see."""
    return access.visible(YearList.objects.select_related("organization"), by, "hardship.see")


def parts_for(by: Person) -> "QuerySet[YearLine]":
    """What a person may see of the lists of units out of reach: the households within reach that stand on them, nobody else's."""
    found = YearLine.objects.filter(household__in=visible_to(by).values("pk"), list__isnull=False)
    return scope.mark(found.exclude(list__in=access.visible(YearList.objects.all(), by, "hardship.see").values("pk")))


def handovers_for(by: Person) -> "QuerySet[Handover]":
    """The files on their way between units that a person may see: from units within reach, or to them."""
    here = access.visible(Handover.objects.all(), by, "hardship.see").values("pk")
    found = Handover.objects.filter(Q(pk__in=here) | access.in_ranges(access.ranges(by, "hardship.see"), "origin__path"))
    return scope.mark(found.select_related("household__head", "organization", "origin", "created_by"))


def handover_for_change(by: Person, handover_id: int, *, at: str) -> Handover:
    """One of them, locked, after asking for the right to keep files `at` its "origin" or the unit that is to take it.

    Raises NotVisible, Denied, and Refused for one's own household's.
    """
    found = handovers_for(by).select_for_update(of=("self",)).filter(pk=handover_id).first()
    if found is None:
        raise absent()
    access_actions.require(by, "hardship.register", at=found.origin if at == "origin" else found.organization)
    check_none_own(by, [found.household_id])
    return fetched(found)


def handed(one: Handover) -> Household:
    """The file of a handover that the caller has locked, locked as well: who takes it does not see it yet."""
    found = Household.objects.select_for_update(of=("self",)).select_related("head", "organization", "programme")
    return fetched(found.get(pk=one.household_id))


def temporaries_for(by: Person, permission: str = "hardship.see") -> "QuerySet[Temporary]":
    """The temporary records that a person may see."""
    found = Temporary.objects.select_related("person", "organization", "household", "programme")
    return access.visible(found, by, permission)


def temporary_for_change(by: Person, temporary_id: int) -> Temporary:
    """One of them, locked, after asking for the right to keep it; Refused for one's own. Raises NotVisible, Denied."""
    found = access_actions.one_for_change(temporaries_for(by), by, temporary_id, to="hardship.register")
    rules.check_not_own([found.person_id], access.own_files(by))
    return found


def watches_for(by: Person) -> "QuerySet[Watch]":
    """The looks back that a person may see."""
    return access.visible(Watch.objects.select_related("household__head", "organization"), by, "hardship.see")


def trials_for(by: Person) -> "QuerySet[Trial]":
    """The trials of rule changes that a person may see."""
    return access.visible(Trial.objects.select_related("organization", "by"), by, "hardship.simulate")


def room_key() -> bytes:
    """The room's bare key, made at the first need. Raises KeysMissing or Unreadable."""
    ring = identity.keys()
    vault = Vault.objects.filter(pk=1).first()
    if vault is None:
        Vault.objects.bulk_create([Vault(pk=1, wrapped=_wrapped(sm4.new_key(), ring), master=ring.current)], ignore_conflicts=True)
        vault = Vault.objects.get(pk=1)
    return sm4.unseal(ring.master(vault.master), bytes(vault.wrapped), aad=b"hardship_vault|wrapped|1")


def _wrapped(bare: bytes, ring: Keyring) -> bytes:
    return sm4.seal(ring.master(ring.current), bare, aad=b"hardship_vault|wrapped|1", key_id=ring.current)


def rewrap(ring: Keyring) -> int:
    """Bring the room's key under the current master; part of the house's rotation of keys."""
    vault = Vault.objects.select_for_update().filter(pk=1).exclude(master=ring.current).first()
    if vault is None:
        return 0
    bare = sm4.unseal(ring.master(vault.master), bytes(vault.wrapped), aad=b"hardship_vault|wrapped|1")
    Vault.objects.filter(pk=1).update(wrapped=_wrapped(bare, ring), master=ring.current)
    return 1


def seal_bytes(place: str, plain: bytes, key: bytes) -> bytes:
    """Bytes, sealed for one place ("book|17"): they open nowhere else."""
    return sm4.seal(key, plain, aad=f"hardship|{place}".encode(), key_id=1)


def open_bytes(place: str, value: bytes, key: bytes) -> bytes:
    """What lies sealed at a place. Raises Unreadable for an altered or moved value."""
    return sm4.unseal(key, value, aad=f"hardship|{place}".encode())


def sealed(place: str, content: Mapping[str, Any], key: bytes | None = None) -> bytes:
    """A mapping, sealed for one place."""
    return seal_bytes(place, orjson.dumps(content), key or room_key())


def opened(place: str, value: bytes | memoryview, key: bytes | None = None) -> dict[str, Any]:
    """The mapping that lies sealed at a place; empty where nothing does."""
    if not value:
        return {}
    found: dict[str, Any] = orjson.loads(open_bytes(place, bytes(value), key or room_key()))
    return found
