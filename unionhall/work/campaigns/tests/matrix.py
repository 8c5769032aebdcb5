"""One object of every kind of this room in a unit, for the permission matrix."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from unionhall.kernel.files import actions as files
from unionhall.kernel.people import queries as people
from unionhall.kernel.programmes import actions as programmes
from unionhall.kernel.programmes import queries as programme_queries
from unionhall.lib import clock
from unionhall.work.campaigns.actions import attendance, handouts, sessions, teams, visits
from unionhall.work.campaigns.desk.acts import ACTS
from unionhall.work.campaigns.models import Attendance, Clash, Exhibit, HeadCount, Session, SignUp
from unionhall.work.campaigns.rules import Stopped


def objects(cast, unit, token):
    house = people.house()
    programmes.load_catalogue()
    programme = programme_queries.programme("warmth_sending")
    new = visits.NewVisit(programme=programme, stops=[Stopped(recipient="hardship", name=token)], theme=token, notes=token)
    visit = visits.register_visit(organization=unit, new=new, by=house)
    file = files.attach(visit, SimpleUploadedFile(f"{token}.txt", token.encode()), by=house, kind="photo")
    team = teams.form_team(
        organization=unit, programme=programme, name=token, by=house, members=[teams.Joining("cadre", token)]
    )  # fmt: skip
    teams.send_out(
        organization=unit,
        programme=programme,
        sendings=[teams.Sending(role="medic", site=token, site_kind="school", name=token)],
        by=house,
    )
    session = held(unit, token, house)
    paper = files.attach(session, SimpleUploadedFile(f"{token}.txt", token.encode()), by=house, kind="photo")
    one, event = {"id": visit.pk}, {"id": session.pk}
    return {
        "campaigns:desk-visits": {},
        "campaigns:desk-visit": one,
        "campaigns:desk-visit-withdraw": one,
        "campaigns:desk-visit-file": {**one, "file": file.pk},
        "campaigns:desk-teams": {},
        "campaigns:desk-sent": {},
        **{f"campaigns:desk-{name}": {"id": team.pk} for name in ("team", "team-join", "team-end")},
        "campaigns:desk-sessions": {},
        **{f"campaigns:desk-{name}": event for name in ("session", "session-change", "session-copy", "closing", "signups")},
        **{f"campaigns:desk-{name}": event for name in ("check-in", "door", "offline", "accept", "refuse")},
        "campaigns:desk-session-file": {**event, "file": paper.pk},
        **{f"campaigns:desk-session-{code}": event for code in ACTS},
        "campaigns:desk-of-attendance": {"id": Attendance.objects.get(session=session).pk},
        "campaigns:desk-of-headcount": {"id": HeadCount.objects.get(session=session).pk},
        "campaigns:desk-of-handout": {"id": session.handouts.get().pk},
        "campaigns:desk-of-exhibit": {"id": Exhibit.objects.get(session=session).pk},
        "campaigns:desk-of-signup": {"id": SignUp.objects.get(session=session).pk},
    }


def held(unit, token, house) -> Session:
    """A published session with somebody on each of its lists."""
    now = clock.now()
    new = sessions.NewSession(
        programme=programme_queries.programme("worker_culture"), name=token, place=token, notes=token, method="first", places=3,
        starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=2),
        opens_at=now - timedelta(days=1), closes_at=now + timedelta(hours=1),
    )  # fmt: skip
    session = sessions.plan_session(organization=unit, new=new, by=house)
    sessions.publish_session(session_id=session.pk, by=house)
    pool = session.pools.get()
    SignUp.objects.create(session=session, pool=pool, person=house, number=session.pk, state="waiting", at=now, by=house)
    attendance.note_names(session_id=session.pk, names=[token], by=house)
    attendance.count_heads(session_id=session.pk, countings=[attendance.Counting(heads=3, name=token)], by=house)
    handouts.hand_out(session_id=session.pk, name=token, copies=2, by=house)
    handouts.show_people(session_id=session.pk, shown=[(token, "city")], by=house)
    Clash.objects.create(session=session, line=token, kind="unknown", raised_at=now, raised_by=house)
    return session
