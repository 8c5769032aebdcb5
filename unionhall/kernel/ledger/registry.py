"""What the rooms register in their apps.py: facts, indicators, and recounts from their own records."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from unionhall.kernel.ledger.facts import Fact, Indicator, standard
from unionhall.lib.text import Text

Recount = Callable[[], Iterable[tuple[int, date, int, int] | tuple[int, date, int, int, str]]]
"""Rows of (organization, day, quantity, amount), with the value of the dimension behind them where it is counted by one."""
"""Yields (organization id, day, quantity, amount in fen) for every record that should have been posted."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """The words of a dimension: its name, and what its values are called. A value without words is shown as it is."""

    name: Text
    values: Callable[[], Mapping[str, object]] = dict


_facts: dict[str, Fact] = {}
_dimensions: dict[str, Dimension] = {}
_indicators: dict[str, Indicator] = {}
_recounts: dict[str, tuple[Recount, str]] = {}
_definitions: list[Callable[[str], Indicator | None]] = []


def register_facts(facts: Iterable[Fact]) -> None:
    """Make facts countable; each brings its standard indicators. The same fact twice is harmless, two with one code are not."""
    for fact in facts:
        if _facts.setdefault(fact.code, fact) != fact:
            raise ValueError(f"two facts are called {fact.code}")
        register_indicators(standard(fact))


def register_indicators(indicators: Iterable[Indicator]) -> None:
    """Name further formulas over registered facts."""
    for indicator in indicators:
        if _indicators.setdefault(indicator.code, indicator) != indicator:
            raise ValueError(f"two indicators are called {indicator.code}")


def register_definitions(find: Callable[[str], Indicator | None]) -> None:
    """Let indicators be found that staff have defined on screen: `find(code)` gives one or None."""
    if find not in _definitions:
        _definitions.append(find)


def register_recount(fact: Fact, recount: Recount, by: str = "") -> None:
    """Let `reconcile()` count a fact again from the room's own records, by the values of a dimension where one is named."""
    if by and by not in fact.dimensions:
        raise ValueError(f"{fact.code} has no dimension {by}")
    _recounts[fact.code] = (recount, by)


def register_dimensions(dimensions: Mapping[str, Dimension]) -> None:
    """Say what dimensions and their values are called; raises ValueError for two meanings of one name."""
    for name, words in dimensions.items():
        if _dimensions.setdefault(name, words).name != words.name:
            raise ValueError(f"two dimensions are called {name}")


def dimension(name: str) -> Dimension:
    """The words of a dimension; one without words is called by its own name."""
    return _dimensions.get(name) or Dimension(Text(zh=name, en=name))


def fact(code: str) -> Fact:
    """A registered fact; raises KeyError."""
    return _facts[code]


def indicator(code: str) -> Indicator:
    """A registered indicator, or one that staff have defined; raises KeyError."""
    known = _indicators.get(code) or next((found for find in _definitions if (found := find(code)) is not None), None)
    if known is None:
        raise KeyError(code)
    return known


def facts() -> list[Fact]:
    """All facts, by code."""
    return [_facts[code] for code in sorted(_facts)]


def facts_by_code() -> dict[str, Fact]:
    """The registered facts, for lookups; not to be changed."""
    return _facts


def indicators() -> list[Indicator]:
    """All indicators, by code."""
    return [_indicators[code] for code in sorted(_indicators)]


def recounts() -> dict[str, tuple[Recount, str]]:
    """The registered recounts with the dimension that they count by, by the code of their fact."""
    return dict(_recounts)


def undocumented() -> list[str]:
    """Codes of facts and indicators that lack a name or a sentence in either language; must be empty."""
    named: list[Fact | Indicator] = [*facts(), *indicators()]
    return sorted({item.code for item in named if not all((item.name.zh, item.name.en, item.counts.zh, item.counts.en))})
