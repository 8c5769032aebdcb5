import pytest
from django.utils import translation

from unionhall.kernel.ledger import registry
from unionhall.kernel.ledger.facts import Fact, Figure, Indicator, Mark, Unit, Window
from unionhall.kernel.ledger.tests.world import FOUND, MEMBERS, PAID, SOLVED, VISITED
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text

NAME = Text(zh="名", en="name")


def test_every_fact_and_indicator_is_documented():
    assert registry.undocumented() == []


def test_an_undocumented_fact_is_named(monkeypatch):
    monkeypatch.setattr(registry, "_facts", {})
    monkeypatch.setattr(registry, "_indicators", {})
    registry.register_facts([Fact("trial.mute", Unit.ISSUE, NAME, Text(zh="有", en=""))])
    assert registry.undocumented() == ["trial.mute"]


def test_two_facts_of_one_code_are_refused():
    with pytest.raises(ValueError, match=r"trial\.found"):
        registry.register_facts([Fact("trial.found", Unit.CASE, NAME, NAME)])


@pytest.mark.parametrize(
    ("formula", "more", "words"),
    [
        ("sum", {"fact": (FOUND, VISITED)}, "different units"),
        ("sum", {"fact": (VISITED, MEMBERS)}, "different units"),
        ("distinct", {"fact": FOUND}, "subject"),
        ("balance", {"fact": FOUND}, "balance"),
        ("distinct", {"fact": MEMBERS}, "subject"),
        ("amount", {"fact": FOUND}, "money"),
        ("average", {"fact": FOUND}, "formula"),
        ("sum", {}, "fact"),
        ("sum", {"fact": FOUND, "filters": {"colour": "red"}}, "colour"),
        ("ratio", {"numerator": Indicator("trial.n", NAME, "sum", FOUND)}, "two named ends"),
    ],
)
def test_what_would_mix_counting_rules_is_refused(formula, more, words):
    with translation.override("en"), pytest.raises(Refused, match=words):
        Indicator("trial.wrong", NAME, formula, **more)


def test_an_average_of_rates_is_refused():
    ends = [Indicator(f"trial.{code}", NAME, "sum", fact) for code, fact in (("s", SOLVED), ("f", FOUND))]
    rate = Indicator("trial.rate", NAME, "ratio", numerator=ends[0], denominator=ends[1])
    with pytest.raises(Refused):
        Indicator("trial.mean", NAME, "ratio", numerator=rate, denominator=ends[1])


def test_units_follow_the_formula():
    assert registry.indicator("trial.visited").unit is Unit.PERSON_TIME
    assert registry.indicator("trial.visited.distinct").unit is Unit.PERSON
    assert registry.indicator("trial.paid").unit is Unit.CNY
    assert Indicator("trial.times", NAME, "count", PAID).unit is Unit.PAYMENT


def test_a_period_that_ends_before_it_starts_is_refused():
    with pytest.raises(Refused):
        Window(Window.year(2025).end, Window.year(2025).start)


@pytest.mark.parametrize("text", ["0", "1024", "1024;7", "1024;1001-1003,1010"])
def test_a_mark_prints_and_reads_back(text):
    assert str(Mark.parse(text)) == text


def test_a_mark_covers_all_but_the_absent():
    mark = Mark.parse("10;4-5,8")
    assert [number for number in range(12) if mark.covers(number)] == [0, 1, 2, 3, 6, 7, 9, 10]


def test_figures_print_exactly():
    mark = Mark(0)
    printed = [str(Figure(*given, mark)) for given in ((112300, Unit.CNY), (1272, Unit.ORG), (None, None), (0, Unit.ISSUE))]
    assert printed == ["1,123.00", "1,272", "--", "0"]
