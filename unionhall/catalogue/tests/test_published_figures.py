from datetime import date
from decimal import Decimal

import pytest

from unionhall.catalogue import published
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger import registry
from unionhall.kernel.ledger.facts import Fact, Unit
from unionhall.kernel.organizations import actions as organizations
from unionhall.kernel.programmes import actions as programmes
from unionhall.kernel.programmes.rules import entries
from unionhall.lib.text import Text

HEAD = ",".join(published.COLUMNS)
PAID = Fact(
    "catalogue_test.paid", unit=Unit.CNY, name=Text("支付", "Paid"), counts=Text("每笔。", "Each payment."), dimensions=("line",)
)
SEEN = Fact(
    "catalogue_test.seen", unit=Unit.PERSON_TIME, name=Text("到场", "Seen"), counts=Text("每次。", "Each time."), subject="person"
)


@pytest.fixture
def counted(db, monkeypatch):
    """A loaded replay Z9 in which 9.60 yuan of one line and 0.40 of another were paid, and three persons seen five times."""
    for shelf in ("_facts", "_indicators"):  # what this test counts is nobody else's business
        monkeypatch.setattr(registry, shelf, dict(getattr(registry, shelf)))
    registry.register_facts([PAID, SEEN])
    root = organizations.found(name="试算市总工会", level="city", kind="federation", parent=None, since=date(2020, 1, 1), by=None)
    programmes.mark_world(kind="replay", name="Z9", root=root)
    for number, (line, fen) in enumerate([("local", 900), ("local", 60), ("central", 40)], start=1):
        ledger.post(PAID, at=root, day=date(2023, 3, number), source=f"test.pay:{number}", amount=fen, dimensions={"line": line})
    for number, person in enumerate([1, 1, 2, 3, 3], start=1):
        ledger.post(SEEN, at=root, day=date(2023, 3, number), source=f"test.see:{number}", subject=person)
    return root


def one(**changed):
    given = {
        "id": "Z9-001", "replay": "Z9", "measure": "m", "kind": "result", "unit": "person_time", "value": Decimal(5),
        "qualifier": "exact",
        "precision": Decimal(1), "printed": "5人次", "since": date(2023, 1, 1), "until": date(2023, 12, 31), "scope": "subtree",
        "indicator": "sum(catalogue_test.seen)",
    }  # fmt: skip
    return published.Published(**{**given, **changed})


def status(*figures):
    return [(row["state"], row["value"]) for row in published.figures_status(figures)]


def test_a_figure_is_counted_and_compared_as_it_prints(counted):
    assert published.figures_status([one()]) == [{"id": "Z9-001", "state": "reproduced", "printed": "5人次", "value": 5}]
    assert status(one(value=Decimal(6))) == [("differs", 5)]
    assert status(one(value=Decimal(3), unit="person", indicator="distinct(catalogue_test.seen)")) == [("reproduced", 3)]
    assert status(one(until=date(2023, 3, 2), value=Decimal(2))) == [("reproduced", 2)]


def test_money_is_compared_in_yuan_and_rates_in_percent(counted):
    assert status(one(unit="CNY", value=Decimal(10), indicator="amount(catalogue_test.paid)")) == [("reproduced", 10)]
    rate = "ratio(amount(catalogue_test.paid; line=local), amount(catalogue_test.paid))"
    assert status(one(unit="percent", value=Decimal(96), indicator=rate)) == [("reproduced", 96)]
    both = "amount(catalogue_test.paid; line=local|central)"
    assert status(one(unit="CNY", value=Decimal(10), indicator=both)) == [("reproduced", 10)]


def test_a_rate_of_nothing_differs_and_has_no_value(counted):
    empty = "ratio(amount(catalogue_test.paid; line=local), amount(catalogue_test.paid; line=nobody))"
    assert status(one(unit="percent", indicator=empty)) == [("differs", None)]


def test_what_is_not_countable_says_so(counted):
    assert status(one(indicator="")) == [("not_countable", None)]
    assert status(one(indicator="sum(kitchen.cooked)")) == [("not_countable", None)]
    assert status(one(replay="Z8")) == [("not_countable", None)]


@pytest.mark.parametrize(
    "expression", ["sum", "total(issues.listed)", "ratio(sum(a.b))", "sum(a.b) + 1", "ratio(sum(a.b), sum(c.d), sum(e.f))"]
)
def test_an_expression_that_cannot_be_read_is_an_error(expression):
    with pytest.raises(ValueError, match="cannot read"):
        published.indicator_of(expression)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("Z9-001,m,result,person,many,exact,1,5人,2023-01-01,2023-12-31,subtree,", "Z9.csv:2"),
        ("Z9-001,m,result,person,5,exact,1,5人,2023-12-31,2023-01-01,subtree,", "window"),
        ("Z9-001,m,result,person,5,exact,1,5人,2023-01-01,,subtree,", "window"),
        ("Z9-001,m,rumour,person,5,exact,1,5人,,2023-12-31,subtree,", "unknown kind"),
        ("Z9-001,m,result,person,5,roughly,1,5人,,2023-12-31,subtree,", "unknown kind, scope or qualifier"),
        ("Z8-001,m,result,person,5,exact,1,5人,,2023-12-31,subtree,", "does not belong"),
    ],
)
def test_a_mistake_in_a_file_is_refused_with_its_line(tmp_path, line, complaint):
    (tmp_path / "Z9.csv").write_text(f"{HEAD}\n{line}\n", encoding="utf-8")
    with pytest.raises(published.FiguresRefused, match=complaint):
        published.figures(tmp_path)


def test_an_id_stands_once(tmp_path):
    line = "Z9-001,m,result,person,5,exact,1,5人,,2023-12-31,subtree,"
    (tmp_path / "Z9.csv").write_text(f"{HEAD}\n{line}\n{line}\n", encoding="utf-8")
    with pytest.raises(published.FiguresRefused, match=r"Z9\.csv:3: Z9-001 stands twice"):
        published.figures(tmp_path)


def test_the_shipped_figures():
    told = published.figures()
    per_replay = {name: sum(one.replay == name for one in told) for name in ("S0", "S1", "S2", "S3", "S4")}
    assert per_replay == {"S0": 67, "S1": 20, "S2": 31, "S3": 68, "S4": 56}
    kinds = {kind: sum(one.kind == kind for one in told) for kind in published.KINDS}
    assert kinds == {"result": 157, "listed": 53, "derived": 32}
    for figure in told:
        if figure.indicator:
            published.indicator_of(figure.indicator)


def test_every_figure_is_carried_by_a_programme_and_every_programmes_figure_is_shipped():
    carried = {figure for entry in entries.read(programmes.CATALOGUE) for figure in entry.figures}
    assert carried == {one.id for one in published.figures()}
