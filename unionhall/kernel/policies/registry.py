"""The rules whose values a federation sets by region and date, declared by the packages that obey them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from unionhall.kernel.policies import rules
from unionhall.lib.text import Text


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule with a value.

    `default` holds until a federation sets its own; `source` says where the default comes from. `unit` is one of
    `rules.UNITS` and decides what a value may look like; `least` and `most` bound numbers. `words` name the rows of a
    table and the codes in it, or the codes of which a text is one: nobody reads or types codes. `further` is asked whether
    a value can be worked with: it raises Refused with the sentence for whoever sets it.
    """

    code: str
    name: Text
    unit: str
    default: object
    source: Text
    least: int | None = None
    most: int | None = None
    words: Mapping[str, Text] = field(default_factory=dict)
    further: Callable[[object], object] | None = None

    def check(self, value: object) -> None:
        """Raise ValueError unless the value fits the unit and the bounds, Refused where the package cannot work with it."""
        rules.check_value(value, unit=self.unit, least=self.least, most=self.most)
        if self.unit == "text" and self.words and value not in self.words:
            raise ValueError("one of the codes that have words")
        if self.further is not None:
            self.further(value)


_policies: dict[str, Policy] = {}


def register_policies(policies: Iterable[Policy]) -> None:
    """Add policies; a code belongs to one declaration and its default must fit its unit."""
    for policy in policies:
        if _policies.get(policy.code, policy) != policy:
            raise ValueError(f"policy {policy.code} is declared twice")
        policy.check(policy.default)
        _policies[policy.code] = policy


def policy(code: str) -> Policy:
    """The declaration of a code; raises KeyError with the code for an unknown one."""
    return _policies[code]


def policies() -> list[Policy]:
    """All declared policies by code."""
    return sorted(_policies.values(), key=lambda each: each.code)
