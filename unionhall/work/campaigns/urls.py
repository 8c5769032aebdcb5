"""The addresses of the room: the desk's under campaigns/, the workers' under hall/events/."""

from django.urls import include, path

from unionhall.work.campaigns import hall
from unionhall.work.campaigns.desk import acts, arrivals, editions, of, sessions, teams, visits

app_name = "campaigns"

HALL = [
    path("", hall.events, name="hall-events"),
    path("<int:id>/", hall.event, name="hall-event"),
    path("<int:id>/sign-up/", hall.sign_up, name="hall-sign-up"),
    path("<int:id>/withdraw/", hall.withdraw, name="hall-withdraw"),
    path("<int:id>/accept/", hall.accept, name="hall-accept"),
    path("<int:id>/code/", hall.my_code, name="hall-code"),
    path("<int:id>/check-in/", hall.check_in, name="hall-check-in"),
]
DESK = [
    path("visits/", visits.index, name="desk-visits"),
    path("visits/export/", visits.export, name="desk-visits-export"),
    path("visits/register/", visits.register, name="desk-register"),
    path("visits/<int:id>/", visits.visit, name="desk-visit"),
    path("visits/<int:id>/withdraw/", visits.withdraw, name="desk-visit-withdraw"),
    path("visits/<int:id>/files/<int:file>/", visits.photo, name="desk-visit-file"),
    path("teams/", teams.index, name="desk-teams"),
    path("teams/<int:id>/", teams.team, name="desk-team"),
    path("teams/<int:id>/join/", teams.join, name="desk-team-join"),
    path("teams/<int:id>/end/", teams.end, name="desk-team-end"),
    path("sent/", teams.sent, name="desk-sent"),
    path("", sessions.index, name="desk-sessions"),
    path("editions/", editions.index, name="desk-editions"),
    path("plan/", sessions.plan, name="desk-plan"),
    path("<int:id>/", sessions.session, name="desk-session"),
    path("<int:id>/change/", sessions.change, name="desk-session-change"),
    path("<int:id>/copy/", sessions.copy, name="desk-session-copy"),
    path("<int:id>/closing/", sessions.closing, name="desk-closing"),
    path("<int:id>/files/<int:file>/", sessions.paper, name="desk-session-file"),
    path("<int:id>/signups/", arrivals.signups, name="desk-signups"),
    path("<int:id>/check-in/", arrivals.check_in, name="desk-check-in"),
    path("<int:id>/accept/", arrivals.accept, name="desk-accept"),
    path("<int:id>/refuse/", arrivals.refuse, name="desk-refuse"),
    path("<int:id>/door/", arrivals.door, name="desk-door"),
    path("<int:id>/offline/", arrivals.offline, name="desk-offline"),
    *(path(f"<int:id>/{code}/", door, name=f"desk-session-{code}") for code, door in acts.DOORS.items()),
    *(path(f"of/{kind}/<int:id>/", door, name=f"desk-of-{kind}") for kind, door in of.DOORS.items()),
]
# the workers' first: they come in crowds, and an address is looked for from the top
urlpatterns = [path("hall/events/", include(HALL)), path("campaigns/", include(DESK))]
