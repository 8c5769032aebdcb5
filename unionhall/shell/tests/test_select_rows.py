"""What was selected: ticked rows, or all that match but for the un-ticked ones."""

import pytest
from django.contrib.contenttypes.models import ContentType

from unionhall.lib.refusal import Refused
from unionhall.shell.bulk import Selection, require_some


def selection(rf, **posted):
    return Selection.of(rf.post("/", posted))


def test_ticked_rows_only(rf):
    got = selection(rf, pick=["3", "5", "3", "x", "-1"], shown=["3", "4", "5"])
    assert got == Selection(False, (3, 5), ())


@pytest.mark.parametrize("tick", ["²", "٣", "9" * 10_000, str(2**63), "0", "3\0"])
def test_a_tick_that_can_be_no_row_is_dropped(rf, tick):
    assert selection(rf, pick=["3", tick]) == Selection(False, (3,), ())


def test_all_but_the_unticked(rf):
    shown = [str(place) for place in range(1, 51)]
    got = selection(rf, all="1", shown=shown, pick=shown[1:])
    assert got == Selection(True, (), (1,))


def test_all_without_a_tick_on_the_page_means_all(rf):
    assert selection(rf, all="1", shown=["1", "2"]) == Selection(True, (), ())


def test_exclusions_survive_the_confirm_page(rf):
    first = selection(rf, all="1", shown=["1", "2", "3"], pick=["2", "3"])
    posted: dict[str, list[str]] = {}
    for name, value in first.hidden():
        posted.setdefault(name, []).append(value)
    assert selection(rf, **posted) == first


def test_ticks_survive_the_confirm_page(rf):
    first = selection(rf, pick=["7", "9"])
    assert first.hidden() == [("pick", "7"), ("pick", "9")]


@pytest.mark.django_db
def test_309_of_310(rf):
    kinds = ContentType.objects.order_by("pk")
    first = kinds.first()
    everything = selection(rf, all="1", shown=[str(kind.pk) for kind in kinds[:20]], pick=[str(kind.pk) for kind in kinds[1:20]])
    assert everything.within(kinds).count() == kinds.count() - 1
    assert not everything.within(kinds).filter(pk=first.pk).exists()


@pytest.mark.django_db
def test_the_filter_is_respected(rf):
    matching = ContentType.objects.filter(app_label="contenttypes")
    assert selection(rf, all="1").within(matching).count() == matching.count() == 1
    outside = ContentType.objects.exclude(app_label="contenttypes").first()
    assert selection(rf, pick=[str(outside.pk)]).within(matching).count() == 0


def test_nothing_selected_is_refused(rf):
    with pytest.raises(Refused, match="先选"):
        require_some(selection(rf), 0, "请先选择")
    require_some(selection(rf, pick=["1"]), 1, "请先选择")
