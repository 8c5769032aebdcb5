"""Who may see and change what in the room: applications by the unit that took them up, batches by the unit that pays."""

from collections.abc import Callable, Collection, Iterable
from datetime import date

from django.db.models import Q, QuerySet

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access import queries as access
from unionhall.kernel.access.models import fetched
from unionhall.kernel.people import access as identity
from unionhall.kernel.people import queries as people
from unionhall.kernel.people.models import Person
from unionhall.lib import dates, scope, sm4
from unionhall.lib.keyring import Keyring
from unionhall.lib.refusal import Refused, absent
from unionhall.lib.text import Text
from unionhall.work.grants import rules
from unionhall.work.grants.models import Application, Batch, Cover, Objection, Posting, Roll, UnitAccount

SEE = "grants.see"
RELATED = ("organization", "programme", "person", "payee", "edition", "created_by", "funder")


def visible_to(by: Person, permission: str = SEE) -> "QuerySet[Application]":
    """The applications that a person may see."""
    return access.visible(Application.objects.all(), by, permission)


def visible_to_worker(person: Person) -> "QuerySet[Application]":
    """A worker's own applications: those that help or pay the worker, and those that the worker handed in."""
    return scope.mark(Application.objects.filter(Q(person=person) | Q(payee=person) | Q(created_by=person)))


def papers_visible_to(by: Person) -> "QuerySet[Application]":
    """The applications whose papers a person may open: those in reach, and one's own."""
    own = Q(pk__in=visible_to_worker(by).values("pk"))
    return scope.mark(Application.objects.filter(Q(pk__in=visible_to(by).values("pk")) | own))


def own_for_change(person: Person, application_id: int) -> Application:
    """A worker's own application, locked. Raises NotVisible."""
    if not visible_to_worker(person).filter(pk=application_id).exists():
        raise absent()
    found = Application.objects.select_related(*RELATED).select_for_update(of=("self",)).get(pk=application_id)
    return fetched(found)


def posted_for_change(posting_id: int) -> Application:
    """The application of a notice that stands today, locked; everybody may read it, so everybody may object. Raises NotVisible."""
    standing = Posting.objects.filter(pk=posting_id, taken_down_on=None, until_on__gte=dates.today()).first()
    if standing is None:
        raise absent()
    found = Application.objects.select_related(*RELATED).select_for_update(of=("self",)).get(pk=standing.application_id)
    return fetched(found)


def objections_for(by: Person) -> "QuerySet[Objection]":
    """The objections and appeals that a person may see: those that lie with units in reach."""
    return access.visible(Objection.objects.all(), by, SEE)


def said_against(one: Application) -> "QuerySet[Objection]":
    """The objections and appeals of an application that the caller has been let see."""
    return scope.mark(Objection.objects.filter(application=one))


def objection_for_change(by: Person, objection_id: int) -> Objection:
    """An objection, locked, after asking for the right to decide it. Raises NotVisible, Denied."""
    return access_actions.one_for_change(objections_for(by), by, objection_id, to="grants.approve")


def covers_for(by: Person) -> "QuerySet[Cover]":
    """The parts in the mutual aid that a person may see."""
    return access.visible(Cover.objects.all(), by, SEE)


def rolls_for(by: Person) -> "QuerySet[Roll]":
    """The rows of the rolls that a person may see, those taken off as well."""
    return access.visible(Roll.objects.all(), by, SEE)


def roll_for_change(by: Person, roll_id: int) -> Roll:
    """A row of a roll, locked, after asking for the right to keep it. Raises NotVisible, Denied."""
    return access_actions.one_for_change(rolls_for(by), by, roll_id, to="grants.review")


def accounts_for(by: Person) -> "QuerySet[UnitAccount]":
    """The accounts of units that a person may see, those replaced as well."""
    return access.visible(UnitAccount.objects.all(), by, SEE)


def seal_account(organization_id: int, number: str, ring: Keyring) -> bytes:
    """The number of a unit's account, sealed by the house's master key for this unit alone."""
    return sm4.seal(ring.master(ring.current), number.encode(), aad=_place(organization_id), key_id=ring.current)


def mark_of_account(organization_id: int, name: str, number: str, ring: Keyring) -> str:
    """By which a payment knows an account: keyed, so that nobody finds the number by trying, and the same under any master."""
    return ring.blinder.blind("grants.unit_account", f"{organization_id}|{name}|{number}").hex()


def open_account(one: UnitAccount) -> str:
    """The whole number; who reads it for somebody puts that on record. Raises KeysMissing, Unreadable."""
    return _open_account(one, identity.keys())


def rewrap(ring: Keyring) -> int:
    """Seal the accounts of units under the current master, those replaced too; part of the house's rotation of keys."""
    outdated = [one for one in UnitAccount.objects.select_for_update() if sm4.key_id_of(bytes(one.sealed)) != ring.current]
    for one in outdated:
        one.sealed = seal_account(one.organization_id, _open_account(one, ring), ring)
    UnitAccount.objects.bulk_update(outdated, ["sealed"], batch_size=1_000)
    return len(outdated)


def _open_account(one: UnitAccount, ring: Keyring) -> str:
    value = bytes(one.sealed)
    return sm4.unseal(ring.master(sm4.key_id_of(value)), value, aad=_place(one.organization_id)).decode()


def _place(organization_id: int) -> bytes:
    return f"grants.unit_account|{organization_id}".encode()


def batches_for(by: Person, permission: str = SEE) -> "QuerySet[Batch]":
    """The batches that a person may see."""
    return access.visible(Batch.objects.all(), by, permission)


def for_change(by: Person, application_id: int, *, to: str = SEE) -> Application:
    """An application, locked, after asking for the permission at its unit. Raises NotVisible, Denied, Refused for one's own."""
    found = visible_to(by).select_related(*RELATED).select_for_update(of=("self",)).filter(pk=application_id).first()
    if found is None:
        raise absent()
    access_actions.require(by, to, at=found.organization)
    check_not_own(by, found)
    return fetched(found)


def batch_for_change(by: Person, batch_id: int, *, to: str) -> Batch:
    """A batch, locked, after asking for the permission at the unit that pays. Raises NotVisible, Denied."""
    return access_actions.one_for_change(batches_for(by), by, batch_id, to=to)


def household_of(person: Person, day: date) -> str:
    """The file of the household in which a person stands on a day; the person alone where there is none."""
    for standing in people.standings_of(person, day):
        if standing.kind in rules.ON_FILE and standing.source_id:
            return f"{standing.source_kind}:{standing.source_id}"
    return f"person-{person.pk}"


def households_of(persons: Iterable[Person], day: date) -> dict[int, str]:
    """The household of each of many persons on a day."""
    keys = {person.pk for person in persons}
    found = {key: f"person-{key}" for key in keys}
    for person, kind, source_kind, source_id in people.standings_of_many(keys, day):
        if kind in rules.ON_FILE and source_id and found[person].startswith("person-"):
            found[person] = f"{source_kind}:{source_id}"
    return found


def household_people(person: Person) -> list[Person]:
    """A person and those who stand in the same household today."""
    where = household_of(person, dates.today())
    kind, _colon, source = where.partition(":")
    if not source:
        return [person]
    found = [people.standing_on(dates.today(), code).filter(source_kind=kind, source_id=source) for code in rules.ON_FILE]
    others = {each.person_id: each.person for rows in found for each in rows.select_related("person") if each.person is not None}
    return list({person.pk: person, **others}.values())


def stake_of(by: Person) -> Callable[[Application], bool]:
    """Tells of an application whether it helps or pays the one who acts now, somebody of that household, or the one acted for."""
    persons, houses = _of(by)
    return lambda one: one.household in houses or not persons.isdisjoint({one.person_id, one.payee_id})


def _of(by: Person) -> tuple[frozenset[int], set[str]]:
    persons = access.own_files(by)
    named = [by] if persons == {by.pk} else Person.objects.filter(pk__in=persons)
    return persons, set(households_of(named, dates.today()).values())


def concerned(one: Application, persons: Collection[int]) -> set[int]:
    """Those of some persons (by key) whom an application helps or pays, or who are of that household: it is their own case."""
    houses = households_of(Person.objects.filter(pk__in=persons), dates.today())
    return {key for key, house in houses.items() if house == one.household or key in {one.person_id, one.payee_id}}


def check_not_own(by: Person, one: Application) -> None:
    """Nobody handles what they, their household or their account would have of it. Raises Refused."""
    if stake_of(by)(one):
        raise own_case(one.reference if one.pk else "")


def check_none_own(by: Person, found: "QuerySet[Application]") -> None:
    """The same over however many."""
    persons, houses = _of(by)
    own = found.filter(Q(person__in=persons) | Q(payee__in=persons) | Q(household__in=houses))
    if (reference := own.order_by("pk").values_list("reference", flat=True).first()) is not None:
        raise own_case(reference)


def own_case(reference: str = "") -> Refused:
    """The refusal of a case from which the one who acts would have something."""
    zh, en = (f"申请{reference}：", f"{reference}: ") if reference else ("", "")
    return Refused(
        Text(
            f"{zh}您本人或本户家庭成员从中受益，不能由您办理，请由同事办理；本人申请请在服务大厅提交。",
            f"{en}You or your household would benefit from this: a colleague handles it. Ask for yourself in the service hall.",
        ),
        code="own_case",
    )
