"""The gallery in a real browser: nothing serious for axe, nothing foreign, nothing wider than the window."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("frame_house")]


def _enter(opened, live_server):
    opened.page.context.add_cookies([{"name": "who", "value": "clerk", "url": live_server.url}])
    return opened


@pytest.mark.parametrize("width", [1440, 375])
def test_the_gallery_is_clean(window, live_server, width):
    desk = _enter(window(width), live_server)
    desk.open("/gallery/?state=open&tab=mine")
    desk.shot(f"gallery-{width}")
    desk.expect_clean()


@pytest.mark.parametrize("width", [1440, 375])
def test_a_refused_form_is_clean_and_takes_the_focus(window, live_server, width):
    desk = _enter(window(width), live_server)
    desk.open("/form/")
    desk.shot(f"form-{width}")
    desk.page.get_by_role("button", name="登记并派单").click()
    desk.page.wait_for_selector(".errors")
    desk.shot(f"form-errors-{width}")
    assert desk.page.title().startswith("错误：")
    assert desk.page.evaluate("document.activeElement.id") == "errors"
    desk.expect_clean()
