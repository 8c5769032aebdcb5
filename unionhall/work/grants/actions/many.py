"""Grants for many at once, in sets: taken up and handed in, reviewed, approved; each judged by the same rules as one alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db import connection, transaction

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access.actions import apart
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.flows import queries as flows
from unionhall.kernel.flows.actions import bulk, numbers, sets
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger.actions.bulk import Row
from unionhall.kernel.ledger.facts import Fact
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.models import Programme
from unionhall.lib import constraints, copying, dates, masking
from unionhall.lib.refusal import Conflict, Refused
from unionhall.lib.text import Text
from unionhall.work.grants import access, facts, rules
from unionhall.work.grants.actions import applications, levels
from unionhall.work.grants.models import Application, Entitlement, Posting
from unionhall.work.grants.queries import asked, eligibility, items, yearly
from unionhall.work.grants.rules import days

SLICE = 5_000
APPROVED = """
UPDATE grants_application a
   SET approved = s.amount, approved_by_id = %(by)s, approved_on = %(day)s, funder_id = %(funder)s, line = %(line)s,
       line_name = %(name)s, funding = %(funding)s, purpose = %(purpose)s, budget_year = %(year)s
  FROM unnest(%(ids)s::bigint[], %(amounts)s::bigint[]) AS s(id, amount)
 WHERE a.id = s.id
"""


class Wanted(NamedTuple):
    """One of many grants of a programme."""

    person: Person
    kind: str
    amount: int
    payee: Person | None = None
    months: Sequence[date] = ()
    matter: str = ""
    basis: int = 0
    reason: str = ""
    goods: str = ""
    valuation: str = ""
    exclusion: str = ""
    happened_on: date | None = None
    entrants: int | None = None


@dataclass(slots=True)
class Outcome:
    """What went on, and what was refused, by place in the list."""

    done: list[Application] = field(default_factory=list)
    refused: dict[int, Refused] = field(default_factory=dict)


@transaction.atomic
def apply(*, organization: Organization, programme: Programme, rows: Sequence[Wanted], by: Person) -> Outcome:
    """Take many up and hand them in. Refused is who has it already, in the books or earlier in the same list."""
    access_actions.require(by, "grants.apply", at=organization)
    today, ones = dates.today(), drafts(organization, programme, rows)
    outcome, fit, used, keys = Outcome(), [], set[str](), list[list[str]]()
    told = dict[int, list[dict[str, Any]]]()  # those of which the rules say the same share it
    asks = [asked.of(one, one.asked) for one in ones]
    has_stake = access.stake_of(by)
    for place, (one, ask, found) in enumerate(zip(ones, asks, eligibility.judged_many(asks), strict=True)):
        uses = ask.keys(today)
        if has_stake(one):
            outcome.refused[place] = access.own_case()
            continue
        against = [finding for finding in found if not finding.ok and finding.code in rules.HARD]
        if against or not used.isdisjoint(uses):
            outcome.refused[place] = _why(against)
            continue
        used.update(uses)
        keys.append(uses)
        one.findings = told.get(id(found)) or told.setdefault(id(found), [finding.kept() for finding in found])
        fit.append(one)
    for one, reference in zip(fit, numbers.numbers("SQ", organization, len(fit)), strict=True):
        one.reference = reference
    outcome.done = bulk.start_many(fit, by=by, state="submitted")
    taken = [(one.id, key) for one, uses in zip(outcome.done, keys, strict=True) for key in uses]
    overtaken = Conflict(Text("同时有人登记了同类救助，请重试。", "Somebody else has just taken one of these up: try again."))
    with constraints.said("grants_entitlement_once", overtaken):
        copying.fill(Entitlement, ("application_id", "key"), taken)
    _post(facts.APPLIED, [one for one in outcome.done if not one.goods])
    named = [one for one in outcome.done if one.matter]
    rows_of = [Row(organization, today, one, applications.matter_key(one), 1, 0, applications.dimensions(one)) for one in named]
    ledger.post_many(facts.MATTER_APPLIED, rows_of)
    return outcome


def drafts(organization: Organization, programme: Programme, rows: Sequence[Wanted]) -> list[Application]:
    """The applications as they would be taken up, nothing written. Raises Refused where no edition is open."""
    edition = eligibility.edition_for(programme, organization)
    today = dates.today()
    houses = access.households_of([row.person for row in rows], today)
    terms = {kind: eligibility.terms_of(programme, kind) for kind in {row.kind for row in rows}}
    moulds = {
        kind: copying.Mould(
            Application(
                organization=organization, programme=programme, edition=edition, kind=kind, to_unit=asks.to_unit, submitted_on=today
            )
        )
        for kind, asks in terms.items()
    }  # fmt: skip
    return [_drafted(row, moulds[row.kind], terms[row.kind], houses[row.person.id], today) for row in rows]


def _drafted(row: Wanted, mould: copying.Mould[Application], terms: rules.Terms, home: str, today: date) -> Application:
    rules.check_amount(row.amount)
    return mould.cast(
        person=row.person, payee=row.person if terms.to_unit else row.payee or row.person, household=home, asked=row.amount,
        reason=row.reason, months=days.tidy_months(row.months, today) if terms.period == "month" else [],
        matter=" ".join(row.matter.split()) if terms.matter else "", basis=row.basis if terms.share or terms.tiers else 0,
        goods=row.goods if terms.goods else "", valuation=row.valuation if terms.goods else "",
        exclusion=row.exclusion if terms.excludes else "", happened_on=row.happened_on if terms.claim_days else None,
        entrants=row.entrants if terms.winners else None,
    )  # fmt: skip


def _why(against: Sequence[rules.Finding]) -> Refused:
    if not against:
        return Refused(Text("名单中重复。", "It stands twice in the list."), code="twice")
    return Refused(Text("".join(one.zh for one in against), " ".join(one.en for one in against)), code="not_eligible")


def _locked(ones: Iterable[Application], by: Person) -> list[Application]:
    found = access.visible_to(by).select_for_update(of=("self",)).filter(pk__in=[one.pk for one in ones])
    return list(found.prefetch_related(*access.RELATED).order_by("pk"))  # joins over so many tables go astray in volume


def _others(ones: Sequence[Application], outcome: Outcome, by: Person) -> list[Application]:
    """Those of which the one who acts has nothing; the others are refused."""
    has_stake = access.stake_of(by)
    own = {one.pk: access.own_case(one.reference) for one in ones if has_stake(one)}
    outcome.refused |= own
    return [one for one in ones if one.pk not in own]


def _fit(ones: Sequence[Application], amounts: dict[int, int], outcome: Outcome, *, unsaid: bool = False) -> list[Application]:
    """Those that the rules let on, without a reason written down where `unsaid`; the others stay, with the reasons."""
    fit = []
    for one, found in zip(ones, eligibility.judged_many([asked.of(one, amounts[one.pk]) for one in ones]), strict=True):
        against = [finding for finding in found if not finding.ok or (unsaid and finding.warn == "over")]
        if against:
            outcome.refused[one.pk] = _why(against)
        else:
            fit.append(one)
    return fit


@transaction.atomic
def review(ones: Iterable[Application], *, by: Person) -> Outcome:
    """Say of many that the papers are in order; `refused` is by key."""
    outcome = Outcome()
    locked = _locked(ones, by)
    fit = _fit(_others(locked, outcome, by), {one.pk: one.asked for one in locked}, outcome)
    moved = sets.move(fit, "review", by=by)
    outcome.refused |= moved.refused
    outcome.done = [one for one in fit if one.pk in moved.steps]
    return outcome


@transaction.atomic
def approve(ones: Iterable[Application], *, funder: Organization, line_id: int, by: Person) -> Outcome:
    """Grant many what they ask, out of one line: all that the rules let on, or none where the line is short.

    Raises Refused for a short line, or where one of them was registered by the same person; `refused` is by key.
    """
    access_actions.require(by, "grants.approve", at=funder)
    outcome = Outcome()
    locked = _others(_locked(ones, by), outcome, by)
    clerks = {one.created_by_id for one in locked}
    for clerk in clerks:
        rules.check_other(by.pk, {"clerk": clerk})
    apart.check(by, flows.hands_in("grants.application", [one.pk for one in locked], clerks))
    yearly.await_others(locked)
    items.await_others(locked, dates.today())
    fit = _fit(locked, {one.pk: one.asked for one in locked}, outcome, unsaid=True)
    above, homes = levels.check_many(fit, by=by)
    outcome.refused |= above
    fit = [one for one in fit if one.pk not in above]
    if not fit:
        return outcome
    lines = {one.id: one for one in applications.lines_of(funder)}
    for one in {one.programme_id: one for one in fit}.values():
        line = applications.line_for(lines.get(line_id), one)
    applications.keeper().hold_many(line_id=line.id, amounts={applications.draw_key(one): one.asked for one in fit})
    applications.keep_back({one: one.asked for one in fit}, line)
    posted = [one for one in fit if eligibility.notice_days(one) > 0]
    for move, group in (("publish", posted), ("approve", [one for one in fit if one not in set(posted)])):
        moved = sets.move(group, move, by=by, to=homes, prepare=lambda ready: _grant(ready, funder, line, by))
        for refused in moved.refused.values():
            raise refused
    _put_up(posted, funder, by=by)
    for fact in (facts.APPROVED, facts.GOODS_APPROVED):
        _post(fact, [one for one in fit if applications.approved_fact(one) is fact])
    outcome.done = fit
    return outcome


def _grant(ready: Sequence[Application], funder: Organization, line: applications.PurseLine, by: Person) -> None:
    today = dates.today()
    with connection.cursor() as cursor:
        cursor.execute(
            APPROVED,
            {
                "ids": [one.pk for one in ready], "amounts": [one.asked for one in ready], "by": by.pk, "day": today,
                "funder": funder.pk, "line": line.id, "name": line.name[:80], "funding": line.source, "purpose": line.purpose,
                "year": today.year,
            },
        )  # fmt: skip
    for one in ready:
        one.approved, one.approved_by, one.approved_on = one.asked, by, today
        one.funder, one.line, one.line_name = funder, line.id, line.name[:80]
        one.funding, one.purpose, one.budget_year = line.source, line.purpose, today.year


def _put_up(posted: Sequence[Application], funder: Organization, *, by: Person) -> None:
    today = dates.today()
    Posting.objects.bulk_create(
        [
            Posting(
                application=one, organization=funder, org_path=funder.path, name=masking.name(one.person.name),
                unit=one.organization.name, amount=one.asked, posted_on=today, until_on=one.due_on or today,
            )
            for one in posted
        ],
        batch_size=SLICE,
    )  # fmt: skip
    audit.record_many(
        audit.Act(by, "grants.posted", one, at=one.organization, details={"until": one.due_on or today}) for one in posted
    )


def _post(fact: Fact, ones: Sequence[Application]) -> None:
    today = dates.today()
    ledger.post_many(
        fact,
        [
            Row(one.organization, today, one, applications.subject(one), 1, one.asked, applications.dimensions(one, fact))
            for one in ones
        ],
    )
