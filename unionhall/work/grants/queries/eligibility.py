"""What the rules need to know about a grant, read on the day on which they are asked."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q

from unionhall.kernel.files import queries as files
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import queries as people
from unionhall.kernel.policies import queries as policies
from unionhall.kernel.programmes import queries as programmes
from unionhall.kernel.programmes.models import Edition, Programme
from unionhall.lib import copying, dates
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text
from unionhall.work.grants import registry, rules
from unionhall.work.grants.models import Application, Entitlement, Objection
from unionhall.work.grants.queries import asked, items, levels, outside, tiers, yearly
from unionhall.work.grants.queries.asked import Asked
from unionhall.work.grants.rules import spending

NOBODY: frozenset[str] = frozenset()


def terms_of(programme: Programme, kind: str) -> rules.Terms:
    """What a programme asks of a kind. Raises Refused for a kind that it does not pay."""
    found = registry.TERMS.get(programme.code, {}).get(kind)
    if found is None:
        raise Refused(Text("该项目没有这一救助类别。", "The programme has no such kind of grant."), field="kind")
    return found


def keys_of(one: Application) -> list[str]:
    """The entitlements that an application uses up."""
    return asked.of(one, one.asked).keys(dates.today())


def judged(one: Application, *, amount: int) -> list[rules.Finding]:
    """Every rule that applies to an application today, at the time of asking, approving or paying alike."""
    return judged_many([asked.of(one, amount)])[0]


def judged_many(ones: Sequence[Asked]) -> list[list[rules.Finding]]:
    """The same for many at once, in their order: what the rules need is read in a handful of statements.

    Grants of which the rules know the same are judged once, and share the list of findings.
    """
    today = dates.today()
    known = _Known(ones, today)
    alike: dict[tuple[int, rules.Case], list[rules.Finding]] = {}
    found = []
    for place, one in enumerate(ones):
        case = known.case(place, one)
        told = alike.get((id(one.terms), case))
        if told is None:
            told = alike[id(one.terms), case] = rules.judge(one.terms, case)
        found.append(told)
    return found


class Bound(NamedTuple):
    """What of a grant must still hold when it is paid: by its number, whom it helps and pays, and the standing it asks for."""

    number: int
    person: int
    payee: int
    erased: bool
    standing: tuple[str, ...]
    bereaved: bool = False


def lost(bound: Sequence[Bound]) -> dict[int, Text]:
    """Who can no longer be paid, by number, and why: died or erased, or without the standing that the grant asks for.

    It is what may have changed since a batch was prepared; asked again before the check and before the money leaves.
    """
    kinds: dict[int, set[str]] = {}
    for person, kind, _source_kind, _source_id in people.standings_of_many(
        {key for one in bound for key in (one.person, one.payee)}, dates.today()
    ):
        kinds.setdefault(person, set()).add(kind)
    nobody: set[str] = set()
    found = {}
    for one in bound:
        held = kinds.get(one.person, nobody)
        if one.erased or ("deceased" in held and not one.bereaved) or "deceased" in kinds.get(one.payee, nobody):
            found[one.number] = Text("受助人或收款人已去世或已注销", "the person or the payee has died or was erased")
        elif one.standing and held.isdisjoint(one.standing):
            found[one.number] = Text("受助人已不具备所需身份", "the person no longer has the standing asked for")
        elif rules.HELD in held and not set(rules.ON_FILE).isdisjoint(one.standing):
            found[one.number] = Text(
                "家庭的困难职工档案有异议正在核实", "an objection to the household's file is being looked into"
            )
    return found


class _Known:
    """What decides about some applications, read once for all of them."""

    def __init__(self, ones: Sequence[Asked], today: date) -> None:
        self.today = today
        self.limits: dict[tuple[str, int, str], rules.Limit | None] = {}
        self.numbers: dict[tuple[str, int], rules.Limit] = {}
        self.kinds: dict[int, set[str]] = {}
        self.homes: dict[int, str] = {}
        persons = {key for one in ones for key in (one.person, one.payee)}
        for person, kind, source_kind, source_id in people.standings_of_many(persons, today):
            self.kinds.setdefault(person, set()).add(kind)
            if kind in rules.ON_FILE and source_id:
                self.homes.setdefault(person, f"{source_kind}:{source_id}")
        self.keys = [one.keys(today) for one in ones]
        wanted = {key for keys in self.keys for key in keys}
        held = Entitlement.objects.filter(key__in=copying.among_texts(wanted), released_on=None)
        self.held: dict[str, tuple[int, str]] = {
            key: (application, reference)
            for key, application, reference in held.values_list("key", "application_id", "application__reference")
        }
        monthly = [one for one in ones if one.months]
        self.months: dict[str, int] = {}
        self.own: dict[tuple[int, str], int] = {}
        if monthly:
            self._count_months(monthly)
        self.years = yearly.Years(ones, today)
        self.rules: dict[int, spending.Rule] = {}
        asked_for = [one.pk for one in ones if one.terms.papers and one.pk]
        self.papers = files.counts(Application, asked_for) if asked_for else {}
        self.contests: dict[tuple[int, str], int] = {}
        self.counted: set[int] = set()
        if contests := [one for one in ones if one.terms.winners]:
            self._count_contests(contests)
        self.items = items.Items(ones, today)
        self.tiers, self.outside = tiers.Tiers(ones, today), outside.Outside(ones, today)
        self.lines = levels.Lines(today)
        self.then: dict[date, set[tuple[int, str]]] = {}
        self.dated: dict[date, set[int]] = {}
        for one in ones:
            if one.happened_on is not None:
                self.dated.setdefault(one.happened_on, set()).add(one.person)
        numbers = [one.pk for one in ones if one.pk]
        self.open: dict[int, list[str]] = {}
        against = Objection.objects.filter(application__in=copying.among(numbers), state="taken")
        for application, reference in against.values_list("application_id", "reference"):
            self.open.setdefault(application, []).append(reference)

    def case(self, place: int, one: Asked) -> rules.Case:
        """What is known about one of them; `place` is where it stands in the list."""
        terms, at = one.terms, one.organization
        held, paid = self.kinds.get(one.person, NOBODY), self.kinds.get(one.payee, NOBODY)
        bound = self.items.of(one)
        return rules.Case(
            standings=frozenset(held),
            alive=not one.gone and (terms.bereaved or "deceased" not in held),
            payee_alive=not one.gone and "deceased" not in paid,
            payee_is_person=one.payee == one.person,
            dead="deceased" in held,
            same_household=one.payee == one.person or self.household(one.person) == self.household(one.payee),
            in_window=_in_window(one, self.today),
            months=one.months,
            months_before=self.months_before(one),
            amount=one.amount,
            most=self.limit(one),
            most_months=self.number(terms.most_months, at),
            taken=self.taken(place, one),
            objections=tuple(sorted(self.open[one.pk])) if one.pk in self.open else (),
            matter=one.matter,
            basis=one.basis,
            share=self.number(terms.share, at) if terms.share else None,
            deductible=self.number(terms.deductible, at) if terms.deductible else None,
            goods=one.goods,
            valuation=one.valuation,
            exclusion=one.exclusion,
            **self.event(one),
            year_before=self.years.before(one),
            most_year=self.number(terms.most_year, at) if terms.most_year else None,
            items=bound,
            level=self.lines.of(one),
            named=items.named(bound),
            tier=self.tiers.of(one),
            apart=self.outside.of(one, held),
            **(self.spent(one) if terms.spending else {}),
        )

    def event(self, one: Asked) -> dict[str, Any]:
        """What is known of the day of the event, where the kind asks for one."""
        day, terms = one.happened_on, one.terms
        if not terms.claim_days or day is None:
            return {}
        if day not in self.then:
            self.then[day] = {(person, kind) for person, kind, _source, _id in people.standings_of_many(self.dated[day], day)}
        return {
            "happened_on": day,
            "covered": any((one.person, kind) in self.then[day] for kind in terms.standing),
            "days_since": ((one.submitted_on or self.today) - day).days,
            "claim_days": self.number(terms.claim_days, one.organization),
        }

    def spent(self, one: Asked) -> dict[str, Any]:
        """What is known of a union's spending on its own member."""
        terms, at = one.terms, one.organization
        if at.pk not in self.rules:
            told = {name: policies.value(f"grants.welfare_{name}", at=at, on=self.today) for name in ("warn", "blocks", "vouchers")}
            self.rules[at.pk] = spending.Rule(told["warn"].whole, bool(told["blocks"].value), bool(told["vouchers"].value))
        known: dict[str, Any] = {"rule": self.rules[at.pk], "papers": self.papers.get(one.pk, 0)}
        if terms.winners:
            value = policies.value(terms.winners, at=at, on=self.today)
            known["winners"] = rules.Limit(0, value.version_id, value.source, str(value.value))
            known["entrants"] = one.entrants or 0
            known["winners_before"] = self.contests.get((at.pk, one.matter), 0) - (one.pk in self.counted)
        return known

    def _count_contests(self, contests: Sequence[Asked]) -> None:
        """How many prizes of these contests others have been given or ask for."""
        rows = Application.objects.filter(
            organization__in={one.organization.pk for one in contests}, matter__in={one.matter for one in contests},
            kind__in={one.kind for one in contests}, state__in=yearly.COUNTED,
        )  # fmt: skip
        for pk, unit, matter in rows.values_list("pk", "organization_id", "matter"):
            self.contests[unit, matter] = self.contests.get((unit, matter), 0) + 1
            self.counted.add(pk)

    def _count_months(self, monthly: Sequence[Asked]) -> None:
        subjects = {one.household for one in monthly} | {f"person-{one.person}" for one in monthly}
        rows = Entitlement.objects.filter(released_on=None, application__months__len__gt=0).filter(
            Q(application__household__in=subjects) | Q(application__person__in={one.person for one in monthly})
        )
        for key, application in rows.values_list("key", "application_id"):
            head = key.rpartition("-")[0] + "-"
            self.months[head] = self.months.get(head, 0) + 1
            self.own[application, head] = self.own.get((application, head), 0) + 1

    def household(self, person: int) -> str:
        """The file in which a person stands today."""
        return self.homes.get(person, f"person-{person}")

    def months_before(self, one: Asked) -> int:
        """The months of the year that other applications of the subject hold."""
        if one.terms.period != "month" or not one.months:
            return 0
        head = f"{one.terms.group}/{one.subject}/{one.months[0].year}-"
        return self.months.get(head, 0) - self.own.get((one.pk or 0, head), 0)

    def limit(self, one: Asked) -> rules.Limit | None:
        """The most that the rule of the region allows."""
        place = (one.terms.most, one.organization.pk, one.kind if one.terms.by_kind else "")
        if place not in self.limits:
            self.limits[place] = limit(one.terms, one.kind, at=one.organization, on=self.today)
        return self.limits[place]

    def number(self, code: str, at: Organization) -> rules.Limit:
        """A whole number of the region's rule."""
        if (code, at.pk) not in self.numbers:
            self.numbers[code, at.pk] = number(code, at=at, on=self.today)
        return self.numbers[code, at.pk]

    def taken(self, place: int, one: Asked) -> tuple[str, ...]:
        """The references of others that hold what this one would use up."""
        others = {self.held[key][1] for key in self.keys[place] if key in self.held and self.held[key][0] != one.pk}
        return tuple(sorted(others))


def _in_window(one: Asked, today: date) -> bool:
    """Whether its edition took applications on the day it was handed in; once handed in, the day of payment does not matter."""
    if one.edition is None:
        return False
    return one.edition.since <= (one.submitted_on or today) <= one.edition.until


def limit(terms: rules.Terms, kind: str, *, at: Organization, on: date) -> rules.Limit | None:
    """The most that the rule of the region allows, None where it names nothing for this kind."""
    value = policies.value(terms.most, at=at, on=on)
    found = value.value.get(kind) if terms.by_kind and isinstance(value.value, dict) else value.value
    return rules.Limit(found, value.version_id, value.source) if isinstance(found, int) else None


def number(code: str, *, at: Organization, on: date) -> rules.Limit:
    """A rule's whole number for a unit on a day, with its version and source."""
    value = policies.value(code, at=at, on=on)
    return rules.Limit(value.whole, value.version_id, value.source)


def notice_days(one: Application) -> int:
    """For how many working days the programme has a grant posted before it is paid; 0 where it does not ask for it."""
    code = one.programme.options.get("grants", {}).get("public_notice") if one.programme else None
    return number(code, at=one.organization, on=dates.today()).value if code else 0


def taken(keys: Iterable[str], *, besides: int | None) -> list[str]:
    """The references of other applications that hold one of the entitlements."""
    held = Entitlement.objects.filter(key__in=list(keys), released_on=None).exclude(application=besides)
    return sorted(set(held.values_list("application__reference", flat=True)))


def edition_for(programme: Programme, organization: Organization) -> Edition:
    """The edition that takes applications today. Raises Refused where none is open."""
    found = programmes.running_edition(programme, organization)
    if found is None:
        raise Refused(
            Text("该项目没有开放中的期次，请先开期。", "No edition of the programme is open: open one first."), field="programme"
        )
    return found
