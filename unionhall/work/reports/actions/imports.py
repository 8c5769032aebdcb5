"""Reported totals from a sheet: each row with its evidence, checked whole, entered by the same action as the form's."""

from collections import Counter
from collections.abc import Mapping, Sequence
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
TWICE = Text("本表内同一单位同一期同一计量项出现多次。", "The same total stands more than once in this sheet.")
KNOWN = Text("这一期的数已经填过，请先撤回。", "It is entered already: take it back first.")
NO_RIGHT = Text("您不能为这个单位填报。", "You may not report for this unit.")
Key = tuple[int, str, Any, Any]


def _facts() -> dict[str, Fact]:
    """The facts that take reported totals, by code and by both names."""
    facts = [fact for fact in registry.facts() if not fact.stock]
    return {word: fact for fact in facts for word in (fact.name.en.lower(), fact.name.zh, fact.code)}


def _key(row: Row, fact: Fact) -> Key:
    return row.values["unit"].pk, fact.code, row.values["since"], row.values["until"]


def check_totals(rows: Sequence[Row], *, at: Organization, by: Person, options: Mapping[str, Any]) -> list[Finding]:
    """What cannot be entered: unknown facts, periods not over, numbers below 0, units out of reach, doubles."""
    facts, found, keys = _facts(), list[Finding](), dict[int, Key]()
    for row in rows:
        values, fact = row.values, facts.get(str(row.values["fact"]).strip().lower()) or facts.get(str(row.values["fact"]).strip())
        if fact is None:
            found.append(Finding(row.number, "fact", NO_FACT, MEND))
        elif not access_queries.may(by, access.FILL, values["unit"]):
            found.append(Finding(row.number, "unit", NO_RIGHT, MEND))
        elif not values["since"] <= values["until"] <= dates.today():
            found.append(Finding(row.number, "until", NOT_OVER, MEND))
        elif (wrong := _wrong_number(str(values["number"]), fact)) is not None:
            found.append(Finding(row.number, "number", wrong, MEND))
        else:
            keys[row.number] = _key(row, fact)
    often, known = Counter(keys.values()), _known(keys.values())
    found += [Finding(number, "fact", TWICE, MEND) for number, key in keys.items() if often[key] > 1]
    return found + [Finding(number, "number", KNOWN, MEND) for number, key in keys.items() if often[key] == 1 and key in known]


def _wrong_number(text: str, fact: Fact) -> object | None:
    try:
        totals.read_number(text, in_money=fact.unit is Unit.CNY)
    except Refused as refusal:
        return refusal.message
    return None


def _known(keys: Any) -> set[Key]:
    """The totals of these units that count already."""
    units = {key[0] for key in keys}
    rows = Total.objects.filter(organization__in=units, taken_back_at=None)
    return set(rows.values_list("organization", "fact", "since", "until"))


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
                evidence=f"{str(values['evidence']).strip()[:160]}（{source}）",
                by=by,
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
