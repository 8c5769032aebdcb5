"""Clicks, seconds and fields of the tasks of grants, counted from the start page by a browser beside what each may cost.

`pytest -s` prints the table. Typing costs seconds, no clicks; from field to field goes the Tab key.
"""

import sys
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import Workbook

from unionhall.testing.cast import Cast
from unionhall.work.grants.actions import applications, batches, settling
from unionhall.work.grants.models import Application, Batch
from unionhall.work.grants.tests.conftest import YUAN, Office, answers, assert_books_agree, on_file
from unionhall.work.grants.tests.journeys.test_apply_in_browser import Hand

pytestmark = pytest.mark.browser


class Path(Hand):
    """A hand that goes on by keys where a clerk would, and tells what a task cost beside its budget."""

    def tab_to(self, selector: str, text: str) -> None:
        """Tab into a field and type; the last field reached may be a few Tabs away, each a key."""
        for _press in range(6):
            self.page.keyboard.press("Tab")
            self.keys += 1
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                break
        assert self.page.evaluate("selector => document.activeElement.matches(selector)", selector)
        self.page.keyboard.type(text)
        self.keys, self.acts = self.keys + len(text), self.acts + 1

    def told(self, task: str, clicks: int | None, seconds: float | None) -> None:
        """Print what it cost and hold it to the budget; None where no budget is set."""
        sys.stdout.write(
            f"\n{task:<46}{self.clicks:>3} of {clicks or '-':>2} clicks  {self.seconds:>5.1f} of {seconds or '-':>4} s"
        )
        assert clicks is None or self.clicks <= clicks
        assert seconds is None or self.seconds <= seconds


@pytest.fixture
def room(transactional_db: None, live_server: Any, cast: Cast) -> Office:
    return Office(cast)


def at_desk(window: Any, cast: Cast, person: str) -> tuple[Any, Path]:
    opened = window(1440, person=cast.client(person))
    opened.open("/")
    return opened.page, Path(opened.page)


def in_menu(hand: Path, address: str) -> None:
    """From the start page through the menu: the domain, then the entry."""
    entry = f'a[href="{address}"]'
    area = hand.page.locator("nav.side details:not(.side-fold)", has=hand.page.locator(entry))
    if not hand.page.locator(f"nav.side {entry}").first.is_visible():
        area.locator("summary").first.click()
        hand.clicks, hand.acts = hand.clicks + 1, hand.acts + 1
    hand.on(f"nav.side {entry}")
    hand.page.wait_for_url(f"**{address}")


def test_s9_a_known_member_s_aid_from_the_start_page(room, window, cast):
    person = room.person("欧阳秀兰")
    room.approve(person, 2_000 * YUAN, kind="accident")
    page, hand = at_desk(window, cast, "township_clerk")
    in_menu(hand, reverse("grants:desk-apply"))
    hand.choose("#id_what", "hardship_relief_fund/medical")
    page.focus("#id_what")  # where a mouse leaves it
    page.wait_for_selector("#asked .notice")
    hand.tab_to("input#id_person", "oyxl")
    page.wait_for_selector("[role=option]:not([hidden])")
    hand.on("[role=option]:not([hidden])")
    page.wait_for_selector("#asked .hits")
    hand.tab_to("#id_amount", "3200")
    hand.tab_to("#id_reason", "住院两次，自付费用较高，子女在读")
    hand.on("button[name=hand_in]")
    page.wait_for_selector("text=申请已登记并提交。")
    one = Application.objects.latest("id")
    assert (one.state, one.person, one.asked) == ("submitted", person, 3_200 * YUAN)
    hand.told("S9 register aid for a known member", 6, 90)
    assert hand.clicks == 6


def test_s9_what_speaks_against_it_leaves_a_draft_and_two_presses_make_one(room, window, cast):
    person = room.person("欧阳秀兰")
    room.submit(person, 1_000 * YUAN)
    client = cast.client("township_clerk")
    told = {"what": "hardship_relief_fund/medical", "person": person.pk, "amount": "500", "reason": "再次住院", "hand_in": "1"}
    page = client.post(reverse("grants:desk-apply"), {**told, "once": "a"}, follow=True).content.decode()
    assert "已存为草稿，未提交：" in page
    assert "同期已有同类救助" in page
    other = room.person("欧阳秀英")
    for _press in range(2):
        page = client.post(reverse("grants:desk-apply"), {**told, "person": other.pk, "once": "b"}, follow=True).content.decode()
        assert "申请已登记并提交。" in page
    assert list(Application.objects.order_by("pk").values_list("state", flat=True)) == ["submitted", "draft", "submitted"]


def test_s10_one_click_an_item_once_the_first_stands_open(room, window, cast):
    ones = [room.submit() for _each in range(3)]
    for one in ones:
        applications.review(application_id=one.pk, by=room.checker)
    page, hand = at_desk(window, cast, "county_clerk")
    hand.on(f'main a[href^="{reverse("grants:desk-application", args=[ones[0].pk])}"]')  # its township has nobody who may approve
    page.wait_for_selector("#act button[name=next]")
    hand.on("#act button[name=next]")
    page.wait_for_url(lambda url: url.endswith((f"/{ones[1].pk}/", f"/{ones[2].pk}/")))
    assert Application.objects.get(pk=ones[0].pk).state == "approved"
    hand.told("S10 open and approve the first item", 2, 15)
    hand.clicks = hand.keys = hand.acts = 0
    second = page.url
    hand.on("#act button[name=next]")  # the one that opened by itself
    page.wait_for_url(lambda url: url != second)
    hand.told("S10 approve the next item", 2, 15)
    assert Application.objects.filter(state="approved").count() == 2


def test_s11_a_batch_prepared_checked_released_and_settled(room, window, cast, tmp_path):
    paid = [room.approve(room.person(), 1_000 * YUAN), room.approve(room.person(), 2_000 * YUAN)]
    page, hand = at_desk(window, cast, "county_clerk")
    in_menu(hand, reverse("grants:desk-batches"))
    hand.on("form:has(input[name=application]) button.btn-primary")
    page.wait_for_selector("text=请由另一人复核")
    hand.told("S11 prepare a batch of all that waits", 3, None)
    batch = Batch.objects.get()
    place = reverse("grants:desk-batch", args=[batch.pk])
    page, hand = at_desk(window, cast, "county_700")
    in_menu(hand, reverse("grants:desk-batches"))
    hand.on(f'a[href="{place}"]')
    hand.write("#id_total", "3000")
    hand.on('form[action$="/check/"] button')
    page.wait_for_selector("text=批次已复核")
    hand.told("S11 check it, the total typed", 5, None)
    page, hand = at_desk(window, cast, "county_701")
    in_menu(hand, reverse("grants:desk-batches"))
    hand.on(f'a[href="{place}"]')
    with page.expect_download() as made:
        hand.on('form[action$="/release/"] button')
    page.wait_for_selector("text=批次已放行")
    assert page.url.endswith(place), "the batch as it stands now; a reload asks for no second file"
    assert made.value.suggested_filename == f"{batch.reference}.xlsx"
    hand.told("S11 release it and take the bank's file", 4, None)
    book, answer = Workbook(), tmp_path / "回盘.xlsx"
    sheet = book.active
    assert sheet is not None
    for row in (["附言", "金额", "结果", "原因"], *([one.reference, one.amount / 100, "成功", ""] for one in batches.live(batch))):
        sheet.append(row)
    book.save(answer)
    page.set_input_files("#id_file", str(answer))
    hand.clicks = hand.keys = hand.acts = 0
    hand.on('form[action$="/results/"] button')
    page.wait_for_selector("text=回盘已导入。")
    hand.told("S11 the bank's answer", 1, None)
    assert [one.state for one in Application.objects.filter(pk__in=[one.pk for one in paid])] == ["paid", "paid"]
    assert_books_agree()


def on_phone(window: Any, cast: Cast, path: str) -> tuple[Any, Path]:
    opened = window(375, person=cast.client("worker"))
    opened.open(path)
    return opened.page, Path(opened.page)


def asked(room: Office, cast: Cast) -> Application:
    """A grant of the worker's own, handed in by the union."""
    on_file(cast, cast.worker)
    return room.submit(cast.worker, 1_000 * YUAN)


def test_w5_how_it_stands_in_one_tap_and_rated_in_two(room, window, cast):
    one = asked(room, cast)
    page, hand = on_phone(window, cast, reverse("portal:home"))
    hand.on(f'a[href="{reverse("grants_hall:progress", args=[one.pk])}"]')
    page.wait_for_selector("text=办理进度")
    hand.told("W5 see how it stands", 1, 3)
    applications.review(application_id=one.pk, by=cast.county_clerk)
    room.decide(one)
    page.reload()
    page.fill("#id_account", "6222021234567800001")
    hand.clicks = hand.keys = hand.acts = 0
    hand.on('form[action$="/give-account/"] button')
    page.wait_for_selector("text=收款账号已登记")
    hand.told("W5 give the account that is missing", 1, None)
    batch = room.exported(one)
    settling.settle(batch_id=batch.pk, answers=answers(batch), by=room.payer)
    page, hand = on_phone(window, cast, reverse("portal:rate", args=["grants.application", one.pk]))
    hand.on("label:has(input[name=level])")
    hand.on("main form button.btn-primary")
    page.wait_for_selector("text=谢谢")
    hand.told("W11 rate it", 2, 6)
