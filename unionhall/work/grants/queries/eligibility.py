"""What the rules need to know about a grant, read on the day on which they are asked."""

from collections.abc import Iterable
from datetime import date

from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import queries as people
from unionhall.kernel.people.models import Person
from unionhall.kernel.policies import queries as policies
from unionhall.kernel.programmes import queries as programmes
from unionhall.kernel.programmes.models import Programme
from unionhall.lib import dates
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text
from unionhall.work.grants import registry, rules
from unionhall.work.grants.models import Application, Entitlement


def terms_of(programme: Programme, kind: str) -> rules.Terms:
    """What a programme asks of a kind. Raises Refused for a kind that it does not pay."""
    found = registry.TERMS.get(programme.code, {}).get(kind)
    if found is None:
        raise Refused(Text("该项目没有这一救助类别。", "The programme has no such kind of grant."), field="kind")
    return found


def household_of(person: Person, day: date) -> str:
    """The file of the household in which a person stands on a day; the person alone where there is none."""
    for standing in people.standings_of(person, day):
        if standing.kind in rules.ON_FILE and standing.source_id:
            return f"{standing.source_kind}:{standing.source_id}"
    return f"person-{person.pk}"


def keys_of(one: Application) -> list[str]:
    """The entitlements that an application uses up."""
    terms = one.terms
    subject = one.household if terms.subject == "household" else f"person-{one.person_id}"
    day = one.submitted_on or dates.today()
    year = one.months[0].year if one.months else day.year
    return rules.keys(terms, subject=subject, year=year, edition=one.edition_id or 0, months=one.months)


def judged(one: Application, *, amount: int) -> list[rules.Finding]:
    """Every rule that applies to an application today, at the time of asking, approving or paying alike."""
    today, terms = dates.today(), one.terms
    own = list(people.standings_of(one.person, today))
    household = household_of(one.person, today)
    case = rules.Case(
        standings=frozenset(standing.kind for standing in own),
        alive=one.person.erased_at is None,
        payee_alive=one.payee.erased_at is None,
        same_household=one.payee_id == one.person_id or household == household_of(one.payee, today),
        in_window=_in_window(one, today),
        months=tuple(one.months),
        months_before=_months_before(one, terms),
        amount=amount,
        most=limit(terms, one.kind, at=one.organization, on=today),
        most_months=_number("grants.living_cap_months", at=one.organization, on=today),
        taken=tuple(taken(keys_of(one), besides=one.pk)),
    )
    return rules.judge(terms, case)


def _in_window(one: Application, today: date) -> bool:
    """Whether its edition took applications on the day it was handed in; once handed in, the day of payment does not matter."""
    if one.edition is None:
        return False
    return one.edition.since <= (one.submitted_on or today) <= one.edition.until


def _months_before(one: Application, terms: rules.Terms) -> int:
    if terms.period != "month" or not one.months:
        return 0
    head = f"{terms.group}/{one.household}/{one.months[0].year}-"
    return Entitlement.objects.filter(key__startswith=head, released_on=None).exclude(application=one.pk).count()


def limit(terms: rules.Terms, kind: str, *, at: Organization, on: date) -> rules.Limit | None:
    """The most that the rule of the region allows, None where it names nothing for this kind."""
    value = policies.value(terms.most, at=at, on=on)
    found = value.value.get(kind) if terms.by_kind and isinstance(value.value, dict) else value.value
    return rules.Limit(found, value.version_id, value.source) if isinstance(found, int) else None


def _number(code: str, *, at: Organization, on: date) -> rules.Limit:
    value = policies.value(code, at=at, on=on)
    return rules.Limit(value.whole, value.version_id, value.source)


def taken(keys: Iterable[str], *, besides: int | None) -> list[str]:
    """The references of other applications that hold one of the entitlements."""
    held = Entitlement.objects.filter(key__in=list(keys), released_on=None).exclude(application=besides)
    return sorted(set(held.values_list("application__reference", flat=True)))


def edition_for(programme: Programme, organization: Organization) -> object:
    """The edition that takes applications today. Raises Refused where none is open."""
    found = programmes.running_edition(programme, organization)
    if found is None:
        raise Refused(
            Text("该项目没有开放中的期次，请先开期。", "No edition of the programme is open: open one first."), field="programme"
        )
    return found
