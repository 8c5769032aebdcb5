"""Applications from a sheet, such as a county's list of pupils: seen whole before, taken up in sets by the rules of one alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from unionhall.kernel.exchange.registry import Finding, Row, Unfit, Written
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import access as identity
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes import queries as programmes
from unionhall.kernel.programmes.models import Programme
from unionhall.lib import copying, dates
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text
from unionhall.work.grants import access, rules
from unionhall.work.grants.actions import applications, many
from unionhall.work.grants.actions.many import Wanted
from unionhall.work.grants.queries import asked, browse, eligibility

KIND = "grants.application"
UNKNOWN = Text(
    "系统中没有此人，或不在您的范围内：先登记人员、先建档。", "Nobody in your scope has this number: register the person first."
)
PLACES = {
    "amount": "amount",
    "basis": "basis",
    "year": "amount",
    "excluded": "exclusion",
    "goods": "goods",
    "cash": "goods",
    "level": "amount",
}
"""In which column a finding is mended."""
Group = tuple[Organization, Programme, list[Row]]


def _blinds(rows: Sequence[Row]) -> dict[str, bytes]:
    blind = identity.keys().blinder.blind
    numbers = {row.values[name] for row in rows for name in ("id_number", "payee_id") if row.values[name]}
    return {number: blind("id_number", number) for number in numbers}


def _people(rows: Sequence[Row], by: Person) -> dict[str, Person]:
    """The people of a sheet in scope by document number, in one statement for each few thousand; only what is asked of them."""
    blinds = _blinds(rows)
    wanted, found = list(blinds.values()), dict[bytes, Person]()
    known = browse.namable(by).order_by().only("name", "erased_at", "id_blind")
    for start in range(0, len(wanted), many.SLICE):
        seen = known.filter(id_blind__in=copying.among_octets(wanted[start : start + many.SLICE]))
        found |= {bytes(one.id_blind or b""): one for one in seen}
    return {number: found[value] for number, value in blinds.items() if value in found}


def _groups(rows: Sequence[Row], at: Organization) -> list[Group]:
    """The rows by the unit that takes them up and by programme."""
    groups: dict[tuple[int, str], Group] = {}
    for row in rows:
        unit, code = row.values["unit"] or at, row.values["what"].partition("/")[0]
        if (unit.pk, code) not in groups:
            groups[unit.pk, code] = (unit, programmes.programme(code), [])
        groups[unit.pk, code][2].append(row)
    return list(groups.values())


def _wanted(row: Row, known: Mapping[str, Person]) -> Wanted:
    person = known[row.values["id_number"]]
    payee = known.get(row.values["payee_id"], person)
    kind = row.values["what"].partition("/")[2]
    said, why = row.values["exclusion"], row.values["reason"]
    goods, valued = row.values["goods"], row.values["valuation"]
    return Wanted(
        person=person, kind=kind, amount=row.values["amount"], payee=payee, reason=why, exclusion=said,
        goods=goods, valuation=valued, basis=row.values.get("basis") or 0,
    )  # fmt: skip


def check(rows: Sequence[Row], *, at: Organization, by: Person, options: Mapping[str, Any]) -> list[Finding]:
    """What is wrong with each line, the whole sheet seen together: strangers, other names, who has it already, who stands twice."""
    known, found = _people(rows, by), list[Finding]()
    fit = []
    for row in rows:
        wrong = _alone(row, known)
        found += wrong
        if not wrong:
            fit.append(row)
    used, today = dict[str, int](), dates.today()
    for unit, programme, mine in _groups(fit, at):
        try:
            drafts = many.drafts(unit, programme, [_wanted(row, known) for row in mine])
        except Refused as refusal:
            found += [Finding(row.number, "what", refusal) for row in mine]
            continue
        asks = [asked.of(one, one.asked) for one in drafts]
        has_stake = access.stake_of(by)
        for row, one, ask, findings in zip(mine, drafts, asks, eligibility.judged_many(asks), strict=True):
            if has_stake(one):
                found.append(Finding(row.number, "id_number", access.own_case().message))
                continue
            keys = ask.keys(today)
            first = next((used[key] for key in keys if key in used), None)
            if first is not None:
                said = Text(
                    f"与第{first}行为同期同类救助，只能保留一行。", f"The same grant as in row {first}: keep one of the two."
                )
                found.append(Finding(row.number, "id_number", said))
                continue
            used |= dict.fromkeys(keys, row.number)
            found += [
                Finding(row.number, PLACES.get(each.code, "id_number"), each.text, level=_level(each.code))
                for each in findings
                if not each.ok or each.warn == "level"
            ]
    return found


def _level(code: str) -> Any:
    """What no later step can mend keeps a line out; the rest is a doubt that the review decides."""
    return "error" if code in rules.HARD else "doubt"


def _alone(row: Row, known: Mapping[str, Person]) -> list[Finding]:
    """What is wrong with a line whatever else stands in the sheet."""
    person = known.get(row.values["id_number"])
    if person is None:
        return [Finding(row.number, "id_number", UNKNOWN)]
    if person.name != row.values["name"]:
        return [Finding(row.number, "name", Text("姓名与身份证号登记的不一致。", "This is not the name on record for the number."))]
    if row.values["payee_id"] and row.values["payee_id"] not in known:
        return [Finding(row.number, "payee_id", UNKNOWN)]
    try:
        rules.check_amount(row.values["amount"])
    except Refused as refusal:
        return [Finding(row.number, "amount", refusal)]
    if row.values.get("basis"):
        try:
            rules.check_amount(row.values["basis"])
        except Refused as refusal:
            return [Finding(row.number, "basis", refusal)]
    return []


def write(rows: Sequence[Row], *, at: Organization, by: Person, options: Mapping[str, Any], source: str) -> list[Written]:
    """Take the applications of one slice up and hand them in; a line that became impossible meanwhile stays out alone."""
    known, written = _people(rows, by), list[Written]()
    for unit, programme, mine in _groups(rows, at):
        for row in mine:
            if wrong := _alone(row, known):
                raise Unfit(wrong[0])
        outcome = many.apply(organization=unit, programme=programme, rows=[_wanted(row, known) for row in mine], by=by)
        for place, refusal in outcome.refused.items():
            raise Unfit(Finding(mine[place].number, "id_number", refusal))
        written += [Written(row.number, f"{KIND}:{one.pk}", "made") for row, one in zip(mine, outcome.done, strict=True)]
    return written


def undo(written: Sequence[Written], *, at: Organization, by: Person, options: Mapping[str, Any]) -> list[Finding]:
    """Take imported applications back: withdrawn, so that what they had taken is free; those that were worked on stay."""
    stays: list[Finding] = []
    states = _states(written, by)
    for line in written:
        key = int(line.record.rpartition(":")[2])
        if states.get(key) != "submitted":
            stays.append(Finding(line.row, "", Text("导入后已办理，保留。", "Worked on since; it stays.")))
            continue
        try:
            applications.withdraw(application_id=key, by=by, words="撤销导入")
        except Refused as refusal:
            stays.append(Finding(line.row, "", refusal))
    return stays


def _states(written: Sequence[Written], by: Person) -> dict[int, str]:
    keys = [int(line.record.rpartition(":")[2]) for line in written]
    return dict(access.visible_to(by).filter(pk__in=keys).values_list("pk", "state"))
