"""What lines paid for other rooms stands in the table of the year, apart from what was booked, and opens its records."""

import pytest
from django.urls import reverse

from unionhall.lib import dates
from unionhall.work.funds import registry
from unionhall.work.funds.actions import lines
from unionhall.work.funds.models import Audit, Draw
from unionhall.work.funds.queries import browse, drawn
from unionhall.work.funds.tests.conftest import YUAN

pytestmark = pytest.mark.django_db


def cell(cast, head):
    year = dates.today().year
    heads, table = browse.stage_names(), browse.year_table(cast.county_clerk, cast.county, year)
    return {str(name): cells[[str(each) for each in heads].index(head)] for name, cells in table}


def test_what_was_paid_for_another_room_stands_beside_what_was_booked(books, cast):
    line = books.line(ceiling=1_000 * YUAN)
    for key, amount in (("grants.application:1", 300), ("grants.application:2", 200), ("funds.movement:9", 100)):
        lines.hold(line_id=line.pk, key=key, amount=amount * YUAN)
    assert cell(cast, "批次发放") == {}
    lines.spend(key="grants.application:1")
    lines.spend(key="funds.movement:9")
    assert cell(cast, "批次发放")["工会经费"].amount == 300 * YUAN
    assert cell(cast, "支出")["工会经费"].amount == 0  # a draw is no movement, and is never added to one
    lines.give_back(key="grants.application:1")
    assert cell(cast, "批次发放") == {}
    assert browse.stage_names("goods").count(registry.PAID_OUT) == 0


def test_a_draw_is_named_by_its_record_and_opens_it(books, cast):
    line = books.line(ceiling=1_000 * YUAN)
    movement = books.book("spent", 100 * YUAN, source="own", line=line)
    lines.hold(line_id=line.pk, key="nobody.knows:7", amount=YUAN)
    other, own = drawn.named(drawn.draws(line))
    assert (other.kind, other.number, other.reference) == ("nobody.knows", "7", "")
    assert (own.kind, own.number) == ("funds.movement", str(movement.pk))
    page = cast.client("county_clerk").get(reverse("funds:desk-line", args=[line.pk])).content.decode()
    assert reverse("funds:desk-movement", args=[movement.pk]) in page
    assert [one.key for one in drawn.draws(line, Draw.HELD)] == ["nobody.knows:7"]
    assert drawn.draws(line, "nonsense").count() == 2


def test_the_page_of_an_audit_leads_to_every_voucher(books, cast):
    line = books.line(at=cast.township)
    client = cast.client("county_clerk")
    told = {"unit": cast.township.pk, "subject": "经费审计", "planned_on": dates.today().isoformat()}
    client.post(reverse("funds:desk-audits"), told)
    page = client.get(reverse("funds:desk-audit", args=[Audit.objects.get().pk])).content.decode()
    assert reverse("funds:desk-line", args=[line.pk]) in page
    assert f"unit={cast.township.pk}&amp;year={dates.today().year}&amp;lacking=on" in page
