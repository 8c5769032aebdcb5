"""Teams and the people in them, and people sent out to places."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access.actions import one_for_change
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger.actions import bulk
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes import queries as programmes
from unionhall.kernel.programmes.models import Programme
from unionhall.lib import dates
from unionhall.lib.refusal import Conflict, Refused, filled
from unionhall.lib.text import Text
from unionhall.work.campaigns import access, facts, registry, rules
from unionhall.work.campaigns.models import Dispatch, Member, Team


@dataclass(frozen=True, slots=True)
class Joining:
    """Somebody who joins a team: a registered person, or a name."""

    role: str
    name: str = ""
    person: Person | None = None

    @property
    def called(self) -> str:
        """The name that is kept."""
        return (self.person.name if self.person else self.name).strip()


@transaction.atomic
def form_team(
    *,
    organization: Organization,
    programme: Programme,
    name: str,
    by: Person,
    members: Sequence[Joining] = (),
    formed_on: date | None = None,
) -> Team:
    """Form a team for a programme, with whoever is known already."""
    access_actions.require(by, "campaigns.run", at=organization)
    day = formed_on or dates.today()
    filled(name, "name", "请填写工作组名称。", "Give the team a name.")
    rules.check_day(day, dates.today(), None)
    if Team.objects.filter(organization=organization, programme=programme, name=name.strip(), formed_on=day).exists():
        raise Conflict(Text(f"已有名为“{name}”的工作组。", f"There is already a team named “{name}”."), field="name")
    team = Team.objects.create(
        organization=organization,
        org_path=organization.path,
        programme=programme,
        edition=programmes.running_edition(programme, organization, day),
        name=name.strip(),
        formed_on=day,
        created_by=by,
    )
    ledger.post(facts.TEAM_FORMED, at=organization, day=day, source=team, subject=team, dimensions={"programme": programme.code})
    audit.record(by, "campaigns.team_formed", team, at=organization, name=team.name)
    _join(team, members, day)
    return team


@transaction.atomic
def join_team(*, team_id: int, members: Sequence[Joining], by: Person) -> Team:
    """Take people into a team."""
    team = one_for_change(access.teams_for(by).select_related("organization", "programme"), by, team_id, to="campaigns.run")
    if team.ended_on is not None:
        raise Refused(Text("该工作组已结束。", "This team has ended."))
    _join(team, members, dates.today())
    audit.record(by, "campaigns.team_joined", team, at=team.organization, people=len(members))
    return team


def _join(team: Team, members: Sequence[Joining], day: date) -> None:
    for one in members:
        rules.check_known(one.role, registry.ROLES, "role")
        filled(one.called, "name", "请填写姓名。", "Give the name.")
    known = {one.person.pk for one in members if one.person}
    if len(known) < sum(one.person is not None for one in members) or team.members.filter(person__in=known).exists():
        raise Conflict(Text("有人已在该工作组中。", "Somebody is in this team already."), field="person")
    made = Member.objects.bulk_create(
        [Member(team=team, person=one.person, name=one.called, role=one.role, since=day) for one in members], batch_size=2000
    )
    rows = [
        bulk.Row(
            team.organization,
            day,
            f"campaigns.team:{team.pk}",
            member.subject,
            dimensions={"programme": team.programme.code, "role": member.role},
            occurrence=number,
        )
        for number, member in enumerate(made, start=team.members.count() - len(made) + 1)
    ]
    if rows:
        ledger.post_many(facts.MOBILISED, rows)


@transaction.atomic
def end_team(*, team_id: int, by: Person) -> Team:
    """End a team: it is offered no more; what it did stays."""
    team = one_for_change(access.teams_for(by), by, team_id, to="campaigns.run")
    if team.ended_on is not None:
        raise Conflict(Text("该工作组已结束。", "This team has ended already."))
    team.ended_on = dates.today()
    team.save(update_fields=["ended_on"])
    audit.record(by, "campaigns.team_ended", team, at=team.organization)
    return team


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """Somebody sent out: who, as what, where, for how long."""

    role: str
    site: str
    site_kind: str
    name: str = ""
    person: Person | None = None
    since: date | None = None
    until: date | None = None
    task: str = ""
    served: int = 0


@transaction.atomic
def send_out(*, organization: Organization, programme: Programme, sendings: Sequence[Sending], by: Person) -> list[Dispatch]:
    """Send people to places; each time counts once (人次), each person once (人), each place once when distinct."""
    access_actions.require(by, "campaigns.run", at=organization)
    edition = programmes.running_edition(programme, organization)
    drafts = [_sent(organization, programme, one, by) for one in sendings]
    for draft in drafts:
        draft.edition = edition
    made = Dispatch.objects.bulk_create(drafts, batch_size=2000)
    plain = {"programme": programme.code}
    for fact, rows in (
        (facts.DISPATCHED, [_row(one, one.subject, {**plain, "role": one.role}) for one in made]),
        (facts.SITE_SERVED, [_row(one, f"site/{one.site_kind}/{one.site}", {**plain, "site_kind": one.site_kind}) for one in made]),
        (facts.SERVED, [_row(one, "", {**plain, "form": ""}, one.served) for one in made if one.served]),
    ):
        if rows:
            ledger.post_many(fact, rows)
    audit.record_many(
        audit.Act(by, "campaigns.sent_out", one, at=organization, details={"role": one.role, "site": one.site}) for one in made
    )
    return made


def _sent(organization: Organization, programme: Programme, one: Sending, by: Person) -> Dispatch:
    rules.check_known(one.role, registry.ROLES, "role")
    rules.check_known(one.site_kind, registry.SITES, "site_kind")
    filled(one.site, "site", "请填写派往地点。", "Say where they are sent.")
    name = (one.person.name if one.person else one.name).strip()
    filled(name, "name", "请填写姓名。", "Give the name.")
    since = one.since or dates.today()
    rules.check_day(since, dates.today(), None)
    if one.until is not None and one.until < since:
        raise Refused(Text("结束日期早于开始日期。", "It ends before it starts."), field="until")
    return Dispatch(
        organization=organization, org_path=organization.path, programme=programme, person=one.person, name=name, role=one.role,
        site=one.site.strip(), site_kind=one.site_kind, since=since, until=one.until, task=one.task.strip(), served=one.served,
        created_by=by,
    )  # fmt: skip


def _row(one: Dispatch, subject: str, dimensions: dict[str, str], quantity: int = 1) -> bulk.Row:
    return bulk.Row(one.organization, one.since, f"campaigns.dispatch:{one.pk}", subject, quantity, dimensions=dimensions)
