"""Every indicator that a report may name: those of the rooms by themselves, and those that staff have defined."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from django.db.models import QuerySet

from unionhall.kernel.ledger import registry as ledger
from unionhall.kernel.ledger.facts import Indicator
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.rules.rooms import ROOMS
from unionhall.lib import pinyin
from unionhall.lib.text import Text
from unionhall.work.reports import access, registry
from unionhall.work.reports.models import Definition

Kept = TypeVar("Kept")
OWN = "own."
MOST_OFFERED = 20


@dataclass(frozen=True, slots=True)
class Named:
    """An indicator as a picker and the list show it."""

    code: str
    name: Text
    counts: Text
    formula: str
    unit: Text
    room: Text


def find(code: str) -> Indicator | None:
    """An indicator of the books that staff defined, by "own.slug" (its latest version) or "own.slug@2"."""
    defined = definition(code)
    return _on_books(defined) if defined is not None and defined.formula in registry.ON_BOOKS else None


def definition(code: str) -> Definition | None:
    """A definition by its code, perhaps with a version."""
    if not code.startswith(OWN):
        return None
    slug, _at, version = code.removeprefix(OWN).partition("@")
    found = Definition.objects.filter(slug=slug)
    if version:
        if not version.isdigit() or len(version) > 6:
            return None
        found = found.filter(version=int(version))
    return found.order_by("-version").first()


def _on_books(defined: Definition) -> Indicator:
    return build(
        str(defined),
        defined.name,
        defined.counts,
        formula=defined.formula,
        facts=defined.facts,
        filters=defined.filters,
        above=defined.above,
        beneath=defined.beneath,
    )


def build(
    code: str,
    name: Text,
    counts: Text,
    *,
    formula: str,
    facts: Iterable[str] = (),
    filters: dict[str, str | list[str]] | None = None,
    above: str = "",
    beneath: str = "",
) -> Indicator:
    """An indicator from its parts; the ledger refuses sums across units, averages of rates and unknown filters.

    Raises Refused, and KeyError for a fact or an end that nobody registered.
    """
    if formula == "ratio":
        ends = [ledger.indicator(one) for one in (above, beneath)]
        return Indicator(code, name, formula, numerator=ends[0], denominator=ends[1], counts=counts)
    named = tuple(ledger.fact(one) for one in facts)
    kept = {key: value if isinstance(value, str) else tuple(value) for key, value in (filters or {}).items()}
    return Indicator(code, name, formula, named, kept, counts=counts)


def known(code: str) -> Indicator:
    """An indicator of the books, registered or defined; raises KeyError with its code."""
    return ledger.indicator(code)


def narrowed(indicator: Indicator, programme: str) -> Indicator | None:
    """The indicator for one programme alone; None where its facts do not know programmes."""
    if indicator.numerator is not None and indicator.denominator is not None:
        ends = narrowed(indicator.numerator, programme), narrowed(indicator.denominator, programme)
        if ends[0] is None or ends[1] is None:
            return None
        return replace(indicator, code=f"{indicator.code}[{programme}]", numerator=ends[0], denominator=ends[1])
    if any("programme" not in fact.dimensions for fact in indicator.facts) or "programme" in indicator.filters:
        return None
    return replace(indicator, code=f"{indicator.code}[{programme}]", filters={**indicator.filters, "programme": programme})


def label_of(code: str) -> str:
    """An indicator's name as a picker shows it once it is chosen; the code of one that there is not."""
    defined = definition(code)
    try:
        return str(defined.name if defined is not None else known(code).name)
    except KeyError:
        return code


def own(by: Person) -> QuerySet[Definition]:
    """The latest version of every definition in use that a person may use."""
    latest = access.definitions_for(by).order_by("slug", "-version").distinct("slug")
    return access.definitions_for(by).filter(pk__in=latest.values("pk"), retired_at=None)


def everything(by: Person) -> list[Named]:
    """All indicators that a person may use: the own ones first, then room by room; two statements."""
    defined = [_named_definition(one) for one in own(by)]
    return [*defined, *(_named(one) for one in ledger.indicators())]


def _named_definition(one: Definition) -> Named:
    return Named(one.code, one.name, one.counts, one.formula, Text("", ""), Text("本会定义", "Own"))


def _named(one: Indicator) -> Named:
    room = ROOMS.get(one.code.partition(".")[0], Text("其他", "Other"))
    return Named(one.code, one.name, one.counts, one.formula, one.unit.text if one.unit else Text("%", "%"), room)


def picked(by: Person, text: str, *, most: int = MOST_OFFERED) -> list[Named]:
    """What the picker offers for typed text: by name, code, pinyin initials or any of the words; the nearest first."""
    return nearest(text, ((one, one.name, f"{one.code} {one.room.zh}") for one in everything(by)), most=most)


def nearest(text: str, known: "Iterable[tuple[Kept, Text, str]]", *, most: int = MOST_OFFERED) -> "list[Kept]":
    """Of things with a name and further words (their code first) those that typed text means, by any of the words or by pinyin
    initials; the nearest first."""
    words = text.lower().split()
    if not words:
        return []
    scored = []
    for one, name, more in known:
        whole = f"{name.zh} {name.en} {more}".lower()
        initials = " ".join(pinyin.initials(name.zh)).lower()
        if all(word in whole or word in initials for word in words):
            near = (not name.zh.startswith(text), words[0] not in initials, len(name.zh), more)
            scored.append((near, one))
    return [one for _near, one in sorted(scored, key=lambda pair: pair[0])[:most]]
