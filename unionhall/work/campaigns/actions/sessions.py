"""Sessions from the plan to the books: planned, published, held, or cancelled with everybody told."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.notices import actions as notices
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes import queries as programmes
from unionhall.kernel.programmes.models import Programme
from unionhall.lib import clock, dates
from unionhall.lib.refusal import Conflict, Refused, filled
from unionhall.lib.text import Text
from unionhall.work.campaigns import access, facts, registry, rules
from unionhall.work.campaigns.actions import offers
from unionhall.work.campaigns.models import Pool, Session, SignUp, Team
from unionhall.work.campaigns.queries import places


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """What somebody plans. The edition follows from the programme and the day, the area from the unit it is held at."""

    programme: Programme
    name: str
    starts_at: datetime
    ends_at: datetime
    mode: str = "on_site"
    form: str = ""
    theme: str = ""
    place: str = ""
    link: str = ""
    held_at: Organization | None = None
    area_kind: str = ""
    main: Session | None = None
    team: Team | None = None
    method: str = "open"
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    notes: str = ""
    places: int = 0


@transaction.atomic
def plan_session(*, organization: Organization, new: NewSession, by: Person) -> Session:
    """Put a session down as a draft; nobody but the desk sees it yet."""
    access_actions.require(by, "campaigns.run", at=organization)
    session = Session(organization=organization, org_path=organization.path, created_by=by)
    _fill(session, new)
    session.save()
    if new.method != "open":
        _set_pool(session, None, new.places or 1)
    audit.record(by, "campaigns.session_planned", session, at=organization, name=session.name)
    return session


@transaction.atomic
def change_session(*, session_id: int, new: NewSession, by: Person) -> Session:
    """Change the plan. Once published, time, place and how places are given may change only while nobody has come."""
    session = access.session_for_change(by, session_id, to="campaigns.run")
    _check_open(session)
    before = (session.starts_at, session.place, session.link)
    if session.state == "published":
        _check_may_still_change(session, new)
    _fill(session, new)
    session.save()
    if new.method != "open":
        _change_places(session, new.places, by)
    audit.record(by, "campaigns.session_changed", session, at=session.organization)
    if session.state == "published" and before != (session.starts_at, session.place, session.link):
        _tell_all(session, "campaigns.session_changed", place=session.place or session.link)
    return session


def _anybody_came(session: Session) -> bool:
    """Whether somebody checked in or was counted; a head count that was withdrawn counts nobody."""
    return session.attendances.exists() or session.head_counts.filter(withdrawn_on=None).exists()


def _check_may_still_change(session: Session, new: NewSession) -> None:
    if _anybody_came(session):
        raise Refused(Text("已有人签到，不能再改活动安排。", "People have checked in; the plan cannot change any more."))
    if new.method != session.method and session.signups.exists():
        raise Refused(
            Text("已有人报名，不能更改名额分配方式。", "People have signed up; the way of giving places stays."), field="method"
        )


@transaction.atomic
def publish_session(*, session_id: int, by: Person) -> Session:
    """Show a session to workers. For a draw the hash of its seed is fixed and shown from now on."""
    session = access.session_for_change(by, session_id, to="campaigns.run")
    if session.state != "draft":
        raise Conflict(Text("该活动已经发布。", "This session is published already."))
    if session.method == "draw":
        session.seed = secrets.token_hex(32)
        session.commit = rules.commit_of(session.seed)
    session.state = "published"
    session.save(update_fields=["state", "seed", "commit"])
    audit.record(by, "campaigns.session_published", session, at=session.organization, commit=session.commit)
    return session


def _change_places(session: Session, wanted: int, by: Person) -> None:
    """As many places as the plan says now (0: as before); places that are parted among units are changed one by one."""
    pools = list(session.pools.select_related("organization"))
    if not pools:
        _set_pool(session, None, wanted or 1)
    elif wanted not in (0, sum(pool.places for pool in pools)):
        if len(pools) > 1:
            raise Refused(
                Text(
                    "名额已按单位分配，请在活动页面逐一调整；其余修改也未保存。",
                    "Places are parted among units: change them one by one on the session's page. Nothing was changed.",
                ),
                field="places",
            )
        set_places(session_id=session.pk, places=wanted, by=by, organization=pools[0].organization)


@transaction.atomic
def set_places(*, session_id: int, places: int, by: Person, organization: Organization | None = None) -> Pool:
    """Set the quota of a pool: for everybody, or for one district or union. Freed places go to whoever waits."""
    session = access.session_for_change(by, session_id, to="campaigns.run")
    _check_open(session)
    if session.method == "open":
        raise Refused(Text("该活动无需报名，不设名额。", "This session has no sign-up and no quota."), field="places")
    if session.drawn_at is not None and places < 1:
        raise Refused(Text("名额至少为 1。", "There is at least one place."), field="places")
    pool = _set_pool(session, organization, places)
    audit.record(by, "campaigns.places_set", session, at=session.organization, places=places, pool=pool.pk)
    offers.fill(pool)
    return pool


def _set_pool(session: Session, organization: Organization | None, number: int) -> Pool:
    pool = Pool.objects.select_for_update(of=("self",)).filter(session=session, organization=organization).first()
    rules.check_places(number, pool.taken if pool else 0)
    if pool is None:
        return Pool.objects.create(session=session, organization=organization, places=number)
    pool.places = number
    pool.save(update_fields=["places"])
    return pool


@transaction.atomic
def hold_session(*, session_id: int, by: Person, summary: str = "") -> Session:
    """The session took place: from now on it counts."""
    session = access.session_for_change(by, session_id, to="campaigns.run")
    _check_open(session)
    if session.starts_at > clock.now():
        raise Refused(Text("活动尚未开始，不能登记为已举办。", "It has not begun; it cannot have been held."))
    session.state, session.summary = "held", summary.strip() or session.summary
    session.save(update_fields=["state", "summary"])
    count_held(session)
    audit.record(by, "campaigns.session_held", session, at=session.organization)
    return session


def count_held(session: Session) -> None:
    """What a session makes true by having been held: itself, its theme, the area it reached, whom it showed."""
    here: dict[str, Any] = {"at": session.organization, "day": session.day, "source": session}
    plain = {"programme": session.programme.code}
    ledger.post(facts.SESSION_HELD, **here, subject=session.event, dimensions=session.dimensions())
    if theme := session.theme or session.form:
        ledger.post(facts.THEME_RUN, **here, subject=f"theme/{theme}", dimensions=plain)
    if session.area_id and session.area_kind:
        area = f"organizations.organization:{session.area_id}"
        ledger.post(facts.AREA_REACHED, **here, subject=area, dimensions={**plain, "area_kind": session.area_kind})


@transaction.atomic
def cancel_session(*, session_id: int, reason: str, by: Person) -> int:
    """Cancel a session; everybody signed up is told. Returns how many were told."""
    session = access.session_for_change(by, session_id, to="campaigns.run")
    _check_open(session)
    filled(reason, "reason", "请说明取消原因，将通知已报名的职工。", "Say why; those signed up are told.")
    if _anybody_came(session):
        raise Refused(Text("已有人签到，不能取消；如未办完请登记实际人数。", "People have checked in; it cannot be cancelled."))
    session.pools.update(open=False)  # waits for sign-ups under way, and lets none slip in behind
    published = session.state == "published"
    live = list(SignUp.objects.select_related("person").filter(session=session, state__in=rules.LIVE))
    session.state, session.reason, session.cancelled_on = "cancelled", reason.strip()[:200], dates.today()
    session.save(update_fields=["state", "reason", "cancelled_on"])
    for one in live:
        if one.state == "seated":
            ledger.reverse(one)
    SignUp.objects.filter(pk__in=[one.pk for one in live]).update(state="cancelled")
    session.pools.update(taken=0)
    if published:
        ledger.post(
            facts.SESSION_CANCELLED, at=session.organization, day=session.cancelled_on, source=session, subject=session.event,
            dimensions=session.dimensions(),
        )  # fmt: skip
    audit.record(by, "campaigns.session_cancelled", session, at=session.organization, reason=session.reason, told=len(live))
    if live:
        notices.tell(
            [one.person for one in live], "campaigns.session_cancelled", record=session, name=session.name, reason=session.reason
        )  # fmt: skip
    return len(live)


@transaction.atomic
def copy_session(*, session_id: int, by: Person) -> Session:
    """The same once more, as a draft a year later (复制去年): only dates need a look."""
    old = access.session_for_change(by, session_id, to="campaigns.run")
    quota = list(old.pools.values_list("organization", "places"))
    moments = {
        name: getattr(old, name) and rules.a_year_later(getattr(old, name).astimezone(dates.SHANGHAI)) for name in rules.MOMENTS
    }
    rules.check_years(moments)
    fresh = Session(
        organization=old.organization, org_path=old.org_path, programme=old.programme, name=old.name, form=old.form,
        theme=old.theme, mode=old.mode, link=old.link, place=old.place, area=old.area, area_kind=old.area_kind,
        method=old.method, notes=old.notes, created_by=by,
    )  # fmt: skip
    for name, moment in moments.items():
        setattr(fresh, name, moment)
    fresh.day = dates.day_of(fresh.starts_at)
    fresh.edition = programmes.running_edition(old.programme, old.organization, fresh.day)
    fresh.save()
    Pool.objects.bulk_create([Pool(session=fresh, organization_id=unit, places=number) for unit, number in quota])
    audit.record(by, "campaigns.session_planned", fresh, at=fresh.organization, copied_from=old.pk)
    return fresh


def _fill(session: Session, new: NewSession) -> None:
    rules.check_known(new.mode, registry.MODES, "mode")
    rules.check_known(new.method, registry.METHODS, "method")
    names = ("name", "mode", "starts_at", "ends_at", "method", "place", "link", "opens_at", "closes_at")
    rules.check_plan(rules.Plan(**{name: getattr(new, name) for name in names}))
    forms = places.forms_of(new.programme)
    if new.form or forms:
        rules.check_known(new.form or next(iter(forms)), forms, "form")
    if new.main is not None and (new.main.pk == session.pk or new.main.main_id is not None):
        raise Refused(Text("主会场不能是分会场。", "A branch venue is not a main venue."), field="main")
    for name in ("programme", "mode", "theme", "place", "link", "main", "team", "method", "notes", "starts_at", "ends_at"):
        setattr(session, name, getattr(new, name))
    session.name, session.form = new.name.strip(), new.form or next(iter(forms), "")
    session.opens_at, session.closes_at = (new.opens_at, new.closes_at) if new.method != "open" else (None, None)
    session.day = dates.day_of(new.starts_at)
    session.area = new.held_at
    session.area_kind = (new.area_kind or places.area_kind(new.held_at)) if new.held_at else ""
    session.edition = _edition(new.programme, session.organization, session.day)


def _edition(programme: Programme, organization: Organization, day: date) -> Any:
    return programmes.running_edition(programme, organization, day)


def _check_open(session: Session) -> None:
    if session.state == "cancelled":
        raise Conflict(Text("该活动已取消。", "This session is cancelled."))
    if session.state == "held":
        raise Conflict(Text("该活动已登记举办。", "This session is held already."))


def _tell_all(session: Session, kind: str, **more: str) -> None:
    people = [one.person for one in session.signups.select_related("person").filter(state__in=rules.LIVE)]
    if people:
        notices.tell(people, kind, record=session, name=session.name, **more)
