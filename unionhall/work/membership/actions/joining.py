"""Joining: an application by code, by the home for members online or at the desk; approved, sent back or refused."""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.views.decorators.debug import sensitive_variables

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access.actions import one_for_change
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.flows.actions import moves, numbers
from unionhall.kernel.ledger.actions import along as book
from unionhall.kernel.notices import actions as notices
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import access as people_access
from unionhall.kernel.people import actions as people
from unionhall.kernel.people import queries as people_queries
from unionhall.kernel.people.actions import bulk, consents, freshness
from unionhall.kernel.people.models import Person
from unionhall.kernel.people.rules import NewPerson
from unionhall.kernel.policies import queries as policies
from unionhall.kernel.programmes.models import Edition, Programme
from unionhall.lib import constraints, dates, idnumber, pinyin, recall, scope, statement
from unionhall.lib import phone as phones
from unionhall.lib.refusal import Conflict, Refused, absent
from unionhall.lib.text import Text
from unionhall.work.membership import access, adapters, facts, registry, rules
from unionhall.work.membership.actions import checks, standing
from unionhall.work.membership.actions.basis import RULES, Basis
from unionhall.work.membership.flow import OPEN_JOINING
from unionhall.work.membership.models import Application, JoinCode, Membership

PREFIX = "RH"
PROVEN = {"phone": "code"}
OF_ANOTHER = Text(
    "这个手机号已登记在其他人名下，请用本人手机号，或到工会窗口办理。",
    "This phone is registered for somebody else: use your own, or go to the union's desk.",
)
AT_DESK = Text(
    "这个手机号已登记在其他人名下，请核对；确由本人使用（如家人共用）的，手机号先留空登记。",
    "This phone is registered for somebody else: compare it. If they do use it (a family may share one), register without a phone.",
)
SAID = {**PROVEN, "name": "self", "id_number": "self"}
KIND = Application._meta.label_lower
LOCK = 0x6D656D  # the first key of this room's advisory locks


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Applicant:
    """What somebody says about themselves when joining; has no repr, so that it cannot end up in a log."""

    name: str
    id_number: str
    phone: str = ""
    occupation: str = "regular"
    hired: str = "direct"
    migrant: bool = False
    platform: str = ""
    employer: str = ""
    proven: bool = False  # the phone was proven by a code
    agreed: tuple[int, ...] = ()  # keys of the texts that were read and agreed to
    known: Person | None = None  # somebody on the roster, found by a proved phone: name and number are theirs already


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Where the application goes and by which way it came; with a `basis`, the act rests on what the screens took from it."""

    union: Organization
    channel: str = "qr"
    code: JoinCode | None = None
    programme: Programme | None = None
    edition: Edition | None = None
    routed_by: str = ""
    joined_on: date | None = field(default=None)
    basis: Basis | None = None

    def look_again(self) -> None:
        """Raises recall.Stale where something has changed since the screens took it."""
        if self.basis is not None:
            self.basis.look_again(self.union, self.code)


class _Mistaken(Exception):
    """Who was taken for a stranger is known, or the other way round."""


@sensitive_variables("given")
def apply(*, way: Way, given: Applicant, willing: bool = True) -> Application:
    """Take an application. The applicant is registered as a person of the union, or found if the house knows them.

    Raises Refused with the field that is wrong, Conflict for whoever is a member or has applied already, and recall.Stale where
    the way's basis stands no longer. What is read is read first; then one statement writes everything. Each is taken for a
    stranger, whom the index of document numbers lets in once; who is known waits in line, so that each answer is true.
    """
    rules.check_willing(willing)
    _check_words(given)
    if way.basis is not None:
        way.basis.suppose()
    take = _known if given.known else _stranger
    while True:
        try:
            with transaction.atomic(), statement.gathered(), audit.together():
                if way.basis is None:
                    policies.expect(RULES, at=way.union, on=dates.today())
                return take(way, given)
        except _Mistaken:
            take = _known if take is _stranger else _stranger
        except IntegrityError as failure:
            if constraints.broken(failure) == bulk.ONCE:  # somebody has registered them at this very moment
                take = _known
            elif not book.again(failure, facts.APPLIED, KIND):
                raise


@sensitive_variables()
def _stranger(way: Way, given: Applicant) -> Application:
    """Take the application of somebody new to the house. Raises _Mistaken for anybody else."""
    number, mobile, blind, of_phone = _checked(given, way)
    asked = [numbers.asking(PREFIX, way.union, Application), people_queries.asking_bearers(blind, of_phone)]
    if way.basis is not None:
        asked.append(way.basis.asking(way.union, way.code))
    row, (bearer, taken, fresh), *stands = statement.ones(*asked)
    if stands == [(False,)]:
        raise recall.Stale
    if bearer is not None:
        raise _Mistaken
    _check_phone(taken, way)
    new = NewPerson(name=given.name, home=way.union, id_number=number, phone=mobile)
    person = bulk.take_up(new, number=fresh, by=None)
    return _written(way, given, person, numbers.placed(PREFIX, way.union, row), on_roster=False)


def _known(way: Way, given: Applicant) -> Application:
    """Take the application of somebody whom the house knows, one at a time. Raises _Mistaken for a stranger."""
    way.look_again()
    person = _person(given, way)
    _check_alone(person)
    place = numbers.place(PREFIX, way.union, Application)
    return _written(way, given, person, place, on_roster=person.home_id == way.union.pk)


def _written(way: Way, given: Applicant, person: Person, place: numbers.Place, *, on_roster: bool) -> Application:
    if given.proven:
        freshness.confirm([person.pk], PROVEN if given.known else SAID, by=person)
    consents.note(person, given.agreed, way="hall", by=person)
    application = _start(way, given, person, place, on_roster)
    _pass_alone(application)
    return application


def _check_alone(person: Person) -> None:
    """Nobody is a member twice or asks twice."""
    if Membership.objects.filter(person=person, until=None).exists():
        raise standing.already_member()
    waiting = Application.objects.filter(person=person, state__in=OPEN_JOINING).first()
    if waiting is not None:
        raise Conflict(
            Text(
                f"您已提交过入会申请（编号 {waiting.reference}），无需重复提交。",
                f"You have applied already (reference {waiting.reference}); nothing more is needed.",
            ),
            code="already_applied",
        )


def _check_words(given: Applicant) -> None:
    if given.occupation not in registry.OCCUPATIONS:
        raise Refused(Text("请选择职业类别。", "Choose the occupation."), field="occupation")
    if given.hired not in registry.HIRED:
        raise Refused(Text("请选择用工方式。", "Choose how you are hired."), field="hired")


@sensitive_variables()
def _person(given: Applicant, way: Way) -> Person:
    """Who applies, on whose file nobody else applies meanwhile."""
    if given.known is not None:
        _wait_for(bytes(given.known.id_blind or str(given.known.pk).encode()))
        _check_old_enough(given.known.birth, way.union)
        return given.known
    _number, _mobile, blind, of_phone = _checked(given, way)
    _wait_for(blind)
    bearer, taken, _fresh = people_queries.bearers(blind, of_phone)
    if bearer is None:
        raise _Mistaken
    _check_phone(taken, way)
    found = Person.objects.get(pk=bearer)
    if found.name != pinyin.normalise(given.name):
        raise Refused(
            Text(
                "姓名与证件号码不一致，请按证件填写。",
                "Name and document number do not belong together; write them as on the document.",
            ),
            field="name",
            code="other_name",
        )
    return found


def _checked(given: Applicant, way: Way) -> tuple[str, str, bytes, bytes | None]:
    """Document number and phone as the house writes them, and their keyed hashes."""
    number = idnumber.check_typed(given.id_number)
    _check_old_enough(number.birth, way.union)
    rules.check_joining_day(way.joined_on, birth=number.birth)
    blind, mobile = people_access.keys().blinder.blind, phones.normalise(given.phone) if given.phone else ""
    return number.text, mobile, blind("id_number", number.text), blind("phone", mobile) if mobile else None


def _check_phone(taken: bool, way: Way) -> None:
    if taken:
        raise Refused(AT_DESK if way.channel == "desk" else OF_ANOTHER, field="phone", code="phone_of_another")


def _check_old_enough(birth: date | None, union: Organization) -> None:
    today = dates.today()
    rules.check_age(birth, today=today, least=policies.value("membership.least_age", at=union, on=today).whole)


def _wait_for(blind: bytes) -> None:
    """Let applications of one document number come one after the other until the transaction ends."""
    key = int.from_bytes(hashlib.sha256(blind).digest()[:4], "big", signed=True)
    statement.one("SELECT pg_advisory_xact_lock(%s::int, %s::int)", [LOCK, key])


def _start(way: Way, given: Applicant, person: Person, place: numbers.Place, on_roster: bool) -> Application:
    today, code = dates.today(), way.code
    application = statement.new(
        Application,
        pk=place.record,
        organization=way.union,
        reference=place.reference,
        person=person,
        received_at=way.union,
        join_code=code,
        channel=way.channel,
        on_roster=on_roster,
        applied_on=way.joined_on or today,
        routed_by=way.routed_by,
        occupation=given.occupation,
        hired=given.hired,
        migrant=given.migrant,
        platform=given.platform.strip(),
        employer=given.employer.strip(),
        programme=way.programme or (code.programme if code else None),
        edition=way.edition or (code.edition if code else None),
    )
    moves.start(application, by=person, step=place.step)
    book.later(
        facts.APPLIED,
        kind=KIND,
        source=application.pk,
        at=way.union,
        day=application.applied_on,
        subject=person.pk,
        dimensions={"channel": way.channel, "programme": application.programme.code if application.programme else ""},
    )
    agreed: dict[str, Any] = {"texts": list(given.agreed)} if given.agreed else {}
    audit.record(person, "membership.applied", application, at=way.union, channel=way.channel, **agreed)
    return application


def _pass_alone(application: Application) -> None:
    """Let the application through where the union's rule says so."""
    rule = str(policies.value("membership.auto_approve", at=application.organization, on=dates.today()).value)
    if rule == "never":
        return
    authenticated = rule == "authenticated" and checks.check(application.person) == adapters.MATCHES
    if rules.passes_alone(rule, on_roster=application.on_roster, authenticated=authenticated):
        application.alone = True
        admit(application, by=people_queries.house(), authenticated=authenticated)


def admit(application: Application, *, by: Person, authenticated: bool = False, version: int | None = None) -> Membership:
    """Approve a locked application: the membership begins, the person's file goes to the union, the applicant is told."""
    today = application.decided_on = dates.today()
    moves.move(application, "approve", by=by, version=version, held=True, also=["decided_on", "alone"])
    union = application.organization
    since = application.applied_on if application.channel == "desk" else today
    membership = Membership(
        person=application.person,
        organization=union,
        since=since,
        joined_on=since,
        channel=application.channel,
        authenticated_on=today if authenticated else None,
        occupation=application.occupation,
        hired=application.hired,
        migrant=application.migrant,
        platform=application.platform,
        employer=application.employer,
        programme=application.programme,
        edition=application.edition,
    )
    standing.begin(membership, what="join", by=by)
    if authenticated:
        freshness.confirm([membership.person_id], checks.CONFIRMS, by=by)
    if application.person.home_id != union.pk:
        people.move_home(by=by, person=application.person, home=union)
    notices.tell(application.person, "membership.approved", record=application, union=union.name, number=membership.number)
    return membership


@transaction.atomic
def approve(*, application_id: int, by: Person, version: int | None = None) -> Membership:
    """Approve one application."""
    application = one_for_change(access.applications_for(by), by, application_id, to="membership.approve")
    result = checks.check(application.person)
    if result == adapters.DIFFERS:
        raise Refused(
            Text("实名核验不一致，请退回申请人补正。", "Name and number do not belong together; send the application back."),
            code="not_authentic",
        )
    with audit.together():
        return admit(application, by=by, authenticated=result == adapters.MATCHES, version=version)


@transaction.atomic
def decide(*, application_id: int, what: str, reason: str, by: Person, version: int | None = None) -> Application:
    """Send an application back or refuse it, with the reason that the applicant reads."""
    application = one_for_change(access.applications_for(by), by, application_id, to="membership.approve")
    if what == "refuse":
        application.decided_on = dates.today()
    moves.move(application, what, by=by, reason=reason, version=version, held=True, also=["decided_on"])
    notices.tell(
        application.person, f"membership.{what}", record=application, reference=application.reference, reason=reason.strip()
    )
    return application


@transaction.atomic
def hand_on(*, application_id: int, to: Organization, reason: str, by: Person) -> Application:
    """Give an application to the union to which it really belongs; the old one no longer sees it."""
    application = one_for_change(access.applications_for(by), by, application_id, to="membership.approve")
    if to.until is not None or to.pk == application.organization_id:
        raise Refused(Text("请选择另一个现有的工会。", "Choose another union that exists."), field="to")
    moves.move(application, "hand_on", by=by, reason=reason, to_organization=to)
    application.organization, application.org_path = to, to.path
    application.save(update_fields=["organization", "org_path"])
    return application


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an act on many: how many were done, and why each of the others was not."""

    done: int
    failed: list[tuple[str, str]]


def approve_many(found: QuerySet[Any], *, by: Person) -> Outcome:
    """Approve the selected applications one by one; each that cannot be is named with its reason, the others go through."""
    done, failed = 0, []
    for pk, reference in list(found.values_list("pk", "reference")):
        try:
            approve(application_id=pk, by=by)
            done += 1
        except Refused as refusal:
            failed.append((reference, str(refusal)))
    return Outcome(done, failed)


@transaction.atomic
def register(
    *, union: Organization, given: Applicant, by: Person, on: date | None = None, signed: bool = False, **more: Any
) -> Membership:
    """A member registered at the desk with the paper form in hand: applied and approved in one act.

    `signed` says that the consent to the handling of their data stands on the form.
    """
    access_actions.require(by, "membership.register", at=union)
    access_actions.require(by, "membership.approve", at=union)
    if on is not None and on > dates.today():
        raise Refused(Text("入会日期不能晚于今天。", "The day of joining cannot lie in the future."), field="on")
    application = apply(way=Way(union=union, channel="desk", joined_on=on, **more), given=given)
    held = [name for name in ("name", "id_number", "phone", "employer") if getattr(given, name)]
    freshness.confirm([application.person_id], dict.fromkeys(held, "desk"), by=by)
    if signed:
        consents.give(person=application.person, text_id=consents.texts()[registry.PERSONAL].pk, way="paper", by=by)
    if application.state == "applied":
        return admit(application, by=by)
    return Membership.objects.get(person=application.person, until=None)


def receipt(application_id: int) -> Application:
    """The application behind a signed receipt. Raises NotVisible for none."""
    found = Application.objects.select_related("organization").filter(pk=application_id).first()
    if found is None:
        raise absent()
    return scope.mark(found)
