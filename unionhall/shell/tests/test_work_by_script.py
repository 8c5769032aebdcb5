"""What scripts add, in a real browser; and that nothing is lost without them."""

import pytest

from unionhall.shell import search
from unionhall.shell.search import Hit
from unionhall.shell.tests import house

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("frame_house")]


@pytest.fixture
def desk(window, live_server):
    def entered(path="/gallery/", width=1440, **options):
        opened = window(width, **options)
        opened.page.context.add_cookies([{"name": "who", "value": "clerk", "url": live_server.url}])
        opened.open(path)
        return opened

    return entered


def test_the_picker_finds_while_typing_and_by_keyboard(desk):
    opened = desk("/form/")
    page = opened.page
    box = page.get_by_role("combobox", name="责任单位")
    box.fill("城关")
    page.get_by_role("option", name="城关镇总工会").wait_for()
    assert page.get_by_role("option").all_inner_texts() == ["城关区总工会\n示范市", "城关镇总工会\n城关区"]
    opened.expect_clean()
    opened.shot("combobox")
    box.press("ArrowDown")
    box.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == "id_unit-list-1"
    box.press("Enter")
    assert page.locator("select[name=unit]").input_value() == "2"
    assert box.input_value() == "城关镇总工会"
    assert page.url.endswith("/form/")


def test_of_two_with_one_name_the_chosen_one_stays_told_apart(desk, monkeypatch):
    both = [
        Hit("王芳", "1", hint="红旗机械 · 证件 ****1230"),
        Hit("王芳", "4", hint="红旗机械 · 证件 ****4564"),
        Hit("王芳芳", "5", hint="区医院"),
    ]
    monkeypatch.setattr(search, "_sources", {})
    search.register(search.Source("test.units", house.ITEMS[0].label, lambda request, text: both, "issues.see"))
    page = desk("/form/").page
    box = page.get_by_role("combobox", name="责任单位")
    box.fill("王芳")
    page.get_by_text("证件 ****4564").click()
    assert (page.locator("select[name=unit]").input_value(), box.input_value()) == ("4", "王芳（红旗机械 · 证件 ****4564）")
    box.fill("王芳")
    page.get_by_text("区医院").click()
    assert (page.locator("select[name=unit]").input_value(), box.input_value()) == ("5", "王芳芳")


def test_the_picker_without_scripts_is_a_list_of_recents(desk):
    page = desk("/form/", scripts=False).page
    page.get_by_label("责任单位").select_option(label="建筑行业工会联合会")
    page.get_by_role("button", name="登记并派单").click()
    assert page.locator(".errors a").all_inner_texts() == [
        "请填写：问题",
        "请填写：办结期限",
        "请选择：等级",
        "请选择：来源",
        "请填写：情况",
    ]
    assert page.get_by_label("责任单位").input_value() == "2"


def test_this_page_then_all_then_all_but_one(desk):
    opened = desk()
    page = opened.page
    said = page.locator("[data-picked]")
    page.get_by_label("本页").check()
    assert said.inner_text() == "已选 20 条"
    page.get_by_label("选择全部 310 条").check()
    assert said.inner_text() == "已选全部页共 310 条"
    page.get_by_label("选择 WT-2025-0232").uncheck()
    assert said.inner_text() == "已选全部页共 309 条"
    opened.shot("bulk", full=False)
    opened.expect_clean()


def test_shift_takes_a_range(desk):
    page = desk().page
    page.get_by_label("选择 WT-2025-0231").click()
    page.get_by_label("选择 WT-2025-0235").click(modifiers=["Shift"])
    assert page.locator("[data-picked]").inner_text() == "已选 5 条"


def test_single_keys_walk_select_and_search(desk):
    page = desk().page
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator("[data-picked]").inner_text() == "已选 1 条"
    assert page.get_by_label("选择 WT-2025-0232").is_checked()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.type("jx?")
    assert page.locator("[data-search]").input_value() == "jx?"


def test_the_help_of_keys_is_clean(desk):
    opened = desk()
    opened.page.keyboard.press("?")
    opened.page.get_by_role("dialog", name="键盘快捷键").wait_for()
    opened.shot("keys", full=False)
    opened.expect_clean()
    opened.page.keyboard.press("Escape")
    assert opened.page.get_by_role("dialog").count() == 0


COMPOSE = """(text) => {
  const box = document.querySelector('input[name="q"][data-search]'); box.focus();
  box.dispatchEvent(new CompositionEvent('compositionstart', {bubbles: true}));
  box.value = text;
  const enter = new KeyboardEvent('keydown', {key: 'Enter', bubbles: true, cancelable: true, isComposing: true});
  return box.dispatchEvent(enter);
}"""


def test_enter_that_picks_a_candidate_sends_nothing(desk):
    page = desk().page
    assert page.evaluate(COMPOSE, "zhang") is False
    assert page.url.endswith("/gallery/")


def test_a_form_is_sent_once(desk):
    page = desk("/form/").page
    posts = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.route("**/form/", lambda route: None)  # an answer that takes its time
    with page.expect_request(lambda request: request.method == "POST"):
        page.evaluate("() => { const form = document.querySelector('main form'); form.requestSubmit(); form.requestSubmit(); }")
    page.wait_for_timeout(100)  # for a second one
    assert len(posts) == 1


def test_the_session_warns_at_25_of_30_minutes_and_is_extended(window, live_server):
    opened = window(1440)
    opened.page.context.add_cookies([{"name": "who", "value": "clerk", "url": live_server.url}])
    page = opened.page
    page.clock.install()
    opened.open("/form/")
    dialog = page.get_by_role("dialog", name="即将退出登录")
    page.clock.run_for(24 * 60 * 1000)
    assert not dialog.is_visible()
    page.clock.run_for(61 * 1000)
    assert dialog.is_visible()
    assert dialog.locator("[data-left]").inner_text() in {"4:59", "4:58"}
    opened.shot("session", full=False)
    with page.expect_response("**/frame/session") as answer:
        page.get_by_role("button", name="继续使用").click()
    assert answer.value.status == 204
    page.clock.run_for(1000)
    assert not dialog.is_visible()


def test_menus_close_with_escape_and_by_a_click_elsewhere(desk):
    opened = desk()
    page = opened.page
    page.locator("details.me summary").click()
    assert page.get_by_role("button", name="English").is_visible()
    opened.shot("menu", full=False)
    opened.expect_clean()
    page.keyboard.press("Escape")
    assert not page.get_by_role("button", name="English").is_visible()
    page.locator("details.unit summary").click()
    assert page.get_by_role("button", name="城关镇总工会").is_visible()
    page.mouse.click(1200, 880)
    assert not page.get_by_role("button", name="城关镇总工会").is_visible()


def test_the_narrow_menu_and_english(desk):
    opened = desk()
    page = opened.page
    page.get_by_role("button", name="收起菜单").click()
    page.wait_for_selector("body.desk-narrow")
    page.locator("details.me summary").click()
    page.get_by_role("button", name="English").click()
    page.wait_for_selector("html[lang=en]")
    opened.shot("narrow-en", full=False)
    opened.expect_clean()


def test_the_phone_menu_folds(desk):
    opened = desk(width=375)
    page = opened.page
    assert (
        not page.get_by_role("link", name="登记问题").first.is_visible() or page.locator(".side-fold").get_attribute("open") is None
    )
    page.locator(".side-fold > summary").click()
    assert page.locator(".side").get_by_role("link", name="登记问题").is_visible()
    opened.shot("phone-menu", full=False)
    opened.expect_clean()


@pytest.mark.parametrize("width", [320, 360])
def test_no_sideways_scrolling_on_small_screens(desk, width):
    for path in ("/gallery/", "/form/", "/frame/search?q=城关", "/refusing/conflict"):
        assert desk(path, width).overflow() <= 0


def test_the_error_pages_are_clean(desk):
    for path in ("/refusing/absent", "/refusing/conflict", "/frame/search?q=城关", "/frame/search?q=无"):
        opened = desk(path)
        opened.shot("page" + path.replace("/", "-").split("?")[0])
        opened.expect_clean()


def test_paper_has_no_menu_and_repeats_the_head(desk):
    opened = desk()
    page = opened.page
    page.emulate_media(media="print")
    for hidden in (".top", ".side", ".pager", ".filters", ".bulkbar"):
        assert page.locator(hidden).first.is_visible() is False
    assert page.evaluate("getComputedStyle(document.querySelector('.list thead')).display") == "table-header-group"
    pdf = page.pdf(prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF")
    assert b"/MediaBox [0 0 842" in pdf or b"841.9" in pdf


def test_a_fragment_opens_in_the_drawer_and_a_whole_page_as_a_page(desk):
    opened = desk()
    page = opened.page
    page.get_by_role("link", name="相关单位").click()
    drawer = page.get_by_role("dialog", name="详情")
    drawer.get_by_role("link", name="城关镇总工会").wait_for()
    assert page.url.endswith("/gallery/")
    assert drawer.get_by_role("link", name="在新页打开").get_attribute("href").endswith("/frame/search?q=%E5%9F%8E%E5%85%B3")
    opened.shot("drawer", full=False)
    opened.expect_clean()
    drawer.get_by_role("button", name="关闭").click()
    assert not drawer.is_visible()
    page.locator("tr[data-row] a[data-drawer]").first.click()
    page.wait_for_load_state()
    assert not page.get_by_role("dialog", name="详情").is_visible()


def test_a_list_on_paper(desk):
    opened = desk("/paper/")
    opened.shot("paper", full=False)
    opened.expect_clean()
    assert opened.page.locator(".printhead").inner_text().count("单位：城关区（含下级）；状态：办理中") == 1
    assert opened.page.locator(".signers li").all_inner_texts() == ["制表人", "审核人", "单位（盖章）"]
    opened.page.emulate_media(media="print")
    assert not opened.page.locator(".sheet-hint").is_visible()


def test_everything_is_there_without_scripts(desk):
    opened = desk(scripts=False)
    page = opened.page
    page.locator("details.me summary").click()
    assert page.get_by_role("button", name="English").is_visible()
    page.get_by_role("link", name="下一页").click()
    assert "21–40" in page.locator(".pager-total").inner_text()
    page.get_by_label("状态").select_option("open")
    page.get_by_role("button", name="查询").click()
    assert page.locator(".chip").inner_text().strip().endswith("状态: 办理中")
    page.locator(".chip").click()
    assert page.locator(".chip").count() == 0
