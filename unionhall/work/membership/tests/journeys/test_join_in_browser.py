"""Joining in a real Chromium at the size of a phone: three screens and five fields, in both modes, with and without scripts."""

import re
from datetime import date
from urllib.parse import parse_qs

import pytest
from django.urls import reverse

from unionhall.kernel.people.actions import merging
from unionhall.lib import dates, idnumber
from unionhall.work.membership.models import Application, Membership
from unionhall.work.membership.queries import doubles
from unionhall.work.membership.tests.conftest import applicant, number_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = "10099000001"
KNOWN = f"100{14:08d}"  # the phone of the cast's worker, who stands on the roster of the factory
OWN = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]+')
SHOWN = "(page) => [...page.querySelectorAll('main > h1, main > p, main > form')].map((one) => one.outerHTML)"
ASKED = f"""async () => {{
  const body = new URLSearchParams(new FormData(document.querySelector("form[data-ahead]")));
  const answer = await fetch(location.href, {{ method: "POST", body }});
  return ({SHOWN})(new DOMParser().parseFromString(await answer.text(), "text/html"));
}}"""


def sent_by(page):
    """The steps that a page sends from now on, in their order."""
    steps = []

    def note(request):
        if request.method == "POST":
            steps.extend(parse_qs(request.post_data).get("step", ()))

    page.on("request", note)
    return steps


def join(opened, url, texts, name, *, width):
    """Walk the three screens, looking at each; returns how many fields were filled, and which steps were sent."""
    page, filled = opened.page, 0

    def look(screen):
        if name == "normal":  # axe needs scripts
            opened.expect_clean()
        assert opened.overflow() <= 0
        opened.shot(f"join-{name}-{width}-{screen}")

    opened.open(url)
    steps = sent_by(page)
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
    return filled, steps


@pytest.mark.parametrize(("mode", "width", "scripts"), [("normal", 375, True), ("elder", 320, False)])
def test_a_rider_joins_on_the_phone(desk, cast, window, texts, mode, width, scripts):
    url = reverse("membership:hall-join", args=[desk.code().token])
    filled, steps = join(window(width, scripts=scripts), url, texts, mode, width=width)
    assert filled == 5
    assert steps == (["phone", "phone", "send"] if scripts else ["phone", "phone", "self", "send"])
    application = Application.objects.get()
    assert [application.organization, application.occupation, application.channel] == [cast.factory, "rider", "qr"]


def proven(opened, url, texts, phone=PHONE):
    """The second screen, empty."""
    page = opened.page
    opened.open(url)
    page.fill("[name=phone]", phone)
    page.click("button[name=ask]")
    page.locator("p.note[role=status]").wait_for()
    page.fill("[name=code]", texts[-1])
    page.click("main form .btn-primary")
    page.locator("form[data-ahead]").wait_for()
    return page


def fill(page, **own):
    """What is typed on the second screen."""
    for name, value in {"name": "高远航", "id_number": number_of(1), **own}.items():
        page.fill(f"form[data-ahead] [name={name}]", value)
    page.check("[name=occupation][value=rider]")


def both_third_screens(page):
    """The third screen as the phone draws it, asking nobody, and as the house shows it to whoever asks."""
    told, steps = page.evaluate(ASKED), sent_by(page)
    page.click("form[data-ahead] .btn-primary")
    assert (len(told), steps) == (4, [])
    return [[OWN.sub(r"\1", one) for one in screen] for screen in (page.evaluate(f"({SHOWN})(document)"), told)]


@pytest.mark.parametrize("where", ["code", "home"])
@pytest.mark.parametrize("phone", [PHONE, KNOWN])
def test_the_phone_draws_what_the_house_would_show(desk, cast, window, texts, phone, where):
    code = reverse("membership:hall-join", args=[desk.code().token])
    home = reverse("membership:hall-join-at", args=[cast.township.pk])
    page = proven(window(375), code if where == "code" else home, texts, phone)
    if phone == PHONE or where == "home":
        fill(page, **({"employer": "示范快递（东站）"} if where == "home" else {}))
    else:
        page.check("[name=occupation][value=rider]")
    drawn, told = both_third_screens(page)
    assert drawn == told
    assert page.title() == "核对提交 · 智慧工会平台"


def test_with_no_employer_there_is_no_line_for_one(cast, window, texts):
    page = proven(window(375), reverse("membership:hall-join-at", args=[cast.township.pk]), texts)
    fill(page)
    drawn, told = both_third_screens(page)
    assert drawn == told
    assert page.locator("dd[data-of=employer]").count() == 0


def test_the_way_back_keeps_what_was_typed(desk, window, texts):
    page = proven(window(375), reverse("membership:hall-join", args=[desk.code().token]), texts)
    steps = sent_by(page)
    fill(page)
    for back in (lambda: page.click("[data-back]"), page.go_back):
        page.click("form[data-ahead] .btn-primary")
        page.locator("[name=willing]").wait_for()
        back()
        page.locator("form[data-ahead]").wait_for()
        assert [page.input_value(f"form[data-ahead] [name={name}]") for name in ("name", "id_number")] == ["高远航", number_of(1)]
    page.fill("form[data-ahead] [name=name]", "林知夏")
    page.click("form[data-ahead] .btn-primary")
    assert page.inner_text("dd[data-of=name]") == "林知夏"
    page.check("[name=willing]")
    page.check("[name=personal]")
    page.get_by_role("button", name="提交申请").click()
    page.wait_for_url("**/hall/join/done/**")
    assert steps == ["send"]
    assert Application.objects.get().person.name == "林知夏"


def born(day: date) -> str:
    """The number of somebody born on a day."""
    body = f"990000{day:%Y%m%d}301"
    return body + idnumber.checksum(body)


def test_what_is_not_right_for_sure_goes_to_the_house(desk, window, texts):
    page = proven(window(375), reverse("membership:hall-join", args=[desk.code().token]), texts)
    steps = sent_by(page)
    old_enough = dates.months_later(dates.today(), -16 * 12)
    wrong = number_of(1)[:-1] + ("1" if number_of(1)[-1] != "1" else "2")
    for own, said in (
        ({"id_number": wrong}, "校验位不对"),
        ({"id_number": born(dates.today())}, "未满 16 周岁"),
        ({"id_number": ""}, "证件号码"),
        ({"name": ""}, "姓名"),
    ):
        fill(page, **own)
        page.click("form[data-ahead] .btn-primary")
        page.locator("[role=alert], .errors").first.wait_for()
        assert said in page.inner_text("main")
        assert steps.pop() == "self"
    for own in ({"name": "Ann Lee"}, {"id_number": "护照E12345678"}):
        fill(page, **own)
        page.click("form[data-ahead] .btn-primary")
        page.locator("[name=willing]").wait_for()
        assert steps.pop() == "self"
        page.click("button[name=back]")
        page.locator("form[data-ahead]").wait_for()
        steps.clear()
    fill(page, id_number=born(old_enough))
    page.click("form[data-ahead] .btn-primary")
    page.locator("[name=willing]").wait_for()
    assert steps == []


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
