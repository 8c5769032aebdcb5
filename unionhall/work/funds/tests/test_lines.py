"""A budget line's ceiling holds: in one call, in a race of many, and against a hand in the database."""

import pytest
from django.db import IntegrityError, connection, transaction

from unionhall.lib.refusal import Conflict, NotVisible, Refused
from unionhall.work.funds.actions import lines
from unionhall.work.funds.models import BudgetLine, Draw
from unionhall.work.funds.tests.conftest import YUAN, Books


@pytest.fixture
def line(books):
    return books.line(ceiling=1_000 * YUAN)


@pytest.mark.django_db
def test_held_then_spent_or_let_go(books, line):
    lines.hold(line_id=line.pk, key="a", amount=600 * YUAN)
    lines.hold(line_id=line.pk, key="b", amount=300 * YUAN)
    assert books.left(line) == (900 * YUAN, 0)
    lines.spend(key="a")
    lines.free(key="b")
    assert books.left(line) == (0, 600 * YUAN)
    lines.give_back(key="a")
    assert books.left(line) == (0, 0)


@pytest.mark.django_db
def test_every_call_may_be_repeated(books, line):
    for _turn in range(3):
        lines.hold(line_id=line.pk, key="a", amount=600 * YUAN)
    for _turn in range(3):
        lines.spend(key="a")
    assert books.left(line) == (0, 600 * YUAN)
    assert Draw.objects.count() == 1


@pytest.mark.django_db
def test_a_key_stands_for_one_amount(line):
    lines.hold(line_id=line.pk, key="a", amount=600 * YUAN)
    with pytest.raises(Conflict):
        lines.hold(line_id=line.pk, key="a", amount=601 * YUAN)


@pytest.mark.django_db
def test_what_is_settled_stays_settled(line):
    lines.hold(line_id=line.pk, key="a", amount=600 * YUAN)
    lines.free(key="a")
    with pytest.raises(Conflict):
        lines.spend(key="a")
    with pytest.raises(Conflict):
        lines.give_back(key="a")
    with pytest.raises(NotVisible):
        lines.spend(key="never")


@pytest.mark.django_db
def test_a_dry_line_refuses_and_nothing_is_held(books, line):
    lines.hold(line_id=line.pk, key="a", amount=900 * YUAN)
    with pytest.raises(Refused) as refused:
        lines.hold(line_id=line.pk, key="b", amount=100 * YUAN + 1)
    assert "尚缺0.01元" in str(refused.value)
    assert books.left(line) == (900 * YUAN, 0)
    assert Draw.objects.count() == 1
    lines.hold(line_id=line.pk, key="b", amount=100 * YUAN)


@pytest.mark.django_db
def test_the_ceiling_follows_a_reason_and_covers_what_is_promised(line, cast):
    lines.hold(line_id=line.pk, key="a", amount=900 * YUAN)
    with pytest.raises(Refused):
        lines.set_ceiling(line_id=line.pk, ceiling=899 * YUAN, reason="压减", by=cast.county_clerk)
    with pytest.raises(Refused):
        lines.set_ceiling(line_id=line.pk, ceiling=2_000 * YUAN, reason="", by=cast.county_clerk)
    changed = lines.set_ceiling(line_id=line.pk, ceiling=900 * YUAN, reason="年中调整", by=cast.county_clerk)
    assert changed.room.free == 0


@pytest.mark.django_db
def test_a_name_stands_once_a_year(books, line):
    with pytest.raises(Refused) as refused:
        books.line()
    assert refused.value.field == "name"
    books.line(year=line.year - 1)


@pytest.mark.django_db
def test_the_database_itself_refuses_to_promise_too_much(line):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE funds_budgetline SET held = ceiling + 1 WHERE id = %s", [line.pk])


def naive_hold(line_id: int, key: str, amount: int) -> bool:
    """Read, decide, write: what must not be done."""
    line = BudgetLine.objects.get(pk=line_id)
    if line.room.free < amount:
        return False
    Draw.objects.create(line_id=line_id, key=key, amount=amount, at=line.created_at)
    return True


@pytest.mark.django_db(transaction=True)
def test_thirty_two_payers_at_once_take_exactly_what_is_there(cast, at_once):
    books = Books(cast)
    line = books.line(ceiling=1_000 * YUAN)

    def act(number):
        try:
            return lines.hold(line_id=line.pk, key=f"payment:{number}", amount=90 * YUAN).pk
        except Refused:
            return None

    taken = [pk for pk in at_once(32, act) if pk]
    assert (len(taken), Draw.objects.count(), books.left(line)) == (11, 11, (990 * YUAN, 0))


@pytest.mark.django_db(transaction=True)
def test_sabotage_reading_before_writing_promises_too_much(cast, at_once):
    line = Books(cast).line(ceiling=1_000 * YUAN)
    with_room = naive_hold(line.pk, "first", 600 * YUAN), naive_hold(line.pk, "second", 600 * YUAN)
    assert with_room == (True, True), "the naive way sees room twice; the one statement does not"
    assert sum(Draw.objects.values_list("amount", flat=True)) > line.ceiling


@pytest.mark.django_db
def test_only_a_key_that_stands_is_called_one(line, forbid):
    forbid("funds_draw", "amount <> 7", "strange_one")
    with pytest.raises(IntegrityError, match="strange_one"):
        lines.hold_many(line_id=line.pk, amounts={"a": 7})
    lines.hold_many(line_id=line.pk, amounts={"b": 8})
    with pytest.raises(Conflict, match="占用过"):
        lines.hold_many(line_id=line.pk, amounts={"b": 8})
