"""My deputies: lent and taken back on one page, both told."""

from datetime import timedelta

import pytest

from unionhall.kernel.access import queries as access
from unionhall.kernel.access.models import Delegation
from unionhall.kernel.notices import queries as notices
from unionhall.lib import dates

pytestmark = pytest.mark.django_db


def lend(cast, post, **more):
    today = dates.today()
    given = [one.pk for one in access.may_lend(cast.township_clerk)]
    form = {"deputy": cast.chair.pk, "grants": given, "since": today, "last_day": today + timedelta(days=4), "reason": "年休假"}
    return post("township_clerk", "deputies", **{**form, **more})


def test_work_is_lent_both_are_told_and_it_is_taken_back(cast, get, post):
    assert lend(cast, post).status_code == 303
    one = Delegation.objects.get()
    assert (one.lender, one.deputy, one.last_day) == (cast.township_clerk, cast.chair, dates.today() + timedelta(days=4))
    for who in (cast.township_clerk, cast.chair):
        assert [notice.kind for notice in notices.inbox(who)] == ["office.lent"]
    assert "王建国代我" in get("township_clerk", "deputies").content.decode()
    assert "我代郑小梅" in get("chair", "deputies").content.decode()
    assert get("county_clerk", "deputies").content.decode().count("郑小梅") == 0
    assert post("county_clerk", "deputy-end", one.pk).status_code == 404
    assert post("chair", "deputy-end", one.pk).status_code == 303
    for who in (cast.township_clerk, cast.chair):
        assert [notice.kind for notice in notices.inbox(who)] == ["office.lent_back"]
    assert post("township_clerk", "deputy-end", one.pk).status_code == 409


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"last_day": "2020-01-01"}, "最后一天早于第一天"),
        ({"reason": ""}, "reason"),
        ({"deputy": "999999"}, "deputy"),
        ({"grants": ["999999"]}, "grants"),
        ({"last_day": dates.today() + timedelta(days=400)}, "最多92天"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(cast, post, more, words):
    answer = lend(cast, post, **more)
    assert answer.status_code == 422 and words in answer.content.decode()
    assert not Delegation.objects.exists()


def test_who_has_nothing_to_lend_finds_no_form(get):
    assert 'name="last_day"' not in get("auditor", "deputies").content.decode()
