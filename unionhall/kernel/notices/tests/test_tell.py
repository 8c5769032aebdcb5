import pytest
from django.db import transaction
from django.utils import translation

from unionhall.kernel.notices import actions, queries
from unionhall.kernel.notices.models import Delivery, Notice
from unionhall.kernel.notices.tests.conftest import WORDS
from unionhall.kernel.people import actions as people


class Undone(Exception):
    pass


def channels(person):
    return sorted(Delivery.objects.filter(notice__person=person).values_list("channel", flat=True))


def test_a_person_is_told_in_the_language_of_the_reader(kind, cast):
    actions.tell(cast.chair, kind, **WORDS)
    notice = queries.inbox(cast.chair).get()
    assert (notice.subject, notice.body) == ("今日到期：屋顶漏水", "WT-2025-990004-0001《屋顶漏水》今日到期。")
    with translation.override("en"):
        assert notice.subject == "Due today: 屋顶漏水"


def test_a_unit_is_told_through_those_whose_grant_stands_on_it(kind, cast):
    actions.tell(cast.county, kind, **WORDS)
    assert {notice.person for notice in Notice.objects.all()} == {cast.county_clerk, cast.disabled}
    assert {notice.organization for notice in Notice.objects.all()} == {cast.county}


def test_another_audience_may_be_named(kind, cast):
    actions.tell(cast.township, kind, audience="flows.work", **WORDS)
    assert [notice.person for notice in Notice.objects.all()] == [cast.township_clerk]
    actions.tell(cast.township, kind, **WORDS)  # nobody supervises there
    assert Notice.objects.count() == 1


def test_many_persons_at_once(kind, cast, django_assert_max_num_queries):
    persons = [cast.chair, cast.leader, cast.neighbour]
    with django_assert_max_num_queries(6):
        actions.tell(persons, kind, **WORDS)
    assert [queries.unseen(person) for person in persons] == [1, 1, 1]


def test_a_rolled_back_act_tells_nobody_and_sends_nothing(kind, reachable):
    with pytest.raises(Undone), transaction.atomic():
        actions.tell(reachable, kind, **WORDS)
        raise Undone
    assert (Notice.objects.count(), Delivery.objects.count()) == (0, 0)


@pytest.mark.parametrize("words", [{"title": "x"}, {**WORDS, "phone": "1"}])
def test_fields_are_those_of_the_kind(kind, cast, words):
    with pytest.raises(ValueError, match=r"takes \['reference', 'title'\]"):
        actions.tell(cast.chair, kind, **words)


def test_numbers_of_people_are_hidden_in_what_is_kept(kind, cast):
    actions.tell(cast.chair, kind, reference="WT-1", title="请回电13812345678")
    assert queries.inbox(cast.chair).get().context == {"reference": "WT-1", "title": "请回电***"}


def test_only_channels_by_which_the_person_can_be_reached(kind, cast, reachable):
    silent = people.register(by=None, name="林静", home=cast.county)
    actions.tell([silent, reachable], kind, **WORDS)
    assert (channels(silent), channels(reachable)) == ([], ["email", "sms"])


def test_wechat_needs_a_yes_for_each_message(kind, reachable):
    actions.consent(reachable, kind)
    assert [each.left for each in queries.consents(reachable)] == [1]
    actions.tell(reachable, kind, **WORDS)
    assert channels(reachable) == ["email", "sms", "wechat"]


def test_what_is_no_longer_true_leaves_the_inbox_and_is_not_sent(kind, cast, reachable):
    actions.tell(reachable, kind, record=cast.county, **WORDS)
    actions.tell(reachable, kind, record=cast.city, **WORDS)
    assert actions.clear(cast.county, [kind]) == 1
    assert [notice.record_id for notice in queries.inbox(reachable)] == [cast.city.pk]
    assert set(Delivery.objects.filter(notice__record_id=cast.county.pk).values_list("state", "fault")) == {("dropped", "gone")}
    assert actions.clear(cast.county) == 0


def test_seeing_the_record_is_seeing_the_notice(kind, cast):
    actions.tell(cast.chair, kind, record=cast.county, **WORDS)
    actions.tell(cast.chair, kind, record=cast.city, **WORDS)
    assert (actions.see(cast.chair, record=cast.county), queries.unseen(cast.chair)) == (1, 1)
    assert (actions.see(cast.chair), queries.unseen(cast.chair)) == (1, 0)
