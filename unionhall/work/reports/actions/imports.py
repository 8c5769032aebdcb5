"""Reported totals from a sheet: each row with its evidence, checked whole, entered by the same action as the form's."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from unionhall.kernel.access import queries as access_queries
from unionhall.kernel.exchange.registry import Finding, Row, Unfit, Written
from unionhall.kernel.ledger import registry
from unionhall.kernel.ledger.facts import Fact, Unit, Window
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import dates
from unionhall.lib.refusal import Denied, Refused
from unionhall.lib.text import Text
from unionhall.work.reports import access
from unionhall.work.reports.actions import totals
from unionhall.work.reports.models import Total

MEND = Text("请修改后重新上传，或在预览中直接修改。", "Mend it in the preview or bring the sheet again.")
NO_FACT = Text("没有这个计量项。请填写“报送数”页面上的名称或代码。", "There is no such fact: give its name or code.")
NOT_OVER = Text("期间须已结束，且起始不晚于截止。", "The period must have ended, and begin before it ends.")
TWICE = Text("本表内同一单位同一计量项的期间有重叠。", "Totals of one unit and one fact share days in this sheet.")
NO_RIGHT = Text("您不能为这个单位填报。", "You may not report for this unit.")
SURE = Text("确认不是同一批，就按新的导入。", "Bring it only if it is something else.")
Key = totals.Asked


def _facts() -> dict[str, Fact]:
    """Every fact by code and by both names; where two have a name, the one that takes reported totals."""
    facts = sorted(registry.facts(), key=lambda fact: not fact.stock)
    return {word: fact for fact in facts for word in (fact.name.en.lower(), fact.name.zh, fact.code)}


def check_totals(rows: Sequence[Row], *, at: Organization, by: Person, options: Mapping[str, Any]) -> list[Finding]:
    """What cannot be entered: unknown facts, periods not over, numbers below 0, units out of reach, doubles."""
    facts, found, keys = _facts(), list[Finding](), dict[int, Key]()
    for row in rows:
        values, fact = row.values, facts.get(str(row.values["fact"]).strip().lower()) or facts.get(str(row.values["fact"]).strip())
        if fact is None:
            found.append(Finding(row.number, "fact", NO_FACT, MEND))
        elif fact.stock:
            found.append(Finding(row.number, "fact", totals.STOCK, MEND))
        elif not access_queries.may(by, access.FILL, values["unit"]):
            found.append(Finding(row.number, "unit", NO_RIGHT, MEND))
        elif not values["since"] <= values["until"] <= dates.today():
            found.append(Finding(row.number, "until", NOT_OVER, MEND))
        elif (wrong := _wrong_number(str(values["number"]), fact)) is not None:
            found.append(Finding(row.number, "number", wrong, MEND))
        else:
            keys[row.number] = (values["unit"], fact, Window(values["since"], values["until"]))
    return found + _meeting(keys)


def _meeting(keys: Mapping[int, Key]) -> list[Finding]:
    """Rows that share days with another of the sheet or with what was entered; a row whose unit counts by itself is a doubt."""
    periods: dict[tuple[int, str], list[tuple[int, date, date]]] = {}
    for number, (unit, fact, window) in keys.items():
        periods.setdefault((unit.pk, fact.code), []).append((number, window.start or window.end, window.end))
    known: dict[tuple[int, str], list[tuple[date, date]]] = {}
    rows = Total.objects.filter(organization__in={unit for unit, _fact in periods}, taken_back_at=None)
    for unit, code, since, until in rows.order_by("since").values_list("organization", "fact", "since", "until"):
        known.setdefault((unit, code), []).append((since, until))
    found: list[Finding] = []
    for at, own in periods.items():
        for number, since, until in own:
            if any(one != number and start <= until and since <= end for one, start, end in own):
                found.append(Finding(number, "fact", TWICE, MEND))
            elif other := next(((start, end) for start, end in known.get(at, ()) if start <= until and since <= end), None):
                found.append(Finding(number, "number", totals.overlap(*other), MEND))
    wrong = {one.row for one in found}
    counted = totals.already_counted(key for number, key in keys.items() if number not in wrong)
    asked = [(number, counted[key]) for number, key in keys.items() if number not in wrong and key in counted]
    return found + [Finding(number, "number", totals.is_counted(words), SURE, level="doubt") for number, words in asked]


def _wrong_number(text: str, fact: Fact) -> object | None:
    try:
        totals.read_number(text, in_money=fact.unit is Unit.CNY)
    except Refused as refusal:
        return refusal.message
    return None


def write_totals(
    rows: Sequence[Row], *, at: Organization, by: Person, options: Mapping[str, Any], source: str
) -> list[Written]:  # fmt: skip
    """One total a row; the import stands in its evidence."""
    facts, written = _facts(), list[Written]()
    for row in rows:
        values, word = row.values, str(row.values["fact"]).strip()
        fact = facts.get(word) or facts[word.lower()]
        try:
            made = totals.enter(
                organization=values["unit"],
                fact=fact.code,
                window=Window(values["since"], values["until"]),
                number=str(values["number"]),
                evidence=f"{str(values['evidence']).strip()[:160]}（导入{source.rpartition(':')[2]}号）",
                by=by,
                beside=True,  # who brought the sheet was asked row by row
            )
        except (Refused, Denied) as refusal:
            raise Unfit(Finding(row.number, refusal.field or "", refusal.message, MEND)) from refusal
        written.append(Written(row.number, f"reports.total:{made.pk}", "made"))
    return written


def undo_totals(written: Sequence[Written], *, at: Organization, by: Person, options: Mapping[str, Any]) -> list[Finding]:
    """Take the totals of an import back; those taken back already stay so."""
    keys = [int(one.record.rpartition(":")[2]) for one in written]
    live = set(Total.objects.filter(pk__in=keys, taken_back_at=None).values_list("pk", flat=True))
    for key in keys:
        if key in live:
            totals.take_back(total_id=key, by=by)
    return []
