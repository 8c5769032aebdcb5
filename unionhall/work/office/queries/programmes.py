"""What the programme pages read: the catalogue by domain, and one programme with its figures against targets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from unionhall.kernel.access import queries as access
from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger import registry as ledger_registry
from unionhall.kernel.ledger.facts import Fact, Figure, Indicator, Scope, Unit, Window
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes import access as programme_access
from unionhall.kernel.programmes import queries as programmes
from unionhall.kernel.programmes.models import Edition, Programme, Target
from unionhall.kernel.programmes.rules import editions as edition_rules
from unionhall.lib import dates
from unionhall.lib.refusal import Denied, NotVisible
from unionhall.work.office.queries.figures import narrowed

DIMENSION = "programme"
EACH_ONCE = ".distinct"


@dataclass(frozen=True, slots=True)
class Counted:
    """One figure of a programme: what it is, its value, and the target it is held against, if any."""

    code: str
    indicator: Indicator
    figure: Figure
    target: Target | None = None
    reached: bool | None = None

    @property
    def detail(self) -> bool:
        """Whether it refines another figure (by source, by kind, each once): shown on demand."""
        return self.target is None and (
            bool(set(self.indicator.filters) - {DIMENSION})
            or (self.code.endswith(EACH_ONCE) and not self.indicator.facts[0].each_once_only)
            or _of_part(self.indicator)
        )


def catalogue(by: Person, at: Organization, *, domain: str = "", text: str = "", running: bool = False) -> QuerySet[Programme]:
    """The programmes of a unit, each with the number of its open editions there or above (`running`)."""
    own = programmes.programmes(at, domain=domain)
    found = programme_access.programmes_visible_to(by).filter(pk__in=own.values("pk"))
    if text:
        found = found.filter(
            Q(name_zh__icontains=text) | Q(name_en__icontains=text) | Q(what_zh__icontains=text) | Q(code__icontains=text)
        )
    visible = programme_access.visible_to(by).filter(state=edition_rules.OPEN)
    found = found.annotate(running=Count("editions", filter=Q(editions__in=visible.values("pk"))))
    return found.filter(running__gt=0) if running else found


def programme(by: Person, code: str) -> Programme:
    """One programme. Raises NotVisible."""
    found = programme_access.programmes_visible_to(by).filter(code=code).first()
    if found is None:
        raise NotVisible("programme")
    return found


def edition_to_change(by: Person, programme: Programme, id: int) -> Edition:
    """An edition for a form that changes it. Raises NotVisible, or Denied for those who only see it from below."""
    edition = programme_access.visible_to(by).filter(programme=programme, pk=id).select_related("organization").first()
    if edition is None:
        raise NotVisible("edition")
    if not access.may(by, programme_access.MANAGE, edition.organization):
        raise Denied(_("You see this edition and do not have the right to change it: ask the unit that runs it."))
    return edition


def chosen(found: Sequence[Edition], asked: str, today: date) -> Edition | None:
    """The edition that an address asks for, else the running one of the nearest unit, else the newest."""
    by_id = {str(edition.pk): edition for edition in found}
    open_now = [one for one in found if one.state == edition_rules.OPEN and one.since <= today <= one.until]
    running = max(open_now, key=lambda one: (one.organization.depth, one.since, one.pk), default=None)
    return by_id.get(asked) or running or next(iter(found), None)


def window(edition: Edition | None) -> Window:
    """The window in which a programme is counted: its edition's, else this calendar year."""
    return Window(edition.since, edition.until) if edition else Window.year(dates.today().year)


def indicators(programme: Programme) -> list[Indicator]:
    """The indicators that can be counted for one programme: those of its rooms whose facts know the programme."""
    return [
        one
        for one in ledger_registry.indicators()
        if one.code.partition(".")[0] in programme.rooms and all(DIMENSION in fact.dimensions for fact in _facts(one))
    ]


def _facts(one: Indicator) -> list[Fact]:
    if one.numerator is not None and one.denominator is not None:
        return [*one.numerator.facts, *one.denominator.facts]
    return list(one.facts)


def figures(programme: Programme, edition: Edition | None, scope: Scope) -> list[Counted]:
    """The programme's figures in its window: those with a target first, then those that have begun to move.

    A fixed number of statements, however many indicators there are.
    """
    plain = {narrowed(one, {DIMENSION: programme.code}).code: one for one in indicators(programme)}
    asked = [narrowed(one, {DIMENSION: programme.code}) for one in plain.values()]
    when = window(edition)
    counted = ledger.values(asked, [scope], [when])
    targets = {target.indicator: target for target in programmes.targets(edition)} if edition else {}
    shown = []
    for one in asked:
        figure, target = counted[one.code, scope, when], targets.get(plain[one.code].code)
        if target is not None or ((figure.number or figure.manual) and not _names_kinds(one)):
            reached = programmes.reached(target, comparable(figure, target)) if target else None
            shown.append(Counted(plain[one.code].code, one, figure, target, reached))
    known = {item.code: item.figure.number for item in shown}
    telling = [item for item in shown if item.target or not _repeats(item, known)]
    return sorted(telling, key=lambda item: (item.target is None, item.figure.unit is None, item.code))


def _repeats(item: Counted, known: Mapping[str, object]) -> bool:
    """Whether a figure of distinct subjects says the same as the plain one beside it."""
    return item.code.endswith(EACH_ONCE) and known.get(item.code.removesuffix(EACH_ONCE)) == item.figure.number


def _names_kinds(one: Indicator) -> bool:
    """Whether a figure only says how often kinds were named, where the number of kinds is what is meant."""
    return one.formula == "sum" and all(fact.each_once_only for fact in one.facts)


def _of_part(one: Indicator) -> bool:
    return one.numerator is not None and bool(set(one.numerator.filters) - {DIMENSION})


def comparable(figure: Figure, target: Target) -> Decimal | None:
    """A figure in the unit of its target: yuan for money, percent for a rate; None for a rate of nothing."""
    if figure.number is None:
        return None
    if isinstance(figure.number, Fraction):
        share = Decimal(figure.number.numerator) / Decimal(figure.number.denominator)
        return share * 100 if target.unit == "percent" else share
    number = Decimal(figure.number)
    return number / 100 if figure.unit is Unit.CNY else number
