"""Budget lines: a ceiling that no race can break. Each promise is one statement; the database holds the invariant as well."""

from collections import Counter
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import F

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access.actions import one_for_change
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.models import Programme
from unionhall.lib import clock, constraints
from unionhall.lib.refusal import Conflict, Refused, absent, filled
from unionhall.lib.text import Text
from unionhall.work.funds import access, rules
from unionhall.work.funds.models import BudgetLine, Draw


@transaction.atomic
def open_line(
    *, organization: Organization, year: int, name: str, source: str, purpose: str, ceiling: int, by: Person,
    programme: Programme | None = None,
) -> BudgetLine:  # fmt: skip
    """Open a budget line of a year. Raises Refused for a name that the year already has."""
    access_actions.require(by, "funds.budget", at=organization)
    rules.check_amount(ceiling)
    tidy = filled(name, "name", "请填写科目名称。", "Give the line a name.")
    known = Refused(Text("本年度已有同名预算科目。", "This year has a line of that name already."), field="name")
    with constraints.said("line_name_once", known):
        line = BudgetLine.objects.create(
            organization=organization, org_path=organization.path, year=year, name=tidy, source=source, purpose=purpose,
            programme=programme, ceiling=ceiling, created_by=by, created_at=clock.now(),
        )  # fmt: skip
    audit.record(by, "funds.line_opened", line, at=organization, ceiling=ceiling)
    return line


@transaction.atomic
def set_ceiling(*, line_id: int, ceiling: int, reason: str, by: Person) -> BudgetLine:
    """Raise or lower a ceiling, never below what is promised, with the reason."""
    line = one_for_change(access.lines_for(by), by, line_id, to="funds.budget")
    why = filled(reason, "reason", "请说明调整依据。", "Say what the change rests on.")
    rules.check_amount(ceiling)
    rules.check_ceiling(ceiling, line.room)
    before, line.ceiling = line.ceiling, ceiling
    line.save(update_fields=["ceiling"])
    audit.record(by, "funds.ceiling_set", line, at=line.organization, reason=why, before=before, after=ceiling)
    return line


@transaction.atomic
def hold(*, line_id: int, key: str, amount: int) -> Draw:
    """Promise an amount of a line to a payment. Asked again with the same key it answers the draw that stands.

    Who may pay is asked where the payment is decided. Raises Refused with the figures where the line is short, and
    Conflict where the key stands for another line or amount.
    """
    rules.check_amount(amount)
    draw, made = Draw.objects.get_or_create(key=key, defaults={"line_id": line_id, "amount": amount, "at": clock.now()})
    if not made:
        if (draw.line_id, draw.amount) != (line_id, amount):
            raise Conflict(Text("该笔已按其他金额占用预算。", "This payment already holds another amount."), code="key_reused")
        return draw
    free = BudgetLine.objects.filter(pk=line_id, ceiling__gte=F("held") + F("spent") + amount)
    if not free.update(held=F("held") + amount):
        line = BudgetLine.objects.filter(pk=line_id).first()
        raise absent() if line is None else rules.dry(line.room, amount)
    return draw


@transaction.atomic
def hold_many(*, line_id: int, amounts: Mapping[str, int]) -> None:
    """Promise many new amounts of one line at once, all or none. Raises as `hold`; a key that stands already is a Conflict."""
    whole = sum(amounts.values())
    for amount in set(amounts.values()):
        rules.check_amount(amount)
    free = BudgetLine.objects.filter(pk=line_id, ceiling__gte=F("held") + F("spent") + whole)
    if not free.update(held=F("held") + whole):
        line = BudgetLine.objects.filter(pk=line_id).first()
        raise absent() if line is None else rules.dry(line.room, whole)
    now = clock.now()
    held = Conflict(Text("有付款已占用过预算。", "One of these payments holds money already."), code="key_reused")
    with constraints.said("funds_draw_key_key", held):
        Draw.objects.bulk_create(
            [Draw(line_id=line_id, key=key, amount=amount, at=now) for key, amount in amounts.items()], batch_size=5000
        )


@transaction.atomic
def spend_many(*, keys: Sequence[str]) -> int:
    """Many held amounts have left the house; those that have left already are passed over. Returns how many left now.

    Raises NotVisible for an unknown key and Conflict for one that was let go; then nothing is written.
    """
    states: dict[str, list[str]] = {}
    rows = Draw.objects.select_for_update(no_key=True).filter(key__in=list(keys)).order_by("pk")
    found = list(rows.values_list("key", "state", "line_id", "amount"))
    for key, state, _line, _amount in found:
        states.setdefault(state, []).append(key)
    if len(found) != len(set(keys)):
        raise absent()
    if Draw.FREED in states:
        raise Conflict(Text("这笔预算占用已经了结。", "This draw is settled already."), code="settled")
    sums: Counter[int] = Counter()
    for _key, state, line, amount in found:
        if state == Draw.HELD:
            sums[line] += amount
    for line, amount in sorted(sums.items()):
        BudgetLine.objects.filter(pk=line).update(held=F("held") - amount, spent=F("spent") + amount)
    return Draw.objects.filter(key__in=states.get(Draw.HELD, [])).update(state=Draw.SPENT, settled_at=clock.now())


@transaction.atomic
def spend(*, key: str) -> Draw:
    """A held amount has left the house. Asked again it changes nothing. Raises Conflict for one that was let go."""
    return _settle(key, Draw.SPENT)


@transaction.atomic
def free(*, key: str) -> Draw:
    """Let a held amount go: the payment was rejected or taken back. Asked again it changes nothing. Raises Conflict if spent."""
    return _settle(key, Draw.FREED)


def _settle(key: str, state: str) -> Draw:
    draw = Draw.objects.select_for_update(no_key=True).filter(key=key).first()
    if draw is None:
        raise absent()
    if draw.state == state:
        return draw
    if draw.state != Draw.HELD:
        raise Conflict(Text("这笔预算占用已经了结。", "This draw is settled already."), code="settled")
    spent = draw.amount if state == Draw.SPENT else 0
    BudgetLine.objects.filter(pk=draw.line_id).update(held=F("held") - draw.amount, spent=F("spent") + spent)
    draw.state, draw.settled_at = state, clock.now()
    draw.save(update_fields=["state", "settled_at"])
    return draw


@transaction.atomic
def give_back(*, key: str) -> Draw:
    """A spent amount came back (a rejected transfer): the line may promise it again. Raises Conflict where it never left."""
    draw = Draw.objects.select_for_update(no_key=True).filter(key=key).first()
    if draw is None:
        raise absent()
    if draw.state != Draw.SPENT:
        raise Conflict(Text("这笔款项尚未支出。", "This amount has not left."), code="not_spent")
    BudgetLine.objects.filter(pk=draw.line_id).update(spent=F("spent") - draw.amount)
    draw.state = Draw.FREED
    draw.save(update_fields=["state"])
    return draw
