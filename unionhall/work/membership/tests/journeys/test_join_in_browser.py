"""Joining in a real Chromium at the size of a phone: three screens and five fields, in both modes, with and without scripts."""

import pytest
from django.urls import reverse

from unionhall.kernel.people.actions import merging
from unionhall.work.membership.models import Application, Membership
from unionhall.work.membership.queries import doubles
from unionhall.work.membership.tests.conftest import applicant, number_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = "10099000001"


def join(opened, url, texts, name, *, width):
    """Walk the three screens, looking at each; returns how many fields were filled."""
    page, filled = opened.page, 0

    def look(screen):
        if name == "normal":  # axe needs scripts
            opened.expect_clean()
        assert opened.overflow() <= 0
        opened.shot(f"join-{name}-{width}-{screen}")

    opened.open(url)
    if name == "elder":
        page.click("button[name=value][value=on]")
        assert page.evaluate("document.documentElement.className") == "easy"
    page.fill("[name=phone]", PHONE)
    look("1-phone")
    page.click("button[name=ask]")
    page.locator("p.note[role=status]").wait_for()
    page.fill("[name=code]", texts[-1])
    page.click("text=下一步")
    filled += 2
    page.fill("input[name=name]:not([type=hidden])", "高远航")
    page.fill("[name=id_number]", number_of(1))
    page.check("[name=occupation][value=rider]")
    look("2-self")
    page.click("text=下一步")
    filled += 3
    assert page.locator("input[type=text]:visible, input[type=tel]:visible").count() == 0
    look("3-send")
    page.check("[name=willing]")
    page.check("[name=personal]")
    page.get_by_role("button", name="提交申请").click()
    page.wait_for_url("**/hall/join/done/**")
    look("4-done")
    assert Application.objects.get().reference in page.content()
    return filled


@pytest.mark.parametrize(("mode", "width", "scripts"), [("normal", 375, True), ("elder", 320, False)])
def test_a_rider_joins_on_the_phone(desk, cast, window, texts, mode, width, scripts):
    url = reverse("membership:hall-join", args=[desk.code().token])
    assert join(window(width, scripts=scripts), url, texts, mode, width=width) == 5
    application = Application.objects.get()
    assert [application.organization, application.occupation, application.channel] == [cast.factory, "rider", "qr"]


def test_a_clerk_merges_two_files_without_scripts_on_a_small_screen(desk, cast, window):
    one = desk.member(1, given=applicant(1, name="高远航", employer="示范机械"))
    other = desk.member(2, union=cast.mine, given=applicant(2, name="高远杭", phone="10099000777"))
    merging.note_pairs([(one.person_id, other.person_id, 0.973, '{"name": 1, "birth": 0}')])
    for width in (1440, 375):
        opened = window(width, person=cast.client("city_clerk"))
        opened.open(reverse("membership:desk-doubles"))
        opened.expect_clean()
        opened.shot(f"doubles-{width}")
        opened.page.click(".main a")
        opened.expect_clean()
        opened.shot(f"double-{width}")
    small = window(375, person=cast.client("city_clerk"), scripts=False)
    small.open(reverse("membership:desk-double", args=[doubles.waiting(cast.city_clerk).get().pk]))
    small.page.check("[name=take-phone][value=second]")
    small.page.fill("[name=reason]", "本人到窗口核对")
    small.page.get_by_role("button", name="是同一人，合并").click()
    small.page.wait_for_url("**/membership/doubles/")
    small.open(f"{reverse('membership:desk-doubles')}?seen=merged")
    opened = window(375, person=cast.client("city_clerk"))
    opened.open(f"{reverse('membership:desk-doubles')}?seen=merged")
    opened.expect_clean()
    opened.shot("doubles-merged-375")
    small.page.get_by_role("button", name="撤销合并").click()
    small.page.wait_for_url("**/membership/doubles/")
    assert Membership.objects.filter(until=None).count() == 2
