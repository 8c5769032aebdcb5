"""An issued edition prints the same, and says the same when asked again at its mark, after any later history."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger import queries
from unionhall.kernel.ledger.actions import rollups
from unionhall.work.reports.actions import templates, writing
from unionhall.work.reports.models import Report
from unionhall.work.reports.queries import paper, written
from unionhall.work.reports.tests.conftest import BODY, YEAR, Books

pytestmark = pytest.mark.django_db
FACTS = ("issues.identified", "issues.resolved")
LATER = st.lists(
    st.one_of(
        st.tuples(st.just("post"), st.sampled_from(FACTS), st.integers(0, 1), st.integers(0, 800), st.integers(1, 4)),
        st.tuples(st.just("take_back"), st.integers(1, 40)),
        st.tuples(st.just("build"), st.integers(0, 3)),
    ),
    min_size=3,
    max_size=25,
)


@pytest.fixture
def edition(cast, books):
    """An issued edition, and its letter as it was printed on its day."""
    template = templates.add(organization=cast.city, name="年度", kind="year", body=BODY, by=cast.city_clerk)
    draft = writing.draft(organization=cast.city, window=YEAR, template=template, by=cast.city_clerk)
    return writing.issue(report_id=draft.pk, by=cast.city_clerk, remark="今年集中排查。")


def play(steps, cast, books):
    """Later entries, backdated ones among them, entries taken back, roll-ups built anew."""
    for step in steps:
        if step[0] == "post":
            _word, code, unit, days, times = step
            books.post(code, (cast.county, cast.neighbour_county)[unit], date(2024, 6, 1) + timedelta(days=days), times=times)
        elif step[0] == "take_back":
            ledger.reverse(f"issues.issue:{step[1]}")
        else:
            last = queries.mark().high
            rollups.build(last - last * step[1] // 4, keep_from=1, step=11, first_step=7)


def differences(steps, cast, edition):
    """What of the edition is no longer as it was issued; everything is taken back afterwards."""
    before = (edition.content, edition.figures, edition.digest, paper.letter(edition, str))
    with transaction.atomic():
        play(steps, cast, Books(number=1000))
        fresh = Report.objects.get(pk=edition.pk)
        now = (fresh.content, fresh.figures, fresh.digest, paper.letter(fresh, str))
        again = [(one.then, one.now.number) for one in written.beside(fresh, at=written.Mark.parse(fresh.mark))]
        whole = written.is_whole(fresh)
        transaction.set_rollback(True)
    changed = [pair for pair in [*zip(before, now, strict=True), *again] if pair[0] != pair[1]]
    return changed if whole else [*changed, ("whole", "broken")]


@settings(max_examples=12, deadline=None, derandomize=True, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))
@given(steps=LATER)
def test_an_edition_stays_as_it_was_issued(cast, edition, steps):
    assert differences(steps, cast, edition) == []


@pytest.mark.long
@settings(max_examples=2000, deadline=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))
@given(steps=LATER)
def test_an_edition_stays_as_it_was_issued_after_long_histories(cast, edition, steps):
    assert differences(steps, cast, edition) == []


def test_the_measure_would_see_a_changed_figure(cast, books, edition):
    """The twin: asked without its mark, a later entry changes what the edition says."""
    books.post("issues.identified", cast.county, date(2025, 1, 1))
    assert any(one.differs for one in written.beside(Report.objects.get(pk=edition.pk)))
