"""The addresses of the room: the desk's under campaigns/, the workers' under hall/events/."""

from django.urls import path

from unionhall.work.campaigns import hall
from unionhall.work.campaigns.desk import acts, arrivals, editions, of, sessions, teams, visits

app_name = "campaigns"

urlpatterns = [
    path("campaigns/visits/", visits.index, name="desk-visits"),
    path("campaigns/visits/export/", visits.export, name="desk-visits-export"),
    path("campaigns/visits/register/", visits.register, name="desk-register"),
    path("campaigns/visits/<int:id>/", visits.visit, name="desk-visit"),
    path("campaigns/visits/<int:id>/withdraw/", visits.withdraw, name="desk-visit-withdraw"),
    path("campaigns/visits/<int:id>/files/<int:file>/", visits.photo, name="desk-visit-file"),
    path("campaigns/teams/", teams.index, name="desk-teams"),
    path("campaigns/teams/<int:id>/", teams.team, name="desk-team"),
    path("campaigns/teams/<int:id>/join/", teams.join, name="desk-team-join"),
    path("campaigns/teams/<int:id>/end/", teams.end, name="desk-team-end"),
    path("campaigns/sent/", teams.sent, name="desk-sent"),
    path("campaigns/", sessions.index, name="desk-sessions"),
    path("campaigns/editions/", editions.index, name="desk-editions"),
    path("campaigns/plan/", sessions.plan, name="desk-plan"),
    path("campaigns/<int:id>/", sessions.session, name="desk-session"),
    path("campaigns/<int:id>/change/", sessions.change, name="desk-session-change"),
    path("campaigns/<int:id>/copy/", sessions.copy, name="desk-session-copy"),
    path("campaigns/<int:id>/closing/", sessions.closing, name="desk-closing"),
    path("campaigns/<int:id>/files/<int:file>/", sessions.paper, name="desk-session-file"),
    path("campaigns/<int:id>/signups/", arrivals.signups, name="desk-signups"),
    path("campaigns/<int:id>/check-in/", arrivals.check_in, name="desk-check-in"),
    path("campaigns/<int:id>/accept/", arrivals.accept, name="desk-accept"),
    path("campaigns/<int:id>/refuse/", arrivals.refuse, name="desk-refuse"),
    path("campaigns/<int:id>/door/", arrivals.door, name="desk-door"),
    path("campaigns/<int:id>/offline/", arrivals.offline, name="desk-offline"),
    *(path(f"campaigns/<int:id>/{code}/", door, name=f"desk-session-{code}") for code, door in acts.DOORS.items()),
    *(path(f"campaigns/of/{kind}/<int:id>/", door, name=f"desk-of-{kind}") for kind, door in of.DOORS.items()),
    path("hall/events/", hall.events, name="hall-events"),
    path("hall/events/<int:id>/", hall.event, name="hall-event"),
    path("hall/events/<int:id>/sign-up/", hall.sign_up, name="hall-sign-up"),
    path("hall/events/<int:id>/withdraw/", hall.withdraw, name="hall-withdraw"),
    path("hall/events/<int:id>/accept/", hall.accept, name="hall-accept"),
    path("hall/events/<int:id>/code/", hall.my_code, name="hall-code"),
    path("hall/events/<int:id>/check-in/", hall.check_in, name="hall-check-in"),
]
