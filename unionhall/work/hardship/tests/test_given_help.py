"""Help that another room gave is named in words on the file, with its page; no code of a table, no amount that lies elsewhere."""

import pytest
from django.urls import reverse

from unionhall.lib import dates
from unionhall.work.hardship.actions import helps
from unionhall.work.hardship.actions.helps import NewHelp
from unionhall.work.hardship.models.rounds import Help

pytestmark = pytest.mark.django_db


def test_help_of_another_room_leads_to_its_record_and_a_voucher_stays_as_typed(desk, cast):
    file, today = desk.filed(), dates.today()
    given = {"approved_on": today, "approved": 300_000, "paid_on": today, "paid": 300_000}
    helps.note(household_id=file.pk, new=NewHelp(item="living", source="凭证:12", **given), by=cast.county_clerk)
    Help.objects.create(
        household=file, organization=file.organization, item="other", source="grants.payment:7", approved=0, approved_on=today,
        paid_on=today, by=cast.county_clerk,
    )  # fmt: skip
    page = cast.client("county_clerk").get(reverse("hardship:desk-file", args=[file.pk])).content.decode()
    assert ("凭证:12" in page, "3,000.00 / 3,000.00" in page) == (True, True)
    assert f'<a href="{reverse("grants:desk-of-payment", args=[7])}">发放 7</a>' in page
    assert ("grants.payment" in page, "0.00 / 0.00</" in page, " 0.00 / 0.00<" in page) == (False, False, False)
    card = cast.client("county_clerk").post(reverse("hardship:desk-known"), {"head": file.head_id}).content.decode()
    assert ("凭证:12" in card, "3,000.00" in card, "其他帮扶 0.00" in card, "grants.payment" in card) == (True, True, False, False)
    assert f'<a href="{reverse("grants:desk-of-payment", args=[7])}">发放 7</a>' in card
