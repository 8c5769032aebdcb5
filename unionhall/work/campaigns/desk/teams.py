"""Teams, their members, and people sent out to places."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from unionhall.shell import doors
from unionhall.shell.paging import page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.campaigns import registry
from unionhall.work.campaigns.actions import teams
from unionhall.work.campaigns.forms import sessions as forms
from unionhall.work.campaigns.queries import browse
from unionhall.work.campaigns.queries import teams as queries


def _members(given: dict[str, Any]) -> list[teams.Joining]:
    return [teams.Joining(given["role"], name.strip()[:100]) for name in given["names"].splitlines() if name.strip()]


@doors.page(permission="campaigns.see", methods=("GET", "POST"))
def index(request: Request) -> HttpResponse:
    """Every team in scope, and the form for a new one."""
    served = browse.programmes_of()
    form = forms.TeamForm(request.POST or None, programmes=served, initial={"programme": request.GET.get("programme")})
    if request.method == "POST" and form.is_valid():
        given, unit = form.cleaned_data, unit_of(request)
        made = doors.attempt(
            form,
            lambda: teams.form_team(
                organization=unit, programme=given["programme"], name=given["name"], by=request.person, members=_members(given),
                formed_on=given["formed_on"],
            ),
        )  # fmt: skip
        if made is not None:
            doors.told(request, _("The team %(name)s was formed.") % {"name": made.name})
            return doors.go(request, "campaigns:desk-team", made.pk)
    page = page_of(request, queries.listed(request.person))
    return render(request, "campaigns/desk/teams.html", {"form": form, "page": page})


@doors.page(permission="campaigns.see")
def team(request: Request, id: int) -> HttpResponse:
    """One team with its members and what it did."""
    one = queries.team(request.person, id)
    page = page_of(request, queries.members(one), size=50)
    rows = [(member, registry.ROLES[member.role]) for member in page.rows]
    context = {"team": one, "page": page, "rows": rows, "form": forms.JoinForm(), "visits": queries.visits_made(one)}
    return render(request, "campaigns/desk/team.html", context)


@doors.page(permission="campaigns.run", methods=("POST",))
def join(request: Request, id: int) -> HttpResponse:
    """Take people into a team."""
    one = queries.team(request.person, id)
    form = forms.JoinForm(request.POST)
    if form.is_valid():
        done = doors.attempt(form, lambda: teams.join_team(team_id=id, members=_members(form.cleaned_data), by=request.person))
        if done is not None:
            doors.told(request, _("The members are taken in."))
            return doors.go(request, "campaigns:desk-team", id)
    page = page_of(request, queries.members(one), size=50)
    rows = [(member, registry.ROLES[member.role]) for member in page.rows]
    context = {"team": one, "page": page, "rows": rows, "form": form, "visits": queries.visits_made(one)}
    return render(request, "campaigns/desk/team.html", context, status=422)


@doors.page(permission="campaigns.run", methods=("POST",))
def end(request: Request, id: int) -> HttpResponse:
    """End a team."""
    one = teams.end_team(team_id=id, by=request.person)
    doors.told(request, _("The team %(name)s has ended.") % {"name": one.name})
    return doors.go(request, "campaigns:desk-team", id)


@doors.page(permission="campaigns.see", methods=("GET", "POST"))
def sent(request: Request) -> HttpResponse:
    """People sent out, and the form that sends some."""
    form = forms.SendForm(
        request.POST or None, programmes=browse.programmes_of(), initial={"programme": request.GET.get("programme")}
    )
    if request.method == "POST" and form.is_valid():
        given, unit = form.cleaned_data, unit_of(request)
        done = doors.attempt(
            form,
            lambda: teams.send_out(organization=unit, programme=given["programme"], sendings=_sendings(given), by=request.person),
        )
        if done is not None:
            doors.told(request, _("%(count)s people are noted as sent out.") % {"count": len(done)})
            return doors.go(request, "campaigns:desk-sent")
    page = page_of(request, queries.sent(request.person), one="pk")
    rows = [(one, registry.ROLES[one.role], registry.SITES[one.site_kind]) for one in page.rows]
    return render(request, "campaigns/desk/sent.html", {"form": form, "page": page, "rows": rows})


def _sendings(given: dict[str, Any]) -> list[teams.Sending]:
    names = [name.strip()[:100] for name in given["names"].splitlines() if name.strip()]
    same = {name: given[name] for name in ("role", "site", "site_kind", "since", "until", "task")}
    served = [given["served"] or 0, *([0] * (len(names) - 1))]  # said for all together: it stands with the first of them
    return [teams.Sending(**same, name=name, served=number) for name, number in zip(names, served, strict=False)]
