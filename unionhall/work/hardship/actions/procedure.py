"""The way of an application: consent, visit, cross-check, public notice, objections, decision."""

import hashlib
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access.actions import apart
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.files import actions as files
from unionhall.kernel.files.models import File
from unionhall.kernel.flows import queries as flows
from unionhall.kernel.flows.actions import clocks, moves
from unionhall.kernel.flows.models import Step
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger.facts import Fact
from unionhall.kernel.notices import actions as notices
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import queries as people
from unionhall.kernel.people.models import Person
from unionhall.lib import clock, dates, masking
from unionhall.lib.refusal import Conflict, Refused, absent
from unionhall.lib.text import Text
from unionhall.work.hardship import access, facts
from unionhall.work.hardship.actions import books, spans
from unionhall.work.hardship.models.files import Consent, Household, Objection, Posting, Visit
from unionhall.work.hardship.queries import lines, membership
from unionhall.work.hardship.rules import household as rules
from unionhall.work.hardship.rules import procedure

STATEMENT = Text(
    "本人同意工会就困难职工建档事项向有关部门查询核对本人及家庭成员的经济状况，并保证所填情况属实。",
    "I agree that the union checks the economic status of me and my family with the competent bodies for this file, and I "
    "declare that what was stated is true.",
)
HELD = "异议核实中"
RANKS = {"group": 0, "grassroots": 0, "township": 1, "county": 2, "city": 3, "province": 4, "national": 5}


def post(fact: Fact, household: Household, source: object, *, day: date | None = None, **dimensions: str) -> None:
    """Count one act for a household, at the unit that keeps its file."""
    ledger.post(
        fact,
        at=household.organization,
        day=day or dates.today(),
        source=source,  # type: ignore[arg-type]
        subject=household.pk,
        dimensions=household.dimensions(**dimensions),
    )


@transaction.atomic
def sign_consent(*, household_id: int, person_id: int, by: Person, way: str = "paper") -> Consent:
    """Note a member's signed authorisation; the worker's own is signed on the phone. Signed twice, it stays the first."""
    household = (
        access.own_for_change(by, household_id) if way == "phone" else access.for_change(by, household_id, to="hardship.register")
    )
    member = household.members.filter(person_id=person_id, until=None).select_related("person").first()
    if member is None or (way == "phone" and person_id != by.pk):
        raise absent()
    now = clock.now()
    said = STATEMENT.zh
    digest = hashlib.sha256(f"{said}|{member.person_id}|{now.isoformat()}".encode()).hexdigest()
    consent, made = Consent.objects.get_or_create(
        household=household,
        person=member.person,
        defaults={"way": way, "signed_at": now, "statement": said, "digest": digest, "taken_by": by},
    )
    if made:
        audit.record(by, "hardship.consented", household, at=household.organization, person=person_id, way=way, digest=digest)
    return consent


@transaction.atomic
def sign_all(*, household_id: int, by: Person) -> int:
    """Note the signed papers of every adult of the household that are on the desk."""
    household = access.for_change(by, household_id, to="hardship.register")
    members = household.members.filter(until=None).select_related("person")
    grown = [one.person_id for one in members if rules.adult(one.person.birth, dates.today())]
    for person in grown:
        sign_consent(household_id=household_id, person_id=person, by=by)
    return len(grown)


@transaction.atomic
def apply(*, household_id: int, by: Person, version: int | None = None) -> Step:
    """Hand in the application: worked out, and with every adult's consent."""
    household = access.for_change(by, household_id)
    return hand_in(household, by=by, version=version)


def hand_in(household: Household, *, by: Person, version: int | None = None, adults: int | None = None) -> Step:
    """Hand in the application of a locked file; `adults`: how many must have signed by now, all of them unless named."""
    grown = membership.adults(household.pk) if adults is None else adults
    rules.check_complete(consents=household.consents.count(), adults=grown, assessed=household.assessed_on is not None)
    step = moves.move(household, "apply", by=by, version=version)
    household.visited = household.answered = False
    household.save(update_fields=["visited", "answered"])
    post(facts.APPLIED, household, step)
    return step


@transaction.atomic
def go_on(*, household_id: int, by: Person, version: int | None = None, words: str = "") -> Step:
    """Take the file to the next step that its region asks for, and to the unit that takes it there."""
    household = access.for_change(by, household_id)
    check_free_way(household)
    procedure.check_done(household.state, visited=household.visited, answered=household.answered, differing=_differing(household))
    if household.state == "noticed":
        posting = household.postings.filter(taken_down_on=None).first() or household.postings.order_by("-id").first()
        procedure.check_notice_over(posting.until_on if posting else None, dates.today())
    if household.state not in {"applied", *procedure.STATES.values()}:
        raise Conflict(Text("档案不在办理程序中。", "The file is not on its way."), code="state")
    way = lines.way(household.organization, dates.today())
    following = way.after(household.state, passed_by(household))
    if following in {"check", "approve"}:  # a phone's application has the applicant's signature alone
        rules.check_complete(consents=household.consents.count(), adults=membership.adults(household.pk), assessed=True)
    unit = place_of(household, way.levels.get(following, ""))
    moved = unit if unit != flows.holder(household) else None
    step = moves.move(household, f"to_{following}", by=by, reason=words, to_organization=moved, version=version)
    if following == "notice":
        _put_up(household, by=by)
    if step.old == "noticed":
        take_down(household)
    return step


def passed_by(household: Household) -> set[str]:
    """The states that a file has left since it was last handed in or opened again."""
    told = Step.objects.filter(record_kind=access.KIND, record_id=household.pk, undone_by=None).order_by("-pk")
    passed: set[str] = set()
    for move, old in told.values_list("move", "old"):
        if move in {"apply", "reopen"}:
            break
        passed.add(old)
    return passed


def _differing(household: Household) -> int:
    return household.inquiries.filter(answer="differs", resolved="").count()


def place_of(household: Household, level: str) -> Organization:
    """The unit of a level that takes a file: the nearest one above that keeps it, or the keeping unit itself."""
    keeper = household.organization
    if not level or RANKS[keeper.level] >= RANKS[level]:
        return keeper
    above = sorted(organizations.ancestors(keeper), key=lambda unit: -unit.depth)
    return next((unit for unit in above if RANKS[unit.level] >= RANKS[level]), keeper)


def check_free_way(household: Household) -> None:
    """An open objection holds everything, and so does a clock that was set back. Raises Conflict."""
    procedure.check_clock(dates.day_of(household.state_since), dates.today())
    procedure.check_way(objections=household.objections.filter(upheld=None).count())


def _put_up(household: Household, *, by: Person) -> None:
    until = household.due_on or dates.today()
    posting = Posting.objects.create(
        household=household,
        organization=flows.holder(household),
        org_path=flows.holder(household).path,
        name=masking.name(household.head.name),
        unit=household.organization.name,
        kind=household.kind,
        posted_on=dates.today(),
        until_on=until,
        kept_by=household.organization,
    )
    post(facts.NOTICED, household, posting)
    audit.record(by, "hardship.posted", household, at=posting.organization, until=until)


def take_down(household: Household) -> None:
    """Take the public notice of a file down."""
    household.postings.filter(taken_down_on=None).update(taken_down_on=dates.today())


def take_down_expired() -> int:
    """Take down every public notice whose last day is over; part of the clock. Returns how many."""
    return Posting.objects.filter(taken_down_on=None, until_on__lt=dates.today()).update(taken_down_on=dates.today())


@transaction.atomic
def visit(*, household_id: int, by: Person, visited_on: date, companion: str, finding: str, agrees: bool) -> Visit:
    """Enter a home visit; two persons go."""
    household = access.for_change(by, household_id, to="hardship.visit")
    rules.check_day(visited_on, today=dates.today(), field="visited_on")
    if not companion.strip() or companion.strip() == by.name:
        raise Refused(
            Text("入户调查须两人以上，请填写同行人。", "Two persons make a home visit; name the other one."), field="companion"
        )
    if not finding.strip():
        raise Refused(Text("请写明入户情况。", "Say what was found."), field="finding")
    made = Visit.objects.create(
        household=household,
        kept_by=household.organization,
        by=by,
        companion=companion.strip(),
        visited_on=visited_on,
        finding=finding.strip(),
        agrees=agrees,
    )
    household.visited = True
    household.save(update_fields=["visited"])
    post(facts.VISITED, household, made, day=visited_on)
    audit.record(by, "hardship.visited", household, at=household.organization, agrees=agrees, on=visited_on)
    return made


@transaction.atomic
def add_paper(*, household_id: int, photo: UploadedFile, kind: str, by: Person) -> File:
    """Put a paper to a file that is open, from a folder or by a phone. Raises Conflict, and what files refuse."""
    household = access.for_change(by, household_id, to="hardship.register")
    if not household.is_open:
        raise Conflict(Text("档案已关闭，不能再补材料。", "The file is closed: no paper is added."), code="state")
    return files.attach(household, photo, by=by, kind=kind)


def paper_by_phone(by: Person, household_id: int, photo: UploadedFile) -> File:
    """The same from a phone that read the square code of the page."""
    return add_paper(household_id=household_id, photo=photo, kind="paper", by=by)


@transaction.atomic
def approve(*, household_id: int, by: Person, version: int | None = None, words: str = "") -> Step:
    """Approve: the household is on file from today, in the stock, and known to the other rooms."""
    household = access.for_change(by, household_id)
    check_free_way(household)
    procedure.check_done(household.state, visited=True, answered=True, differing=_differing(household))
    took_part = hands_of(household)
    rules.check_second_person(by.pk, took_part)
    access_actions.require(by, "hardship.approve", at=flows.holder(household))
    apart.check(by, flows.hands(household, took_part))
    if household.kind in {"", "none"}:
        raise Refused(
            Text("核算结果不符合建档条件，不能审批通过。", "The means test says not eligible; the file cannot be approved."),
            code="kind",
        )
    household.approved_by, household.filed_on = by, household.filed_on or dates.today()
    household.verified_on, household.left_on, household.leaving = dates.today(), None, ""
    household.save(update_fields=["approved_by", "filed_on", "verified_on", "left_on", "leaving"])
    first = not household.spans.exists()
    step = moves.move(household, "approve", by=by, reason=words, version=version, to_organization=_back_home(household))
    span = spans.begin(household, by=by, why="filed" if first else "reopened", day=dates.today())
    post(facts.FILED if first else facts.REOPENED, household, span)
    notices.tell(household.head, "hardship.approved", record=household, reference=household.reference)
    return step


def _back_home(household: Household) -> Organization | None:
    return household.organization if flows.holder(household) != household.organization else None


def hands_of(household: Household) -> set[int]:
    """Who may not approve a file: who took it up, handed it in or visited the home since."""
    handed = Step.objects.filter(record_kind=access.KIND, record_id=household.pk, move__in=("start", "apply"))
    visitors = household.visits.values_list("by_id", flat=True)
    return {household.created_by_id, *handed.values_list("by_id", flat=True), *visitors}


@transaction.atomic
def send_back(*, household_id: int, reason: str, by: Person, version: int | None = None) -> Step:
    """Send a file back to be mended, under its number and with the reason."""
    household = access.for_change(by, household_id)
    check_free_way(household)
    step = moves.move(household, "send_back", by=by, reason=reason, version=version, to_organization=_back_home(household))
    take_down(household)
    return step


@transaction.atomic
def refuse(*, household_id: int, reason: str, by: Person, version: int | None = None) -> Step:
    """Refuse a file, with the reason that the worker will read."""
    household = access.for_change(by, household_id)
    check_free_way(household)
    return _refuse(household, reason, by=by, version=version)


def _refuse(household: Household, reason: str, *, by: Person, version: int | None = None) -> Step:
    step = moves.move(household, "refuse", by=by, reason=reason, version=version, details={"kept_by": household.organization_id})
    household.members.update(open=False)
    take_down(household)
    post(facts.REFUSED, household, step)
    notices.tell(household.head, "hardship.refused", record=household, reference=household.reference)
    return step


@transaction.atomic
def take_objection(*, household_id: int, words: str, way: str, by: Person, received_on: date | None = None) -> Objection:
    """Take what somebody says against a file; from now on it holds everything until it is decided, and the clock stands still.

    The other rooms know it by a standing of every member: who pays help asks it again before the money leaves.
    """
    household = access.for_change(by, household_id)
    if household.state not in {"noticed", "approving", "on_file"}:
        raise Conflict(Text("只有公示后的档案可以受理异议。", "Objections are taken from the public notice on."), code="state")
    on = received_on or dates.today()
    rules.check_day(on, today=dates.today(), field="received_on")
    if not words.strip():
        raise Refused(Text("请写明异议内容。", "Say what the objection is."), field="words")
    made = Objection.objects.create(
        household=household, words=words.strip(), way=way, taken_by=by, received_on=on, kept_by=household.organization
    )
    post(facts.OBJECTED, household, made, day=on)
    if household.paused_at is None:  # the house stops the clock: who takes an objection need not have the right to
        clocks.pause(household, by=people.house(), reason=HELD)
    if household.state == "on_file":
        spans.hold(household, by=by)
    audit.record(by, "hardship.objected", household, at=household.organization, objection=made.pk)
    notices.tell(flows.holder(household), "hardship.objected", record=household, reference=household.reference)
    return made


@transaction.atomic
def decide_objection(*, household_id: int, objection_id: int, upheld: bool, decision: str, by: Person) -> Objection:
    """Decide an objection: upheld, an application is refused (a file on record is then withdrawn by hand); else it goes on."""
    household = access.for_change(by, household_id, to="hardship.review")
    found = household.objections.select_for_update().filter(pk=objection_id, upheld=None).first()
    if found is None:
        raise Conflict(Text("该异议已处理。", "This objection has been decided already."))
    if not decision.strip():
        raise Refused(Text("请写明核实结论。", "Say what the inquiry came to."), field="words")
    found.upheld, found.decision, found.decided_on, found.decided_by = upheld, decision.strip(), dates.today(), by
    found.save(update_fields=["upheld", "decision", "decided_on", "decided_by"])
    audit.record(by, "hardship.objection_decided", household, at=household.organization, objection=found.pk, upheld=upheld)
    if not household.objections.filter(upheld=None).exists():
        spans.release(household, by=by)
        if household.paused_at is not None:
            clocks.resume(household, by=people.house(), reason=found.decision)
    if upheld and household.state in {"noticed", "approving"}:
        _refuse(household, decision, by=by)
    return found


@transaction.atomic
def verify(*, household_id: int, by: Person, words: str = "", version: int | None = None) -> Step:
    """The yearly verification: the means test runs again by today's rule, the file is fresh for another year."""
    household = access.for_change(by, household_id)
    check_free_way(household)
    step = moves.move(household, "verify", by=by, reason=words, version=version)
    books.assess(household, by=by)
    household.verified_on = dates.today()
    household.save(update_fields=["verified_on"])
    spans.note_year(household, dates.today())
    household.year_lines.filter(year=dates.today().year, verified_on=None).update(verified_on=dates.today())
    post(facts.VERIFIED, household, step)
    spans.follow(household, by=by)
    return step
