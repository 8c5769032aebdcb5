"""Registering aid at the desk and asking for it on a phone, in a real browser: seconds, clicks and fields counted."""

from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from PIL import Image

from unionhall.kernel.files.models import File
from unionhall.shell.forms import PHOTO_BYTES
from unionhall.work.grants.actions import accounts
from unionhall.work.grants.models import Application
from unionhall.work.grants.tests.conftest import YUAN, Office, on_file

pytestmark = pytest.mark.browser
KEY, POINT, THINK, MOST = 0.28, 1.1 + 0.1, 1.35, 90.0
"""Seconds of the keystroke-level model (Card, Moran, Newell) for a clerk who does not type fast; the goal for a known member."""


class Hand:
    """A hand that counts: each act is thought about once, pointed at, and typed key by key."""

    def __init__(self, page: Any) -> None:
        self.page, self.clicks, self.keys, self.acts = page, 0, 0, 0

    def on(self, selector: str) -> None:
        """Click."""
        self.page.locator(selector).first.click()
        self.clicks, self.acts = self.clicks + 1, self.acts + 1

    def choose(self, selector: str, value: str) -> None:
        """Open a list and pick a line of it: two clicks."""
        self.page.select_option(selector, value)
        self.clicks, self.acts = self.clicks + 2, self.acts + 1

    def write(self, selector: str, text: str) -> None:
        """Click into a field and type."""
        self.page.locator(selector).first.click()
        self.page.locator(selector).first.press_sequentially(text)
        self.clicks, self.keys, self.acts = self.clicks + 1, self.keys + len(text), self.acts + 1

    @property
    def seconds(self) -> float:
        """What the model says a person takes for it."""
        return self.acts * THINK + self.clicks * POINT + self.keys * KEY


def photo() -> bytes:
    """A photo as a phone takes it, here of nothing but noise, which is the hardest to make small."""
    taken = BytesIO()
    Image.effect_noise((1600, 1200), 60).convert("RGB").save(taken, "JPEG", quality=92)
    assert taken.tell() > 2 * PHOTO_BYTES
    return taken.getvalue()


@pytest.fixture
def room(transactional_db, live_server, cast):
    return Office(cast)


def test_a_known_member_s_aid_is_registered_and_handed_in_within_ninety_seconds(room, window, cast):
    person = room.person("欧阳秀兰")
    room.approve(person, 2_000 * YUAN, kind="accident")
    opened = window(1440, person=cast.client("township_clerk"))
    opened.open(reverse("grants:desk-apply"))
    hand = Hand(opened.page)
    hand.choose("#id_what", "hardship_relief_fund/medical")
    opened.page.wait_for_selector("#asked .notice")
    assert opened.page.locator("#id_matter, #id_goods, #id_months_0").count() == 0  # not asked for by this kind
    hand.write("input#id_person", "oyxl")
    opened.page.wait_for_selector("[role=option]:not([hidden])")
    hand.on("[role=option]:not([hidden])")
    opened.page.wait_for_selector("#asked .hits")  # what the person has had before
    hand.write("#id_amount", "3200")
    hand.write("#id_reason", "住院两次，自付费用较高，子女在读")
    opened.shot("grants-s9-1440")
    hand.on("form.card button:not([name=hand_in])")  # the reasons are looked at first
    opened.page.wait_for_selector("#act button.btn-primary")
    hand.on("#act button.btn-primary")
    opened.page.wait_for_selector("text=待审核")
    one = Application.objects.latest("id")
    assert (one.state, one.person, one.asked) == ("submitted", person, 3_200 * YUAN)
    assert (hand.clicks, hand.keys) == (8, 24)
    assert hand.seconds <= MOST / 2


def test_a_worker_asks_on_the_phone_in_five_screens_and_goes_on_after_a_stop(room, window, cast):
    on_file(cast, cast.worker)
    opened = window(375, person=cast.client("worker"))
    opened.open(reverse("grants_hall:start"))
    opened.shot("grants-w4-start-375")
    opened.page.locator('button[value="hardship_relief_fund/medical"]').click()
    fields, screens = 0, 0
    filled = {
        "whom": lambda page: None, "money": lambda page: (page.fill("#id_amount", "3200"), page.fill("#id_reason", "住院自付较高")),
        "papers": lambda page: None, "account": lambda page: page.fill("#id_account", "6222021234567800001"),
        "sign": lambda page: page.check("#id_agree"),
    }  # fmt: skip
    for screen, fill in filled.items():
        opened.page.wait_for_url(f"**/{screen}/")
        fields += opened.page.locator("main form input:not([type=hidden]), main form textarea, main form select").count()
        screens += 1
        opened.shot(f"grants-w4-{screen}-375")
        opened.expect_clean()
        fill(opened.page)
        if screen == "money":  # kept while it is typed
            for _again in range(200):
                if Application.objects.latest("id").reason:
                    break
                opened.page.wait_for_timeout(50)
            assert (Application.objects.latest("id").reason, Application.objects.latest("id").state) == ("住院自付较高", "draft")
        if screen == "papers":  # stopped here, taken up again from the start; the photo is made small before it leaves
            opened.open(reverse("grants_hall:start"))
            opened.page.locator('button[value="hardship_relief_fund/medical"]').click()
            opened.page.wait_for_url("**/papers/")
            opened.page.set_input_files("#id_photo", {"name": "发票.jpg", "mimeType": "image/jpeg", "buffer": photo()})
            opened.page.wait_for_selector("text=发票.jpg")
            assert File.objects.latest("pk").size <= PHOTO_BYTES
        opened.page.locator("main form button.btn-primary").first.click()
    opened.page.wait_for_url(f"**{reverse('grants_hall:progress', args=[Application.objects.latest('id').pk])}")
    assert (screens, Application.objects.latest("id").state) == (5, "submitted")
    assert fields <= 12


@pytest.mark.parametrize(("width", "language"), [(1440, "zh-CN"), (375, "en")])
def test_the_pages_are_clean(room, window, cast, width, language):
    one = room.approve()
    gift = room.approve(code="warmth_sending", kind="goods", goods="大米1袋", valuation="采购发票每份300元", amount=300 * YUAN)
    batch = room.exported(one)
    accounts.set_account(
        organization=cast.township, name="红旗街道总工会", bank="红旗信用社", number="440200991234", by=cast.county_clerk
    )  # fmt: skip
    opened = window(width, person=cast.client("county_clerk"), language=language)
    pages = [reverse(f"grants:desk-{name}") for name in ("applications", "apply", "batches", "accounts", "covers", "objections")]
    pages += [reverse("grants:desk-application", args=[each.pk]) for each in (one, gift)]
    pages += [reverse("grants:desk-batch", args=[batch.pk]), f"{reverse('grants:desk-apply')}?what=warmth_sending/goods"]
    unclean = {}
    for address in pages:
        assert opened.open(address).status == 200
        opened.shot(f"grants{address.replace('/', '-').replace('?', '-')}{width}")
        if wrong := opened.faults() + opened.complaints + ([f"{opened.overflow()} px"] if opened.overflow() > 0 else []):
            unclean[address] = wrong
        opened.complaints.clear()
    assert unclean == {}
