"""The one place that begins, changes and ends memberships, with standing, ledger and audit in the same transaction."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.flows.actions import moves, numbers
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger.facts import Fact
from unionhall.kernel.notices import actions as notices
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import actions as people
from unionhall.kernel.people import queries as people_queries
from unionhall.kernel.people.actions import freshness
from unionhall.kernel.people.models import Person
from unionhall.lib import constraints, dates, statement
from unionhall.lib.refusal import Conflict
from unionhall.lib.text import Text
from unionhall.work.membership import access, adapters, facts, registry, rules
from unionhall.work.membership.actions import checks
from unionhall.work.membership.flow import OPEN_TRANSFER, OPEN_WISH
from unionhall.work.membership.models import Active, Change, Membership, Transfer, Wish

PREFIX = "HY"
STANDING = "member"
ENDINGS = ("left", "expelled", "deceased")


def begin(membership: Membership, *, what: str, by: Person) -> Membership:
    """Save a new membership and make it count. Raises Conflict where the person has one already."""
    union = membership.organization
    membership.org_path = union.path
    membership.state_since = membership.since
    membership.number = membership.number or numbers.number(PREFIX, union)
    with constraints.said("member_alive_once", already_member):
        statement.insert(membership)
    note(membership, what, old="", on=membership.since, by=by)
    stand(membership, by=by)
    return membership


def stand(membership: Membership, *, by: Person) -> None:
    """Let the person stand as a member from the membership's first day on, never inside an earlier time at the same union."""
    people.set_standing(
        by=by, subject=membership.person, kind=STANDING, organization=membership.organization, since=membership.since,
        source=membership, after=True,
    )  # fmt: skip


def already_member() -> Conflict:
    """What somebody hears who is a member already; it does not say where."""
    return Conflict(
        Text(
            "该人员已在工会登记为会员，不能重复入会；如已换单位，请办理转会。",
            "This person is a member already and cannot join twice; after a change of work, ask for a transfer.",
        ),
        code="already_member",
    )


def note(membership: Membership, what: str, *, old: str, on: date, by: Person, reason: str = "") -> Change:
    """Write the dated change and bring the books to what now holds."""
    change = Change(
        membership=membership,
        organization=membership.organization,
        org_path=membership.org_path,
        what=what,
        old=old,
        new=membership.state,
        ground=membership.ground,
        on=on,
        reason=reason.strip(),
        by=by,
    )
    statement.insert(change)
    count(membership, change)
    audit.record(by, f"membership.{what}", membership, at=membership.organization, reason=reason, on=on, state=membership.state)
    return change


def count(membership: Membership, change: Change) -> None:
    """Post what one change does to the stocks and flows."""
    person, dims = membership.person_id, membership.dimensions()

    def post(fact: Fact, quantity: int = 1, dimensions: dict[str, str] | None = None, on: date = change.on) -> None:
        ledger.post(
            fact,
            at=membership.organization,
            day=on,
            source=change,
            subject=person,
            quantity=quantity,
            dimensions=dimensions or {},
        )

    was, now = change.old in registry.COUNTED, change.new in registry.COUNTED
    if was != now:
        post(facts.MEMBERS, 1 if now else -1, dims)
        if membership.authenticated_on is not None:  # nobody leaves those who are authenticated before having come to them
            post(facts.AUTHENTICATED, 1 if now else -1, dims, on=max(change.on, membership.authenticated_on))
    kept_before, kept_now = change.old == "retained", change.new == "retained"
    if kept_before != kept_now:
        post(facts.RETAINED, 1 if kept_now else -1)
    if change.what == "join":
        post(facts.JOINED, 1, {**dims, "channel": membership.channel})
        if membership.occupation in registry.NEW_FORMS:
            ledger.post(
                facts.GROUP_JOINED,
                at=membership.organization,
                day=change.on,
                source=change,
                subject=membership.occupation,
                dimensions={"programme": membership.programme_code},
            )
    elif change.what == "move_in":
        post(facts.MOVED, 1, {"programme": membership.programme_code})
    if change.new in ENDINGS:
        post(facts.ENDED, 1, {"ending": change.new})


def turn(membership: Membership, what: str, *, by: Person, on: date | None = None, reason: str = "", ground: str = "") -> Change:
    """Change the state of a locked membership by the table of rules; an end closes it and its standing."""
    today = dates.today()
    day = on or today
    old = membership.state
    membership.state = rules.check_turn(
        what, state=old, on=day, since=membership.state_since, today=today, reason=reason, ground=ground
    )
    membership.ground = ground
    membership.state_since = day
    membership.version += 1
    if membership.state not in registry.ALIVE:
        membership.until = day
    membership.save(update_fields=["state", "ground", "state_since", "until", "version"])
    if membership.until is not None:
        end_standing(membership, day, by=by, reason=reason)
    changed = note(membership, what, old=old, on=day, by=by, reason=reason)
    _settle_wishes(membership, what, by=by)
    return changed


def _settle_wishes(membership: Membership, what: str, *, by: Person) -> None:
    """What the member asked for and has now is carried out; what cannot come true any more is over, and the member is told."""
    found = Wish.objects.select_for_update(of=("self",)).select_related("organization", "person", "programme")
    for wish in found.filter(membership=membership, state__in=OPEN_WISH):
        if wish.what == what:
            moves.move(wish, "grant", by=by)
        elif membership.state not in rules.TURNS[wish.what].source:
            moves.move(wish, "lapse", by=people_queries.house(), reason=str(_("The membership has changed.")))
            if what != "die":
                notices.tell(wish.person, "membership.wish_over", record=wish, reference=wish.reference)


def end_standing(membership: Membership, day: date, *, by: Person, reason: str = "") -> None:
    """Let the standing of a membership end; one that began the same day lasts that day."""
    for standing in people_queries.standings_of(membership.person).filter(
        kind=STANDING, organization=membership.organization, until=None
    ):
        people.end_standing(by=by, standing=standing, day=standing.ended(day), reason=reason)


@transaction.atomic
def change(
    *,
    membership_id: int,
    what: str,
    by: Person,
    on: date | None = None,
    reason: str = "",
    ground: str = "",
    expulsion: rules.Expulsion | None = None,
) -> Membership:
    """Retain, restore, second, let leave, expel or note a death: one act on one membership, of which the member is told.

    Raises Refused for the own membership, and what `rules.check_turn` and `rules.Expulsion.check` raise.
    """
    membership = access.for_change(by, membership_id, to="membership.move")
    access.check_not_own(by, membership.person_id)
    if what == "expel":
        expulsion = expulsion or rules.Expulsion(punished=False, discussed=False, decided_on=None)
        expulsion.check(on=on or dates.today())
        decided = _("discussed by the union group, decided by the committee on %(day)s") % {"day": expulsion.decided_on}
        reason = f"{reason.strip()} ({decided})" if len(reason.strip()) >= rules.REASON_LEAST else ""
    change = turn(membership, what, by=by, on=on, reason=reason, ground=ground)
    if membership.until is not None:
        _give_up_transfers(membership)
    if what in registry.TOLD:
        told = {"union": membership.organization.name, "day": change.on.isoformat()}
        notices.tell(membership.person, f"membership.told_{what}", record=membership, **told)
    return membership


def _give_up_transfers(membership: Membership) -> None:
    """Nobody moves who is no member any more: what was asked is withdrawn, what was released is not accepted."""
    found = Transfer.objects.select_for_update(of=("self",)).select_related("organization", "to", "membership__person")
    for transfer in found.filter(membership=membership, state__in=OPEN_TRANSFER):
        what = "withdraw" if transfer.state == "asked" else "decline"
        moves.move(transfer, what, by=people_queries.house(), reason=str(_("The membership has ended.")))


def successor(old: Membership, *, at: Organization, since: date, state: str = "member", ground: str = "") -> Membership:
    """The unsaved membership that continues another one in a new union."""
    kept = (
        "person_id",
        "occupation",
        "hired",
        "migrant",
        "platform",
        "joined_on",
        "channel",
        "authenticated_on",
        "active_on",
        "tags",
    )
    employer = old.employer if state == "retained" else ""
    fresh = Membership(
        organization=at, since=since, state=state, ground=ground, previous=old, employer=employer,
        programme_id=old.programme_id, edition_id=old.edition_id, **{name: getattr(old, name) for name in kept},
    )  # fmt: skip
    fresh.person = old.person
    return fresh


@transaction.atomic
def correct_work(
    *,
    membership_id: int,
    by: Person,
    occupation: str,
    hired: str,
    employer: str,
    platform: str,
    migrant: bool,
    version: int | None = None,
) -> Membership:
    """Correct how a member works; the stocks move from the old dimension to the new one. Raises Conflict for an old `version`,
    Refused for the own membership."""
    membership = access.for_change(by, membership_id, to="membership.move")
    access.check_not_own(by, membership.person_id)
    if membership.until is not None:
        raise Conflict(Text("会籍已终止，不能更正。", "The membership has ended and is not corrected."))
    if version is not None and version != membership.version:
        raise Conflict(
            Text(
                "会员资料在您打开后有改动，请刷新页面核对后再保存。",
                "The member's data were changed after you opened them: reload the page, look, then save.",
            )
        )
    before = membership.dimensions()
    membership.occupation, membership.hired, membership.migrant = occupation, hired, migrant
    membership.employer, membership.platform = employer.strip(), platform.strip()
    membership.version += 1
    membership.save(update_fields=["occupation", "hired", "migrant", "employer", "platform", "version"])
    change = Change.objects.create(
        membership=membership, organization=membership.organization, org_path=membership.org_path, what="correct",
        old=membership.state, new=membership.state, ground=membership.ground, on=dates.today(), by=by,
    )  # fmt: skip
    if membership.state in registry.COUNTED and before != membership.dimensions():
        _regroup(membership, change, before)
    if before["occupation"] != membership.occupation:
        _rename_group(membership)
    if membership.employer:
        freshness.confirm([membership.person_id], {"employer": "correct"}, by=by)
    audit.record(by, "membership.corrected", membership, at=membership.organization, occupation=occupation, hired=hired)
    return membership


def _rename_group(membership: Membership) -> None:
    """The joining names the group that it should have named from the beginning."""
    joined = membership.changes.filter(what="join").first()
    if joined is None:
        return
    ledger.reverse(joined, fact=facts.GROUP_JOINED)
    if membership.occupation in registry.NEW_FORMS:
        ledger.post(
            facts.GROUP_JOINED,
            at=joined.organization,
            day=joined.on,
            source=joined,
            subject=membership.occupation,
            dimensions={"programme": membership.programme_code},
        )


def _regroup(membership: Membership, change: Change, before: dict[str, str]) -> None:
    """Take one member out of one group of the stocks and put them into another, on the day of the correction."""
    for fact in (facts.MEMBERS, facts.AUTHENTICATED):
        if fact is facts.MEMBERS or membership.authenticated_on is not None:
            for occurrence, (quantity, dims) in enumerate(((-1, before), (1, membership.dimensions()))):
                ledger.post(
                    fact, at=membership.organization, day=change.on, source=change, occurrence=occurrence,
                    subject=membership.person_id, quantity=quantity, dimensions=dims,
                )  # fmt: skip


@transaction.atomic
def authenticate(*, membership_id: int, by: Person) -> str:
    """Ask the set-up check about one member; a match is counted. Returns the check's answer."""
    membership = access.for_change(by, membership_id, to="membership.approve")
    if membership.until is not None or membership.authenticated_on is not None:
        return adapters.MATCHES if membership.authenticated_on else adapters.UNKNOWN
    result = checks.check(membership.person)
    if result == adapters.MATCHES:
        mark_authenticated(membership, by=by)
    return result


def mark_authenticated(membership: Membership, *, by: Person) -> None:
    """Write that name and number were found to belong together, and count it."""
    membership.authenticated_on = dates.today()
    membership.save(update_fields=["authenticated_on"])
    if membership.state in registry.COUNTED:
        ledger.post(
            facts.AUTHENTICATED, at=membership.organization, day=membership.authenticated_on, source=membership,
            subject=membership.person_id, dimensions=membership.dimensions(),
        )  # fmt: skip
    freshness.confirm([membership.person_id], checks.CONFIRMS, by=by)
    audit.record(by, "membership.authenticated", membership, at=membership.organization)


@transaction.atomic
def seen_active(person: Person, what: str) -> bool:
    """Note that a member used a service today; True the first time of the day."""
    membership = Membership.objects.select_related("organization").filter(person=person, until=None).first()
    today = dates.today()
    if membership is None or membership.active_on == today:
        return False
    row, made = Active.objects.get_or_create(
        person=person, day=today, defaults={"organization": membership.organization, "what": what}
    )
    if made:
        Membership.objects.filter(pk=membership.pk).update(active_on=today)
        ledger.post(facts.ACTIVE, at=membership.organization, day=today, source=row, subject=person.pk)
    return made
