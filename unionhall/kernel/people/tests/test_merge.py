"""Two files made one by the fields that were chosen, everything following, and all of it taken back."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from unionhall.kernel.audit import queries as trail
from unionhall.kernel.people import access, actions, queries
from unionhall.kernel.people import registry as people_registry
from unionhall.kernel.people.actions import merging
from unionhall.kernel.people.models import Merger, Pair, Person, Sealed
from unionhall.kernel.people.registry import Follower
from unionhall.kernel.people.rules import Contradiction
from unionhall.lib import clock, idnumber
from unionhall.lib.refusal import Conflict, Refused
from unionhall.lib.text import Text

pytestmark = pytest.mark.django_db


def number(born="19900315", n=101):
    body = f"990000{born}{n:03d}"
    return body + idnumber.checksum(body)


def fresh(person):
    return Person.objects.get(pk=person.pk)


def opened(person, field):
    with access.fence(None, "people.correct"):
        return actions.stored(person, field, access.keys())


@pytest.fixture
def two(cast):
    """One person entered twice: with number and old phone, and by a homophone with the new phone and an address."""
    first = actions.register(by=None, name="高远航", home=cast.factory, id_number=number(), phone="10012340001")
    second = actions.register(by=None, name="高远杭", home=cast.mine, phone="10012340002", sealed={"address": "示范路1号"})
    return first, second


def merge(two, **more):
    kept, gone = two
    return merging.merge(by=None, kept=kept, gone=gone, reason="本人到窗口核对", **more)


def test_the_chosen_values_change_places_and_open_under_the_other_key(two):
    kept, gone = two
    merge(two, fields=["phone", "address"])
    assert [opened(fresh(kept), field) for field in ("id_number", "phone", "address")] == [number(), "10012340002", "示范路1号"]
    assert [opened(fresh(gone), field) for field in ("id_number", "phone", "address")] == ["", "10012340001", ""]
    assert [fresh(kept).phone_last4, fresh(gone).phone_last4, fresh(kept).name] == ["0002", "0001", "高远航"]
    assert fresh(gone).merged_into_id == kept.pk


def test_the_closed_file_is_found_no_more_and_its_numbers_lead_to_the_other(two, cast):
    kept, gone = two
    merge(two)
    assert list(queries.people(cast.city)).count(gone) == 0
    assert list(queries.find("10012340002", None)) == [kept]
    assert list(queries.find("10012340001", None)) == [kept]
    assert list(queries.find("高远杭", cast.city)) == []


def test_a_number_that_goes_over_brings_sex_and_birth_and_stands_once(two):
    first, second = two
    merge((second, first), fields=["id_number"])
    kept = fresh(second)
    assert [kept.birth, kept.sex, kept.id_last4] == [date(1990, 3, 15), "male", number()[-4:]]
    assert [fresh(first).id_blind, fresh(first).birth] == [None, None]
    assert list(queries.find(number(), None)) == [second]


def test_everything_comes_back_as_it_was(two, cast):
    kept, gone = two
    before = [Person.objects.filter(pk=one.pk).values().get() for one in two]
    standing = actions.set_standing(by=None, subject=gone, kind="member", organization=cast.mine, since=date(2025, 1, 1))
    made = merge(two, fields=["name", "id_number", "phone", "home", "address"])
    standing.refresh_from_db()
    assert standing.person_id == kept.pk
    merging.undo(by=None, merger=made)
    standing.refresh_from_db()
    assert standing.person_id == gone.pk
    assert [Person.objects.filter(pk=one.pk).values().get() for one in two] == before
    assert [opened(one, "phone") for one in two] == ["10012340001", "10012340002"]
    assert [opened(one, "address") for one in two] == ["", "示范路1号"]
    assert {"people.unmerged", "people.merged"} <= {row.verb for row in trail.trail("people.person", kept.pk)}


def test_the_same_standing_at_the_same_unit_counts_once(two, cast):
    kept, _gone = two
    for one in two:
        actions.set_standing(by=None, subject=one, kind="member", organization=cast.factory, since=date(2025, 1, 1))
    made = merge(two)
    alive = queries.standing_on(clock.now().date() + timedelta(days=1), "member", cast.factory)
    assert [one.person_id for one in alive] == [kept.pk]
    assert list(made.stayed) == ["people.standing.person"]


def test_what_contradicts_itself_is_refused_and_nothing_has_changed(cast):
    one = actions.register(by=None, name="高远航", home=cast.factory, id_number=number())
    other = actions.register(by=None, name="高远航", home=cast.factory, birth=date(1980, 1, 1))
    with pytest.raises(Contradiction, match="出生日期与证件号码不符"):
        merging.merge(by=None, kept=one, gone=other, fields=["birth"], reason="核对")
    assert [fresh(one).birth, fresh(other).merged_into_id, Merger.objects.count()] == [date(1990, 3, 15), None, 0]


@pytest.mark.parametrize("reason", ["", "  "])
def test_nobody_merges_without_saying_why(two, reason):
    with pytest.raises(Refused, match="请写明认定为同一人的依据"):
        merging.merge(by=None, kept=two[0], gone=two[1], reason=reason)


def test_a_file_merges_once(two):
    merge(two)
    with pytest.raises(Conflict):
        merge(two)
    with pytest.raises(Refused, match="同一份档案"):
        merging.merge(by=None, kept=two[0], gone=two[0], reason="核对")


def test_a_package_can_bar_a_file(two, monkeypatch):
    monkeypatch.setattr(people_registry, "_bars", [lambda person: Text("档案在诉讼中。", "In court.")])
    with pytest.raises(Refused, match="档案在诉讼中"):
        merge(two)
    assert fresh(two[1]).merged_into_id is None


def test_rooms_take_part_and_get_their_notes_back(two, monkeypatch):
    heard = []
    follower = Follower(
        lambda kept, gone, *, by, wishes: {"said": wishes["word"]},
        lambda kept, gone, *, by, noted: heard.append((kept.pk, gone.pk, noted)),
    )
    monkeypatch.setattr(people_registry, "_followers", {"room": follower})
    made = merge(two, wishes={"word": "左"})
    merging.undo(by=None, merger=made)
    assert heard == [(two[0].pk, two[1].pk, {"said": "左"})]


def test_a_merging_is_taken_back_once_and_within_thirty_days(two):
    made = merge(two)
    with clock.fixed(clock.now() + timedelta(days=31)), pytest.raises(Refused, match="30"):
        merging.undo(by=None, merger=made)
    merging.undo(by=None, merger=made)
    with pytest.raises(Conflict):
        merging.undo(by=None, merger=made)


def test_erasing_the_one_erases_the_closed_file_too(two):
    made = merge(two)
    actions.erase(by=None, person=two[0], reason="本人申请")
    assert [fresh(one).name for one in two] == ["", ""]
    assert Sealed.objects.filter(person__in=two).count() == 0
    with pytest.raises(Conflict):
        merging.undo(by=None, merger=made)


def test_a_verdict_is_never_asked_again(two):
    first, second = (one.pk for one in two)
    found = [(first, second, 0.97, '{"name": 1}')]
    assert merging.note_pairs(found) == 1
    assert merging.note_pairs([(first, second, 0.98, "{}")]) == 1
    assert Pair.objects.get().probability == Decimal("0.98")
    merging.tell_apart(by=None, one=two[0], other=two[1], reason="兄弟")
    assert merging.note_pairs(found) == 0
    assert [Pair.objects.get().verdict, list(queries.open_pairs())] == ["different", []]


def test_a_pair_that_is_no_longer_alike_goes(two):
    merging.note_pairs([(two[0].pk, two[1].pk, 0.97, "{}")])
    assert merging.note_pairs([]) == 0
    assert Pair.objects.count() == 0


def test_an_undone_merging_asks_again(two):
    merging.note_pairs([(two[0].pk, two[1].pk, 0.97, "{}")])
    made = merge(two)
    assert [Pair.objects.get().verdict, queries.open_pairs().count()] == ["merged", 0]
    merging.undo(by=None, merger=made)
    assert queries.open_pairs().count() == 1
