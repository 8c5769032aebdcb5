"""Taking up a household, and keeping what is known of it true."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from django.db import transaction

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access import queries as permissions
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.flows.actions import moves, numbers
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import actions as people
from unionhall.kernel.people import queries as people_queries
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.models import Edition, Programme
from unionhall.lib import constraints, dates, pinyin
from unionhall.lib.refusal import Conflict, Refused
from unionhall.lib.text import Text
from unionhall.work.hardship import access, registry
from unionhall.work.hardship.actions import books, spans
from unionhall.work.hardship.actions.books import Book
from unionhall.work.hardship.models.files import Exclusion, Household, Member
from unionhall.work.hardship.queries import membership
from unionhall.work.hardship.rules import household as rules

PREFIX = "KN"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMember:
    """One person of the household beside the head."""

    person: Person
    relation: str
    school: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """What somebody says of a household when taking it up or correcting it."""

    head: Person
    cause: str
    worker: str
    level: str = "county"
    housing: str = "own"
    size: int = 1
    months: int = 0
    employer: str = ""
    second_cause: str = ""
    note: str = ""
    members: Sequence[NewMember] = ()
    exclusions: Mapping[str, bool] = field(default_factory=dict)
    proofs: Mapping[str, str] = field(default_factory=dict)
    programme: Programme | None = None
    edition: Edition | None = None


FIELDS = ("size", "level", "worker", "months", "employer", "cause", "second_cause", "housing", "note")


def check(new: NewFile) -> None:
    """What the rules say of a household, before anything is written."""
    for value, known, name in (
        (new.cause, registry.CAUSES, "cause"),
        (new.worker, registry.WORKERS, "worker"),
        (new.level, registry.LEVELS, "level"),
        (new.housing, registry.HOUSING, "housing"),
    ):
        rules.check_known(value, known, field=name)
    if new.second_cause:
        rules.check_known(new.second_cause, registry.CAUSES, field="second_cause")
    for one in new.members:
        rules.check_known(one.relation, registry.RELATIONS, field="members")
        if one.school:
            rules.check_known(one.school, registry.SCHOOLS, field="members")
    rules.check_members(["self", *(one.relation for one in new.members)], new.size)
    rules.check_exclusions(new.exclusions, new.proofs)


@transaction.atomic
def register(*, organization: Organization, new: NewFile, by: Person, book: Book | None = None) -> Household:
    """Open the draft of a file in a unit; with a book it is worked out at once. Raises TwoFiles naming who stands elsewhere."""
    access_actions.require(by, "hardship.register", at=organization)
    check(new)
    rules.check_not_own([new.head.pk, *(one.person.pk for one in new.members)], permissions.own_files(by))
    membership.check_free([new.head, *(one.person for one in new.members)], by=by)
    membership.check_new(new.head, by=by)
    household = Household(
        organization=organization,
        head=new.head,
        reference=numbers.number(PREFIX, organization),
        programme=new.programme,
        edition=new.edition,
        **{name: getattr(new, name) for name in FIELDS},
    )
    moves.start(household, by=by)
    _write_members(household, new, by=by)
    _write_exclusions(household, new, by=by)
    if book is not None:
        books.write_book(household, book, by=by)
    return household


def _write_members(household: Household, new: NewFile, *, by: Person) -> None:
    wanted = {new.head.pk: NewMember(person=new.head, relation="self"), **{one.person.pk: one for one in new.members}}
    if len(wanted) < len(new.members) + 1:
        raise Refused(Text("同一人在家庭成员中出现两次。", "One person is named twice among the members."), field="members")
    today, here = dates.today(), {one.person_id: one for one in household.members.filter(until=None)}
    gone = [one.pk for pk, one in here.items() if pk not in wanted]
    household.members.filter(pk__in=gone).update(until=today, open=False)
    for pk, one in wanted.items():
        if pk in here:
            household.members.filter(pk=here[pk].pk).update(relation=one.relation, school=one.school)
            continue
        with constraints.said("member_one_open_file", partial(_taken, one.person, by)):
            Member.objects.create(household=household, person=one.person, relation=one.relation, school=one.school, since=today)


def _taken(person: Person, by: Person) -> Conflict:
    """Somebody else took the person up at this very moment. Raises what the other file says of itself, where it can be seen."""
    membership.check_free([person], by=by)
    return Conflict(
        Text("刚刚有人把该成员列入了其他档案，请核实后再试。", "Somebody has just put this person into another file; try again.")
    )


def _write_exclusions(household: Household, new: NewFile, *, by: Person) -> dict[str, bool]:
    """Write the answered grounds; returns those whose answer is another one than before."""
    before = dict(household.exclusions.values_list("code", "holds"))
    for code, holds in new.exclusions.items():
        rules.check_known(code, registry.EXCLUSIONS, field="exclusions")
        proof = new.proofs.get(code, "").strip()
        Exclusion.objects.update_or_create(
            household=household,
            code=code,
            defaults={"holds": holds, "proof": proof, "checked_by": by, "checked_on": dates.today()},
        )
    return {code: holds for code, holds in new.exclusions.items() if before.get(code, False) != holds}


@transaction.atomic
def revise(*, household_id: int, new: NewFile, by: Person, book: Book | None = None, version: int | None = None) -> Household:
    """Correct a file; the means test runs again, and on file a new kind or size moves the stock. Raises Conflict when closed."""
    household = access.for_change(by, household_id, to="hardship.register")
    if version is not None and version != household.version:
        raise Conflict(
            Text(
                "档案刚被他人改动，请刷新后核对再保存。",
                "Somebody has changed this file meanwhile; look at it again before you save.",
            ),
            code="stale",
        )
    if not household.is_open:
        raise Conflict(Text("档案已关闭，恢复后才能修改。", "The file is closed; open it again to change it."), code="state")
    check(new)
    rules.check_not_own([new.head.pk, *(one.person.pk for one in new.members)], permissions.own_files(by))
    membership.check_free([new.head, *(one.person for one in new.members)], by=by, besides=household.pk)
    old_head = household.head_id
    household.head = new.head
    for name in FIELDS:
        setattr(household, name, getattr(new, name))
    household.version += 1
    household.save(update_fields=["head", "version", *FIELDS])
    household.members.filter(person_id=old_head, until=None).exclude(person=new.head).update(relation="other")
    _write_members(household, new, by=by)
    grounds = _write_exclusions(household, new, by=by)
    if book is not None:
        books.write_book(household, book, by=by)
    elif household.book:
        books.assess(household, by=by)
    if household.state == "on_file":
        spans.follow(household, by=by)
    at = household.organization
    audit.record(by, "hardship.revised", household, at=at, old_head=old_head, head=new.head.pk, grounds=grounds)
    return household


def known_person(*, name: str, id_number: str, home: Organization, by: Person, phone: str = "", field: str = "members") -> Person:
    """The person of a document number: found in the house, or registered now. Raises Refused where the name is another one."""
    found = people_queries.duplicates(name=name, id_number=id_number) if id_number else []
    certain = [one.person for one in found if one.certain]
    if certain:
        if certain[0].name != pinyin.normalise(name):
            raise Refused(
                Text(
                    "该证件号码已登记在另一姓名下，请核对姓名和证件号码。",
                    "This ID number is registered under another name; check both.",
                ),
                field=field,
            )
        return certain[0]
    return people.register(by=by, name=name, home=home, id_number=id_number, phone=phone)
