"""Asking to be retained or to leave in a real Chromium: on a phone in both modes and without scripts, decided at the desk."""

import pytest
from django.urls import reverse

from unionhall.kernel.access.actions import codes as codes_of_phones
from unionhall.lib import dates
from unionhall.work.membership.actions import wishes
from unionhall.work.membership.models import Membership, Wish

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WEIGHT = """[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
    .reduce((sum, one) => sum + one.encodedBodySize, 0)"""  # bytes of the page and all that it needs
SENT = {"zh-CN": ("保留会籍", "提交给工会", "撤回申请"), "en": ("Keep the membership", "Send to the union", "Withdraw the wish")}


def walk(opened, mode, width, scripts, language):
    """From the card to the sent wish, looking at each screen."""
    page, (wanted, send, back) = opened.page, SENT[language]

    def look(screen):
        if scripts:  # axe needs scripts
            opened.expect_clean()
            assert 0 < page.evaluate(WEIGHT) <= 100 * 1024
        assert opened.overflow() <= 0
        opened.shot(f"wish-{language}-{mode}-{width}-{screen}")

    opened.open(reverse("membership:hall-mine"))
    if mode == "elder":
        page.click("button[name=value][value=on]")
        assert page.evaluate("document.documentElement.className") == "easy"
        opened.open(reverse("membership:hall-mine"))
    look("1-card")
    page.get_by_role("link", name=wanted).click()
    page.check("[name=ground][value=military]")
    page.fill("[name=words]", "12 月入伍")
    look("2-ask")
    page.get_by_role("button", name=send).click()
    page.wait_for_url("**/hall/member/wishes/*/")
    look("3-state")
    assert Wish.objects.get().reference in page.content()
    assert page.get_by_role("button", name=back).count() == 1
    opened.open(reverse("portal:matters"))
    look("4-matters")


@pytest.mark.parametrize(
    ("mode", "width", "scripts", "language"),
    [("normal", 375, True, "zh-CN"), ("elder", 375, False, "zh-CN"), ("elder", 320, False, "en"), ("normal", 375, True, "en")],
)
def test_a_member_asks_to_be_retained_on_the_phone(desk, cast, window, mode, width, scripts, language):
    one = desk.member(1)
    account = codes_of_phones.account_for(one.person)
    account.language = language.split("-")[0].replace("zh", "")
    account.save(update_fields=["language"])
    opened = window(width, person=account, scripts=scripts, language=language)
    walk(opened, mode, width, scripts, language)
    wish = Wish.objects.get()
    assert [wish.what, wish.ground, wish.state, wish.organization] == ["retain", "military", "asked", cast.factory]
    opened.open(reverse("membership:hall-wish", args=[wish.pk]))
    opened.page.get_by_role("button", name=SENT[language][2]).click()
    opened.page.wait_for_url("**/hall/member/")
    assert Wish.objects.get().state == "withdrawn"
    opened.open(reverse("membership:hall-ask", args=["leave"]))
    opened.page.get_by_role("button", name=SENT[language][1]).click()
    opened.page.locator(".errors, .field-error, [role=alert]").first.wait_for()
    assert opened.overflow() <= 0
    opened.shot(f"wish-{language}-{mode}-{width}-5-leave")


def test_the_union_carries_a_leaving_out_from_its_worklist(desk, cast, window):
    one, today = desk.member(1), dates.today()
    wish = wishes.ask(membership_id=one.pk, what="leave", ground="own", words="回乡务农", on=today, by=one.person)
    for width, language in ((375, "zh-CN"), (1440, "en"), (1440, "zh-CN")):
        chair = cast.account("chair")
        chair.language = "en" if language == "en" else ""
        chair.save(update_fields=["language"])
        opened = window(width, person=cast.client("chair"), language=language)
        for name in ("desk-wishes", "desk-member", "desk-wish"):
            where = {"desk-wishes": [], "desk-member": [one.pk], "desk-wish": [wish.pk]}[name]
            opened.open(reverse(f"membership:{name}", args=where))
            opened.expect_clean()
            opened.shot(f"{name}-{language}-{width}")
    opened.open(reverse("office:worklist"))
    opened.shot("worklist-wish")
    opened.page.get_by_role("link", name="高** · 退会").first.click()
    opened.page.wait_for_url(f"**{reverse('membership:desk-wish', args=[wish.pk])}*")
    page = opened.page
    page.get_by_role("button", name="办理", exact=True).click()
    assert "请先与本人谈话" in page.content()
    opened.shot("wish-refused-1440")
    page.check("[name=grant-talked]")
    page.fill("[name=grant-decided_on]", today.isoformat())
    page.get_by_role("button", name="办理", exact=True).click()
    page.wait_for_url("**/membership/wishes/")
    assert [Wish.objects.get().state, Membership.objects.get().state] == ["granted", "left"]
    opened.open(reverse("membership:desk-member", args=[one.pk]))
    opened.shot("left-1440")
